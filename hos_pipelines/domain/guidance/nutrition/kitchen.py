"""A food library made ready for many people: what restrictions leave of it, and servings, each worked out once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from hos_pipelines.domain.guidance.nutrition.food_library import FoodLibrary
from hos_pipelines.domain.guidance.nutrition.foods import Food
from hos_pipelines.domain.guidance.nutrition.forbidden_terms import UNREADABLE
from hos_pipelines.domain.guidance.nutrition.marks import Marks
from hos_pipelines.domain.guidance.nutrition.meals import Meal
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError
from hos_pipelines.domain.guidance.nutrition.restrictions import Restrictions
from hos_pipelines.domain.guidance.nutrition.servings import AdjustableMeal, Serving, usual_serving

ROLE_OF: Mapping[str, str] = {
    **dict.fromkeys(("legume", "egg", "dairy", "fish", "shellfish", "poultry", "red_meat"), "protein"),
    **dict.fromkeys(("grain", "starch"), "starch"),
    "vegetable": "vegetable",
    "fat": "fat",
}
LEAST_FOODS: Mapping[str, int] = {"protein": 3, "starch": 2, "vegetable": 5, "fat": 1}
NEEDED_USES = ("breakfast", "lunch", "dinner", "snack")
MOST_MENUS, MOST_SERVINGS = 2_000, 50_000


@dataclass(frozen=True, slots=True)
class Menu:
    """What is left: foods by id, meals by the block they may stand at, and which role has run empty, as a sentence."""

    foods: frozenset[str]
    meals: Mapping[str, tuple[Meal, ...]]
    ran_empty: str | None = None


class Kitchen:
    """One library and what was made ready of it so far; the same questions have the same answers in any order."""

    def __init__(self, library: FoodLibrary) -> None:
        self.library = library
        self._said_by_food: dict[str, Marks] = {
            food.id: library.net.marks_in(food.name) for food in library.foods.values()
        }
        self._said = {meal.id: library.said_by(meal) for meal in library.meals}
        self._menus: dict[tuple[str, ...], Menu] = {}
        self._adjustable = {meal.id: AdjustableMeal(meal) for meal in library.meals}
        self._servings: dict[tuple[str, int], Serving] = {}

    def menu(self, restrictions: Restrictions) -> Menu:
        """The foods and meals that restrictions leave.

        Raises:
            PlanRefusedError: a role or a block has run empty; the sentence names it.
        """
        menu = self._menus.get(restrictions.ids)
        if menu is None:
            if len(self._menus) >= MOST_MENUS:
                self._menus.clear()
            menu = self._menus[restrictions.ids] = self._left(restrictions)
        if menu.ran_empty is not None:
            raise PlanRefusedError("not_feasible", menu.ran_empty)
        return menu

    def serving(self, meal: Meal, kcal: int) -> Serving:
        """The portions of a meal for so much energy; of 0 the usual ones."""
        found = self._servings.get((meal.id, kcal))
        if found is None:
            if len(self._servings) >= MOST_SERVINGS:
                self._servings.clear()
            found = self._adjustable[meal.id].serving(kcal) if kcal else usual_serving(meal)
            self._servings[meal.id, kcal] = found
        return found

    def _left(self, restrictions: Restrictions) -> Menu:
        forbidden = restrictions.forbidden | {UNREADABLE}
        foods = frozenset(food.id for food in self.library.foods.values() if self._may_eat(food, forbidden))
        meals = [
            meal
            for meal in self.library.meals
            if meal.food_ids <= foods and not self._said[meal.id] & forbidden and not _mixes(meal.marks, restrictions)
        ]
        uses = {use for meal in meals for use in meal.uses}
        by_use = {use: tuple(meal for meal in meals if use in meal.uses) for use in sorted(uses)}
        counts = Counter(ROLE_OF.get(self.library.foods[food].group) for food in foods)
        return Menu(foods, by_use, _ran_empty(counts, by_use, restrictions.who))

    def _may_eat(self, food: Food, forbidden: Marks) -> bool:
        """By what it is marked with, and by what it is called."""
        return not (food.marks | self._said_by_food[food.id]) & forbidden


def _mixes(marks: Marks, restrictions: Restrictions) -> bool:
    return any(one.apart is not None and marks.issuperset(one.apart) for one in restrictions.apart)


def _ran_empty(counts: Counter[str | None], meals: Mapping[str, tuple[Meal, ...]], who: str) -> str | None:
    for role, least in LEAST_FOODS.items():
        if counts[role] < least:
            left = counts[role]
            return f"With {who} only {left} foods are left for {role}, and {least} are needed: {role} ran empty."
    empty = [use for use in NEEDED_USES if use not in meals]
    return f"With {who} no meal is left for {empty[0]}: {empty[0]} ran empty." if empty else None
