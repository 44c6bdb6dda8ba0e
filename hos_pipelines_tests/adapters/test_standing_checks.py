"""Checks while runs overlap, as the UI reads them: the last verdict reached is shown, and no mark turns it grey."""

import asyncio
from collections.abc import Iterator
from typing import Any

import dagster as dg
import httpx
import pytest
from dagster._core.definitions.job_base import InMemoryJob  # noqa: TID251  runs here what was made before
from dagster._core.execution.api import execute_run  # noqa: TID251
from dagster._core.loader import LoadingContextForTest  # noqa: TID251  what the UI shows
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecord  # noqa: TID251
from psycopg import Connection

from hos_pipelines.adapters.marking import NOBODY_FAILS
from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.adapters.table_quality_checks import TEXTS
from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_run_config, tick_run_config
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Stream
from hos_pipelines.environment import now
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings

PEOPLE = [f"sim-{number:04d}" for number in range(1, 5)]
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    """Four synthetic people."""
    with running_simulator(SimulatorSettings(users=4, days=5)) as running:
        yield running


@pytest.fixture
def instance(
    deployment: str, connection: Connection[Any], stored_instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> dg.DagsterInstance:
    """Dagster on a real server; a tick is cut into batches of two."""
    monkeypatch.setenv("HOS_BATCH_SIZE", "2")
    enrol(connection, [Enrolment(name, name) for name in PEOPLE], now(), by_hand=True)
    align_partitions(stored_instance, PEOPLE)
    return stored_instance


def fail(simulator: RunningSimulator, *people: str) -> None:
    for person in people:
        fault = {"external_id": person, "kind": "500"}
        httpx.post(f"{simulator.url}/simulator/faults", json=fault).raise_for_status()


def made(instance: dg.DagsterInstance, job: str = "refresh_profiles", **arguments: Any) -> dg.DagsterRun:
    """A run that waits to be begun."""
    return instance.create_run_for_job(defs().resolve_job_def(job), **arguments)


def begin(instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    execute_run(InMemoryJob(defs().resolve_job_def(run.job_name)), run, instance)


def ended(instance: dg.DagsterInstance, job: str = "refresh_profiles", **arguments: Any) -> None:
    """A run from its beginning to its end."""
    begin(instance, made(instance, job, **arguments))


def shown(instance: dg.DagsterInstance, stream: Stream, check: str = NOBODY_FAILS) -> dg.AssetCheckEvaluation | None:
    """`executionForLatestMaterialization` as the webserver works it out; None where it shows "Not evaluated"."""

    async def look() -> dg.AssetCheckEvaluation | None:
        context = LoadingContextForTest(instance)
        record = await AssetCheckExecutionRecord.gen(context, dg.AssetCheckKey(dg.AssetKey(stream), check))
        if record is None or not await record.targets_latest_materialization(context):
            return None
        return record.evaluation

    return asyncio.run(look())


def named(instance: dg.DagsterInstance, stream: Stream = Stream.BIOMARKERS) -> list[str]:
    """Whom the check of a stream names at this moment, in the overview and at the top of its history."""
    evaluation = shown(instance, stream)
    assert evaluation is not None
    names: Any = evaluation.metadata["failing_profiles"].value
    assert evaluation.passed == (not names)
    return sorted(names)


def latest_of_history(instance: dg.DagsterInstance, stream: Stream) -> dg.AssetCheckEvaluation | None:
    key = dg.AssetCheckKey(dg.AssetKey(stream), NOBODY_FAILS)
    return instance.event_log_storage.get_asset_check_execution_history(key, limit=1)[0].evaluation


def test_of_two_batches_the_one_that_ends_last_has_the_last_word(
    instance: dg.DagsterInstance, simulator: RunningSimulator
) -> None:
    ended(instance, "plan_refresh", run_config=tick_run_config("tick"))
    fail(simulator, *PEOPLE)
    first, second = (made(instance, run_config=refresh_run_config(batch_id=f"tick:{n}")) for n in (0, 1))
    assert named(instance) == []  # what the tick knew, while the batches wait
    begin(instance, second)
    assert len(named(instance)) == 2
    begin(instance, first)
    for stream in Stream:
        assert named(instance, stream) == PEOPLE
        assert latest_of_history(instance, stream) == shown(instance, stream)


def test_a_backfill_that_outlives_a_tick_hides_nobody_whom_the_tick_saw_fail(
    instance: dg.DagsterInstance, simulator: RunningSimulator
) -> None:
    backfill = made(instance, tags={START: "sim-0001", END: "sim-0002"})
    fail(simulator, "sim-0004")
    ended(instance, run_config=refresh_run_config(profile_ids=["sim-0003", "sim-0004"]))
    assert named(instance) == ["sim-0004"]
    begin(instance, backfill)
    for stream in Stream:
        assert named(instance, stream) == ["sim-0004"]
        assert latest_of_history(instance, stream) == shown(instance, stream)


def test_a_run_that_was_killed_leaves_the_last_verdict_in_sight(
    instance: dg.DagsterInstance, simulator: RunningSimulator
) -> None:
    fail(simulator, "sim-0001")
    ended(instance, run_config=refresh_run_config(profile_ids=["sim-0001"]))
    killed = made(instance, run_config=refresh_run_config(profile_ids=["sim-0002"]))
    instance.report_run_failed(killed)
    assert named(instance) == ["sim-0001"]


def test_a_later_mark_leaves_the_checks_of_the_tables_in_sight(instance: dg.DagsterInstance) -> None:
    assert shown(instance, Stream.SCORES, "no_duplicates") is None
    ended(instance, run_config=refresh_run_config(profile_ids=["sim-0001"]))
    ended(instance, "check_tables")
    ended(instance, run_config=refresh_run_config(profile_ids=["sim-0002"]))
    for stream in Stream:
        for check in TEXTS:
            assert shown(instance, stream, check) is not None, (stream, check)
