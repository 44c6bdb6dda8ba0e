"""Associations: which measures rise and fall together, on the same day or a day apart. Never which causes which.

A score and what it is made of, or two readings of the same thing, are not compared: they go together by definition.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations, compress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.behavior.autocorrelation import Dependence
from hos_pipelines.domain.behavior.ranks import Ranking, ranking
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.nights import Flags

Places = npt.NDArray[np.intp]

FEWEST_DAYS = 21
# Fieller, Hartley and Pearson (1957): the variance of atanh(rho) of Spearman is 1.06 / (n - 3).
FIELLER = 1.06
MOVEMENT, SLEEP_WINDOW, AWAKE_IN_BED, HEART_RATE, HRV = (
    "movement",
    "sleep_window",
    "awake_in_bed",
    "rate",
    "variability",
)

# What each type is made of, by the beginning of its name, the longest that fits. Identities seen in real data:
# efficiency = sleep / in bed, active = low + medium + high, sedentary = 1440 - sleep - active.
# A score is made of what its factors are made of; through sedentary time (extended_inactivity) that includes sleep.
MADE_OF: Mapping[str, frozenset[str]] = {
    "steps": frozenset({MOVEMENT}),
    "floors_climbed": frozenset({MOVEMENT}),
    "active_": frozenset({MOVEMENT}),
    "activity_": frozenset({MOVEMENT}),
    "exercise_": frozenset({MOVEMENT}),
    "total_energy_burned": frozenset({MOVEMENT}),
    "activity_sedentary_duration": frozenset({MOVEMENT, SLEEP_WINDOW}),
    "sleep_": frozenset({SLEEP_WINDOW}),
    "sleep_in_bed_duration": frozenset({SLEEP_WINDOW, AWAKE_IN_BED}),
    "sleep_efficiency": frozenset({SLEEP_WINDOW, AWAKE_IN_BED}),
    "sleep_awake_duration": frozenset({AWAKE_IN_BED}),
    "sleep_latency": frozenset({AWAKE_IN_BED}),
    "sleep_interruptions": frozenset({AWAKE_IN_BED}),
    "heart_rate_": frozenset({HEART_RATE}),
    "heart_rate_variability_": frozenset({HRV}),
    "score:activity": frozenset({MOVEMENT, SLEEP_WINDOW}),
    "score:sleep": frozenset({SLEEP_WINDOW, AWAKE_IN_BED}),
    "score:wellbeing": frozenset({MOVEMENT, SLEEP_WINDOW, AWAKE_IN_BED}),
    "score:mental_wellbeing": frozenset({MOVEMENT, SLEEP_WINDOW}),
    "score:readiness": frozenset({MOVEMENT, SLEEP_WINDOW, HEART_RATE, HRV}),
}


class Association(NamedTuple):
    """Spearman's rho of two measures over n days. At lag 1 `second` is taken a day after `first`.

    `q` is p after Benjamini and Hochberg (1995) over all pairs that were looked at.
    """

    first: str
    second: str
    lag: int
    rho: float
    p: float
    q: float
    n: int


class _Compared(NamedTuple):
    """What is compared: names and lag of each pair, and its two rows.

    There are two rows to each measure; those of the second half are the measures as they are the day after.
    """

    titles: list[tuple[str, str, int]]
    first: Places
    second: Places


def is_circular(first: str, second: str) -> bool:
    """Whether two types are made of the same thing, or one of them of something unknown: then nothing may be claimed.

    A score's type begins with `score:`.
    """
    one, other = _sources_of(first), _sources_of(second)
    return not one or not other or not one.isdisjoint(other)


def row_associations(
    names: Sequence[str],
    rows: Floats,
    exclude: Callable[[str, str], bool] = is_circular,
    dependence: Mapping[str, Dependence] | None = None,
) -> list[Association]:
    """Every pair at lag 0 and, both ways, lag 1 with at least 21 days that have both; the most credible come first.

    Rows hold daily values, NaN where there is none, by names in order. Pairs that `exclude` names are not looked at,
    nor those of which one never varies. p is Fieller's normal approximation. It takes days as independent unless
    `dependence` tells by series what they carry over: then values are taken to be free of their weekday means, and so
    many days count as carry the same information (Bartlett 1935).
    """
    titles, first, second = _comparisons(tuple(names), exclude)
    if not titles:
        return []
    both = np.full((2, *rows.shape), np.nan)
    both[0], both[1, :, :-1] = rows, rows[:, 1:]
    rho, n = _spearman(both.reshape(2 * len(rows), -1), first, second)
    tested = (n >= FEWEST_DAYS) & ~np.isnan(rho)
    told = list(compress(titles, tested))
    counts, rhos = n[tested].tolist(), rho[tested].tolist()
    cautious = {name: one.cautious for name, one in (dependence or {}).items()}
    carried = [(cautious[one], cautious[other]) if cautious else None for one, other, _ in told]
    p = [_fieller(*one) for one in zip(rhos, map(free_days, counts, carried), strict=True)]
    found = list(map(Association, *zip(*told, strict=True), rhos, p, benjamini_hochberg(p), counts)) if told else []
    return sorted(found, key=lambda one: (one.p, -abs(one.rho), one.first, one.second, one.lag))


def free_days(n: int, carried: tuple[float, float] | None) -> float:
    """The days beyond three that a correlation of n days rests on.

    Where a day carries a and b over to the next in the two series, days free of their weekday means are as many as
    n - 6 times (1 - ab) / (1 + ab) independent ones.
    """
    if carried is None:
        return n - 3
    product = math.prod(carried)
    return (n - 6) * (1 - product) / (1 + product) - 3


def benjamini_hochberg(p: list[float]) -> list[float]:
    """The p values adjusted for their number, in their order (Benjamini and Hochberg 1995), never above 1."""
    if not p:
        return []
    order = np.argsort(p, kind="stable")
    scaled = np.array(p)[order] * (len(p) / np.arange(1, len(p) + 1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum.accumulate(np.minimum(scaled, 1.0)[::-1])[::-1]
    return adjusted.tolist()


def _fieller(rho: float, free: float) -> float:
    nearly = min(abs(rho), 1 - 1e-12)
    return math.erfc(math.atanh(nearly) * math.sqrt(max(free, 0.0) / FIELLER) / math.sqrt(2))


@lru_cache(maxsize=256)
def _comparisons(names: tuple[str, ...], exclude: Callable[[str, str], bool]) -> _Compared:
    k = len(names)
    pairs = [(a, b) for a, b in combinations(range(k), 2) if not exclude(names[a], names[b])]
    sides = [side for a, b in pairs for side in ((a, b), (a, b + k), (b, a + k))]
    first, second = np.array(sides, dtype=np.intp).reshape(-1, 2).T
    return _Compared([(names[a], names[b % k], b // k) for a, b in sides], first, second)


@lru_cache(maxsize=256)
def _sources_of(name: str) -> frozenset[str]:
    fitting = [beginning for beginning in MADE_OF if name.startswith(beginning)]
    return MADE_OF[max(fitting, key=len)] if fitting else frozenset()


def _spearman(rows: Floats, first: Places, second: Places) -> tuple[Floats, Places]:
    """Rho of pairs of rows on the days both have, NaN where one does not vary, and the number of those days."""
    known = ~np.isnan(rows)
    both = known[first] & known[second]
    n = np.count_nonzero(both, axis=1)
    ranks = ranking(rows)
    one, other = (_deviations(ranks, which, both, n) for which in (first, second))
    product = np.einsum("ij,ij->i", one, other)
    spread = np.einsum("ij,ij->i", one, one) * np.einsum("ij,ij->i", other, other).astype(np.float64)
    varies = spread > 0
    rho = np.where(varies, product, np.nan) / np.sqrt(np.where(varies, spread, 1.0))
    return np.clip(rho, -1.0, 1.0), n


def _deviations(ranks: Ranking, which: Places, both: Flags, n: Places) -> Places:
    """Per pair and day, twice the rank among the days both have less the mean rank, ties sharing theirs; else 0.

    Twice, as whole numbers make sums exact. Counted along an order sorted once per row, as sorting once per pair
    would take most of the time.
    """
    pairs, width = both.shape
    row = np.arange(pairs)[:, np.newaxis]
    counted = np.zeros((pairs, width + 1), dtype=np.intp)
    np.cumsum(both.ravel().take(ranks.order[which] + row * width), axis=1, out=counted[:, 1:])
    start = row * (width + 1)
    below = counted.ravel().take(ranks.begins[which] + start)
    up_to = counted.ravel().take(ranks.ends[which] + start)
    return np.asarray((below + up_to - n[:, np.newaxis]) * both)
