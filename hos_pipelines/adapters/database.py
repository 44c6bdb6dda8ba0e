"""Which database to use: the configured one, else the embedded server; and a session on it, checked once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import Connection

from hos_pipelines.postgres.connection import connect, describe, with_database, with_driver, without_values
from hos_pipelines.postgres.embedded import DAGSTER_DATABASE, ensure_database, join_server
from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.postgres.migrate import prepare
from hos_pipelines.settings import Settings


class Database:
    """The HolisticOS database of this process, found and checked when it is first used."""

    def __init__(self, read_settings: Callable[[], Settings]) -> None:
        self._read_settings = read_settings
        self._url: str | None = None

    @contextmanager
    def session(self) -> Iterator[Connection[Any]]:
        """A connection in autocommit mode to a database whose schema is this code's.

        Raises:
            DatabaseError: it cannot be reached, or its schema is older or newer than the code.
        """
        if self._url is None:
            url = database_url(self._read_settings())
            prepare(url)
            self._url = url
        with without_values(), connect(self._url) as connection:
            yield connection


def database_url(settings: Settings) -> str:
    """The address of the HolisticOS database; starts or joins the embedded server where none is configured."""
    return settings.hos_database_url or join_server(settings.hos_home).url()


def dagster_database_url(settings: Settings) -> str:
    """The address of Dagster's own database, with the driver dagster-postgres installs.

    Beside a configured HolisticOS database it is named after it, `<name>_dagster`, unless HOS_DAGSTER_DATABASE_URL
    names another.

    Raises:
        DatabaseUnavailableError: it does not exist and may not be created.
    """
    if settings.hos_dagster_database_url is not None:
        return with_driver(settings.hos_dagster_database_url, "psycopg2")
    if settings.hos_database_url is None:
        return with_driver(join_server(settings.hos_home).url(DAGSTER_DATABASE), "psycopg2")
    beside = f"{urlsplit(settings.hos_database_url).path.strip('/')}_dagster"
    try:
        ensure_database(settings.hos_database_url, beside)
    except psycopg.Error as error:
        raise DatabaseUnavailableError(
            f"HOS_DAGSTER_DATABASE_URL: is not set, and {beside} cannot be reached or created on "
            f"{describe(settings.hos_database_url)} ({type(error).__name__}); start the server, or create a database "
            "for Dagster and name it there."
        ) from None
    return with_driver(with_database(settings.hos_database_url, beside), "psycopg2")
