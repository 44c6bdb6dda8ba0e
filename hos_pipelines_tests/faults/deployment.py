"""A deployment that faults are made in: its databases, its account, and the processes that work in it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, LiteralString
from uuid import uuid4

from psycopg import Connection, sql

from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines.settings.settings import SETTING_NAMES
from hos_pipelines_tests.faults.account import Account
from hos_pipelines_tests.faults.sahha import Sahha
from hos_pipelines_tests.faults.worker import Worker, open_instance

START_OVER = """
TRUNCATE profiles, biomarkers, scores, sahha_archetypes, sync_state, sync_coverage, quarantine, refresh_ticks,
         refresh_batches, archetype_analysis_tracking, analysis_results, analysis_reports, model_calls, model_answers
         CASCADE;
UPDATE sahha_breaker SET opened_at = NULL, retry_at = NULL, failures = 0, reason = NULL;
"""


@dataclass
class Deployment:
    """Where everything is. `environment` is what its processes are given; `served_at` tells what Sahha's clock showed
    when a worker worked at some virtual present.
    """

    environment: dict[str, str]
    folder: Path
    database_url: str
    dagster_url: str
    sahha: Sahha
    account: Account
    people: list[str]
    sahha_now: datetime
    served_at: dict[datetime, datetime] = field(default_factory=dict)

    def start_over(self, at: datetime, people: int | None = None) -> None:
        """Nobody has been pulled yet; everyone, or so many of them, is enrolled at this instant."""
        self.served_at.clear()
        with self.session() as connection:
            connection.execute(START_OVER)
            enrol(connection, [Enrolment(name, name) for name in self.people[:people]], at, by_hand=True)
        self.forget_slowness()
        self.move_sahha(at)

    def forget_slowness(self) -> None:
        """What 429s have taught is forgotten: by itself it goes in real minutes, which a test has not got."""
        for pace in Path(self.environment["HOS_HOME"]).glob("*.pace"):
            pace.unlink()

    def move_sahha(self, to: datetime) -> None:
        """Sets Sahha's clock, and begins to count its requests anew."""
        self.sahha.move_clock(to)
        self.sahha.forget_requests()
        self.sahha_now = to

    def worker(self, at: datetime, task: Callable[..., bool], *arguments: object, **settings: str) -> Worker:
        """A process at a task, whose clock stands at this instant."""
        self.served_at[at] = self.sahha_now
        environment = {**self.environment, "HOS_VIRTUAL_NOW": at.isoformat(), **settings}
        return Worker(environment, self.folder / "worker.log", task, *arguments)

    def session(self) -> Connection[Any]:
        """A session on the HolisticOS database."""
        return connect(self.database_url)

    def rows(self, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query to the HolisticOS database."""
        with self.session() as connection:
            return connection.execute(query, values).fetchall()

    def dagster_rows(self, query: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query to Dagster's database."""
        with connect(self.dagster_url) as connection:
            return connection.execute(query, values).fetchall()


@contextmanager
def deployed(
    urls: tuple[str, str], folder: Path, sahha: Sahha, account: Account, **settings: str
) -> Iterator[Deployment]:
    """A deployment on these two databases, ours and Dagster's; the account's people are its profiles."""
    home = folder / "dagster"
    home.mkdir()
    shutil.copyfile(PROJECT_ROOT / "dagster.yaml", home / "dagster.yaml")
    inherited = {name: value for name, value in os.environ.items() if name not in SETTING_NAMES}
    environment = {
        **inherited,
        "HOS_HOME": str(folder / "hos-home"),
        "HOS_DATABASE_URL": urls[0],
        "HOS_DAGSTER_DATABASE_URL": urls[1],
        "DAGSTER_HOME": str(home),
        "SAHHA_API_BASE_URL": sahha.url,
        "SAHHA_CLIENT_ID": sahha.settings.client_id,
        "SAHHA_CLIENT_SECRET": sahha.settings.client_secret,
        **settings,
    }
    people = [f"sim-{number:04d}" for number in range(1, sahha.settings.users + 1)]
    deployment = Deployment(environment, folder, *urls, sahha, account, people, sahha.settings.at)
    assert deployment.worker(sahha.settings.at, open_instance).wait()
    yield deployment


@contextmanager
def temporary_database(server_url: str, template: str = "template0") -> Iterator[str]:
    """A database for as long as the block."""
    name = sql.Identifier(f"faults_{uuid4().hex}")
    with connect(with_database(server_url, "postgres")) as session:
        session.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))
        yield with_database(server_url, name.as_string().strip('"'))
        session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
