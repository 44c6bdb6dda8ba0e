"""Change points: the day that parts a series best in a level before and one after, with the rank test of Pettitt."""

import math
from dataclasses import dataclass

import numpy as np

from hos_pipelines.domain.behavior.ranks import ranking
from hos_pipelines.domain.clock import Floats

SHORTEST = 7


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A shift of the mean: `column` is the day of the first value after it. `k` and `p` are Pettitt's."""

    column: int
    before: float
    after: float
    k: int
    p: float


def best_splits(rows: Floats) -> list[ChangePoint | None]:
    """The one split of each row of daily values with the least squared error; None below 14 values.

    Columns are days, oldest first, NaN where there is no value. Both sides hold at least 7 values. K and
    p = 2 exp(-6 K^2 / (n^3 + n^2)) after Pettitt (1979), whose own best split may lie a few days from the one of least
    squares. A trend, or days that depend on each other, have a small p too: `changes` decides what has shifted.
    """
    known = ~np.isnan(rows)
    n = np.count_nonzero(known, axis=1)
    _, begins, ends = ranking(rows)
    # Twice the rank, the mean one where values tie, keeps the sums whole numbers.
    away = np.where(known, begins + ends - n[:, np.newaxis], 0)
    ks = np.abs(np.cumsum(away, axis=1)).max(axis=1, initial=0)
    return [_shift(row, k, count) for row, k, count in zip(rows, ks.tolist(), n.tolist(), strict=True)]


def _shift(row: Floats, k: int, n: int) -> ChangePoint | None:
    if n < 2 * SHORTEST:
        return None
    p = min(1.0, 2 * math.exp(-6 * k * k / (n**3 + n**2)))
    columns = np.flatnonzero(~np.isnan(row))
    values = row[columns]
    sizes = np.arange(SHORTEST, n - SHORTEST + 1)
    # Of deviations from the mean, whose sums on both sides cancel: the least error is the greatest sum between.
    sums = np.cumsum(values - values.mean())[sizes - 1]
    size = int(sizes[np.argmax(sums * sums * n / (sizes * (n - sizes)))])
    return ChangePoint(int(columns[size]), float(values[:size].mean()), float(values[size:].mean()), k, p)
