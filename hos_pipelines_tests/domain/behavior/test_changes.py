"""Changes: found where something has changed, and not where days only resemble each other."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.change_null import autoregressive
from hos_pipelines.domain.behavior.changes import (
    TAILS,
    Change,
    changes,
    is_large_trend,
    large_shift,
    p_of,
)
from hos_pipelines.domain.behavior.trends import trends
from hos_pipelines.domain.clock import Floats
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, floats

WEEKEND = 1.0 * (np.arange(56) % 7 >= 5)


def _told(rows: Floats, first: int = MONDAY) -> list[Change]:
    found = changes(rows, first)
    told = [change for change in found if change is not None]
    assert len(told) == len(found)
    return told


def _p(people: int, series: int, phi: float, days: int = 56, seed: int = 1) -> Floats:
    rows = autoregressive(np.random.default_rng(seed), people * series, days, phi).reshape(people, series, days)
    return np.array([one.p for some in rows for one in _told(some)])


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("series", [1, 6])
def test_p_is_what_it_says_where_nothing_changes(phi: float, series: int) -> None:
    p = _p(1800 // series, series, phi)
    # One series by itself tells little of how much its days resemble each other.
    most = 1.8 if series == 1 else 1.35
    assert np.mean(p < 0.05) <= 0.05 * most
    assert np.mean(p < 0.01) <= 0.01 * most + 0.004


@pytest.mark.parametrize("days", [21, 28, 42])
def test_fewer_days_cry_wolf_no_more_often(days: int) -> None:
    assert np.mean(_p(300, 6, 0.3, days) < 0.05) <= 0.07


def test_what_goes_with_the_weekend_is_no_change() -> None:
    rows = autoregressive(np.random.default_rng(2), 1200, 56, 0.3) + 2 * WEEKEND
    p = np.array([one.p for some in rows.reshape(200, 6, 56) for one in _told(some)])
    assert np.mean(p < 0.05) <= 0.07


def test_skewed_days_and_outliers_are_no_change() -> None:
    rows = np.exp(1.2 * autoregressive(np.random.default_rng(3), 1200, 56, 0.3))
    p = np.array([one.p for some in rows.reshape(200, 6, 56) for one in _told(some)])
    assert np.mean(p < 0.05) <= 0.07


@pytest.mark.parametrize(("phi", "least"), [(0.0, 0.95), (0.3, 0.75), (0.5, 0.5)])
def test_two_weeks_two_deviations_lower_are_found(phi: float, least: float) -> None:
    rows = autoregressive(np.random.default_rng(4), 600, 56, phi)
    rows[::6, 42:] -= 2.0
    found = [_told(some)[0] for some in rows.reshape(100, 6, 56)]
    assert np.mean([one.p < 0.01 for one in found]) >= least


def test_a_steady_rise_over_four_weeks_is_a_trend_and_a_jump_is_a_shift() -> None:
    chance = np.random.default_rng(5)
    noise = 0.4 * autoregressive(chance, 200, 56, 0.0)
    rise = noise + np.clip(np.arange(56) - 27, 0, None) / 14
    jump = noise + 2.0 * (np.arange(56) >= 42)
    assert np.mean([one.is_trend for one in _told(rise)]) > 0.9
    assert np.mean([one.is_trend for one in _told(jump)]) < 0.1
    for rows, rises in ((rise, True), (-rise, False), (jump, True), (-jump, False)):
        assert {one.rises for one in _told(rows)} == {rises}


def test_only_a_series_whose_trend_is_known_closely_is_bounded() -> None:
    chance = np.random.default_rng(6)
    flat = [one.is_bounded for one in _told(autoregressive(chance, 300, 56, 0.0))]
    rising = autoregressive(chance, 300, 56, 0.0) + 1.2 * np.clip(1 - np.arange(56)[::-1] / 28, 0, 1)
    assert 0.1 < np.mean(flat) < 0.7
    assert np.mean([one.is_bounded for one in _told(rising)]) < 0.03
    assert not any(one.is_bounded for one in _told(autoregressive(chance, 100, 28, 0.5)))


@given(st.lists(st.lists(st.integers(0, 9), min_size=28, max_size=28), min_size=1, max_size=3))
def test_stretching_values_in_any_way_that_keeps_their_order_changes_no_p(numbers: list[list[int]]) -> None:
    rows = floats(numbers)  # type: ignore[arg-type]
    for one, other in zip(changes(rows, MONDAY), changes(np.exp(rows) + 7, MONDAY), strict=True):
        assert (one is None) == (other is None)
        assert one is None or other is None or one.p == pytest.approx(other.p)


def test_below_three_weeks_of_values_nothing_is_looked_for() -> None:
    rows = np.full((3, 56), np.nan)
    rows[0, :20] = np.arange(20)
    rows[1, 10:31] = np.arange(21)
    assert [change is None for change in changes(rows, MONDAY)] == [True, False, True]


def test_nothing_that_never_varies_has_changed() -> None:
    assert changes(np.full((1, 56), 7.0), MONDAY) == [None]
    assert changes(np.empty((0, 56)), MONDAY) == []
    assert changes(np.full((2, 56), np.nan), MONDAY) == [None, None]


def test_p_falls_as_the_factor_grows_and_never_leaves_its_bounds() -> None:
    for days, *_ in TAILS:
        p = [p_of(factor, days) for factor in np.linspace(-5, 60, 100).tolist()]
        assert p[0] == 1.0
        assert all(one >= other > 0 for one, other in pairwise(p))
    assert p_of(3.0, 10) == p_of(3.0, 21)
    assert p_of(3.0, 90) == p_of(3.0, 56)


def test_a_shift_is_large_from_the_deviation_of_single_days_on() -> None:
    chance = np.random.default_rng(7)
    days = np.resize([1.0, -1.0], 56) + 0.01 * chance.normal(size=56)
    late = 1.0 * (np.arange(56) >= 42)
    assert large_shift(days + 0.9 * late, MONDAY) is None
    found = large_shift(days + 1.2 * late, MONDAY)
    assert found is not None
    assert found.column == 42
    assert found.after - found.before == pytest.approx(1.2, abs=0.02)


def test_the_day_of_a_shift_is_found_without_weekdays_and_its_means_are_those_of_all_days() -> None:
    values = 100 + 10 * WEEKEND + 8 * (np.arange(56) >= 30) + np.resize([0.0, 1.0, 2.0], 56)
    found = large_shift(values, MONDAY)
    assert found is not None
    assert found.column == 30
    assert found.before == pytest.approx(values[:30].mean())
    assert found.after == pytest.approx(values[30:].mean())


def test_a_trend_is_large_where_it_goes_further_than_single_days_differ() -> None:
    days = np.resize([-1.0, 1.0], 28)
    for slope, is_large in ((0.02, False), (0.06, True), (-0.06, True)):
        row = days + slope * np.arange(28)
        trend = trends(row[np.newaxis])[0]
        assert trend is not None
        assert is_large_trend(row, MONDAY, trend) is is_large
