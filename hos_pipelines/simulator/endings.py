"""When the windows of a person's last days were over, and what may still have changed them since; all in UTC.

What a search over all people asks for everybody, so it is kept by zone and not by person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hos_pipelines.simulator.people import SimulatedPerson, zone_on
from hos_pipelines.simulator.records import LONGEST_REVISION, SOONEST_REVISION
from hos_pipelines.simulator.windows import ONE_DAY, windows_in_utc

_MARGIN = 2 * ONE_DAY


@dataclass(frozen=True, slots=True, eq=False)
class Ending:
    """The end of one local day: when its rows turn `daily`, newest first, and between which instants it is revised."""

    day: date
    final_at: tuple[datetime, datetime]
    revised_from: datetime
    revised_before: datetime


def endings_of(person: SimulatedPerson, last: date, flip_after: timedelta) -> tuple[Ending, ...]:
    """The endings of the days up to `last` that may still change, newest first."""
    if person.away_zone is None:
        return _at_home(ZoneInfo(person.zone), last, flip_after)
    return _endings(lambda day: zone_on(person, day), last, flip_after)


@lru_cache(maxsize=256)
def _at_home(zone: ZoneInfo, last: date, flip_after: timedelta) -> tuple[Ending, ...]:
    return _endings(lambda _day: zone, last, flip_after)


def _endings(zone_of: Callable[[date], ZoneInfo], last: date, flip_after: timedelta) -> tuple[Ending, ...]:
    reach = max(flip_after, LONGEST_REVISION) + _MARGIN
    days = (last - timedelta(days=back) for back in range(reach.days + 1))
    return tuple(_ending(zone_of(day), day, flip_after) for day in days)


def _ending(zone: ZoneInfo, day: date, flip_after: timedelta) -> Ending:
    windows = windows_in_utc(zone, day)
    over = windows.next_midnight
    final_at = over + flip_after, windows.next_evening + flip_after
    return Ending(day, final_at, over + SOONEST_REVISION, over + LONGEST_REVISION)
