"""A nutrition plan as it is stored: its contract, and each meal as an item of the frame of a day."""

from collections.abc import Iterator
from datetime import timedelta

from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, elapsed
from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen
from hos_pipelines.domain.guidance.nutrition.meal_blocks import SHARES
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionBlock, NutritionPlan
from hos_pipelines.domain.guidance.nutrition.restrictions import Restrictions
from hos_pipelines.domain.guidance.plan_rows import PlanItemRow, PlanKind, PlanRow, PlanStatus, item_uuid

HOLDS = "restrictions_hold"


def nutrition_row(profile_id: str, plan: NutritionPlan, anchors: DayAnchors, fingerprint: str) -> PlanRow:
    """A plan as it is stored: partial where figures or a goal are withheld, or its meals miss what was planned."""
    refused = [one.code for one in (plan.numbers_refused, plan.goal_refused) if one is not None]
    reasons = [*refused, *plan.shortfalls]
    return PlanRow(
        kind=PlanKind.NUTRITION,
        plan_date=plan.date,
        status=PlanStatus.PARTIAL if reasons else PlanStatus.OK,
        fingerprint=fingerprint,
        zone=str(anchors.wake.tzinfo),
        wakes_at=anchors.wake,
        beds_at=anchors.sleep,
        notes=reasons,
        contract=plan.model_dump(mode="json"),
        items=tuple(_items(profile_id, plan)),
        library_version=plan.library_version,
        restrictions=tuple(plan.restrictions),
    )


def broken_restrictions(row: PlanRow, restrictions: Restrictions, kitchen: Kitchen) -> dict[str, str]:
    """What a finished plan holds though it is left out, by the marks of each food it lists; none where all is well."""
    foods = kitchen.library.foods
    listed = {item.library_id for item in row.items}
    held = {portion.food.id for meal in kitchen.library.meals if meal.id in listed for portion in meal.portions}
    marks = sorted(mark for food in held for mark in foods[food].marks & restrictions.forbidden)
    return {HOLDS: f"{marks[0]} is left out and stands in it"} if marks else {}


def _items(profile_id: str, plan: NutritionPlan) -> Iterator[PlanItemRow]:
    for place, name in enumerate(SHARES):
        block: NutritionBlock = getattr(plan.nutrition, name)
        for order, meal in enumerate(block.meals):
            yield PlanItemRow(
                id=item_uuid(profile_id, PlanKind.NUTRITION, plan.date, f"{name}.{meal.meal_id}"),
                item_id=meal.meal_id,
                block=name,
                block_order=place,
                order=order,
                title=meal.name,
                description=meal.details,
                because=meal.because,
                starts_at=block.starts_at,
                minutes=elapsed(block.starts_at, block.ends_at) // timedelta(minutes=1),
                task_type="nutrition",
                category="nutrition",
                priority="medium",
                is_counted=False,
                reason="frame",
                fact_ids=meal.fact_ids,
                library_id=meal.meal_id,
                library_version=meal.library_version,
            )
