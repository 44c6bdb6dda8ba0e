"""Nights: which of someone's sleep windows are main sleep, which are naps, and which cannot be believed.

Durations and midpoints are taken between instants, clock times in the offset that was in force: a change of clocks or
of zone moves no instant. A night that was not recorded is absent here, never awake and never zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import circular_mean, hours_of
from hos_pipelines.domain.work_week import WorkWeek

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SHORTEST_MAIN = timedelta(hours=3)
LONGEST_SLEEP = timedelta(hours=16)
NOON = 12.0
DAY_SLEEPER = (6.0, 18.0)
DAY_HOURS = 24.0
JOURNEY_MINUTES = 120
UNSETTLED_NIGHTS = 3


class SleepWindow(NamedTuple):
    """From falling asleep to waking, aware, each in the offset it was delivered with.

    `middle` is the midpoint as delivered: only its offset is used.
    """

    start: datetime
    end: datetime
    middle: datetime | None = None


class SetAside(NamedTuple):
    """Something delivered that cannot be believed, and why; `day` is the local day it would belong to."""

    what: str
    day: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Night:
    """One main sleep. `day` is the local day it ends on, `midpoint` in the offset in force at that moment."""

    day: date
    onset: datetime
    wake: datetime
    midpoint: datetime
    is_free: bool
    is_unsettled: bool

    @property
    def hours(self) -> float:
        """Elapsed hours from onset to wake."""
        return (self.wake - self.onset) / timedelta(hours=1)


@dataclass(frozen=True)
class SleepHistory:
    """Someone's nights in order of their day, the naps beside them, and what was set aside.

    `day_starts_at` is the local hour at which one sleep day ends and the next begins: noon, or twelve hours from the
    usual midsleep of someone who sleeps by day.
    """

    nights: tuple[Night, ...]
    naps: tuple[SleepWindow, ...]
    set_aside: tuple[SetAside, ...]
    day_starts_at: float

    @cached_property
    def days(self) -> npt.NDArray[np.int64]:
        """The day of each night as a proleptic ordinal."""
        return np.array([night.day.toordinal() for night in self.nights], dtype=np.int64)

    @cached_property
    def onsets(self) -> Floats:
        """Local clock hours of falling asleep, 0 to 24."""
        return np.array([hours_of(night.onset) for night in self.nights])

    @cached_property
    def wakes(self) -> Floats:
        """Local clock hours of waking, 0 to 24."""
        return np.array([hours_of(night.wake) for night in self.nights])

    @cached_property
    def midpoints(self) -> Floats:
        """Local clock hours of midsleep, 0 to 24."""
        return np.array([hours_of(night.midpoint) for night in self.nights])

    @cached_property
    def hours(self) -> Floats:
        """Elapsed hours of each night."""
        return np.array([night.hours for night in self.nights])

    @cached_property
    def free(self) -> Flags:
        """Whether each night ends on a day taken to be free."""
        return np.array([night.is_free for night in self.nights], dtype=np.bool_)

    @cached_property
    def settled(self) -> Flags:
        """Whether each night may speak for the chronotype: neither on a journey nor in the nights after one."""
        return np.array([not night.is_unsettled for night in self.nights], dtype=np.bool_)

    def since(self, day: date) -> "SleepHistory":
        """The part that ends on this local day or later."""
        return SleepHistory(
            tuple(night for night in self.nights if night.day >= day),
            tuple(nap for nap in self.naps if nap.end.date() >= day),
            tuple(aside for aside in self.set_aside if aside.day is None or aside.day >= day),
            self.day_starts_at,
        )


def read_nights(
    windows: Iterable[SleepWindow], week: WorkWeek | None = None, zone: tzinfo | None = None
) -> SleepHistory:
    """Sorts sleep windows into main sleep (the longest of each noon-to-noon day, 3 to 16 hours) and naps.

    Order and duplicates do not matter. A window that ends before it begins, lasts beyond 16 hours (a device that was
    not worn) or overlaps a longer one is set aside with its reason. `zone`, where it is known, tells the offset in
    force at the midpoint; else the delivered midpoint does, else the offset at waking.
    """
    believed, aside = _believed(windows)
    starts_at = _day_boundary([_midpoint(window, zone) for window in believed if _may_be_main(window)])
    longest: dict[date, SleepWindow] = {}
    naps: list[SleepWindow] = []
    for window in believed:
        if not _may_be_main(window):
            naps.append(window)
            continue
        day = _sleep_day(_midpoint(window, zone), starts_at)
        rival = longest.setdefault(day, window)
        if rival is not window:
            naps.append(min(rival, window, key=_preference))
            longest[day] = max(rival, window, key=_preference)
    by_day: dict[date, SleepWindow] = {}
    for window in longest.values():
        rival = by_day.setdefault(window.end.date(), window)
        if rival is not window:
            naps.append(min(rival, window, key=_preference))
            by_day[window.end.date()] = max(rival, window, key=_preference)
    nights = _nights([by_day[day] for day in sorted(by_day)], week or WorkWeek(), zone)
    return SleepHistory(nights, tuple(sorted(naps)), tuple(sorted(aside, key=str)), starts_at)


def _believed(windows: Iterable[SleepWindow]) -> tuple[list[SleepWindow], list[SetAside]]:
    kept: list[SleepWindow] = []
    aside: list[SetAside] = []
    for window in sorted(set(windows), key=_order):
        length, day = window.end - window.start, window.end.date()
        if length <= timedelta(0):
            aside.append(SetAside("sleep_window", day, "ends before it begins"))
        elif length > LONGEST_SLEEP:
            aside.append(SetAside("sleep_window", day, "lasts more than 16 hours: not worn"))
        elif kept and window.start < kept[-1].end:
            shorter = min(kept[-1], window, key=_preference)
            kept[-1] = max(kept[-1], window, key=_preference)
            aside.append(SetAside("sleep_window", shorter.end.date(), "overlaps a longer one"))
        else:
            kept.append(window)
    return kept, aside


def _nights(windows: Sequence[SleepWindow], week: WorkWeek, zone: tzinfo | None) -> tuple[Night, ...]:
    nights: list[Night] = []
    offset: timedelta | None = None
    unsettled_until = date.min
    for window in windows:
        start, end = window.start.utcoffset(), window.end.utcoffset()
        day = window.end.date()
        if _is_journey(offset, start) or _is_journey(start, end):
            unsettled_until = day + timedelta(days=UNSETTLED_NIGHTS)
        offset = end
        middle = _midpoint(window, zone)
        nights.append(Night(day, window.start, window.end, middle, week.is_free(day), day <= unsettled_until))
    return tuple(nights)


def _is_journey(before: timedelta | None, after: timedelta | None) -> bool:
    return before is not None and after is not None and abs(after - before) >= timedelta(minutes=JOURNEY_MINUTES)


def _midpoint(window: SleepWindow, zone: tzinfo | None) -> datetime:
    """The midpoint between the instants, in the zone where it explains both ends, else as delivered, else at waking."""
    start = window.start.astimezone(UTC)
    middle = start + (window.end - window.start) / 2
    if zone is not None and all(
        end.utcoffset() == end.astimezone(zone).utcoffset() for end in (window.start, window.end)
    ):
        return middle.astimezone(zone)
    told_by = window.middle or window.end
    return middle.astimezone(timezone(told_by.utcoffset() or timedelta(0)))


def _day_boundary(midpoints: Sequence[datetime]) -> float:
    """Noon, unless the usual midsleep lies in the middle of the day: then twelve hours from it."""
    if not midpoints:
        return NOON
    usual = circular_mean(np.array([hours_of(middle) for middle in midpoints]))
    if usual is None or not DAY_SLEEPER[0] <= usual < DAY_SLEEPER[1]:
        return NOON
    return (usual + DAY_HOURS / 2) % DAY_HOURS


def _sleep_day(midpoint: datetime, starts_at: float) -> date:
    """The day on which the sleep day around this midpoint ends."""
    local = midpoint.replace(tzinfo=None) - timedelta(hours=starts_at)
    return local.date() + timedelta(days=1 if starts_at >= NOON else 0)


def _may_be_main(window: SleepWindow) -> bool:
    return window.end - window.start >= SHORTEST_MAIN


def _order(window: SleepWindow) -> tuple[datetime, datetime, str]:
    return window.start, window.end, str(window)


def _preference(window: SleepWindow) -> tuple[timedelta, datetime, str]:
    """The longer, then the later, then whatever is written differently."""
    return window.end - window.start, window.end, str(window)
