from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import dagster as dg
import psycopg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill  # noqa: TID251
from psycopg import Connection

from hos_pipelines.adapters import unfinished_runs
from hos_pipelines.adapters.partitions import PARTITIONS_NAME
from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_active_users, refresh_batches_sensor
from hos_pipelines.defs.operations.enrolment import enrolment_sensor
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Stream
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.partition_requests import do_what_is_asked

START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
TICK = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def people(deployment: str, connection: Connection[Any]) -> Connection[Any]:
    enrol(connection, [Enrolment(name, name) for name in ("anna", "ben", "cleo")], now(), by_hand=True)
    return connection


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as temporary:
        yield temporary


def sense(instance: dg.DagsterInstance) -> str:
    return told(sensed(instance))


def sensed(instance: dg.DagsterInstance, cursor: str | None = None) -> dg.SensorResult:
    """What the enrolment sensor answers; what it requests is done, as the daemon does."""
    resources = {"database": Database(read_settings)}
    with dg.build_sensor_context(instance=instance, cursor=cursor, resources=resources) as context:
        return do_what_is_asked(instance, enrolment_sensor(context))


def told(result: dg.SensorResult) -> str:
    assert isinstance(result.skip_reason, dg.SkipReason)
    return result.skip_reason.skip_message or ""


def fire(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    """What the schedule asks for at noon."""
    with dg.build_schedule_context(
        instance=instance, scheduled_execution_time=TICK, resources={"database": Database(read_settings)}
    ) as context:
        result = refresh_active_users(context)
    assert isinstance(result, dg.RunRequest | dg.SkipReason)
    return result


def plan(instance: dg.DagsterInstance) -> dict[str, Any]:
    """Plans the tick the schedule asks for, in a real run; gives the metadata of its asset."""
    request = fire(instance)
    assert isinstance(request, dg.RunRequest)
    job = defs().resolve_job_def("plan_refresh")
    result = job.execute_in_process(instance=instance, run_config=request.run_config)
    [event] = result.asset_materializations_for_node("refresh_ticks")
    return {name: value.value for name, value in event.metadata.items()}


def batches(instance: dg.DagsterInstance) -> list[Any]:
    """What the batch sensor asks for."""
    with dg.build_sensor_context(instance=instance, resources={"database": Database(read_settings)}) as context:
        requests = refresh_batches_sensor(context)
        assert isinstance(requests, Iterator)
        return list(requests)


def members(people: Connection[Any], batch_id: str) -> list[str]:
    row = people.execute("SELECT profile_ids FROM refresh_batches WHERE batch_id = %s", (batch_id,)).fetchone()
    assert row is not None
    return list(row[0])


def partitions(instance: dg.DagsterInstance) -> list[str]:
    return list(instance.get_dynamic_partitions(PARTITIONS_NAME))


def unfinished_run(instance: dg.DagsterInstance, job: str = "refresh_profiles") -> None:
    instance.create_run_for_job(defs().resolve_job_def(job), status=dg.DagsterRunStatus.STARTED)


def test_the_sensor_adds_the_enrolled_and_deletes_the_retired(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    assert sense(instance) == "3 added, 0 deleted, 3 enrolled."
    people.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'ben'")
    assert sense(instance) == "0 added, 1 deleted, 2 enrolled."
    assert partitions(instance) == ["anna", "cleo"]


def test_a_failed_read_deletes_nobody(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    sense(instance)
    people.execute("ALTER TABLE profiles RENAME TO profiles_away")
    with pytest.raises((DatabaseError, psycopg.Error)):
        sense(instance)
    assert partitions(instance) == ["anna", "ben", "cleo"]


def test_an_emptied_table_deletes_nobody(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    sense(instance)
    people.execute("DELETE FROM profiles")
    assert sense(instance) == "0 added, 0 deleted, 0 enrolled."
    assert partitions(instance) == ["anna", "ben", "cleo"]


def test_deletions_wait_while_a_refresh_is_running(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    sense(instance)
    people.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'ben'")
    unfinished_run(instance)
    waits = "0 added, 0 deleted, 2 enrolled. 1 deletions wait: a run of refresh_profiles is under way."
    assert sense(instance) == waits
    assert partitions(instance) == ["anna", "ben", "cleo"]


@pytest.mark.parametrize(
    ("job", "tags", "is_deleted"),
    [
        ("__ASSET_JOB", {"dagster/partition": "ben"}, False),
        ("__ASSET_JOB", {"dagster/partition": "cleo"}, True),
        ("analyze_circadian", {START: "anna", END: "cleo"}, False),
        ("make_reports", {START: "cleo", END: "cleo"}, True),
        ("analyze_due_behavior", {}, False),
    ],
)
def test_a_partition_that_a_run_of_any_job_holds_stays(
    people: Connection[Any], instance: dg.DagsterInstance, job: str, tags: dict[str, str], is_deleted: bool
) -> None:
    sense(instance)
    people.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'ben'")
    held = dg.DagsterRun(job_name=job, run_id=str(uuid4()), tags=tags, status=dg.DagsterRunStatus.STARTED)
    instance.add_run(held)
    sense(instance)
    assert ("ben" not in partitions(instance)) == is_deleted


def test_a_backfill_under_way_holds_every_partition(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    sense(instance)
    people.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'ben'")
    backfill = PartitionBackfill("one", BulkActionStatus.REQUESTED, False, {}, 0.0)
    instance.add_backfill(backfill)
    assert sense(instance).endswith("1 deletions wait: a backfill is under way.")
    ended = backfill.with_status(BulkActionStatus.COMPLETED_SUCCESS)  # type: ignore[no-untyped-call]
    instance.update_backfill(ended)
    assert sense(instance) == "0 added, 1 deleted, 2 enrolled."


def test_more_than_a_tenth_of_the_partitions_go_only_when_a_person_says_so(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    instance.add_dynamic_partitions(PARTITIONS_NAME, [f"stray-{number}" for number in range(97)])
    message = sense(instance)
    assert "97 of 97 partitions belong to nobody who is enrolled" in message
    assert message.endswith("set this sensor's cursor to: delete 97")
    assert len(partitions(instance)) == 100
    assert "delete 97" in told(sensed(instance, "delete 96"))
    assert len(partitions(instance)) == 100
    result = sensed(instance, "delete 97")
    assert (told(result), result.cursor) == ("0 added, 97 deleted, 3 enrolled.", None)
    assert partitions(instance) == ["anna", "ben", "cleo"]
    assert sensed(instance, "delete 97").cursor == "nothing is confirmed"


def test_what_the_sensor_changes_is_listed_in_its_tick(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    [request] = sensed(instance).dynamic_partitions_requests or []
    assert isinstance(request, dg.AddDynamicPartitionsRequest)
    assert list(request.partition_keys) == ["anna", "ben", "cleo"]


def test_a_tick_plans_everyone_due_in_batches_and_a_run_is_asked_for_each(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_BATCH_SIZE", "2")
    metadata = plan(instance)
    assert (metadata["tick"], metadata["profiles_due"], metadata["batches"]) == ("2026-11-01T12:00Z", 3, 2)
    requests = batches(instance)
    assert [request.run_key for request in requests] == ["2026-11-01T12:00Z:0", "2026-11-01T12:00Z:1"]
    assert [request.tags["hos/tick"] for request in requests] == ["2026-11-01T12:00Z"] * 2
    assert [members(people, request.run_key) for request in requests] == [["anna", "ben"], ["cleo"]]
    config = requests[0].run_config["ops"]["sahha_streams"]["config"]
    assert config == {"batch_id": "2026-11-01T12:00Z:0", "profile_ids": []}


def test_a_tick_that_is_planned_again_leases_nobody_twice(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    request = fire(instance)
    assert isinstance(request, dg.RunRequest)
    job = defs().resolve_job_def("plan_refresh")
    for _ in range(2):
        assert job.execute_in_process(instance=instance, run_config=request.run_config).success
    assert people.execute("SELECT tick, number FROM refresh_batches").fetchall() == [("2026-11-01T12:00Z", 0)]


def test_no_tick_is_planned_while_an_earlier_one_holds_profiles(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    plan(instance)
    skip = fire(instance)
    assert isinstance(skip, dg.SkipReason)
    assert skip.skip_message == "3 profiles of an earlier tick are not done."


def test_no_tick_is_planned_while_another_is_being_planned(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished_run(instance, "plan_refresh")
    skip = fire(instance)
    assert isinstance(skip, dg.SkipReason)
    assert skip.skip_message == "An earlier tick is still being planned."
    monkeypatch.setattr(unfinished_runs, "LONGEST_RUN", timedelta(0))
    assert isinstance(fire(instance), dg.RunRequest)


def test_leases_of_a_batch_that_never_ran_end_by_themselves(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(instance)
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-01T12:31:00Z")
    assert isinstance(fire(instance), dg.RunRequest)
    [skip] = batches(instance)
    assert skip.skip_message == "No batch is waiting."


def test_where_sahha_may_not_be_asked_the_tick_says_so_and_leases_nobody(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USE_SAHHA_DIRECT", "false")
    metadata = plan(instance)
    assert metadata["data_source"] == "database_fallback"
    assert metadata["source_reason"] == "USE_SAHHA_DIRECT is false."
    assert metadata["profiles_due"] == 0
    assert people.execute("SELECT count(*) FROM sync_state").fetchone() == (0,)


def test_nothing_calls_sahha_until_someone_says_so() -> None:
    repository = defs().get_repository_def()
    assert repository.get_schedule_def("refresh_active_users").default_status is dg.DefaultScheduleStatus.STOPPED
    sensors = {sensor.name for sensor in repository.sensor_defs}
    assert sensors == {
        "enrolment_sensor", "refresh_batches_sensor", "lost_ticks_sensor", "webhook_sensor", "circadian_sensor",
        "behavior_sensor", "insights_sensor", "memory_sensor", "routine_plan_sensor", "nutrition_plan_sensor",
        "adaptation_sensor", "complete_workflow_sensor", "requests_sensor",
    }  # fmt: skip


def test_every_asset_explains_itself_in_the_ui() -> None:
    specs = defs().resolve_all_asset_specs()
    of_profiles = {*map(str, Stream), "circadian_analysis", "behavior_analysis", "analysis_report", *GuidanceKind}
    assert {spec.key.to_user_string() for spec in specs} == {
        *of_profiles, "sahha", "refresh_ticks", "data_freshness", "workflow_health", "request_service",
    }  # fmt: skip
    for spec in specs:
        assert spec.description
        assert spec.group_name in ("sources", "ingestion", "operations", "circadian", "behavior", "guidance", "report")
        assert spec.owners
        assert spec.kinds
        assert spec.code_version
        assert isinstance(spec.partitions_def, dg.DynamicPartitionsDefinition) == (
            spec.key.to_user_string() in of_profiles
        )
