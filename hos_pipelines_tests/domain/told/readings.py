"""Readings of made-up people as the database holds them, nights given by their local clock, and the shared files."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from hos_pipelines.domain.history import END, MIDDLE, START, StoredReading
from hos_pipelines.domain.nights import SleepWindow

FOLDER = Path(__file__).parent
# A Monday whose four weeks see no clock change in Europe.
FIRST = date(2026, 9, 7)
DAYS = 28
LAST = FIRST + timedelta(days=DAYS - 1)
HOME = 2.0

Night = tuple[float, float]
Value = float | None

# What a watch delivers of a day besides sleep: a usual value and its unit.
DELIVERED: Mapping[str, tuple[float, str]] = {
    "steps": (8000, "count"),
    "active_duration": (90, "minute"),
    "exercise_duration": (40, "minute"),
    "floors_climbed": (9, "count"),
    "heart_rate_resting": (54, "bpm"),
    "heart_rate_variability_rmssd": (48, "millisecond"),
    "score:readiness": (0.7, ""),
    "score:activity": (0.6, ""),
    "score:sleep": (0.8, ""),
    "sleep_debt": (0.5, "hour"),
}


def place(day: date) -> int:
    """The number of a day, `FIRST` being 0."""
    return (day - FIRST).days


def slept(day: date, onset: float, hours: float, offset: float = HOME) -> SleepWindow:
    """Sleep that ends on this day; `onset` in hours from the midnight it begins with, `offset` in hours from UTC."""
    zone = timezone(timedelta(hours=offset))
    start = datetime.combine(day, time(), zone) + timedelta(minutes=round(onset * 60))
    return SleepWindow(start, start + timedelta(minutes=round(hours * 60)))


def nights(
    of_day: Callable[[date], Night], days: Iterable[int] = range(DAYS), offset: float = HOME
) -> list[SleepWindow]:
    """A night on each of these days from `FIRST` on; `of_day` gives its onset and hours."""
    return [slept(day, *of_day(day), offset) for day in (FIRST + timedelta(days=place) for place in days)]


def every(onset: float, hours: float) -> Callable[[date], Night]:
    """The same night on every day."""
    return lambda _: (onset, hours)


def by_kind(work: Night, free: Night) -> Callable[[date], Night]:
    """One night on work days, another at the weekend."""
    return lambda day: free if is_weekend(day) else work


def is_weekend(day: date) -> bool:
    """Whether this is a Saturday or a Sunday."""
    return day.weekday() >= 5


def file_windows(name: str) -> list[SleepWindow]:
    """The sleep windows of one of the files in this folder."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as lines:
        return [
            SleepWindow(datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]))
            for row in csv.DictReader(lines)
        ]


def sleep_rows(windows: Iterable[SleepWindow]) -> list[StoredReading]:
    """Windows as Sahha delivers them: start, middle and end of the day each ends on."""
    return [row for window in windows for row in _times(window)]


def _times(window: SleepWindow) -> Iterator[StoredReading]:
    day = window.end.date()
    middle = window.start + (window.end - window.start) / 2
    for name, moment in ((START, window.start), (MIDDLE, middle), (END, window.end)):
        yield StoredReading(name, day.isoformat(), moment.isoformat(timespec="seconds"), "datetime")


def reading(kind: str, day: date, value: Value, unit: str = "") -> StoredReading:
    """One reading of a local day; None stands for a day that is not over."""
    return StoredReading(kind, day.isoformat(), None if value is None else f"{value:g}", unit)


def daily(
    kind: str, of_day: Callable[[date], Value], unit: str = "", days: Iterable[int] = range(DAYS)
) -> list[StoredReading]:
    """A reading on each of these days from `FIRST` on."""
    return [reading(kind, day, of_day(day), unit) for day in (FIRST + timedelta(days=place) for place in days)]


def durations(hours: float, days: Iterable[int] = range(DAYS)) -> list[StoredReading]:
    """The same delivered sleep duration on each of these days."""
    return daily("sleep_duration", lambda _: 60 * hours, "minute", days)


def plain_nights() -> list[StoredReading]:
    """Four weeks from 23:00 to 07:00."""
    return sleep_rows(nights(every(-1.0, 8.0)))


def lived(days: Iterable[int]) -> list[StoredReading]:
    """Days on which everything was delivered, each varying a little by the day."""
    return [
        reading(kind, day, usual * (1 + 0.02 * (day.toordinal() % 5)), unit)
        for day in (FIRST + timedelta(days=one) for one in days)
        for kind, (usual, unit) in DELIVERED.items()
    ]
