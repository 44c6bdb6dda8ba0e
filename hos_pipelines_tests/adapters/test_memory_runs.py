"""Runs of the memory asset in this process, against PostgreSQL, and what they leave in Dagster."""

from typing import Any

import dagster as dg
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.defs.memory.automation import memory_sensor
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines_tests.adapters.analysis_jobs import BEHAVIOR, EVERYONE, PEOPLE, checks, events, materialized, run

MEMORY = GuidanceKind.MEMORY.value
STEPS = {"promote", "merge", "decay", "archive", "contest", "supersede"}
CHECKS = dict.fromkeys(
    (
        "working_within_a_day",
        "short_term_within_thirty_days",
        "one_value_is_held",
        "nothing_forgotten_is_held",
        "few_insufficient",
    ),
    True,
)
STATED = """
INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at)
VALUES ('ben', 'goal', '"sleep_better"', 'stated', '2026-10-30T00:00:00Z', '2026-10-30T00:00:00Z')
"""


def job(name: str) -> dg.JobDefinition:
    return defs().resolve_job_def(name)


def sense(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    runner = GuidanceRunner(read_settings, Database(read_settings), now)
    with dg.build_sensor_context(instance=instance, resources={"guidance_runner": runner}) as context:
        result = memory_sensor(context)
    assert isinstance(result, (dg.RunRequest, dg.SkipReason))
    return result


def test_a_range_remembers_everyone_with_counts_and_checks_and_no_health_value(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    assert run(instance, BEHAVIOR, tags=EVERYONE).success
    people.execute(STATED)
    result = job("make_memory").execute_in_process(instance=instance, raise_on_error=False, tags=EVERYONE)
    assert result.success
    told = dict(events(instance, MEMORY))
    assert sorted(told) == PEOPLE
    assert (told["ben"]["status"], told["ben"]["held"], told["anna"]["status"]) == ("ok", 1, "preliminary")
    for metadata in told.values():
        assert set(metadata) - STEPS == {"outcome", "status", "held", "seen"}
    assert checks(instance, result) == CHECKS
    assert not any("sleep_better" in str(event) for event in result.all_events)


def test_the_sensor_asks_for_whoever_said_something_until_nobody_is_due(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    assert isinstance(sense(instance), dg.SkipReason)
    people.execute(STATED)
    request = sense(instance)
    assert isinstance(request, dg.RunRequest)
    result = job("make_due_memory").execute_in_process(instance=instance, run_config=request.run_config)
    assert (result.success, materialized(instance, MEMORY)) == (True, {"ben"})
    assert isinstance(sense(instance), dg.SkipReason)
