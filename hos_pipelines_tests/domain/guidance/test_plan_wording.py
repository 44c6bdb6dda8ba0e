"""What no text of a plan may say: every disguise of what is left out, foods of something else, numbers that harm."""

import pytest

from hos_pipelines.domain.guidance.plan_texts import PlanText
from hos_pipelines.domain.guidance.plan_wording import PlanWording, holds_number
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.simulator.model.smuggling import FOODS, NUMBERS

TOFU = PlanText(
    "title/lunch_tofu_rice_bowl",
    "Tofu with rice and green vegetables",
    ("predicted_wake",),
    "lunch_tofu_rice_bowl",
    ("Tofu with rice and green vegetables", "Brown the tofu in the oil and add tamari."),
    ("tofu_firm", "rice_brown_cooked", "broccoli_boiled", "canola_oil", "tamari"),
)
WALK = PlanText(
    "title/mov_brisk_20",
    "Twenty minutes at a brisk pace",
    ("predicted_wake",),
    "mov_brisk_20",
    ("Twenty minutes at a brisk pace", "Walk fast enough that you can talk but would not sing."),
)
# What looks like a food and is none here, or is no word of any table.
UNKNOWN_TO_TABLES = {"goobers", "Erdn\u00fcsse", "a glass of wine", "protein powder", "butternut squash", "nutmeg"}


def wording(*words: str, has_numbers: bool = True) -> PlanWording:
    library = shipped_food_library()
    return PlanWording(library, library.vocabulary.restrict(words), has_numbers)


@pytest.mark.parametrize("food", [one for one in FOODS if one not in UNKNOWN_TO_TABLES])
def test_a_food_of_something_else_is_found_in_any_disguise_whatever_is_left_out(food: str) -> None:
    for text in (TOFU, WALK):
        assert not wording().allows(text, f"{text.text} with {food}"), food
        assert not wording("peanut", "milk").allows(text, f"{text.text} with {food}"), food


@pytest.mark.parametrize("text", [TOFU, WALK])
def test_the_rules_own_words_and_what_names_their_foods_may_stand(text: PlanText) -> None:
    assert wording("peanut", "milk", "egg").allows(text, text.text)
    assert wording().allows(TOFU, "Rice, tofu and tamari")


def test_what_is_left_out_may_not_stand_though_the_item_holds_it() -> None:
    assert wording().allows(TOFU, "Tofu for lunch")
    assert not wording("soy").allows(TOFU, "Tofu for lunch")
    assert not wording("soy").allows(TOFU, "A t o f u lunch")


@pytest.mark.parametrize("number", [*NUMBERS, "12", "\u00bd", "\u2167", "\u0664", "\u4e09", "two-thirds", "5 minutes"])
def test_a_number_in_any_form_may_not_stand_where_numbers_harm(number: str) -> None:
    said = f"{WALK.text.removeprefix('Twenty minutes ')} {number}"
    assert holds_number(said)
    assert not wording(has_numbers=False).allows(WALK, said)


def test_a_text_without_a_number_may_stand_where_numbers_harm() -> None:
    assert wording(has_numbers=False).allows(WALK, "A walk at a brisk pace")
