"""Resting energy in kilocalories a day: published equations side by side, none of them the truth of one person.

Mifflin-St Jeor 1990; Henry (Oxford) 2005, doi 10.1079/PHN2005801; Cunningham 1980 and 1991, of measured lean mass only.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from hos_pipelines.domain.guidance.nutrition.eater import AdultBody

Coefficients = tuple[Decimal, Decimal, Decimal]
MIDDLE, LATE, LATEST = 30, 60, 70


def _of(weight: str, height: str, constant: str) -> Coefficients:
    return Decimal(weight), Decimal(height), Decimal(constant)


# From 18, 30 and 60 years on: kilograms, metres, constant.
HENRY: Mapping[Literal["female", "male"], tuple[Coefficients, Coefficients, Coefficients]] = {
    "male": (_of("14.4", "313", "113"), _of("11.4", "541", "-137"), _of("11.4", "541", "-256")),
    "female": (_of("10.4", "615", "-282"), _of("8.18", "502", "-11.6"), _of("8.52", "421", "10.7")),
}
# From 18, 30, 60 and 70 years on: kilograms, constant.
HENRY_BY_WEIGHT: Mapping[Literal["female", "male"], tuple[tuple[Decimal, Decimal], ...]] = {
    "male": tuple((Decimal(a), Decimal(b)) for a, b in (("16.0", 545), ("14.2", 593), ("13.0", 567), ("13.7", 481))),
    "female": tuple((Decimal(a), Decimal(b)) for a, b in (("13.1", 558), ("9.74", 694), ("10.2", 572), ("10.0", 577))),
}


def mifflin(body: AdultBody) -> Decimal:
    """10 W + 6.25 H - 5 A + 5 of men, - 161 of women: the default."""
    constant = 5 if body.sex == "male" else -161
    return 10 * body.weight_kg + Decimal("6.25") * body.height_cm - 5 * body.age + constant


def henry(body: AdultBody) -> Decimal:
    """By weight and height, shown beside the default."""
    by_weight, by_metre, constant = HENRY[body.sex][_band(body.age, MIDDLE, LATE)]
    return by_weight * body.weight_kg + by_metre * body.height_cm / 100 + constant


def henry_by_weight(body: AdultBody) -> Decimal:
    """By weight alone."""
    by_weight, constant = HENRY_BY_WEIGHT[body.sex][_band(body.age, MIDDLE, LATE, LATEST)]
    return by_weight * body.weight_kg + constant


def cunningham_1980(lean_mass_kg: Decimal) -> Decimal:
    """500 + 22 LBM."""
    return 500 + 22 * lean_mass_kg


def cunningham_1991(lean_mass_kg: Decimal) -> Decimal:
    """370 + 21.6 FFM; a second opinion, and only where lean mass was measured."""
    return 370 + Decimal("21.6") * lean_mass_kg


def _band(age: int, *starts: int) -> int:
    return sum(age >= start for start in starts)
