"""Baselines: robust figures against scipy, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation

from hos_pipelines.domain.behavior.baselines import Baseline, baselines, medians, robust_z
from hos_pipelines.domain.clock import Floats
from hos_pipelines_tests.domain.behavior.strategies import NUMBERS, floats


def _baseline(values: Floats, resolution: float) -> Baseline | None:
    (found,) = baselines(values[np.newaxis], floats([resolution]))
    return found


@given(NUMBERS)
def test_a_baseline_is_the_median_and_the_scaled_mad(numbers: list[int]) -> None:
    values = floats(numbers)
    found = _baseline(values, 1e-6)
    assert found is not None
    assert medians(values[np.newaxis])[0] == np.median(values) == found.median
    scaled = float(median_abs_deviation(values, scale="normal"))
    assert found.mad == pytest.approx(max(scaled, 1e-6), rel=1e-12)
    assert found.n == len(numbers)


def test_an_outlier_among_steady_days_stands_out() -> None:
    # The figure of circadian-science.md section 5, whose days are not published: any with this median and MAD give it.
    usual = _baseline(floats([52, 52.5, 52.5, 53, 53, 54, 54.5, 54.5, 55, 70]), 0.5)
    assert usual is not None
    assert usual.median == 53.5
    assert robust_z(70, usual) == pytest.approx(11.129081, abs=1e-6)


def test_days_all_equal_vary_by_what_a_device_can_tell_apart() -> None:
    usual = _baseline(np.full(20, 60.0), 1.0)
    assert usual is not None
    assert usual.mad == 1.0
    assert robust_z(63, usual) == 3.0


def test_no_days_have_no_baseline() -> None:
    assert _baseline(floats([]), 1.0) is None


@pytest.mark.parametrize("resolution", [0, -1])
def test_a_resolution_of_nothing_is_refused(resolution: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        _baseline(floats([1, 2]), resolution)


@given(NUMBERS, st.integers(-50, 50), st.integers(1, 9), st.integers(-100, 100))
def test_a_z_does_not_depend_on_unit_or_zero_point(numbers: list[int], value: int, scale: int, shift: int) -> None:
    usual = _baseline(floats(numbers), 1.0)
    other = _baseline(floats([scale * number + shift for number in numbers]), float(scale))
    assert usual is not None
    assert other is not None
    assert robust_z(scale * value + shift, other) == pytest.approx(robust_z(value, usual), abs=1e-9)


@given(NUMBERS, NUMBERS)
def test_days_without_a_value_and_other_series_change_no_baseline(numbers: list[int], others: list[int]) -> None:
    rows = np.full((3, 60), np.nan)
    rows[0, : len(numbers)] = numbers
    rows[1, 60 - len(others) :] = others
    expected = [_baseline(floats(numbers), 1.0), _baseline(floats(others), 0.5), None]
    assert baselines(rows, floats([1.0, 0.5, 1.0])) == expected
