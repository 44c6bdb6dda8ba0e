"""A nutrition plan as rows: what check-ins refer to keeps its id, and a meal lasts as long as it does."""

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors
from hos_pipelines.domain.guidance.nutrition.eater import Eater
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionPlan
from hos_pipelines.domain.guidance.nutrition.plan_row import nutrition_row
from hos_pipelines.domain.guidance.plan_rows import PlanRow, PlanStatus, plan_uuid
from hos_pipelines_tests.domain.guidance.nutrition.plates import ADULT, day, days, plan_for


def row(*words: str, profile_id: str = "p1", numbers: bool = True) -> PlanRow:
    eater = replace(ADULT, has_opted_out_of_numbers=not numbers)
    return row_of(eater, day(), *words, profile_id=profile_id)


def row_of(eater: Eater, anchors: DayAnchors, *words: str, profile_id: str = "p1") -> PlanRow:
    plan = plan_for(eater, anchors, *words, profile_id=profile_id)
    assert isinstance(plan, NutritionPlan)
    return nutrition_row(profile_id, plan, anchors, plan.fingerprint)


def test_every_meal_is_an_item_of_its_own_with_facts_and_a_reason() -> None:
    found = row("vegetarian")
    assert found.status is PlanStatus.OK
    assert [item.block for item in found.items] == [
        *("Early_Morning", "Breakfast", "Morning_Snack", "Lunch", "Afternoon_Snack", "Dinner"),
    ]
    for item in found.items:
        assert item.fact_ids
        assert item.because
        assert item.minutes in {15, 30}
        assert not item.is_counted
    assert json.loads(json.dumps(found.contract))["date"] == "2026-03-03"


def test_the_same_plan_has_the_same_ids_and_another_person_or_day_others() -> None:
    one, again, other = row("vegan"), row("vegan"), row("vegan", profile_id="p2")
    assert one == again
    assert plan_uuid("p1", one) == plan_uuid("p1", again)
    assert not {item.id for item in one.items} & {item.id for item in other.items}
    tomorrow = row_of(ADULT, days(5)[3])
    assert not {item.id for item in one.items} & {item.id for item in tomorrow.items}


def test_without_numbers_a_plan_is_partial_and_says_why() -> None:
    found = row(numbers=False)
    assert (found.status, list(found.notes)) == (PlanStatus.PARTIAL, ["opt_out_of_numbers"])
    assert found.items


@pytest.mark.parametrize("wake", [f"2026-03-07T{hour}:{minute}0" for hour in (17, 18, 19) for minute in range(6)])
def test_a_meal_over_a_clock_change_lasts_as_long_as_any(wake: str) -> None:
    anchors = day(wake, zone=ZoneInfo("America/New_York"))
    found = row_of(ADULT, anchors)
    assert {item.minutes for item in found.items} == {15, 30}
