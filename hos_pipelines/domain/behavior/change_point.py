"""Change points: one lasting shift of the mean, told only where a rank test finds it hard to put down to chance."""

import math
from dataclasses import dataclass

import numpy as np

from hos_pipelines.domain.clock import Floats

SHORTEST = 7
CREDIBLE = 0.05


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A shift of the mean: `index` values come before it. `k` and `p` are Pettitt's."""

    index: int
    before: float
    after: float
    k: int
    p: float


def change_point(values: Floats) -> ChangePoint | None:
    """The one split of daily values, oldest first, with the least squared error; None unless Pettitt's p < 0.05.

    Both sides hold at least 7 values. K and p = 2 exp(-6 K^2 / (n^3 + n^2)) after Pettitt (1979), its own best split
    may lie a few days from the one of least squares. A trend or days that depend on each other pass the test too: a
    shift is a description of the difference before and after, not of an event.
    """
    n = len(values)
    if n < 2 * SHORTEST or values.min() == values.max():
        return None
    k, p = _pettitt(values)
    if p >= CREDIBLE:
        return None
    sizes = np.arange(SHORTEST, n - SHORTEST + 1)
    # Of deviations from the mean, whose sums on both sides cancel: the least error is the greatest sum between.
    sums = np.cumsum(values - values.mean())[sizes - 1]
    index = int(sizes[np.argmax(sums * sums * n / (sizes * (n - sizes)))])
    return ChangePoint(index, float(values[:index].mean()), float(values[index:].mean()), k, p)


def _pettitt(values: Floats) -> tuple[int, float]:
    n = len(values)
    ordered = np.sort(values)
    # Twice the rank, the mean one where values tie, keeps the sums whole numbers.
    ranks = np.searchsorted(ordered, values, "left") + np.searchsorted(ordered, values, "right") + 1
    k = int(np.abs(np.cumsum(ranks - (n + 1))).max())
    return k, min(1.0, 2 * math.exp(-6 * k * k / (n**3 + n**2)))
