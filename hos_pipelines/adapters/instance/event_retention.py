"""Retention of Dagster's own log: its size follows the number of profiles, not the number of ticks.

Plain SQL on the tables of dagster-postgres. Partition statuses, latest materialisations and their metadata stay what
they were: what decides one of them is kept however old it is. Ticks are Dagster's own business (`retention` in
dagster.yaml).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.postgres.connection import connect
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import dagster_database_url

ROWS_AT_ONCE = 10_000
RUNS_AT_ONCE = 500

CREATE_DOOMED = "CREATE TEMPORARY TABLE IF NOT EXISTS doomed_events (id bigint PRIMARY KEY, kind text NOT NULL)"

# Of an asset without partitions the materialisations and observations are its history, kept as long as runs are.
# A planned event decides a partition's status for as long as no attempt or materialisation of the partition follows
# it; of every other kind of asset event only the newest is ever asked for.
MARK_SUPERSEDED = """
INSERT INTO doomed_events
SELECT event.id, event.dagster_event_type
FROM (
    SELECT id, run_id, dagster_event_type, timestamp, partition,
           lead(id) OVER (PARTITION BY asset_key, partition, dagster_event_type ORDER BY id) AS next_of_its_kind,
           max(id) FILTER (WHERE dagster_event_type IN ('ASSET_MATERIALIZATION', 'ASSET_MATERIALIZATION_PLANNED'))
               OVER (PARTITION BY asset_key, partition) AS last_attempt
    FROM event_logs
    WHERE asset_key IS NOT NULL
) AS event
LEFT JOIN runs ON runs.run_id = event.run_id
WHERE event.timestamp < CASE
          WHEN event.partition IS NULL AND event.dagster_event_type <> 'ASSET_MATERIALIZATION_PLANNED'
          THEN %(history_before)s ELSE %(superseded_before)s
      END
  AND CASE event.dagster_event_type
          WHEN 'ASSET_MATERIALIZATION_PLANNED' THEN event.id < event.last_attempt
          ELSE event.next_of_its_kind IS NOT NULL
      END
  AND (runs.status IS NULL OR runs.status IN ('SUCCESS', 'FAILURE', 'CANCELED'))
"""

MARK_OLD_LOG = """
INSERT INTO doomed_events
SELECT event.id, 'LOG'
FROM event_logs AS event
LEFT JOIN runs ON runs.run_id = event.run_id
WHERE event.asset_key IS NULL
  AND event.timestamp < %(log_before)s
  AND (runs.status IS NULL OR runs.status IN ('SUCCESS', 'FAILURE', 'CANCELED'))
"""

NEXT_DOOMED = "SELECT id, kind FROM doomed_events WHERE id > %s ORDER BY id LIMIT %s"

# A failed run that a planned event still points to is what makes a partition failed; an asset shows its last run.
OLD_RUNS = """
SELECT run_id
FROM runs
WHERE status IN ('SUCCESS', 'FAILURE', 'CANCELED')
  AND coalesce(end_time, start_time, extract(epoch FROM update_timestamp)) < %(runs_before)s
  AND NOT EXISTS (
      SELECT FROM event_logs
      WHERE event_logs.run_id = runs.run_id
        AND dagster_event_type = 'ASSET_MATERIALIZATION_PLANNED'
        AND event_logs.partition IS NOT NULL
        AND runs.status = 'FAILURE'
  )
  AND NOT EXISTS (SELECT FROM asset_keys WHERE last_run_id = runs.run_id)
ORDER BY id
LIMIT %(size)s
"""

OLD_CHECKS = """
DELETE FROM asset_check_executions AS old
USING asset_check_executions AS newer
WHERE old.create_timestamp < %(checks_before)s
  AND newer.id > old.id
  AND (newer.asset_key, newer.check_name) = (old.asset_key, old.check_name)
  AND newer.partition IS NOT DISTINCT FROM old.partition
"""


@dataclass(frozen=True)
class RetentionRules:
    """How long what nobody needs any more is kept all the same.

    `superseded` is of partitions, each of which shows its newest; what assets without partitions did is kept as long
    as runs are.
    """

    superseded: timedelta = timedelta(hours=1)
    log: timedelta = timedelta(days=14)
    runs: timedelta = timedelta(days=30)


@dataclass(frozen=True)
class RetentionCounts:
    """How many rows were deleted, by what they were. `other_events` are observations, freshness changes and wipes."""

    materializations: int
    planned: int
    other_events: int
    log_lines: int
    runs: int
    checks: int


DEFAULT_RULES = RetentionRules()


@contextmanager
def dagster_session(settings: Settings) -> Iterator[Connection[Any]]:
    """A session in autocommit mode on Dagster's own database.

    Raises:
        DatabaseError: it cannot be reached.
    """
    with connect(dagster_database_url(settings), keeps_session=True) as connection:
        yield connection


def retain_events(connection: Connection[Any], now: datetime, rules: RetentionRules = DEFAULT_RULES) -> RetentionCounts:
    """Deletes superseded asset events and old log lines, runs and check results, of finished runs only.

    In small transactions, oldest first; it may be interrupted at any point and run beside anything, itself included.
    A schedule or sensor forgets the run keys of the runs that go.
    """
    connection.execute(CREATE_DOOMED)
    connection.execute("TRUNCATE doomed_events")
    before = {"superseded_before": now - rules.superseded, "history_before": now - max(rules.runs, rules.superseded)}
    connection.execute(MARK_SUPERSEDED, {name: _as_stored(instant) for name, instant in before.items()})
    connection.execute(MARK_OLD_LOG, {"log_before": _as_stored(now - rules.log)})
    deleted = _delete_doomed(connection)
    materializations, planned, log_lines = (
        deleted.pop(kind, 0) for kind in ("ASSET_MATERIALIZATION", "ASSET_MATERIALIZATION_PLANNED", "LOG")
    )
    return RetentionCounts(
        materializations=materializations,
        planned=planned,
        other_events=deleted.total(),
        log_lines=log_lines,
        runs=_delete_old_runs(connection, now - rules.runs),
        checks=connection.execute(OLD_CHECKS, {"checks_before": _as_stored(now - rules.runs)}).rowcount,
    )


def vacuum_events(connection: Connection[Any]) -> None:
    """Makes the room of deleted rows usable again and renews the planner's statistics; the session must autocommit.

    asset_keys is among them for its few large rows: each holds the status of every partition and is rewritten whole.
    """
    connection.execute("VACUUM (ANALYZE) event_logs, asset_event_tags, asset_keys, runs, run_tags")


def _delete_doomed(connection: Connection[Any]) -> Counter[str]:
    deleted: Counter[str] = Counter()
    last = 0
    while rows := connection.execute(NEXT_DOOMED, (last, ROWS_AT_ONCE)).fetchall():
        ids = [id_ for id_, _ in rows]
        with connection.transaction():
            connection.execute("DELETE FROM asset_event_tags WHERE event_id = ANY(%s)", (ids,))
            connection.execute("DELETE FROM event_logs WHERE id = ANY(%s)", (ids,))
        deleted.update(kind for _, kind in rows)
        last = ids[-1]
    return deleted


def _delete_old_runs(connection: Connection[Any], before: datetime) -> int:
    """Deletes the rows of the runs, never their asset events: `DagsterInstance.delete_run` would take those too."""
    deleted = 0
    arguments = {"runs_before": before.timestamp(), "size": RUNS_AT_ONCE}
    while rows := connection.execute(OLD_RUNS, arguments).fetchall():
        run_ids = [run_id for (run_id,) in rows]
        with connection.transaction():
            connection.execute("DELETE FROM event_logs WHERE run_id = ANY(%s) AND asset_key IS NULL", (run_ids,))
            connection.execute("DELETE FROM run_tags WHERE run_id = ANY(%s)", (run_ids,))
            connection.execute("DELETE FROM runs WHERE run_id = ANY(%s)", (run_ids,))
        deleted += len(run_ids)
    return deleted


def _as_stored(instant: datetime) -> datetime:
    """Dagster's columns hold UTC without saying so."""
    return instant.astimezone(UTC).replace(tzinfo=None)
