from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.guidance.routine.waking_day import WakingDay, clock_text, local_instant

NEW_YORK, LORD_HOWE, SANTIAGO = (
    ZoneInfo(key) for key in ("America/New_York", "Australia/Lord_Howe", "America/Santiago")
)
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)


@pytest.mark.parametrize("day", [SPRING, AUTUMN, date(2026, 7, 1)])
def test_a_waking_day_keeps_its_length_when_the_clock_is_moved_in_the_night(day: date) -> None:
    assert WakingDay.of(day, 7 * 60, 23 * 60, NEW_YORK).waking_slots == 16 * 4


def test_the_night_before_takes_what_the_clock_gives() -> None:
    lengths = []
    for day in (SPRING, AUTUMN):
        before = WakingDay.of(day - timedelta(days=1), 7 * 60, 23 * 60, NEW_YORK)
        lengths.append(WakingDay.of(day, 7 * 60, 23 * 60, NEW_YORK).wake.astimezone(UTC) - before.bed.astimezone(UTC))
    assert lengths == [timedelta(hours=7), timedelta(hours=9)]


def test_a_night_shift_is_awake_for_what_really_passes() -> None:
    spring = WakingDay.of(SPRING - timedelta(days=1), 16 * 60, 8 * 60, NEW_YORK)
    autumn = WakingDay.of(AUTUMN - timedelta(days=1), 16 * 60, 8 * 60, NEW_YORK)
    assert (spring.waking_slots, autumn.waking_slots) == (15 * 4, 17 * 4)


def test_lord_howe_moves_by_half_an_hour() -> None:
    day = WakingDay.of(date(2026, 4, 4), 20 * 60, 6 * 60, LORD_HOWE)
    assert day.waking_slots == 42


def test_an_hour_that_is_not_there_goes_on_and_of_two_the_first_is_meant() -> None:
    assert clock_text(local_instant(SPRING, 150, NEW_YORK)) == "03:30 AM"
    assert local_instant(AUTUMN, 90, NEW_YORK).utcoffset() == timedelta(hours=-4)
    assert clock_text(local_instant(date(2026, 9, 6), 30, SANTIAGO)) == "01:30 AM"


def test_an_item_past_midnight_has_an_instant_of_the_next_date() -> None:
    day = WakingDay.of(date(2026, 5, 1), 17 * 60, 9 * 60, NEW_YORK)
    item = day.at(8.5 * 60)
    assert (item.date(), clock_text(item)) == (date(2026, 5, 2), "01:30 AM")
    assert day.minutes_until(item) == 510


def test_a_plan_asked_for_late_is_one_for_the_next_waking() -> None:
    day = WakingDay.of(date(2026, 5, 1), 7 * 60, 23 * 60, NEW_YORK)
    assert day.is_planned_at(datetime(2026, 5, 1, 23, 59, tzinfo=UTC))
    assert not day.is_planned_at(datetime(2026, 5, 2, 0, 0, tzinfo=UTC))
