"""Dagster's event log at scale, on its private parts and for the versions that `storage` names.

What it has no public door for: planned events in one insert instead of one by one, and the state of a hundred thousand
partitions read without a row object for each. Every piece has a test of its own on a real server.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import dagster as dg
import sqlalchemy
from dagster._core.events import DagsterEventType  # noqa: TID251  this file is where private parts are held
from dagster._core.events.log import EventLogEntry  # noqa: TID251
from dagster._core.storage.event_log import DynamicPartitionsTable, SqlEventLogStorageTable  # noqa: TID251
from dagster_postgres import PostgresEventLogStorage
from sqlalchemy.dialects.postgresql import aggregate_order_by

from hos_pipelines.adapters.instance.dagster_driver import NO_ADDRESS
from hos_pipelines.adapters.instance.engine import OnSharedEngine, SharedEngine
from hos_pipelines.adapters.instance.standing_checks import StandingChecks
from hos_pipelines.adapters.step_events import without_stack

KEYS_LOOKED_UP = 1000
APART_S = 0.001
INSERT_MARKS = SqlEventLogStorageTable.insert().returning(SqlEventLogStorageTable.c.id, sort_by_parameter_order=True)
FAILED_ATTEMPTS = sqlalchemy.text("""
SELECT key.partition
FROM unnest(CAST(:keys AS text[])) AS key (partition)
CROSS JOIN LATERAL (
    SELECT id, run_id FROM event_logs
    WHERE asset_key = :asset AND dagster_event_type = 'ASSET_MATERIALIZATION_PLANNED' AND partition = key.partition
    ORDER BY id DESC LIMIT 1
) AS attempt
JOIN runs ON runs.run_id = attempt.run_id AND runs.status = 'FAILURE'
WHERE NOT EXISTS (
    SELECT FROM event_logs AS mark
    WHERE mark.asset_key = :asset AND mark.dagster_event_type = 'ASSET_MATERIALIZATION'
      AND mark.partition = key.partition AND mark.id > attempt.id
)
""")


class PooledEventLogStorage(OnSharedEngine, StandingChecks, PostgresEventLogStorage):
    """Events, on the shared connections: planned ones are written together, partitions read in bulk."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        self._last_mark = 0.0
        super().__init__(NO_ADDRESS)

    def get_dynamic_partitions(self, partitions_def_name: str) -> Sequence[str]:
        """All keys, oldest first, as one array: to make a row object of each takes ten times as long."""
        in_order = aggregate_order_by(DynamicPartitionsTable.c.partition, DynamicPartitionsTable.c.id)
        is_ours = DynamicPartitionsTable.c.partitions_def_name == partitions_def_name
        return self._fetch_array(sqlalchemy.select(sqlalchemy.func.array_agg(in_order)).where(is_ours))

    def get_existing_dynamic_partitions(
        self, partitions_def_name: str, partition_keys: Sequence[str]
    ) -> AbstractSet[str]:
        """Many keys are looked for among all there are, not a thousand at a time in the table."""
        if len(partition_keys) <= KEYS_LOOKED_UP:
            return super().get_existing_dynamic_partitions(partitions_def_name, partition_keys)
        return set(self.get_dynamic_partitions(partitions_def_name)).intersection(partition_keys)

    def get_materialized_partitions(
        self, asset_key: dg.AssetKey, before_cursor: int | None = None, after_cursor: int | None = None
    ) -> set[str]:
        """As Dagster's, as one array."""
        latest = self._latest_event_ids_by_partition_subquery(
            asset_key,
            [DagsterEventType.ASSET_MATERIALIZATION],
            before_cursor=before_cursor or None,
            after_cursor=after_cursor or None,
        )
        return set(self._fetch_array(sqlalchemy.select(sqlalchemy.func.array_agg(latest.c.partition))))

    def get_latest_asset_partition_materialization_attempts_without_materializations(
        self, asset_key: dg.AssetKey, after_storage_id: int | None = None
    ) -> Mapping[str, tuple[str, int]]:
        """As Dagster's, but the server leaves the materialised out, instead of sending everything to be compared."""
        latest = self._latest_event_ids_by_partition_subquery(
            asset_key, [DagsterEventType.ASSET_MATERIALIZATION_PLANNED], after_cursor=after_storage_id
        )
        planned = SqlEventLogStorageTable
        later = SqlEventLogStorageTable.alias("later")
        is_materialized = sqlalchemy.exists().where(
            later.c.asset_key == planned.c.asset_key,
            later.c.dagster_event_type == DagsterEventType.ASSET_MATERIALIZATION.value,
            later.c.partition == planned.c.partition,
            later.c.id > planned.c.id,
        )
        query = (
            sqlalchemy.select(planned.c.partition, planned.c.run_id, planned.c.id)
            .join(latest, latest.c.id == planned.c.id)
            .where(~is_materialized)
        )
        with self.index_connection() as connection:
            return {key: (run_id, event_id) for key, run_id, event_id in connection.execute(query)}

    def _fetch_array(self, query: sqlalchemy.Select[Any]) -> list[str]:
        with self.index_connection() as connection:
            return connection.execute(query).scalar() or []

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """As Dagster's, with one insert for all planned materialisations of the batch.

        Materialisations are a millisecond apart: the UI takes events of one asset at one instant for one event.
        """
        events = self._apart(events)
        planned = [event for event in events if event.get_dagster_event().is_asset_materialization_planned]
        if planned:
            self._store_planned(planned)
        others = [event for event in events if not event.get_dagster_event().is_asset_materialization_planned]
        if others and all(event.get_dagster_event().is_step_materialization for event in others):
            self._store_marks(others)
        elif others:
            super().store_event_batch(others)

    def store_event(self, event: EventLogEntry) -> None:
        """As Dagster's; a step that gave up with a sentence says it first, and without the frames of Dagster."""
        super().store_event(without_stack(event))

    def _apart(self, events: Sequence[EventLogEntry]) -> list[EventLogEntry]:
        """The last keeps its time where it can, those before are moved back; none comes before one written earlier."""
        marks = [event for event in events if event.get_dagster_event().is_step_materialization]
        if len(marks) < 2:  # noqa: PLR2004  one is apart from itself
            return list(events)
        latest, last = marks[-1].timestamp, self._last_mark
        times: dict[int, float] = {}
        for left, event in zip(reversed(range(len(marks))), marks, strict=True):
            last = max(last + APART_S, latest - left * APART_S)
            times[id(event)] = last
        self._last_mark = last
        return [event._replace(timestamp=times.get(id(event), event.timestamp)) for event in events]

    def failed_attempts(self, asset_key: dg.AssetKey, partitions: Collection[str]) -> set[str]:
        """Of these partitions, those whose last attempt failed and that were not materialised since."""
        with self.index_connection() as connection:
            values = {"asset": asset_key.to_string(), "keys": list(partitions)}
            return set(connection.execute(FAILED_ATTEMPTS, values).scalars())

    def _store_marks(self, events: Sequence[EventLogEntry]) -> None:
        """As Dagster's (0.24 ms an event), in a statement that is not compiled anew with all its values (0.16 ms)."""
        with self._connect() as connection:
            rows = [self._event_to_row(event) for event in events]
            ids = connection.execute(INSERT_MARKS, rows).scalars().all()
        with self.index_transaction() as connection:
            self._store_asset_event_tags(connection, events, ids)
            self._store_asset_event(connection, events[-1], ids[-1])

    def _store_planned(self, events: Sequence[EventLogEntry]) -> None:
        """Planned events carry no tags, and of an asset only the run that planned last is kept: no ids are needed."""
        last_of_each = {event.get_dagster_event().asset_key: event for event in events}
        with self.index_transaction() as connection:
            connection.execute(SqlEventLogStorageTable.insert(), [self._event_to_row(event) for event in events])
            for event in last_of_each.values():
                self._store_asset_event(connection, event, event_id=0)

    def dispose(self) -> None:
        """Ends the watching of runs and closes the connections of all three storages."""
        super().dispose()
        self._shared.dispose()
