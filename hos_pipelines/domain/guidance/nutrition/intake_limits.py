"""What else is advised for a day: fibre, water, and upper limits. Sources stand beside each figure.

DRI (IOM 2002/2005, 2004); WHO 2015, 2023 and 2012 for sugar, fat and sodium; WHO 2020 for fruit and vegetables.
"""

from dataclasses import dataclass
from decimal import Decimal

from hos_pipelines.domain.guidance.nutrition.eater import Sex
from hos_pipelines.domain.guidance.nutrition.nutrients import half_up

FIBRE_BY_THOUSAND = 14
WATER_LITRES = {"male": Decimal("3.7"), "female": Decimal("2.7")}
SODIUM_MG = 2000
FRUIT_AND_VEGETABLES_G = 400
CARBOHYDRATE_RDA_G = 130
SATURATED_SHARE, SUGAR_SHARE = Decimal("0.10"), Decimal("0.10")
KCAL_FAT, KCAL_SUGAR = 9, 4


@dataclass(frozen=True, slots=True)
class IntakeLimits:
    """Fibre in grams; water from all food and drink in litres, from and to; at most of the rest, fruit at least."""

    fibre_g: Decimal
    water_litres: tuple[Decimal, Decimal]
    saturated_fat_g: int
    free_sugar_g: int
    sodium_mg: int = SODIUM_MG
    fruit_and_vegetables_g: int = FRUIT_AND_VEGETABLES_G
    carbohydrate_g: int = CARBOHYDRATE_RDA_G


def fibre(kcal: Decimal) -> Decimal:
    """14 g by 1,000 kcal."""
    return half_up(FIBRE_BY_THOUSAND * kcal / 1000, 1)


def limits(kcal: Decimal, sex: Sex) -> IntakeLimits:
    """For a day of this energy."""
    water = (WATER_LITRES[sex],) * 2 if sex != "unknown" else (WATER_LITRES["female"], WATER_LITRES["male"])
    return IntakeLimits(
        fibre_g=fibre(kcal),
        water_litres=(water[0], water[1]),
        saturated_fat_g=int(SATURATED_SHARE * kcal / KCAL_FAT),
        free_sugar_g=int(SUGAR_SHARE * kcal / KCAL_SUGAR),
    )
