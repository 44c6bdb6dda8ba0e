"""Opens connections for Dagster's storage, which speaks psycopg2, by the addresses that all else opens with psycopg."""

from typing import Any

import psycopg2

from hos_pipelines.postgres.address import parse
from hos_pipelines.postgres.connection import CONNECT_TIMEOUT_S, session_statement

# SQLAlchemy wants one; the connections are ours.
NO_ADDRESS = "postgresql+psycopg2://"


def open_for_dagster(url: str) -> Any:
    """A connection with the settings of the address and those Dagster relies on without setting them.

    It takes the time of the server for UTC, whatever the session says.

    Raises:
        psycopg2.Error: nothing answers at the address, or it refuses us.
    """
    address = parse(url)
    connection = psycopg2.connect(address.conninfo, connect_timeout=CONNECT_TIMEOUT_S, client_encoding="UTF8")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(session_statement(address))
    connection.autocommit = False
    return connection
