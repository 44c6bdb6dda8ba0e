"""What tests stand on: a real PostgreSQL for the session with a database of its own for each test, and a simulator."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import Connection, sql

from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.embedded import EmbeddedServer, join_server
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.sahha import client as sahha_client
from hos_pipelines.settings.settings import SETTING_NAMES
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.sahha.transports import TRANSPORTS

TEMPLATE = "hos_test_template"


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """An embedded PostgreSQL for the whole session, holding a migrated template database.

    In a folder of its own: pytest closes its base folder to other users whenever a session starts, and as root the
    server runs as another user.
    """
    home = Path(tempfile.mkdtemp(prefix="hos-tests-"))
    embedded = join_server(home)
    _create(embedded, TEMPLATE, "template0")
    migrate(embedded.url(TEMPLATE))
    yield embedded
    embedded.leave()
    shutil.rmtree(home)


@pytest.fixture
def database_url(server: EmbeddedServer) -> Iterator[str]:
    """An empty database."""
    yield from _temporary_database(server, "template0")


@pytest.fixture
def migrated_url(server: EmbeddedServer) -> Iterator[str]:
    """A database with the schema of this code."""
    yield from _temporary_database(server, TEMPLATE)


@pytest.fixture
def connection(migrated_url: str) -> Iterator[Connection[Any]]:
    """An autocommit session on a migrated database."""
    with connect(migrated_url) as session:
        yield session


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see no settings but their own, and no `.env`."""
    for name in (*SETTING_NAMES, "DAGSTER_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOS_HOME", str(tmp_path / "hos-home"))


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    """Six synthetic people with ten days of history, over real HTTP."""
    with running_simulator(SimulatorSettings(users=6, days=10)) as running:
        yield running


@pytest.fixture
def deployment(
    migrated_url: str, server: EmbeddedServer, simulator: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The environment of a deployment: a migrated database, a database for Dagster, the simulator as Sahha.

    Gives the address of the HolisticOS database.
    """
    values = {
        "HOS_DATABASE_URL": migrated_url,
        "SAHHA_API_BASE_URL": simulator.url,
        "SAHHA_CLIENT_ID": "simulator",
        "SAHHA_CLIENT_SECRET": "simulator",
        "SAHHA_MAX_RETRIES": "1",
        "HOS_VIRTUAL_NOW": "2026-11-01T12:00:00Z",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    yield migrated_url
    _drop(server, f"{migrated_url.partition('?')[0].rpartition('/')[2]}_dagster")
    os.environ.pop("DAGSTER_HOME", None)


def _temporary_database(server: EmbeddedServer, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    _create(server, name, template)
    yield with_database(server.url(), name)
    _drop(server, name)


def _create(server: EmbeddedServer, name: str, template: str) -> None:
    statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(server.url("postgres"), autocommit=True) as session:
        session.execute(statement)


def _drop(server: EmbeddedServer, name: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as session:
        session.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every session of the test reaches Sahha so: over our connections, and over httpx's own."""
    name: str = request.param
    monkeypatch.setattr(sahha_client, "connections_to", TRANSPORTS[name])
    return name
