"""Vitals: bands around a person's own past, and what is too little to say anything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.behavior.baselines import Baseline
from hos_pipelines.domain.behavior.vitals import hrv_of, hrv_state, place, resting_rate, worthwhile_band
from hos_pipelines.domain.history import Series
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, days_in_a_row, floats

USUAL = Baseline(median=55.0, mad=2.0, n=28)
MILLISECONDS = st.integers(5, 150)


def test_the_published_band_is_reproduced() -> None:
    low, high = worthwhile_band(3.767244, 0.059343)
    assert (low, high) == pytest.approx((3.737572, 3.796915), abs=1e-6)
    assert place(3.737513, low, high) == "below"


def test_a_value_on_the_edge_lies_within() -> None:
    assert [place(value, 1.0, 2.0) for value in (0.9, 1.0, 1.5, 2.0, 2.1)] == [
        "below",
        "within",
        "within",
        "within",
        "above",
    ]


def test_figures_worked_out_by_hand() -> None:
    found = hrv_state(np.exp(floats([4.0, 4.1, 4.2, 4.3, 4.4])), np.exp(floats([3.9, 4.1] * 7)))
    assert found is not None
    assert found.mean == pytest.approx(4.2)
    assert found.baseline_mean == pytest.approx(4.0)
    assert found.baseline_sd == pytest.approx(0.1 * np.sqrt(14 / 13))
    assert found.cv == pytest.approx(100 * np.sqrt(0.025) / 4.2)
    assert (found.state, found.n, found.baseline_n) == ("above", 5, 14)


def test_too_few_days_say_nothing() -> None:
    assert hrv_state(floats([50, 60]), floats([50, 60] * 7)) is None
    assert hrv_state(floats([50, 60, 50]), floats([50, 60] * 6 + [50])) is None


def test_a_baseline_that_never_varies_says_nothing() -> None:
    assert hrv_state(floats([50, 60, 50]), np.full(28, 50.0)) is None


def test_four_days_have_a_mean_but_no_variation() -> None:
    found = hrv_state(floats([50, 60, 50, 60]), floats([50, 60] * 7))
    assert found is not None
    assert found.cv is None


def test_the_week_and_the_four_weeks_before_it_do_not_overlap() -> None:
    days = days_in_a_row(40)
    values = np.where(days > days[-1] - 7, 80.0, np.where(days % 2 == 0, 40.0, 42.0))
    values[:5] = 500.0
    found = hrv_of(Series(days, values), int(days[-1]))
    assert found is not None
    assert (found.n, found.baseline_n) == (7, 28)
    assert found.mean == pytest.approx(np.log(80))
    assert found.baseline_mean == pytest.approx(np.log([40, 42]).mean())
    assert found.state == "above"
    assert hrv_of(Series(days, values), int(days[-1]) + 5) is None


@given(st.lists(MILLISECONDS, min_size=5, max_size=7), st.lists(MILLISECONDS, min_size=14, max_size=28))
def test_another_unit_changes_no_state(week: list[int], before: list[int]) -> None:
    found, doubled = hrv_state(floats(week), floats(before)), hrv_state(2 * floats(week), 2 * floats(before))
    if found is None or doubled is None:
        assert (found, doubled) == (None, None)
        return
    assert found.low <= found.baseline_mean <= found.high
    assert doubled.mean - doubled.low == pytest.approx(found.mean - found.low, abs=1e-9)
    assert found.cv is not None
    assert found.cv >= 0


@pytest.mark.parametrize(
    ("days", "values", "is_raised"),
    [
        ([0, 1, 2], [55, 61, 62], True),
        ([0, 1, 2], [61, 62, 55], False),
        ([0, 1, 2], [55, 55, 62], False),
        ([0, 1, 3], [55, 61, 62], False),
        ([0], [70], False),
        ([0, 1], [60, 60], True),
        ([0, 1], [59.9, 70], False),
    ],
)
def test_only_two_high_days_in_a_row_are_raised(days: list[int], values: list[float], is_raised: bool) -> None:
    found = resting_rate(MONDAY + np.array(days), floats(values), USUAL)
    assert found is not None
    assert found.is_raised is is_raised
    assert found.above_bpm == pytest.approx(values[-1] - 55)
    assert found.z == pytest.approx((values[-1] - 55) / 2)


def test_a_rate_that_swings_a_lot_is_not_raised_by_a_few_beats() -> None:
    found = resting_rate(days_in_a_row(2), floats([61, 61]), Baseline(55.0, 4.0, 28))
    assert found is not None
    assert not found.is_raised


def test_no_rate_is_neither_raised_nor_usual() -> None:
    assert resting_rate(days_in_a_row(0), floats([]), USUAL) is None
