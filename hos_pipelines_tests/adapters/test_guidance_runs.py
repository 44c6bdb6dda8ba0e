"""Runs of the guidance assets in this process, against PostgreSQL, and what they leave in Dagster."""

from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.definitions import defs
from hos_pipelines.defs.insights.automation import insights_sensor
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines_tests.adapters.analysis_jobs import (
    BEHAVIOR,
    EVERYONE,
    PEOPLE,
    checks,
    events,
    materialized,
    refusal,
    run,
)

INSIGHTS = GuidanceKind.INSIGHTS.value
ALLOWED = {"outcome", "status", "tests", "passed", "new", "confirmed", "ended"}
CHECKS = {"evidence_exists": True, "five_at_most": True, "few_insufficient": True, "few_fallbacks": True}


@pytest.fixture
def analysed(people: Connection[Any], instance: dg.DagsterInstance) -> Connection[Any]:
    assert run(instance, BEHAVIOR, tags=EVERYONE).success
    return people


def make(instance: dg.DagsterInstance, **arguments: Any) -> dg.ExecuteInProcessResult:
    job = defs().resolve_job_def("make_insights")
    return job.execute_in_process(instance=instance, raise_on_error=False, **arguments)


def make_due(instance: dg.DagsterInstance, **values: Any) -> dg.ExecuteInProcessResult:
    job = defs().resolve_job_def("make_due_insights")
    config = {"ops": {"due_insights": {"config": values}}}
    return job.execute_in_process(instance=instance, raise_on_error=False, run_config=config)


def sense(instance: dg.DagsterInstance) -> dg.RunRequest | str:
    runner = GuidanceRunner(read_settings, Database(read_settings), now)
    with dg.build_sensor_context(instance=instance, resources={"guidance_runner": runner}) as context:
        result = insights_sensor(context)
    if isinstance(result, dg.RunRequest):
        return result
    assert isinstance(result, dg.SkipReason)
    return result.skip_message or ""


def test_a_range_materialises_everyone_with_counts_and_checks_and_no_health_value(
    analysed: Connection[Any], instance: dg.DagsterInstance
) -> None:
    result = make(instance, tags=EVERYONE)
    assert result.success
    told = events(instance, INSIGHTS)
    assert sorted(name for name, _ in told) == PEOPLE
    for _, metadata in told:
        assert {name for name in metadata if not name.startswith("new_")} == ALLOWED
        assert metadata["outcome"] == "new"
    assert checks(instance, result) == CHECKS


def test_the_sensor_asks_for_one_run_of_all_who_are_due_until_nobody_is(
    analysed: Connection[Any], instance: dg.DagsterInstance
) -> None:
    request = sense(instance)
    assert isinstance(request, dg.RunRequest)
    job = defs().resolve_job_def("make_due_insights")
    result = job.execute_in_process(instance=instance, run_config=request.run_config)
    assert materialized(instance, INSIGHTS) == set(PEOPLE)
    assert checks(instance, result) == CHECKS
    assert sense(instance) == "Nobody is due."
    assert make_due(instance, profile_ids=["anna"]).success
    assert len(events(instance, INSIGHTS)) == len(PEOPLE)


def test_a_run_that_names_nobody_or_people_twice_over_says_what_to_set(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    assert refusal(make_due(instance)).startswith("profile_ids: is empty, and due is not set")
    assert refusal(make_due(instance, due=True, profile_ids=["anna"])).startswith("profile_ids: must be empty")


def test_whoever_has_no_analysis_fails_alone(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    assert run(instance, BEHAVIOR, partition_key="anna").success
    result = make(instance, tags=EVERYONE)
    assert refusal(result).startswith("3 of 4 profiles failed")
    assert materialized(instance, INSIGHTS) == {"anna"}


def test_rows_that_break_a_check_are_counted_whoever_wrote_them(
    analysed: Connection[Any], instance: dg.DagsterInstance
) -> None:
    analysed.execute("ALTER TABLE user_insights DROP CONSTRAINT user_insights_evidence_cited")
    analysed.execute(
        """
        INSERT INTO user_insights
            (profile_id, insight_id, meaning, kind, category, subject, direction, band, title, content, action, effect,
             unit, interval_low, interval_high, least_change, p, q, n, window_from, window_to, rank, confidence,
             fact_ids, evidence, rule_version, fingerprint, first_shown_at, last_confirmed_at, expires_at)
        SELECT 'anna', 'made-' || subject, 'm', 'recent', 'sleep', subject, 'up', 'large', 't', 'c', 'a', 2, 'hour', 1,
               3, 1, 0.01, 0.05, 30, '2026-10-01', '2026-11-01', 0.5, 'high', ARRAY['lost'], '{}', '1', 'f', now(),
               now(), now()
        FROM unnest(ARRAY['one', 'two', 'three', 'four', 'five', 'six']) AS made (subject)
        """
    )
    told = checks(instance, make_due(instance, profile_ids=["ben"]))
    assert told == {**CHECKS, "evidence_exists": False, "five_at_most": False}
