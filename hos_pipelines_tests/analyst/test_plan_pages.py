"""Plans at the engine: the model's choice of our words, nothing else of a plan, and nothing of a hostile model's."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.grounding.plan_judge import false_of_plan
from benchmarks.grounding.plan_people import pages_of, plan_pages
from hos_pipelines.analyst import plan_passages
from hos_pipelines.analyst.asked_words import Worded
from hos_pipelines.analyst.engines import NOTHING_TO_SAY
from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst
from hos_pipelines.analyst.plan_passages import PlanPage
from hos_pipelines.analyst.prices import Unpriced
from hos_pipelines.analyst.proof import offers
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.sayings import Saying, Template, sayings_of
from hos_pipelines.domain.guidance.plan_rows import PlanRow
from hos_pipelines.domain.guidance.plan_texts import texts_of
from hos_pipelines.domain.guidance.plan_wording import PlanWording, holds_number
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.simulator.model.behaviours import Behaviour
from hos_pipelines.simulator.model.smuggling import FOODS, NUMBERS
from hos_pipelines_tests.analyst.conftest import Server
from hos_pipelines_tests.analyst.ledger import MemoryLedger

PEOPLE = 12
# What is wrong in every text, so that nothing of an answer stands.
ALL_WRONG = (
    Behaviour.SMUGGLED_FOOD,
    Behaviour.DOSE,
    Behaviour.PROMISE,
    Behaviour.SPELT_NUMBER,
    Behaviour.SWAPPED_USERS,
    Behaviour.OWN_WORDS,
    Behaviour.SHUFFLED_WORDS,
    Behaviour.OTHER_LANGUAGE,
)
# What is wrong in some.
SOME_WRONG = (
    Behaviour.INJECTED,
    Behaviour.INVENTED_NUMBER,
    Behaviour.FLIPPED_DIRECTION,
    Behaviour.WRONG_SLOT,
    Behaviour.EXCHANGED_SLOTS,
    Behaviour.EXCHANGED_PASSAGES,
    Behaviour.HUGE,
)


@cache
def pages() -> tuple[PlanPage, ...]:
    """Both plans of some people."""
    return tuple(plan_pages(PEOPLE))


def put(server: Server, ledger: MemoryLedger, some: Sequence[PlanPage], model: str = "m") -> list[Worded[PlanRow]]:
    with OpenAIAnalyst(server.account(model=model), Unpriced(), ledger) as analyst:
        return analyst.put_pages(some)


def texts(row: PlanRow) -> dict[str, str]:
    return {one.key: one.text for one in texts_of(row)}


def bare(row: PlanRow) -> str:
    """All of a plan but its titles, reasons and tips, and who chose them."""
    items = [replace(item, title="", because="", engine="rules") for item in row.items]
    plain = replace(row, engine="rules", model_used=None, fallback_reason=None, items=items, contract={})
    return f"{plain}{json.dumps(without_texts(row.contract), default=str)}"


def without_texts(node: object) -> object:
    if isinstance(node, list):
        return [without_texts(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    told = {"title", "because", "nutrition_tip", *(["name"] if "meal_id" in node else [])}
    return {key: without_texts(value) for key, value in node.items() if key not in told}


def ours(page: PlanPage) -> dict[str, set[str]]:
    """By text what may be shown in its place, openers left out: our sentences, and the rules' own."""
    evidence = page.evidence("other")
    told = {one.key: {page.texts[one.key].text.casefold()} for one in evidence.passages}
    for passage in evidence.passages:
        told[passage.key] |= {offer.shown.casefold() for offer in own_offers(passage, evidence)}
    return told


def assert_ours(page: PlanPage, row: PlanRow) -> None:
    """Every text is one of ours for this very item, and true of it by the judge's lights too."""
    may_be = ours(page)
    for key, text in texts(row).items():
        shown = f"{text}.".casefold() if key.startswith("title/") else text.casefold()
        assert any(shown.endswith(one) for one in may_be[key]) or text.casefold() in may_be[key], (key, text)
        if text != page.texts[key].text:
            restrictions = page.wording.restrictions.ids
            wrong = false_of_plan(text, key, page.row, restrictions, has_numbers=page.wording.has_numbers)
            assert not wrong, (key, text, wrong)


def test_a_model_chooses_titles_reasons_and_tips_and_nothing_else_of_a_plan_moves(model_server: Server) -> None:
    told = put(model_server, MemoryLedger(), pages())
    assert model_server.total == len(pages())
    anew = 0
    for page, one in zip(pages(), told, strict=True):
        assert (one.engine, one.requests, one.fallback_reason) == ("openai", 1, None)
        assert (one.said.engine, one.said.model_used) == ("openai", "m")
        assert_ours(page, one.said)
        assert bare(one.said) == bare(page.row)
        for before, item in zip(page.row.items, one.said.items, strict=True):
            assert replace(item, title=before.title, because=before.because, engine="rules") == before
        anew += sum(texts(one.said)[key] != text for key, text in texts(page.row).items())
    assert anew > 8 * len(pages())


def test_the_same_plan_costs_nothing_again_and_neither_does_the_same_day_at_other_hours(model_server: Server) -> None:
    ledger = MemoryLedger()
    first = put(model_server, ledger, pages())
    asked = model_server.total
    again = put(model_server, ledger, pages())
    assert [one.said for one in again] == [one.said for one in first]
    assert [one.requests for one in again] == [0] * len(pages())
    page = next(one for one in pages() if one.kind == "routine_plan")
    later = [replace(item, starts_at=item.starts_at + timedelta(minutes=25)) for item in page.row.items]
    (moved,) = put(model_server, ledger, [replace(page, row=replace(page.row, items=later))])
    assert model_server.total == asked
    for item, before in zip(moved.said.items, later, strict=True):
        clock, old = f"{before.starts_at:%H:%M}", f"{before.starts_at - timedelta(minutes=25):%H:%M}"
        assert old not in f"{item.title} {item.because}" or old == clock


@pytest.mark.parametrize("behaviour", ALL_WRONG)
def test_of_a_hostile_model_nothing_gets_through_and_the_rules_words_stand(
    model_server: Server, behaviour: Behaviour
) -> None:
    told = put(model_server, MemoryLedger(), pages(), f"stand-in/{behaviour.value}")
    for page, one in zip(pages(), told, strict=True):
        assert texts(one.said) == texts(page.row)
        assert (one.engine, one.said.engine, one.is_fallback) == ("rules", "rules", True)
        assert "could not be proven" in str(one.said.fallback_reason)
        assert one.requests == 2


@pytest.mark.parametrize("behaviour", SOME_WRONG)
def test_where_a_model_is_wrong_in_part_each_text_is_ours_and_what_fails_is_in_the_rules_words(
    model_server: Server, behaviour: Behaviour
) -> None:
    told = put(model_server, MemoryLedger(), pages(), f"stand-in/{behaviour.value}")
    for page, one in zip(pages(), told, strict=True):
        assert_ours(page, one.said)
        assert bare(one.said) == bare(page.row)
    if behaviour in (Behaviour.INJECTED, Behaviour.INVENTED_NUMBER):
        assert {one.engine for one in told} == {"openai"}
        assert all("1 of " in str(one.said.fallback_reason) for one in told)
        assert all(one.violations and not one.is_fallback for one in told)


def test_what_was_proven_in_part_is_kept_and_is_the_same_again(model_server: Server) -> None:
    ledger, model = MemoryLedger(), f"stand-in/{Behaviour.INJECTED.value}"
    first = put(model_server, ledger, pages(), model)
    asked = model_server.total
    again = put(model_server, ledger, pages(), model)
    assert [one.said for one in again] == [one.said for one in first]
    assert model_server.total == asked


def test_of_the_item_or_plan_of_somebody_else_nothing_is_taken(model_server: Server) -> None:
    """The answer to one plan, whole and proven, in the place of another person's of the same kind."""
    ledger = MemoryLedger()
    some = [one for one in pages() if one.kind == "nutrition_plan"][:2]
    put(model_server, ledger, some)
    settled = list(ledger.settled.items())
    assert len(settled) == 2
    (mark, _), (_, answer) = settled
    ledger.settled[mark] = answer
    told = put(model_server, ledger, some[:1])
    assert told[0].requests == 1
    assert_ours(some[0], told[0].said)


@pytest.mark.parametrize("flag", ["eating_disorder", None])
def test_whom_numbers_harm_no_slot_has_one_and_no_word_of_a_model_either(
    model_server: Server, flag: str | None
) -> None:
    some = [page for index in range(6) for page in pages_of(index, flag=flag)]
    some = [page for page in some if not page.wording.has_numbers or flag is None]
    told = put(model_server, MemoryLedger(), some)
    for page, one in zip(some, told, strict=True):
        anew = [text for key, text in texts(one.said).items() if text != page.texts[key].text]
        if page.wording.has_numbers:
            assert any(holds_number(text) for text in anew)
            continue
        assert anew
        assert not any(holds_number(text) for text in anew)
        offered = [offer for one in page.evidence("t").passages for offer in own_offers(one, page.evidence("t"))]
        assert not any(holds_number(offer.shown) for offer in offered)


NAMES = (
    "with peanut butter",
    "with peanuts",
    "and groundnuts",
    "in buttercream",
    "with p e a n u t",
    "and pe\u0430nuts",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_sentence_of_ours_that_named_what_somebody_leaves_out_would_not_be_offered_nor_shown(
    model_server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A hostile file: each title has a sentence with an allergen in it, and nothing else."""
    original = sayings_of

    def hostile(analysis: str, section: str) -> list[Saying]:
        found = original(analysis, section)
        if section != "title":
            return list(found)
        poisoned = [Template.of(f"{{{{meal}}}} {name}." if analysis == "nutrition_plan" else f"A break {name}.")]
        return [replace(one, sentences=dict.fromkeys(one.sentences, poisoned)) for one in found]

    monkeypatch.setattr(offers, "sayings_of", hostile)
    some = list(pages_of(3, "peanut", "milk"))
    assert some
    told = put(model_server, MemoryLedger(), some)
    for page, one in zip(some, told, strict=True):
        assert {key: text for key, text in texts(one.said).items() if key.startswith("title/")} == {
            key: text for key, text in texts(page.row).items() if key.startswith("title/")
        }
    # Without the first look the second one, at what is in its place, still takes it out.
    monkeypatch.setattr(PlanPage, "_allows", lambda _self, _passage, _shown: True)
    told = put(model_server, MemoryLedger(), some)
    for one in told:
        assert not any(name in text for text in texts(one.said).values())
        assert one.said.fallback_reason == plan_passages.NOT_ALLOWED


def test_nothing_is_asked_where_nothing_may_be_said_otherwise(
    model_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PlanWording, "allows", lambda _self, _text, _shown: False)
    (told, *_) = put(model_server, MemoryLedger(), pages()[:1])
    assert model_server.total == 0
    assert (told.said.engine, told.said.fallback_reason) == ("rules", NOTHING_TO_SAY)


def test_no_request_names_anybody(model_server: Server) -> None:
    put(model_server, MemoryLedger(), [replace(pages()[0], profile_id="anna-4711")])
    assert "anna" not in str(model_server.last_request)


WORDS_OF_SENTENCES = (
    "A",
    "plate",
    "of",
    "rice",
    "with",
    "tofu",
    "for",
    "you",
    "calmly",
    "walk",
    "at",
    *FOODS,
    *NUMBERS,
)
LEFT_OUT = ("peanut", "milk", "soy", "egg", "vegan", "coeliac", "shellfish", "tree_nut", "sesame")


@given(
    st.integers(0, PEOPLE - 1),
    st.lists(st.lists(st.sampled_from(WORDS_OF_SENTENCES), min_size=1, max_size=8), min_size=1, max_size=4),
    st.lists(st.sampled_from(LEFT_OUT), max_size=3),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_whatever_our_sentences_were_none_is_offered_that_names_what_is_left_out_a_strange_food_or_a_number_that_harms(
    number: int, sentences: list[list[str]], left_out: list[str], has_numbers: bool
) -> None:
    """Random files of sentences, random plans and restrictions: judged by the terms and names of the library alone."""
    library = shipped_food_library()
    page = pages()[number]
    wording = PlanWording(library, library.vocabulary.restrict(left_out), has_numbers)
    page = replace(page, wording=wording)
    templates = [Template.of(f"{' '.join(words)}.") for words in sentences]

    def random_sayings(analysis: str, section: str) -> list[Saying]:
        return [
            replace(one, sentences=dict.fromkeys(one.sentences, templates)) for one in sayings_of(analysis, section)
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offers, "sayings_of", random_sayings)
        evidence = page.evidence("t")
        offered = [(one.key, offer.shown) for one in evidence.passages for offer in own_offers(one, evidence)]
    for key, shown in offered:
        text = page.texts[key]
        own = frozenset(text.food_ids).union(*(ids for one in text.beside for _, ids in library.words.foods_in(one)))
        assert not library.net.marks_in(shown) & wording.restrictions.forbidden, shown
        assert not library.words.strangers(shown, own), shown
        assert has_numbers or not holds_number(shown), shown


@pytest.mark.parametrize("word", LEFT_OUT)
def test_a_restriction_more_only_takes_sentences_away(word: str) -> None:
    library = shipped_food_library()
    for page in pages():
        ids = page.wording.restrictions.ids
        stricter = replace(page.wording, restrictions=library.vocabulary.restrict((*ids, word)))
        few, all_of_them = (
            {(one.key, offer.text) for one in evidence.passages for offer in own_offers(one, evidence)}
            for evidence in (replace(page, wording=stricter).evidence("t"), page.evidence("t"))
        )
        assert few <= all_of_them
        assert all_of_them
