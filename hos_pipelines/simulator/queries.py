"""The query strings of the data endpoints, parsed at the edge: lists of names and date bounds."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

_STAMP = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?")
_LONGEST_BOUND = 40
_MOST_DIGITS = 9


class BadQueryError(Exception):
    """The query cannot be understood; Sahha answers 400 with the plain text `Bad Request`."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Inclusive bounds in UTC; None is open."""

    start: datetime | None
    end: datetime | None

    def overlap(self, start: datetime, end: datetime) -> bool:
        """True when the half-open window [start, end) touches these bounds."""
        return (self.end is None or start <= self.end) and (self.start is None or end > self.start)

    def contain(self, instant: datetime) -> bool:
        """True when the instant lies within these bounds."""
        return (self.start is None or instant >= self.start) and (self.end is None or instant <= self.end)

    @property
    def are_open(self) -> bool:
        """True when neither bound was given."""
        return self.start is None and self.end is None


def read_list(query: QueryParams, key: str) -> frozenset[str]:
    """Names under a key: repeated keys, commas, or both. Unknown names stay; they simply match nothing."""
    return frozenset(name for value in query.getlist(key) for name in value.split(",") if name)


def bounds_of(query: QueryParams, zone_of: Callable[[date], ZoneInfo]) -> Bounds:
    """`startDateTime` and `endDateTime`; dates and offset-less times are read in the person's zone of that day.

    A date-only end includes that whole day. Raises BadQueryError for anything that is no date.
    """
    start, end = query.get("startDateTime"), query.get("endDateTime")
    return Bounds(
        start=None if not start else _instant(start, zone_of, is_end=False),
        end=None if not end else _instant(end, zone_of, is_end=True),
    )


def whole_number(query: QueryParams, key: str, default: int, lowest: int) -> int:
    """A paging number. Raises BadQueryError when it is none or too small."""
    text = query.get(key, str(default))
    if not text.isascii() or not text.isdigit() or len(text) > _MOST_DIGITS or int(text) < lowest:
        raise BadQueryError(key)
    return int(text)


def _instant(text: str, zone_of: Callable[[date], ZoneInfo], *, is_end: bool) -> datetime:
    match = _STAMP.fullmatch(text) if len(text) <= _LONGEST_BOUND else None
    if match is None:
        raise BadQueryError(text)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone_of(moment.date()))
        if "T" not in text and is_end:
            moment = datetime.combine(moment.date() + timedelta(days=1), time(), moment.tzinfo) - timedelta(
                microseconds=1
            )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadQueryError(text) from error
