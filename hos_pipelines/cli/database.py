"""The databases a command works with; knows no Dagster, only where its records lie."""

from hos_pipelines.adapters.database import Database, dagster_database_url
from hos_pipelines.environment import read_settings
from hos_pipelines.postgres.connection import connect, describe
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.settings import Settings


def open_database() -> Database:
    """The HolisticOS database of the settings."""
    return Database(read_settings)


def require_dagster_database(settings: Settings) -> str:
    """The address of Dagster's own database, without password.

    Raises:
        DatabaseError: it cannot be reached.
    """
    url = dagster_database_url(settings).replace("+psycopg2", "", 1)
    try:
        with connect(url):
            return describe(url)
    except DatabaseError as error:
        raise DatabaseError(str(error).replace("HOS_DATABASE_URL", "HOS_DAGSTER_DATABASE_URL", 1)) from None
