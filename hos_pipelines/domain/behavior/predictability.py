"""Predictability: how much better the day of the week foretells a behavior than its base rate does."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.behavior.weekly_rhythm import WEEK, weekdays_of
from hos_pipelines.domain.history import Ordinals
from hos_pipelines.domain.nights import Flags

Places = npt.NDArray[np.intp]


def weekday_skill(days: Ordinals, success: Flags) -> float | None:
    """The Brier skill of a weekday table over the base rate, each calendar week foretold from the other weeks.

    1 is certainty, 0 no better than the base rate, below 0 worse. A weekday's share is drawn towards the base rate by
    one day's weight, so that a weekday seen in one week only is foretold by the base rate. The form is that of Brier
    (1950) and of the out-of-sample habit index in Buyalskaya (PNAS 2023); the table takes the place of their regression
    also beyond 60 days, as nobody here is looked at for years. None for fewer than two weeks, or where the base rate
    errs never.
    """
    calendar = _calendar(days.tobytes())
    if len(calendar.sizes) < 2:  # noqa: PLR2004  a week is foretold from another
        return None
    weeks, weekdays = calendar.weeks, calendar.weekdays
    done = success.astype(np.float64)
    others = float(done.sum()) - np.bincount(weeks, weights=done)
    rates = (others / (done.size - calendar.sizes)).take(weeks)
    off_rate = done - rates
    of_rate = float(off_rate @ off_rate)
    if of_rate <= 0:
        return None
    # A week has each weekday once: its table is made of one less.
    off_table = done - (np.bincount(weekdays, weights=done).take(weekdays) - off_rate) / calendar.seen
    return 1 - float(off_table @ off_table) / of_rate


class _Calendar(NamedTuple):
    """The week (from 0, those without a day left out) and weekday of each day, `seen` how many days have its weekday.

    `sizes` is how many days each week has.
    """

    weeks: Places
    weekdays: Places
    sizes: Places
    seen: Places


@lru_cache(maxsize=256)
def _calendar(days: bytes) -> _Calendar:
    """Of the bytes of ordinals: most people of one run have the same days."""
    ordinals = np.frombuffer(days, dtype=np.int64)
    _, weeks, sizes = np.unique((ordinals - 1) // WEEK, return_inverse=True, return_counts=True)
    weekdays = weekdays_of(ordinals)
    return _Calendar(weeks, weekdays, sizes, np.bincount(weekdays, minlength=WEEK)[weekdays])
