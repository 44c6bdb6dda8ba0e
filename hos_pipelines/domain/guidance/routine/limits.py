"""How much a day may hold: tracked items and minutes, by coaching archetype, stage of adaptation and readiness.

The frame of a day (meals, morning light, waking, winding down) is shown and not counted.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from hos_pipelines.domain.profiles import Archetype

Readiness = Literal["Low", "Medium", "High"]

BLOCK_MINUTES = 45
NEW_PERSON_FEWER = 1
LOW_READINESS_SHARE = 2 / 3
SIMPLIFIED_ITEMS = 2


class Stage(StrEnum):
    """How demanding the plans of a person are at the moment (`adaptations`)."""

    SIMPLIFY = "SIMPLIFY"
    MAINTAIN = "MAINTAIN"
    PROGRESS = "PROGRESS"
    INTENSIFY = "INTENSIFY"


# Former base caps of tasks, and minutes of a day, by archetype.
BASE_ITEMS: dict[Archetype, int] = {
    Archetype.FOUNDATION_BUILDER: 2,
    Archetype.RESILIENCE_REBUILDER: 2,
    Archetype.CONNECTED_EXPLORER: 3,
    Archetype.TRANSFORMATION_SEEKER: 4,
    Archetype.SYSTEMATIC_IMPROVER: 4,
    Archetype.PEAK_PERFORMER: 5,
}
BASE_MINUTES: dict[Archetype, int] = {
    Archetype.FOUNDATION_BUILDER: 45,
    Archetype.RESILIENCE_REBUILDER: 45,
    Archetype.CONNECTED_EXPLORER: 60,
    Archetype.TRANSFORMATION_SEEKER: 90,
    Archetype.SYSTEMATIC_IMPROVER: 75,
    Archetype.PEAK_PERFORMER: 120,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The most a day may hold: tracked items, their minutes, minutes of a block, and whether any may be vigorous.

    `one_each`: one item in the first half of the day and one in the second.
    """

    items: int
    minutes: int
    block_minutes: int = BLOCK_MINUTES
    vigorous: bool = True
    one_each: bool = False


def limits_of(archetype: Archetype, stage: Stage, readiness: Readiness | None, *, is_new: bool) -> Limits:
    """The limits of one day. `is_new`: in the first seven days of plans, which hold one item less.

    Low readiness takes a third of the minutes and everything vigorous; unknown readiness takes nothing.
    """
    items = {
        Stage.SIMPLIFY: SIMPLIFIED_ITEMS,
        Stage.MAINTAIN: BASE_ITEMS[archetype],
        Stage.PROGRESS: BASE_ITEMS[archetype] + 1,
        Stage.INTENSIFY: BASE_ITEMS[archetype],
    }[stage]
    minutes = BASE_MINUTES[archetype]
    if readiness == "Low":
        minutes = int(minutes * LOW_READINESS_SHARE)
    return Limits(
        items=max(1, items - NEW_PERSON_FEWER) if is_new else items,
        minutes=minutes,
        vigorous=readiness != "Low",
        one_each=stage is Stage.SIMPLIFY,
    )
