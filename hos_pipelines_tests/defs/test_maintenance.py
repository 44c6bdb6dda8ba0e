"""The nightly job and the job that fills gaps, as runs of the real definitions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.definitions import defs
from hos_pipelines.defs.operations import maintenance
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import ProfilePull, PullWindow, Stream
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.postgres.sync_store import write_pulls

PEOPLE = ["sim-0001", "sim-0002", "sim-0003"]
DAY = timedelta(days=1)


@pytest.fixture
def people(deployment: str, connection: Connection[Any]) -> Connection[Any]:
    """Three people pulled for the last week, but for a day of the scores of the second."""
    enrol(connection, [Enrolment(name, name) for name in PEOPLE], now(), by_hand=True)
    whole = PullWindow(now() - 7 * DAY, now())
    pulls = [ProfilePull(name, whole) for name in PEOPLE]
    write_pulls(connection, dict.fromkeys(Stream, pulls))
    connection.execute(
        "UPDATE sync_coverage SET covered = covered - what, empty = empty - what "
        "FROM (SELECT tstzmultirange(tstzrange(%s, %s)) AS what) AS hole WHERE profile_id = %s AND stream = 'scores'",
        (now() - 5 * DAY, now() - 4 * DAY, "sim-0002"),
    )
    return connection


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        align_partitions(ephemeral, PEOPLE)
        yield ephemeral


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "RETRY_WAIT_S", 0)


def run(instance: dg.DagsterInstance, job: str = "nightly_maintenance", **arguments: Any) -> dg.ExecuteInProcessResult:
    return defs().resolve_job_def(job).execute_in_process(instance=instance, raise_on_error=False, **arguments)


def counts(result: dg.ExecuteInProcessResult, op: str) -> dict[str, Any]:
    [output] = [event for event in result.events_for_node(op) if event.is_successful_output]
    return {name: value.value for name, value in output.step_output_data.metadata.items()}


def said(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> list[str]:
    """What the ops themselves logged."""
    return [entry.user_message for entry in instance.all_logs(result.run_id) if not entry.is_dagster_event]


def store_old_steps(connection: Connection[Any], *profile_ids: str) -> None:
    connection.cursor().executemany(
        "INSERT INTO biomarkers (profile_id, type, start_date_time) VALUES (%s, 'steps', %s)",
        [(profile_id, now() - 401 * DAY) for profile_id in profile_ids],
    )


def covered(connection: Connection[Any]) -> dict[str, bool]:
    """Whether the week of each profile's scores is covered."""
    rows = connection.execute(
        "SELECT profile_id, covered @> tstzrange(%s, %s) FROM sync_coverage WHERE stream = 'scores'",
        (now() - 7 * DAY, now()),
    )
    return dict(rows.fetchall())


def test_a_night_deletes_what_is_old_and_counts_what_is_missing(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    store_old_steps(people, "sim-0001", "sim-0002")
    result = run(instance)
    assert result.success
    deleted = counts(result, "delete_old_data")
    assert {name: count for name, count in deleted.items() if count} == {"biomarkers": 2}
    assert {*map(str, Stream), "analysis_results", "plan_items", "shortterm_memory", "user_insights"} <= set(deleted)
    assert counts(result, "consolidate_memory") == {"people": 0, "changed": 0, "failed": 0}
    assert counts(result, "list_gaps") == {"biomarkers": 0, "scores": 1, "sahha_archetypes": 0, "profiles": 1}
    assert sorted(said(instance, result)) == [
        "Dagster keeps its log elsewhere than in this project's storage; nothing is trimmed.",
        "Deleted rows: " + ", ".join(f"{name} {count}" for name, count in deleted.items()) + ".",
        "Gaps: biomarkers 0, scores 1, sahha_archetypes 0, profiles 1.",
        "Memories: people 0, changed 0, failed 0.",
    ]
    assert not any("sim-0" in str(event) for event in result.all_events)


def test_the_settings_say_how_long_data_is_kept(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    store_old_steps(people, "sim-0001")
    monkeypatch.setenv("HOS_KEEP_READINGS_DAYS", "402")
    assert counts(run(instance), "delete_old_data")["biomarkers"] == 0


@pytest.mark.usefixtures("_impatient")
def test_one_step_that_fails_stops_no_other(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    people.execute("ALTER TABLE quarantine RENAME TO quarantine_away")
    result = run(instance)
    assert not result.success
    assert [event.step_key for event in result.get_step_failure_events()] == ["delete_old_data"]
    assert not result.retry_attempts_for_node("delete_old_data")
    assert counts(result, "list_gaps")["scores"] == 1


@pytest.mark.usefixtures("_impatient")
def test_a_connection_that_is_lost_is_tried_again_and_what_was_done_stays_done(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    store_old_steps(people, "sim-0001")
    people.execute("INSERT INTO quarantine VALUES ('sim-0001', 'scores', 'x', '{}', 'type: is missing.', %s, %s)",
                   (now() - 91 * DAY, now() - 91 * DAY))  # fmt: skip
    people.execute("CREATE SEQUENCE losses")
    people.execute(
        "CREATE FUNCTION lose_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF nextval('losses') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN OLD; END $$"
    )
    people.execute("CREATE TRIGGER lose BEFORE DELETE ON quarantine FOR EACH ROW EXECUTE FUNCTION lose_once()")
    result = run(instance)
    assert result.success
    assert result.retry_attempts_for_node("delete_old_data") == 1
    found = counts(result, "delete_old_data")
    assert (found["biomarkers"], found["quarantine"]) == (0, 1)
    assert people.execute("SELECT count(*) FROM biomarkers").fetchone() == (0,)


def test_on_the_projects_own_storage_gaps_are_filled_and_dagsters_log_is_trimmed(people: Connection[Any]) -> None:
    with open_instance(read_settings()) as own:
        align_partitions(own, PEOPLE)
        assert run(own, "fill_gaps").success
        assert own.get_materialized_partitions(dg.AssetKey("scores")) == {"sim-0002"}
        result = run(own)
        assert result.success
        assert set(counts(result, "trim_dagster_log")) == {
            "materializations", "planned", "other_events", "log_lines", "runs", "checks",
        }  # fmt: skip


def test_the_night_is_off_until_somebody_turns_it_on() -> None:
    schedule = defs().get_repository_def().get_schedule_def("nightly_maintenance_schedule")
    assert schedule.default_status is dg.DefaultScheduleStatus.STOPPED
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 3 * * *", "UTC")
    assert "deletes for good" in (schedule.description or "")
    for name in ("nightly_maintenance", "fill_gaps"):
        assert defs().resolve_job_def(name).description


def test_filling_gaps_finds_the_profiles_itself_and_pulls_only_them(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    assert covered(people) == {"sim-0001": True, "sim-0002": False, "sim-0003": True}
    assert run(instance, "fill_gaps").success
    assert covered(people) == dict.fromkeys(PEOPLE, True)
    pulled = people.execute("SELECT DISTINCT profile_id FROM scores").fetchall()
    assert pulled == [("sim-0002",)]
    assert people.execute("SELECT count(*) FROM biomarkers").fetchone() == (0,)
    assert instance.get_materialized_partitions(dg.AssetKey("scores")) == {"sim-0002"}
    again = run(instance, "fill_gaps")
    assert again.success
    assert said(instance, again) == ["nobody to pull"]


def test_filling_gaps_of_named_profiles_leaves_the_others(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    for name, is_filled in (("sim-0003", False), ("sim-0002", True)):
        config = {"ops": {"pull_gaps": {"config": {"profile_ids": [name]}}}}
        assert run(instance, "fill_gaps", run_config=config).success
        assert covered(people)["sim-0002"] is is_filled


def test_filling_gaps_of_somebody_unknown_fails_and_says_why(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    config = {"ops": {"pull_gaps": {"config": {"profile_ids": ["nobody", "sim-0002"]}}}}
    result = run(instance, "fill_gaps", run_config=config)
    failure = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert failure is not None
    assert failure.description is not None
    assert failure.description.startswith("1 of 2 profiles failed, the others are committed. First: nobody ")
    assert "is not enrolled" in failure.description
    assert covered(people)["sim-0002"]
