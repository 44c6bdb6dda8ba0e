"""What is left out, held against the plain columns of the table of foods, read by nobody else's code."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from hos_pipelines.domain.guidance.nutrition.nutrition_plan import NutritionRequest, nutrition_plan
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionPlan
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines_tests.domain.guidance.nutrition.plates import ADULT, BLOCKS, day, kitchen

PEOPLE = 400
Row = Mapping[str, str]


@lru_cache(maxsize=1)
def rows() -> dict[str, Row]:
    text = (PROJECT_ROOT / "hos_pipelines" / "libraries" / "foods.csv").read_text(encoding="utf-8")
    return {row["food_id"]: row for row in csv.DictReader(io.StringIO(text))}


def cells(row: Row, *columns: str) -> set[str]:
    return {part for column in columns for part in row[column].split(";") if part}


def names(allergen: str) -> Callable[[Row], bool]:
    """Holds it, or may, by a label."""
    return lambda row: allergen in cells(row, "allergens_fda", "allergens_eu", "label_check")


def either(*all_of: Callable[[Row], bool]) -> Callable[[Row], bool]:
    return lambda row: any(one(row) for one in all_of)


def says(*words: str) -> Callable[[Row], bool]:
    """By what the table of the department of agriculture calls it."""
    return lambda row: any(word in f"{row['usda_description']} {row['name']}".casefold() for word in words)


MEATS = ("beef", "pork", "lamb", "chicken", "turkey", "ham")
FISHES = ("salmon", "cod", "tuna", "trout", "mackerel", "sardine", "fish, ")
BROKEN_BY: Mapping[str, Callable[[Row], bool]] = {
    "milk": names("milk"),
    "egg": names("egg"),
    "fish": names("fish"),
    "soy": names("soy"),
    "sesame": names("sesame"),
    "peanut": names("peanut"),
    "tree_nut": names("tree_nut"),
    "walnut": names("tree_nut"),
    "cashew": names("tree_nut"),
    "nuts": either(names("tree_nut"), names("peanut")),
    "wheat": names("wheat"),
    "celery": names("celery"),
    "coeliac": either(names("gluten"), names("wheat"), lambda row: row["gluten"] != "none"),
    "gluten_free": either(names("wheat"), lambda row: row["gluten"] != "none"),
    "lactose_free": lambda row: row["lactose"] not in {"", "none", "no"},
    "vegan": either(lambda row: row["diet"] != "vegan", says(*MEATS, *FISHES, "cheese", "egg, whole", "honey")),
    "vegetarian": either(
        lambda row: row["diet"] in {"meat", "pork", "fish", "shellfish", "lacto_rennet"}, says(*MEATS, *FISHES)
    ),
    "pescatarian": says(*MEATS),
    "no_pork": says("pork", "ham,"),
    "halal": says(*MEATS, "shrimp wine"),
    "hindu": says("beef"),
}


def test_no_plan_holds_a_food_that_its_own_row_speaks_against() -> None:
    outcomes = Counter[str]()
    for seed in range(PEOPLE):
        chance = np.random.default_rng([seed, 3])
        words = [sorted(BROKEN_BY)[int(at)] for at in chance.permutation(len(BROKEN_BY))[: int(chance.integers(1, 4))]]
        plan = nutrition_plan(NutritionRequest(f"p{seed}", ADULT, day(), tuple(words)), kitchen())
        outcomes[plan.status] += 1
        if not isinstance(plan, NutritionPlan):
            continue
        eaten = [food.food_id for name in BLOCKS for meal in getattr(plan.nutrition, name).meals for food in meal.foods]
        swaps = {meal.swap for name in BLOCKS for meal in getattr(plan.nutrition, name).meals if meal.swap is not None}
        eaten += [food for meal in kitchen().library.meals if meal.name in swaps for food in meal.food_ids]
        for word in words:
            assert [food_id for food_id in eaten if BROKEN_BY[word](rows()[food_id])] == [], (word, seed)
    assert outcomes["complete"] > PEOPLE / 2, outcomes
