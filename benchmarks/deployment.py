"""A deployment of its own for a benchmark: fresh databases, a simulated Sahha, Dagster's daemon; real processes all."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg import sql

from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.settings.settings import SETTING_NAMES

PRESENT = "2026-11-01T12:00:00Z"
END_WITHIN_S = 20
# What is installed has its bytecode; a checkout where this is set would be compiled anew in every run.
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Deployment:
    """Where a benchmark's parts are: the environment its processes share, and the addresses of its databases."""

    environment: Mapping[str, str]
    folder: Path
    database_url: str
    dagster_url: str
    naive_url: str
    simulator_pid: int

    def with_environment(self, **values: str) -> "Deployment":
        """The same parts for processes with other settings."""
        return replace(self, environment={**self.environment, **values})

    def run(self, *command: str) -> None:
        """Runs one of the environment's programs to its end.

        Raises:
            RuntimeError: it failed; the text holds the end of what it said.
        """
        done = subprocess.run(  # noqa: S603  programs of this environment
            _program(command), env=dict(self.environment), cwd=self.folder, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")

    @contextmanager
    def started(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        """One of the environment's programs for as long as the block runs; what it says goes to the folder."""
        with (self.folder / f"{Path(command[0]).name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                _program(command),
                env=dict(self.environment),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            _end(process)
            # A daemon's code server stays until its runs are told to be over, which nobody can once they are dropped.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def deployed(server: EmbeddedServer, home: Path, name: str, simulator: list[str]) -> Iterator[Deployment]:
    """Fresh databases and a simulator with these options; everything is gone with the block but the logs."""
    folder = home / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "dagster").mkdir(parents=True)
    shutil.copyfile(PROJECT_ROOT / "dagster.yaml", folder / "dagster" / "dagster.yaml")
    databases = [name, f"{name}_dagster", f"{name}_naive"]
    for database in databases:
        _create(server, database)
    database_url = with_database(server.url(), name)
    migrate(database_url)
    with _simulator(simulator, folder) as (sahha_url, simulator_pid):
        environment = {
            **{name: value for name, value in os.environ.items() if name not in {*SETTING_NAMES, NO_BYTECODE}},
            "HOS_HOME": str(home),
            "HOS_DATABASE_URL": database_url,
            "DAGSTER_HOME": str(folder / "dagster"),
            "SAHHA_API_BASE_URL": sahha_url,
            "SAHHA_CLIENT_ID": "simulator",
            "SAHHA_CLIENT_SECRET": "simulator",
            "HOS_VIRTUAL_NOW": PRESENT,
        }
        own, dagsters, naive = (with_database(server.url(), database) for database in databases)
        yield Deployment(environment, folder, own, dagsters, naive, simulator_pid)
    for database in databases:
        _drop(server, database)


@contextmanager
def _simulator(options: list[str], folder: Path) -> Iterator[tuple[str, int]]:
    command = _program(("hos", "simulator", "--port", "0", "--at", PRESENT, "--json", *options))
    with (folder / "simulator.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)  # noqa: S603
    try:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise RuntimeError(f"the simulator did not start; see {folder / 'simulator.log'}.")
        yield json.loads(line)["url"], process.pid
    finally:
        _end(process)


def _program(command: tuple[str, ...]) -> list[str]:
    return [str(Path(sys.executable).with_name(command[0])), *command[1:]]


def _end(process: "subprocess.Popen[bytes] | subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=END_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _create(server: EmbeddedServer, name: str) -> None:
    _drop(server, name)
    with connect(server.url("postgres")) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def _drop(server: EmbeddedServer, name: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
