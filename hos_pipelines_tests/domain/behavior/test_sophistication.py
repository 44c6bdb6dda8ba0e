"""Sophistication: a score that follows from counted things by fixed weights."""

import pytest

from hos_pipelines.domain.behavior.habits import record_behaviors
from hos_pipelines.domain.behavior.sophistication import Signs, record_signs, sophistication_assessment
from hos_pipelines.domain.behavior.wording import LABEL
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import VARIABILITY, Status
from hos_pipelines_tests.domain.behavior.test_habits import behavior


def signs_of(recorded: int, band: str | None, *success: list[bool]) -> Signs:
    sheet = FactSheet(None)
    records = record_behaviors(sheet, [behavior(days, f"behavior_{place}") for place, days in enumerate(success)])
    regularity = sheet.add("regularity_band", band, LABEL, Basis.of(VARIABILITY, 20 if band else 0, "test"))
    return record_signs(sheet, recorded, records, regularity)


def test_the_weights_add_up_as_documented() -> None:
    """21 of 28 days 18.75, one habit of three 10, recovery 0.5 12.5, medium regularity 10."""
    missed = [True] * 4 + [False, False, True, True] * 6
    signs = signs_of(21, "medium", [True] * 28, missed)
    assert signs.recovery.value == pytest.approx(0.5)
    assert signs.habits.value == 1
    assert signs.score.value == pytest.approx(51.25, abs=0.051)


def test_the_edges_of_the_categories_belong_to_the_lower_one() -> None:
    """Coverage 28 of 28 (25), no habits, no way back (0), low regularity (0): 25 points."""
    signs = signs_of(28, "low", [True] * 6 + [False] * 22)
    part = sophistication_assessment(signs, [], [])
    assert part.score == pytest.approx(25.0)
    assert (part.category, part.level) == ("Novice", "beginner")


def test_everything_kept_every_day_is_expert() -> None:
    part = sophistication_assessment(signs_of(28, "high", *[[True] * 28] * 3), [], [])
    assert part.score == 100
    assert part.category == "Expert"
    assert "recovery_after_a_miss: cannot be computed from these data" in part.missing


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
