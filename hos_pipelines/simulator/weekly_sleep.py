"""The two rolling weekly figures, as pure formulas. Both were found by fitting real answers of July 2025."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

NIGHTS = 7
FEWEST_NIGHTS = 3
_NEED_HOURS = 8.0
_DAY_HOURS = 24.0


def sleep_regularity(nights: Sequence[tuple[float, float] | None]) -> float | None:
    """Share of time (0 to 1, three decimals) two consecutive days agree on sleeping or waking.

    `nights` are up to seven consecutive days, oldest first, each (onset, wake) in minutes from midnight of the wake-up
    day on the local clock, None where nothing was recorded. 1 - sum of mismatched hours / (24 x pairs); None below
    three nights or without two consecutive ones. Source: Sahha sandbox answers of 2025-07-11, 12 of 12 exact.
    """
    recent = nights[-NIGHTS:]
    pairs = [(one, two) for one, two in pairwise(recent) if one is not None and two is not None]
    if not pairs or sum(night is not None for night in recent) < FEWEST_NIGHTS:
        return None
    mismatched_hours = sum(_mismatch(one, two) for one, two in pairs) / 60
    return round(1 - mismatched_hours / (_DAY_HOURS * len(pairs)), 3)


def sleep_debt(durations: Sequence[float]) -> float | None:
    """Hours of debt (three decimals) from up to seven recorded nights, minutes asleep, oldest first.

    (n / 8) x (s_n + 3 x mean(s_1 .. s_n-1)) with s = max(0, 8 h - slept); None below three nights. Longer sleep never
    repays. Source: Sahha sandbox answers of 2025-07-11, 12 of 12 exact.
    """
    recent = durations[-NIGHTS:]
    if len(recent) < FEWEST_NIGHTS:
        return None
    missing = [max(0.0, _NEED_HOURS - minutes / 60) for minutes in recent]
    return round(len(recent) / 8 * (missing[-1] + 3 * fmean(missing[:-1])), 3)


def _mismatch(one: tuple[float, float], two: tuple[float, float]) -> float:
    shared = max(0.0, min(one[1], two[1]) - max(one[0], two[0]))
    return (one[1] - one[0]) + (two[1] - two[0]) - 2 * shared
