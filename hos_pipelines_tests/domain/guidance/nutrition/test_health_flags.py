"""What a health flag makes of a day of meals: hours alone, foods left out, and nothing of weight to whom it harms."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hos_pipelines.domain.guidance.nutrition.eater import CARE_FLAGS, EATERS_FLAGS, Eater
from hos_pipelines.domain.guidance.nutrition.nutrition_results import NutritionPlan
from hos_pipelines.domain.guidance.nutrition.plain_words import words_of
from hos_pipelines.domain.guidance.nutrition.plan_refusals import PlanRefusedError
from hos_pipelines_tests.domain.guidance.nutrition.plates import ADULT, BLOCKS, days, kitchen, made, refused

WORDS = st.sampled_from(sorted({*kitchen().library.vocabulary.sayable} - {"low_fodmap"}))
FLAGS = st.sampled_from(sorted(EATERS_FLAGS))
WHY = {"mao_inhibitor": "aged, cured or fermented", "blood_thinner": "vitamin K", "pku": "by prescription"}


def with_flags(*flags: str) -> Eater:
    return replace(ADULT, flags=frozenset(flags))


def foods_of(plan: NutritionPlan) -> set[str]:
    """Those that are eaten, and those of the meals offered instead."""
    meals = [meal for name in BLOCKS for meal in getattr(plan.nutrition, name).meals]
    swaps = {meal.swap for meal in meals}
    swapped = {food for one in kitchen().library.meals if one.name in swaps for food in one.food_ids}
    return swapped | {food.food_id for meal in meals for food in meal.foods}


def left_out_over_a_month(flag: str) -> set[str]:
    """What others are served in these weeks and people with a flag are not."""
    usual, eaten = set[str](), set[str]()
    for number, anchors in enumerate(days(28)):
        usual |= foods_of(made(with_flags("cancer_treatment"), anchors, profile_id=f"p{number}"))
        eaten |= foods_of(made(with_flags(flag), anchors, profile_id=f"p{number}"))
    assert eaten
    return usual - eaten


@pytest.mark.parametrize("flag", WHY)
@pytest.mark.parametrize("words", [(), ("vegan", "nuts"), ("keto",), ("kosher",), ("halal", "milk")])
def test_whose_medicine_or_illness_a_food_may_harm_gets_hours_and_the_reason(flag: str, words: tuple[str, ...]) -> None:
    for anchors in days(7):
        plan = made(with_flags(flag), anchors, *words)
        assert foods_of(plan) == set()
        assert plan.energy is None
        assert plan.nutrition.nutritional_info is None
        assert "Hours of eating" in plan.nutrition.summary
        [note] = [note for note in plan.notes if WHY[flag] in note.text]
        assert "your care team says what you may eat" in note.text
        assert note.fact_ids == ["health_flags"]
        assert plan.restrictions == sorted({flag, *words})


@pytest.mark.parametrize("flag", ["heart_failure", "kidney_disease"])
def test_the_saltiest_foods_are_left_out_for_a_weak_heart_or_kidneys(flag: str) -> None:
    left_out = left_out_over_a_month(flag)
    foods = kitchen().library.foods
    salty = {food.id for food in foods.values() if "salty" in food.marks}
    assert {"tamari", "soy_sauce", "miso", "fish_sauce", "feta", "parmesan"} <= salty
    assert {food for food in salty if food in left_out} >= {"tamari", "feta"}
    for number, anchors in enumerate(days(28)):
        assert not foods_of(made(with_flags(flag), anchors, profile_id=f"s{number}")) & salty


@pytest.mark.parametrize(
    ("flag", "never"), [("pregnancy", {"feta", "tuna_canned_water"}), ("lactation", {"tuna_canned_water"})]
)
def test_what_is_advised_against_before_and_after_birth_is_left_out(flag: str, never: set[str]) -> None:
    assert never <= left_out_over_a_month(flag)


@pytest.mark.parametrize("flag", sorted(CARE_FLAGS))
@pytest.mark.parametrize("words", [(), ("vegan",), ("coeliac", "lactose_free"), ("kosher", "nuts"), ("fish", "egg")])
def test_no_flag_leaves_anybody_without_a_plan(flag: str, words: tuple[str, ...]) -> None:
    assert made(with_flags(flag), None, *words).status == "without_numbers"


@pytest.mark.parametrize("goal", ["lose_weight", "build_muscle", None])
@pytest.mark.parametrize("more", [(), ("pregnancy",), ("mao_inhibitor",), ("kidney_disease", "thyroid_medicine")])
def test_whom_numbers_harm_is_told_nothing_of_weight_or_energy(goal: str | None, more: tuple[str, ...]) -> None:
    eater = replace(with_flags("eating_disorder", *more), goal=goal)
    for anchors in days(7):
        plan = made(eater, anchors)
        told = json.loads(plan.model_dump_json())
        sentences = " ".join([plan.nutrition.summary, *texts(told["nutrition"]), *(note.text for note in plan.notes)])
        assert not set(words_of(sentences)) & {"weight", "energy", "kcal", "calory", "lose", "deficit", "gain"}


def texts(told: object) -> list[str]:
    """What a reader sees of a plan, whatever holds it."""
    if isinstance(told, dict):
        keys = ("nutrition_tip", "because", "name", "details", "swap")
        return [
            text
            for key, value in told.items()
            for text in ([value] if key in keys and isinstance(value, str) else texts(value))
        ]
    return [text for one in told for text in texts(one)] if isinstance(told, list) else []


@pytest.mark.parametrize("words", [("keto", "vegan"), ("jain", "keto", "kosher")])
def test_a_day_of_little_carbohydrate_that_cannot_be_made_names_the_blocks_that_ran_empty(
    words: tuple[str, ...],
) -> None:
    reason = refused(ADULT, None, *words).refusal.reason
    assert "holds little enough" in reason
    assert "Lunch" in reason
    assert "ran empty" in reason
    assert ": it ran empty" not in reason


@given(st.lists(WORDS, max_size=3), st.sets(FLAGS, max_size=4))
def test_a_health_flag_more_never_adds_a_food_and_never_a_meal(words: list[str], flags: set[str]) -> None:
    stock = kitchen()
    before, after = (stock._left(stock.library.vocabulary.restrict(words, held)) for held in ((), flags))
    assert after.foods <= before.foods
    for use, meals in after.meals.items():
        assert set(meals) <= set(before.meals[use])


def test_a_health_flag_is_no_word_of_what_is_not_eaten() -> None:
    vocabulary = kitchen().library.vocabulary
    flags = vocabulary.by_id.keys() - set(vocabulary.sayable)
    assert flags == {
        "pku",
        "mao_inhibitor",
        "blood_thinner",
        "heart_failure",
        "kidney_disease",
        "pregnancy",
        "lactation",
    }
    for flag in flags:
        with pytest.raises(PlanRefusedError, match="unknown_restriction"):
            vocabulary.restrict([flag])
