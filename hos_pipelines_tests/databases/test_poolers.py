"""Through a real PgBouncer, by the transaction and by the session: everything works, or is refused in one sentence."""

import json
from concurrent.futures import ThreadPoolExecutor

import dagster as dg
import httpx
import psycopg
import pytest

from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_run_config, tick_run_config
from hos_pipelines.postgres.connection import RELIED_ON, connect, consistent_read
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.postgres.errors import MigrationBusyError
from hos_pipelines.postgres.migrate import migrate, roll_back
from hos_pipelines.postgres.poolers import shares_sessions
from hos_pipelines.postgres.steps import LOCK_KEY
from hos_pipelines_tests.cli.answers import rows_of, snapshot
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.databases.pgbouncer import PgBouncer, running_pgbouncer
from hos_pipelines_tests.gateway.conftest import Start, start  # noqa: F401
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.postgres.test_migrate import STEP_NAMES

# What another client of the pooler left in the sessions that this one gets, too.
LEFT_BEHIND = (
    "SET DateStyle TO 'German'",
    "SET IntervalStyle TO 'iso_8601'",
    "SET bytea_output TO 'escape'",
    "SET extra_float_digits TO 0",
    "SET search_path TO pg_catalog",
    "SET default_transaction_isolation TO 'serializable'",
)

LEFT_BY_US = (
    "SELECT count(*) FROM pg_prepared_statements",
    (
        "SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database "
        "WHERE locktype = 'advisory' AND datname = current_database()"
    ),
    "SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'",
    # PgBouncer sets those it tracks itself.
    (
        "SELECT count(*) FROM pg_settings WHERE source = 'session' AND setting <> reset_val AND name NOT IN "
        "('client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings', 'application_name')"
    ),
)


@pytest.fixture(params=["transaction", "session"])
def pooled(request: pytest.FixtureRequest, deployed: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A deployment whose database is reached through a pooler; gives that address."""
    pooler: PgBouncer = request.getfixturevalue(f"{request.param}_pooler")
    monkeypatch.setenv("HOS_DATABASE_URL", pooler.url(deployed))
    return pooler.url(deployed)


def test_the_two_kinds_of_pooler_and_none_are_told_apart(
    database_url: str, transaction_pooler: PgBouncer, session_pooler: PgBouncer
) -> None:
    assert not shares_sessions(database_url)
    assert shares_sessions(transaction_pooler.url(database_url))
    assert not shares_sessions(session_pooler.url(database_url))


def test_every_command_does_through_a_pooler_what_it_does_without(hos: Hos, pooled: str, deployed: str) -> None:
    checks = hos("doctor").succeeded().json["checks"]
    assert "through a pooler" in checks[1]["detail"]
    hos("rollback", "--all", "--yes").succeeded()
    assert hos("migrate").succeeded().json["applied"] == list(STEP_NAMES)
    assert hos("enroll", "--all").succeeded().json["enrolled"] == 6
    for _ in range(2):  # the second reaches back further
        assert hos("refresh", "--all").succeeded().json["biomarkers"]["inserted"] > 0
    stored = snapshot(deployed)
    again = hos("refresh", "--all").succeeded().json
    assert again["biomarkers"]["inserted"] == again["scores"]["inserted"] == 0
    assert {name: len(rows) for name, rows in snapshot(deployed).items()} == {
        name: len(rows) for name, rows in stored.items()
    }
    [(person,)] = rows_of(deployed, "SELECT external_id FROM profiles ORDER BY 1 LIMIT 1")
    hos("analyze", person).succeeded()
    hos("report", person).succeeded()
    hos("gaps", person).succeeded()
    hos("maintain").succeeded()
    assert hos("status").succeeded().json["profiles"] == {"active": 6}
    assert rows_of(deployed, "SELECT count(*) FROM analysis_reports") == [(1,)]


def test_a_whole_tick_is_planned_and_pulled_through_a_pooler(
    hos: Hos, deployed: str, transaction_pooler: PgBouncer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_DATABASE_URL", transaction_pooler.url(deployed))
    hos("enroll", "--all").succeeded()
    with dg.instance_for_test() as instance:
        for job, config in (
            ("plan_refresh", tick_run_config("tick")),
            ("refresh_profiles", refresh_run_config(batch_id="tick:0")),
        ):
            assert defs().resolve_job_def(job).execute_in_process(instance=instance, run_config=config).success
    assert (
        rows_of(deployed, "SELECT count(*) FROM sync_state WHERE last_outcome = 'updated' AND lease IS NULL")[0][0] >= 6
    )
    assert rows_of(deployed, "SELECT count(*) FROM refresh_batches WHERE finished_at IS NULL") == [(0,)]


def test_webhooks_are_taken_in_through_a_pooler(pooled: str, deployed: str, start: Start) -> None:  # noqa: F811
    sender = start(pooled)
    with ThreadPoolExecutor(8) as threads:
        bodies = [json.dumps({"externalId": "anna", "number": number}).encode() for number in range(40)]
        answers: list[httpx.Response] = list(threads.map(sender.post, bodies))
    assert {answer.status_code for answer in answers} <= {200, 202, 204}
    assert rows_of(deployed, "SELECT count(*) FROM webhook_inbox") == [(40,)]


def test_what_others_left_in_a_shared_session_changes_nothing(transaction_pooler: PgBouncer, database_url: str) -> None:
    url = transaction_pooler.url(database_url)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as other:
        for statement in LEFT_BEHIND:
            other.execute(statement)
    with connect(url) as session:
        assert session.place.schema == "public"
        for name, value in RELIED_ON.items():
            [(found,)] = session.execute("SELECT current_setting(%s)", (name,)).fetchall()
            assert found.partition(",")[0] == value
        assert session.execute("SHOW transaction_isolation").fetchone() == ("read committed",)
        with consistent_read(session):
            assert session.execute("SHOW transaction_isolation").fetchone() == ("repeatable read",)
            assert session.execute("SELECT current_schema()").fetchone() == ("public",)
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as other:
        assert other.execute("SHOW bytea_output").fetchone() == ("escape",)  # and neither do we, to others
    assert migrate(url) == STEP_NAMES
    assert rows_of(database_url, "SELECT to_regclass('public.profiles') IS NOT NULL") == [(True,)]


def test_nothing_of_ours_stays_in_a_shared_session(
    hos: Hos, deployed: str, transaction_pooler: PgBouncer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = transaction_pooler.url(deployed)
    monkeypatch.setenv("HOS_DATABASE_URL", url)
    hos("enroll", "--all").succeeded()
    hos("refresh", "--all").succeeded()
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as other:
        for left in LEFT_BY_US:
            assert other.execute(left.encode()).fetchone() == (0,), left


def test_dagsters_storage_is_refused_a_pooler_that_shares_sessions(
    hos: Hos, deployed: str, transaction_pooler: PgBouncer, dagster_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(deployed)
    sentence = "HOS_DAGSTER_DATABASE_URL: goes through a pooler that shares sessions"
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", transaction_pooler.url(dagster_url))
    for command in (["enroll", "anna"], ["refresh", "--all"], ["up", "--port", "1"]):
        hos(*command).refused_with(sentence, "Supabase: port 5432")
    checks = {one["check"]: one for one in hos("doctor").json["checks"]}
    assert sentence in checks["dagster storage"]["detail"]
    monkeypatch.setenv("HOS_DATABASE_URL", transaction_pooler.url(deployed))
    monkeypatch.delenv("HOS_DAGSTER_DATABASE_URL")
    hos("enroll", "anna").refused_with(
        "HOS_DAGSTER_DATABASE_URL: is not set, and HOS_DATABASE_URL goes through a pooler"
    )
    assert snapshot(deployed) == before


def test_dagsters_storage_works_through_a_pooler_that_gives_sessions(
    hos: Hos, deployed: str, session_pooler: PgBouncer, dagster_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", session_pooler.url(dagster_url))
    hos("enroll", "--all").succeeded()
    assert hos("refresh", "--all").succeeded().json["biomarkers"]["inserted"] > 0


def test_a_pool_of_one_session_is_enough(server: EmbeddedServer, database_url: str) -> None:
    with running_pgbouncer(server, "transaction", size=1) as pooler:
        url = pooler.url(database_url)
        assert shares_sessions(url)
        assert migrate(url) == STEP_NAMES
        assert roll_back(url) == STEP_NAMES[::-1]


@pytest.mark.parametrize("reach", ["directly", "pooled"])
def test_a_migration_waits_for_another_and_says_for_whom(
    database_url: str, transaction_pooler: PgBouncer, reach: str
) -> None:
    url = database_url if reach == "directly" else transaction_pooler.url(database_url)
    heard: list[int] = []
    with connect(database_url) as other, ThreadPoolExecutor(1) as threads:
        with other.transaction():
            other.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
            [(holder,)] = other.execute("SELECT pg_backend_pid()").fetchall()
            waiting = threads.submit(migrate, url, waiting=heard.append)
            wait_until(lambda: heard, "word of another migration")
        assert waiting.result() == STEP_NAMES
    assert heard == [holder]


def test_a_migration_that_does_not_end_is_named_and_not_waited_for_for_ever(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hos_pipelines.postgres.steps.PATIENCE_S", 0)
    with connect(database_url) as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK_KEY,))
        [(holder,)] = other.execute("SELECT pg_backend_pid()").fetchall()
        with pytest.raises(MigrationBusyError, match=rf"server process {holder}\) .*pg_terminate_backend\({holder}\)"):
            migrate(database_url)
