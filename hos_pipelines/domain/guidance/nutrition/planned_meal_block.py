"""One block of eating before a meal is chosen for it: its hours, its share of the energy, and why it lies there."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

BlockName = Literal[
    "Early_Morning", "Breakfast", "Morning_Snack", "Lunch", "Afternoon_Snack", "Dinner", "Evening_Snack"
]


@dataclass(frozen=True, slots=True)
class MealBlock:
    """One block: from when to when, for which use of meals, its share of the energy, and the reason it lies there.

    `left_out` is the share that it would have if there were room for it.
    """

    name: BlockName
    start: datetime
    end: datetime
    use: str | None
    share: Decimal
    because: str
    fact_ids: tuple[str, ...]
    constant_ids: tuple[str, ...] = ()
    left_out: Decimal = Decimal(0)
