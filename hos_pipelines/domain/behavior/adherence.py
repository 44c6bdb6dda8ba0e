"""Adherence: how often something was done, how long in a row, and what followed a day done or missed."""

import math
from collections.abc import Sequence
from typing import NamedTuple

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
    # Plain numbers: for a month of days they take a third of the time of arrays.
    flags = success.tolist()
    n, done = len(flags), sum(flags)
    if n == 0:
        return None
    low, high = wilson(done, n)
    current, longest = _streaks(flags)
    persistence, recovery = _followed(days.tolist(), flags)
    return Adherence(
        done=done,
        days=n,
        rate=done / n,
        estimate=(done + 1) / (n + 2),
        low=low,
        high=high,
        current_streak=current,
        longest_streak=longest,
        persistence=persistence,
        recovery=recovery,
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


def _streaks(flags: Sequence[bool]) -> tuple[int, int]:
    """The streak up to the newest day, and the longest."""
    streak = longest = 0
    for done in flags:
        streak = streak + 1 if done else 0
        if streak > longest:  # noqa: PLR1730  the call of max() takes most of the loop
            longest = streak
    return streak, longest


def _followed(days: Sequence[int], flags: Sequence[bool]) -> tuple[float | None, float | None]:
    """How often a day was done after one that was done, and after one that was missed."""
    pairs = {(False, False): 0, (False, True): 0, (True, False): 0, (True, True): 0}
    for day, next_day, before, after in zip(days, days[1:], flags, flags[1:], strict=False):
        if next_day - day == 1:
            pairs[before, after] += 1
    return _share(pairs[True, True], pairs[True, False]), _share(pairs[False, True], pairs[False, False])


def _share(done: int, missed: int) -> float | None:
    return done / (done + missed) if done + missed else None
