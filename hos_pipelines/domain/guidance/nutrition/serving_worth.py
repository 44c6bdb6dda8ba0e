"""What a serving is worth to everybody, for the energy that was asked for; weights are ours and order meals only.

Energy counts most: whatever misses it falls below all that fits. Fibre counts up to what is advised, and against a meal
far above it; little saturated fat and little sodium count for it.
"""

from typing import Final

from hos_pipelines.domain.guidance.nutrition.nutrients import PER_GRAMS, THOUSANDTHS, Totals

UNITS: Final = THOUSANDTHS * PER_GRAMS
FITS_WITHIN: Final = 0.10
MISSED, FIBRE, MOST_FIBRE, SATURATED, SODIUM = 4.0, 0.35, 1.5, 0.2, 0.15
FIBRE_BY_KCAL, SATURATED_BY_KCAL, SODIUM_BY_KCAL = 14 / 1000, 0.1 / 9, 1.0


def worth_of(totals: Totals, asked: int) -> float:
    """Up to 1.7 of what fits; 0 where no energy is asked for."""
    if not asked:
        return 0.0
    kcal = max(totals.units("kcal") / UNITS, 1.0)
    missed = abs(kcal - asked) / asked
    fibre = totals.units("fibre_g") / UNITS / (FIBRE_BY_KCAL * kcal)
    worth = 1.0 if missed <= FITS_WITHIN else -MISSED * missed
    worth += FIBRE * (min(1.0, fibre) - max(0.0, fibre - MOST_FIBRE))
    worth += SATURATED * (totals.units("sat_fat_g") / UNITS <= SATURATED_BY_KCAL * kcal)
    return worth + SODIUM * (totals.units("sodium_mg") / UNITS <= SODIUM_BY_KCAL * kcal)
