"""Which days count, and on which of them a behavior was done."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from hos_pipelines.domain.behavior.behaviors import (
    Behavior,
    active_day,
    behaviors,
    enough_sleep,
    exercise,
    regular_bedtime,
    regular_wake,
)
from hos_pipelines.domain.history import StoredReading
from hos_pipelines.domain.living import Kind, Living, living_of
from hos_pipelines.domain.nights import SleepHistory, read_nights
from hos_pipelines.domain.sleep import Estimate, sleep_standing
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.behavior.people import MONDAY, history, night, reading

FIRST = MONDAY.toordinal()
BY_NIGHT = Living("by_night")


def nights_of(rows: list[StoredReading]) -> SleepHistory:
    return read_nights(history(rows).windows)


def day(index: int) -> date:
    return MONDAY + timedelta(days=index)


def by_name(rows: list[StoredReading], first: int = FIRST) -> dict[str, Behavior]:
    """All behaviors of somebody as an analysis has them."""
    person = history(rows)
    nights = read_nights(person.windows)
    standing = sleep_standing(nights, WorkWeek(), person.of("sleep_duration"))
    through = person.through.toordinal() if person.through else 0
    return {one.name: one for one in behaviors(person, nights, standing, living_of(nights, through), first)}


def test_a_bedtime_is_regular_within_45_minutes_of_the_usual_one_also_across_midnight() -> None:
    rows = [row for index, onset in enumerate((-0.25, 0.25, 0.0, 0.75, 1.0)) for row in night(day(index), onset, 7)]
    assert regular_bedtime(nights_of(rows), BY_NIGHT, FIRST).success.tolist() == [True, True, True, True, False]


def test_waking_later_on_free_days_leaves_the_work_days_their_usual_hour() -> None:
    """gold/told: 06:00 on 20 of 28 days, 08:36 on the eight free ones."""
    rows = [row for index in range(28) for row in night(day(index), -2.0, 10.6 if day(index).weekday() >= 5 else 8.0)]
    judged = by_name(rows)
    assert judged["regular_wake"].success.mean() == pytest.approx(20 / 28)
    assert judged["regular_bedtime"].success.all()


def test_a_few_day_sleeps_leave_the_nights_their_usual_hour() -> None:
    """gold/told: 07:00 on 23 of 28 days, 14:30 on the others."""
    rows = [
        row
        for index in range(28)
        for row in (night(day(index), 8.5, 6) if 8 <= index < 13 else night(day(index), -1, 8))
    ]
    assert by_name(rows)["regular_wake"].success.mean() == pytest.approx(23 / 28)


def test_late_bedtimes_before_free_days_count_the_same_way() -> None:
    rows = [row for index in range(28) for row in night(day(index), 2.0 if day(index).weekday() >= 5 else -1.0, 8)]
    assert by_name(rows)["regular_bedtime"].success.mean() == pytest.approx(20 / 28)


def test_who_sleeps_now_by_night_and_now_by_day_is_not_judged_on_regular_hours() -> None:
    rows = [row for index in range(28) for row in night(day(index), 8.0 if index // 7 % 2 else -1.0, 7.5)]
    judged = by_name(rows)
    for name in ("regular_bedtime", "regular_wake"):
        assert judged[name].refusal == "one usual hour: sleep falls into two groups"
        assert len(judged[name].days) == len(judged[name].success) == 0
        assert judged[name].clock_hours is not None
        assert not judged[name].may_advise


@pytest.mark.parametrize("kind", ["changing", "drifting", "moved"])
def test_nobody_without_usual_hours_is_judged_on_them_and_the_reason_is_given(kind: Kind) -> None:
    rows = [row for index in range(28) for row in night(day(index), -1, 8)]
    judged = regular_wake(nights_of(rows), Living(kind), FIRST)
    assert judged.refusal == Living(kind).no_usual_hour
    assert judged.refusal is not None
    assert len(judged.days) == 0


def test_who_always_sleeps_by_day_keeps_regular_hours_and_gets_no_advice_on_them() -> None:
    rows = [row for index in range(28) for row in night(day(index), 7.5, 8)]
    judged = by_name(rows)["regular_wake"]
    assert judged.success.all()
    assert not judged.may_advise


def test_a_night_that_was_not_recorded_is_neither_success_nor_miss() -> None:
    rows = [*night(day(0), -1, 8), *night(day(3), -1, 8)]
    wake = regular_wake(nights_of(rows), BY_NIGHT, FIRST)
    assert wake.days.tolist() == [FIRST, FIRST + 3]
    assert wake.success.tolist() == [True, True]


def test_weeks_before_the_window_have_their_own_usual_hour_and_count_as_seen() -> None:
    rows = [row for index in range(56) for row in night(day(index), -1.0 if index < 28 else 0.0, 8)]
    wake = regular_wake(nights_of(rows), BY_NIGHT, FIRST + 28)
    assert (len(wake.days), wake.success.sum()) == (28, 28)
    assert wake.seen is not None
    assert (len(wake.seen), wake.seen.sum()) == (56, 56)


def test_seven_hours_and_a_quarter_are_enough() -> None:
    rows = [reading("sleep_duration", day(index), 435, "minute") for index in range(28)]
    rows += [row for index in range(28) for row in night(day(index), -1, 7.25)]
    judged = by_name(rows)["enough_sleep"]
    assert judged.standard == "sleeping 7 h or more"
    assert judged.success.all()
    assert not judged.may_advise


def test_more_is_asked_of_who_is_known_to_need_more() -> None:
    hours = nights_of([row for index in range(3) for row in night(day(index), -1, 7 + index / 2)])
    standing = replace(sleep_standing(hours, WorkWeek()), need=Estimate(8.2, 7.5, 9.0))
    judged = enough_sleep(standing, FIRST)
    assert judged.standard == "sleeping 7 h 30 min or more"
    assert judged.success.tolist() == [False, True, True]


def test_sleep_of_weeks_ago_is_no_ground_for_advice() -> None:
    rows = [row for index in range(20) for row in night(day(index), 0, 5)]
    assert by_name(rows)["enough_sleep"].may_advise
    rows += [reading("steps", day(index), 5000, "count") for index in range(20, 28)]
    assert not by_name(rows)["enough_sleep"].may_advise


def test_who_catches_up_on_free_days_is_not_told_to_wake_at_one_hour() -> None:
    rows = [row for index in range(28) for row in night(day(index), 0, 8.5 if day(index).weekday() >= 5 else 6.0)]
    judged = by_name(rows)
    assert not judged["regular_wake"].may_advise
    assert judged["regular_bedtime"].may_advise


def test_an_active_day_reaches_the_60th_percentile_of_the_weeks_before() -> None:
    rows = [reading("steps", day(index), 1000 * (index % 11) + 1000, "count") for index in range(33)]
    rows += [reading("steps", day(33), 6999, "count"), reading("steps", day(34), 7000, "count")]
    judged = active_day(history(rows), FIRST + 33)
    assert judged.success.tolist() == [False, True]
    assert "weeks before" in judged.standard
    assert judged.is_relative


def test_without_earlier_weeks_an_active_day_is_measured_by_the_judged_days() -> None:
    rows = [reading("steps", day(index), 1000 * (index + 1), "count") for index in range(11)]
    assert active_day(history(rows), FIRST).success.tolist() == [False] * 6 + [True] * 5


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


def test_vigorous_minutes_count_double_and_what_is_delivered_twice_counts_once() -> None:
    rows = []
    for index in range(28):
        rows += [
            reading("exercise_duration", day(index), 10, "minute"),
            reading("activity_medium_intensity_duration", day(index), 6, "minute"),
            reading("activity_high_intensity_duration", day(index), 4, "minute"),
        ]
    week = exercise(history(rows), FIRST).week
    assert week is not None
    assert week.minutes.mean == pytest.approx(7 * 14)


def test_exercise_of_the_weeks_before_is_seen_and_days_of_rest_are_no_practice() -> None:
    rows = [reading("steps", day(index), 5000, "count") for index in range(56)]
    rows += [reading("exercise_duration", day(index), 50, "minute") for index in range(56) if index % 7 in (0, 2, 4)]
    judged = exercise(history(rows), FIRST + 28)
    assert len(judged.days) == 28
    assert judged.seen is not None
    assert judged.practice is not None
    assert len(judged.seen) == 56
    assert np.count_nonzero(judged.practice) == len(judged.practice) == 24
    assert judged.week is not None
    assert judged.week.is_met


def test_nobody_without_readings_has_done_or_missed_anything() -> None:
    assert [len(one.days) for one in by_name([]).values()] == [0] * 5
    assert len(active_day(history([]), FIRST).days) == 0
    assert len(regular_bedtime(nights_of([]), BY_NIGHT, FIRST).days) == 0
