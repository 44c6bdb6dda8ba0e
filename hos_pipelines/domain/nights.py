"""Nights: which of someone's sleep windows are main sleep, which are naps, and which cannot be believed.

Durations and midpoints are taken between instants, clock times in the offset that was in force: a change of clocks or
of zone moves no instant. A night that was not recorded is absent here, never awake and never zero.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cached_property, lru_cache
from itertools import zip_longest
from operator import itemgetter
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import Circular, circular, circular_mean, hours_of, wrap
from hos_pipelines.domain.work_week import WorkWeek

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
DayKey = TypeVar("DayKey", date, int)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_TIME, ONE_HOUR = timedelta(0), timedelta(hours=1)
HOUR_MICROSECONDS = 3_600_000_000
PLACE = itemgetter(0, 1, 2)
SHORTEST_MAIN = timedelta(hours=3)
LONGEST_SLEEP = timedelta(hours=16)
NOON = 12.0
DAY_SLEEPER = (6.0, 18.0)
DAY_HOURS = 24.0
JOURNEY = timedelta(hours=2)
# Actigraphy software joins bouts of sleep that lie less than about an hour apart.
ONE_SLEEP_WITHIN = timedelta(hours=1)
# How far the body clock moves in a day after a journey, in hours (Eastman & Burgess 2009, Waterhouse 2007).
SETTLES_BY_DAY = 1.0
# Of a file's rows: one of a wrong year must not claim the memory of all days between.
FARTHEST_DAYS = 1000


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


class Night(NamedTuple):
    """One main sleep. `day` is the local day it ends on, `midpoint` in the offset in force at that moment.

    `length` is elapsed time: two times of one zone would hide the hour that a change of clocks takes or gives. `parts`
    are the bouts of a sleep with short wakings between them, none of a sleep in one piece.
    """

    day: date
    onset: datetime
    wake: datetime
    midpoint: datetime
    length: timedelta
    is_free: bool
    is_unsettled: bool
    parts: tuple[SleepWindow, ...] = ()

    @property
    def hours(self) -> float:
        """Elapsed hours from onset to wake."""
        return self.length / ONE_HOUR

    @property
    def asleep(self) -> float:
        """Hours asleep: those of its bouts."""
        if not self.parts:
            return self.length / ONE_HOUR
        return sum((part.end - part.start for part in self.parts), NO_TIME) / ONE_HOUR


@dataclass(frozen=True)
class SleepHistory:
    """Someone's nights in order of their day, the naps beside them, and what was set aside.

    `day_starts_at` is the local hour at which one sleep day ends and the next begins: noon, or twelve hours from the
    usual midsleep of someone who sleeps by day. `lag` is how many hours the body clock is still behind the local one
    in the last night (below zero: ahead of it), after a journey east (west).
    """

    nights: tuple[Night, ...]
    naps: tuple[SleepWindow, ...]
    set_aside: tuple[SetAside, ...]
    day_starts_at: float
    lag: float = 0.0

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
    def onset(self) -> Circular:
        """Circular mean and deviation of falling asleep."""
        return circular(self.onsets)

    @cached_property
    def wake(self) -> Circular:
        """Circular mean and deviation of waking."""
        return circular(self.wakes)

    @cached_property
    def midpoint(self) -> Circular:
        """Circular mean and deviation of midsleep."""
        return circular(self.midpoints)

    @cached_property
    def hours(self) -> Floats:
        """Elapsed hours of each night."""
        return np.array([night.hours for night in self.nights])

    @cached_property
    def asleep(self) -> Floats:
        """Hours asleep in each night, without the wakings between its bouts."""
        if not any(night.parts for night in self.nights):
            return self.hours
        return np.array([night.asleep for night in self.nights])

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
        if self._begins_by(day):
            return self
        return SleepHistory(
            tuple(night for night in self.nights if night.day >= day),
            tuple(nap for nap in self.naps if nap.end.date() >= day),
            tuple(aside for aside in self.set_aside if aside.day is None or aside.day >= day),
            self.day_starts_at,
            self.lag,
        )

    def _begins_by(self, day: date) -> bool:
        """Whether nothing lies before this local day; most people's records are no longer than what is looked at."""
        ends = [night.day for night in self.nights[:1]] + [nap.end.date() for nap in self.naps]
        ends += [aside.day for aside in self.set_aside if aside.day is not None]
        return min(ends, default=day) >= day


class _Bout(NamedTuple):
    """A sleep window with what is asked of it again and again; instants are UTC since 1970, so differences are elapsed.

    The offsets are those of start, end and delivered midpoint. `local_middle` is the midpoint as its own clocks show
    it, since midnight of 1970, and `offset` the one in force then. Bouts alike in the first three are one.
    """

    start: timedelta
    end: timedelta
    offsets: tuple[timedelta, timedelta, timedelta]
    length: timedelta
    local_middle: timedelta
    offset: timedelta
    window: SleepWindow
    parts: tuple[SleepWindow, ...] = ()

    @property
    def midpoint(self) -> datetime:
        """Midsleep in the offset in force at that moment."""
        return _local_epoch(self.offset) + self.local_middle

    @property
    def preference(self) -> tuple[timedelta, timedelta, tuple[timedelta, ...]]:
        """The longer, then the later, then whatever is written differently."""
        return self.length, self.end, self.offsets


def read_nights(
    windows: Iterable[SleepWindow], week: WorkWeek | None = None, zone: tzinfo | None = None
) -> SleepHistory:
    """Sorts sleep windows into main sleep (the longest of each noon-to-noon day, 3 to 16 hours) and naps.

    Order and duplicates do not matter. Bouts less than an hour apart are one sleep, unless it would last beyond 16
    hours. A window that ends before it begins, lasts beyond 16 hours (a device that was
    not worn) or overlaps a longer one is set aside with its reason. `zone`, where it is known, tells the offset in
    force at the midpoint; else the delivered midpoint does, else the offset at waking.
    """
    apart, aside = _drop_unbelievable(windows, zone)
    believed = _join_bouts(apart, zone)
    long_enough = [bout for bout in believed if bout.length >= SHORTEST_MAIN]
    starts_at = _day_boundary(long_enough)
    shift = timedelta(hours=starts_at)
    longest = _longest(((bout.local_middle - shift).days, bout) for bout in long_enough)
    by_day = _longest((bout.window.end.date(), bout) for bout in longest.values())
    main = {bout.start for bout in by_day.values()}
    naps = tuple(part for bout in believed if bout.start not in main for part in bout.parts or (bout.window,))
    nights, lag = _nights(sorted(by_day.items()), week or WorkWeek())
    return SleepHistory(nights, naps, tuple(sorted(aside, key=str)), starts_at, lag)


def _drop_unbelievable(windows: Iterable[SleepWindow], zone: tzinfo | None) -> tuple[list[_Bout], list[SetAside]]:
    """The bouts in order of time, no two of which overlap."""
    kept: list[_Bout] = []
    aside: list[SetAside] = []
    for bout in _distinct(windows, zone):
        if bout.length <= NO_TIME:
            aside.append(_set_aside_bout(bout, "ends before it begins"))
        elif bout.length > LONGEST_SLEEP:
            aside.append(_set_aside_bout(bout, "lasts more than 16 hours: not worn"))
        elif kept and bout.start < kept[-1].end:
            shorter, longer = sorted((kept[-1], bout), key=_preference)
            kept[-1] = longer
            aside.append(_set_aside_bout(shorter, "overlaps a longer one"))
        else:
            kept.append(bout)
    return kept, aside


def _join_bouts(bouts: Sequence[_Bout], zone: tzinfo | None) -> list[_Bout]:
    """Bouts in order of time, those of one sleep as one."""
    joined: list[_Bout] = []
    for bout in bouts:
        before = joined[-1] if joined else None
        if before is None or bout.start - before.end >= ONE_SLEEP_WITHIN or bout.end - before.start > LONGEST_SLEEP:
            joined.append(bout)
        else:
            longer = max(before, bout, key=_preference).window
            whole = SleepWindow(before.window.start, bout.window.end, longer.middle or longer.end)
            parts = (*(before.parts or (before.window,)), bout.window)
            joined[-1] = _bout(whole, zone)._replace(parts=parts)
    return joined


def _set_aside_bout(bout: _Bout, reason: str) -> SetAside:
    return SetAside("sleep_window", bout.window.end.date(), reason)


def _distinct(windows: Iterable[SleepWindow], zone: tzinfo | None) -> list[_Bout]:
    bouts = sorted((_bout(window, zone) for window in windows), key=PLACE)
    pairs = zip_longest(bouts, bouts[1:])
    return [one for one, later in pairs if later is None or PLACE(one) != PLACE(later)]


def _bout(window: SleepWindow, zone: tzinfo | None) -> _Bout:
    start, end = window.start - EPOCH, window.end - EPOCH
    told_by = window.middle or window.end
    told = told_by.utcoffset() or NO_TIME
    offsets = (window.start.utcoffset() or NO_TIME, window.end.utcoffset() or NO_TIME, told)
    length = end - start
    middle = start + length / 2
    offset = told if zone is None else _offset_at(EPOCH + middle, window, zone)
    return _Bout(start, end, offsets, length, middle + offset, offset, window)


@lru_cache(maxsize=1024)
def _local_epoch(offset: timedelta) -> datetime:
    """Midnight of 1970 by clocks of this offset."""
    return datetime(1970, 1, 1, tzinfo=timezone(offset))


def _offset_at(middle: datetime, window: SleepWindow, zone: tzinfo) -> timedelta:
    """The offset at the midpoint in the zone where it explains both ends, else as delivered, else at waking."""
    told_by = window.middle or window.end
    explains = all(end.utcoffset() == end.astimezone(zone).utcoffset() for end in (window.start, window.end))
    offset = middle.astimezone(zone).utcoffset() if explains else told_by.utcoffset()
    return offset or NO_TIME


def _longest(bouts: Iterable[tuple[DayKey, _Bout]]) -> dict[DayKey, _Bout]:
    longest: dict[DayKey, _Bout] = {}
    for day, bout in bouts:
        rival = longest.setdefault(day, bout)
        if rival is not bout:
            longest[day] = max(rival, bout, key=_preference)
    return longest


def _preference(bout: _Bout) -> tuple[timedelta, timedelta, tuple[timedelta, ...]]:
    return bout.preference


def _nights(bouts: Iterable[tuple[date, _Bout]], week: WorkWeek) -> tuple[tuple[Night, ...], float]:
    """The nights, and how far the body clock is behind in the last of them.

    A journey leaves the body clock behind by the hours crossed, the shorter way round; each day makes up for one.
    """
    nights: list[Night] = []
    offset: timedelta | None = None
    before, lag = date.min, 0.0
    for day, bout in bouts:
        start, end, _ = bout.offsets
        if lag:
            lag = _lag_left(lag, (day - before).days)
        crossed = end - (start if offset is None else offset)
        if crossed >= JOURNEY or crossed <= -JOURNEY:
            lag = wrap(lag + crossed / ONE_HOUR)
        offset, before = end, day
        window = bout.window
        nights.append(
            Night(
                day,
                window.start,
                window.end,
                bout.midpoint,
                bout.length,
                week.is_free(day),
                lag != 0.0,
                bout.parts,
            )
        )
    return tuple(nights), lag


def _lag_left(lag: float, days: int) -> float:
    """What is left of a lag after some days."""
    left = max(0.0, abs(lag) - SETTLES_BY_DAY * days)
    return left if lag > 0 else -left


def _day_boundary(bouts: Sequence[_Bout]) -> float:
    """Noon, unless the usual midsleep lies in the middle of the day: then twelve hours from it."""
    if not bouts:
        return NOON
    middles = (bout.local_middle for bout in bouts)
    usual = circular_mean(
        np.array([(one.seconds * 1_000_000 + one.microseconds) / HOUR_MICROSECONDS for one in middles])
    )
    if usual is None or not DAY_SLEEPER[0] <= usual < DAY_SLEEPER[1]:
        return NOON
    return (usual + DAY_HOURS / 2) % DAY_HOURS
