"""Which meal stands at which block: what fits the energy and the goal and has not just been eaten; ties by a hash.

What comes near the best takes turns from day to day; nothing is random.
"""

import hashlib
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hos_pipelines.domain.guidance.nutrition.day_anchors import elapsed
from hos_pipelines.domain.guidance.nutrition.day_balance import DayBalance
from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen, Menu
from hos_pipelines.domain.guidance.nutrition.meals import Meal
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError
from hos_pipelines.domain.guidance.nutrition.planned_meal_block import MealBlock
from hos_pipelines.domain.guidance.nutrition.restrictions import Restriction, Restrictions
from hos_pipelines.domain.guidance.nutrition.servings import KETO_TAG, Serving

# What a meal is worth, ours: energy counts most, then what it brings, then that it is another one than lately.
BAND = 0.6
PROTEIN, TASTE, REPEATED, SHARED, OFF = 0.5, 0.35, 0.75, 0.3, 3.0
MOST_PROTEIN, LITTLE_CARBOHYDRATE = 1.3, 0.75
LITTLE_SODIUM_BY_KCAL = 0.5
FALLBACK = "snack"
MOST_EXCHANGES, MOST_OTHERS = 6, 12


@dataclass(slots=True)
class Pick:
    """The servings of a block, the best first, and the one that was taken."""

    block: MealBlock
    ranked: list[Serving]
    taken: Serving


@dataclass(slots=True)
class DayChoice:
    """The choices of one day so far. `recent` are meals of the days before; `key` begins what ties are broken by.

    `least_protein_g` and `most_protein_g` are what the goal asks for; the first 0 where no energy is planned for.
    """

    kitchen: Kitchen
    menu: Menu
    restrictions: Restrictions
    key: str
    recent: Collection[str]
    least_protein_g: float = 0.0
    most_protein_g: float = math.inf
    most_carbohydrate_g: int | None = None
    picks: list[Pick] = field(default_factory=list)

    def choose(self, block: MealBlock, kcal: int, protein_g: float) -> None:
        """Takes the best serving for a block.

        Raises:
            PlanRefusedError: no meal is left for it.
        """
        ranked = self._ranked(block, kcal, protein_g)
        if not ranked:
            name = block.name.replace("_", " ")
            who = self.restrictions.who
            raise PlanRefusedError("not_feasible", f"With {who} no meal is left for {name}: {name} ran empty.")
        self.picks.append(Pick(block, ranked, ranked[0]))

    def balance(self) -> None:
        """Exchanges meals for others of their block as long as that brings the day nearer to what is accepted."""
        for _ in range(MOST_EXCHANGES):
            now = self._outside()
            best = min(self._exchanges(), default=None, key=lambda one: one[0]) if now else None
            if best is None or best[0] >= now:
                return
            _, place, serving = best
            self.picks[place].taken = serving

    def other(self, pick: Pick) -> Meal | None:
        """Another meal that would do at a block, and stands nowhere else today."""
        today = {one.taken.meal.id for one in self.picks}
        return next((one.meal for one in pick.ranked if one.meal.id not in today), None)

    def _exchanges(self) -> Iterator[tuple[float, int, Serving]]:
        """Each exchange of one meal, and how far the day would lie outside after it."""
        today = {one.taken.meal.id for one in self.picks}
        for place, pick in enumerate(self.picks):
            before = pick.taken
            for serving in pick.ranked[:MOST_OTHERS]:
                if serving.meal.id in today or (before.fits and not serving.fits):
                    continue
                pick.taken = serving
                if not self._clashes():
                    yield self._outside(), place, serving
            pick.taken = before

    def _outside(self) -> float:
        balance, protein = DayBalance.of(pick.taken for pick in self.picks), (self.least_protein_g, self.most_protein_g)
        # Whoever wants little carbohydrate has chosen the other shares.
        return balance.outside(*protein) if self.most_carbohydrate_g is None else balance.protein_beside(*protein)

    def _ranked(self, block: MealBlock, kcal: int, protein_g: float) -> list[Serving]:
        use = block.use or FALLBACK
        meals = self.menu.meals.get(use) or (() if use == "early" else self.menu.meals.get(FALLBACK, ()))
        if self.restrictions.apart:
            meals = tuple(meal for meal in meals if not self._is_too_soon(meal, block.start))
        today = {pick.taken.meal.id for pick in self.picks}
        fresh = [meal for meal in meals if meal.id not in today] or meals
        servings = [self.kitchen.serving(meal, kcal) for meal in fresh]
        if self.most_carbohydrate_g is not None and not kcal and use != "early":
            servings = [one for one in servings if KETO_TAG in one.meal.tags]
        elif self.most_carbohydrate_g is not None:
            most = float(self.most_carbohydrate_g * block.share)
            low = [one for one in servings if one.amount("carb_g") <= most]
            servings = low or sorted(servings, key=lambda one: (one.amount("carb_g"), one.meal.id))[:1]
        eaten = {food for pick in self.picks for food in pick.taken.meal.food_ids}
        is_balanced = kcal > 0 and self.most_carbohydrate_g is None
        so_far = DayBalance.of(pick.taken for pick in self.picks) if is_balanced else None
        worths = [self._worth(one, protein_g, eaten, so_far) for one in servings]
        best = max(worths, default=0.0)
        bands = [math.floor((best - worth) / BAND) for worth in worths]
        order = sorted(range(len(servings)), key=lambda place: (bands[place], self._tie(servings[place].meal)))
        return [servings[place] for place in order]

    def _tie(self, meal: Meal) -> str:
        return hashlib.sha256(f"{self.key}|{meal.id}".encode(errors="surrogatepass")).hexdigest()

    def _worth(self, one: Serving, protein_g: float, eaten: set[str], so_far: DayBalance | None) -> float:
        meal = one.meal
        worth = one.worth - SHARED * len(meal.food_ids & eaten) / len(meal.food_ids)
        if protein_g:
            reached = one.protein_g / protein_g
            worth += PROTEIN * (min(1.0, reached) - max(0.0, reached - MOST_PROTEIN))
        if self.most_carbohydrate_g is None:
            worth -= LITTLE_CARBOHYDRATE * (KETO_TAG in meal.tags)
        if so_far is not None:
            worth -= OFF * so_far.outside_with(one.parts)
        if meal.id in self.recent:
            worth -= REPEATED
        if self.restrictions.said:
            worth += TASTE * sum(_suits(one, taste) for taste in sorted(self.restrictions.tastes))
        return worth

    def _is_too_soon(self, meal: Meal, at: datetime) -> bool:
        """Whether a restriction keeps it apart from something eaten before."""
        return any(
            _meet(restriction, pick.taken.meal, meal, elapsed(pick.block.start, at))
            for restriction in self.restrictions.apart
            for pick in self.picks
        )

    def _clashes(self) -> bool:
        """Whether anything in the day meets that a restriction keeps apart."""
        return any(
            _meet(restriction, first.taken.meal, second.taken.meal, elapsed(first.block.start, second.block.start))
            for restriction in self.restrictions.apart
            for place, first in enumerate(self.picks)
            for second in self.picks[place + 1 :]
        )


def _meet(restriction: Restriction, before: Meal, now: Meal, passed: timedelta) -> bool:
    if restriction.apart is None:
        return False
    first, second = restriction.apart
    return first in before.marks and second in now.marks and passed < timedelta(hours=restriction.hours_apart)


def _suits(one: Serving, taste: str) -> float:
    if taste == "low_sodium":
        return float(one.amount("sodium_mg") <= LITTLE_SODIUM_BY_KCAL * one.amount("kcal"))
    if taste == "dairy":
        return float("milk" in one.meal.marks)
    return float(taste in one.meal.tags)
