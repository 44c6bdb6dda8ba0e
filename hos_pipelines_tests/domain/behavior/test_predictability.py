"""Predictability: what a weekday table foretells of weeks it has not seen."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.behavior.predictability import weekday_skill
from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags
from hos_pipelines_tests.domain.behavior.strategies import FLAG_LISTS, MONDAY, days_in_a_row, flags, recorded_days


def _week_by_week(days: Ordinals, success: Flags) -> float | None:
    """The same, foretold day by day."""
    of_table = of_rate = 0.0
    weeks, weekdays = (days - MONDAY) // 7, (days - MONDAY) % 7
    for week, weekday, done in zip(weeks, weekdays, success, strict=True):
        others = weeks != week
        if not others.any():
            return None
        rate = success[others].mean()
        alike = success[others & (weekdays == weekday)]
        of_table += (done - (alike.sum() + rate) / (len(alike) + 1)) ** 2
        of_rate += (done - rate) ** 2
    return 1 - of_table / of_rate if of_rate > 0 else None


@given(FLAG_LISTS.flatmap(lambda done: st.tuples(st.just(done), recorded_days(len(done)))))
def test_a_week_is_foretold_from_the_others(drawn: tuple[list[bool], np.ndarray]) -> None:
    done, days = drawn
    found, expected = weekday_skill(days, flags(done)), _week_by_week(days, flags(done))
    if expected is None or found is None:
        assert (found, expected) == (None, None)
        return
    assert found == pytest.approx(expected, abs=1e-9)
    assert found <= 1


def test_a_weekly_habit_is_foretold_and_a_coin_is_not() -> None:
    weekly = weekday_skill(days_in_a_row(56), flags([1, 1, 1, 1, 1, 0, 0] * 8))
    coin = weekday_skill(days_in_a_row(56), np.random.default_rng(5).random(56) < 0.5)
    assert weekly == pytest.approx(1 - 1 / 64, abs=1e-9)
    assert coin is not None
    assert coin < 0.1


def test_what_is_always_done_needs_no_foretelling() -> None:
    assert weekday_skill(days_in_a_row(56), flags([1] * 56)) is None


def test_one_week_foretells_nothing() -> None:
    assert weekday_skill(days_in_a_row(7), flags([1, 1, 1, 1, 1, 0, 0])) is None
    assert weekday_skill(days_in_a_row(0), flags([])) is None
