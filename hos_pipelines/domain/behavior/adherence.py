"""Adherence: how often something was done, how long in a row, what followed a day done or missed, and if it grew."""

import math
from collections.abc import Sequence
from itertools import compress, pairwise
from operator import and_
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags, Floats

Z_95 = 1.959963984540054
# Four behaviors are looked at for each person: of those in whom nothing changes one in twenty may be told of any.
Z_OF_FOUR = 2.4977
# A change by less is none worth telling (ours).
LEAST_CHANGE = 0.15
FEWEST_OF_HALF = 5
MOST_ALIKE = 0.9


class Following(NamedTuple):
    """How many days followed a day of one sort, and on how many of them it was done."""

    done: int
    days: int

    @property
    def share(self) -> float | None:
        """The share done; None without such a day."""
        return self.done / self.days if self.days else None


class Adherence(NamedTuple):
    """What a run of recorded days says of one behavior.

    `rate` is done / days, `estimate` (done + 1) / (days + 2) (Laplace), `low` and `high` the 95 % interval of Wilson
    (1927). `after_done` and `after_missed` are what followed.
    """

    done: int
    days: int
    rate: float
    estimate: float
    low: float
    high: float
    current_streak: int
    longest_streak: int
    after_done: Following
    after_missed: Following

    @property
    def persistence(self) -> float | None:
        """P(done | done the day before); None where no such day before is known."""
        return self.after_done.share

    @property
    def recovery(self) -> float | None:
        """P(done | missed the day before); None where no such day before is known."""
        return self.after_missed.share


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
    current, longest = streaks(flags)
    after_done, after_missed = _count_following(days.tolist(), flags)
    return Adherence(
        done=done,
        days=n,
        rate=done / n,
        estimate=(done + 1) / (n + 2),
        low=low,
        high=high,
        current_streak=current,
        longest_streak=longest,
        after_done=after_done,
        after_missed=after_missed,
    )


def wilson(done: int, n: int, z: float = Z_95) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927), within 0 to 1, by default of 95 %; `n` is at least 1.

    Rounding may put its end a hair inside a share of 0 or 1; the share belongs to it.
    """
    share, weight = done / n, z**2 / n
    middle = share + weight / 2
    reach = z * math.sqrt(share * (1 - share) / n + weight / (4 * n))
    low, high = (middle - reach) / (1 + weight), (middle + reach) / (1 + weight)
    return min(share, max(0.0, low)), max(share, min(1.0, high))


def streaks(flags: Sequence[bool]) -> tuple[int, int]:
    """The streak up to the newest of recorded days, and the longest."""
    streak = longest = 0
    for done in flags:
        streak = streak + 1 if done else 0
        if streak > longest:  # noqa: PLR1730  the call of max() takes most of the loop
            longest = streak
    return streak, longest


def differs(following: Following, rate: float) -> bool:
    """Whether what follows such a day is more than the adherence said again: its interval excludes that."""
    if following.days == 0:
        return False
    low, high = wilson(following.done, following.days, Z_OF_FOUR)
    return not low <= rate <= high


def change_of_halves(success: Flags) -> float:
    """By how much the later half of recorded days has more done than the earlier; 0 where that may be chance.

    A score test of two shares, its variance widened by (1 + r) / (1 - r) for days that go with the day before (r is the
    correlation of neighbors within the halves, its bias of small samples put right).
    """
    n = len(success)
    half = n // 2
    if half < FEWEST_OF_HALF:
        return 0.0
    in_later, in_all = int(np.count_nonzero(success[half:])), int(np.count_nonzero(success))
    earlier, later, share = (in_all - in_later) / half, in_later / (n - half), in_all / n
    change = later - earlier
    if abs(change) < LEAST_CHANGE:
        return 0.0
    alike = _alike(np.concatenate((success[:half] - earlier, success[half:] - later)), half)
    error = math.sqrt(share * (1 - share) * (1 / half + 1 / (n - half)) * (1 + alike) / (1 - alike))
    return change if abs(change) >= Z_OF_FOUR * error else 0.0


def _alike(away: Floats, half: int) -> float:
    """The correlation of neighbors within two halves, from 0 to 0.9."""
    varies = float(away @ away)
    if varies <= 0:
        return 0.0
    together = float(away[: half - 1] @ away[1:half] + away[half:-1] @ away[half + 1 :])
    found = together / varies
    return min(MOST_ALIKE, max(0.0, found + (1 + 3 * found) / half))


def _count_following(days: Sequence[int], flags: Sequence[bool]) -> tuple[Following, Following]:
    """What followed the days done, and the days missed."""
    before, after = flags[:-1], flags[1:]
    if days[-1] - days[0] > len(days) - 1:
        follows = [later - day == 1 for day, later in pairwise(days)]
        before, after = list(compress(before, follows)), list(compress(after, follows))
    done_again = sum(map(and_, before, after))
    done_before = sum(before)
    return Following(done_again, done_before), Following(sum(after) - done_again, len(before) - done_before)
