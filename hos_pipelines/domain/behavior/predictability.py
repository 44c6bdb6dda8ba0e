"""Predictability: how much better the day of the week foretells a behavior than its base rate does."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.weekly_rhythm import WEEK, weekdays_of
from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags


def weekday_skill(days: Ordinals, success: Flags) -> float | None:
    """The Brier skill of a weekday table over the base rate, each calendar week foretold from the other weeks.

    1 is certainty, 0 no better than the base rate, below 0 worse. A weekday's share is drawn towards the base rate by
    one day's weight, so that a weekday seen in one week only is foretold by the base rate. The form is that of Brier
    (1950) and of the out-of-sample habit index in Buyalskaya (PNAS 2023); the table takes the place of their regression
    also beyond 60 days, as nobody here is looked at for years. None for fewer than two weeks, or where the base rate
    errs never.
    """
    weeks, weekdays, sizes, seen = _calendar(days.tobytes())
    if len(sizes) < 2:  # noqa: PLR2004  a week is foretold from another
        return None
    # Plain numbers: for a month of days they take half the time of arrays.
    flags = list(map(int, success.tolist()))
    total, in_week, on_weekday = sum(flags), [0] * len(sizes), [0] * WEEK
    for week, weekday, done in zip(weeks, weekdays, flags, strict=True):
        in_week[week] += done
        on_weekday[weekday] += done
    rates = [(total - done) / (len(flags) - size) for done, size in zip(in_week, sizes, strict=True)]
    of_table = of_rate = 0.0
    for week, weekday, done in zip(weeks, weekdays, flags, strict=True):
        rate = rates[week]
        # A week has each weekday once: its table is made of one less.
        foretold = (on_weekday[weekday] - done + rate) / seen[weekday]
        of_table += (done - foretold) * (done - foretold)
        of_rate += (done - rate) * (done - rate)
    return 1 - of_table / of_rate if of_rate > 0 else None


class _Calendar(NamedTuple):
    """The week (from 0, those without a day left out) and weekday of each day, and how many days each of them has."""

    weeks: list[int]
    weekdays: list[int]
    days_of_week: list[int]
    days_of_weekday: list[int]


@lru_cache(maxsize=256)
def _calendar(days: bytes) -> _Calendar:
    """Of the bytes of ordinals: most people of one run have the same days."""
    ordinals = np.frombuffer(days, dtype=np.int64)
    _, weeks, sizes = np.unique((ordinals - 1) // WEEK, return_inverse=True, return_counts=True)
    weekdays = weekdays_of(ordinals)
    return _Calendar(weeks.tolist(), weekdays.tolist(), sizes.tolist(), np.bincount(weekdays, minlength=WEEK).tolist())
