"""Which database to use: the configured one, else the embedded server; and a session on it, checked once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg

from hos_pipelines.postgres.address import describe, parameters, with_database, with_schema, without_schema
from hos_pipelines.postgres.connection import Session, connect, without_values
from hos_pipelines.postgres.embedded import DAGSTER_DATABASE, ensure_database, join_server
from hos_pipelines.postgres.errors import DatabaseError, DatabaseUnavailableError, PoolerError
from hos_pipelines.postgres.poolers import shares_sessions
from hos_pipelines.postgres.schema_state import prepare
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.on_demand import migrate


class Database:
    """The HolisticOS database of this process, found and checked when it is first used."""

    def __init__(self, read_settings: Callable[[], Settings]) -> None:
        self._read_settings = read_settings
        self._url: str | None = None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A connection in autocommit mode to a database whose schema is this code's.

        Raises:
            DatabaseError: it cannot be reached, or its schema is older or newer than the code.
        """
        if self._url is None:
            url = database_url(self._read_settings())
            prepare(url, migrate)
            self._url = url
        with without_values(), connect(self._url) as connection:
            yield connection


def database_url(settings: Settings) -> str:
    """The address of the HolisticOS database; starts or joins the embedded server where none is configured."""
    database = settings.database
    address = join_server(settings.house.home).url() if database.url is None else database.url.get_secret_value()
    return address if database.schema_name is None else with_schema(address, database.schema_name)


def dagster_database_url(settings: Settings) -> str:
    """The address of Dagster's own database.

    Beside a configured HolisticOS database it is named after it, `<name>_dagster`, unless HOS_DAGSTER_DATABASE_URL
    names another. Dagster keeps settings in its sessions, so it needs an address that gives it sessions of its own.

    Raises:
        PoolerError: the address shares sessions among clients.
        DatabaseUnavailableError: it does not exist and may not be created.
    """
    database = settings.database
    if database.dagster_url is not None:
        address = database.dagster_url.get_secret_value()
        _require_own_sessions(address, "goes through a pooler")
        return address
    if database.url is None:
        return join_server(settings.house.home).url(DAGSTER_DATABASE)
    address = database.url.get_secret_value()
    _require_own_sessions(address, "is not set, and HOS_DATABASE_URL goes through a pooler")
    return _beside(address)


def _beside(address: str) -> str:
    """The database for Dagster beside one for HolisticOS, created where that is allowed."""
    beside = f"{_database_of(address)}_dagster"
    try:
        ensure_database(address, beside)
    except psycopg.Error as error:
        raise DatabaseUnavailableError(
            f"HOS_DAGSTER_DATABASE_URL: is not set, and {beside} cannot be reached or created on "
            f"{describe(address)} ({type(error).__name__}); start the server, or create a database "
            "for Dagster and name it there."
        ) from None
    return with_database(without_schema(address), beside)


def _database_of(address: str) -> str:
    named = parameters(address).get("dbname")
    if named:
        return named
    with connect(address) as connection:  # a service file names it
        return connection.info.dbname


def _require_own_sessions(address: str, sentence: str) -> None:
    """Whoever cannot connect is told so where the address is used."""
    is_shared = False
    with suppress(DatabaseError):
        is_shared = shares_sessions(address)
    if is_shared:
        raise PoolerError(
            f"HOS_DAGSTER_DATABASE_URL: {sentence} that shares sessions ({describe(address)}), and Dagster's storage "
            "needs one of its own; name a direct or session address there (Supabase: port 5432 instead of 6543)."
        )
