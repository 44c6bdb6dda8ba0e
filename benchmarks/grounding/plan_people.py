"""Synthetic people with a day to plan: bodies, hours, what they leave out, health and archetypes, always the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from random import Random
from zoneinfo import ZoneInfo

from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.plan_passages import PlanPage
from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, TimedSpan
from hos_pipelines.domain.guidance.nutrition.eater import EATING_DISORDER, Eater, Sex
from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen
from hos_pipelines.domain.guidance.nutrition.nutrition_plan import NutritionRequest, nutrition_plan
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionPlan
from hos_pipelines.domain.guidance.nutrition.plan_row import nutrition_row
from hos_pipelines.domain.guidance.plan_rows import PlanRow
from hos_pipelines.domain.guidance.plan_wording import PlanWording
from hos_pipelines.domain.guidance.routine.contract import routine_row
from hos_pipelines.domain.guidance.routine.flags import contraindications
from hos_pipelines.domain.guidance.routine.limits import Readiness
from hos_pipelines.domain.guidance.routine.plan import routine_of
from hos_pipelines.domain.guidance.routine.subject import RoutineSubject, routine_input
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.libraries.shipped import shipped_food_library, shipped_tasks

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 11, 2, tzinfo=BERLIN)
WORDS = (
    "vegan", "vegetarian", "halal", "kosher", "coeliac", "lactose_free", "milk", "egg", "peanut", "nuts", "soy", "fish",
    "sesame", "shellfish", "gluten_free", "keto", "no_pork", "jain",
)  # fmt: skip
FLAGS = (EATING_DISORDER, "pregnancy", "kidney_disease", "injury", "diabetes_on_medicine")
READINESS: tuple[Readiness | None, ...] = (None, "Low", "Medium", "High")


@dataclass(frozen=True)
class PlanSheet:
    """One plan of one person, and what a model would be given of it."""

    page: PlanPage

    @property
    def archetype(self) -> str:
        """How the person is spoken to."""
        return self.page.archetype

    @cached_property
    def evidence(self) -> Evidence:
        """What may be said of it."""
        return self.page.evidence(f"{self.page.kind[0]}{self.page.profile_id}")


def plan_pages(people: int) -> Iterator[PlanPage]:
    """Up to two plans of each person; who gets none has none here."""
    for index in range(people):
        yield from pages_of(index)


def pages_of(index: int, *words: str, flag: str | None = None) -> Iterator[PlanPage]:
    """The plans of one of them; of those who leave out something else, or of whom something else is known."""
    chance = Random(f"plan {index}")
    said = words or tuple(chance.sample(WORDS, chance.choice((0, 0, 1, 2, 3))))
    flags = frozenset(filter(None, [flag or chance.choice((*FLAGS, *[None] * 2 * len(FLAGS)))]))
    opted_out = chance.random() < 1 / 10
    wording = PlanWording(
        shipped_food_library(),
        shipped_food_library().vocabulary.restrict(said),
        has_numbers=EATING_DISORDER not in flags and not opted_out,
    )
    name, archetype = f"p{index}", list(Archetype)[index % len(Archetype)]
    eater = _eater(chance, flags, opted_out=opted_out)
    anchors = _anchors(chance, index)
    meals = nutrition_plan(NutritionRequest(name, eater, anchors, said, tuple("allergies" for _ in said)), _kitchen())
    if isinstance(meals, NutritionPlan):
        row = nutrition_row(name, meals, anchors, meals.fingerprint)
        yield PlanPage(name, archetype.value, row, wording)
    yield PlanPage(name, archetype.value, _routine(chance, index, archetype, flags | set(said)), wording)


@cache
def _kitchen() -> Kitchen:
    return Kitchen(shipped_food_library())


def _eater(chance: Random, flags: frozenset[str], *, opted_out: bool) -> Eater:
    sexes: tuple[Sex, ...] = ("female", "male", "unknown")
    return Eater(
        age=chance.randint(17, 80),
        sex=chance.choice(sexes),
        height_cm=Decimal(chance.randint(150, 198)),
        weight_kg=Decimal(chance.randint(48, 120)),
        goal=chance.choice((None, "maintain_weight", "lose_weight", "build_muscle")),
        flags=flags,
        has_opted_out_of_numbers=opted_out,
        active_energy=tuple(Decimal(chance.randint(200, 900)) for _ in range(chance.choice((0, 14)))),
    )


def _anchors(chance: Random, index: int) -> DayAnchors:
    """A day of 15 to 18 waking hours, some of them by night, some with training, a low or a shift."""
    wake = FIRST + timedelta(
        days=index % 28, hours=chance.choice((5, 6, 7, 8, 9, 15)), minutes=15 * chance.randrange(4)
    )
    asleep = wake + timedelta(hours=chance.choice((15, 16, 17, 18)))
    low, training, shift = (
        TimedSpan(wake + timedelta(hours=start), wake + timedelta(hours=start + hours), (name,))
        for start, hours, name in ((chance.randint(7, 9), 2, "zone_recovery_1_start"), (5, 1, "plan"), (7, 8, "roster"))
    )
    return DayAnchors(
        wake=wake,
        sleep=asleep,
        source="predicted",
        wake_facts=("predicted_wake",),
        sleep_facts=("predicted_bed",),
        shift=shift if chance.random() < 1 / 4 else None,
        training=training if chance.random() < 1 / 4 else None,
        low=(low,) if chance.random() < 1 / 2 else (),
    )


def _routine(chance: Random, index: int, archetype: Archetype, words: frozenset[str]) -> PlanRow:
    wake = chance.uniform(5, 9)
    facts: dict[str, float | str | list[float] | None] = {
        "predicted_wake": wake,
        "predicted_bed": (wake + 16) % 24,
        "cbt_min": wake - 2,
        "zone_peak_1_start": wake + 3,
        "zone_peak_1_end": wake + 6,
        "zone_recovery_1_start": wake + 7,
        "zone_recovery_1_end": wake + 9,
        "zone_maintenance_1_start": wake + 10,
        "zone_maintenance_1_end": wake + 12,
        "steps_median": 6000.0,
        "sedentary_duration_median": 500.0,
        "sleep_standing": chance.choice(("short", "enough")),
        "sleep_debt_14": 4.0,
        "advice_caffeine_last": (wake + 7) % 24,
        "hrv_state": "as usual",
    }
    age = chance.randint(18, 80)
    subject = RoutineSubject(
        profile_id=f"p{index}",
        archetype=archetype,
        zone=BERLIN,
        facts=facts,
        readiness=chance.choice(READINESS),
        age=age,
        flags=contraindications(words, age),
        keeps_journal=chance.random() < 1 / 2,
    )
    plan = routine_of(routine_input(subject, (FIRST + timedelta(days=index % 28)).date()), shipped_tasks())
    return routine_row(subject.profile_id, archetype.value, plan, f"{index:064x}")
