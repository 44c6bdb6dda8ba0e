"""Trends: Mann-Kendall and Theil-Sen against scipy, figures by hand, and what must not change them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, norm, theilslopes

from hos_pipelines.domain.behavior.trends import Trend, trends
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import Ordinals
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, by_day, days_in_a_row, floats, recorded_days

DRAWN = st.lists(st.integers(-20, 20), min_size=4, max_size=60).flatmap(
    lambda numbers: st.tuples(st.just(numbers), recorded_days(len(numbers)))
)


def _trend(days: Ordinals, values: Floats) -> Trend | None:
    (found,) = trends(by_day(days, values))
    return found


def test_figures_worked_out_by_hand() -> None:
    found = _trend(MONDAY + np.array([0, 1, 2, 4]), floats([1, 3, 2, 5]))
    assert found is not None
    assert found.s == 4
    assert found.tau == pytest.approx(4 / 6)
    assert found.z == pytest.approx(3 / math.sqrt(4 * 3 * 13 / 18))
    assert found.slope == pytest.approx(5 / 6)


def test_fourteen_days_with_s_of_minus_73_and_four_ties_have_the_published_tau_z_and_p() -> None:
    # The days behind the figures of circadian-science.md section 5 are not published. Its z over its S tells a variance
    # of 329.667, four less than without ties: four pairs are equal. Here, seven of the other 87 rise.
    order = [0, 0, 1, 1, 2, 2, 3, 6, 3, 5, 4, 9, 8, 7]
    found = _trend(days_in_a_row(14), -floats(order))
    assert found is not None
    assert found.s == -73
    assert found.tau == pytest.approx(-0.802198, abs=1e-6)
    assert found.z == pytest.approx(-3.965473, abs=1e-6)
    assert found.p == pytest.approx(7.325e-05, abs=1e-8)


@given(DRAWN)
def test_s_and_slope_are_those_of_scipy(drawn: tuple[list[int], Ordinals]) -> None:
    numbers, days = drawn
    found = _trend(days, floats(numbers))
    assert found is not None
    assert found.slope == pytest.approx(theilslopes(floats(numbers), days).slope, abs=1e-9)
    _, sizes = np.unique(numbers, return_counts=True)
    n, pairs = len(numbers), len(numbers) * (len(numbers) - 1) / 2
    untied = pairs - (sizes * (sizes - 1) / 2).sum()
    if untied > 0:
        assert found.s == pytest.approx(kendalltau(days, numbers).statistic * math.sqrt(pairs * untied), abs=1e-6)
    variance = (n * (n - 1) * (2 * n + 5) - (sizes * (sizes - 1) * (2 * sizes + 5)).sum()) / 18
    z = (found.s - np.sign(found.s)) / math.sqrt(variance) if variance else 0.0
    assert found.z == pytest.approx(z, abs=1e-9)
    assert found.p == pytest.approx(2 * norm.sf(abs(z)), abs=1e-12)


@given(DRAWN, st.integers(-1000, 1000), st.integers(1, 9))
def test_moving_values_changes_nothing_and_stretching_them_only_the_slope(
    drawn: tuple[list[int], Ordinals], shift: int, scale: int
) -> None:
    numbers, days = drawn
    found = _trend(days, floats(numbers))
    other = _trend(days, floats([scale * number + shift for number in numbers]))
    assert found is not None
    assert other is not None
    assert other._replace(slope=0) == found._replace(slope=0)
    assert other.slope == pytest.approx(scale * found.slope, abs=1e-9)


@given(DRAWN)
def test_the_mirror_image_has_the_opposite_trend(drawn: tuple[list[int], Ordinals]) -> None:
    numbers, days = drawn
    found, mirrored = _trend(days, floats(numbers)), _trend(days, -floats(numbers))
    assert found is not None
    assert mirrored is not None
    assert (mirrored.s, mirrored.z, mirrored.p) == (-found.s, -found.z, found.p)
    assert -1 <= found.tau <= 1
    assert 0 <= found.p <= 1


def test_days_all_equal_have_no_trend() -> None:
    assert _trend(days_in_a_row(28), np.full(28, 7.1)) == (0, 0.0, 0.0, 1.0, 0.0, 28)


def test_fewer_than_four_days_have_no_trend_to_speak_of() -> None:
    assert _trend(days_in_a_row(3), floats([1, 2, 3])) is None


@given(DRAWN, DRAWN)
def test_a_trend_does_not_depend_on_what_stands_beside_it(
    drawn: tuple[list[int], Ordinals], beside: tuple[list[int], Ordinals]
) -> None:
    rows = [by_day(days, floats(numbers)) for numbers, days in (drawn, beside)]
    width = max(row.shape[1] for row in rows)
    together = np.vstack([np.pad(row, ((0, 0), (0, width - row.shape[1])), constant_values=np.nan) for row in rows])
    assert trends(together) == [_trend(days, floats(numbers)) for numbers, days in (drawn, beside)]


def test_without_values_there_are_no_trends() -> None:
    assert trends(np.empty((0, 28))) == []
    assert trends(np.full((2, 28), np.nan)) == [None, None]
    assert trends(np.empty((2, 0))) == [None, None]
