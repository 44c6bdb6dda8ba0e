"""Days as they are counted: times kept, the running day, coverage since the first reading, exercise by the week."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pytest

from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.told.looking import number, tell
from hos_pipelines_tests.domain.told.readings import (
    DAYS,
    DELIVERED,
    LAST,
    by_kind,
    daily,
    every,
    is_weekend,
    lived,
    nights,
    place,
    plain_nights,
    reading,
    sleep_rows,
)
from hos_pipelines_tests.domain.told.speech import asks_for_exercise

STEPS = daily("steps", lambda _: 8000, "count")


@pytest.mark.parametrize("offset", [2.0, 13.0, -9.5, 0.0])
def test_a_bedtime_kept_on_twenty_of_28_days_is_kept_on_twenty_of_28_days(offset: float) -> None:
    facts = tell(sleep_rows(nights(by_kind((-2.0, 8.0), (0.6, 8.0)), offset=offset))).facts
    assert number(facts, "regular_bedtime_adherence") == pytest.approx(20 / 28)


@pytest.mark.parametrize("offset", [13.0, -9.5, 0.0])
def test_a_wake_time_is_kept_on_as_many_days_in_any_zone(offset: float) -> None:
    facts = tell(sleep_rows(nights(by_kind((-2.0, 8.0), (-2.0, 10.6)), offset=offset))).facts
    assert number(facts, "regular_wake_adherence") == pytest.approx(20 / 28)


def test_a_wake_time_is_kept_on_as_many_days_where_friday_is_free() -> None:
    free = frozenset({4, 5})
    rows = sleep_rows(nights(lambda day: (-2.0, 10.6 if day.weekday() in free else 8.0)))
    facts = tell(rows, week=WorkWeek(free)).facts
    assert number(facts, "regular_wake_adherence") == pytest.approx(20 / 28)


def test_the_noise_of_plain_nights_does_not_hide_that_a_wake_time_is_kept() -> None:
    chance = np.random.default_rng(5)
    rows = sleep_rows(nights(lambda day: (-2.0, float((10.6 if is_weekend(day) else 8.0) + chance.uniform(-0.3, 0.3)))))
    assert number(tell(rows).facts, "regular_wake_adherence") == pytest.approx(20 / 28)


@pytest.mark.parametrize("late", [3, 5, 9])
def test_late_wakings_cost_as_many_days_as_there_are(late: int) -> None:
    days = {*range(1, 3 * late, 3)}
    rows = sleep_rows(nights(lambda day: (-1.0, 11.0 if place(day) in days else 8.0)))
    assert number(tell(rows).facts, "regular_wake_adherence") == pytest.approx((DAYS - late) / DAYS)


@pytest.mark.parametrize("fact_id", ["regular_wake_adherence", "regular_bedtime_adherence"])
def test_who_lives_by_two_shifts_does_not_keep_to_neither(fact_id: str) -> None:
    """Early and late shift by turns: each day is one of two times that are kept, and no day is at their mean."""
    rows = sleep_rows(nights(lambda day: (1.0, 8.0) if place(day) // 7 % 2 else (-3.0, 8.0)))
    assert number(tell(rows).facts, fact_id) != 0


@pytest.mark.parametrize("kind", DELIVERED)
def test_no_type_enters_with_the_running_day(kind: str) -> None:
    before = [*plain_nights(), *lived(range(DAYS - 1))]
    running = reading(kind, LAST, None, DELIVERED[kind][1])
    told, alone = tell([*before, running], today=LAST), tell(before, today=LAST)
    assert told.circadian.facts == alone.circadian.facts
    assert told.behavior.facts == alone.behavior.facts
    assert any(kind in name for name in told.behavior.analysis_metadata.data_quality.set_aside)


def test_the_night_just_finished_counts_on_a_running_day() -> None:
    running = [reading(kind, LAST, None, unit) for kind, (_, unit) in DELIVERED.items()]
    told = tell([*plain_nights(), *lived(range(DAYS - 1)), *running], today=LAST)
    assert number(told.circadian.facts.values(), "nights") == DAYS
    assert [result.analysis_metadata.data_quality.through for result in told] == [LAST, LAST]
    assert told.behavior.facts["regular_wake_adherence"].n == DAYS
    assert told.circadian.energy_zone_analysis.predicted_day == LAST + timedelta(days=1)


@pytest.mark.parametrize("days", [7, 14, 20, 40])
def test_who_was_recorded_every_day_since_the_first_lacks_none(days: int) -> None:
    recorded = range(DAYS - days, DAYS)
    rows = [*sleep_rows(nights(every(-1.0, 8.0), recorded)), *daily("steps", lambda _: 8000, "count", recorded)]
    told = tell(rows)
    assert number(told.behavior.facts.values(), "data_coverage") == 1.0
    assert [result.analysis_metadata.data_quality.missing_nights for result in told] == [0, 0]
    techniques = [one.technique for one in told.behavior.motivation_profile.tactics]
    assert "Self-monitoring of behavior" not in techniques


def test_days_missed_since_the_first_reading_are_missed() -> None:
    recorded = [one for one in range(14, DAYS) if one not in (17, 18, 22, 25)]
    rows = [*sleep_rows(nights(every(-1.0, 8.0), recorded)), *daily("steps", lambda _: 8000, "count", recorded)]
    told = tell(rows)
    assert number(told.behavior.facts.values(), "data_coverage") == pytest.approx(10 / 14)
    assert [result.analysis_metadata.data_quality.missing_nights for result in told] == [4, 4]


@pytest.mark.parametrize(
    "minutes",
    [
        lambda day: 80 if is_weekend(day) else 0,
        lambda day: 75 if day.weekday() in (1, 3) else 0,
        lambda _: 22,
        lambda day: 38 if day.weekday() % 2 else 30 if day.weekday() == 0 else 0,
        lambda day: 25 if day.weekday() in (0, 2, 4) else 0,
    ],
    ids=["weekend", "twice", "every day", "four times", "the own metric: three days"],
)
def test_who_exercises_enough_is_not_told_to(minutes: Callable[[date], float]) -> None:
    rows = [*plain_nights(), *STEPS, *daily("exercise_duration", minutes, "minute")]
    assert not asks_for_exercise(tell(rows).behavior)


def test_intensities_count_as_exercise() -> None:
    medium = daily("activity_medium_intensity_duration", lambda day: 40 if day.weekday() in (0, 3) else 5, "minute")
    high = daily("activity_high_intensity_duration", lambda day: 15 if day.weekday() in (0, 3) else 0, "minute")
    weekend = daily("exercise_duration", lambda day: 60 if day.weekday() == 6 else 0, "minute")
    assert not asks_for_exercise(tell([*plain_nights(), *STEPS, *medium, *high, *weekend]).behavior)


def test_who_exercised_once_in_four_weeks_still_hears_of_it() -> None:
    once = daily("exercise_duration", lambda day: 30 if place(day) == 3 else 0, "minute")
    assert asks_for_exercise(tell([*plain_nights(), *STEPS, *once]).behavior)
