"""The weekly rhythm: how much of a measure goes with the day of the week, and free days against work days."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.few_days import mean_of
from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags

Places = npt.NDArray[np.intp]

WEEK = 7
# All ways to turn four weeks against each other are 343; those of longer times are drawn.
MOST_TURNS = 999
SEED = 20_260_101
# By how many days a week is turned, and which of its days then stands on each weekday.
TURNED = (np.arange(WEEK) - np.arange(WEEK)[:, np.newaxis]) % WEEK


class WeekdayEffect(NamedTuple):
    """The share of variance between weekdays (eta squared, 0 to 1) and how often chance alone does as much.

    With n days eta squared is near 6 / (n - 1) even where weekdays mean nothing: say it only with its `p`.
    """

    eta_squared: float
    p: float
    n: int


class WeekdayFinding(NamedTuple):
    """A weekday effect among all that was looked for: `q` is p after Benjamini and Hochberg over the whole result.

    Only where `is_credible` may it be said that something goes with the day of the week.
    """

    eta_squared: float
    p: float
    q: float
    is_credible: bool


def weekdays_of(days: Ordinals) -> Places:
    """The weekday of proleptic ordinals, Monday is 0."""
    return ((days - 1) % WEEK).astype(np.intp)


def weekday_effects(days: Ordinals, rows: Floats) -> list[WeekdayEffect | None]:
    """Eta squared of the weekday, and the share of all turns of the weeks against each other that have as much.

    Of measures (a row each) that have values on the same days. Each week is turned as a ring by a number of days of its
    own, which keeps the order of days: where one resembles the next, weekdays differ by chance more than shuffled days
    do. Of four weeks that are 343 turns, of more 999 drawn ones and none, the same for every person. None where nothing
    varies, or where no weekday was seen twice or only one at all.
    """
    n = len(days)
    if n == 0:
        return [None] * len(rows)
    weeks, places = _calendar(int(days[-1] - days[0]) + 1, (days - days[0]).tobytes())
    turned = _turned_days(weeks, places.tobytes())
    seen = int(np.count_nonzero(turned.counts))
    if seen < 2 or seen == n:  # noqa: PLR2004  one group has no contrast
        return [None] * len(rows)
    away = np.zeros((len(rows), weeks * WEEK))
    away[:, places] = rows - rows.mean(axis=1, keepdims=True)
    sums = _turned_sums(away.reshape(-1, weeks, WEEK))
    sums *= sums
    sums *= turned.shares
    between = sums.sum(axis=1)
    # A turn that only swaps equal values must count as equal, whatever order its sum was taken in.
    p = np.count_nonzero(between >= between[:, :1] * (1 - 1e-9), axis=1) / between.shape[1]
    totals = np.square(away).sum(axis=1)
    varies = rows.max(axis=1) > rows.min(axis=1)
    figures = zip(varies.tolist(), between[:, 0].tolist(), totals.tolist(), p.tolist(), strict=True)
    return [WeekdayEffect(min(1.0, part / total), one, n) if is_one else None for is_one, part, total, one in figures]


def without_weekdays(rows: Floats, first: int) -> Floats:
    """The rows (column 0 is the ordinal `first`) less the mean of each weekday, about the mean of all days."""
    known = ~np.isnan(rows)
    values = np.where(known, rows, 0.0)
    is_of = _weekday_columns(rows.shape[1], int(weekdays_of(np.array([first]))[0]))
    counts = known @ is_of
    means = values @ is_of / np.maximum(counts, 1)
    overall = values.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.asarray(rows - means @ is_of.T + overall[:, np.newaxis])


def free_day_ratio(values: Floats, free: Flags) -> float | None:
    """The mean of free days over that of work days; None without one of both, or where the latter is not above zero."""
    on_free, on_work = values[free], values[~free]
    if len(on_free) == 0 or len(on_work) == 0:
        return None
    usual = mean_of(on_work)
    return mean_of(on_free) / usual if usual > 0 else None


@lru_cache(maxsize=16)
def _weekday_columns(width: int, phase: int) -> Floats:
    """Which weekday each column is, one of seven."""
    return np.asarray(((np.arange(width) + phase) % WEEK)[:, np.newaxis] == np.arange(WEEK), dtype=np.float64)


@lru_cache(maxsize=256)
def _calendar(span: int, days: bytes) -> tuple[int, Places]:
    """How many weeks back from the newest day there are, and the place of each day in them."""
    weeks = -(-span // WEEK)
    return weeks, (np.frombuffer(days, dtype=np.int64) + weeks * WEEK - span).astype(np.intp)


class _Turned(NamedTuple):
    """How many days each weekday has as they are, and one over that in each turn (weekday, turn), at most 1."""

    counts: Floats
    shares: Floats


@lru_cache(maxsize=256)
def _turned_days(weeks: int, places: bytes) -> _Turned:
    """Most people of one run have the same days."""
    known = np.zeros(weeks * WEEK)
    known[np.frombuffer(places, dtype=np.intp)] = 1.0
    counts = _turned_sums(known.reshape(1, weeks, WEEK))[0]
    return _Turned(counts[:, 0], 1 / np.maximum(counts, 1))


def _turned_sums(days: Floats) -> Floats:
    """The sum of each weekday in each turn (measure, weekday, turn) of days (measure, week, weekday).

    The first turn turns nothing. The first week stays, as turning all by as many days only renames them. Turns stand
    last, as they are the most.
    """
    measures, weeks, _ = days.shape
    turned = days[:, :, TURNED.T]
    sums = days[:, 0, :, np.newaxis]
    if WEEK ** (weeks - 1) > MOST_TURNS:
        for week, turns in enumerate(_drawn_turns(weeks).T[1:], start=1):
            sums = sums + turned[:, week, :, turns].transpose(1, 2, 0)
        return sums
    for week in range(1, weeks):
        sums = (sums[..., np.newaxis] + turned[:, week, :, np.newaxis]).reshape(measures, WEEK, -1)
    return sums


@lru_cache(maxsize=16)
def _drawn_turns(weeks: int) -> Places:
    """By turn and week, by how many days it is turned; from raw bits of the generator, promised never to change."""
    drawn = np.random.PCG64(SEED).random_raw(MOST_TURNS * weeks) % np.uint64(WEEK)
    turns = np.zeros((MOST_TURNS + 1, weeks), dtype=np.intp)
    turns[1:, 1:] = drawn.reshape(MOST_TURNS, weeks)[:, 1:]
    return turns
