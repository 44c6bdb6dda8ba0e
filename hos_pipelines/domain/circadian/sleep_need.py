"""How much sleep somebody needs, told from free nights, and how much of it the last nights have left owing."""

from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ordinals = npt.NDArray[np.int64]

USUAL_NEED = 8.0
USUAL_WEIGHT = 10
LEAST_NEED, MOST_NEED = 7.0, 9.0
SHORT_NIGHT = 6.5
SHORT_NIGHTS = 2

DEBT_NIGHTS = 14
MEDIAN_DAYS = 28
LEAST_NIGHTS = 7
DECAY_DAYS = 4.06
FADING = np.exp(-np.arange(MEDIAN_DAYS - 1, -1, -1) / DECAY_DAYS)


class NeedEstimate(NamedTuple):
    """Hours of sleep needed, and the free nights that told it."""

    hours: float
    nights: int


class SleepDebt(NamedTuple):
    """Hours owed: of the last 14 nights together, long ones set against short ones, and as an exponential mean."""

    balance: float
    now: float


def telling_nights(days: Ordinals, hours: Floats, free: Flags) -> Flags:
    """Free nights that tell the need: not the rebound after two nights below 6.5 hours.

    A night that was not recorded might have been short: one of the two before must be known to have been long enough.
    """
    rested = set(days[hours >= SHORT_NIGHT].tolist())
    telling = np.zeros(days.size, dtype=np.bool_)
    telling[free] = [not rested.isdisjoint(range(day - SHORT_NIGHTS, day)) for day in days[free].tolist()]
    return telling


def rebound_nights(days: Ordinals, hours: Floats, free: Flags) -> Flags:
    """Free nights known to follow two nights below 6.5 hours, both recorded."""
    short = set(days[hours < SHORT_NIGHT].tolist())
    rebound = np.zeros(days.size, dtype=np.bool_)
    rebound[free] = [short.issuperset(range(day - SHORT_NIGHTS, day)) for day in days[free].tolist()]
    return rebound


def sleep_need(
    days: Ordinals, hours: Floats, free: Flags, within: tuple[float, float] = (LEAST_NEED, MOST_NEED)
) -> NeedEstimate | None:
    """The need in hours: the median of the telling free nights, drawn to 8 hours as by ten nights, within bounds.

    The bounds are those of 18 to 64 years where no others are given. `days` are ordinals in order, `hours` asleep in
    each day's night. Rebound after short nights: Kitamura 2016 (Sci Rep 6:35812); bounds: National Sleep Foundation
    2015; the weight of ten nights is ours. None without a telling night.
    """
    telling = hours[telling_nights(days, hours, free)]
    if telling.size == 0:
        return None
    drawn = (telling.size * median(telling.tolist()) + USUAL_WEIGHT * USUAL_NEED) / (telling.size + USUAL_WEIGHT)
    least, most = within
    return NeedEstimate(min(most, max(least, drawn)), int(telling.size))


def known_nights(days: Ordinals, through: int) -> int:
    """How many of the 14 nights up to this day are known."""
    return int(np.count_nonzero((days > through - DEBT_NIGHTS) & (days <= through)))


def sleep_debt(days: Ordinals, hours: Floats, need: float, through: int) -> SleepDebt | None:
    """What the nights up to the day `through` (ordinals) fall short of the need, in hours; None below 7 of the last 14.

    `balance` sums what the 14 nights lack, long ones set against short ones. `now` lets each night's
    difference fade with a time constant of 4.06 days (the unified model, Rajdev 2013), from none before the first of 28
    days' nights. Below zero means slept ahead. A night not recorded is taken as the median of the 28 days.
    """
    nights = known_nights(days, through)
    if nights < LEAST_NIGHTS:
        return None
    recent = (days > through - MEDIAN_DAYS) & (days <= through)
    places, slept = days[recent] - (through - MEDIAN_DAYS + 1), hours[recent]
    filled = np.full(MEDIAN_DAYS, median(slept.tolist()))
    filled[places] = slept
    lacking = need - filled
    begun = int(places[0])
    return SleepDebt(float(lacking[-DEBT_NIGHTS:].sum()), float(lacking[begun:] @ FADING[begun:]))
