"""What the meals of a day miss is named with both figures; too short a day leaves meals out, and says so."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, elapsed
from hos_pipelines.domain.guidance.nutrition.meal_blocks import meal_blocks
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionPlan
from hos_pipelines.domain.guidance.nutrition.plan_row import nutrition_row
from hos_pipelines.domain.guidance.plan_rows import PlanStatus
from hos_pipelines_tests.domain.guidance.nutrition.plates import ADULT, BLOCKS, EATEN, day, days, made, span

SNACKS = {"Morning_Snack", "Afternoon_Snack"}
# Who eats more than the meals of the library can grow to.
LARGE = replace(
    ADULT,
    age=36,
    height_cm=Decimal(190),
    weight_kg=Decimal(240),
    goal="lose_weight",
    active_energy=(Decimal(1500),) * 14,
)


def short_day(hours: float = 6.5) -> DayAnchors:
    """The day after the last night at work."""
    return replace(day("2026-11-04T14:00", hours), source="roster")


def notes(plan: NutritionPlan, part: str) -> list[str]:
    return [note.text for note in plan.notes if part in note.text]


def status(plan: NutritionPlan, anchors: DayAnchors) -> tuple[PlanStatus, list[str]]:
    row = nutrition_row("p1", plan, anchors, plan.fingerprint)
    return row.status, list(row.notes)


def test_a_day_too_short_for_all_meals_leaves_out_snacks_and_the_middle_meal_and_names_what_is_missing() -> None:
    plan = made(ADULT, short_day())
    eaten = [name for name in EATEN if getattr(plan.nutrition, name).meals]
    assert eaten == ["Breakfast", "Dinner"]
    assert [getattr(plan.nutrition, name).time_range for name in eaten] == ["14:30-15:00", "17:00-17:30"]
    (note,) = notes(plan, "too short for all meals")
    assert note.endswith("meals: the morning snack, lunch and the afternoon snack are left out.")
    assert plan.energy is not None
    assert plan.nutrition.nutritional_info is not None
    held, planned = plan.nutrition.nutritional_info.calories, plan.energy.planned
    assert plan.energy.energy_gap == planned - held > planned / 3
    assert notes(plan, f"hold {held:,} kcal of the {planned:,} kcal")
    assert status(plan, short_day())[0] is PlanStatus.PARTIAL
    assert {"little_room", "energy_gap"} <= set(status(plan, short_day())[1])


def test_without_figures_a_short_day_is_told_in_words_alone() -> None:
    plan = made(replace(ADULT, has_opted_out_of_numbers=True), short_day())
    assert status(plan, short_day())[1] == ["opt_out_of_numbers", "little_room"]
    assert not [note.text for note in plan.notes if any(letter.isdigit() for letter in note.text)]


@given(st.integers(26, 112), st.integers(0, 95), st.integers(0, 6))
def test_meals_have_room_on_a_day_of_any_length(slots: int, begins: int, earlier: int) -> None:
    wake = f"2026-03-03T{begins // 4:02}:{begins % 4 * 15:02}"
    anchors = replace(day(wake, slots / 4), source="roster")
    anchors = replace(anchors, eats_for=anchors.at(15 * (slots - earlier)) if earlier else None)
    blocks = meal_blocks(anchors)
    eaten = [block for block in blocks if block.share]
    assert tuple(block.name for block in blocks) == BLOCKS
    assert eaten
    for one, other in combinations(eaten, 2):
        least = 90 if {one.name, other.name} & SNACKS else 150
        assert elapsed(one.start, other.start) >= timedelta(minutes=least)
    assert sum(block.share for block in blocks) < Decimal("1.0001")


@given(st.integers(48, 80), st.integers(0, 95), st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu"]))
def test_no_common_day_leaves_anything_out(slots: int, begins: int, zone: str) -> None:
    wake = f"2026-03-03T{begins // 4:02}:{begins % 4 * 15:02}"
    assert not any(block.left_out for block in meal_blocks(day(wake, slots / 4, ZoneInfo(zone))))


def test_a_snack_without_room_before_a_night_shift_is_taken_over_by_the_other_meals() -> None:
    at_work = span("2026-03-03T18:00", "2026-03-04T06:00", "roster")
    anchors = replace(day("2026-03-03T13:45", 18), source="roster", shift=at_work)
    blocks = {block.name: block for block in meal_blocks(anchors)}
    assert blocks["Morning_Snack"].left_out
    assert abs(float(sum(block.share for block in blocks.values())) - 1) < 0.001
    plan = made(ADULT, anchors)
    assert notes(plan, "the morning snack is left out")
    assert "little_room" not in plan.shortfalls


def test_energy_that_the_meals_do_not_hold_is_named_with_its_block_and_told_as_in_the_summary() -> None:
    plan = made(LARGE)
    assert plan.energy is not None
    assert plan.nutrition.nutritional_info is not None
    assert f"{plan.energy.planned:,} kcal" in plan.nutrition.summary
    gaps = {name: getattr(plan.nutrition, name).energy_gap for name in EATEN}
    assert any(gaps.values())
    (note,) = notes(plan, "laid out for:")
    assert f"{plan.nutrition.nutritional_info.calories:,} kcal of the {plan.energy.planned:,} kcal" in note
    for gap in filter(None, gaps.values()):
        assert f"{abs(gap):,} kcal {'less' if gap > 0 else 'more'} at" in note


@pytest.mark.parametrize("words", [(), ("vegan",), ("kosher", "nuts"), ("keto",)], ids=" + ".join)
def test_no_two_figures_contradict_each_other_without_a_word(words: tuple[str, ...]) -> None:
    for number, anchors in enumerate(days(14)):
        plan = made(replace(ADULT, weight_kg=Decimal(70 + number)), anchors, *words, profile_id=f"p{number}")
        energy, info = plan.energy, plan.nutrition.nutritional_info
        assert energy is not None
        assert info is not None
        told = " ".join(notes(plan, "other amounts than were planned"))
        is_far = not 0.9 * energy.protein_from <= info.protein <= 1.1 * energy.protein_to
        low, high = energy.protein_from, energy.protein_to
        assert (f"{info.protein} g of protein instead of {low} to {high} g" in told) == is_far
        assert (f"{info.fat} g of fat instead of {energy.fat} g" in told) == (
            abs(info.fat - energy.fat) > 0.1 * energy.fat
        )
        assert ("carbohydrate instead" in told) == (abs(info.carbs - energy.carbs) > 0.1 * energy.carbs)
        assert (f"{info.fiber} g of fibre instead of at least {energy.fiber} g" in told) == (
            info.fiber < 0.9 * energy.fiber
        )
        assert ("outside_accepted_shares" in plan.shortfalls) == (not 10 <= info.protein_percent <= 35)
        assert bool(notes(plan, "% of the energy of these meals")) == ("outside_accepted_shares" in plan.shortfalls)


def test_the_choice_of_meals_minds_protein_above_the_goal_as_it_minds_protein_below_it() -> None:
    above = 0
    for number, anchors in enumerate(days(28)):
        plan = made(replace(ADULT, weight_kg=Decimal(55 + 2 * number)), anchors, profile_id=f"p{number}")
        assert plan.energy is not None
        assert plan.nutrition.nutritional_info is not None
        above += plan.nutrition.nutritional_info.protein > 1.1 * plan.energy.protein_to
    assert above <= 3


def test_a_day_without_a_miss_is_whole() -> None:
    plans = [(made(ADULT, anchors), anchors) for anchors in days(10)]
    assert all(status(plan, anchors) == (PlanStatus.OK, []) for plan, anchors in plans)
    assert any(not plan.notes for plan, _ in plans)
