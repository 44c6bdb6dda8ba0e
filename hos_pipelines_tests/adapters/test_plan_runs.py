"""Runs of the plan assets in this process, against PostgreSQL, and what they leave in Dagster."""

from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.defs.nutrition_plan.automation import nutrition_plan_sensor
from hos_pipelines.defs.routine_plan.automation import routine_plan_sensor
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines_tests.adapters.analysis_jobs import CIRCADIAN, EVERYONE, PEOPLE, checks, events, materialized, run

ROUTINE, NUTRITION = GuidanceKind.ROUTINE_PLAN, GuidanceKind.NUTRITION_PLAN
SENSORS = {ROUTINE: routine_plan_sensor, NUTRITION: nutrition_plan_sensor}
CHECKS = {
    ROUTINE: {
        "blocks_tile",
        "items_in_their_blocks",
        "caps_hold",
        "every_item_has_a_fact",
        "few_insufficient",
        "few_fallbacks",
    },
    NUTRITION: {
        "restrictions_hold",
        "energy_adds_up",
        "meals_in_their_day",
        "every_item_has_a_fact",
        "few_insufficient",
        "few_fallbacks",
    },
}
STATED = """
INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at)
VALUES ('ben', 'diet', '["low_fodmap"]', 'stated', '2026-10-30T00:00:00Z', '2026-10-30T00:00:00Z'),
       ('cleo', 'health_flags', '["pregnancy"]', 'stated', '2026-10-30T00:00:00Z', '2026-10-30T00:00:00Z'),
       ('cleo', 'birth_date', '"1990-05-01"', 'stated', '2026-10-30T00:00:00Z', '2026-10-30T00:00:00Z')
"""


@pytest.fixture
def analysed(people: Connection[Any], instance: dg.DagsterInstance) -> Connection[Any]:
    assert run(instance, CIRCADIAN, tags=EVERYONE).success
    people.execute(STATED)
    return people


def sense(instance: dg.DagsterInstance, kind: GuidanceKind) -> dg.RunRequest | dg.SkipReason:
    runner = GuidanceRunner(read_settings, Database(read_settings), now)
    with dg.build_sensor_context(instance=instance, resources={"guidance_runner": runner}) as context:
        result = SENSORS[kind](context)
    assert isinstance(result, dg.RunRequest | dg.SkipReason)
    return result


def test_ranges_make_both_plans_with_counts_and_checks_and_no_health_value(
    analysed: Connection[Any], instance: dg.DagsterInstance
) -> None:
    for kind in (ROUTINE, NUTRITION):
        job = defs().resolve_job_def(f"make_{kind}")
        result = job.execute_in_process(instance=instance, raise_on_error=False, tags=EVERYONE)
        assert result.success
        told = dict(events(instance, kind.value))
        assert sorted(told) == PEOPLE
        for metadata in told.values():
            assert set(metadata) <= {"outcome", "status", "items", "counted", "day"}
        passed = checks(instance, result)
        assert set(passed) == CHECKS[kind]
        assert {name for name, has_passed in passed.items() if not has_passed} <= {"few_insufficient"}
        assert not any("low_fodmap" in str(event) or "kcal" in str(event) for event in result.all_events)
    assert told["ben"]["status"] == "refused"
    assert told["cleo"]["status"] == "partial"
    shares = _share(instance, result)
    assert shares["refused: restriction_not_supported"] == 1
    assert shares["without numbers: pregnancy"] == 1


def _share(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    found = [entry.dagster_event for entry in instance.all_logs(result.run_id)]
    told = [event.event_specific_data for event in found if event is not None]
    (share,) = [
        one for one in told if isinstance(one, dg.AssetCheckEvaluation) and one.check_name == "few_insufficient"
    ]
    return {name: value.value for name, value in share.metadata.items()}


@pytest.mark.parametrize("kind", [ROUTINE, NUTRITION])
def test_the_sensor_asks_for_one_run_of_all_who_are_due_until_nobody_is(
    analysed: Connection[Any], instance: dg.DagsterInstance, kind: GuidanceKind
) -> None:
    request = sense(instance, kind)
    assert isinstance(request, dg.RunRequest)
    job = defs().resolve_job_def(f"make_due_{kind}")
    assert job.execute_in_process(instance=instance, run_config=request.run_config).success
    assert materialized(instance, kind.value) == set(PEOPLE)
    assert isinstance(sense(instance, kind), dg.SkipReason)
