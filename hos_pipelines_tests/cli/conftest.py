"""Commands run in this process, as a deployment of their own; and Sahha servers other than the simulator."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner
from psycopg import sql

from hos_pipelines.cli.main import main
from hos_pipelines.postgres.connection import with_database
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines_tests.cli.answers import Answer
from hos_pipelines_tests.cli.fixed_sahha import FixedSahha

Hos = Callable[..., Answer]


@pytest.fixture(autouse=True)
def _own_surroundings(_no_settings_from_outside: None, tmp_path: Path) -> Iterator[None]:
    """Commands set variables and signal handlers and read `.env` of the working directory; none of it stays."""
    before, folder = dict(os.environ), Path.cwd()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    (tmp_path / ".env").touch()
    os.chdir(tmp_path)
    yield
    os.chdir(folder)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def hos() -> Hos:
    """Runs a command with --json in this process."""

    def run(*arguments: str, typed: str = "", as_json: bool = True) -> Answer:
        result = CliRunner().invoke(main, [*arguments, *(["--json"] * as_json)], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture(scope="session")
def dagster_url(server: EmbeddedServer) -> Iterator[str]:
    """A database for Dagster that tests share, since making its tables costs seconds."""
    name = sql.Identifier(f"dagster_{uuid4().hex}")
    with psycopg.connect(server.url("postgres"), autocommit=True) as session:
        session.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield with_database(server.url(), name.as_string().strip('"'))
        session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def deployed(deployment: str, dagster_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A deployment beside the simulator; gives the address of its database."""
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", dagster_url)
    return deployment


@pytest.fixture
def fixed_sahha() -> Iterator[FixedSahha]:
    """A Sahha that serves what it is told, and nobody else's rows."""
    with FixedSahha() as running:
        yield running


@pytest.fixture
def beside_fixed_sahha(
    migrated_url: str, dagster_url: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A deployment beside the fixed Sahha; gives the address of its database."""
    values = {
        "HOS_DATABASE_URL": migrated_url,
        "HOS_DAGSTER_DATABASE_URL": dagster_url,
        "SAHHA_API_BASE_URL": fixed_sahha.url,
        "SAHHA_CLIENT_ID": fixed_sahha.client_id,
        "SAHHA_CLIENT_SECRET": fixed_sahha.client_secret,
        "SAHHA_MAX_RETRIES": "0",
        "HOS_VIRTUAL_NOW": "2026-11-01T12:00:00Z",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return migrated_url
