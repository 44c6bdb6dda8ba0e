"""Trends: whether a measure rises or falls over the days, and by how much a day, whatever its distribution."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.behavior.baselines import medians
from hos_pipelines.domain.clock import Floats

FEWEST = 4


class Trend(NamedTuple):
    """Mann-Kendall's S, tau = S / pairs (-1 to 1), z and two-sided p, and the slope of Theil and Sen per day."""

    s: int
    tau: float
    z: float
    p: float
    slope: float
    n: int


def trends(rows: Floats) -> list[Trend | None]:
    """The trend of each row of values, a column a day, oldest first; None for fewer than four values.

    NaN is a day without a value. Values all equal have slope 0, p 1. Mann (1945) and Kendall (1975) with the variance
    corrected for ties and z for continuity; Sen (1968) for the slope. The test takes days as independent: where they
    are not, p is too small.
    """
    width = rows.shape[1]
    if width < FEWEST:
        return [None] * len(rows)
    earlier, later, apart = _pairs(width)
    rises = rows.take(later, axis=1) - rows.take(earlier, axis=1)
    s = np.count_nonzero(rises > 0, axis=1) - np.count_nonzero(rises < 0, axis=1)
    slopes = medians(rises / apart)
    found = zip(s.tolist(), *_counts(rows), slopes.tolist(), strict=True)
    return [_trend(*one) for one in found]


def _trend(s: int, n: int, lost: int, slope: float) -> Trend | None:
    """From the figures of one row; `lost` is what ties take from 18 times the variance of S."""
    if n < FEWEST:
        return None
    variance = (n * (n - 1) * (2 * n + 5) - lost) / 18
    z = math.copysign(abs(s) - 1, s) / math.sqrt(variance) if s and variance > 0 else 0.0
    return Trend(s, s / (n * (n - 1) // 2), z, math.erfc(abs(z) / math.sqrt(2)), slope, n)


def _counts(rows: Floats) -> tuple[list[int], list[int]]:
    """By row: the number of values, and t (t - 1) (2 t + 5) summed over its groups of t equal ones."""
    alike = np.count_nonzero(rows[:, :, np.newaxis] == rows[:, np.newaxis, :], axis=2)
    # Each member of a group of t brings its share, one t-th; a day without a value equals not even itself.
    lost = np.where(alike > 0, (alike - 1) * (2 * alike + 5), 0).sum(axis=1)
    return np.count_nonzero(alike, axis=1).tolist(), lost.tolist()


@lru_cache(maxsize=64)
def _pairs(width: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """Every pair of days, and how many days they are apart."""
    earlier, later = np.triu_indices(width, 1)
    return earlier, later, (later - earlier).astype(np.float64)
