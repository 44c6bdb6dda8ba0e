"""Long work killed with SIGKILL in the middle: the migration of an older database, maintenance, everybody's analyses.

What it is about to do next is held up by a lock, so that it is known where it was struck.
"""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection, sql

from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.cli.analyze_all import JOBS, analyse_everyone
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines_tests.cli.answers import Snapshot, rows_of, snapshot
from hos_pipelines_tests.cli.processes import HOS, run_hos
from hos_pipelines_tests.faults.deployment import temporary_database
from hos_pipelines_tests.faults.worker import Worker
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.postgres.lives import enrol_people, life, scores, store

LEGACY = Path(__file__).parents[1] / "postgres" / "legacy_database.sql"
PEOPLE = ("anna", "ben", "cleo")

MANY_READINGS = """
INSERT INTO biomarkers (id, profile_id, category, type, value, start_date_time, end_date_time, created_at, updated_at)
SELECT gen_random_uuid(), 'lark', 'activity', 'steps', n::text, begun, begun + interval '1 hour', now(), now()
FROM generate_series(1, 30000) AS n, LATERAL (SELECT timestamptz '2015-01-01Z' + n * interval '1 hour' AS begun) AS at
"""
OLD_AND_NEW = """
INSERT INTO biomarkers (profile_id, type, start_date_time, end_date_time, value)
SELECT 'anna', 'steps', begun, begun + interval '1 hour', 'of ' || begun::date
FROM generate_series(timestamptz '2024-01-01Z', '2026-10-31Z', '6 hours') AS begun
"""
LEFT = """
SELECT (SELECT count(*) FROM biomarkers WHERE end_date_time < timestamptz '2026-11-01 12:00Z' - interval '402 days'),
       (SELECT count(*) FROM webhook_inbox)
"""
KEPT_READINGS = """
SELECT start_date_time, value FROM biomarkers
WHERE start_date_time >= timestamptz '2026-11-01 12:00Z' - interval '400 days' ORDER BY 1
"""
OLD_NOTICES = """
INSERT INTO webhook_inbox (body_hash, event_type, external_id, body, received_at, consumed_at, consumed_as)
SELECT n::text, 'BiomarkerCreatedIntegrationEvent', 'anna', '{}', '2026-01-01Z', '2026-01-01Z', 'due'
FROM generate_series(1, 3) AS n
"""
TABLES = """
SELECT relname::text FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '%%yoyo%%' ORDER BY 1
"""
BLOCKED = "SELECT DISTINCT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
GONE = "SELECT count(*) FROM pg_stat_activity WHERE pid = %s"
CURRENT = """
SELECT t.user_id, t.analysis_type, r.status, r.result - 'analyzed_at'
FROM archetype_analysis_tracking AS t
JOIN analysis_results AS r
  ON (r.profile_id, r.analysis_type, r.archetype, r.fingerprint)
   = (t.user_id, t.analysis_type, t.archetype, t.fingerprint)
ORDER BY 1, 2
"""
KEPT = "SELECT (SELECT count(*) FROM analysis_results), (SELECT count(*) FROM analysis_reports)"


@contextmanager
def held(url: str, table: str, mode: str, kill: Callable[[], object]) -> Iterator[None]:
    """The block starts work, which stops where it needs this table so; there it is killed, and its session ends."""
    with connect(url) as holder:
        with holder.transaction():
            holder.execute(sql.SQL("LOCK TABLE {} IN " + mode).format(sql.Identifier(table)))
            yield
            [(pid,)] = wait_until(lambda: holder.execute(BLOCKED).fetchall(), f"work that needs {table}")
            kill()
        wait_until(lambda: holder.execute(GONE, (pid,)).fetchone() == (0,), "the end of its session")


def killed(url: str, table: str, mode: str, *command: str) -> None:
    """One command, killed where it needs this table."""
    started: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        started[0].kill()
        started[0].wait()

    with held(url, table, mode, kill):
        started.append(subprocess.Popen([HOS, *command], env=os.environ, stdout=subprocess.DEVNULL))


def test_a_killed_migration_of_a_large_older_database_leaves_it_as_it_was_and_the_second_completes(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with temporary_database(server.url()) as struck, temporary_database(server.url()) as calm:
        for url in (struck, calm):
            with connect(url) as session:
                session.execute(LEGACY.read_bytes())
                session.execute(MANY_READINGS)
        before = rows_by_table(struck)
        monkeypatch.setenv("HOS_DATABASE_URL", struck)
        killed(struck, "scores", "ACCESS SHARE MODE", "migrate")
        assert rows_by_table(struck) == before
        assert run_hos("migrate").exit_code == 0
        assert run_hos("migrate", HOS_DATABASE_URL=calm).exit_code == 0
        assert counted(struck) == counted(calm)
        assert counted(struck)["biomarkers"] > 30_000


def test_killed_maintenance_deletes_nothing_that_is_kept_and_the_second_deletes_the_rest(
    deployment: str, connection: Connection[Any]
) -> None:
    enrol_people(connection, "anna")
    connection.execute(OLD_AND_NEW)
    connection.execute(OLD_NOTICES)
    young = young_readings(deployment)
    killed(deployment, "webhook_inbox", "SHARE MODE", "maintain")
    assert young_readings(deployment) == young
    run_hos("maintain").succeeded()
    assert rows_of(deployment, LEFT) == [(0, 0)]
    assert young_readings(deployment) == young


@pytest.mark.parametrize("table", ["analysis_results", "analysis_reports"])
def test_killed_analyses_leave_no_half_and_the_second_run_makes_the_rest_once(
    deployment: str, connection: Connection[Any], tmp_path: Path, table: str
) -> None:
    enrol_people(connection, *PEOPLE)
    store(connection, [row for one in PEOPLE for row in life(one)], [row for one in PEOPLE for row in scores(one)])
    readings = snapshot(deployment)
    worker = start_analyses(tmp_path)
    with held(deployment, table, "SHARE MODE", worker.kill):
        pass
    made = rows_of(deployment, CURRENT)
    assert len(made) == (0 if table == "analysis_results" else 2 * len(PEOPLE))
    assert start_analyses(tmp_path).wait()
    assert rows_of(deployment, KEPT) == [(2 * len(PEOPLE), len(PEOPLE))]
    assert made in ([], rows_of(deployment, CURRENT))
    assert start_analyses(tmp_path).wait()
    assert rows_of(deployment, KEPT) == [(2 * len(PEOPLE), len(PEOPLE))]
    assert snapshot(deployment) == readings


def start_analyses(folder: Path) -> Worker:
    """Everybody's analyses and reports, in a process of their own."""
    return Worker(dict(os.environ), folder / "analyses.log", analyse)


def analyse() -> bool:
    """Whether all of them went well."""
    with suppress(CommandError):
        with open_instance(read_settings()) as instance:
            align_partitions(instance, list(PEOPLE))
        return set(analyse_everyone("test")) == set(JOBS)
    return False


def rows_by_table(url: str) -> Snapshot:
    """Every row of every table, but for the ledger of the steps."""
    tables = [name for (name,) in rows_of(url, TABLES)]
    query = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1")
    with connect(url) as session:
        return {name: [row for (row,) in session.execute(query.format(sql.Identifier(name)))] for name in tables}


def counted(url: str) -> dict[str, int]:
    """How many rows each table holds."""
    return {name: len(rows) for name, rows in rows_by_table(url).items()}


def young_readings(url: str) -> list[tuple[Any, ...]]:
    """What maintenance must keep."""
    return rows_of(url, KEPT_READINGS)
