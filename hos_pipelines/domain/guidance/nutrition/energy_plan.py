"""The figures of one person: resting energy side by side, the need as a range, what is planned for, and its limits."""

from dataclasses import dataclass
from decimal import Decimal

from hos_pipelines.domain.guidance.nutrition.activity_category import measured_activity
from hos_pipelines.domain.guidance.nutrition.eater import AdultBody, Category, Eater
from hos_pipelines.domain.guidance.nutrition.energy_need import CATEGORIES, NOT_MEASURED, EnergyRange, needed
from hos_pipelines.domain.guidance.nutrition.energy_refusals import numbers_refusal
from hos_pipelines.domain.guidance.nutrition.intake_limits import IntakeLimits, limits
from hos_pipelines.domain.guidance.nutrition.macronutrients import (
    KCAL_CARBOHYDRATE,
    KCAL_FAT,
    KCAL_PROTEIN,
    LOSE,
    Macros,
    macros_within,
    protein_range,
)
from hos_pipelines.domain.guidance.nutrition.nutrients import half_up
from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal
from hos_pipelines.domain.guidance.nutrition.resting_energy import cunningham_1991, henry, mifflin
from hos_pipelines.domain.guidance.nutrition.weight_change import deficit, deficit_refusal, floor_of, share_of


@dataclass(frozen=True, slots=True)
class RestingEnergy:
    """Kilocalories a day by each equation, from and to where the sex is not known; Cunningham of measured lean mass."""

    mifflin: tuple[Decimal, Decimal]
    henry: tuple[Decimal, Decimal]
    cunningham: Decimal | None


@dataclass(frozen=True, slots=True)
class EnergyPlan:
    """`need` is the range at this weight, `planned` what the day is laid out for; macros and limits are of that.

    `notes` say what was held back and why; `refused` is why a wish to lose weight is not followed.
    """

    resting: RestingEnergy
    categories: tuple[Category, ...]
    is_measured: bool
    need: EnergyRange
    planned: Decimal
    protein_g: tuple[int, int]
    macros: Macros
    limits: IntakeLimits
    notes: tuple[str, ...]
    refused: Refusal | None
    fact_ids: tuple[str, ...]


def energy_plan(eater: Eater, most_carbohydrate_g: int | None = None) -> EnergyPlan | Refusal:
    """The figures, or the reason why none are told."""
    refusal = numbers_refusal(eater)
    if refusal is not None:
        return refusal
    bodies = _bodies(eater)
    measured = _measured_categories(eater, bodies)
    categories, is_measured = _categories(eater, measured), measured is not None
    need = needed(bodies, categories, is_measured=is_measured)
    notes = [] if is_measured else ["Nothing measured tells how active you are, so the range is wide."]
    planned, refused = _planned(eater, bodies, need, notes)
    body = bodies[0]
    low, high = protein_range(eater.goal, body.age, body.height_cm, body.weight_kg)
    macros = _macros(planned, (low + high) / 2, most_carbohydrate_g)
    if macros.note is not None:
        notes.append(macros.note)
    lean = eater.lean_mass_kg
    return EnergyPlan(
        resting=RestingEnergy(
            _span([mifflin(body) for body in bodies]),
            _span([henry(body) for body in bodies]),
            None if lean is None else half_up(cunningham_1991(lean), 1),
        ),
        categories=categories,
        is_measured=is_measured,
        need=need,
        planned=planned,
        protein_g=(int(half_up(low)), int(half_up(high))),
        macros=macros,
        limits=limits(planned, eater.sex),
        notes=tuple(notes),
        refused=refused,
        fact_ids=tuple(_cited(eater, is_measured=is_measured)),
    )


def _bodies(eater: Eater) -> list[AdultBody]:
    """One body for each equation that may apply.

    Raises:
        ValueError: a refusal should have come before.
    """
    if eater.age is None or eater.height_cm is None or eater.weight_kg is None:
        raise ValueError("age, height and weight: numbers are refused where one is not known.")
    age, height, weight = eater.age, eater.height_cm, eater.weight_kg
    if eater.sex == "unknown":
        return [AdultBody("female", age, height, weight), AdultBody("male", age, height, weight)]
    return [AdultBody(eater.sex, age, height, weight)]


def _measured_categories(eater: Eater, bodies: list[AdultBody]) -> tuple[Category, ...] | None:
    """Those that measured activity allows by either equation; None where one allows nothing to be said."""
    found = [measured_activity(mifflin(body), eater.active_energy) for body in bodies]
    allowed = {category for activity in found if activity is not None for category in activity.categories}
    return None if None in found else tuple(category for category in CATEGORIES if category in allowed)


def _categories(eater: Eater, measured: tuple[Category, ...] | None) -> tuple[Category, ...]:
    """The measured ones; of those a settled one that is not excluded by them stays."""
    if measured is None:
        return NOT_MEASURED
    if eater.category is not None and eater.category not in measured:
        return (eater.category,)
    return measured


def _planned(
    eater: Eater, bodies: list[AdultBody], need: EnergyRange, notes: list[str]
) -> tuple[Decimal, Refusal | None]:
    if eater.goal != LOSE:
        return need.middle, None
    refused = deficit_refusal(bodies[0])
    if refused is not None:
        return need.middle, refused
    if len(bodies) > 1:
        notes.append(
            "No energy is taken away, as it is not known which of the two equations is yours: it takes your sex."
        )
        return need.middle, None
    body = bodies[0]
    taken = deficit(need.middle, share_of(body), floor_of(body, mifflin(body)))
    if taken.is_at_floor:
        notes.append("No more is taken away: the plan stays at what a body needs at rest, or at the least for adults.")
    return taken.energy, None


def _macros(planned: Decimal, protein_g: Decimal, most_carbohydrate_g: int | None) -> Macros:
    if most_carbohydrate_g is None:
        return macros_within(planned, protein_g)
    protein = int(half_up(protein_g))
    fat = (planned - KCAL_PROTEIN * protein - KCAL_CARBOHYDRATE * most_carbohydrate_g) / KCAL_FAT
    return Macros(protein, int(half_up(fat)), most_carbohydrate_g)


def _span(values: list[Decimal]) -> tuple[Decimal, Decimal]:
    return half_up(min(values), 1), half_up(max(values), 1)


def _cited(eater: Eater, *, is_measured: bool) -> list[str]:
    fields = ["age", "sex", "height_cm", "weight_kg"]
    if eater.goal is not None:
        fields.append("goal")
    if is_measured:
        fields.append("active_energy")
    return eater.cite(*fields)
