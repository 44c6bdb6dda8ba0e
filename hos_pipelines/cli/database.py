"""The databases a command works with; knows no Dagster, only where its records lie."""

from hos_pipelines.adapters.instance.dagster_driver import require_readable
from hos_pipelines.cli.output import say
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.connection import describe
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.postgres.rehearsal import rehearse_storage
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database, dagster_database_url


def open_database() -> Database:
    """The HolisticOS database of the settings."""
    return Database(read_settings)


def say_waiting(holder: int) -> None:
    """Tells of a migration that is waited for."""
    say(f"Waiting for another migration of this database (server process {holder}).")


def require_dagster_database(settings: Settings) -> str:
    """The address of Dagster's own database, without password.

    Raises:
        DatabaseError: it cannot be reached, or refuses what Dagster's storage needs.
    """
    url = dagster_database_url(settings)
    require_readable(url)
    try:
        rehearse_storage(url)
    except DatabaseError as error:
        raise DatabaseError(str(error).replace("HOS_DATABASE_URL", "HOS_DAGSTER_DATABASE_URL", 1)) from None
    return describe(url)
