"""A block of a plan as it is told: its meal with foods, sums, the reason it was chosen, and another that would do."""

from dataclasses import dataclass
from typing import Final

from hos_pipelines.domain.guidance.nutrition.food_library import LIBRARY_ID
from hos_pipelines.domain.guidance.nutrition.meals import Meal
from hos_pipelines.domain.guidance.nutrition.nutrition_results import MealFood, MealMacros, NutritionBlock, PlannedMeal
from hos_pipelines.domain.guidance.nutrition.planned_meal_block import MealBlock
from hos_pipelines.domain.guidance.nutrition.servings import Serving
from hos_pipelines.domain.guidance.routine.waking_day import clock_range

EATS_NOTHING: Final = "No meal is planned at this hour; if you are hungry, eat something small."
DRINK_WITH_CARE: Final = "How much you drink is for you and your care team."
EAT_WITH_CARE: Final = "What you eat at this hour is for you and your care team."
DRINK: Final = "A drink to begin with, which is easy to keep."
FITS: Final = "It fits the energy of this block and what you eat."
MISSES: Final = "Of what you eat it comes nearest to the energy of this block; the rest is told as a gap."
SUITS: Final = "It suits this hour and what you eat."


def without_meals(block: MealBlock, tip: str) -> NutritionBlock:
    """A block in which nothing is eaten."""
    return _told(block, tip, [], None, None)


@dataclass(frozen=True, slots=True)
class ChosenMeal:
    """The serving of a block, the next best meal, the facts it rests on, and the version of the library."""

    serving: Serving
    other: Meal | None
    fact_ids: tuple[str, ...]
    library_version: str


def filled_block(block: MealBlock, chosen: ChosenMeal, *, has_numbers: bool) -> NutritionBlock:
    """A block with its meal; without figures where none are told."""
    serving, meal = chosen.serving, chosen.serving.meal
    planned = PlannedMeal(
        name=meal.name,
        details=" ".join(meal.steps),
        calories=_whole(serving, "kcal", has_numbers=has_numbers),
        protein=_whole(serving, "protein_g", has_numbers=has_numbers),
        macros=MealMacros(
            carbs=_whole(serving, "carb_g", has_numbers=has_numbers),
            fat=_whole(serving, "fat_g", has_numbers=has_numbers),
        ),
        meal_id=meal.id,
        foods=[
            MealFood(food_id=portion.food.id, name=portion.food.name, grams=grams if has_numbers else None)
            for portion, grams in zip(meal.portions, serving.grams, strict=True)
        ],
        minutes=meal.minutes if has_numbers else None,
        swap=None if chosen.other is None else chosen.other.name,
        because=_because(block, serving, has_numbers=has_numbers),
        fact_ids=list(dict.fromkeys(chosen.fact_ids)),
        library_id=LIBRARY_ID,
        library_version=chosen.library_version,
    )
    if planned.calories is None:
        return _told(block, meal.tip, [planned], None, None)
    return _told(block, meal.tip, [planned], serving.asked, _gap(serving, planned.calories))


def _gap(serving: Serving, calories: int) -> int:
    """What lies outside of a tenth is named; within it there is none."""
    return 0 if serving.fits else serving.asked - calories


def _because(block: MealBlock, serving: Serving, *, has_numbers: bool) -> str:
    if block.use == "early":
        return DRINK
    if not has_numbers:
        return SUITS
    return FITS if serving.fits else MISSES


def _whole(serving: Serving, nutrient: str, *, has_numbers: bool) -> int | None:
    return int(serving.totals.amount(nutrient, 0)) if has_numbers else None


def _told(block: MealBlock, tip: str, meals: list[PlannedMeal], asked: int | None, gap: int | None) -> NutritionBlock:
    return NutritionBlock(
        time_range=clock_range(block.start, block.end),
        nutrition_tip=tip,
        meals=meals,
        starts_at=block.start,
        ends_at=block.end,
        energy_asked=asked,
        energy_gap=gap,
        because=block.because,
        fact_ids=list(dict.fromkeys(block.fact_ids)),
        constant_ids=list(block.constant_ids),
    )
