"""A past for Dagster's log: every profile marked once for two assets, then ticks that each mark some of them again.

The runs of that past never took place. One real run is made, by Dagster, and its rows are copied in the database with
the run, the partition and the time exchanged; the last tick is a real run again, so that Dagster itself leaves its own
records of the newest event.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import dagster as dg
from psycopg import Connection

from hos_pipelines.adapters.partitions import PARTITIONS_NAME, align_partitions
from hos_pipelines.adapters.step_events import report_materializations

MARKED = ("biomarkers", "scores")
USERS_PER_RUN = 1000
SHARE_PER_TICK = 0.01
TICK = timedelta(minutes=30)

COPY_RUN = """
INSERT INTO runs (run_id, snapshot_id, pipeline_name, mode, status, run_body, create_timestamp, update_timestamp,
                  start_time, end_time)
SELECT %(run_id)s::text, snapshot_id, pipeline_name, mode, status, replace(run_body, run_id, %(run_id)s::text),
       %(at)s, %(at)s, %(epoch)s - 60, %(epoch)s
FROM runs WHERE run_id = %(real)s
"""

COPY_TAGS = """
INSERT INTO run_tags (run_id, key, value) SELECT %(run_id)s::text, key, value FROM run_tags WHERE run_id = %(real)s
"""

COPY_EVENTS = """
INSERT INTO event_logs (run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)
SELECT %(run_id)s::text,
       regexp_replace(replace(replace(event, run_id, %(run_id)s::text), partition_copied, profile),
                      '"timestamp": [0-9.]+', '"timestamp": ' || %(epoch)s::text),
       dagster_event_type, %(at)s, step_key, asset_key, CASE WHEN partition IS NOT NULL THEN profile END
FROM event_logs
CROSS JOIN LATERAL (SELECT coalesce(partition, 'of nobody') AS partition_copied) AS copied
CROSS JOIN LATERAL (
    SELECT 'user-' || lpad((n %% %(users)s)::text, 6, '0') AS profile
    FROM generate_series(%(first)s::int, CASE WHEN partition IS NULL THEN %(first)s ELSE %(last)s END) AS n
) AS profiles
WHERE run_id = %(real)s
ORDER BY id
"""


class Marks(dg.Config):
    """Whom the real runs mark."""

    first: int
    size: int


@dg.multi_asset(
    name="refresh",
    specs=[
        dg.AssetSpec(name, partitions_def=dg.DynamicPartitionsDefinition(name=PARTITIONS_NAME), skippable=True)
        for name in MARKED
    ],
)
def _refresh(context: dg.AssetExecutionContext, config: Marks) -> Any:
    report_materializations(
        context,
        [
            dg.AssetMaterialization(
                name,
                partition=profile_id(number),
                metadata={"outcome": "updated", "inserted": 12, "updated": 3, "unchanged": 400, "stale": 0},
            )
            for name in MARKED
            for number in range(config.first, config.first + config.size)
        ],
    )
    yield from ()


def profile_id(number: int) -> str:
    """The partition of the user with this number."""
    return f"user-{number:06d}"


def write_history(
    instance: dg.DagsterInstance, connection: Connection[Any], users: int, ticks: int, now: datetime
) -> None:
    """Adds the partitions and the events of a first load and of `ticks` half-hours up to `now`, a hundredth of the
    users changed in each.
    """
    align_partitions(instance, [profile_id(number) for number in range(users)])
    past = _Past(connection, _run(instance, 0, 1), users)
    began = now - (ticks + 1) * TICK
    past.add_tick(began, 0, users)
    changed = max(1, round(users * SHARE_PER_TICK))
    for tick in range(1, ticks):
        past.add_tick(began + tick * TICK, tick * changed, changed)
    _run(instance, 0, changed)
    connection.execute("VACUUM (ANALYZE)")


def _run(instance: dg.DagsterInstance, first: int, size: int) -> str:
    config = {
        "ops": {"refresh": {"config": {"first": first, "size": size}}},
        "loggers": {"console": {"config": {"log_level": "WARNING"}}},
    }
    return dg.materialize([_refresh], instance=instance, run_config=config).run_id


class _Past:
    """Adds runs that look like a real one of one profile."""

    def __init__(self, connection: Connection[Any], real_run: str, users: int) -> None:
        self._connection = connection
        self._real_run = real_run
        self._users = users

    def add_tick(self, at: datetime, start: int, size: int) -> None:
        """The runs of a tick over so many users from a number on, round the circle of users."""
        for first in range(start, start + size, USERS_PER_RUN):
            self._add_run(at, first, min(first + USERS_PER_RUN, start + size) - 1)

    def _add_run(self, at: datetime, first: int, last: int) -> None:
        values = {
            "real": self._real_run,
            "run_id": str(uuid4()),
            "at": at.astimezone(UTC).replace(tzinfo=None),
            "epoch": at.timestamp(),
            "first": first,
            "last": last,
            "users": self._users,
        }
        with self._connection.transaction():
            for statement in (COPY_RUN, COPY_TAGS, COPY_EVENTS):
                self._connection.execute(statement, values)
