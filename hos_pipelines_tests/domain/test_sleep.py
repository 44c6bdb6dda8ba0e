"""One measure of sleep and one need: which hours count, what is owed, and when nights are too short."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.history import EMPTY, Series
from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines.domain.sleep import Estimate, SleepStanding, sleep_standing
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.circadian.strategies import MONDAY, any_window, every_night, night, read

WEEK = WorkWeek()
FIRST = MONDAY.date().toordinal()


def delivered(hours: float | Callable[[int], float], days: Iterable[int] = range(28)) -> Series:
    """`sleep_duration` as Sahha delivers it, in minutes, on these days from Monday on."""
    places = list(days)
    values = [60 * (hours(day) if callable(hours) else hours) for day in places]
    return Series(np.array([FIRST + day for day in places], dtype=np.int64), np.array(values))


def standing(
    hours: float | Callable[[int], float], days: Iterable[int] = range(28), more: Iterable[SleepWindow] = ()
) -> SleepStanding:
    """The standing of somebody of whom only windows are known, each from 23:00 on."""
    windows = [night(day, -1, hours(day) if callable(hours) else hours) for day in days]
    return sleep_standing(read([*windows, *more]), WEEK)


def of(estimate: Estimate | None) -> Estimate:
    assert estimate is not None
    return estimate


def by_kind(work: float, free: float) -> Callable[[int], float]:
    return lambda day: free if day % 7 >= 5 else work


@pytest.mark.parametrize(
    ("given_days", "measure"), [(28, "delivered"), (23, "delivered"), (22, "windows"), (1, "windows")]
)
def test_delivered_durations_count_where_they_cover_four_of_five_nights(given_days: int, measure: str) -> None:
    found = sleep_standing(read(every_night(range(28), -1, 8)), WEEK, delivered(7.0, range(28 - given_days, 28)))
    assert found.measure == measure
    assert set(found.recent.values.tolist()) == ({7.0} if measure == "delivered" else {8.0})


def test_durations_without_a_single_window_count_too() -> None:
    found = sleep_standing(read([]), WEEK, delivered(7.5))
    assert (found.measure, of(found.mean).hours, found.known_nights) == ("delivered", 7.5, 14)


def test_the_two_measures_are_never_mixed() -> None:
    sleep = read(every_night(range(28), -1, 8))
    assert len(sleep_standing(sleep, WEEK, delivered(7.0, range(2, 28))).recent) == 26
    assert len(sleep_standing(sleep, WEEK, delivered(7.0, range(20, 28))).recent) == 28


def test_naps_and_the_bouts_of_a_night_are_sleep_and_the_waking_between_them_is_not() -> None:
    split = [bout for day in range(28) for bout in (night(day, -1, 4), night(day, 3.5, 3))]
    naps = [night(day, 14, 1) for day in (5, 12)]
    found = sleep_standing(read([*split, *naps]), WEEK)
    assert found.recent.values.tolist() == pytest.approx([8.0 if day in (5, 12) else 7.0 for day in range(28)])


def test_more_delivered_than_the_windows_hold_means_that_naps_are_not_known() -> None:
    sleep = read(every_night(range(28), -1, 8))
    assert not sleep_standing(sleep, WEEK, delivered(8.2)).has_hidden_sleep
    assert sleep_standing(sleep, WEEK, delivered(9.0, [27])).has_hidden_sleep
    assert not sleep_standing(read([]), WEEK, delivered(9.0)).has_hidden_sleep


def test_need_is_drawn_to_eight_hours_and_told_with_its_interval() -> None:
    found = standing(by_kind(7.0, 9.0))
    need = of(found.need)
    assert need.hours == pytest.approx((8 * 9 + 10 * 8) / 18)
    assert found.need_nights == 8
    assert 7.0 <= need.low < need.hours < need.high <= 9.0


def test_more_free_nights_leave_less_of_the_prior() -> None:
    few, many = (of(standing(by_kind(7.0, 9.0), range(start, 28)).need) for start in (14, 0))
    assert few.hours < many.hours
    assert many.high - many.low < few.high - few.low


def test_without_a_free_night_no_need_and_no_balance_is_told() -> None:
    found = standing(7.0, range(5))
    assert (found.need, found.balance, found.fading, found.is_bound) == (None, None, None, False)
    assert found.enough_from == 7.0


def test_of_the_most_deprived_need_and_balance_are_told_by_their_bound() -> None:
    found = standing(4.5)
    assert (found.is_bound, found.need_nights) == (True, 0)
    assert found.need == Estimate(7.0, 7.0, 9.0)
    assert found.balance == Estimate(14 * 2.5, 14 * 2.5, 14 * 4.5)
    assert (found.is_short, found.verdict) == (True, "short")


def test_free_nights_after_nights_that_nobody_recorded_are_not_said_to_follow_short_ones() -> None:
    """Of the four weeks all free nights are known, and of the nights before them none or one."""
    weekends = [day for day in range(28) if day % 7 >= 5]
    for recorded in (weekends, [*weekends, *range(3, 28, 7)]):
        found = standing(4.5, sorted(recorded))
        assert (found.is_bound, found.need) == (False, None)


def test_one_free_night_that_tells_a_need_leaves_it_at_its_bound_and_two_do_not() -> None:
    one = standing(lambda day: 8.0 if day == 5 else 4.5)  # Saturday, so that Sunday follows a long night
    assert (one.is_bound, one.need_nights, one.need) == (True, 1, Estimate(7.0, 7.0, 9.0))
    two = standing(lambda day: 8.0 if day == 4 else 4.5)
    assert (two.is_bound, two.need_nights) == (False, 2)


def test_long_nights_are_set_against_short_ones() -> None:
    found = standing(lambda day: 7.0 if day % 2 else 9.0)
    balance, need = of(found.balance), of(found.need)
    assert balance.hours == pytest.approx(14 * (need.hours - 8.0))
    assert balance.low < 0 < balance.high


def test_who_sleeps_beyond_the_need_is_ahead() -> None:
    assert of(standing(9.5).balance).hours < 0
    assert of(standing(9.5).balance).hours == pytest.approx(14 * (of(standing(9.5).need).hours - 9.5))


def test_who_sleeps_eight_hours_on_average_and_needs_eight_owes_about_nothing() -> None:
    owed = []
    for person in range(60):
        chance = np.random.default_rng(person)
        found = standing(chance.normal(8.0, 0.9, 28).clip(3.5).tolist().__getitem__)
        balance = of(found.balance)
        owed.append(balance.hours)
        assert found.verdict == "enough"
    assert abs(float(np.mean(owed))) < 1.0
    assert float(np.quantile(np.abs(owed), 0.9)) < 8.0


@pytest.mark.parametrize(
    ("hours", "naps", "verdict"),
    [
        (lambda _: 7.25, (), "enough"),
        (lambda _: 6.5, (), "not clear"),
        (by_kind(6.0, 8.0), (), "short"),
        (lambda _: 6.0, range(0, 28, 3), "short"),
        (lambda _: 5.75, (), "short"),
        (lambda _: 8.0, range(0, 28, 3), "enough"),
    ],
    ids=["enough", "short without signs", "caught up at weekends", "short with naps", "below six", "naps alone"],
)
def test_nights_are_short_only_where_length_need_and_signs_agree(
    hours: Callable[[int], float], naps: Iterable[int], verdict: str
) -> None:
    beside = [night(day, 14, 0.5) for day in naps]
    found = standing(hours, more=beside)
    assert (found.verdict, found.is_short) == (verdict, verdict == "short")


def test_below_a_week_of_nights_nothing_is_judged() -> None:
    assert [standing(5.0, range(28 - nights, 28)).verdict for nights in (0, 1, 6)] == [None, None, None]
    assert standing(5.0, range(21, 28)).verdict == "short"


def test_only_the_last_four_weeks_are_judged_and_all_hours_are_kept() -> None:
    found = standing(lambda day: 5.0 if day < 14 else 8.0, range(42))
    assert (len(found.hours), len(found.recent), of(found.mean).hours) == (42, 28, 8.0)


windows = st.lists(any_window(), max_size=25)


@settings(max_examples=50)
@given(windows, st.lists(st.tuples(st.integers(0, 27), st.floats(0.1, 24)), max_size=28, unique_by=lambda one: one[0]))
def test_whatever_the_nights_the_standing_is_in_order(
    some: list[SleepWindow], minutes: list[tuple[int, float]]
) -> None:
    given_hours = dict(sorted(minutes))
    series = delivered(lambda day: given_hours[day], given_hours) if given_hours else EMPTY
    found = sleep_standing(read(some), WEEK, series)
    for estimate in (found.mean, found.need, found.balance):
        assert estimate is None or estimate.low <= estimate.hours <= estimate.high
    assert found.need is None or 7.0 <= found.need.low <= found.need.high <= 9.0
    assert (found.balance is None) == (found.fading is None)
    assert found.enough_from >= 7.0
    assert found.verdict in (None, "short", "enough", "not clear")
    assert not found.is_short or found.verdict == "short"


@settings(max_examples=30)
@given(windows, st.randoms())
def test_order_and_duplicates_of_windows_change_no_standing(some: list[SleepWindow], chance: Random) -> None:
    mixed = some + some[::2]
    chance.shuffle(mixed)
    assert str(sleep_standing(read(mixed), WEEK)) == str(sleep_standing(read(some), WEEK))


def test_the_standing_is_the_same_whatever_is_read_before_four_weeks() -> None:
    recent = [night(day, -1, 6.5 + day % 3 / 2) for day in range(28, 56)]
    older = [night(day, 1, 9.0) for day in range(28)]
    alone, with_older = sleep_standing(read(recent), WEEK), sleep_standing(read([*older, *recent]), WEEK)
    for name in ("measure", "mean", "need", "need_nights", "balance", "fading", "verdict"):
        assert getattr(alone, name) == getattr(with_older, name)


def test_the_same_nights_a_year_later_have_the_same_standing() -> None:
    some = [night(day, -1, 6.5 + day % 3 / 2) for day in range(28)]
    later = [SleepWindow(one.start + timedelta(days=364), one.end + timedelta(days=364)) for one in some]
    before, after = sleep_standing(read(some), WEEK), sleep_standing(read(later), WEEK)
    assert (before.need, before.balance, before.verdict) == (after.need, after.balance, after.verdict)
