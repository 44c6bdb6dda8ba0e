"""Baselines and loads: robust figures against scipy, and the load of training weeks against gold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import median_abs_deviation

from hos_pipelines.domain.behavior.baselines import baseline, ewma, load, median, robust_z
from hos_pipelines_tests.domain.behavior.gold import GOLD
from hos_pipelines_tests.domain.behavior.strategies import NUMBERS, floats


@given(NUMBERS)
def test_a_baseline_is_the_median_and_the_scaled_mad(numbers: list[int]) -> None:
    values = floats(numbers)
    found = baseline(values, 1e-6)
    assert found is not None
    assert median(values) == np.median(values) == found.median
    scaled = float(median_abs_deviation(values, scale="normal"))
    assert found.mad == pytest.approx(max(scaled, 1e-6), rel=1e-12)
    assert found.n == len(numbers)


def test_an_outlier_among_steady_days_stands_out() -> None:
    # The figure of circadian-science.md section 5, whose days are not published: any with this median and MAD give it.
    usual = baseline(floats([52, 52.5, 52.5, 53, 53, 54, 54.5, 54.5, 55, 70]), 0.5)
    assert usual is not None
    assert usual.median == 53.5
    assert robust_z(70, usual) == pytest.approx(11.129081, abs=1e-6)


def test_days_all_equal_vary_by_what_a_device_can_tell_apart() -> None:
    usual = baseline(np.full(20, 60.0), 1.0)
    assert usual is not None
    assert usual.mad == 1.0
    assert robust_z(63, usual) == 3.0


def test_no_days_have_no_baseline() -> None:
    assert baseline(floats([]), 1.0) is None


@pytest.mark.parametrize("resolution", [0, -1])
def test_a_resolution_of_nothing_is_refused(resolution: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        baseline(floats([1, 2]), resolution)


@given(NUMBERS, st.integers(-50, 50), st.integers(1, 9), st.integers(-100, 100))
def test_a_z_does_not_depend_on_unit_or_zero_point(numbers: list[int], value: int, scale: int, shift: int) -> None:
    usual = baseline(floats(numbers), 1.0)
    other = baseline(floats([scale * number + shift for number in numbers]), float(scale))
    assert usual is not None
    assert other is not None
    assert robust_z(scale * value + shift, other) == pytest.approx(robust_z(value, usual), abs=1e-9)


def test_the_gold_loads_are_reproduced() -> None:
    gold = GOLD["acwr"]
    found = load(floats(gold["load"]))
    assert found is not None
    assert found.acute == pytest.approx(gold["ewma7_last"], abs=1e-9)
    assert found.chronic == pytest.approx(gold["ewma28_last"], abs=1e-9)
    assert found.ratio == pytest.approx(gold["ewma_ratio_last"], abs=1e-9)


def test_rest_alone_has_a_load_but_no_ratio() -> None:
    found = load(np.zeros(10))
    assert found is not None
    assert found == (0.0, 0.0, None)
    assert load(floats([])) is None


@given(NUMBERS, st.integers(2, 28))
def test_a_weighted_mean_lies_among_its_days(numbers: list[int], span: int) -> None:
    found = ewma(floats(numbers), span)
    assert found is not None
    assert min(numbers) - 1e-9 <= found <= max(numbers) + 1e-9
    reckoned = float(numbers[0])
    for number in numbers[1:]:
        reckoned += 2 / (span + 1) * (number - reckoned)
    assert found == pytest.approx(reckoned, abs=1e-9)
