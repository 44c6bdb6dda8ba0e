"""A meal in the portions of one day: its foods grow and shrink within their bounds until the energy fits."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from hos_pipelines.domain.guidance.nutrition.meals import Meal, Portion
from hos_pipelines.domain.guidance.nutrition.nutrients import PER_GRAMS, PLACES, Totals, totals_of
from hos_pipelines.domain.guidance.nutrition.serving_worth import FITS_WITHIN, UNITS, worth_of

KCAL, FAT = PLACES["kcal"], PLACES["fat_g"]
ROUNDS = 3
FAT_SHARE, KCAL_BY_GRAM_FAT = 0.29, 9
KETO_TAG = "low_carbohydrate"


@dataclass(frozen=True, slots=True)
class Serving:
    """Grams of each food in the order of the meal, what they add up to, and the kilocalories that were asked for.

    `worth` is what it brings for them to everybody, `protein_g` what counts by the goal, and `parts`
    are the kilocalories of protein, fat and carbohydrate: to choose by, not to be told.
    """

    meal: Meal
    grams: tuple[int, ...]
    totals: Totals
    asked: int
    worth: float
    protein_g: float
    parts: tuple[float, float, float]

    @classmethod
    def of(cls, meal: Meal, grams: tuple[int, ...], asked: int) -> Self:
        """These grams of the foods of a meal."""
        totals = totals_of(
            (portion.food.id, portion.food.per_hundred, amount)
            for portion, amount in zip(meal.portions, grams, strict=True)
        )
        protein, fat, carbohydrate = (totals.units(name) / UNITS for name in ("protein_g", "fat_g", "carb_g"))
        parts = (4 * protein, KCAL_BY_GRAM_FAT * fat, 4 * carbohydrate)
        return cls(meal, grams, totals, asked, worth_of(totals, asked), protein, parts)

    def amount(self, nutrient: str) -> float:
        """A sum in its unit, to compare by; what is told is rounded from the exact one."""
        return self.totals.units(nutrient) / UNITS

    @property
    def fits(self) -> bool:
        """Whether its energy lies within a tenth of what was asked for."""
        return abs(self.totals.units("kcal") - self.asked * UNITS) <= FITS_WITHIN * self.asked * UNITS


def usual_serving(meal: Meal) -> Serving:
    """The usual portions, where no energy is asked for."""
    grams = tuple(portion.grams for portion in meal.portions)
    return Serving.of(meal, grams, 0)


class _Growth:
    """Some portions of a meal that grow and shrink together, and what they bring of a nutrient for it.

    What they bring is a straight line between the multiples of the usual at which one of them reaches a bound.
    """

    def __init__(self, meal: Meal, places: Sequence[int], nutrient: int = KCAL) -> None:
        self._portions = [(place, meal.portions[place]) for place in places]
        portions = [(meal.portions[place], meal.portions[place].food.per_hundred[nutrient] or 0) for place in places]
        bounds = {bound / portion.grams for portion, _ in portions for bound in (portion.least, portion.most)}
        self._bounds = sorted(bounds)
        self._brings = [sum(holds * _grown(portion, bound) for portion, holds in portions) for bound in self._bounds]

    def grow(self, grown: list[float], wanted: float) -> None:
        """Sets them to the multiple that brings so much, or the nearest there is."""
        factor = self._factor(wanted)
        for place, portion in self._portions:
            grown[place] = _grown(portion, factor)

    def _factor(self, wanted: float) -> float:
        bounds, brings = self._bounds, self._brings
        place = bisect_left(brings, wanted)
        if 0 < place < len(bounds):
            before, brought = bounds[place - 1], brings[place - 1]
            return before + (bounds[place] - before) * (wanted - brought) / (brings[place] - brought)
        return bounds[min(place, len(bounds) - 1)] if bounds else 0.0


class AdjustableMeal:
    """A meal made ready to be measured for any energy.

    What is eaten whole is settled first, the rest fills up. Foods that are there for their fat are measured apart,
    towards the share of fat that is usual, as a cook does with oil: so a plate of beans is no desert of fat, and salmon
    gets little of it.
    """

    def __init__(self, meal: Meal) -> None:
        self._meal = meal
        self._whole = [place for place, portion in enumerate(meal.portions) if portion.step > PER_GRAMS // 4]
        is_keto = KETO_TAG in meal.tags
        self._fat = [place for place, portion in enumerate(meal.portions) if portion.role == "fat" and not is_keto]
        self._rest = [place for place in range(len(meal.portions)) if place not in self._fat]
        self._growing_rest = _Growth(meal, self._rest)
        self._growing_fat = _Growth(meal, self._fat, FAT)
        self._filling = _Growth(meal, [place for place in self._rest if place not in self._whole])

    def serving(self, kcal: int) -> Serving:
        """The portions whose energy lies nearest."""
        meal, fat, wanted = self._meal, self._fat, kcal * UNITS
        grown = [float(portion.grams) for portion in meal.portions]
        for _ in range(ROUNDS):
            self._growing_rest.grow(grown, wanted - _sum(meal, grown, fat, KCAL))
            if fat:
                lacking = FAT_SHARE * wanted / KCAL_BY_GRAM_FAT - _sum(meal, grown, self._rest, FAT)
                self._growing_fat.grow(grown, lacking)
        for place in self._whole:
            grown[place] = _rounded(meal.portions[place], grown[place])
        self._filling.grow(grown, wanted - _sum(meal, grown, [*self._whole, *fat]))
        grams = tuple(_rounded(portion, amount) for portion, amount in zip(meal.portions, grown, strict=True))
        return Serving.of(meal, grams, kcal)


def _sum(meal: Meal, grown: Sequence[float], places: Sequence[int], nutrient: int = KCAL) -> float:
    return sum((meal.portions[place].food.per_hundred[nutrient] or 0) * grown[place] for place in places)


def _grown(portion: Portion, factor: float) -> float:
    return min(max(portion.grams * factor, portion.least), portion.most)


def _rounded(portion: Portion, grams: float) -> int:
    """To its step, and within its bounds after that."""
    step = portion.step
    nearest = math.floor(grams / step + 0.5) * step
    return min(max(nearest, math.ceil(portion.least / step) * step), max(portion.most // step * step, portion.least))
