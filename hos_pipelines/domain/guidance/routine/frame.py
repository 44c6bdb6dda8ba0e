"""The frame of a day: getting up, light, three meals, winding down. Shown, not counted, never rotated.

Meals are named here only by their hour, which is that of the nutrition plan; what is eaten stands there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from hos_pipelines.domain.circadian.advice_sources import constant
from hos_pipelines.domain.circadian.eating_hours import eating_hours
from hos_pipelines.domain.guidance.routine.anchors import DAY
from hos_pipelines.domain.guidance.routine.day_blocks import BLOCKS
from hos_pipelines.domain.guidance.routine.offer import ItemOffer
from hos_pipelines.domain.guidance.routine.place import GAP, PlacedSpan, Wish
from hos_pipelines.domain.guidance.routine.shift_times import BEFORE_WORK
from hos_pipelines.domain.guidance.routine.tasks import Task

MORNING_LIGHT, FIRST_MEAL, LAST_MEAL = "lgt_morning", "nut_first_meal", "nut_last_meal_3h"
MAIN_MEAL_KEY = "frame_main_meal"
# Tasks that say what the frame says already.
TWINS = frozenset({"slp_fixed_wake", "slp_wind_down_30"})
MEAL_MINUTES = WIND_DOWN_MINUTES = 30
EARLIEST_LIGHT = 20
# Less of an evening than this is not worth naming; ours.
LEAST_WIND_DOWN = 10
# A nap before a night at work ends so long before it as getting up does, with time to wake and to go there.
NAP, BEFORE_NIGHT = "slp_short_nap", BEFORE_WORK
# Light before the minimum of body temperature moves the clock the other way; the advice names so many minutes after it.
LIGHT_HOURS = round(constant("morning_light_hours") * 60)

GETTING_UP = ItemOffer(
    Wish("frame_wake", 5, ("Morning Block",), at=0, counted=False),
    title="Get up",
    what="Get up around this hour.",
    because="The rest of this day is laid out from here.",
    task_type="recovery",
    category="sleep",
)
MAIN_MEAL = ItemOffer(
    Wish(MAIN_MEAL_KEY, MEAL_MINUTES, ("Mid-day Slump",), counted=False),
    title="Meal in the middle of the day",
    what="Eat at this hour, away from work.",
    because="It lies between your first and your last meal.",
    task_type="nutrition",
    category="nutrition",
)
WINDING_DOWN = ItemOffer(
    Wish("frame_wind_down", WIND_DOWN_MINUTES, ("Wind Down",), at_the_end=True, counted=False),
    title="Wind down",
    what="Let the day end: low light, nothing that has to be decided.",
    because="A quiet stretch lies before sleep.",
    task_type="recovery",
    category="sleep",
)


def frame_of(
    tasks: Mapping[str, Task], met: Mapping[str, tuple[str, ...]], waking: int, light_from: int | None
) -> Iterator[ItemOffer]:
    """The frame of a day of so many waking minutes, in the order in which it is placed.

    `tasks` are the allowed frame rows of the library, `met` the facts behind each need that is met, `light_from` the
    minute from waking at which bright light begins to help, None where the hour of the body clock is not known.
    """
    yield GETTING_UP
    first_meal, last_meal = eating_hours(waking)
    wishes = {
        FIRST_MEAL: Wish(
            FIRST_MEAL, MEAL_MINUTES, ("Morning Block", "Peak Energy Block"), at=first_meal, counted=False
        ),
        LAST_MEAL: Wish(
            LAST_MEAL,
            MEAL_MINUTES,
            ("Evening Routine",),
            at=last_meal - MEAL_MINUTES,
            latest_end=last_meal,
            counted=False,
        ),
    }
    if light_from is not None and MORNING_LIGHT in tasks:
        at = max(EARLIEST_LIGHT, light_from)
        wishes[MORNING_LIGHT] = Wish(
            MORNING_LIGHT,
            tasks[MORNING_LIGHT].minutes,
            ("Morning Block", "Peak Energy Block"),
            at=at,
            latest_end=light_from + LIGHT_HOURS,
            counted=False,
            avoid=(PlacedSpan(-DAY, at - GAP),),
        )
    for task_id, wish in wishes.items():
        if (task := tasks.get(task_id)) is not None:
            yield ItemOffer(
                wish,
                title=task.name,
                what=task.what,
                because=task.why,
                task_type=task.task_type,
                category=task.category,
                fact_ids=met.get(task.needs, ()),
                library_id=task.id,
            )
    yield MAIN_MEAL


def winding_down(waking: int, away: Sequence[PlacedSpan]) -> Iterator[ItemOffer]:
    """The end of a day of so many waking minutes: after the way home, shorter where little is left, or not at all."""
    home = max((span.end + GAP for span in away if span.start < waking), default=0)
    minutes = min(WIND_DOWN_MINUTES, waking - home)
    if minutes >= LEAST_WIND_DOWN:
        yield replace(WINDING_DOWN, wish=replace(WINDING_DOWN.wish, minutes=minutes, avoid=tuple(away)))


def nap_before(night: PlacedSpan, task: Task, away: Sequence[PlacedSpan]) -> ItemOffer:
    """A nap before a night at work that somebody is awake for since the morning; it rests on what the day hangs on."""
    ends = night.start - BEFORE_NIGHT
    wish = Wish(
        "frame_nap", task.minutes, BLOCKS, at=ends - task.minutes, latest_end=ends, counted=False, avoid=tuple(away)
    )
    return ItemOffer(
        wish,
        title="A nap before the night at work",
        what=task.what,
        because="It takes a little off the long time awake.",
        task_type=task.task_type,
        category=task.category,
    )
