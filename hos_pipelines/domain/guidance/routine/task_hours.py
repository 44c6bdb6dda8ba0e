"""Hours before bed and by the clock at which tasks stand or end, as the advice says them: both read one table."""

from collections.abc import Mapping

from hos_pipelines.domain.circadian.advice_sources import EARLIEST_HOUR, EXERCISE_BEFORE_BED, LATEST_HOUR, constant
from hos_pipelines.domain.circadian.effort import hours_before_bed
from hos_pipelines.domain.guidance.routine.place import PlacedSpan
from hos_pipelines.domain.guidance.routine.tasks import Task

HOUR, DAY = 60, 1440
# Groups of tasks that lead outdoors or to training, as the advice does by day only, and to other people.
BY_DAY = frozenset({"walk", "nature", "play", "endurance", "strength"})
WITH_OTHERS = frozenset({"contact"})
CALLS_FROM = 8
NAPS = "nap"
LAST_COFFEE, DIM_LIGHTS, WARM_SHOWER = "slp_caffeine_last", "slp_dim_lights", "rec_warm_shower_10"
SHADE = "lgt_shift_shade"
SHUTDOWN = "foc_shutdown_10"
SHOWER_MINUTES = SHUTDOWN_MINUTES = 10
# Groups of tasks that cannot be done at work or on the way; nor can any exercise, nor what belongs to the evening.
NEEDS_FREEDOM = frozenset(
    {"nap", "nature", "play", "strength", "endurance", "mobility", "meditation", "sleep_winddown", "light_evening"}
    | {"walk", "journal", "planning_food", "contact"}
)
# Where no hours of work are stated: ours.
WORK_ENDS = 10 * HOUR


def hours_of_tasks(bed: int, work_ends: int | None = None) -> Mapping[str, int]:
    """The minute from waking of tasks that have an hour of their own, by the minutes of going to bed and of work."""
    shower = (constant("warm_shower_hours") + constant("most_warm_shower_hours")) / 2
    return {
        LAST_COFFEE: bed - round(constant("caffeine_hours") * HOUR),
        DIM_LIGHTS: bed - round(constant("evening_light_hours") * HOUR),
        SHUTDOWN: (WORK_ENDS if work_ends is None else work_ends) - SHUTDOWN_MINUTES,
        **({} if work_ends is None else {SHADE: work_ends}),
        WARM_SHOWER: bed - round(shower * HOUR) - SHOWER_MINUTES,
    }


def latest_end(task: Task, bed: int, wake: int, *, is_early: bool) -> int | None:
    """The minute from waking by which a task is over; None where it may last until bed.

    `bed` is the minute from waking of going to bed, `wake` that of the local day of waking.
    """
    before_bed = task.end_before_bed_minutes
    if task.intensity in EXERCISE_BEFORE_BED:
        before_bed = max(before_bed or 0, round(hours_before_bed(task.intensity, is_early=is_early) * HOUR))
    ends = None if before_bed is None else bed - before_bed
    if task.rotation_group != NAPS:
        return ends
    by_clock = (round(constant("nap_latest_hour") * HOUR) - wake) % DAY
    return by_clock if ends is None else min(ends, by_clock)


def needs_home(task: Task) -> bool:
    """Whether a task is for the hours that are one's own."""
    if task.id == SHUTDOWN:
        return False
    return task.rotation_group in NEEDS_FREEDOM or task.task_type == "exercise" or task.time_of_day == "evening"


def never_in(task: Task, wake: int) -> tuple[PlacedSpan, ...]:
    """The hours of a day in which nobody is sent out or to train, or calls others; in minutes from waking."""
    if task.rotation_group not in BY_DAY | WITH_OTHERS:
        return ()
    opens = CALLS_FROM if task.rotation_group in WITH_OTHERS else round(EARLIEST_HOUR)
    closes = round(LATEST_HOUR) * HOUR
    start, length = (closes - wake) % DAY, (opens * HOUR - closes) % DAY
    return PlacedSpan(start - DAY, start - DAY + length), PlacedSpan(start, start + length)
