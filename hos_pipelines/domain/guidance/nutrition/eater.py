"""What a nutrition plan knows of a person: facts with the ids they are cited by; None where nothing has been said."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Sex = Literal["female", "male", "unknown"]
Category = Literal["inactive", "low active", "active", "very active"]

# What a care team decides on, each as it is named in a sentence.
CARE_FLAGS: Mapping[str, str] = {
    "pregnancy": "pregnancy",
    "lactation": "breastfeeding",
    "bariatric_surgery": "surgery on the stomach",
    "kidney_disease": "kidney disease",
    "liver_disease": "liver disease",
    "heart_failure": "heart failure",
    "fluid_limit": "a limit on fluids",
    "diabetes_on_medicine": "diabetes treated with medicine",
    "pku": "phenylketonuria",
    "cancer_treatment": "treatment for cancer",
    "blood_thinner": "a medicine against clots",
    "mao_inhibitor": "a MAO inhibitor",
}
EATING_DISORDER = "eating_disorder"
MEDICINES = ("thyroid_medicine",)
# What decides over movement and over no food.
OTHER_FLAGS = ("injury",)
EATERS_FLAGS = frozenset({*CARE_FLAGS, EATING_DISORDER, *MEDICINES, *OTHER_FLAGS})
# The fact that each field comes from.
FIELD_FACTS: Mapping[str, str] = {
    "age": "birth_date",
    "is_adult": "birth_date",
    "sex": "sex",
    "height_cm": "height",
    "weight_kg": "weight",
    "lean_mass_kg": "lean_mass",
    "goal": "goal",
    "flags": "health_flags",
    "has_opted_out_of_numbers": "opt_out_of_numbers",
    "active_energy": "active_energy_burned_median",
}


@dataclass(frozen=True, slots=True)
class Eater:
    """Sex is the variable of the equations. `is_adult` is a statement of the person, beside or instead of an age.

    `active_energy` are the kilocalories of activity of each worn day, as measured; steps are not among them. `category`
    is the one the last two evaluations agreed on.
    """

    age: int | None = None
    is_adult: bool | None = None
    sex: Sex = "unknown"
    height_cm: Decimal | None = None
    weight_kg: Decimal | None = None
    weight_age_days: int = 0
    lean_mass_kg: Decimal | None = None
    goal: str | None = None
    flags: frozenset[str] = frozenset()
    has_opted_out_of_numbers: bool = False
    active_energy: tuple[Decimal, ...] = ()
    category: Category | None = None

    @staticmethod
    def cite(*fields: str) -> list[str]:
        """The ids of the facts that these fields come from, each once."""
        return list(dict.fromkeys(FIELD_FACTS[name] for name in fields))


@dataclass(frozen=True, slots=True)
class AdultBody:
    """What the equations of energy take: an adult's age in years, centimetres and kilograms."""

    sex: Literal["female", "male"]
    age: int
    height_cm: Decimal
    weight_kg: Decimal

    @property
    def bmi(self) -> Decimal:
        """Kilograms by square metre, as exact as it is given."""
        metres = self.height_cm / 100
        return self.weight_kg / (metres * metres)


def weight_at(bmi: Decimal, height_cm: Decimal) -> Decimal:
    """The weight in kilograms that has this body-mass index."""
    metres = height_cm / 100
    return bmi * metres * metres
