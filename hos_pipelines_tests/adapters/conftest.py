"""A Dagster instance as the project's dagster.yaml makes it, on a real PostgreSQL database of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.postgres.connection import connect
from hos_pipelines.settings import PROJECT_ROOT

BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE"


@pytest.fixture
def stored_instance(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """An empty instance; it may set the environment for this test only."""
    shutil.copyfile(PROJECT_ROOT / "dagster.yaml", tmp_path / "dagster.yaml")
    monkeypatch.setenv(BATCH_SIZE, "0")
    monkeypatch.delenv(BATCH_SIZE)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", database_url)
    with dg.DagsterInstance.get() as opened:
        yield opened


@pytest.fixture
def dagster_tables(database_url: str, stored_instance: dg.DagsterInstance) -> Iterator[Connection[Any]]:
    """An autocommit session on that instance's database, to look at what was written."""
    with connect(database_url) as session:
        yield session
