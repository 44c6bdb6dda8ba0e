"""How much somebody sleeps, needs and owes: one measure of sleep and one need for both analyses.

The hours are those delivered where these cover the nights, else those of the sleep windows; never a mixture of both.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import sqrt
from typing import Literal, NamedTuple

import numpy as np

from hos_pipelines.domain.circadian.sleep_need import (
    DEBT_NIGHTS,
    USUAL_WEIGHT,
    known_nights,
    rebound_nights,
    sleep_debt,
    sleep_need,
    telling_nights,
)
from hos_pipelines.domain.few_days import mean_of, variance_of
from hos_pipelines.domain.history import EMPTY, Floats, Ordinals, Series
from hos_pipelines.domain.nights import Flags, SleepHistory
from hos_pipelines.domain.person.person import UNKNOWN, Person
from hos_pipelines.domain.resampling import Z_95, Resampling, resample_days
from hos_pipelines.domain.work_week import WorkWeek

Measure = Literal["delivered", "windows"]

WINDOW_DAYS = 28
COVERS = 0.8
# Adults should sleep seven hours or more (AASM and Sleep Research Society 2015); below six hours nobody thrives on it.
ENOUGH_HOURS = 7.0
MOST_ASKED_HOURS = 8.0
CLEARLY_SHORT_HOURS = 6.0
FEWEST_TO_JUDGE = 7
# The spread of needs among adults of one age (ours, within the 7 to 9 h of the National Sleep Foundation 2015).
NEED_SD = 0.7
MEDIAN_ERROR = 1.2533
# Free nights an hour longer than work nights: sleep is caught up (Roenneberg 2007 takes it for debt of the week).
CATCH_UP_HOURS = 1.0
FEWEST_OF_SIDE = 4
FEWEST_TELLING = 2  # as the gate NEED_NIGHTS has it
NAPS_A_WEEK = 2.0
HIDDEN_HOURS = 0.25


class Estimate(NamedTuple):
    """Hours, and the 95 % interval they lie in."""

    hours: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class SleepStanding:
    """Sleep against its need. `hours` are hours asleep by local day of waking, all that is known of them.

    `mean` is that of the 28 days up to `through`, the newest day with sleep. `need_nights` free nights tell the need;
    where fewer than two do and four or more are known to follow short ones, `is_bound` and it is the least of adults.
    `balance` is need less sleep of the last 14 nights, with its sign: above zero is owed, below is ahead. `fading` the
    same with older nights fading. `signs` are what speaks for too little sleep besides its length. `has_hidden_sleep`:
    more was delivered for some day than its windows hold, so that naps are not known.
    """

    measure: Measure
    hours: Series
    through: int
    mean: Estimate | None
    need: Estimate | None
    need_nights: int
    is_bound: bool
    balance: Estimate | None
    fading: float | None
    known_nights: int
    signs: tuple[str, ...]
    has_hidden_sleep: bool
    least_hours: float = ENOUGH_HOURS

    @property
    def recent(self) -> Series:
        """The hours of the 28 days."""
        return self.hours.since(self.through - WINDOW_DAYS + 1)

    @property
    def enough_from(self) -> float:
        """From how many hours on a night is enough: seven for adults, or the lower end of a need known to be more.

        At most eight: long lie-ins raise the need told, and eight hours are nobody's lack (ours).
        """
        return self.least_hours if self.need is None else max(self.least_hours, min(self.need.low, MOST_ASKED_HOURS))

    @property
    def is_short(self) -> bool:
        """Whether nights are too short: duration and need agree, and so do signs, or the nights are below six hours."""
        mean = self.mean
        if mean is None or len(self.recent) < FEWEST_TO_JUDGE or mean.high >= self.enough_from:
            return False
        return bool(self.signs) or mean.high < CLEARLY_SHORT_HOURS

    @property
    def verdict(self) -> str | None:
        """`short`, `enough` (the mean reaches what is enough), or `not clear`; None below a week of nights."""
        if self.mean is None or len(self.recent) < FEWEST_TO_JUDGE:
            return None
        if self.is_short:
            return "short"
        return "enough" if self.mean.hours >= self.enough_from else "not clear"


def sleep_standing(
    sleep: SleepHistory, week: WorkWeek, delivered: Series = EMPTY, person: Person = UNKNOWN
) -> SleepStanding:
    """The standing by all nights known and the delivered `sleep_duration` (minutes by day).

    The same nights and durations give the same standing, whatever else is read with them.
    """
    through = max([int(days[-1]) for days in (sleep.days, delivered.days) if days.size], default=0)
    first = through - WINDOW_DAYS + 1
    measure, hours = _choose_measure(sleep, delivered, first)
    recent = hours.since(first)
    free = free_days(recent.days, week)
    mean = _mean(recent, through)
    need, nights, is_bound = _need(recent, free, person.sleep_range)
    balance, fading = _balance(recent, need, through)
    return SleepStanding(
        measure=measure,
        hours=hours,
        through=through,
        mean=mean,
        need=need,
        need_nights=nights,
        is_bound=is_bound,
        balance=balance,
        fading=fading,
        known_nights=known_nights(recent.days, through),
        signs=tuple(_signs(sleep, recent, free, first)),
        has_hidden_sleep=_has_hidden_sleep(sleep, delivered.since(first)),
        least_hours=person.sleep_range[0],
    )


def data_seed(*arrays: Floats | Ordinals) -> int:
    """A seed that stands for some numbers and nothing else."""
    digest = hashlib.sha256(b"\x1e".join(one.tobytes() for one in arrays)).digest()
    return int.from_bytes(digest[:8], "big")


def _choose_measure(sleep: SleepHistory, delivered: Series, first: int) -> tuple[Measure, Series]:
    days = sleep.days
    nights = days[days >= first]
    given = delivered.since(first).days
    if given.size and len(set(given.tolist()).intersection(nights.tolist())) >= COVERS * nights.size:
        return "delivered", Series(delivered.days, delivered.values / 60)
    return "windows", Series(days, _window_hours(sleep))


def _has_hidden_sleep(sleep: SleepHistory, delivered: Series) -> bool:
    """Whether a delivered duration is longer than the windows of its day by more than rounding can make it."""
    held = dict(zip(sleep.days.tolist(), _window_hours(sleep).tolist(), strict=True))
    given = zip(delivered.days.tolist(), delivered.values.tolist(), strict=True)
    return any(day in held and minutes / 60 - held[day] > HIDDEN_HOURS for day, minutes in given)


def _window_hours(sleep: SleepHistory) -> Floats:
    """Hours asleep in each night and in the naps that end on its day."""
    hours = sleep.asleep.copy()
    place = {night.day: index for index, night in enumerate(sleep.nights)} if sleep.naps else {}
    for nap in sleep.naps:
        index = place.get(nap.end.date())
        if index is not None:
            hours[index] += (nap.end - nap.start).total_seconds() / 3600
    return hours


def free_days(days: Ordinals, week: WorkWeek) -> Flags:
    """Which days (ordinals) are taken to be free."""
    return _free_days(days.tobytes(), week)


@lru_cache(maxsize=1024)
def _free_days(days: bytes, week: WorkWeek) -> Flags:
    """Most people of one run have the same days."""
    ordinals = np.frombuffer(days, dtype=np.int64).tolist()
    free = np.array([week.is_free(date.fromordinal(day)) for day in ordinals], dtype=np.bool_)
    free.flags.writeable = False
    return free


def _mean(recent: Series, through: int) -> Estimate | None:
    if len(recent) == 0:
        return None
    mean = mean_of(recent.values)
    weeks = _resample(recent, through)
    reach = None
    if weeks.is_enough:
        reach = weeks.reach(weeks.sums(recent.values) / weeks.counts)
    return Estimate(mean, mean, mean) if reach is None else Estimate(mean, max(0.0, mean - reach), mean + reach)


def _resample(recent: Series, through: int) -> Resampling:
    return resample_days(recent.days, through, data_seed(recent.days, recent.values))


def _need(recent: Series, free: Flags, within: tuple[float, float]) -> tuple[Estimate | None, int, bool]:
    """The need, the nights that told it, and whether it is but a lower bound."""
    days, hours = recent.days, recent.values
    found = sleep_need(days, hours, free, within)
    least, most = within
    told_by = 0 if found is None else found.nights
    rebounds = int(rebound_nights(days, hours, free).sum())
    if told_by < FEWEST_TELLING and rebounds >= FEWEST_OF_SIDE and hours.size >= FEWEST_TO_JUDGE:
        return Estimate(least, least, most), told_by, True
    if found is None:
        return None, 0, False
    telling = hours[telling_nights(days, hours, free)]
    own = found.nights / (found.nights + USUAL_WEIGHT)
    spread = sqrt(variance_of(telling)) if telling.size > 1 else NEED_SD
    error = sqrt((own * MEDIAN_ERROR * spread) ** 2 / found.nights + ((1 - own) * NEED_SD) ** 2)
    low, high = found.hours - Z_95 * error, found.hours + Z_95 * error
    return Estimate(found.hours, max(least, low), min(most, high)), found.nights, False


def _balance(recent: Series, need: Estimate | None, through: int) -> tuple[Estimate | None, float | None]:
    if need is None:
        return None, None
    found = sleep_debt(recent.days, recent.values, need.hours, through)
    if found is None:
        return None, None
    low, high = (found.balance + DEBT_NIGHTS * (end - need.hours) for end in (need.low, need.high))
    return Estimate(found.balance, low, high), found.now


def _signs(sleep: SleepHistory, recent: Series, free: Flags, first: int) -> Sequence[str]:
    signs = []
    on_free, on_work = recent.values[free], recent.values[~free]
    if min(on_free.size, on_work.size) >= FEWEST_OF_SIDE:
        longer = mean_of(on_free) - mean_of(on_work)
        error = sqrt(variance_of(on_free) / on_free.size + variance_of(on_work) / on_work.size)
        if longer >= CATCH_UP_HOURS and longer > Z_95 * error:
            signs.append("sleep is caught up on free days")
    nap_days = len({nap.end.date() for nap in sleep.naps if nap.end.date().toordinal() >= first})
    if nap_days and nap_days >= NAPS_A_WEEK * recent.days.size / 7:
        signs.append("naps on two days a week or more")
    return signs
