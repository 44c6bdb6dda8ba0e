"""A Dagster instance as the project's dagster.yaml makes it, on a real PostgreSQL; people to analyse."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.postgres.connection import connect
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines_tests.adapters.analysis_jobs import PEOPLE
from hos_pipelines_tests.postgres.lives import enrol_people, life, scores, store

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


@pytest.fixture
def people(migrated_url: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Connection[Any]:
    """Four people with four weeks of data, and the environment of a deployment whose present is fixed."""
    monkeypatch.setenv("HOS_DATABASE_URL", migrated_url)
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-01T12:00:00Z")
    enrol_people(connection, *PEOPLE)
    store(connection, [row for name in PEOPLE for row in life(name)], [one for name in PEOPLE for one in scores(name)])
    return connection


@pytest.fixture
def instance(people: Connection[Any]) -> Iterator[dg.DagsterInstance]:
    """An instance that has seen data arrive: Dagster then looks at the partitions of what an asset depends on."""
    with dg.DagsterInstance.ephemeral() as ephemeral:
        align_partitions(ephemeral, PEOPLE)
        for stream in ("biomarkers", "scores"):
            ephemeral.report_runless_asset_event(dg.AssetMaterialization(stream, partition="anna"))
        yield ephemeral
