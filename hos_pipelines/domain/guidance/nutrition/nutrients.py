"""Nutrients of foods and of what is made of them: whole thousandths, so that sums are exact wherever they are made.

What a table leaves blank is unknown and never 0: a sum that holds it says of which foods it is not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

THOUSANDTHS = 1000
PER_GRAMS = 100
# Each with its column of the table and the most that 100 g can hold in that unit.
NUTRIENTS: Mapping[str, float] = {
    "kcal": 902,
    "protein_g": 100,
    "fat_g": 100,
    "carb_g": 100,
    "fibre_g": 100,
    "sugar_g": 100,
    "sat_fat_g": 100,
    "sodium_mg": 40_000,
    "potassium_mg": 20_000,
    "calcium_mg": 20_000,
    "iron_mg": 200,
    "magnesium_mg": 2_000,
    "vitamin_d_ug": 1_000,
    "water_g": 100,
}
ALWAYS_KNOWN = ("kcal", "protein_g", "fat_g", "carb_g")
PLACES = {name: place for place, name in enumerate(NUTRIENTS)}
PerHundred = tuple[int | None, ...]


def half_up(value: Decimal, places: int = 0) -> Decimal:
    """Rounded half up, as the printed figures are."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of some grams of some foods, in hundred-thousandths, and which foods lack which nutrient."""

    sums: tuple[int, ...]
    unknown: frozenset[tuple[str, str]] = frozenset()

    def amount(self, nutrient: str, places: int = 1) -> Decimal:
        """A sum in its unit, halves to the even digit as sums are; what is unknown adds nothing."""
        exact = Decimal(self.sums[PLACES[nutrient]]) / (THOUSANDTHS * PER_GRAMS)
        return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)

    def units(self, nutrient: str) -> int:
        """A sum in hundred-thousandths of its unit, exact."""
        return self.sums[PLACES[nutrient]]

    def lacks(self, nutrient: str) -> list[str]:
        """The foods of which this nutrient is not known."""
        return sorted(food for food, name in self.unknown if name == nutrient)

    def __add__(self, other: "Totals") -> "Totals":
        sums = tuple(one + two for one, two in zip(self.sums, other.sums, strict=True))
        return Totals(sums, self.unknown | other.unknown)


NOTHING = Totals((0,) * len(NUTRIENTS))


def totals_of(portions: Iterable[tuple[str, PerHundred, int]]) -> Totals:
    """The sums of foods by id, figures and grams."""
    sums = [0] * len(NUTRIENTS)
    unknown: set[tuple[str, str]] = set()
    for food_id, per_hundred, grams in portions:
        for place, (name, value) in enumerate(zip(NUTRIENTS, per_hundred, strict=True)):
            if value is None:
                unknown.add((food_id, name))
            else:
                sums[place] += value * grams
    return Totals(tuple(sums), frozenset(unknown))
