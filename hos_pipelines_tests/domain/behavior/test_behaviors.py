"""Which days count, and on which of them a behavior was done."""

from datetime import date, timedelta

from hos_pipelines.domain.behavior.behaviors import (
    active_day,
    enough_sleep,
    exercise,
    hours_slept,
    regular_bedtime,
    regular_wake,
)
from hos_pipelines.domain.history import StoredReading
from hos_pipelines.domain.nights import SleepHistory, read_nights
from hos_pipelines_tests.domain.behavior.people import MONDAY, history, night, reading

FIRST = MONDAY.toordinal()


def nights_of(rows: list[StoredReading]) -> SleepHistory:
    return read_nights(history(rows).windows)


def day(index: int) -> date:
    return MONDAY + timedelta(days=index)


def test_a_bedtime_is_regular_within_45_minutes_of_the_others_also_across_midnight() -> None:
    rows = [row for index, onset in enumerate((-0.25, 0.25, 0.0, 0.75, 1.0)) for row in night(day(index), onset, 7)]
    assert regular_bedtime(nights_of(rows)).success.tolist() == [True, True, True, True, False]


def test_no_night_is_its_own_standard() -> None:
    """With itself in the mean the second night would be 40 minutes away, without it 80."""
    rows = [*night(day(0), 0.0, 7), *night(day(1), 4 / 3, 7)]
    assert regular_bedtime(nights_of(rows)).success.tolist() == [False, False]


def test_a_night_that_was_not_recorded_is_neither_success_nor_miss() -> None:
    rows = [*night(day(0), -1, 8), *night(day(3), -1, 8)]
    wake = regular_wake(nights_of(rows))
    assert wake.days.tolist() == [FIRST, FIRST + 3]
    assert wake.success.tolist() == [True, True]


def test_enough_sleep_is_at_most_half_an_hour_short_of_the_need() -> None:
    rows = [reading("sleep_duration", day(index), minutes, "minute") for index, minutes in enumerate((449, 450, 480))]
    slept = hours_slept(history(rows), nights_of([]))
    assert enough_sleep(slept).success.tolist() == [False, True, True]
    assert enough_sleep(slept, need=8.5).success.tolist() == [False, False, True]


def test_sleep_is_measured_by_the_nights_where_durations_are_fewer() -> None:
    rows = [*night(day(0), -1, 8), *night(day(1), -1, 7), reading("sleep_duration", day(1), 300, "minute")]
    assert hours_slept(history(rows), nights_of(rows)).values.tolist() == [8.0, 7.0]


def test_an_active_day_reaches_the_60th_percentile_of_the_weeks_before() -> None:
    rows = [reading("steps", day(index), 1000 * (index % 11) + 1000, "count") for index in range(33)]
    rows += [reading("steps", day(33), 6999, "count"), reading("steps", day(34), 7000, "count")]
    judged = active_day(history(rows), FIRST + 33)
    assert judged.success.tolist() == [False, True]
    assert "weeks before" in judged.standard
    assert judged.is_relative


def test_without_earlier_weeks_an_active_day_is_measured_by_the_judged_days_or_by_a_goal() -> None:
    rows = [reading("steps", day(index), 1000 * (index + 1), "count") for index in range(11)]
    assert active_day(history(rows), FIRST).success.tolist() == [False] * 6 + [True] * 5
    assert active_day(history(rows), FIRST, goal=10_000).success.tolist() == [False] * 9 + [True] * 2


def test_who_ever_delivers_exercise_missed_it_on_an_active_day_without_it() -> None:
    rows = [reading("steps", day(index), 5000, "count") for index in range(3)]
    rows += [reading("exercise_duration", day(1), 20, "minute"), reading("exercise_duration", day(2), 19, "minute")]
    assert exercise(history(rows), FIRST).success.tolist() == [False, True, False]


def test_who_never_delivers_exercise_has_not_missed_it() -> None:
    rows = [reading("steps", day(index), 5000, "count") for index in range(3)]
    assert len(exercise(history(rows), FIRST).days) == 0


def test_medium_and_high_intensity_together_are_exercise() -> None:
    rows = [
        reading("activity_medium_intensity_duration", day(0), 12, "minute"),
        reading("activity_high_intensity_duration", day(0), 8, "minute"),
        reading("activity_medium_intensity_duration", day(1), 19, "minute"),
        reading("steps", day(2), 5000, "count"),
    ]
    judged = exercise(history(rows), FIRST)
    assert judged.days.tolist() == [FIRST, FIRST + 1]
    assert judged.success.tolist() == [True, False]


def test_nobody_without_readings_has_done_or_missed_anything() -> None:
    nothing = history([])
    assert len(active_day(nothing, FIRST).days) == 0
    assert len(regular_bedtime(nights_of([])).days) == 0
