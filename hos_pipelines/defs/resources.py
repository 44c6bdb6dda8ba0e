"""The resources of the code location: plain objects that find their settings when they are first used."""

import dagster as dg

from hos_pipelines.adapters.database import Database
from hos_pipelines.adapters.ingestion import Ingestion
from hos_pipelines.adapters.io_manager import UpsertIOManager
from hos_pipelines.adapters.laboratory import Laboratory
from hos_pipelines.adapters.refresh_planner import RefreshPlanner
from hos_pipelines.environment import now, read_settings


@dg.definitions
def resources() -> dg.Definitions:
    """One database, one way to Sahha, one planner, one IO manager."""
    database = Database(read_settings)
    return dg.Definitions(
        resources={
            "database": database,
            "laboratory": Laboratory(read_settings, database, now),
            "ingestion": Ingestion(read_settings, database, now),
            "planner": RefreshPlanner(read_settings, database, now),
            "upsert": UpsertIOManager(database, now),
        },
        executor=dg.in_process_executor,
    )
