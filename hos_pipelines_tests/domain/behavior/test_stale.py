"""A result whose newest reading is days old: what was found stays, nothing is planned."""

from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.behavior.stale import without_plan
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.result_checks import broken_checks
from hos_pipelines_tests.domain.behavior.people import history, readings

LACKING = "newer readings: the newest are of 2026-03-01"


def result() -> BehaviorResult:
    """Somebody who has given up exercise, so that there is something to advise."""
    rows = [row for row in readings(56, spread=1.5) if row.type != "exercise_duration" or row.local_date < "2026-02-02"]
    return analyze_behavior(history(rows))


def test_a_stale_result_plans_nothing() -> None:
    fresh, stale = result(), without_plan(result(), LACKING)
    assert fresh.recommendations
    assert fresh.primary_goal is not None
    assert stale.status is Status.STALE
    assert (stale.recommendations, stale.primary_goal, stale.readiness_level) == ([], None, None)
    assert stale.readiness.level is None
    assert stale.habit_analysis.friction_points == []
    assert stale.motivation_profile.tactics == []
    assert stale.personalized_strategy.recommended_approach is None
    assert stale.integration_recommendations.for_routine_agent.habit_timing_preferences == []


def test_a_stale_result_keeps_its_facts_and_passes_the_checks() -> None:
    fresh, stale = result(), without_plan(result(), LACKING)
    assert stale.facts == fresh.facts
    assert stale.habit_analysis.behaviors == fresh.habit_analysis.behaviors
    assert broken_checks(stale) == {}
    assert BehaviorResult.model_validate_json(stale.model_dump_json()) == stale
