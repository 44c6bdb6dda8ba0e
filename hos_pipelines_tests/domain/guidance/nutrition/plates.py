"""People, days and kitchens that tests of nutrition plans share."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, TimedSpan
from hos_pipelines.domain.guidance.nutrition.eater import Eater
from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen
from hos_pipelines.domain.guidance.nutrition.nutrition_plan import NutritionRequest, nutrition_plan
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionPlan, RefusedNutritionPlan
from hos_pipelines.libraries.shipped import shipped_food_library

BERLIN = ZoneInfo("Europe/Berlin")
ADULT = Eater(
    age=30,
    sex="male",
    height_cm=Decimal(180),
    weight_kg=Decimal(80),
    goal="maintain_weight",
    active_energy=(Decimal(500),) * 14,
)
BLOCKS = ("Early_Morning", "Breakfast", "Morning_Snack", "Lunch", "Afternoon_Snack", "Dinner", "Evening_Snack")
EATEN = ("Breakfast", "Morning_Snack", "Lunch", "Afternoon_Snack", "Dinner")


@lru_cache(maxsize=1)
def kitchen() -> Kitchen:
    return Kitchen(shipped_food_library())


def day(wake: str = "2026-03-03T07:00", awake_hours: float = 16, zone: ZoneInfo = BERLIN) -> DayAnchors:
    start = datetime.fromisoformat(wake).replace(tzinfo=zone)
    return DayAnchors(
        wake=start,
        sleep=datetime.fromtimestamp(start.timestamp() + awake_hours * 3600, tz=zone),
        source="predicted",
        wake_facts=("predicted_wake",),
        sleep_facts=("predicted_bed",),
    )


def span(start: str, end: str, fact_id: str) -> TimedSpan:
    first, last = (datetime.fromisoformat(at).replace(tzinfo=BERLIN) for at in (start, end))
    return TimedSpan(first, last, (fact_id,))


def plan_for(
    eater: Eater = ADULT, anchors: DayAnchors | None = None, *words: str, profile_id: str = "p1"
) -> NutritionPlan | RefusedNutritionPlan:
    request = NutritionRequest(profile_id, eater, anchors or day(), words, tuple(f"restriction_{n}" for n in words))
    return nutrition_plan(request, kitchen())


def made(eater: Eater = ADULT, anchors: DayAnchors | None = None, *words: str, profile_id: str = "p1") -> NutritionPlan:
    plan = plan_for(eater, anchors, *words, profile_id=profile_id)
    assert isinstance(plan, NutritionPlan), plan
    return plan


def refused(eater: Eater = ADULT, anchors: DayAnchors | None = None, *words: str) -> RefusedNutritionPlan:
    plan = plan_for(eater, anchors, *words)
    assert isinstance(plan, RefusedNutritionPlan)
    return plan


def days(count: int) -> list[DayAnchors]:
    first = datetime(2026, 3, 1, 7, tzinfo=BERLIN)
    return [day((first + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M")) for number in range(count)]
