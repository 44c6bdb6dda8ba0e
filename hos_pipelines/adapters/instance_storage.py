"""Dagster's own storage at scale: the one file that stands on Dagster's private parts, written for the versions below.

Three things Dagster has no public door for: pooled connections instead of one per call, planned events in one insert
instead of one by one, and materialisations of many partitions from inside a run written together. Every piece has a
test of its own on a real server; one of them fails when the installed versions are not the ones named here.
"""

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import uuid4
from weakref import WeakSet

import dagster as dg
import sqlalchemy
from dagster._core.events import (  # noqa: TID251  this file is where private parts are held
    DagsterEvent,
    DagsterEventBatchMetadata,
    DagsterEventType,
    StepMaterializationData,
)
from dagster._core.events.log import EventLogEntry  # noqa: TID251
from dagster._core.execution.context.system import StepExecutionContext  # noqa: TID251
from dagster._core.storage.event_log import SqlEventLogStorageTable  # noqa: TID251
from dagster._serdes import ConfigurableClassData
from dagster_postgres import (
    DagsterPostgresStorage,
    PostgresEventLogStorage,
    PostgresRunStorage,
    PostgresScheduleStorage,
)
from dagster_postgres.utils import set_pg_statement_timeout

from hos_pipelines.adapters.database import dagster_database_url
from hos_pipelines.settings import Settings

WRITTEN_FOR = {"dagster": "1.13.27", "dagster-postgres": "0.29.27"}
EVENTS_AT_ONCE = 1000
KEPT_CONNECTIONS = 4
# Dagster asks for a second connection while it holds one: under a bound, enough threads at once wait for each other.
UNBOUNDED = -1
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
        self.engine = _pooled_engine(self.url, pool_recycle_s, 3 * max_overflow)
        sqlalchemy.event.listen(
            self.engine, "connect", lambda connection, _: set_pg_statement_timeout(connection, statement_timeout_ms)
        )

    def dispose(self) -> None:
        """Closes the connections; the engine opens new ones where somebody still asks."""
        self.engine.dispose()


def _pooled_engine(url: str, recycle_s: int, max_overflow: int) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
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
    """Runs, on the shared connections."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        super().__init__(shared.url)


class PooledScheduleStorage(_OnSharedEngine, PostgresScheduleStorage):
    """Schedules, sensors and ticks, on the shared connections."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        super().__init__(shared.url)


class PooledEventLogStorage(_OnSharedEngine, PostgresEventLogStorage):
    """Events, on the shared connections; planned ones are written together."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        super().__init__(shared.url)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """As Dagster's, with one insert for all planned materialisations of the batch."""
        planned = [event for event in events if event.get_dagster_event().is_asset_materialization_planned]
        if planned:
            self._store_planned(planned)
        others = [event for event in events if not event.get_dagster_event().is_asset_materialization_planned]
        if others:
            super().store_event_batch(others)

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
    here. The scheme of the address names psycopg2 outright: SQLAlchemy 2.1 would otherwise pick psycopg 3, on which
    dagster-postgres cannot write events (its NOTIFY takes no bound parameter there).
    """

    def __init__(self, postgres_url: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(postgres_url, should_autocreate_tables=False, inst_data=inst_data)
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
        says how: Dagster reads that variable whenever it has events to write, and offers no other way.
        """
        del config_value
        os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", str(EVENTS_AT_ONCE))
        return cls(postgres_url=dagster_database_url(Settings.from_mapping(os.environ)), inst_data=inst_data)


def report_materializations(
    context: dg.AssetExecutionContext | dg.OutputContext, materializations: Iterable[dg.AssetMaterialization]
) -> None:
    """Records materialisations of many partitions as events of the running step, a thousand in one insert.

    For each the run's log, the partition's status and its latest metadata are what `context.log_event` gives, at a
    thirtieth of the cost; only the console stays silent. Written when this returns, so a failure that follows keeps
    them. On an instance without batches (an ephemeral one) they are written one by one.
    """
    step, returned = _step_of(context)
    by_asset = sorted(materializations, key=lambda one: one.asset_key.to_string())
    for _, same_asset in groupby(by_asset, key=lambda one: one.asset_key):
        events = [_materialization_event(step, materialization) for materialization in same_asset]
        batch = uuid4().hex
        for number, event in enumerate(events, start=1):
            step.instance.report_dagster_event(
                event,
                step.run_id,
                logging.DEBUG,
                batch_metadata=DagsterEventBatchMetadata(batch, is_end=number == len(events)),
            )
        returned.extend(events)


def _step_of(context: dg.AssetExecutionContext | dg.OutputContext) -> tuple[StepExecutionContext, list[DagsterEvent]]:
    """The running step, and the list from which it takes the events that its result names."""
    if isinstance(context, dg.OutputContext):
        return context.step_context, context._events  # noqa: SLF001
    return context.get_step_execution_context(), context.op_execution_context._events  # noqa: SLF001


def _materialization_event(step: StepExecutionContext, materialization: dg.AssetMaterialization) -> DagsterEvent:
    """Field by field what a step's own event has; Dagster's constructor would also print a line for each."""
    return DagsterEvent(
        event_type_value=DagsterEventType.ASSET_MATERIALIZATION.value,
        job_name=step.job_name,
        step_handle=step.step.handle,
        node_handle=step.step.node_handle,
        step_kind_value=step.step.kind.value,
        logging_tags=step.event_tags,
        event_specific_data=StepMaterializationData(materialization),
        message=materialization.description or f"Materialized value {materialization.label}.",
        pid=os.getpid(),
    )
