"""Sophistication: a score that follows from counted things by fixed weights."""

import pytest

from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.behavior_facts import record_behaviors
from hos_pipelines.domain.behavior.sophistication import Signs, record_signs, sophistication_assessment
from hos_pipelines.domain.behavior.wording import LABEL
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import VARIABILITY, Status
from hos_pipelines_tests.domain.behavior.people import history, readings
from hos_pipelines_tests.domain.behavior.test_behavior_facts import behavior


def signs_of(recorded: int, band: str | None, *success: list[bool], expected: int = 28) -> Signs:
    sheet = FactSheet(None)
    records = record_behaviors(sheet, [behavior(days, f"behavior_{place}") for place, days in enumerate(success)])
    regularity = sheet.add("regularity_band", band, LABEL, Basis.of(VARIABILITY, 20 if band else 0, "test"))
    return record_signs(sheet, recorded, expected, records, regularity)


def test_the_weights_add_up_as_documented() -> None:
    """21 of 28 days 18.75, one habit of three 10, a way back after 1 of 13 misses 1.92, medium regularity 10."""
    signs = signs_of(21, "medium", [True] * 28, ([True] * 7 + [False] * 7) * 2)
    assert signs.recovery.value == pytest.approx(1 / 13)
    assert signs.habits.value == 1
    assert signs.score.value == pytest.approx(40.67, abs=0.051)


def test_recovery_that_only_says_the_adherence_again_scores_nothing() -> None:
    """The three other signs share its weight: 28 of 28 days 25, no habit, medium regularity 10 of 75 points."""
    signs = signs_of(28, "medium", [True] * 4 + [False, False, True, True] * 6)
    assert signs.recovery.value is None
    assert signs.score.value == pytest.approx(100 * 35 / 75, abs=0.051)


def test_the_edges_of_the_categories_belong_to_the_lower_one() -> None:
    """Coverage 24 of 28 (of 25 points), no habits, low regularity (0), of 75 points: 28.6."""
    signs = signs_of(24, "low", [True] * 6 + [False] * 22)
    part = sophistication_assessment(signs, [], [])
    assert part.score == pytest.approx(28.6)
    assert (part.category, part.level) == ("Novice", "beginner")


def test_everything_kept_every_day_is_expert() -> None:
    part = sophistication_assessment(signs_of(28, "high", *[[True] * 28] * 3), [], [])
    assert part.score == 100
    assert part.category == "Expert"
    assert part.missing == []
    assert part.growth_potential == "What is counted here leaves no room to grow."


def test_without_three_of_the_four_signs_there_is_no_score() -> None:
    part = sophistication_assessment(signs_of(28, None, [True] * 28), [], [])
    assert part.status is Status.INSUFFICIENT
    assert part.score is None
    assert part.category is None
    assert any("at least 3 of the four signs" in missing for missing in part.missing)


def test_few_days_give_no_score_but_say_how_many_there_are() -> None:
    signs = signs_of(5, None, [True] * 5)
    part = sophistication_assessment(signs, [], [])
    assert part.status is Status.INSUFFICIENT
    assert signs.recorded_days.value == 5
    assert [one.present for one in part.readiness_indicators] == [None, False, None, None]


def test_who_came_two_weeks_ago_and_wears_the_device_every_day_lacks_no_day() -> None:
    """gold/told: first reading 14 days ago, every day since."""
    grade = analyze_behavior(history(readings(14)))
    assert grade.facts["data_coverage"].value == 1.0
    indicators = {one.indicator: one.present for one in grade.sophistication_assessment.readiness_indicators}
    assert indicators["awareness"] is True
    assert grade.analysis_metadata.data_quality.missing_nights == 0


def test_days_missed_since_the_first_reading_count() -> None:
    grade = analyze_behavior(history(readings(20, missing=range(5, 15))))
    assert grade.facts["data_coverage"].value == 0.5
    indicators = {one.indicator: one.present for one in grade.sophistication_assessment.readiness_indicators}
    assert indicators["awareness"] is False


def test_nobody_is_told_to_steady_bedtimes_that_only_differ_by_the_kind_of_day() -> None:
    signs = signs_of(28, "low", *[[True] * 28] * 3)
    assert "bedtimes" not in (sophistication_assessment(signs, [], []).growth_potential or "")
