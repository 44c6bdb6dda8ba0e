"""The weekly rhythm: how much of a measure goes with the day of the week, and free days against work days."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags

WEEK = 7
SHUFFLES = 999
FIRST_SHUFFLES = 99
# Of the first 99: more than this is no finding (p > 0.1), and further shuffles would only cost time.
FEW = 9
SEED = 20_260_101


class WeekdayEffect(NamedTuple):
    """The share of variance between weekdays (eta squared, 0 to 1) and how often chance alone does as much.

    With n days eta squared is near 6 / (n - 1) even where weekdays mean nothing: say it only with its `p`.
    """

    eta_squared: float
    p: float
    n: int


def weekdays_of(days: Ordinals) -> npt.NDArray[np.intp]:
    """The weekday of proleptic ordinals, Monday is 0."""
    return ((days - 1) % WEEK).astype(np.intp)


def weekday_effect(days: Ordinals, values: Floats) -> WeekdayEffect | None:
    """Eta squared of the weekday with its permutation p, (1 + as extreme) / (1 + shuffles) (Phipson and Smyth 2010).

    999 shuffles, or the first 99 where those are clear already (Besag and Clifford 1991): the same ones for every
    person with as many days. None where nothing varies, or where no weekday was seen twice or only one at all.
    """
    order, counts = _by_weekday(days.tobytes())
    n = len(values)
    if len(counts) < 2 or len(counts) == n or values.min() == values.max():  # noqa: PLR2004  one group has no contrast
        return None
    away = (values - values.mean())[order]
    sums = np.add.reduceat(away, np.cumsum(counts) - counts)
    between = float((sums * sums / counts).sum())
    eta_squared = min(1.0, between / float(away @ away))
    # A shuffle that only swaps equal values must count as equal, whatever order its sum was taken in.
    return WeekdayEffect(eta_squared, _p(between * (1 - 1e-9), away, counts), n)


def free_day_ratio(values: Floats, free: Flags) -> float | None:
    """The mean of free days over that of work days; None without one of both, or where the latter is not above zero."""
    on_free, on_work = values[free], values[~free]
    if len(on_free) == 0 or len(on_work) == 0 or on_work.mean() <= 0:
        return None
    return float(on_free.mean() / on_work.mean())


def _p(between: float, away: Floats, counts: npt.NDArray[np.intp]) -> float:
    roots = _first_sums(len(away), tuple(counts.tolist())) @ away
    as_extreme = int(np.count_nonzero(np.square(roots).reshape(FIRST_SHUFFLES, -1).sum(axis=1) >= between))
    if as_extreme > FEW:
        return (1 + as_extreme) / (1 + FIRST_SHUFFLES)
    as_extreme += int(np.count_nonzero(_between(away.take(_shuffles(len(away))[1]), counts) >= between))
    return (1 + as_extreme) / (1 + SHUFFLES)


@lru_cache(maxsize=32)
def _first_sums(n: int, counts: tuple[int, ...]) -> Floats:
    """What takes deviations from the mean to the sums of each group over the root of its size, in each first shuffle.

    A row per shuffle and group. Most people of one run have the same days, for which one product takes a third of the
    time of shuffling.
    """
    group = np.repeat(np.arange(len(counts)), counts)
    sums = np.zeros((FIRST_SHUFFLES, len(counts), n))
    sums[np.arange(FIRST_SHUFFLES), group[:, np.newaxis], _shuffles(n)[0]] = 1 / np.sqrt(counts)[group, np.newaxis]
    return sums.reshape(-1, n)


def _between(away: Floats, counts: npt.NDArray[np.intp]) -> Floats:
    """The sum of squares between groups of each column of deviations from the mean, rows sorted by group."""
    sums = np.empty((len(counts), away.shape[1]))
    start = 0
    # Seven plain sums take a third of the time of one np.add.reduceat.
    for group, size in enumerate(counts.tolist()):
        np.add.reduce(away[start : start + size], axis=0, out=sums[group])
        start += size
    return np.asarray(1 / counts @ (sums * sums))


@lru_cache(maxsize=256)
def _by_weekday(days: bytes) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The places of days (the bytes of their ordinals) sorted by weekday, and how many there are of each one seen.

    Most people of one run have the same days.
    """
    weekdays = weekdays_of(np.frombuffer(days, dtype=np.int64))
    counts = np.bincount(weekdays, minlength=WEEK)
    return np.argsort(weekdays, kind="stable"), counts[counts > 0]


@lru_cache(maxsize=64)
def _shuffles(n: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The first 99 and the other 900 orders of n days, as columns.

    From raw bits of the generator, as those are promised never to change.
    """
    bits = np.random.PCG64(SEED).random_raw(SHUFFLES * n).reshape(SHUFFLES, n)
    orders = np.argsort(bits, axis=1, kind="stable")
    return np.ascontiguousarray(orders[:FIRST_SHUFFLES].T), np.ascontiguousarray(orders[FIRST_SHUFFLES:].T)
