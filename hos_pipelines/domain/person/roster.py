"""A roster: who works which shift on which day, by a pattern that repeats, by date, or both; a date goes first.

Hours of a kind of shift are those stated, else usual ones. A day is free when no shift begins on it and none of the day
before reaches into it: who comes home in the morning sleeps by the shift, not as they like.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from hos_pipelines.domain.person.hours import ClockSpan, parse_hours, span_of
from hos_pipelines.domain.person.local_days import plain_day

MOST_PATTERN = 60
MOST_DATES = 400
FIELDS = ("pattern", "starts", "dates", "hours")


class Shift(StrEnum):
    """What is worked on a day."""

    EARLY = "early"
    DAY = "day"
    LATE = "late"
    NIGHT = "night"
    OFF = "off"


USUAL: Mapping[Shift, str] = {
    Shift.EARLY: "06:00-14:00",
    Shift.DAY: "08:00-16:30",
    Shift.LATE: "14:00-22:00",
    Shift.NIGHT: "22:00-06:00",
}
LETTERS = {"e": Shift.EARLY, "d": Shift.DAY, "l": Shift.LATE, "n": Shift.NIGHT, "o": Shift.OFF}


@dataclass(frozen=True, slots=True)
class Roster:
    """`pattern` repeats from `starts` on, and before it too."""

    pattern: tuple[Shift, ...] = ()
    starts: date = date.min
    dates: Mapping[date, Shift] = field(default_factory=dict)
    hours: Mapping[Shift, str] = field(default_factory=dict)

    def shift_on(self, day: date) -> Shift | None:
        """What is worked on a day; None where the roster does not say."""
        if day in self.dates:
            return self.dates[day]
        if not self.pattern:
            return None
        return self.pattern[(day - self.starts).days % len(self.pattern)]

    def span_on(self, day: date) -> ClockSpan | None:
        """The hours worked from that day on; None where it is off or not said."""
        shift = self.shift_on(day)
        return None if shift in {None, Shift.OFF} or shift is None else self.span_of(shift)

    def span_of(self, shift: Shift) -> ClockSpan:
        """The hours of a kind of shift."""
        return span_of(self.hours.get(shift, USUAL[shift]))

    def is_free(self, day: date) -> bool | None:
        """Whether the day is free; None where the roster does not say."""
        shift = self.shift_on(day)
        if shift is None:
            return None
        before = self.span_on(day - timedelta(days=1))
        return shift is Shift.OFF and not (before is not None and before.goes_past_midnight)

    @property
    def has_nights(self) -> bool:
        """Whether any shift of it goes past midnight or begins in the small hours."""
        worked = {*self.pattern, *self.dates.values()} - {Shift.OFF}
        return any(self.span_of(shift).is_by_night for shift in worked)


def works_by_night(roster: Roster | None, hours: ClockSpan | None) -> bool:
    """Whether somebody works by night: on their roster, else at the hours of each work day."""
    return roster.has_nights if roster is not None else hours is not None and hours.is_by_night


def read_roster(stored: Mapping[str, Any]) -> Roster:
    """A roster as it is stored."""
    return Roster(
        pattern=tuple(map(Shift, stored.get("pattern", ()))),
        starts=date.fromisoformat(stored["starts"]) if "starts" in stored else date.min,
        dates={date.fromisoformat(day): Shift(shift) for day, shift in stored.get("dates", {}).items()},
        hours={Shift(shift): hours for shift, hours in stored.get("hours", {}).items()},
    )


def parse_roster(said: object) -> dict[str, Any]:
    """A roster as it is stored, of an object as in a file, or of a text such as `day,day,night,off from 2026-11-02`.

    Raises:
        ValueError: it is none; the text says what of it, and how it is written.
    """
    if isinstance(said, str):
        said = _of_text(said)
    if not isinstance(said, Mapping):
        raise ValueError("is no roster; write `day,day,night,off from 2026-11-02`, or give dates in a file")  # noqa: TRY004
    strange = [name for name in said if name not in FIELDS]
    if strange:
        raise ValueError(f"has a field {strange[0]!r} nobody knows; known are {', '.join(FIELDS)}")
    if not said.get("pattern") and not said.get("dates"):
        raise ValueError("has neither a pattern nor dates; give one of them")
    stored: dict[str, Any] = {}
    if said.get("pattern"):
        stored["pattern"] = _pattern(said["pattern"])
        stored["starts"] = _day(said.get("starts"), "starts: the day the pattern begins with").isoformat()
    elif "starts" in said:
        raise ValueError("has a day it starts on and no pattern; leave it out, or give the pattern")
    if said.get("dates"):
        stored["dates"] = _dates(said["dates"])
    if said.get("hours"):
        stored["hours"] = _hours(said["hours"])
    return stored


def _of_text(said: str) -> dict[str, object]:
    pattern, separator, starts = said.partition(" from ")
    if not separator:
        raise ValueError("does not say since when; write `day,day,night,off from 2026-11-02`")
    return {"pattern": [one.strip() for one in pattern.split(",")], "starts": starts.strip()}


def _pattern(said: object) -> list[str]:
    if not isinstance(said, list) or len(said) > MOST_PATTERN:
        raise ValueError(f"has no pattern of 1 to {MOST_PATTERN} days; list the shifts, such as day,night,off")
    return [_shift(one) for one in said]


def _dates(said: object) -> dict[str, str]:
    if not isinstance(said, Mapping) or len(said) > MOST_DATES:
        raise ValueError(f'has no dates, or more than {MOST_DATES}; write {{"2026-11-02": "night"}}')
    return {_day(day, "dates").isoformat(): _shift(shift) for day, shift in sorted(said.items())}


def _hours(said: object) -> dict[str, str]:
    if not isinstance(said, Mapping):
        raise ValueError('has no hours by shift; write {"night": "21:30-06:00"}')  # noqa: TRY004
    found = {_shift(shift): parse_hours(str(hours)) for shift, hours in said.items()}
    if Shift.OFF in found:
        raise ValueError("has hours of a day off; leave them out")
    return found


def _shift(said: object) -> str:
    word = str(said).strip().casefold()
    word = LETTERS.get(word, word)
    if word not in set(Shift):
        raise ValueError(f"has a shift {said!r} nobody knows; known are {', '.join(Shift)}")
    return str(word)


def _day(said: object, name: str) -> date:
    try:
        day = plain_day(said)
    except ValueError:
        raise ValueError(f"has {said!r} for a day ({name}); write it as 2026-11-02") from None
    if not 2000 <= day.year < 2100:  # noqa: PLR2004
        raise ValueError(f"has the day {day}, which is of no roster of today; check the year")
    return day
