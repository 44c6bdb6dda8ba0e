"""Days that a group of readings has leapt over: an upload in portions may bring the newest day first, and the rest with
the next sync. For some days every pull reaches back to them; then they are left to the deep looks.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

# Whoever leaves a watch off now and then has holes that stay: so they cost a wide answer for these days alone.
WATCHED_FOR = timedelta(days=3)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hole:
    """The first and last day a group has nothing of, between days it has, and when that was last seen to change."""

    group: str
    first: date
    last: date
    noticed: date

    def without(self, days: Collection[date], today: date) -> "Hole | None":
        """What is left of it after an answer that has these days; None once all are there."""
        span = (self.last - self.first).days + 1
        missing = [day for day in (self.first + number * ONE_DAY for number in range(span)) if day not in days]
        if not missing:
            return None
        if (missing[0], missing[-1]) == (self.first, self.last):
            return self
        return replace(self, first=missing[0], last=missing[-1], noticed=today)


def hole_between(group: str, before: date, day: date, today: date) -> Hole:
    """All the days between two."""
    return Hole(group, before + ONE_DAY, day - ONE_DAY, today)


def still_watched(holes: Iterable[Hole], today: date) -> list[Hole]:
    """Those that every pull reaches back to."""
    return [hole for hole in holes if today - hole.noticed <= WATCHED_FOR]
