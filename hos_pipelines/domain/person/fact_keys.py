"""What is known of a person besides readings, by key, and who says it. `sql/` holds the same keys and ranges."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple


class FactKey(StrEnum):
    """What a fact is about, in the order in which facts are shown."""

    BIRTH_DATE = "birth_date"
    SEX = "sex"
    HEIGHT = "height"
    WEIGHT = "weight"
    BODY_FAT = "body_fat"
    LEAN_MASS = "lean_mass"
    RESTING_ENERGY = "resting_energy"
    GOAL = "goal"
    DIET = "diet"
    RESTRICTIONS = "restrictions"
    ALLERGIES = "allergies"
    HEALTH_FLAGS = "health_flags"
    WAKE_TIME_WORK = "wake_time_work"
    WAKE_TIME_FREE = "wake_time_free"
    SLEEP_TIME_WORK = "sleep_time_work"
    SLEEP_TIME_FREE = "sleep_time_free"
    WORK_DAYS = "work_days"
    WORK_HOURS = "work_hours"
    ROSTER = "roster"
    COUNTRY = "country"
    TIMEZONE = "timezone"
    OPT_OUT_OF_NUMBERS = "opt_out_of_numbers"
    ALLOW_SWITCH = "allow_switch"


class FactSource(StrEnum):
    """Who says it, the best first: the person, a device, Sahha's own record of them."""

    STATED = "stated"
    MEASURED = "measured"
    DELIVERED = "delivered"


class BodyQuantity(NamedTuple):
    """The unit a number is kept in, its least and its greatest value, and for how long it says how somebody is now."""

    unit: str
    least: float
    most: float
    lasts: timedelta | None = None


# A weight is of use for 90 days. An adult's height does not change.
MONTHS = timedelta(days=90)
QUANTITIES: Mapping[FactKey, BodyQuantity] = {
    FactKey.HEIGHT: BodyQuantity("cm", 90, 260),
    FactKey.WEIGHT: BodyQuantity("kg", 20, 400, MONTHS),
    FactKey.BODY_FAT: BodyQuantity("%", 2, 75, MONTHS),
    FactKey.LEAN_MASS: BodyQuantity("kg", 10, 200, MONTHS),
    FactKey.RESTING_ENERGY: BodyQuantity("kcal", 400, 5000, MONTHS),
}
