"""What a difference must be to be told, and what it may be off, where days vary and resemble the days before."""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.guidance.insights.subjects import InsightSubject
from hos_pipelines.domain.resampling import Z_95

# Below as many values a person's own deviation is not known.
FEWEST_OWN = 14
LEAST_OF_TYPICAL = 0.5
LEAST_FREEDOM = 3.0


class Weighing(NamedTuple):
    """Of days of deviation 1: the variance of a contrast over that seen among them, and what the latter rests on."""

    variance: float
    freedom: float


def least_detectable(sd: float, n: int, m: int) -> float:
    """The smallest difference of two means of n and m days that is more than chance (95 %): 1.96 SD sqrt(1/n + 1/m)."""
    return Z_95 * sd * math.sqrt(1 / n + 1 / m)


def held_sd(subject: InsightSubject, own: float, n: int, mean: float) -> float:
    """The deviation a difference is held against: the person's own, never less than half of what is typical."""
    typical = subject.typical_sd * abs(mean) if subject.is_relative else subject.typical_sd
    return typical if n < FEWEST_OWN else max(own, LEAST_OF_TYPICAL * typical)


def independent_share(carried: float) -> float:
    """How many independent days a day counts for, where it carries so much over to the next (Bartlett 1935)."""
    return (1 - carried) / (1 + carried)


def two_sided_p(t: float, freedom: float) -> float:
    """The two-sided p of Student's t, by Wallace's normal approximation (1959)."""
    scale = (8 * freedom + 1) / (8 * freedom + 3)
    return math.erfc(scale * math.sqrt(freedom * math.log1p(t * t / freedom)) / math.sqrt(2))


def weigh(days: bytes, is_late: bytes, carried: float) -> Weighing:
    """Of the late against the early of some days (ordinals), where a day carries so much over to the next."""
    return _weigh(days, is_late, math.ceil(100 * carried) / 100)


@lru_cache(maxsize=4096)
def _weigh(days: bytes, is_late: bytes, carried: float) -> Weighing:
    places, late = np.frombuffer(days, dtype=np.int64), np.frombuffer(is_late, dtype=np.bool_)
    n, many = len(places), int(np.count_nonzero(late))
    resemblance = carried ** np.abs(places[:, np.newaxis] - places)
    weights = np.where(late, 1 / many, -1 / (n - many))
    # Days that resemble each other differ less from their own mean than from that of all days there might be.
    seen = 1 - (float(resemblance.sum()) - n) / (n * (n - 1))
    freedom = n**2 / float(np.square(resemblance).sum()) - 2
    return Weighing(float(weights @ resemblance @ weights) / seen, max(freedom, LEAST_FREEDOM))
