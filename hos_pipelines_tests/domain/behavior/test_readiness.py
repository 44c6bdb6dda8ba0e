"""Readiness against the own days."""

from datetime import timedelta

import pytest

from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines_tests.domain.behavior.people import MONDAY, history, night, reading

LAST = 41


def scored(last: float, days: int = LAST + 1) -> list[StoredReading]:
    """Scores of 0.6, 0.7 and 0.8 in turn: median 0.7, MAD 0.148, and a last one."""
    values = [0.6 + 0.1 * (index % 3) for index in range(days - 1)] + [last]
    return [
        reading("score:readiness", MONDAY + timedelta(days=index), value, "index") for index, value in enumerate(values)
    ]


def pulses(*last: float) -> list[StoredReading]:
    values = [54.0 + index % 3 for index in range(LAST + 1 - len(last))] + list(last)
    return [
        reading("heart_rate_resting", MONDAY + timedelta(days=index), one, "bpm") for index, one in enumerate(values)
    ]


def beats(last_week: float) -> list[StoredReading]:
    values = [44.0 + index % 3 for index in range(LAST - 6)] + [last_week] * 7
    name = "heart_rate_variability_rmssd"
    return [reading(name, MONDAY + timedelta(days=index), one, "millisecond") for index, one in enumerate(values)]


def result_of(*rows: list[StoredReading]) -> BehaviorResult:
    return analyze_behavior(history([row for some in rows for row in some]))


def test_a_score_far_above_the_own_days_without_a_warning_is_high() -> None:
    """0.2 above a median of 0.7, with a MAD of 1.4826 times 0.1."""
    result = result_of(scored(0.9), pulses(55), beats(45))
    assert result.readiness_level == "High"
    assert result.readiness.score == 0.9
    assert result.readiness.score_z == pytest.approx(1.349, abs=1e-3)
    assert result.readiness.hrv_state == "within"
    assert result.readiness.rhr_flag == "usual"


def test_a_usual_score_is_medium_however_high_it_is() -> None:
    assert result_of(scored(0.7)).readiness_level == "Medium"


def test_a_score_in_the_worst_tenth_is_low() -> None:
    assert result_of(scored(0.5)).readiness_level == "Low"


def test_a_warning_keeps_a_good_score_from_being_high() -> None:
    assert result_of(scored(0.9), beats(38)).readiness_level == "Medium"


def test_a_resting_heart_rate_raised_for_two_days_is_low_and_the_goal_is_to_recover() -> None:
    result = result_of(scored(0.9), pulses(62, 63))
    assert result.readiness_level == "Low"
    assert result.readiness.rhr_flag == "raised"
    assert result.primary_goal is not None
    assert result.primary_goal.goal == "Recover"
    assert result.primary_goal.fact_ids == ["rhr_flag"]
    assert result.integration_recommendations.for_routine_agent.recovery_emphasis == 0.8


def test_one_day_of_a_raised_pulse_is_none() -> None:
    assert result_of(scored(0.7), pulses(55, 63)).readiness.rhr_flag == "usual"


def test_without_a_score_nothing_is_high() -> None:
    result = result_of(pulses(55), beats(60))
    assert result.readiness_level == "Medium"
    assert result.readiness.hrv_state == "above"
    assert "readiness_score: none with a baseline of the own days" in result.readiness.missing


def test_absent_data_say_so() -> None:
    nights = [row for index in range(28) for row in night(MONDAY + timedelta(days=index), -1, 8)]
    result = result_of(nights)
    assert result.readiness_level is None
    assert result.readiness.status is Status.INSUFFICIENT
    assert len(result.readiness.missing) == 3


def test_a_score_of_last_week_says_nothing_of_today() -> None:
    nights = [row for index in range(LAST + 5) for row in night(MONDAY + timedelta(days=index), -1, 8)]
    result = result_of(nights, scored(0.9))
    assert result.readiness.score is None
    assert result.readiness_level is None
    assert any("readiness_score_latest" in missing for missing in result.readiness.missing)


def test_sdnn_and_rmssd_are_never_mixed() -> None:
    """Four weeks of RMSSD, then a week of SDNN: a new baseline has begun."""
    name = "heart_rate_variability_sdnn"
    changed = [row for row in beats(45) if row.local_date < (MONDAY + timedelta(days=35)).isoformat()]
    changed += [reading(name, MONDAY + timedelta(days=35 + index), 80, "millisecond") for index in range(7)]
    result = result_of(changed)
    assert result.readiness.hrv_state is None
    assert result.facts["hrv_state"].n == 7
    assert "14 days with HRV" in (result.facts["hrv_state"].missing or "")


def test_readiness_names_the_day_it_is_of() -> None:
    assert result_of(scored(0.7)).readiness.day == MONDAY + timedelta(days=LAST)
    assert (
        result_of([row for index in range(28) for row in night(MONDAY + timedelta(days=index), -1, 8)]).readiness.day
        is None
    )
