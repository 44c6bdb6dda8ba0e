"""The sensors and schedules that start analyses: who is due, and never two runs at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters import unfinished_runs
from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.analyst.prompt_files import PROMPT_VERSION
from hos_pipelines.definitions import defs
from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.defs.behavior.automation import behavior_sensor
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.circadian.automation import circadian_sensor
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.behavior.behavior_analysis import METHOD_VERSION as BEHAVIOR_VERSION
from hos_pipelines.domain.circadian.circadian_analysis import METHOD_VERSION as CIRCADIAN_VERSION
from hos_pipelines.environment import now, read_settings
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.analysis.methods import METHODS
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, life, night, reading, store

CIRCADIAN, BEHAVIOR = "analyze_due_circadian", "analyze_due_behavior"
SENSORS = {CIRCADIAN: circadian_sensor, BEHAVIOR: behavior_sensor}
NAMES = ["anna", "ben"]


@pytest.fixture
def people(migrated_url: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch) -> Connection[Any]:
    """Two people with four weeks of data, and one who has not brought any."""
    monkeypatch.setenv("HOS_DATABASE_URL", migrated_url)
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-01T12:00:00Z")
    enrol_people(connection, *NAMES, "cleo")
    store(connection, [row for name in NAMES for row in life(name)])
    return connection


@pytest.fixture
def instance(people: Connection[Any]) -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as temporary:
        align_partitions(temporary, [*NAMES, "cleo"])
        for stream in ("biomarkers", "scores"):
            temporary.report_runless_asset_event(dg.AssetMaterialization(stream, partition="anna"))
        yield temporary


def sense(instance: dg.DagsterInstance, job: str = CIRCADIAN) -> dg.RunRequest | str:
    """What a sensor asks for, or why it asks for nothing."""
    runner = AnalysisRunner(read_settings, Database(read_settings), now)
    with dg.build_sensor_context(instance=instance, resources={"analysis_runner": runner}) as context:
        result = SENSORS[job](context)
    if isinstance(result, dg.RunRequest):
        return result
    assert isinstance(result, dg.SkipReason)
    return result.skip_message or ""


def follow(instance: dg.DagsterInstance, job: str = CIRCADIAN) -> set[str]:
    """Runs what a sensor asks for; gives whose partitions are materialised since."""
    request = sense(instance, job)
    assert isinstance(request, dg.RunRequest)
    assert not request.partition_key
    run = defs().resolve_job_def(job).execute_in_process(instance=instance, run_config=request.run_config)
    return {event.partition or "" for event in run.get_asset_materialization_events()}


def test_one_run_is_asked_for_all_who_are_due_until_nobody_is(
    instance: dg.DagsterInstance, people: Connection[Any]
) -> None:
    assert follow(instance) == {"anna", "ben"}
    assert sense(instance) == "Nobody is due."
    store(people, [reading("anna", "steps", TODAY, "1", "count")])
    assert sense(instance) == "Nobody is due."
    store(people, night("ben", TODAY + timedelta(days=1)))
    assert follow(instance) == {"ben"}
    assert sense(instance) == "Nobody is due."


def test_nobody_is_due_where_nothing_was_ever_stored(instance: dg.DagsterInstance, people: Connection[Any]) -> None:
    people.execute("UPDATE profiles SET status = 'paused' WHERE profile_id <> 'cleo'")
    assert [sense(instance, job) for job in SENSORS] == ["Nobody is due."] * 2


def test_no_run_is_asked_for_while_one_is_under_way_and_the_other_analysis_does_not_wait_for_it(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance.create_run_for_job(defs().resolve_job_def(CIRCADIAN), status=dg.DagsterRunStatus.STARTED)
    assert sense(instance) == "An earlier run is still under way."
    assert follow(instance, BEHAVIOR) == {"anna", "ben"}
    assert sense(instance, BEHAVIOR) == "Nobody is due."
    monkeypatch.setattr(unfinished_runs, "LONGEST_RUN", timedelta(0))
    assert isinstance(sense(instance), dg.RunRequest)


@pytest.mark.parametrize(("name", "job"), [("circadian_nightly", CIRCADIAN), ("behavior_nightly", BEHAVIOR)])
def test_the_schedule_is_off_and_asks_for_the_same_run_as_the_sensor(
    instance: dg.DagsterInstance, name: str, job: str
) -> None:
    schedule = defs().get_repository_def().get_schedule_def(name)
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    with dg.build_schedule_context(
        instance=instance, scheduled_execution_time=datetime(2026, 11, 2, 4, 10, tzinfo=UTC)
    ) as context:
        [request] = schedule.evaluate_tick(context).run_requests or []
    sensed = sense(instance, job)
    assert isinstance(sensed, dg.RunRequest)
    assert schedule.job_name == job
    assert request.run_config == sensed.run_config


def test_the_sensors_are_on_from_the_start_and_start_the_jobs_of_many() -> None:
    repository = defs().get_repository_def()
    for name, job in (("circadian_sensor", CIRCADIAN), ("behavior_sensor", BEHAVIOR)):
        sensor = repository.get_sensor_def(name)
        assert sensor.default_status is dg.DefaultSensorStatus.RUNNING
        assert sensor.job_name == job
        assert repository.get_job(job).description


def test_the_code_version_of_each_analysis_follows_its_methods_and_the_prompt() -> None:
    versions = {asset: asset.code_versions_by_key[asset.key] for asset in (circadian_analysis, behavior_analysis)}
    assert versions == {
        circadian_analysis: f"{CIRCADIAN_VERSION}, prompt {PROMPT_VERSION}",
        behavior_analysis: f"{BEHAVIOR_VERSION}, prompt {PROMPT_VERSION}",
    }


def test_each_analysis_depends_on_the_streams_its_methods_read() -> None:
    parents = {asset: asset.asset_deps[asset.key] for asset in (circadian_analysis, behavior_analysis)}
    assert parents == {
        circadian_analysis: {dg.AssetKey(stream.value) for stream in METHODS[AnalysisType.CIRCADIAN].reads},
        behavior_analysis: {dg.AssetKey(stream.value) for stream in METHODS[AnalysisType.BEHAVIOR].reads},
    }
