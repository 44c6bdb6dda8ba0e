"""Times told in UTC (`Z`): the instant is known; the clock it was lived by is that of the person's zone, if known."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from hos_pipelines.domain.facts import Fact

MIDNIGHT = time()
CLOCK_UNITS = ("local hour", "second of the local day")
NO_ZONE = "times told in UTC are taken for local ones, since no time zone is known"


def is_told_in_utc(text: str) -> bool:
    """Whether a time ends with `Z`; an offset that is written out was somebody's clock, `+00:00` too."""
    return text.rstrip()[-1:] in ("Z", "z")


@lru_cache(maxsize=8192)
def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """The moment by the clocks of a zone, with the plain offset in force then: differences stay those of instants."""
    local = moment.astimezone(zone)
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def window_date(start: datetime, end: datetime | None, zone: tzinfo) -> date:
    """The local day of a window told in UTC: for one of a day or more that of twelve hours before its end.

    That is noon of a day, six in the morning of a sleep window from 18:00 to 18:00, and of a day that was cut at
    midnight of UTC the local one most of it lies in.
    """
    if end is None or end <= start:
        return in_zone(start, zone).date()
    back = timedelta(hours=12) if end - start >= timedelta(hours=20) else timedelta(seconds=1)
    return in_zone(end - back, zone).date()


def day_told(start: datetime, zone: tzinfo) -> date:
    """The local day that begins with a moment told in UTC; midnight of UTC, where it is none there, names its own."""
    local = in_zone(start, zone)
    utc = start.astimezone(UTC)
    return utc.date() if utc.time() == MIDNIGHT != local.time() else local.date()


def say_of_clocks(facts: Mapping[str, Fact], zone: str | None) -> None:
    """Adds to the method of each clock time how times told in UTC were read."""
    said = NO_ZONE if zone is None else f"times told in UTC are read in {zone}"
    for fact in _clock_times(facts.values()):
        fact.method = f"{fact.method}; {said}" if fact.method else said


def _clock_times(facts: Iterable[Fact]) -> Iterable[Fact]:
    return (fact for fact in facts if fact.unit in CLOCK_UNITS)
