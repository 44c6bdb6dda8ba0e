"""The weekly rhythm: shares of variance against an analysis of variance, and p values that do not cry wolf."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f_oneway

from hos_pipelines.domain.behavior.weekly_rhythm import free_day_ratio, weekday_effect, weekdays_of
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, NUMBERS, days_in_a_row, flags, floats, recorded_days


def test_a_weekday_is_the_one_of_the_calendar() -> None:
    days = days_in_a_row(15)
    assert weekdays_of(days).tolist() == [date.fromordinal(int(day)).weekday() for day in days]
    assert weekdays_of(days)[0] == 0


def test_a_pure_weekly_pattern_is_all_weekday() -> None:
    found = weekday_effect(days_in_a_row(28), floats([5, 5, 5, 5, 5, 9, 10] * 4))
    assert found is not None
    assert found.eta_squared == pytest.approx(1)
    assert found.p == 0.001


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


def test_chance_alone_is_found_about_as_often_as_it_should() -> None:
    generator = np.random.default_rng(11)
    p = [effect.p for _ in range(300) if (effect := weekday_effect(days_in_a_row(28), generator.normal(size=28)))]
    assert len(p) == 300
    assert 0.02 <= np.mean(np.array(p) < 0.05) <= 0.08


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
        assert 0.001 <= found.p <= 1


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
