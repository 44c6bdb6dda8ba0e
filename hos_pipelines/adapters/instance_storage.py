"""Dagster's own storage on the database that the settings name, so that `dagster.yaml` needs no address.

Dagster builds this from `dagster.yaml` in every process, before any definition loads; so the environment is read here.
The scheme names psycopg2 outright: SQLAlchemy 2.1 would otherwise pick psycopg 3, on which dagster-postgres cannot
write events (its NOTIFY takes no bound parameter there).
"""

import os
from collections.abc import Mapping
from typing import Any

from dagster._serdes import ConfigurableClassData
from dagster_postgres import DagsterPostgresStorage

from hos_pipelines.adapters.database import dagster_database_url
from hos_pipelines.settings import Settings


class HolisticStorage(DagsterPostgresStorage):
    """PostgreSQL storage of runs, events, schedules and partitions, addressed by the environment."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Takes no configuration."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> "HolisticStorage":
        """Finds the database, starting the embedded server where none is configured."""
        del config_value
        return cls(postgres_url=dagster_database_url(Settings.from_mapping(os.environ)), inst_data=inst_data)
