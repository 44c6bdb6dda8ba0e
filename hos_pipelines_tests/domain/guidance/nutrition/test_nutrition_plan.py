"""Whole nutrition plans: contract, people who need care, night workers, clock changes, and what every day keeps."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors
from hos_pipelines.domain.guidance.nutrition.eater import CARE_FLAGS, Eater
from hos_pipelines.domain.guidance.nutrition.food_library import FoodLibrary
from hos_pipelines.domain.guidance.nutrition.kitchen import Kitchen
from hos_pipelines.domain.guidance.nutrition.meal_blocks import meal_blocks
from hos_pipelines.domain.guidance.nutrition.nutrition_plan import NutritionRequest, nutrition_plan, texts_of
from hos_pipelines.domain.guidance.nutrition.nutrition_results import (
    NutritionBlock,
    NutritionPlan,
    RefusedNutritionPlan,
)
from hos_pipelines.domain.guidance.nutrition.planned_meal_block import MealBlock
from hos_pipelines_tests.domain.guidance.nutrition.plates import (
    ADULT,
    BLOCKS,
    EATEN,
    day,
    days,
    kitchen,
    made,
    refused,
    span,
)

LOW_HOURS = span("2026-03-03T15:30", "2026-03-03T17:00", "zone_recovery_1_start")
HOURS_ONLY = ("pku", "mao_inhibitor", "blood_thinner")
NIGHT_SHIFT = span("2026-03-03T22:00", "2026-03-04T06:00", "roster")


def block(plan: NutritionPlan, name: str) -> NutritionBlock:
    found = getattr(plan.nutrition, name)
    assert isinstance(found, NutritionBlock)
    return found


def eaten(plan: NutritionPlan) -> list[NutritionBlock]:
    return [block(plan, name) for name in EATEN]


def test_a_plan_has_the_keys_its_readers_depend_on() -> None:
    told = json.loads(made().model_dump_json())
    assert told["date"] == "2026-03-03"
    assert set(told["nutrition"]) == {"summary", "nutritional_info", *BLOCKS}
    assert {"time_range", "nutrition_tip", "meals"} <= set(told["nutrition"]["Lunch"])
    assert {"name", "details", "calories", "protein", "macros"} <= set(told["nutrition"]["Lunch"]["meals"][0])
    assert set(told["nutrition"]["Lunch"]["meals"][0]["macros"]) == {"carbs", "fat"}
    info = told["nutrition"]["nutritional_info"]
    assert set(info["vitamins"]) == {"Vitamin_D", "Calcium", "Iron", "Magnesium"}
    assert info["protein_percent"] + info["carbs_percent"] + info["fat_percent"] == 100


def test_everything_adds_up_from_the_foods_listed() -> None:
    foods = kitchen().library.foods
    plan = made()
    exact = sum(
        foods[food.food_id].kcal * (food.grams or 0) / 100_000
        for name in BLOCKS
        for meal in block(plan, name).meals
        for food in meal.foods
    )
    info = plan.nutrition.nutritional_info
    assert info is not None
    assert plan.energy is not None
    assert info.calories == round(exact)
    assert plan.energy.energy_gap == plan.energy.planned - info.calories
    for one in eaten(plan):
        assert one.energy_asked is not None
        calories = one.meals[0].calories
        assert calories is not None
        is_near = abs(calories - one.energy_asked) <= one.energy_asked / 10
        assert one.energy_gap == (0 if is_near else one.energy_asked - calories)


def test_every_item_names_its_facts_its_reason_and_its_library() -> None:
    plan = made(ADULT, day(), "nuts")
    for name in BLOCKS:
        assert block(plan, name).fact_ids
        assert block(plan, name).because.endswith(".")
        for meal in block(plan, name).meals:
            assert "restriction_nuts" in meal.fact_ids
            assert meal.because.endswith(".")
            assert (meal.library_id, meal.library_version) == ("nutrition", kitchen().library.version)


def test_the_same_input_gives_the_same_bytes_and_another_day_another_plan() -> None:
    once, again = made(), made()
    assert once.model_dump_json() == again.model_dump_json()
    weeks = [made(anchors=anchors) for anchors in days(28)]
    assert len({plan.fingerprint for plan in weeks}) == 28
    for name in ("Breakfast", "Lunch", "Dinner"):
        times = Counter(block(plan, name).meals[0].meal_id for plan in weeks)
        assert len(times) >= 8
        assert max(times.values()) <= 9


def test_what_was_eaten_lately_stands_back() -> None:
    first = made()
    recent = tuple(meal.meal_id for one in eaten(first) for meal in one.meals)
    second = nutrition_plan(NutritionRequest("p1", ADULT, day(), recent_meals=recent), kitchen())
    assert isinstance(second, NutritionPlan)
    assert not {meal.meal_id for one in eaten(second) for meal in one.meals} & set(recent)


@pytest.mark.parametrize(
    ("eater", "code"),
    [
        (Eater(), "adult_status_unknown"),
        (replace(ADULT, age=17), "below_19"),
        (replace(ADULT, flags=frozenset({"eating_disorder"})), "eating_disorder"),
        (replace(ADULT, has_opted_out_of_numbers=True), "opt_out_of_numbers"),
        (replace(ADULT, weight_kg=None), "weight_unknown"),
        *((replace(ADULT, flags=frozenset({flag})), flag) for flag in CARE_FLAGS),
    ],
)
def test_whoever_gets_no_numbers_gets_meals_hours_and_plates_without_any(eater: Eater, code: str) -> None:
    plan = made(eater, day(), "vegan")
    assert plan.status == "without_numbers"
    assert plan.numbers_refused is not None
    assert plan.numbers_refused.code == code
    assert plan.energy is None
    assert plan.nutrition.nutritional_info is None
    assert ("plate" in plan.nutrition.summary) == (code not in HOURS_ONLY)
    assert not any(letter.isdigit() for text in texts_of(plan) for letter in text)
    assert not any(letter.isdigit() for letter in plan.numbers_refused.reason)
    told = json.loads(plan.model_dump_json())
    assert numbers_in({key: value for key, value in told.items() if key != "date"}) == []
    assert all(bool(one.meals) == (code not in HOURS_ONLY) for one in eaten(plan))
    assert any("care team" in note.text for note in plan.notes) == (code in CARE_FLAGS)


def numbers_in(value: object) -> list[object]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in numbers_in(one)]
    if isinstance(value, list):
        return [found for one in value for found in numbers_in(one)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


@pytest.mark.parametrize("flag", ["fluid_limit", "heart_failure", "kidney_disease"])
def test_nobody_with_a_limit_on_fluids_is_told_to_drink(flag: str) -> None:
    plan = made(replace(ADULT, flags=frozenset({flag})))
    assert block(plan, "Early_Morning").meals == []


def test_a_body_mass_index_of_17_that_asks_to_lose_is_answered_with_the_reason() -> None:
    plan = made(replace(ADULT, weight_kg=Decimal(55), goal="lose_weight"))
    assert plan.goal_refused is not None
    assert plan.goal_refused.code == "underweight"
    assert plan.energy is not None


def test_a_wish_to_lose_weight_is_answered_where_no_figure_is_told() -> None:
    for eater in (replace(ADULT, flags=frozenset({"pregnancy"})), replace(ADULT, age=17)):
        plan = made(replace(eater, goal="lose_weight"))
        assert [note.fact_ids for note in plan.notes if "lose weight" in note.text] == [["goal"]]
        assert plan.energy is None


def test_without_figures_no_day_goes_without_starch_that_a_wish_did_not_ask_for() -> None:
    meals = {meal.id: meal for meal in kitchen().library.meals}
    for number, anchors in enumerate(days(28)):
        plan = made(replace(ADULT, age=17), anchors, profile_id=f"young{number}")
        chosen = [meals[meal.meal_id] for one in eaten(plan) for meal in one.meals]
        assert not [meal.id for meal in chosen if "low_carbohydrate" in meal.tags]


def test_the_hour_after_the_last_meal_forbids_nobody_to_eat() -> None:
    for eater in (ADULT, replace(ADULT, flags=frozenset({"diabetes_on_medicine"}))):
        evening = block(made(eater), "Evening_Snack")
        assert evening.meals == []
        assert "hungry" in evening.nutrition_tip


def test_whoever_a_trace_may_matter_to_is_told_to_read_labels() -> None:
    for words, is_told in ((("walnut",), True), (("coeliac",), True), (("vegan",), False), ((), False)):
        assert any("label" in note.text for note in made(ADULT, None, *words).notes) == is_told


def test_a_medicine_is_said_not_to_be_known() -> None:
    plan = made(replace(ADULT, flags=frozenset({"thyroid_medicine"})))
    assert any("medicine" in note.text for note in plan.notes)
    assert plan.energy is not None


def test_the_day_of_a_common_sleeper_lies_where_it_should() -> None:
    plan = made()
    assert [block(plan, name).time_range for name in BLOCKS] == [
        "07:00-07:15",
        "08:00-08:30",
        "10:30-11:00",
        "12:55-13:25",
        "16:15-16:45",
        "19:30-20:00",
        "21:00-21:30",
    ]
    assert block(plan, "Evening_Snack").meals == []


def test_the_afternoon_snack_comes_where_energy_is_low_and_names_that_fact() -> None:
    found = block(made(anchors=replace(day(), low=(LOW_HOURS,))), "Afternoon_Snack")
    assert found.time_range == "15:30-16:00"
    assert found.fact_ids == ["zone_recovery_1_start"]


def test_a_night_worker_eats_before_the_shift_and_little_in_the_small_hours() -> None:
    plan = made(anchors=replace(day("2026-03-03T17:00"), shift=NIGHT_SHIFT))
    assert plan.date.isoformat() == "2026-03-03"
    lunch = block(plan, "Lunch")
    assert lunch.ends_at <= lunch.starts_at.replace(hour=21, minute=45)
    assert "roster" in lunch.fact_ids
    total = sum(one.energy_asked or 0 for one in eaten(plan))
    for one in eaten(plan):
        if one.starts_at.hour < 5:
            assert (one.energy_asked or 0) <= 0.07 * total
    assert block(plan, "Dinner").ends_at == datetime(2026, 3, 4, 6, tzinfo=lunch.starts_at.tzinfo)
    assert plan.energy is not None
    assert abs(total - plan.energy.planned) <= 30


def test_snacks_beside_training_suit_it() -> None:
    anchors = replace(day(), training=span("2026-03-03T17:30", "2026-03-03T18:30", "training"))
    snack = block(made(anchors=anchors), "Afternoon_Snack")
    meals = {meal.id: meal for meal in kitchen().library.meals}
    assert "before_training" in meals[snack.meals[0].meal_id].uses
    assert "training" in snack.fact_ids


@pytest.mark.parametrize(
    ("wake", "zone"),
    [
        ("2026-03-08T07:00", "America/New_York"),
        ("2026-03-07T20:00", "America/New_York"),
        ("2026-11-01T07:00", "America/New_York"),
        ("2026-10-31T19:00", "America/New_York"),
        ("2026-04-04T18:00", "Australia/Lord_Howe"),
        ("2026-10-03T18:00", "Australia/Lord_Howe"),
        ("2026-09-05T18:00", "America/Santiago"),
        ("2026-04-04T18:00", "America/Santiago"),
    ],
)
def test_over_a_clock_change_the_last_meal_still_ends_three_real_hours_before_bed(wake: str, zone: str) -> None:
    anchors = day(wake, zone=ZoneInfo(zone))
    plan = made(anchors=anchors)
    dinner = block(plan, "Dinner")
    assert anchors.sleep.astimezone(UTC) - dinner.ends_at.astimezone(UTC) == timedelta(hours=3)
    order = [block(plan, name).starts_at.astimezone(UTC) for name in BLOCKS]
    assert order == sorted(order)
    assert plan.date.isoformat() == wake[:10]


def test_days_that_cannot_be_laid_out_are_refused_with_a_reason() -> None:
    naive = replace(day(), wake=datetime(2026, 3, 3, 7), sleep=datetime(2026, 3, 3, 23))  # noqa: DTZ001
    assert refused(anchors=naive).refusal.code == "unknown_timezone"
    assert refused(anchors=day(awake_hours=8)).refusal.code == "contradictory_preferences"
    assert refused(anchors=day(awake_hours=0)).refusal.code == "contradictory_preferences"
    assert refused(anchors=day(awake_hours=21)).refusal.code == "contradictory_preferences"
    assert refused(anchors=day("1900-01-01T07:00")).refusal.code == "date_out_of_range"


def test_unknown_and_unsupported_words_refuse_the_whole_plan() -> None:
    assert refused(ADULT, None, "vegan", "nutmegg").refusal.code == "unknown_restriction"
    assert refused(ADULT, None, "low_fodmap").refusal.code == "restriction_not_supported"
    assert refused(ADULT, None, "x" * 1_000_000).refusal.code == "unknown_restriction"
    assert refused(ADULT, None, *["vegan"] * 5000).refusal.code == "preferences_too_large"
    told = refused(replace(ADULT, flags=frozenset({"kidney_disease"})), None, "keto").refusal
    assert told.code == "restriction_contradicts_health"


def test_a_wish_that_contradicts_a_restriction_loses_and_that_is_said() -> None:
    plan = made(ADULT, None, "vegan", "high_dairy")
    assert any("set aside" in note.text for note in plan.notes)


def test_a_day_of_little_carbohydrate_is_made_or_refused() -> None:
    plan = made(ADULT, None, "keto")
    assert plan.nutrition.nutritional_info is not None
    assert plan.nutrition.nutritional_info.carbs <= 50
    assert refused(ADULT, None, "keto", "vegan").refusal.code == "not_feasible"
    unnumbered = made(replace(ADULT, has_opted_out_of_numbers=True), None, "keto")
    meals = {meal.id: meal for meal in kitchen().library.meals}
    assert all("low_carbohydrate" in meals[one.meals[0].meal_id].tags for one in eaten(unnumbered))


COMMON = [
    ("vegan",),
    ("vegan", "coeliac", "nuts"),
    ("vegan", "gluten_free", "soy", "nuts", "sesame"),
    ("vegetarian", "lactose_free"),
    ("kosher",),
    ("kosher", "nuts"),
    ("halal",),
    ("halal", "gluten_free", "egg"),
    ("jain",),
    ("hindu", "fish"),
    ("milk", "egg", "nuts"),
    ("coeliac", "lactose_free"),
    ("low_lactose", "tree_nut"),
    ("celery", "mustard", "sulphites"),
    ("pescatarian", "soy"),
    ("mediterranean",),
    ("low_sodium", "no_pork"),
]


@pytest.mark.parametrize("words", COMMON, ids=" + ".join)
@pytest.mark.parametrize("kilograms", [50, 80, 120])
def test_common_combinations_are_feasible_and_their_blocks_filled(words: tuple[str, ...], kilograms: int) -> None:
    plan = made(replace(ADULT, weight_kg=Decimal(kilograms)), None, *words)
    assert all(one.energy_gap == 0 for one in eaten(plan)), [one.energy_gap for one in eaten(plan)]


def test_who_cannot_be_fed_is_told_which_role_ran_empty() -> None:
    library = kitchen().library
    few = {food_id: food for food_id, food in library.foods.items() if food.group not in {"legume", "egg"}}
    meals = tuple(meal for meal in library.meals if meal.food_ids <= few.keys())
    small = Kitchen(FoodLibrary("few", few, meals, library.vocabulary, library.net))
    told = nutrition_plan(NutritionRequest("p1", ADULT, day(), ("vegan",)), small)
    assert isinstance(told, RefusedNutritionPlan)
    assert told.refusal.code == "not_feasible"
    assert "protein ran empty" in told.refusal.reason
    none = Kitchen(FoodLibrary("none", library.foods, (), library.vocabulary, library.net))
    told = nutrition_plan(NutritionRequest("p1", ADULT, day()), none)
    assert isinstance(told, RefusedNutritionPlan)
    assert "breakfast ran empty" in told.refusal.reason


def test_meat_and_dairy_never_meet_for_whom_they_must_not() -> None:
    meals = {meal.id: meal for meal in kitchen().library.meals}
    for number, anchors in enumerate(days(60)):
        plan = made(ADULT, anchors, "kosher", profile_id=f"k{number}")
        meat_until: datetime | None = None
        for one in eaten(plan):
            marks = meals[one.meals[0].meal_id].marks
            assert not {"kosher_meat", "kosher_dairy"} <= marks
            if "kosher_dairy" in marks and meat_until is not None:
                assert one.starts_at - meat_until >= timedelta(hours=6)
            if "kosher_meat" in marks:
                meat_until = one.starts_at


wakes = st.integers(0, 3 * 365 * 96).map(
    lambda quarter: (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarter)).strftime("%Y-%m-%dT%H:%M")
)
zones = st.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu"])


@given(wakes, st.integers(48, 80), zones)
def test_blocks_of_any_day_lie_in_order_within_it_and_share_all_of_its_energy(wake: str, slots: int, zone: str) -> None:
    anchors = day(wake, slots / 4, ZoneInfo(zone))
    blocks = meal_blocks(anchors)
    instants = [at.astimezone(UTC) for one in blocks for at in (one.start, one.end)]
    assert instants == sorted(instants)
    assert instants[0] == anchors.wake.astimezone(UTC)
    assert instants[-1] <= anchors.sleep.astimezone(UTC)
    assert abs(sum((one.share for one in blocks), Decimal(-1))) < Decimal("1e-20")
    assert last_eaten(blocks) <= anchors.sleep.astimezone(UTC) - timedelta(hours=3)
    assert last_eaten(blocks) - blocks[1].start.astimezone(UTC) <= timedelta(hours=12)


def last_eaten(blocks: tuple[MealBlock, ...]) -> datetime:
    return max(one.end.astimezone(UTC) for one in blocks if one.share)


@given(wakes, st.integers(48, 80), zones, st.integers(1, 6))
def test_eating_goes_by_the_earlier_bedtime_that_is_advised(wake: str, slots: int, zone: str, quarters: int) -> None:
    whole = day(wake, slots / 4, ZoneInfo(zone))
    early = replace(whole, eats_for=whole.at(15 * (slots - quarters)))
    blocks = meal_blocks(early)
    instants = [at.astimezone(UTC) for one in blocks for at in (one.start, one.end)]
    assert instants == sorted(instants)
    assert last_eaten(blocks) <= early.at(15 * (slots - quarters) - 180).astimezone(UTC)
    assert last_eaten(blocks) <= last_eaten(meal_blocks(whole))


@given(st.integers(0, 95), st.integers(48, 80))
def test_a_shift_of_sleep_shifts_the_blocks(shift: int, slots: int) -> None:
    def offsets(anchors: DayAnchors) -> list[timedelta]:
        return [one.start - anchors.wake for one in meal_blocks(anchors)]

    base = day("2026-03-03T00:00", slots / 4, ZoneInfo("UTC"))
    wake = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=15 * shift)
    assert offsets(day(wake.strftime("%Y-%m-%dT%H:%M"), slots / 4, ZoneInfo("UTC"))) == offsets(base)
