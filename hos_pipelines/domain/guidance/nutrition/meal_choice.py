"""Which meal stands at which block: what fits the energy and the goal and has not just been eaten; ties by a hash.

Scores are compared in steps, so that meals of about the same worth take turns from day to day; nothing is random.
"""

import hashlib
import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen, Menu
from hos_pipelines.domain.guidance.nutrition.meal_blocks import MealBlock
from hos_pipelines.domain.guidance.nutrition.meals import Meal
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError
from hos_pipelines.domain.guidance.nutrition.restrictions import Restriction, Restrictions
from hos_pipelines.domain.guidance.nutrition.servings import Serving

# What a meal is worth, ours: energy counts most, then what it brings, then that it is another one than lately.
STEP = 0.25
PROTEIN, TASTE, REPEATED, SHARED = 0.5, 0.35, 0.75, 0.3
LITTLE_SODIUM_BY_KCAL = 0.5
FALLBACK = "snack"


@dataclass(slots=True)
class DayChoice:
    """The choices of one day so far. `recent` are meals of the days before; `key` begins what ties are broken by."""

    kitchen: Kitchen
    menu: Menu
    restrictions: Restrictions
    key: str
    recent: Collection[str]
    most_carbohydrate_g: int | None = None
    chosen: list[tuple[datetime, Meal]] = field(default_factory=list)

    def choose(self, block: MealBlock, kcal: int, protein_g: float) -> tuple[Serving, Meal | None]:
        """The serving of a block, and the next best meal.

        Raises:
            PlanRefusedError: no meal is left for it.
        """
        ranked = self._ranked(block, kcal, protein_g)
        if not ranked:
            who = ", ".join(self.restrictions.ids) or "no restriction"
            raise PlanRefusedError("not_feasible", f"With {who} no meal is left for {block.name}: it ran empty.")
        best = ranked[0]
        self.chosen.append((block.start, best.meal))
        return best, ranked[1].meal if len(ranked) > 1 else None

    def _ranked(self, block: MealBlock, kcal: int, protein_g: float) -> list[Serving]:
        use = block.use or FALLBACK
        meals = self.menu.meals.get(use) or (() if use == "early" else self.menu.meals.get(FALLBACK, ()))
        if self.restrictions.apart:
            meals = tuple(meal for meal in meals if not self._is_too_soon(meal, block.start))
        today = {meal.id for _, meal in self.chosen}
        fresh = [meal for meal in meals if meal.id not in today] or meals
        servings = [self.kitchen.serving(meal, kcal) for meal in fresh]
        if self.most_carbohydrate_g is not None:
            most = float(self.most_carbohydrate_g * block.share)
            low = [one for one in servings if one.amount("carb_g") <= most]
            servings = low or sorted(servings, key=lambda one: (one.amount("carb_g"), one.meal.id))[:1]
        eaten = {food for _, meal in self.chosen for food in meal.food_ids}
        tastes = sorted(self.restrictions.tastes)
        return sorted(servings, key=lambda one: self._rank(one, protein_g, eaten, tastes))

    def _rank(self, one: Serving, protein_g: float, eaten: set[str], tastes: Sequence[str]) -> tuple[int, str]:
        foods = one.meal.food_ids
        worth = one.worth - SHARED * len(foods & eaten) / len(foods)
        if protein_g:
            worth += PROTEIN * min(1.0, one.protein_g / protein_g)
        if one.meal.id in self.recent:
            worth -= REPEATED
        worth += TASTE * sum(_suits(one, taste) for taste in tastes)
        tie = hashlib.sha256(f"{self.key}|{one.meal.id}".encode(errors="surrogatepass")).hexdigest()
        return -math.floor(worth / STEP), tie

    def _is_too_soon(self, meal: Meal, at: datetime) -> bool:
        """Whether a restriction keeps it apart from something eaten before."""
        return any(
            _clashes(restriction, before.marks, meal.marks, at - since)
            for restriction in self.restrictions.apart
            for since, before in self.chosen
        )


def _clashes(restriction: Restriction, before: Collection[str], now: Collection[str], passed: timedelta) -> bool:
    if restriction.apart is None:
        return False
    first, second = restriction.apart
    return first in before and second in now and passed < timedelta(hours=restriction.hours_apart)


def _suits(one: Serving, taste: str) -> float:
    if taste == "low_sodium":
        return float(one.amount("sodium_mg") <= LITTLE_SODIUM_BY_KCAL * one.amount("kcal"))
    if taste == "dairy":
        return float("milk" in one.meal.marks)
    return float(taste in one.meal.tags)
