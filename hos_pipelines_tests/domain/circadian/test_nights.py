"""Nights read from sleep windows: main sleep and naps, clock changes, journeys, and what cannot be believed."""

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.clock import hours_of
from hos_pipelines.domain.nights import SetAside, SleepWindow, read_nights
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.circadian.strategies import any_window, every_night, night, read, recorded_nights

GOLD = Path(__file__).parent.parent / "gold"
CLOCK_CHANGES = list(csv.DictReader((GOLD / "dst" / "dst_midsleep.expected.csv").read_text().splitlines()))


@pytest.mark.parametrize("row", CLOCK_CHANGES, ids=lambda row: row["case"])
def test_a_change_of_clocks_moves_no_instant(row: dict[str, str]) -> None:
    window = SleepWindow(datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]))
    (only,) = read_nights([window], zone=ZoneInfo(row["tz"])).nights
    assert only.hours == float(row["elapsed_h"])
    assert only.midpoint.isoformat() == row["mid_local"]
    assert hours_of(only.midpoint) == float(row["mid_local_clock_h"])
    assert only.midpoint.astimezone(UTC).isoformat() == row["mid_instant_utc"]


def test_the_delivered_midpoint_tells_the_offset_where_no_zone_is_known() -> None:
    start, end = (
        datetime.fromisoformat("2024-03-10T00:00:00-05:00"),
        datetime.fromisoformat("2024-03-10T04:30:00-04:00"),
    )
    told = SleepWindow(start, end, datetime.fromisoformat("2024-03-10T01:45:00-05:00"))
    assert read_nights([told]).nights[0].midpoint.isoformat() == "2024-03-10T01:45:00-05:00"
    assert read_nights([told._replace(middle=None)]).nights[0].midpoint.isoformat() == "2024-03-10T02:45:00-04:00"


def test_a_zone_that_does_not_explain_both_ends_is_not_believed() -> None:
    start, end = (
        datetime.fromisoformat("2024-06-01T23:00:00-04:00"),
        datetime.fromisoformat("2024-06-02T07:00:00-04:00"),
    )
    (only,) = read_nights([SleepWindow(start, end)], zone=ZoneInfo("Europe/Berlin")).nights
    assert only.midpoint.isoformat() == "2024-06-02T03:00:00-04:00"


def test_the_longest_sleep_of_a_day_is_the_night_and_the_rest_are_naps() -> None:
    sleep = read([night(1, -1, 4), night(1, 4, 3.5), night(1, 14, 1)])
    assert [one.hours for one in sleep.nights] == [4.0]
    assert [nap.start.hour for nap in sleep.naps] == [4, 14]


def test_less_than_three_hours_is_a_nap_even_if_there_is_no_other_sleep() -> None:
    sleep = read([night(1, 0, 2.9)])
    assert (len(sleep.nights), len(sleep.naps)) == (0, 1)


@pytest.mark.parametrize(
    ("hours", "reason"),
    [(0, "ends before it begins"), (-1, "ends before it begins"), (40, "lasts more than 16 hours: not worn")],
)
def test_a_window_of_an_impossible_length_is_set_aside(hours: float, reason: str) -> None:
    sleep = read([night(1, 0, hours)])
    assert (sleep.nights, sleep.naps) == ((), ())
    assert [aside.reason for aside in sleep.set_aside] == [reason]


def test_sixteen_hours_are_still_sleep() -> None:
    assert read([night(1, -8, 16)]).nights[0].hours == 16.0


def test_of_two_overlapping_windows_the_longer_one_stays() -> None:
    sleep = read([night(1, -1, 8), night(1, 2, 4)])
    assert [one.hours for one in sleep.nights] == [8.0]
    assert sleep.set_aside == (SetAside("sleep_window", date(2024, 1, 2), "overlaps a longer one"),)


def test_windows_that_touch_are_one_sleep_and_do_not_overlap() -> None:
    sleep = read([night(1, -1, 5), night(1, 4, 1)])
    assert (len(sleep.nights), len(sleep.naps), len(sleep.set_aside)) == (1, 0, 0)
    assert (sleep.nights[0].hours, sleep.nights[0].asleep) == (6.0, 6.0)


def test_bouts_less_than_an_hour_apart_are_one_night_with_the_waking_between_them_left_out() -> None:
    sleep = read([night(1, -1, 4), night(1, 3.5, 2), night(1, 6.25, 1)])
    (only,) = sleep.nights
    assert (hours_of(only.onset), hours_of(only.wake), hours_of(only.midpoint)) == (23.0, 7.25, 3.125)
    assert (only.hours, only.asleep, len(only.parts), sleep.naps) == (8.25, 7.0, 3, ())


def test_bouts_an_hour_apart_are_two_sleeps() -> None:
    sleep = read([night(1, -1, 4), night(1, 4, 2.5)])
    assert ([one.hours for one in sleep.nights], len(sleep.naps)) == ([4.0], 1)
    assert sleep.nights[0].parts == ()


def test_bouts_are_not_joined_beyond_sixteen_hours() -> None:
    sleep = read([night(1, -8, 12), night(1, 4.5, 4)])
    assert ([one.hours for one in sleep.nights], len(sleep.naps)) == ([12.0], 1)


def test_short_bouts_may_make_up_a_night_together() -> None:
    sleep = read([night(1, -1 + bout * 2.25, 2) for bout in range(4)])
    assert [(one.hours, one.asleep) for one in sleep.nights] == [(8.75, 8.0)]


def test_a_night_belongs_to_the_day_it_ends_on() -> None:
    sleep = read([night(1, -1, 8), night(2, 1, 7)])
    assert [one.day for one in sleep.nights] == [date(2024, 1, 2), date(2024, 1, 3)]
    assert sleep.day_starts_at == 12.0


def test_a_day_sleeper_has_a_day_of_its_own() -> None:
    sleep = read(every_night(range(5), 8, 8))
    assert sleep.day_starts_at == pytest.approx(0.0, abs=1e-9)
    assert [one.day.day for one in sleep.nights] == [1, 2, 3, 4, 5]
    assert len(sleep.naps) == 0


def test_weekends_and_holidays_are_free() -> None:
    week = WorkWeek(holidays=frozenset({date(2024, 1, 3)}))
    assert read(every_night(range(7), -1, 8), week).free.tolist() == [False, False, True, False, False, True, True]


@pytest.mark.parametrize("hours", [-3, 2, 5, 9, -11])
def test_a_journey_leaves_as_many_nights_unsettled_as_it_crosses_hours(hours: int) -> None:
    there = timezone(timedelta(hours=hours))
    windows = [night(day, -1, 8) for day in range(3)] + [night(day, -1, 8, there) for day in range(3, 17)]
    unsettled = abs(hours)
    assert read(windows).settled.tolist() == [True] * 3 + [False] * unsettled + [True] * (14 - unsettled)


@pytest.mark.parametrize(("hours", "lag"), [(9, 7.0), (-6, -4.0), (2, 0.0)])
def test_the_body_clock_is_behind_after_a_journey_east_and_ahead_after_one_west(hours: int, lag: float) -> None:
    there = timezone(timedelta(hours=hours))
    windows = [night(day, -1, 8) for day in range(3)] + [night(day, -1, 8, there) for day in range(3, 6)]
    assert read(windows).lag == lag


def test_days_without_a_record_settle_as_others_do() -> None:
    east = timezone(timedelta(hours=4))
    windows = [*every_night(range(3), -1, 8), night(3, -1, 8, east), night(7, -1, 8, east)]
    assert read(windows).settled.tolist() == [True, True, True, False, True]


def test_a_journey_back_takes_back_what_is_left_of_the_way_out() -> None:
    east = timezone(timedelta(hours=6))
    there_and_back = [*every_night(range(3), -1, 8), *(night(day, -1, 8, east) for day in (3, 4)), night(5, -1, 8)]
    sleep = read(there_and_back)
    assert sleep.settled.tolist() == [True, True, True, False, False, False]
    assert sleep.lag == -2.0


def test_a_journey_round_half_the_world_counts_the_shorter_way() -> None:
    home, there = timezone(timedelta(hours=-8)), timezone(timedelta(hours=13))
    windows = [night(day, -1, 8, home) for day in range(3)] + [night(day, -1, 8, there) for day in range(3, 5)]
    assert read(windows).lag == -2.0


def test_a_change_of_clocks_is_no_journey() -> None:
    summer = timezone(timedelta(hours=1))
    windows = [night(0, -1, 8), night(1, -1, 8, summer), night(2, -1, 8, summer)]
    assert read(windows).settled.all()


def test_a_history_can_be_cut_at_a_day() -> None:
    sleep = read([*every_night(range(6), -1, 8), night(2, 14, 1), night(4, 14, 1), night(5, 0, 40)])
    later = sleep.since(date(2024, 1, 4))
    assert [one.day.day for one in later.nights] == [4, 5, 6]
    assert (len(later.naps), len(later.set_aside)) == (1, 1)


def test_nothing_is_read_from_nothing() -> None:
    sleep = read([])
    assert (sleep.nights, sleep.naps, sleep.set_aside, sleep.day_starts_at) == ((), (), (), 12.0)
    assert sleep.midpoints.size == sleep.hours.size == sleep.free.size == sleep.days.size == 0


@settings(max_examples=80)
@given(st.lists(any_window(), max_size=25))
def test_every_window_is_a_night_a_nap_or_set_aside(windows: list[SleepWindow]) -> None:
    sleep = read(windows)
    bouts = sum(max(1, len(one.parts)) for one in sleep.nights)
    assert bouts + len(sleep.naps) + len(sleep.set_aside) == len(set(map(str, windows)))
    assert all(3 <= one.hours <= 16 for one in sleep.nights)
    assert all(0 < one.asleep <= one.hours for one in sleep.nights)
    assert (np.diff(sleep.days) > 0).all()


@settings(max_examples=40)
@given(st.lists(any_window(), max_size=20), st.randoms())
def test_order_and_duplicates_of_windows_do_not_matter(windows: list[SleepWindow], chance: Random) -> None:
    mixed = windows + windows[::2]
    chance.shuffle(mixed)
    assert str(read(mixed)) == str(read(windows))


@settings(max_examples=40)
@given(recorded_nights(), st.integers(-180, 60))
def test_another_label_of_the_same_instants_moves_none(windows: list[SleepWindow], minutes: int) -> None:
    def told(moment: datetime) -> datetime:
        return moment.astimezone(timezone((moment.utcoffset() or timedelta()) + timedelta(minutes=minutes)))

    plain, relabelled = read(windows), read([SleepWindow(told(one.start), told(one.end)) for one in windows])
    assert [(one.onset, one.wake, one.midpoint) for one in plain.nights] == [
        (one.onset, one.wake, one.midpoint) for one in relabelled.nights
    ]
    assert plain.hours.tolist() == relabelled.hours.tolist()
