"""A PostgreSQL that gives little: the time-outs of a managed server, a table somebody holds, nothing but reading; and
twenty runs about one person.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from psycopg import sql

from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.promises import calm_has_returned, nothing_is_lost_doubled_or_ahead, states_of
from hos_pipelines_tests.faults.rounds import NOON
from hos_pipelines_tests.faults.worker import refresh_one, refresh_tick

MANAGED = {"statement_timeout": "8s", "lock_timeout": "1s", "idle_in_transaction_session_timeout": "10s"}
SOON = NOON + timedelta(minutes=1)
FAILURES = """
SELECT event::jsonb #>> '{dagster_event,event_specific_data,error,message}'
FROM event_logs JOIN runs USING (run_id)
WHERE dagster_event_type = 'STEP_FAILURE' AND event_logs.timestamp > now() - interval '10 minutes' AND run_body LIKE %s
"""
STATES = "SELECT last_outcome, count(*) FROM sync_state WHERE profile_id = 'sim-0001' GROUP BY last_outcome"


@contextmanager
def set_for_everybody(deployment: Deployment, **settings: str) -> Iterator[None]:
    """Settings of the database itself, which each new session begins with."""
    with deployment.session() as session:
        name = sql.Identifier(session.info.dbname)
        for setting, value in settings.items():
            session.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(name, sql.Identifier(setting), sql.Literal(value))
            )
        try:
            yield
        finally:
            session.execute("SET default_transaction_read_only = off")
            session.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(name))


def test_under_the_time_outs_of_a_managed_server_everything_works_and_a_held_table_is_told(shared: Deployment) -> None:
    shared.start_over(NOON)
    with set_for_everybody(shared, **MANAGED):
        with shared.session() as holder, holder.transaction():
            holder.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            holder.execute("LOCK TABLE scores IN SHARE MODE")
            assert not shared.worker(NOON, refresh_tick, "held").wait()
        is_told(shared, "held", "canceling statement due to lock timeout")
        assert {state.lease for state in states_of(shared)} == {None}
        nothing_is_lost_doubled_or_ahead(shared)
        assert shared.worker(SOON, refresh_tick, "free").wait()
    calm_has_returned(shared, since=NOON)


def test_a_server_that_may_only_be_read_is_told_and_nothing_is_lost(shared: Deployment) -> None:
    shared.start_over(NOON)
    with set_for_everybody(shared, default_transaction_read_only="on"):
        assert not shared.worker(NOON, refresh_tick, "read only").wait()
        is_told(shared, "read only", "cannot execute")
    assert shared.worker(SOON, refresh_tick, "writable").wait()
    calm_has_returned(shared, since=NOON)


def test_twenty_refreshes_of_one_person_at_once_leave_the_rows_of_one(shared: Deployment) -> None:
    shared.start_over(NOON, people=1)
    workers = [shared.worker(NOON, refresh_one, "sim-0001") for _ in range(20)]
    assert [worker.wait() for worker in workers] == [True] * 20
    calm_has_returned(shared, since=NOON)
    assert sum(count for _, count in shared.rows(STATES)) == 3


def is_told(deployment: Deployment, tick: str, words: str) -> None:
    """Each failure is one sentence of ours, with these words of the server and without the rows it was about."""
    told = deployment.dagster_rows(FAILURES, f"%{tick}%")
    assert told
    for (message,) in told:
        assert "HOS_DATABASE_URL: the database failed in the middle of the work" in message, message
        assert words in message, message
        assert "DETAIL" not in message
