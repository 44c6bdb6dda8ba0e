"""Dagster's storage, addressed by the environment and on pooled connections.

It stands on Dagster's private parts, as `event_log`, `launcher`, `run_origin` and `step_events` do; a test fails where
the installed versions are not those named here.
"""

import os
from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage, PostgresRunStorage, PostgresScheduleStorage

from hos_pipelines.adapters.instance.dagster_driver import NO_ADDRESS
from hos_pipelines.adapters.instance.engine import OnSharedEngine, SharedEngine
from hos_pipelines.adapters.instance.event_log import PooledEventLogStorage
from hos_pipelines.adapters.instance.garbage import collect_seldom
from hos_pipelines.adapters.instance.run_origin import with_origin
from hos_pipelines.private_files import close_what_is_made
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import dagster_database_url

WRITTEN_FOR = {"dagster": "1.13.27", "dagster-postgres": "0.29.27"}
EVENTS_AT_ONCE = 1000


class PooledRunStorage(OnSharedEngine, PostgresRunStorage):
    """Runs, on the shared connections. Those of a command's own process are told where they belong."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        super().__init__(NO_ADDRESS)

    def add_run(self, dagster_run: dg.DagsterRun) -> dg.DagsterRun:
        """As Dagster's."""
        return super().add_run(with_origin(dagster_run))


class PooledScheduleStorage(OnSharedEngine, PostgresScheduleStorage):
    """Schedules, sensors and ticks, on the shared connections."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        super().__init__(NO_ADDRESS)


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
        makes, compute logs among them, are closed to others. And looks for garbage are made seldom, since from here on
        much is imported.
        """
        del config_value
        collect_seldom()
        close_what_is_made()
        os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", str(EVENTS_AT_ONCE))
        return cls(postgres_url=dagster_database_url(Settings.from_mapping(os.environ)), inst_data=inst_data)
