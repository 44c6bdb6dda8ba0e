"""A meal in the portions of one day: all foods grow and shrink together within their bounds until the energy fits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from hos_pipelines.domain.guidance.nutrition.meals import Meal, Portion
from hos_pipelines.domain.guidance.nutrition.nutrients import PER_GRAMS, Totals, totals_of
from hos_pipelines.domain.guidance.nutrition.serving_worth import FITS_WITHIN, UNITS, worth_of

MOST_GROWTH, HALVINGS = 16.0, 24


@dataclass(frozen=True, slots=True)
class Serving:
    """Grams of each food in the order of the meal, what they add up to, and the kilocalories that were asked for.

    `worth` is what it brings for them to everybody, `protein_g` what counts by the goal: to choose by, not to be told.
    """

    meal: Meal
    grams: tuple[int, ...]
    totals: Totals
    asked: int
    worth: float
    protein_g: float

    @classmethod
    def of(cls, meal: Meal, grams: tuple[int, ...], asked: int) -> Self:
        """These grams of the foods of a meal."""
        totals = totals_of(
            (portion.food.id, portion.food.per_hundred, amount)
            for portion, amount in zip(meal.portions, grams, strict=True)
        )
        return cls(meal, grams, totals, asked, worth_of(totals, asked), totals.units("protein_g") / UNITS)

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


def serving(meal: Meal, kcal: int) -> Serving:
    """The portions whose energy lies nearest; what is eaten whole is settled first, the rest fills up."""
    wanted = float(kcal * UNITS)
    fixed: dict[int, int] = {}
    free = list(range(len(meal.portions)))
    whole = [place for place in free if meal.portions[place].step > PER_GRAMS // 4]
    if whole:
        factor = _factor(meal.portions, wanted)
        fixed = {place: _rounded(meal.portions[place], factor) for place in whole}
        free = [place for place in free if place not in fixed]
        wanted -= sum(meal.portions[place].food.kcal * grams for place, grams in fixed.items())
    factor = _factor([meal.portions[place] for place in free], wanted)
    grams = tuple(
        fixed[place] if place in fixed else _rounded(portion, factor) for place, portion in enumerate(meal.portions)
    )
    return Serving.of(meal, grams, kcal)


def _factor(portions: Sequence[Portion], wanted: float) -> float:
    """How much of the usual the portions have to be; energy grows with it, so halving the interval finds it."""
    low, high = 0.0, MOST_GROWTH
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if sum(portion.food.kcal * _grown(portion, middle) for portion in portions) < wanted:
            low = middle
        else:
            high = middle
    return high


def _grown(portion: Portion, factor: float) -> float:
    return min(max(portion.grams * factor, portion.least), portion.most)


def _rounded(portion: Portion, factor: float) -> int:
    """To its step, and within its bounds after that."""
    step = portion.step
    nearest = math.floor(_grown(portion, factor) / step + 0.5) * step
    return min(max(nearest, math.ceil(portion.least / step) * step), max(portion.most // step * step, portion.least))
