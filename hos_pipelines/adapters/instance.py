"""Dagster's instance at scale: stands on Dagster's private parts, as `step_events` and `run_origin` do, and on the
versions below.

What Dagster has no public door for: pooled connections instead of one per call, planned events in one insert instead
of one by one, the state of a hundred thousand partitions read without a row object for each, and runs that are missed
when their code server died with them. Every piece has a test of its own on a real server; one fails when the installed
versions are not the ones named here.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any
from weakref import WeakSet

import dagster as dg
import sqlalchemy
from dagster._core.errors import DagsterUserCodeUnreachableError  # noqa: TID251
from dagster._core.events import DagsterEventType  # noqa: TID251  this file is where private parts are held
from dagster._core.events.log import EventLogEntry  # noqa: TID251
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus  # noqa: TID251
from dagster._core.storage.event_log import DynamicPartitionsTable, SqlEventLogStorageTable  # noqa: TID251
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import ConfigurableClassData, deserialize_value
from dagster_postgres import (
    DagsterPostgresStorage,
    PostgresEventLogStorage,
    PostgresRunStorage,
    PostgresScheduleStorage,
)
from dagster_postgres.utils import set_pg_statement_timeout
from sqlalchemy.dialects.postgresql import aggregate_order_by

from hos_pipelines.adapters.dagster_driver import NO_ADDRESS, open_for_dagster
from hos_pipelines.adapters.run_origin import process_is_gone, with_origin
from hos_pipelines.adapters.standing_checks import StandingChecks
from hos_pipelines.adapters.step_events import without_stack
from hos_pipelines.private_files import close_what_is_made
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import dagster_database_url

WRITTEN_FOR = {"dagster": "1.13.27", "dagster-postgres": "0.29.27"}
ANSWER_WITHIN_S = 10
EVENTS_AT_ONCE = 1000
KEYS_LOOKED_UP = 1000
KEPT_CONNECTIONS = 2
# Dagster asks for a second connection while it holds one: under a bound, enough threads at once wait for each other.
UNBOUNDED = -1
APART_S = 0.001
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
RECYCLE_S = 240  # below the idle time-outs of common firewalls and load balancers


class SharedEngine:
    """The connections of one instance, kept open and shared by its three storages.

    A new connection costs more than most of what Dagster asks of it. Each one is tried before it is handed out, so a
    server that went away and came back is noticed and not an error. Beyond those kept, a burst opens as many as it
    needs and closes them again, as all of them would be without this.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._webserver: tuple[int, int, int] | None = None
        self.engine = _pooled_engine(url, RECYCLE_S, UNBOUNDED)
        _living.add(self)

    def tune_for_webserver(self, statement_timeout_ms: int, pool_recycle_s: int, max_overflow: int) -> None:
        """What `dagster-webserver` asks of each storage; the second and third to ask find it done.

        Each of the three would have been allowed `max_overflow` connections of its own.
        """
        wishes = (statement_timeout_ms, pool_recycle_s, max_overflow)
        if wishes == self._webserver:
            return
        self.engine.dispose()
        self._webserver = wishes
        self.engine = _pooled_engine(self.url, pool_recycle_s, max(UNBOUNDED, 3 * max_overflow))
        sqlalchemy.event.listen(
            self.engine, "connect", lambda connection, _: set_pg_statement_timeout(connection, statement_timeout_ms)
        )

    def dispose(self) -> None:
        """Closes the connections; the engine opens new ones where somebody still asks."""
        self.engine.dispose()


def _pooled_engine(url: str, recycle_s: int, max_overflow: int) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(
        NO_ADDRESS,
        creator=partial(open_for_dagster, url),
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,  # an error would quote events, tags and configurations
        pool_size=KEPT_CONNECTIONS,
        max_overflow=max_overflow,
        pool_recycle=recycle_s,
        pool_pre_ping=True,
        pool_use_lifo=True,
    )


_living: WeakSet[SharedEngine] = WeakSet()


def _forget_the_parents_connections() -> None:
    for shared in _living:
        shared.engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_the_parents_connections)


class _OnSharedEngine:
    """Whatever engine the storage makes for itself, it works on the shared one."""

    _shared: SharedEngine

    @property
    def _engine(self) -> sqlalchemy.Engine:
        return self._shared.engine

    @_engine.setter
    def _engine(self, own: sqlalchemy.Engine) -> None:
        own.dispose()

    def optimize_for_webserver(self, statement_timeout: int, pool_recycle: int, max_overflow: int) -> None:
        """Milliseconds, seconds, and connections beyond those kept."""
        self._shared.tune_for_webserver(statement_timeout, pool_recycle, max_overflow)


class PooledRunStorage(_OnSharedEngine, PostgresRunStorage):
    """Runs, on the shared connections. Those of a command's own process are told where they belong."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        super().__init__(NO_ADDRESS)

    def add_run(self, dagster_run: dg.DagsterRun) -> dg.DagsterRun:
        """As Dagster's."""
        return super().add_run(with_origin(dagster_run))


class PooledScheduleStorage(_OnSharedEngine, PostgresScheduleStorage):
    """Schedules, sensors and ticks, on the shared connections."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        super().__init__(NO_ADDRESS)


class PooledEventLogStorage(_OnSharedEngine, StandingChecks, PostgresEventLogStorage):
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
        if others:
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


class HolisticStorage(DagsterPostgresStorage):
    """PostgreSQL storage of runs, events, schedules and partitions, addressed by the environment.

    Dagster builds this from `dagster.yaml` in every process, before any definition loads; so the environment is read
    here. psycopg2 opens the connections: on psycopg 3, which SQLAlchemy 2.1 would pick, dagster-postgres cannot write
    events (its NOTIFY takes no bound parameter there).
    """

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(NO_ADDRESS, should_autocreate_tables=False, inst_data=inst_data)
        shared = SharedEngine(postgres_url)
        self._run_storage = PooledRunStorage(shared)
        self._event_log_storage = PooledEventLogStorage(shared)
        self._schedule_storage = PooledScheduleStorage(shared)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Takes no configuration."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "HolisticStorage":
        """Finds the database, starting the embedded server where none is configured.

        Also turns Dagster's writing of events in batches on for this process and its children, unless the environment
        says how: Dagster reads that variable whenever it has events to write, and offers no other way. The files it
        makes, compute logs among them, are closed to others.
        """
        del config_value
        close_what_is_made()
        os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", str(EVENTS_AT_ONCE))
        return cls(postgres_url=dagster_database_url(Settings.from_mapping(os.environ)), inst_data=inst_data)


class HealthCheckingRunLauncher(dg.DefaultRunLauncher):
    """Dagster's default launcher, but it can also tell whether a run is still there, by asking its code server.

    Dagster's own leaves a run STARTED whose code server died with it, as in a power cut or the end of a container; such
    a run would hold its slot of the pool `sahha` until `max_runtime_seconds`.

    A run that a command ran in a process of this machine is there as long as the process is. A command of another
    machine and a server that is slow to answer have the benefit of the doubt: `max_runtime_seconds` ends them.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        """It does."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Running, or not found where its server is gone or does not know it, or the command that ran it has ended."""
        client = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if client is None and process_is_gone(run.tags):
            return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "the command that ran it has ended")
        if client is None or _has_run(client, run.run_id):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, "its code server is gone or does not know it")

    def has_lost_server(self, run_id: str) -> bool:
        """Whether the code server that was asked to run it is gone."""
        client = self._get_grpc_client_for_termination(run_id)  # type: ignore[no-untyped-call]
        if client is None:
            return False
        try:
            client.ping("")
        except DagsterUserCodeUnreachableError as error:
            return _is_refused(error)
        return False


def _has_run(client: DagsterGrpcClient, run_id: str) -> bool:
    try:
        answer = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=ANSWER_WITHIN_S)
    except DagsterUserCodeUnreachableError as error:
        return not _is_refused(error)
    return bool(deserialize_value(answer, CanCancelExecutionResult).can_cancel)


def is_start_lost(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether nobody is left who could begin a run: its code server is gone. A worker it has left behind finds its run
    ended, and does not begin.
    """
    launcher = instance.run_launcher
    return isinstance(launcher, HealthCheckingRunLauncher) and launcher.has_lost_server(run.run_id)


def _is_refused(error: DagsterUserCodeUnreachableError) -> bool:
    """Whether nobody listens at the address; a server that is only slow exceeds its deadline instead."""
    code = getattr(error.__cause__, "code", None)
    return callable(code) and code().name == "UNAVAILABLE"
