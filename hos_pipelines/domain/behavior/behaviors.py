"""Which daily behaviors are judged, and on which days each was done.

Only recorded days count: a night or a day nobody measured is neither a success nor a miss. The margins are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from hos_pipelines.domain.clock import SHORTEST_RESULTANT, TO_ANGLE, wrapped
from hos_pipelines.domain.history import History, Series
from hos_pipelines.domain.nights import SleepHistory

Floats = npt.NDArray[np.float64]
Ordinals = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Event = Literal["onset", "wake"]

REGULAR_WITHIN_HOURS = 0.75
SLEEP_NEED_HOURS = 8.0
SHORT_BY_HOURS = 0.5
ACTIVE_SHARE = 0.6
EARLIER_DAYS_NEEDED = 14
EXERCISE_MINUTES = 20.0
ROUNDING = 1e-9
ACTIVITY = (
    "steps",
    "floors_climbed",
    "active_hours",
    "active_duration",
    "exercise_duration",
    "activity_low_intensity_duration",
    "activity_medium_intensity_duration",
    "activity_high_intensity_duration",
    "activity_sedentary_duration",
    "active_energy_burned",
)


@dataclass(frozen=True, slots=True)
class Behavior:
    """One behavior: the recorded local days (ordinals, oldest first) and whether it was done on each.

    `standard` says what counts as done. Of a behavior measured by the person's own distribution (`is_relative`) the
    share of days says little by itself. `event` is what it is about, where that has a clock hour, `clock_hours` one a
    day.
    """

    name: str
    title: str
    standard: str
    days: Ordinals
    success: Flags
    is_relative: bool = False
    event: Event | None = None
    clock_hours: Floats | None = None


def behaviors(
    history: History, nights: SleepHistory, slept: Series, first: int, need: float = SLEEP_NEED_HOURS
) -> tuple[Behavior, ...]:
    """The judged behaviors from the ordinal `first` on, where `nights` begin too; `slept` and `need` are hours.

    The default need is the group optimum of about 8 h (8.16 h, Van Dongen 2003).
    """
    return (
        regular_bedtime(nights),
        regular_wake(nights),
        enough_sleep(slept.since(first), need),
        active_day(history, first),
        exercise(history, first),
    )


def regular_bedtime(nights: SleepHistory) -> Behavior:
    """Asleep within 45 minutes of the circular mean of the other nights: no night is its own standard."""
    return Behavior(
        "regular_bedtime",
        "a regular bedtime",
        "falling asleep within 45 minutes of the mean of the other nights",
        nights.days,
        _near_the_others(nights.onsets),
        event="onset",
        clock_hours=nights.onsets,
    )


def regular_wake(nights: SleepHistory) -> Behavior:
    """Awake within 45 minutes of the circular mean of the other nights."""
    return Behavior(
        "regular_wake",
        "a regular wake time",
        "waking within 45 minutes of the mean of the other nights",
        nights.days,
        _near_the_others(nights.wakes),
        event="wake",
        clock_hours=nights.wakes,
    )


def enough_sleep(slept: Series, need: float = SLEEP_NEED_HOURS) -> Behavior:
    """Sleep of at most half an hour less than needed; both in hours."""
    return Behavior(
        "enough_sleep",
        "enough sleep",
        f"sleeping {need - SHORT_BY_HOURS:g} hours or more",
        slept.days,
        slept.values >= need - SHORT_BY_HOURS - ROUNDING,
    )


def hours_slept(history: History, nights: SleepHistory) -> Series:
    """Hours of sleep by day.

    The delivered sleep duration where it covers at least as many days as the nights do, else the length of the nights:
    one measure per person, never a mixture of both.
    """
    delivered = history.of("sleep_duration")
    if len(delivered) < len(nights.nights):
        return Series(nights.days, nights.hours)
    return Series(delivered.days, delivered.values / 60)


def active_day(history: History, first: int, goal: float | None = None) -> Behavior:
    """Steps reach a goal, or else the own 60th percentile of the days before `first`.

    With fewer than 14 such days the percentile is that of the judged days themselves, and about 40 % succeed by
    construction.
    """
    steps = history.of("steps")
    judged = steps.since(first)
    earlier = steps.values[: len(steps) - len(judged)]
    if goal is not None:
        level, standard = goal, "steps reach the goal"
    elif len(earlier) >= EARLIER_DAYS_NEEDED:
        level, standard = _quantile(earlier, ACTIVE_SHARE), "steps reach the own 60th percentile of the weeks before"
    else:
        level, standard = _quantile(judged.values, ACTIVE_SHARE), "steps reach the own 60th percentile of these days"
    return Behavior(
        "active_day", "an active day", standard, judged.days, judged.values >= level, is_relative=goal is None
    )


def exercise(history: History, first: int) -> Behavior:
    """Twenty minutes of exercise, or of medium and high intensity together.

    Somebody who ever delivers exercise missed it on a day with other activity and no exercise; for somebody who never
    does, only days with an intensity count.
    """
    trained = history.of("exercise_duration")
    medium = history.of("activity_medium_intensity_duration").since(first)
    high = history.of("activity_high_intensity_duration").since(first)
    told_by = [history.of(name) for name in ACTIVITY] if len(trained) else [medium, high]
    days = distinct_days([one.days for one in told_by], first)
    intense = _on(days, medium) + _on(days, high)
    return Behavior(
        "exercise",
        "exercise",
        "twenty minutes of exercise, or of medium and high intensity",
        days,
        (_on(days, trained.since(first)) >= EXERCISE_MINUTES) | (intense >= EXERCISE_MINUTES),
    )


def distinct_days(days: Sequence[Ordinals], first: int) -> Ordinals:
    """The days from the ordinal `first` on, each once, oldest first."""
    known = np.concatenate(days) - first
    return np.flatnonzero(np.bincount(known[known >= 0])) + first


def _near_the_others(hours: Floats) -> Flags:
    """Whether each clock hour lies within the margin of the circular mean of all the others."""
    directions = np.exp(1j * TO_ANGLE * hours)
    others = directions.sum() - directions
    away = np.abs(wrapped(hours - np.angle(others) / TO_ANGLE))
    told = np.abs(others) > SHORTEST_RESULTANT * max(1, hours.size)
    return np.asarray(told & (away <= REGULAR_WITHIN_HOURS + ROUNDING), dtype=np.bool_)


def _quantile(values: Floats, share: float) -> float:
    """The linearly interpolated quantile; of nothing infinity, which nobody reaches."""
    if values.size == 0:
        return float("inf")
    ordered = np.sort(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def _on(days: Ordinals, series: Series) -> Floats:
    """The values on these days, which include all of the series'; zero where it has none."""
    values = np.zeros(len(days))
    values[days.searchsorted(series.days)] = series.values
    return values
