"""Week means: the last seven days of a series against the seven before, and from which size on they differ."""

from functools import lru_cache
from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.weekly_rhythm import WEEK
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.few_days import mean_of

FEWEST_DAYS = 4
# Some four series are shown: of people in whom nothing changes one in twenty sees any of them differ.
CREDIBLE_Z = 2.5


class WeekMeans(NamedTuple):
    """The means of both weeks with the number of their days, and the least difference that is more than chance."""

    this: float
    before: float
    days: int
    days_before: int
    least_change: float


def week_means(row: Floats, last: int, sd: float, carried: float) -> WeekMeans | None:
    """Of a row of daily values the week up to column `last` and the one before; None below four days in one of them.

    `sd` is the deviation of single days. `carried` is what a day has in common with the day before: such days tell less
    than independent ones.
    """
    values = row[max(0, last - 2 * WEEK + 1) : last + 1]
    ago = np.flatnonzero(~np.isnan(values[::-1]))
    days = int(np.count_nonzero(ago < WEEK))
    days_before = len(ago) - days
    if min(days, days_before) < FEWEST_DAYS:
        return None
    known = values[::-1][ago]
    this, before = mean_of(known[:days]), mean_of(known[days:])
    error = sd * _error(ago.tobytes(), days, ceil(100 * carried) / 100)
    return WeekMeans(this, before, days, days_before, CREDIBLE_Z * error)


def day_sds(rows: Floats) -> Floats:
    """The standard deviation of each row's values; 0 without any."""
    known = ~np.isnan(rows)
    counts = np.maximum(np.count_nonzero(known, axis=1), 1)
    values = np.where(known, rows, 0.0)
    means = values.sum(axis=1) / counts
    away = np.where(known, rows - means[:, np.newaxis], 0.0)
    return np.asarray(np.sqrt(np.square(away).sum(axis=1) / counts))


@lru_cache(maxsize=1024)
def _error(ago: bytes, days: int, carried: float) -> float:
    """The standard error of the difference, for days of deviation 1 so long ago, of which `days` are of this week."""
    places = np.frombuffer(ago, dtype=np.intp)
    weights = np.where(np.arange(len(places)) < days, 1 / days, -1 / (len(places) - days))
    resemblance = carried ** np.abs(places[:, np.newaxis] - places)
    return sqrt(float(weights @ resemblance @ weights))
