"""Sleep need and debt by hand-made nights: shrinkage, bounds, rebound nights, imputation."""

from math import exp

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.sleep_need import known_nights, sleep_debt, sleep_need, telling_nights

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
DAYS = np.arange(1, 29)


def weekends(days: npt.NDArray[np.int64]) -> Flags:
    return np.asarray(days % 7 >= 5)


def test_need_is_the_median_of_free_nights_drawn_to_eight_hours() -> None:
    hours = np.where(weekends(DAYS), 9.0, 7.0)
    need = sleep_need(DAYS, hours, weekends(DAYS))
    assert need is not None
    assert need == pytest.approx(((8 * 9 + 10 * 8) / 18, 8))


@pytest.mark.parametrize(("free_hours", "need"), [(14.0, 9.0), (3.0, 7.0)])
def test_need_stays_within_seven_and_nine_hours(free_hours: float, need: float) -> None:
    found = sleep_need(DAYS, np.where(weekends(DAYS), free_hours, 7.0), weekends(DAYS))
    assert found is not None
    assert found.hours == need


def test_a_rebound_after_two_short_nights_does_not_tell_the_need() -> None:
    days, hours = np.arange(1, 6), np.array([7.0, 6.0, 6.4, 11.0, 8.0])
    free = np.array([False, False, False, True, True])
    assert telling_nights(days, hours, free).tolist() == [False, False, False, False, True]
    need = sleep_need(days, hours, free)
    assert need is not None
    assert (need.nights, need.hours) == (1, 8.0)


def test_a_night_that_was_not_recorded_might_have_been_short() -> None:
    days, hours, free = np.array([1, 4, 5, 7]), np.full(4, 8.0), np.array([True, True, True, True])
    assert telling_nights(days, hours, free).tolist() == [False, False, True, True]


def test_without_free_nights_no_need_is_known() -> None:
    assert sleep_need(DAYS, np.full(28, 7.0), np.zeros(28, dtype=np.bool_)) is None
    assert sleep_need(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, dtype=np.bool_)) is None


def test_debt_sums_what_the_last_fourteen_nights_lack() -> None:
    hours = np.full(28, 7.5)
    hours[20:24] = [10.0, 5.0, 8.0, 9.0]
    debt = sleep_debt(DAYS, hours, 8.0, 28)
    assert debt is not None
    assert debt.balance == pytest.approx(10 * 0.5 - 2.0 + 3.0 + 0.0 - 1.0)


def test_debt_fades_with_the_time_constant_of_the_unified_model() -> None:
    """D(t) = D(t-1) exp(-1/4.06) + need - sleep, step by step."""
    hours = np.random.default_rng(4).uniform(5, 9, 28)
    expected = 0.0
    for slept in hours:
        expected = expected * exp(-1 / 4.06) + 8.0 - slept
    debt = sleep_debt(DAYS, hours, 8.0, 28)
    assert debt is not None
    assert debt.now == pytest.approx(expected, abs=1e-12)


def test_missing_nights_are_the_median() -> None:
    days = np.array([day for day in range(1, 29) if day not in (20, 25, 28)])
    debt = sleep_debt(days, np.full(25, 7.0), 8.0, 28)
    assert debt is not None
    assert debt.balance == pytest.approx(14.0)


def test_nothing_is_owed_from_before_the_first_night() -> None:
    debt = sleep_debt(np.arange(20, 29), np.full(9, 7.0), 8.0, 28)
    assert debt is not None
    assert debt.now == pytest.approx(sum(exp(-back / 4.06) for back in range(9)))


@pytest.mark.parametrize(("nights", "known"), [(6, False), (7, True)])
def test_below_seven_of_the_last_fourteen_nights_no_debt_is_said(nights: int, known: bool) -> None:
    days = np.concatenate((np.arange(1, 15), np.arange(28 - nights + 1, 29)))
    assert known_nights(days, 28) == nights
    assert (sleep_debt(days, np.full(days.size, 7.0), 8.0, 28) is not None) is known


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 28), st.integers(180, 720)), max_size=28, unique_by=lambda night: night[0]),
    st.data(),
)
def test_fewer_nights_never_tell_more(nights: list[tuple[int, int]], data: st.DataObject) -> None:
    def count(kept: list[tuple[int, int]]) -> int:
        days = np.array(sorted(day for day, _ in kept), dtype=np.int64)
        hours = np.array([dict(kept)[day] / 60 for day in days.tolist()])
        return int(telling_nights(days, hours, weekends(days)).sum())

    kept = data.draw(st.lists(st.sampled_from(nights), unique=True)) if nights else []
    assert count(kept) <= count(nights)
