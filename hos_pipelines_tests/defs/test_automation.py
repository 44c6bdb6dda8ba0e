from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import psycopg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.database import Database
from hos_pipelines.adapters.partitions import PARTITIONS_NAME
from hos_pipelines.definitions import defs
from hos_pipelines.defs import automation
from hos_pipelines.defs.automation import enrolment_sensor, refresh_active_users, refresh_profiles
from hos_pipelines.defs.environment import now, read_settings
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, Stream
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.sync_store import write_pulls

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
    with dg.build_sensor_context(instance=instance, resources={"database": Database(read_settings)}) as context:
        result = enrolment_sensor(context)
    assert isinstance(result, dg.SkipReason)
    assert result.skip_message is not None
    return result.skip_message


def tick(instance: dg.DagsterInstance) -> list[Any]:
    with dg.build_schedule_context(
        instance=instance, scheduled_execution_time=TICK, resources={"database": Database(read_settings)}
    ) as context:
        requests = refresh_active_users(context)
        assert isinstance(requests, Iterator)
        return list(requests)


def partitions(instance: dg.DagsterInstance) -> list[str]:
    return list(instance.get_dynamic_partitions(PARTITIONS_NAME))


def unfinished_run(instance: dg.DagsterInstance) -> None:
    instance.create_run_for_job(defs().resolve_job_def(refresh_profiles.name), status=dg.DagsterRunStatus.STARTED)


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
    assert sense(instance) == "0 added, 0 deleted, 2 enrolled. Deletions wait for running work."
    assert partitions(instance) == ["anna", "ben", "cleo"]


def test_a_tick_asks_for_everyone_due_in_batches_with_keys_of_their_own(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_BATCH_SIZE", "2")
    requests = tick(instance)
    assert [request.run_key for request in requests] == ["2026-11-01T12:00Z:0", "2026-11-01T12:00Z:1"]
    batches = [request.run_config["ops"]["scores"]["config"]["profile_ids"] for request in requests]
    assert batches == [["anna", "ben"], ["cleo"]]


def test_a_tick_never_overlaps_an_unfinished_one(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    unfinished_run(instance)
    [skip] = tick(instance)
    assert skip.skip_message == "1 refresh runs of an earlier tick are not finished."


def test_a_run_that_was_killed_without_a_word_does_not_hold_up_the_schedule_for_ever(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    unfinished_run(instance)
    monkeypatch.setattr(automation, "LONGEST_RUN", timedelta(0))
    [request] = tick(instance)
    assert isinstance(request, dg.RunRequest)


def test_idle_and_paused_people_are_not_due_and_the_stalest_come_first(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    synced = {"anna": 3, "ben": 1, "cleo": 2}
    for profile_id, hours in synced.items():
        at = now() - timedelta(hours=hours)
        window = PullWindow(at - timedelta(days=7), at)
        for stream in Stream:
            write_pulls(people, stream, [ProfilePull(profile_id, window)])
    [request] = tick(instance)
    assert request.run_config["ops"]["biomarkers"]["config"]["profile_ids"] == ["anna", "cleo", "ben"]
    people.execute("UPDATE profiles SET last_active_at = %s", (now() - timedelta(days=2),))
    [skip] = tick(instance)
    assert skip.skip_message == "Nobody is due."
    later = now() - timedelta(days=2)
    people.execute("UPDATE sync_state SET last_attempt_at = %s WHERE profile_id = 'ben'", (later,))
    window = PullWindow(later, later)
    write_pulls(people, Stream.SCORES, [ProfilePull("anna", window, problem=Outcome.GONE, error="gone")])
    [request] = tick(instance)
    assert request.run_config["ops"]["biomarkers"]["config"]["profile_ids"] == ["ben"]


def test_nothing_calls_sahha_until_someone_says_so() -> None:
    repository = defs().get_repository_def()
    assert repository.get_schedule_def("refresh_active_users").default_status is dg.DefaultScheduleStatus.STOPPED
    assert [sensor.name for sensor in repository.sensor_defs] == ["enrolment_sensor"]


def test_every_asset_explains_itself_in_the_ui() -> None:
    specs = defs().resolve_all_asset_specs()
    assert {spec.key.to_user_string() for spec in specs} == {stream.value for stream in Stream}
    for spec in specs:
        assert spec.description
        assert spec.group_name == "ingestion"
        assert spec.owners
        assert spec.kinds
        assert spec.code_version
        assert isinstance(spec.partitions_def, dg.DynamicPartitionsDefinition)
