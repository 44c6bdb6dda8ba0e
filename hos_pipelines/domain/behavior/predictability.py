"""Predictability: how much better the day of the week foretells a behavior than its base rate does."""

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
    if len(days) == 0:
        return None
    weeks = (days - 1) // WEEK
    first = int(weeks[0])
    size = int(weeks[-1]) - first + 1
    cells = (weeks - first) * WEEK + weekdays_of(days)
    seen = np.bincount(cells, minlength=size * WEEK).reshape(size, WEEK)
    if np.count_nonzero(seen.any(axis=1)) < 2:  # noqa: PLR2004  a week is foretold from another
        return None
    done = np.bincount(cells, weights=success, minlength=size * WEEK).reshape(size, WEEK)
    rate = (done.sum() - done.sum(axis=1)) / (seen.sum() - seen.sum(axis=1))
    table = (done.sum(axis=0) - done + rate[:, np.newaxis]) / (seen.sum(axis=0) - seen + 1)
    week = weeks - first
    of_table = np.square(success - table.ravel()[cells]).sum()
    of_rate = np.square(success - rate[week]).sum()
    return float(1 - of_table / of_rate) if of_rate > 0 else None
