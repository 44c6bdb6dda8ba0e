"""A role that may open twenty sessions, as small managed servers give: what `hos up` and a tick need of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event, Thread
from typing import Any

import pytest
from psycopg import Connection, sql

from hos_pipelines.defs.ingestion.automation import tick_run_config
from hos_pipelines.postgres import room
from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines_tests.faults.account import Account
from hos_pipelines_tests.faults.deployment import Deployment, deployed
from hos_pipelines_tests.faults.operated import operated
from hos_pipelines_tests.faults.promises import calm_has_returned
from hos_pipelines_tests.faults.rounds import NOON, unfinished_batches
from hos_pipelines_tests.faults.sahha import Sahha
from hos_pipelines_tests.patience import wait_until

MOST = 20
ROLE = "few"
DATABASES = ("few", "few_dagster")
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s"
PLANNED = "SELECT profiles_due FROM refresh_ticks WHERE tick = %s"
BAD_RUNS = "SELECT count(*) FROM runs WHERE status NOT IN ('SUCCESS', 'STARTED', 'STARTING', 'QUEUED')"
# A run of each batch, and how many of them the plan of the tick has put into the queue itself.
RUNS_OF_BATCHES = """
SELECT key.value, count(*), bool_and(batch.create_timestamp <= to_timestamp(plan.end_time) AT TIME ZONE 'UTC')
FROM runs AS batch JOIN run_tags AS key ON key.run_id = batch.run_id AND key.key = 'dagster/run_key'
JOIN runs AS plan ON plan.pipeline_name = 'plan_refresh'
WHERE batch.pipeline_name = 'refresh_profiles' GROUP BY 1 ORDER BY 1
"""
LOOK_EVERY_S = 0.2


@pytest.fixture(scope="module")
def admin(server: EmbeddedServer) -> Iterator[Connection[Any]]:
    """A session of the superuser, beside the role and its two databases."""
    role = sql.Identifier(ROLE)
    with connect(with_database(server.url(), "postgres")) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT {}").format(role, sql.Literal(MOST)))
        for name in DATABASES:
            admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), role))
        yield admin
        for name in DATABASES:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture(scope="module")
def few(
    server: EmbeddedServer,
    admin: Connection[Any],
    sahha: Sahha,
    account: Account,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Deployment]:
    """A deployment of that role, whose ticks have three batches."""
    ours, dagsters = (server.url(name).replace("//postgres:@", f"//{ROLE}:@") for name in DATABASES)
    migrate(ours)
    settings = {"HOS_BATCH_SIZE": "10", "HOS_VIRTUAL_NOW": NOON.isoformat()}
    with deployed((ours, dagsters), tmp_path_factory.mktemp("few"), sahha, account, **settings) as few:
        few.start_over(NOON)
        few.served_at[NOON] = NOON
        yield few


def test_a_server_without_room_is_waited_for_and_then_told_with_the_remedy(
    few: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ExitStack() as held:
        for _ in range(MOST):
            held.enter_context(few.session())
        monkeypatch.setattr(room, "PATIENCE_S", 0.5)
        with pytest.raises(DatabaseUnavailableError) as refused:
            few.session()
        assert "has no session left" in str(refused.value)
        assert "docs/connections.md" in str(refused.value)
        monkeypatch.setattr(room, "PATIENCE_S", 60)
        late = Thread(target=held.close)
        late.start()
        few.session().close()
        late.join()


def test_a_tick_of_parallel_runs_is_done_with_twenty_sessions(few: Deployment, admin: Connection[Any]) -> None:
    seen, is_over = [0], Event()

    def watch() -> None:
        while not is_over.wait(LOOK_EVERY_S):
            seen.append(int((admin.execute(SESSIONS, (ROLE,)).fetchone() or (0,))[0]))

    watcher = Thread(target=watch)
    watcher.start()
    try:
        with operated(few.environment, few.folder) as here:
            here.start()
            here.wait_until_up()
            here.launch("plan_refresh", tick_run_config("few"))
            wait_until(lambda: few.rows(PLANNED, "few"), "the plan", look_every_s=1)
            wait_until(lambda: not unfinished_batches(few, "few"), "the end of the tick", look_every_s=1)
    finally:
        is_over.set()
        watcher.join()
    print(f"{max(seen)} sessions at most")  # noqa: T201  what docs/connections.md adds up to
    calm_has_returned(few, since=NOON)
    assert few.dagster_rows(BAD_RUNS) == [(0,)]
    assert few.dagster_rows(RUNS_OF_BATCHES) == [(f"few:{number}", 1, True) for number in range(3)]
    assert 0 < max(seen) <= MOST
