"""A nutrition plan as it is stored: the plan by its contract, and its meals one by one, which check-ins refer to."""

from collections.abc import Iterator
from datetime import timedelta

from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, elapsed
from hos_pipelines.domain.guidance.nutrition.meal_blocks import SHARES
from hos_pipelines.domain.guidance.nutrition.nutrition_results import (
    NutritionBlock,
    NutritionPlan,
    RefusedNutritionPlan,
)
from hos_pipelines.domain.guidance.nutrition.plan_refusals import Refusal
from hos_pipelines.domain.guidance.plan_rows import PlanItemRow, PlanKind, PlanRow, PlanStatus, item_uuid

MAIN_BLOCKS = ("Breakfast", "Lunch", "Dinner")


def nutrition_row(profile_id: str, plan: NutritionPlan | RefusedNutritionPlan, anchors: DayAnchors) -> PlanRow:
    """The plan as it is stored. What is refused holds nothing of a plan."""
    if isinstance(plan, RefusedNutritionPlan):
        return PlanRow(
            kind=PlanKind.NUTRITION,
            plan_date=plan.date,
            status=PlanStatus.REFUSED,
            fingerprint=plan.fingerprint,
            zone=str(anchors.wake.tzinfo or "UTC"),
            wakes_at=None,
            beds_at=None,
            notes=(),
            contract={},
            items=(),
            library_version=plan.library_version,
            refusal=Refusal(plan.refusal.code, plan.refusal.reason),
        )
    is_partial = plan.numbers_refused is not None or plan.goal_refused is not None
    return PlanRow(
        kind=PlanKind.NUTRITION,
        plan_date=plan.date,
        status=PlanStatus.PARTIAL if is_partial else PlanStatus.OK,
        fingerprint=plan.fingerprint,
        zone=str(anchors.wake.tzinfo),
        wakes_at=anchors.wake,
        beds_at=anchors.sleep,
        notes=[refusal.code for refusal in (plan.numbers_refused, plan.goal_refused) if refusal is not None],
        contract=plan.model_dump(mode="json"),
        items=tuple(_item_rows(profile_id, plan)),
        library_version=plan.library_version,
    )


def _item_rows(profile_id: str, plan: NutritionPlan) -> Iterator[PlanItemRow]:
    """Meals are shown and not counted; one that takes the place of another is another item."""
    for block_order, name in enumerate(SHARES):
        block: NutritionBlock = getattr(plan.nutrition, name)
        for order, meal in enumerate(block.meals):
            item_id = f"{name.lower()}_{meal.meal_id}"
            yield PlanItemRow(
                id=item_uuid(profile_id, PlanKind.NUTRITION, plan.date, item_id),
                item_id=item_id,
                block=name,
                block_order=block_order,
                order=order,
                title=meal.name,
                description=meal.details,
                because=meal.because,
                starts_at=block.starts_at,
                minutes=int(elapsed(block.starts_at, block.ends_at) / timedelta(minutes=1)),
                task_type="nutrition",
                category="nutrition",
                priority="high" if name in MAIN_BLOCKS else "medium",
                is_counted=False,
                reason="chosen",
                fact_ids=meal.fact_ids,
                library_id=meal.meal_id,
                library_version=meal.library_version,
            )
