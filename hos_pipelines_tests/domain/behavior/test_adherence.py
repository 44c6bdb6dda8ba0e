"""Adherence: shares, streaks and what follows a day done or missed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from hos_pipelines.domain.behavior.adherence import Following, adherence, change_of_halves, differs
from hos_pipelines_tests.domain.behavior.gold import GOLD
from hos_pipelines_tests.domain.behavior.strategies import (
    FLAG_LISTS,
    MONDAY,
    days_in_a_row,
    flags,
    recorded_days,
)


def test_the_gold_streaks_are_reproduced() -> None:
    gold = GOLD["streaks"]
    found = adherence(days_in_a_row(len(gold["seq"])), flags(gold["seq"]))
    assert found is not None
    assert found.rate == pytest.approx(gold["adherence"], abs=1e-9)
    assert (found.current_streak, found.longest_streak) == (gold["current"], gold["longest"])
    assert found.persistence == pytest.approx(gold["p_done_given_done"], abs=1e-9)
    assert found.recovery == pytest.approx(gold["p_done_given_missed"], abs=1e-9)
    assert found.estimate == pytest.approx(20 / 24, abs=1e-12)
    assert (found.done, found.days) == (19, 22)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_that_of_wilson(counts: tuple[int, int]) -> None:
    done, n = counts
    found = adherence(days_in_a_row(n), flags([day < done for day in range(n)]))
    expected = binomtest(done, n).proportion_ci(0.95, "wilson")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_nothing_recorded_has_no_adherence() -> None:
    assert adherence(days_in_a_row(0), flags([])) is None


def test_an_unrecorded_day_neither_breaks_nor_extends_a_streak() -> None:
    found = adherence(np.array([MONDAY, MONDAY + 1, MONDAY + 3, MONDAY + 4]), flags([0, 1, 1, 1]))
    assert found is not None
    assert found.current_streak == 3
    assert found.persistence == 1.0


def test_what_follows_a_gap_tells_neither_persistence_nor_recovery() -> None:
    found = adherence(np.array([MONDAY, MONDAY + 2, MONDAY + 4]), flags([1, 0, 1]))
    assert found is not None
    assert (found.persistence, found.recovery) == (None, None)


def test_who_never_missed_has_no_recovery() -> None:
    found = adherence(days_in_a_row(5), flags([1] * 5))
    assert found is not None
    assert (found.persistence, found.recovery, found.longest_streak) == (1.0, None, 5)


@given(FLAG_LISTS.flatmap(lambda done: st.tuples(st.just(done), recorded_days(len(done)))))
def test_every_figure_keeps_its_bounds(drawn: tuple[list[bool], np.ndarray]) -> None:
    done, days = drawn
    found = adherence(days, flags(done))
    assert found is not None
    assert 0 <= found.low <= found.rate <= found.high <= 1
    assert found.low <= found.estimate <= found.high
    assert 0 <= found.current_streak <= found.longest_streak <= found.done <= found.days == len(done)
    assert all(0 <= share <= 1 for share in (found.persistence, found.recovery) if share is not None)


def test_what_follows_a_miss_says_more_only_where_its_interval_excludes_the_adherence() -> None:
    assert not differs(Following(2, 3), 0.86)
    assert not differs(Following(0, 0), 0.5)
    assert differs(Following(0, 14), 0.5)
    assert differs(Following(14, 14), 0.5)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.5])
def test_of_people_in_whom_nothing_changes_few_are_told_of_growth_or_decline(phi: float) -> None:
    random = np.random.default_rng(8)
    noise = random.normal(size=(2000, 28))
    for day in range(1, 28):
        noise[:, day] = phi * noise[:, day - 1] + np.sqrt(1 - phi**2) * noise[:, day]
    told = np.mean([change_of_halves(row < 0) != 0 for row in noise])
    assert told <= 0.05


def test_a_behavior_given_up_or_taken_up_is_told() -> None:
    assert change_of_halves(flags([1] * 14 + [0] * 14)) == -1
    assert change_of_halves(flags([0] * 14 + [1] * 14)) == 1
    assert change_of_halves(flags([1, 0] * 14)) == 0
    assert change_of_halves(flags([0, 1, 1, 1])) == 0


def test_most_who_go_from_a_fifth_of_the_days_to_nine_tenths_are_told() -> None:
    random = np.random.default_rng(9)
    rows = np.concatenate((random.random((500, 14)) < 0.2, random.random((500, 14)) < 0.9), axis=1)
    assert np.mean([change_of_halves(row) > 0 for row in rows]) >= 0.8
