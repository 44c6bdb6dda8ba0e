"""Habit strength: the learning curve, and that no miss ever helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.behavior.habit_strength import (
    LEARNING,
    days_since_lapse,
    habit_stage,
    habit_strength,
    strength_ceiling,
)
from hos_pipelines_tests.domain.behavior.gold import GOLD
from hos_pipelines_tests.domain.behavior.strategies import FLAG_LISTS, flags


@pytest.mark.parametrize(("repetitions", "expected"), GOLD["habit_ema"]["HS"].items())
def test_the_gold_curve_is_reproduced(repetitions: str, expected: float) -> None:
    assert habit_strength(flags([True] * int(repetitions))) == pytest.approx(expected, abs=1e-9)


def test_the_rate_reaches_95_percent_after_66_repetitions() -> None:
    assert pytest.approx(GOLD["habit_ema"]["a"], abs=1e-12) == LEARNING
    assert habit_strength(flags([True] * 66)) == pytest.approx(0.95, abs=1e-12)


def test_a_miss_costs_a_quarter_of_the_rate() -> None:
    before = habit_strength(flags([True] * 30))
    assert habit_strength(flags([True] * 30 + [False])) == pytest.approx(before * (1 - LEARNING / 4), abs=1e-12)


def test_nothing_recorded_is_no_habit() -> None:
    assert habit_strength(flags([])) == 0.0


@given(FLAG_LISTS)
def test_the_strength_is_what_day_by_day_reckoning_gives(done: list[bool]) -> None:
    strength = 0.0
    for day in done:
        strength = strength + LEARNING * (1 - strength) if day else strength * (1 - LEARNING / 4)
    assert habit_strength(flags(done)) == pytest.approx(strength, abs=1e-12)
    assert 0 <= strength < 1


@given(FLAG_LISTS, st.data())
def test_doing_it_on_one_more_day_never_weakens_a_habit(done: list[bool], data: st.DataObject) -> None:
    day = data.draw(st.integers(0, len(done) - 1))
    more = [*done[:day], True, *done[day + 1 :]]
    assert habit_strength(flags(more)) >= habit_strength(flags(done)) - 1e-12


@given(FLAG_LISTS)
def test_a_repetition_strengthens_and_a_miss_never_does(done: list[bool]) -> None:
    now = habit_strength(flags(done))
    assert habit_strength(flags([*done, True])) > now
    assert habit_strength(flags([*done, False])) <= now


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (0, "initiation"),
        (7, "initiation"),
        (8, "early_formation"),
        (21, "early_formation"),
        (22, "consolidation"),
        (66, "consolidation"),
        (67, "maintenance"),
    ],
)
def test_a_stage_ends_on_its_last_day(days: int, stage: str) -> None:
    assert habit_stage(days) == stage


@pytest.mark.parametrize(("days", "ceiling"), [(14, 0.4703), (28, 0.7194), (56, 0.9213), (66, 0.95)])
def test_so_many_days_reach_no_more_than_their_ceiling(days: int, ceiling: float) -> None:
    assert strength_ceiling(days) == pytest.approx(ceiling, abs=1e-4)
    assert habit_strength(flags([True] * days)) == pytest.approx(strength_ceiling(days), abs=1e-12)


def test_a_single_miss_interrupts_no_habit_and_three_in_a_row_do() -> None:
    assert days_since_lapse(flags([1] * 10 + [0] + [1] * 5 + [0, 0] + [1] * 4)) == (19, True)
    assert days_since_lapse(flags([1] * 10 + [0, 0, 0] + [1] * 4)) == (4, False)
    assert days_since_lapse(flags([1] * 10 + [0, 0, 0])) == (0, False)
    assert days_since_lapse(flags([])) == (0, True)
