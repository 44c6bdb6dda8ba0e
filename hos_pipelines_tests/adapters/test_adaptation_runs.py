"""Runs of the adaptation asset in this process, against PostgreSQL, and what they leave in Dagster."""

from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.guidance_checks import BOUNDS, GUIDANCE_CHECKS, check_figures
from hos_pipelines.definitions import defs
from hos_pipelines.defs.adaptation.automation import adaptation_sensor
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines_tests.adapters.analysis_jobs import EVERYONE, PEOPLE, checks, events, materialized

KIND = GuidanceKind.ADAPTATION
# Three weeks of four items a day of which two are done, by each of these people.
PLANS = """
WITH item AS (
    INSERT INTO plan_items (id, profile_id, item_id, plan_date, title, recorded_at)
    SELECT md5(who || task || n)::uuid, who, 'task' || task, %(today)s::date - n, 'secret',
           %(now)s::timestamptz - (n + 1) * interval '1 day'
    FROM generate_series(1, 21) AS n CROSS JOIN generate_series(1, 4) AS task
    CROSS JOIN unnest(%(people)s::text[]) AS who
    RETURNING id, profile_id, item_id, plan_date)
INSERT INTO task_checkins (profile_id, plan_item_id, planned_date, completion_status, recorded_at)
SELECT profile_id, id, plan_date, CASE WHEN item_id < 'task3' THEN 'completed' ELSE 'skipped' END,
       (plan_date + time '20:00') AT TIME ZONE 'UTC'
FROM item
"""


@pytest.fixture
def planned(people: Connection[Any]) -> Connection[Any]:
    values = {"today": now().date(), "now": now(), "people": PEOPLE}
    people.execute(PLANS, values)
    return people


def sense(instance: dg.DagsterInstance) -> dg.RunRequest | dg.SkipReason:
    runner = GuidanceRunner(read_settings, Database(read_settings), now)
    with dg.build_sensor_context(instance=instance, resources={"guidance_runner": runner}) as context:
        result = adaptation_sensor(context)
    assert isinstance(result, dg.RunRequest | dg.SkipReason)
    return result


def test_a_range_is_adapted_with_counts_and_checks_and_no_health_value(
    planned: Connection[Any], instance: dg.DagsterInstance
) -> None:
    job = defs().resolve_job_def("make_adaptation")
    result = job.execute_in_process(instance=instance, raise_on_error=False, tags=EVERYONE)
    assert result.success
    told = dict(events(instance, KIND.value))
    assert sorted(told) == PEOPLE
    for metadata in told.values():
        assert set(metadata) <= {"outcome", "status", "weeks", "changes", "evaluations", "versions"}
    passed = checks(instance, result)
    assert set(passed) == set(GUIDANCE_CHECKS[KIND])
    assert all(passed.values())
    assert not any("secret" in str(event) or "SIMPLIFY" in str(event) for event in result.all_events)
    assert planned.execute("SELECT DISTINCT reason FROM adaptation_weeks ORDER BY reason").fetchall() == [
        ("judged_late",),
        ("steady",),
    ]


def test_the_sensor_asks_for_one_run_of_all_who_are_due_until_nobody_is(
    planned: Connection[Any], instance: dg.DagsterInstance
) -> None:
    request = sense(instance)
    assert isinstance(request, dg.RunRequest)
    job = defs().resolve_job_def("make_due_adaptation")
    assert job.execute_in_process(instance=instance, run_config=request.run_config).success
    assert materialized(instance, KIND.value) == set(PEOPLE)
    assert isinstance(sense(instance), dg.SkipReason)


def test_figures_beyond_their_bounds_warn_and_what_cannot_be_told_passes() -> None:
    good = {name: least for name, (least, _) in BOUNDS.items()}
    bad = {"changes_per_person": 2.5, "share_inconclusive": 0.99, "reporting_rate": 0.2}
    for figures, passes in (({}, True), (good, True), (bad, False)):
        results = list(check_figures(KIND, figures))
        assert [one.check_name for one in results] == list(BOUNDS)
        assert all(one.passed is passes for one in results)
        assert {one.severity for one in results} == {dg.AssetCheckSeverity.WARN}
    assert list(check_figures(GuidanceKind.MEMORY, bad)) == []
