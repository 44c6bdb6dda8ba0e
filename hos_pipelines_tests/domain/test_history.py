"""Histories: what is believed of stored readings, and what is set aside with its reason."""

import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.history import LOOKBACK_DAYS, History, StoredReading, read_history

DAY = date(2026, 10, 20)


def history_of(*readings: StoredReading) -> History:
    return read_history("someone", readings, "Foundation Builder")


def steps(count: str, day: date = DAY, unit: str = "count") -> StoredReading:
    return StoredReading("steps", day.isoformat(), count, unit)


def night(start: str, end: str, day: date = DAY) -> list[StoredReading]:
    return [
        StoredReading("sleep_start_time", day.isoformat(), start, "datetime"),
        StoredReading("sleep_end_time", day.isoformat(), end, "datetime"),
    ]


def test_start_and_end_of_a_local_day_make_a_window_with_their_offsets() -> None:
    (window,) = history_of(*night("2026-10-19T23:10+02:00", "2026-10-20T07:05:30+02:00")).windows
    assert window.end - window.start == timedelta(hours=7, minutes=55, seconds=30)
    assert window.start.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (steps("8000", unit="kilometer"), "is not in count"),
        (steps("many"), "is no number"),
        (steps("nan"), "is not from 0 to 200000"),
        (steps("-3"), "is not from 0 to 200000"),
        (steps("0"), "not a step all day: not worn"),
        (StoredReading("sleep_start_time", "2026-10-20", "yesterday", "datetime"), "is no date and time"),
        (StoredReading("sleep_start_time", "2026-10-20", "2026-10-19T23:10", "datetime"), "has no UTC offset"),
        (StoredReading("sleep_end_time", "2026-10-20", "2099-10-20T07:00Z", "datetime"), "lies days from its own day"),
        (StoredReading("score:sleep", "2026-10-20", "73.5", ""), "is not from 0 to 1"),
    ],
)
def test_what_cannot_be_believed_is_set_aside_with_its_reason(reading: StoredReading, reason: str) -> None:
    history = history_of(reading)
    assert [(aside.day, aside.reason) for aside in history.set_aside] == [(DAY, reason)]
    assert (history.windows, dict(history.series)) == ((), {})


@pytest.mark.parametrize("kind", ["steps", "score:activity", "sleep_start_time"])
def test_what_belongs_to_a_day_that_is_not_over_is_set_aside(kind: str) -> None:
    history = history_of(StoredReading(kind, DAY.isoformat(), None, ""))
    assert [(aside.what, aside.day, aside.reason) for aside in history.set_aside] == [
        (kind, DAY, "is of a day that is not over")
    ]
    assert (history.windows, dict(history.series), history.begun, history.through) == ((), {}, None, None)


def test_a_day_that_is_not_over_is_not_the_newest_with_a_reading() -> None:
    yesterday = DAY - timedelta(days=1)
    running = StoredReading("steps", DAY.isoformat(), None, "count")
    history = history_of(steps("8000", yesterday), running)
    assert (history.through, history.of("steps").values.tolist()) == (yesterday, [8000.0])
    assert history.digest != history_of(steps("8000", yesterday)).digest


def test_a_history_begins_with_its_oldest_reading_of_any_kind() -> None:
    first = DAY - timedelta(days=9)
    history = history_of(steps("8000"), *night("2026-10-10T23:10+02:00", "2026-10-11T07:05+02:00", first))
    assert (history.begun, history.through) == (first, DAY)


def test_a_night_without_its_end_is_no_window() -> None:
    history = history_of(night("2026-10-19T23:10+02:00", "2026-10-20T07:05+02:00")[0])
    assert [aside.reason for aside in history.set_aside] == ["has no sleep_end_time"]


def test_on_a_day_without_a_step_no_other_activity_counts_either() -> None:
    idle = [steps("0"), StoredReading("active_hours", DAY.isoformat(), "0", "hour")]
    worn = StoredReading("heart_rate_resting", DAY.isoformat(), "58", "bpm")
    assert list(history_of(*idle, worn).series) == ["heart_rate_resting"]


def test_only_the_last_eight_weeks_before_the_newest_reading_are_read() -> None:
    first = DAY - timedelta(days=LOOKBACK_DAYS)
    history = history_of(*(steps("8000", first + timedelta(days=place)) for place in range(LOOKBACK_DAYS + 1)))
    assert (len(history.of("steps")), history.through) == (LOOKBACK_DAYS, DAY)
    assert history.digest == history_of(*(steps("8000", DAY - timedelta(days=n)) for n in range(LOOKBACK_DAYS))).digest


@given(st.randoms(use_true_random=False), st.lists(st.integers(1, 30_000), min_size=1, max_size=20))
def test_neither_order_nor_duplicates_matter(chance: random.Random, counts: list[int]) -> None:
    readings = [steps(str(count), DAY - timedelta(days=place)) for place, count in enumerate(counts)]
    shuffled = [*readings, *readings]
    chance.shuffle(shuffled)
    once, twice = history_of(*readings), history_of(*shuffled)
    assert once.digest == twice.digest
    assert once.of("steps").values.tolist() == twice.of("steps").values.tolist() == [*map(float, reversed(counts))]


def test_any_change_of_a_reading_changes_the_digest() -> None:
    assert history_of(steps("8000")).digest != history_of(steps("8001")).digest


def test_nothing_at_all_is_a_history_too() -> None:
    empty = history_of()
    assert (empty.through, empty.readings, len(empty.of("steps"))) == (None, 0, 0)


def test_a_scores_series_goes_by_its_prefixed_name() -> None:
    history = history_of(StoredReading("score:sleep", DAY.isoformat(), "0.91", ""))
    assert history.of("score:sleep").values.tolist() == [0.91]
    assert datetime.fromordinal(int(history.of("score:sleep").days[0])).date() == DAY
