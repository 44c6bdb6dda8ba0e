"""Exercise by the week, as it is advised: minutes of moderate activity, vigorous ones counting double."""

from math import sqrt
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.few_days import mean_of, variance_of
from hos_pipelines.domain.history import Floats, Ordinals
from hos_pipelines.domain.nights import Flags
from hos_pipelines.domain.resampling import t_95

WEEK = 7
# At least 150 minutes of moderate or 75 of vigorous activity a week (WHO 2020), or the product's own metric.
LEAST_MINUTES, LEAST_DAYS = 150.0, 3.0
# A week of fewer recorded days tells no week.
FEWEST_DAYS = 4
FEWEST_WEEKS = 2


class Rate(NamedTuple):
    """A mean of weeks and the 95 % interval it lies in, by their spread and Student's t."""

    mean: float
    low: float
    high: float


class ExerciseWeek(NamedTuple):
    """Minutes and days of exercise in a usual week; minutes of moderate activity, vigorous ones counted double."""

    minutes: Rate
    days: Rate
    weeks: int

    @property
    def is_met(self) -> bool:
        """Whether a usual week has the minutes or the days."""
        return self.minutes.mean >= LEAST_MINUTES or self.days.mean >= LEAST_DAYS

    @property
    def is_below(self) -> bool:
        """Whether a usual week has clearly neither."""
        return self.minutes.high < LEAST_MINUTES and self.days.high < LEAST_DAYS


def exercise_week(days: Ordinals, minutes: Floats, done: Flags) -> ExerciseWeek | None:
    """The usual week of recorded days (ordinals, oldest first), in weeks back from the newest; None below two of them.

    A week lacking days is scaled up to seven by those it has.
    """
    if days.size == 0:
        return None
    week = (days[-1] - days) // WEEK
    recorded = np.bincount(week)
    whole = recorded >= FEWEST_DAYS
    weeks = int(np.count_nonzero(whole))
    if weeks < FEWEST_WEEKS:
        return None
    scale = WEEK / recorded[whole]
    return ExerciseWeek(
        _rate(np.bincount(week, weights=minutes)[whole] * scale),
        _rate(np.bincount(week, weights=done)[whole] * scale),
        weeks,
    )


def rest_days(days: Ordinals, minutes: Floats, done: Flags) -> Flags:
    """Which days without exercise are no misses: those that end seven days with enough of it, or fewer than seven.

    Who trains on Monday, Wednesday and Friday misses nothing on the days between.
    """
    if days.size == 0:
        return np.zeros(0, dtype=np.bool_)
    # Before the first day: seven days of which nothing is known.
    places = days - days[0] + WEEK
    grid = np.zeros((2, int(places[-1]) + 1))
    grid[:, places] = minutes, done
    sums = np.cumsum(grid, axis=1)
    of_minutes, of_days = sums[:, places] - sums[:, places - WEEK]
    is_enough = (of_minutes >= LEAST_MINUTES) | (of_days >= LEAST_DAYS)
    is_known = days - days[0] >= WEEK - 1
    return np.asarray(~done & (is_enough | ~is_known), dtype=np.bool_)


def _rate(weeks: Floats) -> Rate:
    mean = mean_of(weeks)
    reach = t_95(weeks.size - 1) * sqrt(variance_of(weeks)) / sqrt(weeks.size)
    return Rate(mean, max(0.0, mean - reach), mean + reach)
