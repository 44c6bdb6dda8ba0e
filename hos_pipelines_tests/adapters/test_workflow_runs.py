"""Runs of the job of complete workflows in this process, against PostgreSQL, and what they leave in Dagster."""

from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.defs.workflow.automation import complete_workflow_sensor
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner
from hos_pipelines_tests.adapters.analysis_jobs import PEOPLE, checks, events

STATED = """
INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at)
VALUES ('ben', 'diet', '["low_fodmap"]', 'stated', '2026-10-30T00:00:00Z', '2026-10-30T00:00:00Z')
"""


def run(instance: dg.DagsterInstance, **config: object) -> dg.ExecuteInProcessResult:
    return (
        defs()
        .resolve_job_def("complete_workflow")
        .execute_in_process(
            instance=instance, raise_on_error=False, run_config={"ops": {"workflows": {"config": config}}}
        )
    )


def sense(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    runner = WorkflowRunner(read_settings, Database(read_settings), now)
    with dg.build_sensor_context(instance=instance, resources={"workflow_runner": runner}) as context:
        result = complete_workflow_sensor(context)
    assert isinstance(result, dg.RunRequest | dg.SkipReason)
    return result


def told_by(result: dg.ExecuteInProcessResult) -> str:
    (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failure.user_failure_data is not None
    return str(failure.user_failure_data.description)


def test_a_run_for_whoever_is_due_marks_each_stage_that_was_made_and_tells_its_checks(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    people.execute(STATED)
    request = sense(instance)
    assert isinstance(request, dg.RunRequest)
    assert request.run_config == {"ops": {"workflows": {"config": {"due": True}}}}
    result = run(instance, due=True)
    assert result.success
    for kind in GuidanceKind.INSIGHTS, GuidanceKind.MEMORY, GuidanceKind.ROUTINE_PLAN:
        assert sorted(key for key, _ in events(instance, kind.value)) == PEOPLE
    assert sorted(key for key, _ in events(instance, "nutrition_plan")) == PEOPLE
    assert {"gates_respected", "caps_hold", "energy_adds_up"} <= set(checks(instance, result))
    rows = people.execute("SELECT DISTINCT batch_id, run_id, trigger, status FROM workflow_executions").fetchall()
    assert rows == [(result.run_id, result.run_id, "due", "done")]
    assert not any("low_fodmap" in str(event) for event in result.all_events)


def test_a_stage_that_failed_fails_the_run_with_the_sentence_and_leaves_the_others_marked(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    people.execute(
        "ALTER TABLE guidance_states ADD CONSTRAINT nothing_of_ben "
        "CHECK (profile_id <> 'ben' OR stage <> 'insights' OR status IS NULL)"
    )
    result = run(instance, profile_ids=PEOPLE)
    assert not result.success
    assert told_by(result).startswith(
        "1 of 4 workflows failed or failed in part, what else was made is stored. First: ben: insights could not be"
    )
    assert sorted(key for key, _ in events(instance, "insights")) == [name for name in PEOPLE if name != "ben"]
    assert sorted(key for key, _ in events(instance, "memory")) == PEOPLE


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({}, "profile_ids: choose one of due, everyone, profile_ids and workflow_ids."),
        ({"due": True, "stages": ["sleep"]}, "stages: sleep is no stage; there are behavior_analysis, "),
        ({"workflow_ids": ["x"]}, "workflow_ids: 'x' is no id of a workflow; "),
    ],
)
def test_a_configuration_that_asks_badly_gets_a_sentence(
    people: Connection[Any], instance: dg.DagsterInstance, config: dict[str, Any], sentence: str
) -> None:
    result = run(instance, **config)
    assert told_by(result).startswith(sentence)
    assert people.execute("SELECT count(*) FROM workflow_executions").fetchone() == (0,)


def test_workflows_that_are_stuck_and_stages_that_fail_or_are_skipped_are_counted_by_reason(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    people.execute(
        """
INSERT INTO workflow_executions (workflow_id, profile_id, run_id, trigger, stages, is_forced, status, errors,
                                 fingerprint, attempt, as_of, started_at, attempted_at)
SELECT gen_random_uuid(), profile_id, 'gone', 'due', '{memory}', false, 'running', '{}', '', 1, at, at, at
FROM profiles CROSS JOIN (SELECT %s::timestamptz - interval '3 hours' AS at) AS ago
""",
        (now(),),
    )
    people.execute(
        """
INSERT INTO workflow_stages (workflow_id, profile_id, stage, status, reason, error, results, fingerprint, attempt,
                             started_at, completed_at)
SELECT workflow_id, profile_id, 'memory', 'failed', 'could not be.', 'could not be.', '{}', '', 1, as_of, as_of
FROM workflow_executions
"""
    )
    result = defs().resolve_job_def("measure_workflows").execute_in_process(instance=instance)
    found = {one.check_name: one for one in result.get_asset_check_evaluations()}
    assert {name: one.passed for name, one in found.items()} == {
        "none_is_stuck": False,
        "few_stages_fail": False,
        "few_stages_are_skipped": True,
    }
    assert found["none_is_stuck"].metadata["stuck"].value == len(PEOPLE)
    assert found["few_stages_fail"].metadata["reasons"].value == {"memory: could not be.": len(PEOPLE)}


def test_the_definitions_of_workflows_are_off_until_somebody_turns_them_on() -> None:
    repository = defs().get_repository_def()
    assert repository.get_schedule_def("complete_workflow_nightly").default_status is dg.DefaultScheduleStatus.STOPPED
    assert repository.get_sensor_def("complete_workflow_sensor").default_status is dg.DefaultSensorStatus.STOPPED
