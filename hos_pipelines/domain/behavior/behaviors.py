"""Which daily behaviors are judged, and on which days each was done.

Only recorded days count: a night or a day nobody measured is neither a success nor a miss. The margins are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from typing_extensions import TypedDict

from hos_pipelines.domain.behavior.exercise_week import ExerciseWeek, exercise_week, rest_days
from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.history import History, Series
from hos_pipelines.domain.living import Living, telling_sides
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.domain.sleep import SleepStanding
from hos_pipelines.domain.usual_hours import near_usual, usual_and_near

Floats = npt.NDArray[np.float64]
Ordinals = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Event = Literal["onset", "wake"]

FEWEST_EARLIER_NIGHTS = 7
ACTIVE_SHARE = 0.6
EARLIER_DAYS_NEEDED = 14
EXERCISE_MINUTES = 20.0
VIGOROUS = 2.0
ROUNDING = 1e-9
NO_FLAGS: Flags = np.zeros(0, dtype=np.bool_)
# Beyond a week nobody knows whether what was seen still holds.
CURRENT_DAYS = 7
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
    """One behavior: the recorded local days (ordinals, oldest first) of the window and whether it was done on each.

    `standard` says what counts as done, `refusal` what is lacking where no day can be judged. Of a behavior measured by
    the person's own distribution (`is_relative`) the share of days says little by itself. `may_advise`: whether advice
    on it makes sense for this person.

    `seen` are the flags of all recorded days, earlier ones included, `practice` the same without days of rest: what
    streaks and habit strength are told from; without them the window is all there is. `event` is what the behavior is
    about, where that has a clock hour, `clock_hours` one a night of the window, `usual` the usual one where it is
    known, `free` whether each night ends on a free day. `week` is that of exercise, `standing` that of sleep.
    """

    name: str
    title: str
    standard: str
    days: Ordinals
    success: Flags
    is_relative: bool = False
    event: Event | None = None
    clock_hours: Floats | None = None
    usual: float | None = None
    free: Flags | None = None
    work: Flags | None = None
    free_telling: Flags | None = None
    refusal: str | None = None
    may_advise: bool = True
    seen: Flags | None = None
    practice: Flags | None = None
    week: ExerciseWeek | None = None
    standing: SleepStanding | None = None


class Kinds(NamedTuple):
    """Which nights of the window end on free days, and which of them speak for free and for work days."""

    free: Flags
    free_telling: Flags
    work: Flags


def behaviors(
    history: History, nights: SleepHistory, standing: SleepStanding, living: Living, first: int
) -> tuple[Behavior, ...]:
    """The judged behaviors of the window from the ordinal `first` on; `nights` are all there are, earlier ones too."""
    through = first if history.through is None else history.through.toordinal()
    is_current = bool(nights.nights) and through - int(nights.days[-1]) <= CURRENT_DAYS
    may_be_regular = living.may_be_regular and is_current
    # To catch up on free days is acceptable for who sleeps too little (National Sleep Foundation 2023).
    catches_up = standing.is_short or bool(standing.signs)
    kinds = _kinds_of_days(nights, living, first)
    return (
        regular_bedtime(nights, living, first, kinds, may_advise=may_be_regular),
        regular_wake(nights, living, first, kinds, may_advise=may_be_regular and not catches_up),
        enough_sleep(standing, first, may_advise=standing.is_short and is_current),
        active_day(history, first),
        exercise(history, first),
    )


def regular_bedtime(
    nights: SleepHistory, living: Living, first: int, kinds: Kinds | None = None, *, may_advise: bool = True
) -> Behavior:
    """Asleep within 45 minutes of the usual hour: the densest hour and a half of the other nights."""
    standard = "falling asleep within 45 minutes of the usual hour, that of most of the other nights"
    timed = _timed_behavior("onset", nights, living, first, kinds)
    return Behavior("regular_bedtime", "a regular bedtime", standard, may_advise=may_advise, **timed)


def regular_wake(
    nights: SleepHistory, living: Living, first: int, kinds: Kinds | None = None, *, may_advise: bool = True
) -> Behavior:
    """Awake within 45 minutes of the usual hour: the densest hour and a half of the other nights."""
    standard = "waking within 45 minutes of the usual hour, that of most of the other days"
    timed = _timed_behavior("wake", nights, living, first, kinds)
    return Behavior("regular_wake", "a regular wake time", standard, may_advise=may_advise, **timed)


def enough_sleep(standing: SleepStanding, first: int, *, may_advise: bool = True) -> Behavior:
    """Asleep for the hours from which a night is enough, or longer."""
    hours, judged = standing.hours, standing.hours.since(first)
    enough = hours.values >= standing.enough_from - ROUNDING
    return Behavior(
        "enough_sleep",
        "enough sleep",
        f"sleeping {duration_text(standing.enough_from)} or more",
        judged.days,
        enough[len(hours) - len(judged) :],
        seen=enough,
        may_advise=may_advise,
        standing=standing,
    )


def active_day(history: History, first: int) -> Behavior:
    """Steps reach the own 60th percentile of the days before `first`.

    With fewer than 14 such days the percentile is that of the judged days themselves, and about 40 % succeed by
    construction.
    """
    steps = history.of("steps")
    judged = steps.since(first)
    earlier = steps.values[: len(steps) - len(judged)]
    if len(earlier) >= EARLIER_DAYS_NEEDED:
        level, standard = _quantile(earlier, ACTIVE_SHARE), "steps reach the own 60th percentile of the weeks before"
    else:
        level, standard = _quantile(judged.values, ACTIVE_SHARE), "steps reach the own 60th percentile of these days"
    return Behavior("active_day", "an active day", standard, judged.days, judged.values >= level, is_relative=True)


def exercise(history: History, first: int) -> Behavior:
    """Twenty minutes of exercise, or of medium and high intensity together; by the week, minutes count.

    Somebody who ever delivers exercise missed it on a day with other activity and no exercise; for somebody who never
    does, only days with an intensity count.
    """
    trained = history.of("exercise_duration")
    medium = history.of("activity_medium_intensity_duration")
    high = history.of("activity_high_intensity_duration")
    told_by = [history.of(name) for name in ACTIVITY] if len(trained) else [medium, high]
    days = distinct_days([one.days for one in told_by], 1)
    of_exercise, of_medium, of_high = (_on(days, one) for one in (trained, medium, high))
    done = (of_exercise >= EXERCISE_MINUTES) | (of_medium + of_high >= EXERCISE_MINUTES)
    # What is delivered as exercise is in the intensities as well: the larger of both.
    minutes = np.maximum(of_exercise, of_medium + VIGOROUS * of_high)
    begins = int(days.searchsorted(first))
    return Behavior(
        "exercise",
        "exercise",
        "twenty minutes of exercise, or of medium and high intensity",
        days[begins:],
        done[begins:],
        seen=done,
        practice=done[~rest_days(days, minutes, done)],
        week=exercise_week(days[begins:], minutes[begins:], done[begins:]),
    )


def distinct_days(days: Sequence[Ordinals], first: int) -> Ordinals:
    """The days from the ordinal `first` on, each once, oldest first."""
    known = np.concatenate(days)
    known = known[known >= first]
    if known.size == 0:
        return known
    start = int(known.min())
    return np.flatnonzero(np.bincount(known - start)) + start


class _Timed(TypedDict):
    days: Ordinals
    success: Flags
    event: Event
    clock_hours: Floats
    usual: float | None
    free: Flags
    work: Flags
    free_telling: Flags
    refusal: str | None
    seen: Flags


def _kinds_of_days(nights: SleepHistory, living: Living, first: int) -> Kinds:
    begins = int(nights.days.searchsorted(first))
    free = nights.free[begins:]
    return Kinds(free, *telling_sides(nights.midpoints[begins:], free, nights.settled[begins:], living))


def _timed_behavior(event: Event, nights: SleepHistory, living: Living, first: int, kinds: Kinds | None) -> _Timed:
    hours = nights.onsets if event == "onset" else nights.wakes
    begins = int(nights.days.searchsorted(first))
    days, success, seen, usual = nights.days[:0], NO_FLAGS, NO_FLAGS, None
    refusal = living.no_usual_hour
    if refusal is None:
        days = nights.days[begins:]
        usual, success = usual_and_near(hours[begins:])
        # Weeks ago the usual hour may have been another one; a few nights tell none.
        earlier = near_usual(hours[:begins]) if begins >= FEWEST_EARLIER_NIGHTS else NO_FLAGS
        seen = np.concatenate((earlier, success))
    free, free_telling, work = kinds or _kinds_of_days(nights, living, first)
    return _Timed(
        days=days,
        success=success,
        event=event,
        clock_hours=hours[begins:],
        usual=usual,
        free=free,
        work=work,
        free_telling=free_telling,
        refusal=refusal,
        seen=seen,
    )


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
