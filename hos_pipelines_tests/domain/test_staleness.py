"""Old results: from when on they are, what of them stays, and that nothing is planned for a past day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines.domain.circadian.stale import OF_NOW
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines.domain.result_checks import broken_checks, write_result
from hos_pipelines.domain.staleness import age_of, as_seen, is_stale
from hos_pipelines_tests.domain.circadian.sleepers import FIRST, LAST, history, sleeper

DAY = date(2026, 11, 1)
OVER = datetime(2026, 11, 2, tzinfo=UTC)
LONG_AFTER = datetime.combine(LAST, datetime.min.time(), UTC) + timedelta(days=487)
ROWS = [
    *sleeper(bed=0.5, hours=5.5),
    *(
        StoredReading("steps", (FIRST + timedelta(days=day)).isoformat(), f"{3000 + 90 * day}", "count")
        for day in range(28)
    ),
]
CIRCADIAN = analyze_circadian(history(ROWS))
BEHAVIOR = analyze_behavior(history(ROWS))
FEW = analyze_circadian(history(sleeper(days=range(2))))


@pytest.mark.parametrize(
    ("now", "hours"),
    [(OVER - timedelta(hours=9), 0), (OVER, 0), (OVER + timedelta(hours=30), 30), (OVER + timedelta(days=487), 11_688)],
)
def test_a_reading_is_as_old_as_its_day_has_been_over(now: datetime, hours: float) -> None:
    assert age_of(DAY, now) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("after", "stale"),
    [
        (timedelta(0), False),
        (timedelta(days=2), False),
        (timedelta(days=2, seconds=1), True),
        (timedelta(days=400), True),
    ],
)
def test_readings_are_stale_from_two_days_and_a_bit(after: timedelta, *, stale: bool) -> None:
    assert is_stale(DAY, OVER + after) is stale


def test_without_any_reading_nothing_is_stale() -> None:
    assert not is_stale(None, OVER)
    empty = analyze_circadian(history([]))
    assert as_seen(empty, LONG_AFTER) == empty


@pytest.mark.parametrize("result", [CIRCADIAN, BEHAVIOR], ids=["circadian", "behavior"])
def test_a_fresh_result_is_shown_as_it_is(result: AnalysisResult) -> None:
    assert as_seen(result, datetime.combine(LAST, datetime.min.time(), UTC) + timedelta(days=2)) is result


@pytest.mark.parametrize("result", [CIRCADIAN, BEHAVIOR], ids=["circadian", "behavior"])
def test_a_stale_result_says_so_and_passes_every_check(result: AnalysisResult) -> None:
    seen = as_seen(result, LONG_AFTER)
    assert seen.status is Status.STALE
    assert broken_checks(seen) == {}
    text, misfits = write_result(seen)
    assert misfits == {}
    assert type(result).model_validate_json(text) == seen
    assert as_seen(seen, LONG_AFTER) == seen


def test_a_stale_circadian_result_plans_nothing() -> None:
    assert CIRCADIAN.schedule_recommendations.recommendations
    seen = as_seen(CIRCADIAN, LONG_AFTER)
    assert seen.energy_zone_analysis.predicted_day is None
    assert seen.energy_zone_analysis.peak_windows == []
    assert (seen.energy_timeline, seen.timeline_metadata.total_slots) == ([], 0)
    assert seen.schedule_recommendations.recommendations == []
    assert seen.schedule_recommendations.optimal_daily_structure is None
    assert seen.integration_recommendations.for_routine_agent.exercise_timing_windows == []
    assert seen.integration_recommendations.for_behavior_agent.energy_aware_goal_setting is None
    assert seen.biomarker_insights.improvement_opportunities == []
    assert (seen.summary.optimal_wake_window, seen.summary.peak_energy_periods) == (None, [])
    assert (seen.phase.dlmo, seen.sleep_need.sleep_pressure_bed, seen.notes) == (None, None, [])
    assert seen.schedule_recommendations.missing == [f"newer readings: the newest are of {day_text(LAST)}"]


def test_facts_of_what_was_stay_and_those_of_a_day_to_come_go() -> None:
    seen = as_seen(CIRCADIAN, LONG_AFTER)
    assert set(seen.facts) == set(CIRCADIAN.facts)
    for fact_id, fact in seen.facts.items():
        if fact_id.startswith(OF_NOW):
            assert (fact.value, fact.status) == (None, Status.INSUFFICIENT)
        else:
            assert fact == CIRCADIAN.facts[fact_id]
    for kept in ("msf_sc", "sri", "sleep_mean", "sleep_need", "chronotype"):
        assert seen.facts[kept].value is not None
    assert seen.chronotype_assessment == CIRCADIAN.chronotype_assessment
    assert seen.analysis_metadata == CIRCADIAN.analysis_metadata


def test_a_stale_behavior_result_sets_no_goal() -> None:
    seen = as_seen(BEHAVIOR, LONG_AFTER)
    assert (seen.primary_goal, seen.recommendations, seen.readiness.level) == (None, [], None)
    assert seen.readiness.missing == [f"newer readings: the newest are of {day_text(LAST)}"]


def test_what_was_insufficient_stays_so_however_old_it_is() -> None:
    assert FEW.status is Status.INSUFFICIENT
    assert as_seen(FEW, LONG_AFTER) is FEW


def test_a_result_whose_plans_are_not_known_is_no_result_to_show() -> None:
    plain = AnalysisResult(status=Status.OK, archetype="", facts={}, analysis_metadata=CIRCADIAN.analysis_metadata)
    with pytest.raises(TypeError, match="AnalysisResult: is no result whose plans are known"):
        as_seen(plain, LONG_AFTER)
