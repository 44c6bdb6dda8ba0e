"""Reads when a row is of: its instants, its offset and its local day. The rows of a day share their windows, so that
most are read from a cache, of as many texts as there are in a tick and no more.
"""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from hos_pipelines.domain.measurements import window_local_date
from hos_pipelines.domain.utc_times import day_told, in_zone, is_told_in_utc, window_date
from hos_pipelines.sahha.fields import LONGEST_NAME, Fields, UnreadableRowError

LONGEST_OFFSET = timedelta(hours=18)
EARLIEST_YEAR = 1900
LATEST_YEAR = 9000
MINUTE = timedelta(minutes=1)


class Window(NamedTuple):
    """When a row is of: its instants, and the clock and the local day it was lived by."""

    start: datetime
    end: datetime | None
    offset_minutes: int
    local_date: date


def window_of(row: Fields, zone: tzinfo | None) -> Window:
    return _read_window(_time_text(row, "startDateTime"), _time_text(row, "endDateTime"), zone)


@lru_cache(maxsize=8192)
def _read_window(start_text: str | None, end_text: str | None, zone: tzinfo | None) -> Window:
    """The rows of a day share their windows, so most are read from the cache."""
    start, end = _required("startDateTime", start_text), _instant("endDateTime", end_text)
    if zone is None or not is_told_in_utc(start_text or ""):
        return Window(start, end, _offset_minutes(start), window_local_date(start, end))
    return Window(start, end, _offset_minutes(in_zone(start, zone)), window_date(start, end, zone))


def day_of(row: Fields, name: str, zone: tzinfo | None) -> Window:
    return _read_day(name, _time_text(row, name), zone)


@lru_cache(maxsize=8192)
def _read_day(name: str, text: str | None, zone: tzinfo | None) -> Window:
    """The day that begins with a time, or holds it."""
    start = _required(name, text)
    if zone is None or not is_told_in_utc(text or ""):
        return Window(start, None, _offset_minutes(start), start.date())
    return Window(start, None, _offset_minutes(in_zone(start, zone)), day_told(start, zone))


def instant_of(row: Fields, name: str) -> datetime | None:
    return _instant(name, _time_text(row, name))


def _time_text(row: Fields, name: str) -> str | None:
    """The text of a time, cut where it is too long to be one: these are kept in caches."""
    text = row.get(name)
    if text is None:
        return None
    if not isinstance(text, str):
        raise UnreadableRowError(f"{name}: is not a text.")
    return text[:LONGEST_NAME]


def _required(name: str, text: str | None) -> datetime:
    instant = _instant(name, text)
    if instant is None:
        raise UnreadableRowError(f"{name}: is missing, so the row cannot be placed in time.")
    return instant


def _instant(name: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    instant, fault = read_instant(text)
    if instant is None:
        raise UnreadableRowError(f"{name}: {fault}")
    return instant


@lru_cache(maxsize=8192)
def read_instant(text: str) -> tuple[datetime | None, str]:
    """The instant, or what is wrong with it."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        return None, "is not an ISO 8601 date and time."
    offset = instant.utcoffset()
    if offset is None:
        return None, "has no UTC offset, so its instant is unknown."
    if abs(offset) > LONGEST_OFFSET or offset % MINUTE:
        return None, "has a UTC offset that no place on earth uses."
    if not EARLIEST_YEAR <= instant.year < LATEST_YEAR:
        return None, f"lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR}."
    return instant, ""


def _offset_minutes(local: datetime) -> int:
    return (local.utcoffset() or timedelta()) // MINUTE
