"""How far a day lies outside of what is accepted: shares of energy, and protein beside what the goal asks for."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hos_pipelines.domain.guidance.nutrition.servings import Serving

# Half a percent within the accepted shares, so that whole percentages lie inside as well.
PROTEIN, FAT, CARBOHYDRATE = (0.105, 0.345), (0.205, 0.345), (0.455, 0.645)
KCAL_PROTEIN = 4
PROTEIN_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class DayBalance:
    """Kilocalories of protein, fat and carbohydrate."""

    protein: float = 0.0
    fat: float = 0.0
    carbohydrate: float = 0.0

    @classmethod
    def of(cls, servings: Iterable[Serving]) -> "DayBalance":
        """The sums over servings."""
        protein = fat = carbohydrate = 0.0
        for serving in servings:
            parts = serving.parts
            protein, fat, carbohydrate = protein + parts[0], fat + parts[1], carbohydrate + parts[2]
        return cls(protein, fat, carbohydrate)

    def outside_with(self, parts: tuple[float, float, float]) -> float:
        """How far the shares would lie outside with this eaten as well; 0 where all are within."""
        protein, fat, carbohydrate = self.protein + parts[0], self.fat + parts[1], self.carbohydrate + parts[2]
        whole = (protein + fat + carbohydrate) or 1.0
        return _off(protein / whole, PROTEIN) + _off(fat / whole, FAT) + _off(carbohydrate / whole, CARBOHYDRATE)

    def outside(self, least_protein_g: float, most_protein_g: float = math.inf) -> float:
        """0 where all is within; grows with what lies outside, and with the protein that is lacking or too much."""
        return self.outside_with((0.0, 0.0, 0.0)) + self.protein_beside(least_protein_g, most_protein_g)

    def protein_beside(self, least_protein_g: float, most_protein_g: float) -> float:
        """How far the protein lies beside what the goal asks for, as it is weighed; 0 where nothing is asked for."""
        if not least_protein_g:
            return 0.0
        grams = self.protein / KCAL_PROTEIN
        return PROTEIN_WEIGHT * max(0.0, 1.0 - grams / least_protein_g, grams / most_protein_g - 1.0)


def _off(share: float, limits: tuple[float, float]) -> float:
    low, high = limits
    if share < low:
        return low - share
    return share - high if share > high else 0.0
