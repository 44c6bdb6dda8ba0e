"""Adherence: how often something was done, how long in a row, and what followed a day done or missed."""

import math
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags

Z_95 = 1.959963984540054


class Adherence(NamedTuple):
    """What a run of recorded days says of one behavior.

    `rate` is done / days, `estimate` (done + 1) / (days + 2) (Laplace), `low` and `high` the 95 % interval of Wilson
    (1927). `persistence` is P(done | done the day before), `recovery` P(done | missed the day before); None where no
    such day before is known.
    """

    done: int
    days: int
    rate: float
    estimate: float
    low: float
    high: float
    current_streak: int
    longest_streak: int
    persistence: float | None
    recovery: float | None


def adherence(days: Ordinals, success: Flags) -> Adherence | None:
    """The adherence over recorded days, oldest first (`days` are distinct ordinals); None without any.

    A miss breaks a streak. A day that was not recorded neither breaks nor extends it: a streak counts recorded days.
    Persistence and recovery look only at pairs of truly consecutive days.
    """
    n = len(success)
    if n == 0:
        return None
    done = int(np.count_nonzero(success))
    low, high = wilson(done, n)
    misses = np.concatenate(([-1], np.flatnonzero(~success), [n]))
    streaks = np.diff(misses) - 1
    before, after = success[:-1], success[1:]
    follows = np.diff(days) == 1
    return Adherence(
        done=done,
        days=n,
        rate=done / n,
        estimate=(done + 1) / (n + 2),
        low=low,
        high=high,
        current_streak=int(streaks[-1]),
        longest_streak=int(streaks.max()),
        persistence=_share(after, follows & before),
        recovery=_share(after, follows & ~before),
    )


def wilson(done: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927), within 0 to 1; `n` is at least 1.

    Rounding may put its end a hair inside a share of 0 or 1; the share belongs to it.
    """
    share, weight = done / n, Z_95**2 / n
    middle = share + weight / 2
    reach = Z_95 * math.sqrt(share * (1 - share) / n + weight / (4 * n))
    low, high = (middle - reach) / (1 + weight), (middle + reach) / (1 + weight)
    return min(share, max(0.0, low)), max(share, min(1.0, high))


def _share(flags: Flags, among: Flags) -> float | None:
    n = int(np.count_nonzero(among))
    return int(np.count_nonzero(flags & among)) / n if n else None
