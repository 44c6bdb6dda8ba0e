"""Room between meals: where the hours of eating are too short for all of them, snacks are left out, and then meals.

The least distances, from beginning to beginning, and how much the others may grow for it, are ours.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from hos_pipelines.domain.guidance.nutrition.day_anchors import elapsed
from hos_pipelines.domain.guidance.nutrition.planned_meal_block import MealBlock

NO_ROOM: Final = "The hours of this day leave no room for a meal here."
BETWEEN_MEALS, BESIDE_A_SNACK = timedelta(hours=2, minutes=30), timedelta(hours=1, minutes=30)
SNACKS: Final = frozenset({"Morning_Snack", "Afternoon_Snack"})
MOST_GROWTH: Final = Decimal("1.15")


def with_room(blocks: Sequence[MealBlock]) -> list[MealBlock]:
    """The same blocks; one that has no room between those that count more is left empty, and its share with it."""
    eaten = [block for block in blocks if block.share]
    meals: list[MealBlock] = []
    # The middle meal gives way to the first and the last, the last one to the first.
    for block in sorted((one for one in eaten if one.name not in SNACKS), key=lambda one: one.name == "Lunch"):
        if _is_clear(block, meals, BETWEEN_MEALS):
            meals.append(block)
    for block in (one for one in eaten if one.name in SNACKS):
        if _is_clear(block, meals, BESIDE_A_SNACK):
            meals.append(block)
    kept = {block.name for block in meals}
    return [_left_out(block) if block.share and block.name not in kept else block for block in blocks]


def growth(left_out: Decimal, rest: Decimal) -> Decimal:
    """By how much what remains grows for what is left out."""
    return min((rest + left_out) / rest, MOST_GROWTH) if rest else Decimal(1)


def _is_clear(block: MealBlock, others: Sequence[MealBlock], least: timedelta) -> bool:
    return all(abs(elapsed(one.start, block.start)) >= least for one in others)


def _left_out(block: MealBlock) -> MealBlock:
    return replace(block, use=None, share=Decimal(0), because=NO_ROOM, left_out=block.share)
