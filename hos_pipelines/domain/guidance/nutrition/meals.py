"""Meals: foods in portions that may grow and shrink, with name, steps and tip in words.

Totals are derived, never typed. No text holds a figure: whoever asked for no numbers gets the same words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hos_pipelines.domain.guidance.library_file import (
    Entry,
    LibraryFile,
    as_decimal,
    check_single,
    pairs_of,
    toml_entries,
)
from hos_pipelines.domain.guidance.nutrition.foods import Food
from hos_pipelines.domain.guidance.nutrition.marks import Marks

USES = ("early", "breakfast", "snack", "lunch", "dinner", "before_training", "after_training", "night")
ROLES = ("protein", "starch", "vegetable", "fruit", "fat", "flavour", "drink")
EQUIPMENT = ("none", "bowl", "pan", "pot", "oven", "blender", "toaster")
TAGS = ("mediterranean", "quick", "cold", "warm", "carry", "hot_day", "low_carbohydrate")
FIELDS = frozenset({"id", "name", "uses", "foods", "steps", "tip", "minutes", "equipment", "cuisine", "tags", "reheat"})
MOST_STEPS, MOST_FOODS, MOST_GRAMS, LONGEST_MINUTES = 3, 10, 800, 120
FINE_STEP, COARSE_STEP, COARSE_FROM = 1, 5, 20
WHOLE_PIECES: Mapping[str, int] = {"egg": 50}


@dataclass(frozen=True, slots=True)
class Portion:
    """A food of a meal: usual, least and most grams, and what it is there for."""

    food: Food
    grams: int
    least: int
    most: int
    role: str

    @property
    def step(self) -> int:
        """Grams by which it is measured: whole eggs, five grams, one gram of what is little."""
        return WHOLE_PIECES.get(self.food.group, COARSE_STEP if self.grams >= COARSE_FROM else FINE_STEP)


@dataclass(frozen=True, slots=True)
class Meal:
    """One meal; `uses` says at which blocks of a day it may stand."""

    id: str
    name: str
    uses: tuple[str, ...]
    portions: tuple[Portion, ...]
    steps: tuple[str, ...]
    tip: str
    minutes: int
    equipment: tuple[str, ...]
    cuisine: str
    tags: tuple[str, ...]
    reheat: bool
    marks: Marks = field(init=False)
    food_ids: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """Gathers once what its foods are marked with, and their ids."""
        marks = frozenset[str]().union(*(portion.food.marks for portion in self.portions))
        object.__setattr__(self, "marks", marks)
        object.__setattr__(self, "food_ids", frozenset(portion.food.id for portion in self.portions))

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything it says."""
        return (self.name, *self.steps, self.tip)


def parse_meals(file: LibraryFile, foods: Mapping[str, Food]) -> tuple[Meal, ...]:
    """The meals of a file, made of these foods.

    Raises:
        LibraryFaultError: an entry is incomplete, holds a food that is not listed, or grams that make no portion.
    """
    entries = toml_entries(file, "meal")
    check_single(entries, ["id"])
    check_single(entries, ["name"])
    return tuple(_meal(entry, foods) for entry in entries)


def _meal(entry: Entry, foods: Mapping[str, Food]) -> Meal:
    unknown, lacking = sorted(entry.cells.keys() - FIELDS), sorted(FIELDS - entry.cells.keys())
    if unknown or lacking:
        fault = "is no field of a meal; take it out." if unknown else "is missing; write it."
        raise entry.fault((unknown or lacking)[0], fault)
    steps = entry.words("steps")
    if not 1 <= len(steps) <= MOST_STEPS:
        raise entry.fault("steps", f"are {len(steps)}; write one to {MOST_STEPS}.")
    reheat = entry.cells["reheat"]
    if not isinstance(reheat, bool):
        raise entry.fault("reheat", "is neither true nor false; write one of them.")
    meal = Meal(
        id=entry.identifier("id"),
        name=entry.text("name"),
        uses=_some(entry, "uses", USES),
        portions=_portions(entry, foods),
        steps=steps,
        tip=entry.text("tip"),
        minutes=entry.whole("minutes", 1, LONGEST_MINUTES),
        equipment=_some(entry, "equipment", EQUIPMENT),
        cuisine=entry.text("cuisine"),
        tags=entry.words("tags", TAGS),
        reheat=reheat,
    )
    for place, texts in (("name", [meal.name]), ("steps", steps), ("tip", [meal.tip])):
        if any(letter.isdigit() for text in texts for letter in text):
            raise entry.fault(place, "holds a figure; say it in words: figures are derived from the foods.")
    return meal


def _some(entry: Entry, field: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    words = entry.words(field, allowed)
    if not words:
        raise entry.fault(field, f"is empty; name at least one of {', '.join(allowed)}.")
    return words


def _portions(entry: Entry, foods: Mapping[str, Food]) -> tuple[Portion, ...]:
    portions = [_portion(entry, row, foods) for row in pairs_of(entry, "foods")]
    if len(portions) > MOST_FOODS or len({portion.food.id for portion in portions}) < len(portions):
        raise entry.fault("foods", f"are more than {MOST_FOODS} or one stands twice; join them.")
    return tuple(portions)


def _portion(entry: Entry, row: list[object], foods: Mapping[str, Food]) -> Portion:
    match row:
        case [str(food_id), *figures, str(role)] if len(figures) == len(("usual", "least", "most")):
            pass
        case _:
            raise entry.fault("foods", f"{row!r} is not [food_id, grams, least, most, role]; write it so.")
    if food_id not in foods:
        raise entry.fault("foods", f"{food_id!r} is not in foods.csv; list the food there or use one that is.")
    if role not in ROLES:
        raise entry.fault("foods", f"{role!r} is no role; use one of {', '.join(ROLES)}.")
    grams, least, most = (_grams(entry, food_id, figure) for figure in figures)
    if not least <= grams <= most:
        raise entry.fault("foods", f"{food_id}: {grams} g do not lie from {least} to {most}; put them in order.")
    return Portion(foods[food_id], grams, least, most, role)


def _grams(entry: Entry, food_id: str, figure: object) -> int:
    value = as_decimal(figure)
    if value is None or value != value.to_integral_value() or not 0 < value <= MOST_GRAMS:
        raise entry.fault("foods", f"{food_id}: {figure!r} g is no whole number from 1 to {MOST_GRAMS}; correct it.")
    return int(value)
