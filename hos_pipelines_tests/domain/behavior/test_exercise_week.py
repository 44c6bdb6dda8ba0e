"""Exercise by the week: minutes and days against what is advised."""

import numpy as np
import pytest

from hos_pipelines.domain.behavior.exercise_week import ExerciseWeek, exercise_week, rest_days
from hos_pipelines_tests.domain.behavior.strategies import days_in_a_row, floats


def week_of(minutes: list[float]) -> ExerciseWeek:
    days, values = days_in_a_row(len(minutes)), floats(minutes)
    found = exercise_week(days, values, values >= 20)
    assert found is not None
    return found


def test_fifty_minutes_on_monday_wednesday_and_friday_are_enough() -> None:
    week = week_of([50, 0, 50, 0, 50, 0, 0] * 4)
    assert (week.minutes.mean, week.days.mean, week.weeks) == (150, 3, 4)
    assert week.is_met
    assert not week.is_below


def test_three_short_sessions_a_week_meet_the_products_own_metric() -> None:
    week = week_of([20, 0, 20, 0, 20, 0, 0] * 4)
    assert week.minutes.mean == 60
    assert week.is_met
    assert not week.is_below


def test_one_session_a_week_is_below() -> None:
    week = week_of([30, 0, 0, 0, 0, 0, 0] * 4)
    assert (week.minutes.mean, week.minutes.high) == (30, 30)
    assert week.is_below


def test_weeks_that_differ_are_not_clearly_below() -> None:
    week = week_of([*[70, 0, 70, 0, 0, 0, 0], *[0] * 7, *[70, 0, 70, 0, 70, 0, 0], *[0] * 7])
    assert week.minutes.mean == pytest.approx(87.5)
    assert not week.is_met
    assert not week.is_below


def test_a_week_lacking_days_is_scaled_up_and_one_of_three_days_is_no_week() -> None:
    days = np.delete(days_in_a_row(21), [12, 13, 0, 1, 2, 3])
    found = exercise_week(days, np.full(len(days), 21.0), np.ones(len(days), dtype=np.bool_))
    assert found is not None
    assert found.weeks == 2
    assert found.minutes.mean == pytest.approx(147)


def test_less_than_two_weeks_tell_no_usual_week() -> None:
    days = days_in_a_row(7)
    assert exercise_week(days, np.zeros(7), np.zeros(7, dtype=np.bool_)) is None
    assert exercise_week(days[:0], np.zeros(0), np.zeros(0, dtype=np.bool_)) is None


def test_a_day_of_rest_in_a_week_with_enough_exercise_is_no_miss() -> None:
    minutes = floats([50, 0, 50, 0, 50, 0, 0] * 3)
    assert rest_days(days_in_a_row(21), minutes, minutes > 0).sum() == 12


def test_days_without_exercise_in_a_week_of_too_little_are_misses() -> None:
    minutes = floats([20, 0, 0, 0, 0, 0, 0] * 3)
    rest = rest_days(days_in_a_row(21), minutes, minutes > 0)
    # Of the first week the days before are not known.
    assert rest.tolist() == [False, *[True] * 5, *[False] * 15]
