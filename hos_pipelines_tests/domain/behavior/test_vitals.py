"""Vitals: bands around a person's own past, and what is too little to say anything."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student

from benchmarks.change_null import autoregressive
from hos_pipelines.domain.behavior.autocorrelation import Dependence
from hos_pipelines.domain.behavior.baselines import Baseline
from hos_pipelines.domain.behavior.vitals import (
    current_hrv,
    hrv_of,
    hrv_p,
    hrv_state,
    place,
    record_hrv,
    record_pulse,
    resting_rate,
    worthwhile_band,
)
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.history import EMPTY, Series
from hos_pipelines_tests.domain.behavior.people import MONDAY as MONDAY_OF_PEOPLE
from hos_pipelines_tests.domain.behavior.people import history, reading
from hos_pipelines_tests.domain.behavior.strategies import MONDAY, days_in_a_row, floats

RMSSD, SDNN = "heart_rate_variability_rmssd", "heart_rate_variability_sdnn"
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


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5, 0.7])
def test_the_p_of_a_week_is_what_it_says_where_nothing_changes(phi: float) -> None:
    days = days_in_a_row(35)
    rows = np.exp(3.8 + 0.12 * autoregressive(np.random.default_rng(1), 1500, 35, phi))
    p = np.array([hrv_p(Series(days, row), int(days[-1]), Dependence(phi, 0.05)) for row in rows], dtype=np.float64)
    assert np.mean(p < 0.05) <= 0.06
    assert np.mean(p < 0.01) <= 0.016


def test_the_p_of_independent_days_is_that_of_students_t() -> None:
    """Both means with the deviation of the baseline alone: t of 27 degrees of freedom."""
    days = days_in_a_row(35)
    values = np.exp(3.8 + 0.1 * np.random.default_rng(2).normal(size=35))
    state = hrv_of(Series(days, values), int(days[-1]))
    assert state is not None
    t = (state.mean - state.baseline_mean) / (state.baseline_sd * np.sqrt(1 / 7 + 1 / 28))
    p = hrv_p(Series(days, values), int(days[-1]), Dependence(0.0, 0.0))
    assert p == pytest.approx(2 * student.sf(abs(t), 27), rel=2e-3)


def test_without_a_state_there_is_no_p() -> None:
    days = days_in_a_row(20)
    assert hrv_p(Series(days, np.full(20, 50.0)), int(days[-1])) is None
    assert hrv_p(EMPTY, int(days[-1])) is None


@pytest.mark.parametrize(("q", "state"), [(0.01, "above"), (0.5, "within")])
def test_a_week_is_beyond_the_band_only_where_that_is_more_than_chance(q: float, state: str) -> None:
    values = [40.0, 42.0] * 14 + [80.0] * 7
    rows = [
        reading(RMSSD, MONDAY_OF_PEOPLE + timedelta(days=day), one, "millisecond") for day, one in enumerate(values)
    ]
    person = history(rows)
    assert person.through is not None
    sheet = FactSheet(None)
    told = record_hrv(sheet, person, person.through.toordinal(), q, 0.1)
    assert told.value == state
    assert sheet["hrv_state_q"].value == q


def test_too_few_nights_with_hrv_have_no_state_and_no_q() -> None:
    sheet = FactSheet(None)
    told = record_hrv(sheet, history([]), 1, None, 0.1)
    assert told.value is None
    assert told.missing == "nights with HRV in the last 7 days: has 0, needs 3"
    assert "hrv_state_q" not in sheet


def test_sdnn_and_rmssd_are_never_mixed_and_the_newer_one_is_told() -> None:
    days = [MONDAY_OF_PEOPLE + timedelta(days=day) for day in range(30)]
    rows = [reading(RMSSD, day, 50, "millisecond") for day in days[:20]]
    rows += [reading(SDNN, day, 80, "millisecond") for day in days[10:]]
    assert current_hrv(history(rows)) == SDNN
    assert current_hrv(history([*rows, reading(RMSSD, days[-1], 50, "millisecond")])) == RMSSD
    assert current_hrv(history([])) is None


@pytest.mark.parametrize(("ago", "value"), [(0, "raised"), (2, "raised"), (3, None)])
def test_a_resting_rate_of_days_ago_is_not_todays(ago: int, value: str | None) -> None:
    days = days_in_a_row(28)
    series = Series(days, floats([55.0] * 26 + [64.0, 65.0]))
    assert record_pulse(FactSheet(None), series, USUAL, int(days[-1]) + ago).value == value


def test_without_a_baseline_a_resting_rate_is_neither() -> None:
    told = record_pulse(FactSheet(None), EMPTY, None, MONDAY)
    assert told.value is None
    assert told.missing == "days with a value: has 0, needs 7"


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
    assert found.z == pytest.approx((values[-1] - 55) / 2)


def test_a_rate_that_swings_a_lot_is_not_raised_by_a_few_beats() -> None:
    found = resting_rate(days_in_a_row(2), floats([61, 61]), Baseline(55.0, 4.0, 28))
    assert found is not None
    assert not found.is_raised


def test_no_rate_is_neither_raised_nor_usual() -> None:
    assert resting_rate(days_in_a_row(0), floats([]), USUAL) is None
