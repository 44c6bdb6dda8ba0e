"""Opens connections for Dagster's storage, which speaks psycopg2, by the addresses that all else opens with psycopg."""

from typing import Any

import psycopg2
from psycopg.conninfo import make_conninfo
from psycopg2.extensions import parse_dsn

from hos_pipelines.postgres.address import parameters, parse
from hos_pipelines.postgres.connection import CONNECT_TIMEOUT_S, session_statement
from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.postgres.room import when_there_is_room

# SQLAlchemy wants one; the connections are ours.
NO_ADDRESS = "postgresql+psycopg2://"


def open_for_dagster(url: str) -> Any:
    """A connection with the settings of the address and those Dagster relies on without setting them.

    It takes the time of the server for UTC, whatever the session says.

    Raises:
        psycopg2.Error: nothing answers at the address, or it refuses us.
    """
    address = parse(url)
    connection = when_there_is_room(
        lambda: psycopg2.connect(address.conninfo, connect_timeout=CONNECT_TIMEOUT_S, client_encoding="UTF8"),
        psycopg2.OperationalError,
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(session_statement(address))
    connection.autocommit = False
    return connection


def require_readable(url: str) -> None:
    """Refuses an address that psycopg reads and psycopg2 does not: each brings a libpq of its own.

    Raises:
        DatabaseUnavailableError: it has an option that only the newer one knows.
    """
    for name, value in parameters(parse(url).conninfo).items():
        try:
            parse_dsn(make_conninfo("", **{name: value}))
        except psycopg2.Error:
            raise DatabaseUnavailableError(
                f"HOS_DAGSTER_DATABASE_URL: the option {name} is not known to the libpq Dagster's storage works with; "
                "leave it out, or name an address without it there."
            ) from None
