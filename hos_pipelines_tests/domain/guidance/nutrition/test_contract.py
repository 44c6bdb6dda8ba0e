"""A nutrition plan as rows: what check-ins refer to keeps its id, and a refusal stores nothing of a plan."""

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.guidance.nutrition.contract import nutrition_row
from hos_pipelines.domain.guidance.plan_rows import PlanRow, PlanStatus, plan_uuid
from hos_pipelines_tests.domain.guidance.nutrition.plates import ADULT, day, days, plan_for


def row(*words: str, profile_id: str = "p1", numbers: bool = True) -> PlanRow:
    eater = replace(ADULT, has_opted_out_of_numbers=not numbers)
    return nutrition_row(profile_id, plan_for(eater, day(), *words, profile_id=profile_id), day())


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
    tomorrow = nutrition_row("p1", plan_for(ADULT, days(5)[3]), days(5)[3])
    assert not {item.id for item in one.items} & {item.id for item in tomorrow.items}


def test_without_numbers_a_plan_is_partial_and_says_why() -> None:
    found = row(numbers=False)
    assert (found.status, list(found.notes)) == (PlanStatus.PARTIAL, ["opt_out_of_numbers"])
    assert found.items


def test_what_is_refused_stores_nothing_of_a_plan() -> None:
    found = row("vegan", "unicorn")
    assert found.status is PlanStatus.REFUSED
    assert found.refusal is not None
    assert found.refusal.code == "unknown_restriction"
    assert (found.items, found.contract, found.wakes_at) == ((), {}, None)


@pytest.mark.parametrize("wake", [f"2026-03-07T{hour}:{minute}0" for hour in (17, 18, 19) for minute in range(6)])
def test_a_meal_over_a_clock_change_lasts_as_long_as_any(wake: str) -> None:
    anchors = day(wake, zone=ZoneInfo("America/New_York"))
    found = nutrition_row("p1", plan_for(ADULT, anchors), anchors)
    assert {item.minutes for item in found.items} == {15, 30}
