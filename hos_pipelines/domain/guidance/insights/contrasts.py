"""Contrasts of two groups of days: how far apart they lie, how surely, and how often chance alone does as much.

Hodges and Lehmann (1963) with the interval of the rank test; Cliff's delta; a permutation test that turns each week as
a ring, so that days keep the order in which they resemble each other.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.behavior.weekly_rhythm import TURNED, WEEK
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.guidance.insights.detectable import independent_share
from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags
from hos_pipelines.domain.resampling import Z_95

# Fewer arrangements than these are gone through, of more so many are drawn.
MOST_ARRANGEMENTS = 100_000
DRAWN = 4_999
# Cliff's delta from which an effect is called small, medium and large (Romano 2006).
SMALL, MEDIUM, LARGE = 0.147, 0.33, 0.474

Places = npt.NDArray[np.intp]


class DayContrast(NamedTuple):
    """How far the second group of values lies above the first, within strata.

    `shift` is the median of all differences of pairs, `low` and `high` its 95 % interval, `delta` (-1 to 1) how much
    more often the second is above than below.
    """

    shift: float
    low: float
    high: float
    delta: float
    n: int
    m: int


def contrast(values: Floats, second: Flags, strata: Places | None = None, carried: float = 0.0) -> DayContrast | None:
    """The contrast of the values that `second` names with the others; pairs are of one stratum, where these are given.

    `carried` is what a day has in common with the day before: it widens the interval. None where no pair is of one
    stratum.
    """
    one, other = values[~second], values[second]
    apart = np.subtract.outer(other, one)
    variance = 0.0
    if strata is None:
        pairs = apart.ravel()
        variance = _rank_variance(len(one), len(other))
    else:
        below, above = strata[~second], strata[second]
        pairs = apart[above[:, np.newaxis] == below]
        counts = [np.bincount(side, minlength=int(strata.max()) + 1).tolist() for side in (below, above)]
        variance = sum(_rank_variance(n, m) for n, m in zip(*counts, strict=True))
    if len(pairs) == 0:
        return None
    pairs.sort()
    reach = Z_95 * math.sqrt(variance / independent_share(carried))
    place = max(0, math.floor(len(pairs) / 2 - reach) - 1)
    delta = (np.count_nonzero(pairs > 0) - np.count_nonzero(pairs < 0)) / len(pairs)
    low, high = float(pairs[place]), float(pairs[len(pairs) - 1 - place])
    return DayContrast(float(np.median(pairs)), low, high, float(delta), len(one), len(other))


def week_turn_p(days: Ordinals, values: Floats, second: Flags, seed: int) -> float | None:
    """The share of all turns of the weeks against the groups that part them as far, either way.

    Weeks go back from the newest day, which every value is held against; `second` is turned within each as a ring of
    seven days, missing ones included. All turns are gone through where they are fewer than 100,000, else 4,999 are
    drawn by `seed` beside the one that is. None where a group is empty or nothing varies.
    """
    if len(days) == 0 or second.all() or not second.any() or values.min() == values.max():
        return None
    ago = int(days[-1]) - days
    weeks = int(ago[0]) // WEEK + 1
    rows, places = ago // WEEK, ago % WEEK
    away, known, named = (np.zeros((weeks, WEEK)) for _ in range(3))
    totals, counts = np.bincount(rows, values, minlength=weeks), np.bincount(rows, minlength=weeks)
    away[rows, places] = values - (totals / np.maximum(counts, 1))[rows]
    known[rows, places] = 1.0
    named[rows, places] = second
    turned = named[:, TURNED]
    sums = np.einsum("wtd,wd->wt", turned, away)
    sizes = np.einsum("wtd,wd->wt", turned, known)
    # The difference of group means where values are free of their week's mean; the sum of all of them is zero.
    total, size = _arrange(sums, sizes, seed)
    n = float(known.sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        parted = np.abs(total) / (size * (n - size))
    parted = np.where(np.isfinite(parted), parted, 0.0)
    observed = parted[0]
    return float(np.count_nonzero(parted >= observed * (1 - 1e-9)) / len(parted))


def _arrange(sums: Floats, sizes: Floats, seed: int) -> tuple[Floats, Floats]:
    """Sum and size of the named group in each arrangement, that of the weeks as they are first."""
    weeks = len(sums)
    if WEEK**weeks < MOST_ARRANGEMENTS:
        total, size = sums[0], sizes[0]
        for week in range(1, weeks):
            total = np.add.outer(total, sums[week]).ravel()
            size = np.add.outer(size, sizes[week]).ravel()
        return total, size
    drawn = np.random.PCG64(seed).random_raw(DRAWN * weeks).reshape(DRAWN, weeks) % np.uint64(WEEK)
    turns = np.zeros((DRAWN + 1, weeks), dtype=np.intp)
    turns[1:] = drawn
    each = np.arange(weeks)
    return sums[each, turns].sum(axis=1), sizes[each, turns].sum(axis=1)


def permutation_p(values: Floats, second: Flags, seed: int) -> float | None:
    """The share of arrangements of independent values into groups of these sizes that part their means as far.

    All of them where they are fewer than 100,000, else 4,999 drawn by `seed` beside the one that is.
    """
    n, many = len(values), int(np.count_nonzero(second))
    if many in (0, n) or values.min() == values.max():
        return None
    away = values - values.mean()
    observed = abs(float(away[second].sum()))
    if math.comb(n, many) < MOST_ARRANGEMENTS:
        sums = np.abs(_all_sums(away, many))
    else:
        chance = np.random.Generator(np.random.PCG64(seed))
        orders = chance.random((DRAWN, n)).argpartition(many - 1, axis=1)[:, :many]
        sums = np.abs(np.append(away[orders].sum(axis=1), observed))
    return float(np.count_nonzero(sums >= observed * (1 - 1e-9)) / len(sums))


def _all_sums(values: Floats, many: int) -> Floats:
    """The sum of each choice of so many of the values."""
    sums: list[Floats] = [np.zeros(1)] + [np.zeros(0)] * many
    for value in values:
        for size in range(many, 0, -1):
            sums[size] = np.concatenate((sums[size], sums[size - 1] + value))
    return sums[many]


def _rank_variance(n: int, m: int) -> float:
    """Of the statistic of Mann and Whitney."""
    return n * m * (n + m + 1) / 12
