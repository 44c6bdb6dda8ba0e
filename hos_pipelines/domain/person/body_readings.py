"""Readings of the body as facts: measured, each with the day it is of. What is not plausible is not believed."""

from collections.abc import Mapping
from datetime import datetime

from hos_pipelines.domain.person.fact_keys import QUANTITIES, FactKey, FactSource
from hos_pipelines.domain.person.profile_facts import ProfileFact

BODY_TYPES: Mapping[str, FactKey] = {
    "weight": FactKey.WEIGHT,
    "height": FactKey.HEIGHT,
    "body_fat": FactKey.BODY_FAT,
    "lean_mass": FactKey.LEAN_MASS,
    "resting_energy_burned": FactKey.RESTING_ENERGY,
}
# How many of ours one of a unit as delivered is; where none is delivered it is the one Sahha documents.
UNITS: Mapping[FactKey, Mapping[str | None, float]] = {
    FactKey.HEIGHT: {None: 100.0, "meter": 100.0, "metre": 100.0, "m": 100.0, "centimeter": 1.0, "cm": 1.0},
    FactKey.WEIGHT: {None: 1.0, "kilogram": 1.0, "kg": 1.0, "gram": 0.001, "g": 0.001},
    FactKey.LEAN_MASS: {None: 1.0, "kilogram": 1.0, "kg": 1.0, "gram": 0.001, "g": 0.001},
    FactKey.BODY_FAT: {None: 1.0, "percentage": 1.0, "percent": 1.0, "%": 1.0},
    FactKey.RESTING_ENERGY: {None: 1.0, "kcal": 1.0, "kilocalorie": 1.0},
}


def measured_fact(
    kind: str, value: str, unit: str | None, measured_at: datetime, observed_at: datetime | None
) -> ProfileFact | None:
    """The fact of a reading; None where its number or unit cannot be one of a person's."""
    key = BODY_TYPES[kind]
    factor = UNITS[key].get(None if unit is None else unit.strip().casefold())
    try:
        number = float(value) * (factor or 0.0)
    except ValueError:
        return None
    quantity = QUANTITIES[key]
    if factor is None or not quantity.least <= number <= quantity.most:
        return None
    return ProfileFact(key, round(number, 2), FactSource.MEASURED, measured_at, observed_at or measured_at)
