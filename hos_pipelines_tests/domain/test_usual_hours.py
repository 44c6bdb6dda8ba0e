"""The usual hour of an event, who keeps it, and how far its days spread."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.usual_hours import (
    about_kinds,
    mean_interval,
    near_usual,
    pooled_sd,
    spread_interval,
    usual_hour,
)
from hos_pipelines_tests.domain.behavior.strategies import flags, floats

# Quarters of an hour, so that sums are exact and ties common.
HOURS = st.lists(st.integers(0, 95).map(lambda quarter: quarter / 4), min_size=2, max_size=40)


def test_a_lie_in_on_free_days_does_not_move_the_usual_hour() -> None:
    """gold/told: 06:00 on 20 of 28 days and 08:36 on the free ones, of which the circular mean is 06:44."""
    wakes = floats([6.0] * 20 + [8.6] * 8)
    assert usual_hour(wakes) == pytest.approx(6.0, abs=1e-9)
    assert near_usual(wakes).sum() == 20


def test_day_sleeps_do_not_move_the_usual_hour() -> None:
    """gold/told: 07:00 on 23 days, 14:30 on five."""
    wakes = floats([7.0] * 23 + [14.5] * 5)
    assert usual_hour(wakes) == pytest.approx(7.0, abs=1e-9)
    assert near_usual(wakes).mean() == pytest.approx(23 / 28)


def test_a_usual_hour_lies_across_midnight() -> None:
    """gold/stats: the circular mean of these is 0.199759, and all of them lie in one window."""
    assert usual_hour(floats([23.5, 0.5, 0.25, 23.75, 1.0])) == pytest.approx(0.199759, abs=1e-6)


def test_who_wakes_at_all_hours_has_no_usual_one() -> None:
    assert usual_hour(floats([5.0, 9.0, 6.0, 10.0, 7.0])) is None
    assert usual_hour(floats([])) is None


def test_no_day_is_its_own_standard() -> None:
    assert near_usual(floats([0.0, 4 / 3])).tolist() == [False, False]
    assert near_usual(floats([7.0])).tolist() == [False]


def test_steady_days_with_some_spread_are_nearly_all_kept() -> None:
    wakes = 7 + np.random.default_rng(3).normal(scale=0.3, size=28)
    assert near_usual(wakes).mean() > 0.9


@given(st.integers(0, 10_000), st.floats(0, 24))
def test_a_later_life_moves_the_usual_hour_and_changes_no_day(seed: int, later: float) -> None:
    hours = 7 + np.random.default_rng(seed).normal(scale=0.6, size=28)
    moved = (hours + later) % 24
    before, after = usual_hour(hours), usual_hour(moved)
    assert before is not None
    assert after is not None
    assert abs((after - before - later + 12) % 24 - 12) < 1e-6
    assert near_usual(moved).tolist() == near_usual(hours).tolist()


@given(HOURS)
def test_a_kept_day_lies_near_another_one(hours: list[float]) -> None:
    kept = near_usual(floats(hours))
    for place in np.flatnonzero(kept):
        away = np.abs((floats(hours) - hours[place] + 12) % 24 - 12)
        assert np.count_nonzero(away <= 1.5 + 1e-6) > 1


def test_a_weekend_shift_is_no_spread_within_kinds_of_days() -> None:
    hours, free = floats([6.0, 6.2, 5.8, 6.0, 9.0, 9.2]), flags([0, 0, 0, 0, 1, 1])
    away = about_kinds(hours, free)
    assert away == pytest.approx([0.0, 0.2, -0.2, 0.0, -0.1, 0.1], abs=1e-3)
    assert pooled_sd(away, 2) == pytest.approx(np.sqrt(0.1 / 4), abs=1e-3)


def test_a_lone_free_day_tells_no_spread_of_free_days() -> None:
    assert len(about_kinds(floats([6.0, 6.5, 9.0]), flags([0, 0, 1]))) == 2
    assert pooled_sd(floats([0.0]), 1) is None


@pytest.mark.parametrize(("size", "least"), [(10, 0.92), (28, 0.92)])
def test_the_interval_of_a_spread_holds_the_true_one(size: int, least: float) -> None:
    random = np.random.default_rng(11)
    held = 0
    for _ in range(1000):
        values = random.normal(scale=0.7, size=size)
        away = values - values.mean()
        interval = spread_interval(away, float(np.sqrt(away @ away / (size - 1))))
        assert interval is not None
        held += (interval.low or 0) <= 0.7 <= (interval.high or 0)
    assert held / 1000 >= least


def test_the_interval_of_a_spread_holds_the_spread_itself() -> None:
    away = floats([6.0 - 8.0] * 20 + [13.0 - 8.0] * 8)
    interval = spread_interval(away, 3.2)
    assert interval is not None
    assert interval.low is not None
    assert interval.high is not None
    assert interval.low <= 3.2 <= interval.high
    assert interval.least_change == pytest.approx((interval.high - interval.low) / np.sqrt(2))


def test_nights_all_alike_have_no_spread_and_few_nights_no_interval() -> None:
    interval = spread_interval(floats([0.0] * 10), 0.0)
    assert interval is not None
    assert (interval.low, interval.high) == (0.0, 0.0)
    assert spread_interval(floats([0.1, -0.1, 0.0, 0.0]), 0.1) is None


def test_the_interval_of_a_mean_may_run_past_midnight() -> None:
    interval = mean_interval(0.1, 1.0, 16)
    assert interval.low == pytest.approx(23.61, abs=1e-3)
    assert interval.high == pytest.approx(0.59, abs=1e-3)
