"""Meals of who works by night, laid by the roster: the main ones after waking and before the shift."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.guidance.nutrition.anchors_of_day import day_anchors_of, shift_of
from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, TimedSpan
from hos_pipelines.domain.guidance.nutrition.meal_blocks import meal_blocks
from hos_pipelines.domain.guidance.nutrition.planned_meal_block import MealBlock
from hos_pipelines.domain.guidance.routine.subject import RoutineSubject, anchors_on, waking_day
from hos_pipelines.domain.person.roster import Roster, Shift
from hos_pipelines.domain.profiles import Archetype

ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")]
# Among them days on which the clock is moved while somebody is at work.
DAYS = [date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 31), date(2026, 6, 3)]
NIGHTS = ["22:00-06:00", "19:00-07:00", "23:00-07:00", "20:00-08:00", "18:00-06:00", "21:30-05:30"]
MAIN = ("Breakfast", "Lunch", "Dinner")


def laid(hours: str, shifts: str, day: date, zone: ZoneInfo) -> tuple[DayAnchors, TimedSpan | None, list[MealBlock]]:
    days = [day + timedelta(days=n) for n in (-1, 0, 1)]
    roster = Roster(dates=dict(zip(days, map(Shift, shifts.split()), strict=True)), hours={Shift.NIGHT: hours})
    subject = RoutineSubject("somebody", Archetype.FOUNDATION_BUILDER, zone, {}, roster=roster)
    anchors = anchors_on(subject, day)
    shift = shift_of(roster, day, zone)
    of_day = day_anchors_of(waking_day(subject, day, anchors), anchors, (), shift)
    return of_day, shift, list(meal_blocks(of_day))


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("shifts", ["night night night", "night night off", "off night night", "off night off"])
@pytest.mark.parametrize("hours", NIGHTS)
def test_lunch_is_eaten_before_the_night_shift_and_little_in_the_small_hours(
    hours: str, shifts: str, zone: ZoneInfo
) -> None:
    for day in DAYS:
        anchors, shift, blocks = laid(hours, shifts, day, zone)
        assert shift is not None
        by_name = {block.name: block for block in blocks}
        assert utc(by_name["Breakfast"].start) - utc(anchors.wake) >= timedelta(minutes=30)
        assert utc(by_name["Lunch"].end) <= utc(shift.start) - timedelta(minutes=15)
        assert utc(by_name["Dinner"].end) <= utc(anchors.sleep) - timedelta(hours=3)
        assert all(utc(one.end) <= utc(following.start) for one, following in pairwise(blocks))
        assert abs(float(sum(block.share for block in blocks)) - 1) < 1e-9
        for block in blocks:
            if block.start.hour < 5:
                assert block.use in ("night", None)
                assert float(block.share) <= 0.06


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("after", ["off", "early", "day", "late"])
@pytest.mark.parametrize("hours", ["22:00-06:00", "21:30-05:30"])
def test_the_short_day_after_the_last_night_has_its_meals(hours: str, after: str, zone: ZoneInfo) -> None:
    for day in DAYS:
        anchors, shift, blocks = laid(hours, f"night off {after}", day, zone)
        assert shift is None
        by_name = {block.name: block for block in blocks}
        assert all(utc(one.end) <= utc(following.start) for one, following in pairwise(blocks))
        assert utc(anchors.wake) < utc(by_name["Breakfast"].start)
        assert utc(by_name["Dinner"].end) <= utc(anchors.sleep) - timedelta(hours=3)


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_all_main_meals_of_a_first_night_are_eaten_by_day(zone: ZoneInfo) -> None:
    for day in DAYS:
        _, shift, blocks = laid("22:00-06:00", "off night night", day, zone)
        assert shift is not None
        for block in blocks:
            if block.name in MAIN:
                assert utc(block.end) <= utc(shift.start) - timedelta(minutes=15)
