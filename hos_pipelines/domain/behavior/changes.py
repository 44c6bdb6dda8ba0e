"""Changes: whether a series has moved, by a lasting shift or a trend, more than days that resemble each other do.

The figures of Mann and Kendall, Theil and Sen, and Pettitt (`trends`, `change_point`) take days as independent; they
describe a change that is found here. `findings` decides which are told.
"""

import math
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.autocorrelation import (
    PHIS,
    Dependence,
    dependences,
    evidence,
    prior_of_phi,
)
from hos_pipelines.domain.behavior.change_point import ChangePoint, best_splits
from hos_pipelines.domain.behavior.trends import Trend
from hos_pipelines.domain.behavior.weekly_rhythm import without_weekdays
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.nights import Flags

# A shift so many days ago, or a trend over as many; the shares are what each is thought to be worth beforehand. What
# began lately is news, what is older was in reach of the analyses before.
SHIFTS = {7: 3, 14: 3, 21: 2, 28: 2, 35: 1, 42: 1}
TREND_DAYS, TREND_SHARE = 28, 4
FEWEST_DAYS = 21
SMALLEST = 1e-300
# By days: p = exp(-(a + b x)) of a log Bayes factor x, as `benchmarks/change_null.py` finds it where nothing changes.
TAILS: tuple[tuple[int, float, float], ...] = ((21, 1.76, 2.03), (28, 1.82, 1.61), (42, 1.93, 1.38), (56, 1.96, 1.35))


class Change(NamedTuple):
    """How likely chance alone does as much, in a series whose days may resemble the days before.

    `is_trend` where a trend over the last four weeks explains the days better than any shift does, `rises` where the
    best explanation is a rise. `is_bounded` where a trend over these weeks of more than the deviation of single days is
    ruled out (95 %).
    """

    p: float
    is_trend: bool
    rises: bool
    is_bounded: bool
    dependence: Dependence


class Factors(NamedTuple):
    """The logarithm of the Bayes factor of a change for each series, and what else is known by the way."""

    logs: Floats
    is_trend: Flags
    rises: Flags
    is_bounded: Flags
    dependence: list[Dependence]


def changes(rows: Floats, first: int) -> list[Change | None]:
    """What is to be said of each row of daily values, of which column 0 is the ordinal `first`.

    None below 21 values, and where they never vary.

    The statistic is the Bayes factor of a change against none, over shifts on whole weeks, a trend and the values the
    autocorrelation may have. Where nothing changes its distribution hardly depends on the autocorrelation, which is why
    it serves; p is read off simulations. Slow swings of weeks (a cycle, a season) are changes to it.
    """
    known = ~np.isnan(rows)
    counts = np.count_nonzero(known, axis=1)
    found: list[Change | None] = [None] * len(rows)
    varies = np.max(rows, axis=1, where=known, initial=-np.inf) > np.min(rows, axis=1, where=known, initial=np.inf)
    tested = np.flatnonzero(varies & (counts >= FEWEST_DAYS))
    if len(tested) == 0:
        return found
    factors = bayes_factors(rows[tested], first)
    p = map(p_of, factors.logs.tolist(), counts[tested].tolist())
    flags = (one.tolist() for one in (factors.is_trend, factors.rises, factors.is_bounded))
    for place, change in zip(tested.tolist(), map(Change, p, *flags, factors.dependence), strict=True):
        found[place] = change
    return found


def bayes_factors(rows: Floats, first: int) -> Factors:
    """Of rows of daily values, of which column 0 is the ordinal `first`."""
    alternatives, shares = alternative_courses(rows.shape[1])
    found = evidence(rows, first, alternatives)
    prior = prior_of_phi(found, shares)
    each = (prior[:, np.newaxis] @ found.likely_changed)[:, 0]
    # What is beyond all doubt has no likelihood left that could be told from none.
    changed, unchanged = each @ shares, (found.likely_unchanged * prior).sum(axis=1)
    logs = np.log(np.maximum(changed, SMALLEST)) - np.log(np.maximum(unchanged, SMALLEST))
    dependence = dependences(found, prior, shares)
    cautious = np.searchsorted(PHIS, [one.cautious for one in dependence]).clip(max=len(PHIS) - 1)
    row, best = np.arange(len(rows)), each.argmax(axis=1)
    rises = found.ways[row, cautious, best] > 0
    return Factors(logs, best == len(shares) - 1, rises, found.reach[row, cautious] < 1, dependence)


@lru_cache(maxsize=64)
def alternative_courses(width: int) -> tuple[Floats, Floats]:
    """What a series may have done, by column up to the newest, from 0 to 1, the trend last; and the share of each."""
    ago = np.arange(width)[::-1]
    shifts = [(ago < days).astype(np.float64) for days in SHIFTS]
    trend = np.clip(1 - ago / TREND_DAYS, 0, 1)
    shares = np.array([*SHIFTS.values(), TREND_SHARE], dtype=np.float64)
    return np.array([*shifts, trend]), shares / shares.sum()


def p_of(log_factor: float, n: int) -> float:
    """The share of series of n days in which nothing changes with a log Bayes factor as high."""
    a, b = _tail(n)
    return min(1.0, math.exp(-(a + b * log_factor)))


@lru_cache(maxsize=64)
def _tail(n: int) -> tuple[float, float]:
    days, a, b = zip(*TAILS, strict=True)
    return float(np.interp(n, days, a)), float(np.interp(n, days, b))


def large_shift(row: Floats, first: int) -> ChangePoint | None:
    """The best split of a row of daily values, where its means differ by more than single days do; else None.

    Weekday means are removed to find the day and to hold the difference against the deviation of what then remains
    within both parts; the means before and after are those of the values themselves.
    """
    free = without_weekdays(row[np.newaxis], first)[0]
    split = best_splits(free[np.newaxis])[0]
    if split is None:
        return None
    part = np.arange(len(row)) >= split.column
    if abs(split.after - split.before) <= np.nanstd(free - np.where(part, split.after, split.before)):
        return None
    before, after = float(np.nanmean(row[~part])), float(np.nanmean(row[part]))
    return replace(split, before=before, after=after) if (after - before) * (split.after - split.before) > 0 else None


def is_large_trend(row: Floats, first: int, trend: Trend) -> bool:
    """Whether a trend takes a row of daily values further from its first to its last than single days differ."""
    free = without_weekdays(row[np.newaxis], first)[0]
    places = np.arange(len(row))
    days = places[~np.isnan(row)]
    return abs(trend.slope) * float(days[-1] - days[0]) > float(np.nanstd(free - trend.slope * places))
