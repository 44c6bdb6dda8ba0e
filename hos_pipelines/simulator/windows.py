"""The windows rows belong to: activity days, sleep days, rolling weeks. Half-open; labels are `wire`'s business."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.people import SimulatedPerson, zone_on

ONE_DAY = timedelta(days=1)
_EVENING = time(18)
# The days of more than a year in every zone anybody lives in.
_REMEMBERED = 16384


@dataclass(frozen=True, slots=True, eq=False)
class DayWindows:
    """Bounds of one local day, aware, each with the offset the local clock has at that instant, or all in UTC."""

    midnight: datetime
    next_midnight: datetime
    evening: datetime
    next_evening: datetime
    week_evening: datetime
    long_week_evening: datetime


def windows_of(person: SimulatedPerson, day: date) -> DayWindows:
    """Activity day: midnight to midnight. Sleep day: 18:00 to 18:00, so a night belongs to its morning.

    The rolling week ends with the sleep day. It is seven days long in the 2024 format (`week_evening`) and labelled as
    eight in the 2025 format (`long_week_evening`), although seven nights are used in both.
    """
    return zone_windows(zone_on(person, day), day)


def instants_of(person: SimulatedPerson, day: date) -> DayWindows:
    """The windows of `windows_of` in UTC, where comparing is an order of magnitude faster than across zones."""
    return windows_in_utc(zone_on(person, day), day)


@lru_cache(maxsize=_REMEMBERED)
def zone_windows(zone: ZoneInfo, day: date) -> DayWindows:
    """The windows of a day for whoever lives in this zone."""

    def at(days: int, clock: time) -> datetime:
        return datetime.combine(day + timedelta(days=days), clock, zone)

    return DayWindows(
        midnight=at(0, time()),
        next_midnight=at(1, time()),
        evening=at(-1, _EVENING),
        next_evening=at(0, _EVENING),
        week_evening=at(-7, _EVENING),
        long_week_evening=at(-8, _EVENING),
    )


@lru_cache(maxsize=_REMEMBERED)
def windows_in_utc(zone: ZoneInfo, day: date) -> DayWindows:
    """The windows of `zone_windows` in UTC."""
    windows = zone_windows(zone, day)
    return DayWindows(*(getattr(windows, bound.name).astimezone(UTC) for bound in fields(DayWindows)))


def local_day(person: SimulatedPerson, instant: datetime) -> date:
    """The local day an instant falls in, wherever the person is then."""
    if person.away_zone is None:
        return instant.astimezone(ZoneInfo(person.zone)).date()
    guess = instant.astimezone(zone_on(person, instant.astimezone(UTC).date())).date()
    return instant.astimezone(zone_on(person, guess)).date()
