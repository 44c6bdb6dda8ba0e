"""Databases as people have them: behind a pooler, of a role without rights, beside another application."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from hos_pipelines.postgres.address import parameters
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines_tests.cli.conftest import (  # noqa: F401  what commands need
    _own_surroundings,
    dagster_url,
    deployed,
    hos,
)
from hos_pipelines_tests.databases.pgbouncer import PgBouncer, running_pgbouncer

Role = Callable[..., str]


@pytest.fixture(scope="session")
def transaction_pooler(server: EmbeddedServer) -> Iterator[PgBouncer]:
    """A pooler that gives its three sessions out by the transaction."""
    with running_pgbouncer(server, "transaction") as pooler:
        yield pooler


@pytest.fixture(scope="session")
def session_pooler(server: EmbeddedServer) -> Iterator[PgBouncer]:
    """A pooler that gives each client one of forty sessions."""
    with running_pgbouncer(server, "session", size=40) as pooler:
        yield pooler


@pytest.fixture
def role(server: EmbeddedServer) -> Iterator[Callable[[str, str], str]]:
    """Makes a role without any right but to log in; gives the address of a database as it."""
    made: list[tuple[str, str]] = []

    def create(database_url: str, options: str = "") -> str:
        name = f"role_{uuid4().hex[:12]}"
        with psycopg.connect(server.url("postgres"), autocommit=True) as session:
            session.execute(sql.SQL("CREATE ROLE {} LOGIN " + options).format(sql.Identifier(name)))
        made.append((database_url, name))
        known = parameters(database_url)
        return f"postgresql://{name}@/{known['dbname']}?host={known['host']}"

    yield create
    for database_url, name in reversed(made):
        for place in (database_url, server.url("postgres")):
            with psycopg.connect(place, autocommit=True) as session:
                session.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(sql.Identifier(name)))
        with psycopg.connect(server.url("postgres"), autocommit=True) as session:
            session.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def name_of(address: str) -> str:
    """The user of an address."""
    return parameters(address)["user"]
