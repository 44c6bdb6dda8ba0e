"""How much a day may hold: tracked items and minutes, by coaching archetype, stage of adaptation and readiness.

The frame of a day (meals, morning light, waking, winding down) is shown and not counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from hos_pipelines.domain.profiles import Archetype

Readiness = Literal["Low", "Medium", "High"]

BLOCK_MINUTES = 45
NEW_PERSON_FEWER = 1
LOW_READINESS_SHARE = 2 / 3
SIMPLIFIED_ITEMS = 2
ADDED_MINUTES = 10
# Floats of shares that add up to a whole number are one.
EXACT_DIGITS = 9


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

    `one_each`: one item in the first half of the day and one in the second. `has_one_more`: one of the items is a short
    one more than is usual. `only_known`: nothing that the person has never had in a plan, while anything else is there.
    """

    items: int
    minutes: int
    block_minutes: int = BLOCK_MINUTES
    vigorous: bool = True
    one_each: bool = False
    has_one_more: bool = False
    only_known: bool = False


def limits_of(
    shares: Mapping[Archetype, float], stage: Stage, readiness: Readiness | None, *, is_new: bool, fewer: int = 0
) -> Limits:
    """The limits of one day. `is_new`: in the first seven days of plans, which hold one item less.

    Limits of a blend are blended as its fits are, and rounded down: nobody gets more before the change is through. Low
    readiness takes a third of the minutes and everything vigorous; unknown readiness takes nothing. `fewer` items are
    taken off, that which is one more among them; one is always left.
    """
    base = _blended(BASE_ITEMS, shares)
    has_one_more = stage is Stage.PROGRESS and not fewer
    items = SIMPLIFIED_ITEMS if stage is Stage.SIMPLIFY else base + has_one_more
    minutes = _blended(BASE_MINUTES, shares)
    if readiness == "Low":
        minutes = int(minutes * LOW_READINESS_SHARE)
    return Limits(
        items=max(1, items - fewer - NEW_PERSON_FEWER * is_new),
        minutes=minutes,
        vigorous=readiness != "Low",
        one_each=stage is Stage.SIMPLIFY,
        has_one_more=has_one_more,
        only_known=stage is Stage.INTENSIFY,
    )


def _blended(table: Mapping[Archetype, int], shares: Mapping[Archetype, float]) -> int:
    return int(round(sum(share * table[archetype] for archetype, share in shares.items()), EXACT_DIGITS))
