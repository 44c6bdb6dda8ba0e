"""The sentences of plans: one saying for each text the rules have, and nothing in them that the rules do not say."""

import re
from collections.abc import Iterator
from itertools import chain

import pytest

from benchmarks.grounding.plan_judge import CLAIMS, NUMBER_WORD, SCOPES
from hos_pipelines.analyst.proof.sayings import Saying, Template, sayings_of, vocabulary
from hos_pipelines.domain.guidance.nutrition.meal_blocks import FIRST_TEXT
from hos_pipelines.domain.guidance.nutrition.planned_block import (
    DRINK,
    DRINK_WITH_CARE,
    EAT_WITH_CARE,
    EATS_NOTHING,
    FITS,
    MISSES,
    SUITS,
)
from hos_pipelines.domain.guidance.plan_texts import PlanText
from hos_pipelines.domain.guidance.plan_wording import PlanWording
from hos_pipelines.domain.guidance.routine.frame import GETTING_UP, MAIN_MEAL, WINDING_DOWN
from hos_pipelines.libraries.shipped import shipped_food_library, shipped_tasks

SLOTS = {"title": {"minutes", "from", "meal", "block"}, "because": {"energy", "protein"}, "hour": {"from", "until"}}
# A text that is changed is said in the rules' words alone until it has sentences of its own again.
MOST_LACKING = 0.1
# What the rules alone say: whose care it is, is said in one way.
OF_CARE = {DRINK_WITH_CARE, EAT_WITH_CARE}


def ruled_texts() -> Iterator[tuple[str, str, PlanText]]:
    """Every text of the rules with its file, as a plan has it."""
    for task in shipped_tasks().tasks.values():
        yield from _of_item(task.id, task.name, task.why, task.what)
    for offer in (GETTING_UP, MAIN_MEAL, WINDING_DOWN):
        yield from _of_item(offer.wish.key, offer.title, offer.because, offer.what)
    for meal in shipped_food_library().meals:
        beside = (meal.name, meal.tip, *meal.steps)
        text = PlanText(f"tip/{meal.id}", meal.tip, ("wake",), meal.id, beside, sorted(meal.food_ids))
        yield "nutrition_plan", "tip", text
    for section, texts in (
        ("because", (DRINK, FITS, MISSES, SUITS)),
        ("hour", (FIRST_TEXT,)),
        ("tip", (EATS_NOTHING,)),
    ):
        for told in texts:
            yield "nutrition_plan", section, PlanText(f"{section}/lunch", told, ("wake",), None, (told,))


def _of_item(name: str, title: str, because: str, what: str) -> Iterator[tuple[str, str, PlanText]]:
    beside = (title, because, what)
    yield "routine_plan", "title", PlanText(f"title/{name}", f"{title}.", ("wake",), name, beside)
    yield "routine_plan", "because", PlanText(f"because/{name}", because, ("wake",), name, beside)


def saying_of(analysis: str, section: str, text: str) -> Saying | None:
    """What a text may be said in besides; None where nobody has written anything, or the rules now say it otherwise."""
    found = [one for one in sayings_of(analysis, section) if one.is_said_by({}, text)]
    assert len(found) <= 1, text
    return found[0] if found else None


def shown(template: Template) -> str:
    return template.shown(["_"] * len(template.slots))


ALL = list(ruled_texts())


def test_the_texts_of_the_rules_have_a_saying_in_every_voice_but_those_of_care() -> None:
    lacking = []
    for analysis, section, text in ALL:
        saying = saying_of(analysis, section, text.text)
        if saying is None:
            lacking.append((analysis, section, text.text))
        else:
            assert saying.sentences.keys() == set(vocabulary().openers)
    assert len(lacking) < MOST_LACKING * len(ALL), lacking
    told = [one.ruled for one in sayings_of("nutrition_plan", "tip")]
    assert not OF_CARE & {shown(one) for one in told if one}


@pytest.mark.parametrize("analysis", ["routine_plan", "nutrition_plan"])
def test_slots_are_those_of_the_section(analysis: str) -> None:
    for section in ("title", "because", "tip", "hour"):
        for saying in sayings_of(analysis, section):
            asked = {slot for one in chain(*saying.sentences.values()) for slot in one.slots}
            assert asked <= {(name,) for name in SLOTS.get(section, ())}, saying.name


def test_no_sentence_names_a_food_number_or_claim_that_the_rules_do_not_have_of_the_item() -> None:
    wording = PlanWording(shipped_food_library(), shipped_food_library().vocabulary.restrict(()))
    for analysis, section, text in ALL:
        saying = saying_of(analysis, section, text.text)
        for sentence in set(map(shown, chain(*saying.sentences.values()))) if saying else ():
            assert wording.allows(text, sentence), sentence
            numbers = {one.lower() for one in NUMBER_WORD.findall(sentence)}
            assert numbers <= {one.lower() for one in NUMBER_WORD.findall(text.text)}, sentence
            beside = " ".join((*text.beside, *("meal eat food" for _ in text.food_ids[:1])))
            for scope, words in SCOPES.items():
                assert not words.search(sentence) or words.search(beside), (scope, sentence)
            for claim, words in CLAIMS.items():
                assert not words.search(sentence) or words.search(text.text), (claim, sentence)
            assert not re.search(r"\d", sentence)


def test_titles_of_meals_are_the_librarys_own_names_with_what_the_meal_is_for_or_how_long_it_takes() -> None:
    (meal,) = sayings_of("nutrition_plan", "title")
    for one in chain(*meal.sentences.values()):
        assert {word for word in " ".join(one.words).split() if word.isalpha()} <= {"For", "for", "made", "in"}
        assert set(one.slots) in ({("meal",), ("block",)}, {("meal",), ("minutes",)})
