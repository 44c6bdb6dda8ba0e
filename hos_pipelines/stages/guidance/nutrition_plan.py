"""The stage of nutrition plans: reads facts, the times of the routine's day, energy of activity and meals of late."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.guidance.nutrition.activity_series import (
    LOOK_BACK,
    EnergyDays,
    energy_days,
    settled_category,
)
from hos_pipelines.domain.guidance.nutrition.eater import AdultBody, Eater
from hos_pipelines.domain.guidance.nutrition.eater_of import eater_of, restriction_words
from hos_pipelines.domain.guidance.nutrition.energy_refusals import numbers_refusal
from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen
from hos_pipelines.domain.guidance.nutrition.nutrition_plan import NutritionRequest, fingerprint_of, nutrition_plan
from hos_pipelines.domain.guidance.nutrition.nutrition_results import RefusedNutritionPlan
from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal
from hos_pipelines.domain.guidance.nutrition.plan_row import broken_restrictions, nutrition_row
from hos_pipelines.domain.guidance.nutrition.resting_energy import mifflin
from hos_pipelines.domain.guidance.plan_rows import PlanKind, PlanRow
from hos_pipelines.domain.history import Row, read_history
from hos_pipelines.domain.sync import Stream
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.postgres.plan_store import read_recent_meals, write_plans
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment, GuidanceStage
from hos_pipelines.stages.guidance.plan_material import PlanMaterial, good_until, read_plan_material, refused_plan
from hos_pipelines.stages.guidance.plan_words import words_of_plans

ACTIVE_ENERGY = "active_energy_burned"
# A day without a step was not worn, which only steps tell.
ENERGY_TYPES = (ACTIVE_ENERGY, "steps")
MEALS_OF = timedelta(days=3)


@lru_cache(maxsize=1)
def shipped_kitchen() -> Kitchen:
    """The library that comes with the package, made ready once a process."""
    return Kitchen(shipped_food_library())


@dataclass(frozen=True)
class NutritionMaterial:
    """What a plan of meals is made from: the person and their day, readings of energy, meals of the days before."""

    person: PlanMaterial
    readings: Sequence[Row]
    meals: Sequence[tuple[date, str]]

    @cached_property
    def request(self) -> NutritionRequest | Refusal:
        """What the plan is asked for, or why there is no day to plan."""
        day = self.person.day
        if isinstance(day, Refusal):
            return day
        words, word_facts = restriction_words(self.person.facts_of_day)
        return NutritionRequest(
            profile_id=self.person.known.profile_id,
            eater=self._eater(day.day),
            anchors=self.person.day_anchors(day),
            words=words,
            word_facts=word_facts,
            recent_meals=tuple(meal for on, meal in self.meals if day.day - MEALS_OF <= on < day.day),
        )

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the day and all its plan depends on."""
        asked = self.request
        told = (
            f"{self.person.planned_date} {asked}"
            if isinstance(asked, Refusal)
            else fingerprint_of(asked, shipped_kitchen())
        )
        return hashlib.sha256(f"{RULE_VERSIONS[GuidanceKind.NUTRITION_PLAN]}\n{told}".encode()).hexdigest()

    def _eater(self, day: date) -> Eater:
        measured = self._measured
        eater = eater_of(self.person.facts_of_day, day, energy_days(measured, day))
        if not measured or eater.sex == "unknown" or numbers_refusal(eater) is not None:
            return eater
        if eater.age is None or eater.height_cm is None or eater.weight_kg is None:
            return eater
        body = AdultBody(eater.sex, eater.age, eater.height_cm, eater.weight_kg)
        return replace(eater, category=settled_category(measured, day, mifflin(body)))

    @property
    def _measured(self) -> EnergyDays:
        """The energy of activity of each worn local day that can be believed."""
        known = self.person.known
        series = read_history(known.profile_id, self.readings, known.archetype, known.timezone).of(ACTIVE_ENERGY)
        days = zip(series.days.tolist(), series.values.tolist(), strict=True)
        return {date.fromordinal(day): Decimal(str(value)) for day, value in days}


def read_nutrition_material(
    connection: Connection[Any], profile_ids: Sequence[str], at: GuidanceMoment
) -> dict[str, NutritionMaterial]:
    """What there is of these people, by a query for each kind of row."""
    people = read_plan_material(connection, PlanKind.NUTRITION, profile_ids, at)
    today = at.now.date()
    readings = load_readings(connection, {Stream.BIOMARKERS: ENERGY_TYPES}, profile_ids, LOOK_BACK.days, today)
    meals = read_recent_meals(connection, profile_ids, today - MEALS_OF - timedelta(days=1))
    return {key: NutritionMaterial(one, readings.get(key, ()), meals.get(key, ())) for key, one in people.items()}


def digest_of(material: NutritionMaterial, at: GuidanceMoment) -> str:
    """A digest of the day and all its plan depends on."""
    del at
    return material.fingerprint


def make_nutrition(material: NutritionMaterial, at: GuidanceMoment) -> Guidance[PlanRow]:
    """The meals of the day that is asked for now, or why there is no plan of them."""
    del at
    kitchen, asked = shipped_kitchen(), material.request
    if isinstance(asked, Refusal):
        return _refused(material, asked)
    plan = nutrition_plan(asked, kitchen)
    if isinstance(plan, RefusedNutritionPlan):
        return _refused(material, Refusal(plan.refusal.code, plan.refusal.reason))
    row = nutrition_row(asked.profile_id, plan, asked.anchors, material.fingerprint)
    return Guidance(
        row,
        row.status.value,
        {"items": len(row.items), "counted": 0, "day": plan.date.isoformat()},
        broken_checks=broken_restrictions(
            row, kitchen.library.vocabulary.restrict(asked.words, asked.eater.flags), kitchen
        ),
    )


def _refused(material: NutritionMaterial, refusal: Refusal) -> Guidance[PlanRow]:
    version = shipped_kitchen().library.version
    return refused_plan(material.person, PlanKind.NUTRITION, refusal, material.fingerprint, version)


def meals_good_until(material: NutritionMaterial, at: GuidanceMoment) -> datetime | None:
    """As long as the day of the routine."""
    return good_until(material.person, at)


def write_meals(connection: Connection[Any], rows: Mapping[str, PlanRow], now: datetime) -> None:
    """Writes the plans of a chunk."""
    write_plans(connection, rows, RULE_VERSIONS[GuidanceKind.NUTRITION_PLAN], now)


NUTRITION_PLAN: GuidanceStage[NutritionMaterial, PlanRow] = GuidanceStage(
    GuidanceKind.NUTRITION_PLAN,
    read_nutrition_material,
    digest_of,
    make_nutrition,
    write_meals,
    meals_good_until,
    words=words_of_plans(lambda material: material.person),
    needs_news=False,
)
