"""Hours of the day as people write them, and how far two spans of a day overlap. A span may go past midnight."""

import re
from datetime import time
from typing import NamedTuple

CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?:\s*(am|pm))?", re.IGNORECASE)
DAY = 24 * 60
# What begins before this hour is work of the night before: nobody gets up for it on its own date.
SMALL_HOURS = 2 * 60


class ClockSpan(NamedTuple):
    """From one minute of the day to another, which may be of the next day."""

    start: int
    end: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return (self.end - self.start) % DAY

    @property
    def goes_past_midnight(self) -> bool:
        """Whether it ends on the day after."""
        return 0 < self.end < self.start

    @property
    def is_by_night(self) -> bool:
        """Whether it goes past midnight, or begins in the first hours of its date."""
        return self.goes_past_midnight or self.start < SMALL_HOURS

    def overlap(self, other: "ClockSpan") -> int:
        """The minutes that are in both."""
        later = (other.start - self.start) % DAY
        from_start = max(0, min(self.minutes, later + other.minutes) - later)
        return from_start + max(0, min(self.minutes, later + other.minutes - DAY))


def parse_clock(said: str) -> time:
    """An hour such as 06:30 or 6:30 am.

    Raises:
        ValueError: it is none.
    """
    found = CLOCK.fullmatch(said.strip())
    if found is None:
        raise ValueError(f"{said!r} is no time of day; write it as 06:30")
    hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004
            raise ValueError(f"{said!r} is no time of day; write it as 06:30")
        hour = hour % 12 + 12 * (half == "pm")
    if hour > 23 or minute > 59:  # noqa: PLR2004
        raise ValueError(f"{said!r} is no time of day; hours go from 00:00 to 23:59")
    return time(hour, minute)


def clock_text(at: time) -> str:
    """As it is stored."""
    return f"{at:%H:%M}"


def parse_hours(said: str) -> str:
    """Hours such as 09:00-17:30, as they are stored.

    Raises:
        ValueError: they are none, or begin when they end.
    """
    parts = re.split(r"\s*(?:-|\u2013|to)\s*", said.strip())
    if len(parts) != 2:  # noqa: PLR2004
        raise ValueError(f"{said!r} is no span of hours; write it as 09:00-17:30")
    start, end = map(parse_clock, parts)
    if start == end:
        raise ValueError(f"{said!r} begins when it ends; write the two ends, such as 22:00-06:00")
    return f"{clock_text(start)}-{clock_text(end)}"


def span_of(hours: str) -> ClockSpan:
    """Stored hours as a span."""
    start, _, end = hours.partition("-")
    return ClockSpan(minute_of(start), minute_of(end))


def minute_of(clock: str) -> int:
    """The minute of the day of a stored time."""
    return int(clock[:2]) * 60 + int(clock[3:])
