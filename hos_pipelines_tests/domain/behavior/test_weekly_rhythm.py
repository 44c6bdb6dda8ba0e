"""The weekly rhythm: shares of variance against an analysis of variance, and p values that do not cry wolf."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f_oneway

from benchmarks.change_null import autoregressive
from hos_pipelines.domain.behavior.weekly_rhythm import (
    WeekdayEffect,
    free_day_ratio,
    weekday_effects,
    weekdays_of,
    without_weekdays,
)
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import Ordinals
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, NUMBERS, days_in_a_row, flags, floats, recorded_days


def weekday_effect(days: Ordinals, values: Floats) -> WeekdayEffect | None:
    return weekday_effects(days, values[np.newaxis])[0]


def test_a_weekday_is_the_one_of_the_calendar() -> None:
    days = days_in_a_row(15)
    assert weekdays_of(days).tolist() == [date.fromordinal(int(day)).weekday() for day in days]
    assert weekdays_of(days)[0] == 0


def test_a_pure_weekly_pattern_is_all_weekday() -> None:
    found = weekday_effect(days_in_a_row(28), floats([5, 5, 5, 5, 5, 9, 10] * 4))
    assert found is not None
    assert found.eta_squared == pytest.approx(1)
    # Of 343 ways to turn four weeks against each other only one leaves it whole.
    assert found.p == pytest.approx(1 / 343)


@pytest.mark.parametrize("n", [28, 45, 56])
def test_eta_squared_and_its_p_agree_with_an_analysis_of_variance(n: int) -> None:
    generator = np.random.default_rng(n)
    days = days_in_a_row(n)
    for strength in (0.0, 0.5, 1.0):
        values = generator.normal(size=n) + strength * (weekdays_of(days) >= 5)
        groups = [values[weekdays_of(days) == weekday] for weekday in range(7)]
        expected = f_oneway(*groups)
        found = weekday_effect(days, values)
        assert found is not None
        ratio = expected.statistic * 6 / (n - 7)
        assert found.eta_squared == pytest.approx(ratio / (1 + ratio), abs=1e-9)
        assert found.p == pytest.approx(expected.pvalue, abs=0.1 if expected.pvalue > 0.1 else 0.03)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5, 0.7])
def test_chance_alone_is_found_no_more_often_than_it_should_however_much_days_resemble_each_other(phi: float) -> None:
    rows = autoregressive(np.random.default_rng(11), 600, 28, phi)
    p = np.array([effect.p for row in rows if (effect := weekday_effect(days_in_a_row(28), row))])
    assert p.size == 600
    assert 0.015 <= np.mean(p < 0.05) <= 0.07
    days_done = (rows > 0.3).astype(np.float64)
    done = np.array([effect.p for row in days_done if (effect := weekday_effect(days_in_a_row(28), row))])
    assert np.mean(done < 0.05) <= 0.05


def test_the_first_day_of_the_week_on_which_somebody_begins_changes_little() -> None:
    values = floats([5, 6, 5, 6, 5, 9, 10] * 4)
    for shift in range(7):
        found = weekday_effect(days_in_a_row(28) + shift, floats(np.roll(values, -shift).tolist()))
        assert found is not None
        assert found.p <= 2 / 343


def test_days_without_a_value_turn_with_their_week() -> None:
    days = days_in_a_row(28)
    weekend = (weekdays_of(days) >= 5).astype(np.float64)
    kept = np.ones(28, dtype=bool)
    kept[[3, 9, 17]] = False
    found = weekday_effect(days[kept], weekend[kept])
    assert found is not None
    assert found.n == 25
    assert found.eta_squared == pytest.approx(1)
    assert found.p == pytest.approx(1 / 343)


@given(st.lists(st.integers(-9, 9), min_size=7, max_size=56), st.integers(0, 6))
def test_without_weekdays_no_weekday_stands_out_and_the_mean_stays(numbers: list[int], shift: int) -> None:
    row = np.concatenate((np.full((1, shift), np.nan), floats(numbers)[np.newaxis]), axis=1)
    free = without_weekdays(row, MONDAY)[0]
    weekdays = weekdays_of(MONDAY + np.arange(row.shape[1]))
    for weekday in range(7):
        of_day = free[(weekdays == weekday) & ~np.isnan(free)]
        assert of_day.size == 0 or of_day.mean() == pytest.approx(np.mean(numbers), abs=1e-9)
    assert np.isnan(free).tolist() == np.isnan(row[0]).tolist()


def test_the_p_of_the_same_days_is_the_same_every_time() -> None:
    values = np.random.default_rng(3).normal(size=40)
    assert weekday_effect(days_in_a_row(40), values) == weekday_effect(days_in_a_row(40), values.copy())


def test_without_variation_or_contrast_there_is_no_effect() -> None:
    assert weekday_effect(days_in_a_row(28), np.full(28, 0.1)) is None
    assert weekday_effect(MONDAY + 7 * np.arange(6), floats([1, 2, 3, 4, 5, 6])) is None
    assert weekday_effect(days_in_a_row(6), floats([1, 2, 3, 4, 5, 6])) is None
    assert weekday_effect(days_in_a_row(0), floats([])) is None


@given(NUMBERS.flatmap(lambda numbers: st.tuples(st.just(numbers), recorded_days(len(numbers)))))
def test_shares_and_p_keep_their_bounds(drawn: tuple[list[int], np.ndarray]) -> None:
    numbers, days = drawn
    found = weekday_effect(days, floats(numbers))
    if found is not None:
        assert 0 <= found.eta_squared <= 1
        assert 0 < found.p <= 1


@given(st.lists(st.integers(-20, 20), min_size=28, max_size=28).filter(lambda numbers: len(set(numbers)) > 1))
def test_moving_and_stretching_values_moves_neither_share_nor_p(numbers: list[int]) -> None:
    found = weekday_effect(days_in_a_row(28), floats(numbers))
    other = weekday_effect(days_in_a_row(28), floats([4 * number + 100 for number in numbers]))
    assert found is not None
    assert other is not None
    assert other.eta_squared == pytest.approx(found.eta_squared, abs=1e-9)
    assert other.p == found.p


def test_free_days_are_set_against_work_days() -> None:
    assert free_day_ratio(floats([10, 10, 10, 15, 15]), flags([0, 0, 0, 1, 1])) == 1.5
    assert free_day_ratio(floats([10, 10]), flags([0, 0])) is None
    assert free_day_ratio(floats([10, 10]), flags([1, 1])) is None
    assert free_day_ratio(floats([0, 10]), flags([0, 1])) is None
