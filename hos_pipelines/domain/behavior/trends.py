"""Trends: whether a measure rises or falls over the days, and by how much a day, whatever its distribution."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.behavior.baselines import median
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import Ordinals

FEWEST = 4


class Trend(NamedTuple):
    """Mann-Kendall's S, tau = S / pairs (-1 to 1), z and two-sided p, and the slope of Theil and Sen per day."""

    s: int
    tau: float
    z: float
    p: float
    slope: float
    n: int


def trend(days: Ordinals, values: Floats) -> Trend | None:
    """The trend of values on distinct days, oldest first; None for fewer than four. Values all equal have slope 0, p 1.

    Mann (1945) and Kendall (1975) with the variance corrected for ties and z for continuity; Sen (1968) for the slope.
    The test takes days as independent: where they are not, p is too small.
    """
    n = len(values)
    if n < FEWEST:
        return None
    earlier, later = _pairs(n)
    rises = values[later] - values[earlier]
    s = int(np.count_nonzero(rises > 0)) - int(np.count_nonzero(rises < 0))
    z = _z(s, _variance(values))
    slope = median(rises / (days[later] - days[earlier]))
    return Trend(s, s / len(rises), z, math.erfc(abs(z) / math.sqrt(2)), slope, n)


def _z(s: int, variance: float) -> float:
    if s == 0 or variance <= 0:
        return 0.0
    return math.copysign(abs(s) - 1, s) / math.sqrt(variance)


def _variance(values: Floats) -> float:
    n = len(values)
    ordered = np.sort(values)
    borders = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    ties = np.diff(np.concatenate(([0], borders, [n])))
    lost = int((ties * (ties - 1) * (2 * ties + 5)).sum())
    return (n * (n - 1) * (2 * n + 5) - lost) / 18


@lru_cache(maxsize=64)
def _pairs(n: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    earlier, later = np.triu_indices(n, 1)
    return earlier, later
