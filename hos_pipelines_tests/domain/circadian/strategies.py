"""Sleep windows as hypothesis draws them, and the plain schedules the tests are written in."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from hypothesis import strategies as st

from hos_pipelines.domain.nights import SleepHistory, SleepWindow, read_nights
from hos_pipelines.domain.work_week import WorkWeek

MONDAY = datetime(2024, 1, 1, tzinfo=UTC)
OFFSETS = st.integers(-11 * 4, 13 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


def night(day: int, onset: float, hours: float, zone: tzinfo = UTC) -> SleepWindow:
    """Sleep of the day so many days after Monday, 1 January 2024; an onset before zero is the evening before."""
    start = (MONDAY + timedelta(days=day)).replace(tzinfo=zone) + timedelta(minutes=round(onset * 60))
    return SleepWindow(start, start + timedelta(minutes=round(hours * 60)))


def every_night(days: Iterable[int], onset: float, hours: float) -> list[SleepWindow]:
    """The same night on some days."""
    return [night(day, onset, hours) for day in days]


def read(windows: Iterable[SleepWindow], week: WorkWeek | None = None) -> SleepHistory:
    """Windows as nights, without a known zone."""
    return read_nights(windows, week)


@st.composite
def recorded_nights(
    draw: st.DrawFn, latest_onset: int = 210, shortest: int = 360, longest: int = 540, most_days: int = 28
) -> list[SleepWindow]:
    """Some of up to 28 nights from 22:00 on, minutes of onset and length drawn, so that all wake before noon."""
    zone = draw(OFFSETS)
    minutes = st.tuples(st.integers(0, latest_onset), st.integers(shortest, longest))
    nights = draw(st.lists(st.none() | minutes, max_size=most_days))
    return [
        night(day, -2 + drawn[0] / 60, drawn[1] / 60, zone) for day, drawn in enumerate(nights) if drawn is not None
    ]


@st.composite
def any_window(draw: st.DrawFn) -> SleepWindow:
    """A window that may be backwards, empty, of days, in any offset and beside or across any other."""
    start = MONDAY + timedelta(minutes=draw(st.integers(0, 20 * 1440)))
    end = start + timedelta(minutes=draw(st.integers(-600, 2400)))
    return SleepWindow(start.astimezone(draw(OFFSETS)), end.astimezone(draw(OFFSETS)))
