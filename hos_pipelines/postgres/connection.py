"""Opens connections: one way to turn an address into a session, one error when nothing answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg

from hos_pipelines.postgres.errors import DatabaseUnavailableError

CONNECT_TIMEOUT_S = 10


def connect(url: str) -> psycopg.Connection[Any]:
    """A session in autocommit mode; transactions are opened where they are meant.

    Raises:
        DatabaseUnavailableError: nothing answers at the address, or it refuses us.
    """
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
    except psycopg.Error as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DatabaseUnavailableError(
            f"HOS_DATABASE_URL: {describe(url)} cannot be reached ({_without_secret(reason, url)}); "
            "start the server, or correct the address, user or password."
        ) from None


@contextmanager
def consistent_read(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """A transaction in which every query sees the same moment; nothing can be written in it."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def explained_failures() -> Iterator[None]:
    """Around work on a session: a failure of the server in the middle of it becomes one sentence.

    Of the server's own words only the first are passed on, since details and context may quote rows.

    Raises:
        DatabaseUnavailableError: the server went away, is full, or gave the work up.
    """
    try:
        yield
    except psycopg.OperationalError as error:
        reason = error.diag.message_primary or str(error).partition("\n")[0].strip() or type(error).__name__
        raise DatabaseUnavailableError(
            f"HOS_DATABASE_URL: the database failed in the middle of the work ({reason}); nothing is half-written. "
            "Look after its disk space, its memory and its log; the next tick carries on."
        ) from None


@contextmanager
def without_values() -> Iterator[None]:
    """Around work on a session: an error of the server passes on, but for the values of rows that its text may quote.

    Whoever logs or stores it, as Dagster does with what ends a step, then stores no health value.
    """
    try:
        yield
    except psycopg.Error as error:
        told: BaseException | None = error
        while told is not None:
            if isinstance(told, psycopg.Error):
                told.args = (_without_values(told),)
            told = told.__cause__ or told.__context__
        raise


def describe(url: str) -> str:
    """An address without its password."""
    parts = urlsplit(url)
    user = f"{parts.username}@" if parts.username else ""
    host = parts.hostname or "local socket"
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{user}{host}{port}{parts.path}"


def with_driver(url: str, driver: str) -> str:
    """The address for libraries that read the driver from the scheme."""
    return f"postgresql+{driver}{url.removeprefix('postgresql')}"


def with_database(url: str, database: str) -> str:
    """The address of another database on the same server."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}/{database}{query}"


def _without_values(error: psycopg.Error) -> str:
    """What a server that fails says of itself is kept; of an error about data, only where it lies."""
    if isinstance(error, psycopg.OperationalError):
        return error.diag.message_primary or str(error).partition("\n")[0]
    places = (error.diag.table_name, error.diag.column_name, error.diag.constraint_name)
    where = f" at {', '.join(filter(None, places))}" if any(places) else ""
    return f"{error.sqlstate or 'no SQLSTATE'}{where}; the values are left out."


def _without_secret(text: str, url: str) -> str:
    password = urlsplit(url).password
    return text.replace(password, "***") if password else text
