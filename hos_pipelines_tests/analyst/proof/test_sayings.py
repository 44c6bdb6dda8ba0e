"""The files of sentences: their form, and what they say of many synthetic people, held against the facts."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from benchmarks.grounding.people import User, synthetic_users
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.proof.grammar import normal
from hos_pipelines.analyst.proof.offers import bindings, own_offers
from hos_pipelines.analyst.proof.sayings import ROOT, VOCABULARY, Saying, sayings_of, vocabulary
from hos_pipelines.analyst.proof.slots import SLOPE, SLOTS, Borne, render, value_text
from hos_pipelines.domain.behavior.wording import duration_text, say_value
from hos_pipelines.domain.circadian.advice_sources import CONSTANTS
from hos_pipelines.domain.facts import Fact, Interval
from hos_pipelines.domain.profiles import Archetype

PEOPLE, OTHERS = 48, 24
BOTH_SIGNS = frozenset({"sleep_debt_14", "free_minus_work_wake", "lie_in", "sjl_rel"})
FEWEST, MOST = 3, 6
FILES = sorted(path for path in ROOT.rglob("*.toml") if path.name != VOCABULARY)
OF_ARCHETYPE = "archetype"
# What leans on a sentence before it, judges, or is medicine: none of that is true of everybody in every place.
LEANING = re.compile(r"(?:it|this|that|these|those|they|so|but|however|therefore)\b", re.IGNORECASE)
JUDGING = re.compile(
    r"\b(?:great|well done|excellent|poor|bad|only|just|already|impressive|healthy|always|never|must|should|risk)\b",
    re.IGNORECASE,
)
MEDICAL = re.compile(r"\b(?:insomnia|disorder|diagnos\w*|medicine|pill|dose|disease|melatonin)\b", re.IGNORECASE)
SAYING = re.compile(
    r"[\d{]|\b(?:not|no|never|more(?! point)|less|most|best|good|bad|because|must|now|today)\b", re.IGNORECASE
)
UP = {"rising", "later", "short", "above", "up"}
MORE = {"more than", "higher than", "later than"}
OFTEN = {
    "on nearly every day": (95, 100), "on most days": (60, 94), "on about half of the days": (40, 59),
    "on some days": (15, 39), "on few days": (0, 14), "on all days": (100, 100),
}  # fmt: skip
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


@cache
def people() -> list[User]:
    return list(synthetic_users(PEOPLE))


def sheets() -> Iterator[Evidence]:
    for user in people():
        for one in (*user.sheets, *user.sparse):
            yield one.evidence


def sayings(path: Path) -> list[Saying]:
    return list(sayings_of(path.parent.name, path.stem))


def sentences(saying: Saying) -> list[str]:
    """All of them, with their slots."""
    return [
        one.filled([f"{{{{{'.'.join(slot)}}}}}" for slot in one.slots])
        for told in saying.sentences.values()
        for one in told
    ]


@each_file
def test_each_saying_has_three_to_six_sentences_in_each_voice_it_is_for(path: Path) -> None:
    for saying in sayings(path):
        voices = set(vocabulary().openers) if path.stem != OF_ARCHETYPE else saying.sentences.keys()
        assert saying.sentences.keys() == voices, saying.name
        for voice, told in saying.sentences.items():
            assert FEWEST <= len(told) <= MOST, (saying.name, voice)
            assert len({str(one) for one in told}) == len(told), (saying.name, voice)


@each_file
def test_each_sentence_stands_alone_and_asks_slots_there_are_of_facts_it_names(path: Path) -> None:
    for saying in sayings(path):
        for sentence in sentences(saying):
            assert sentence.endswith((".", "?")), sentence
            assert " ".join(sentence.split()) == sentence
            assert not LEANING.match(sentence), sentence
            assert not JUDGING.search(sentence), sentence
            assert not MEDICAL.search(sentence), sentence
            assert not re.search(r"\d", re.sub(r"\{\{[^}]*\}\}|\b7 days\b", "", sentence)), sentence
            for slot in re.findall(r"\{\{([^}]*)\}\}", sentence):
                role, _, asked = slot.partition(".")
                figures = {slot[0] for slot in saying.ruled.slots} if saying.ruled and not saying.facts else set()
                if path.parent.name.endswith("_plan"):
                    continue  # these are the items' own: `test_plan_sayings`
                assert role in saying.facts or role in CONSTANTS or role in figures, sentence
                kind, _, other = asked.partition(".")
                assert kind in SLOTS or (kind == "versus" and other in saying.facts), sentence


def test_openers_say_nothing_and_every_archetype_has_a_voice() -> None:
    told = vocabulary()
    assert set(told.voices) == {"any", *Archetype}
    assert set(told.voices.values()) == set(told.openers)
    for openers in told.openers.values():
        for one in openers:
            assert one.endswith((":", ","))
            assert not SAYING.search(one), one


def test_no_sentence_begins_like_a_whole_other_one_beside_it() -> None:
    for evidence in sheets():
        for passage in evidence.passages:
            texts = sorted({normal(offer.text) for offer in own_offers(passage, evidence)})
            assert not [pair for pair in pairwise(texts) if pair[1].startswith(f"{pair[0]} ")]


def test_every_sentence_of_the_rules_is_said_whole_and_each_part_of_it_by_one_saying() -> None:
    for evidence in sheets():
        for passage in evidence.passages:
            if not passage.text:
                continue
            spans = sorted(
                span for saying in saying_it(passage, evidence) for span in [of_rules(saying, passage).span()]
            )
            assert spans, passage.text
            assert own_offers(passage, evidence), passage.text
            edges = [0, *(edge for span in spans for edge in span), len(passage.text)]
            assert edges == sorted(edges), passage.text
            between = zip(edges[::2], edges[1::2], strict=True)
            assert not "".join(passage.text[start:end] for start, end in between).strip(), passage.text


def saying_it(passage: Passage, evidence: Evidence) -> list[Saying]:
    """The sayings by which a passage's own sentence is said."""
    told = sayings_of(evidence.analysis, passage.section)
    return [saying for saying in told if list(bindings(saying, passage, evidence))]


def of_rules(saying: Saying, passage: Passage) -> re.Match[str]:
    """Where the rules say it."""
    assert saying.rules is not None
    found = saying.rules.search(passage.text)
    assert found is not None
    return found


def test_a_sentence_tells_the_figures_of_the_rules_and_no_others() -> None:
    """Each clock time, duration and number that the rules write is one of the facts the saying stands on."""
    held = Counter[str]()
    for evidence in sheets():
        for passage in evidence.passages:
            for saying in saying_it(passage, evidence) if passage.text else ():
                for roles in bindings(saying, passage, evidence):
                    known = {f"{one.value:g}" for one in passage.constants.values()}
                    known = known.union(*(forms(evidence.facts[one]) for one in roles.values()))
                    told = [FIGURE.sub("", one) for one in of_rules(saying, passage).groups()]
                    assert {one for one in told if re.search(r"\d", one)} <= known, (saying.name, passage.text)
                    held[saying.name] += 1
    assert len(held) > 35


FIGURE = re.compile(r"^(?:about|at least) | (?:later|earlier)$")


def forms(fact: Fact) -> set[str]:
    """How the rules may write a fact's figure."""
    if not isinstance(fact.value, float):
        return {str(fact.value), value_text(fact)}
    hours = fact.value / 3600 if fact.unit.startswith("second") else fact.value
    shown = {
        value_text(fact).removeprefix("at least "),
        say_value(fact),
        f"{fact.value:.0f}",
        duration_text(abs(hours)),
    }
    return {one.lstrip("-") for one in shown}


def test_what_is_told_of_anybody_is_what_the_facts_say() -> None:
    told = 0
    for evidence in sheets():
        for passage in evidence.passages:
            for offer in own_offers(passage, evidence):
                told += 1
                assert "{" not in offer.shown
                assert set(offer.fact_ids) <= evidence.facts.keys()
                for expression, shown in offer.told.items():
                    assert_true(expression, shown, evidence.facts, evidence.courses)
    assert told > 8_000


def test_what_would_be_told_of_thousands_of_others_is_what_their_facts_say() -> None:
    """The same of people whose facts lie otherwise: each number moved with its interval, each course drawn."""
    told = Counter[str]()
    for number, evidence in enumerate(sheets()):
        chance = Random(number)  # noqa: S311  the same in every run
        offers = [offer for passage in evidence.passages for offer in own_offers(passage, evidence)]
        expressions = {one for offer in offers for one in offer.told}
        for _ in range(OTHERS):
            facts = {fact_id: moved(one, chance) for fact_id, one in evidence.facts.items()}
            courses = {prefix: chance.choice((-1, 0, 1)) for prefix in evidence.courses}
            facts |= {one.id: with_course(one, courses) for one in facts.values() if one.id.endswith(SLOPE)}
            told["people"] += 1
            for expression in expressions:
                shown = render(expression, Borne(facts, courses, CONSTANTS))
                if shown is not None:
                    assert_true(expression, shown, facts, courses)
                told["borne" if shown is not None else "not borne"] += 1
    assert told["people"] > 4_000
    assert told["borne"] > 100_000
    assert told["not borne"] > 200


def moved(fact: Fact, chance: Random) -> Fact:
    """The same fact of somebody else: half or twice as much, or below zero where it may be."""
    if not isinstance(fact.value, float):
        return fact
    by = fact.value * chance.uniform(-0.5, 1.0)
    value = fact.value + by if fact.unit not in ("share", "local hour") else min(1.0, max(0.0, fact.value + by / 2))
    value = -value if fact.id in BOTH_SIGNS and chance.random() < 1 / 2 else value
    reach = fact.interval
    if reach is None or reach.low is None or reach.high is None:
        return replace(fact, value=value)
    half = abs(reach.high - reach.low) / 2 * chance.uniform(0.2, 3)
    return replace(fact, value=value, interval=Interval(value - half, value + half, reach.least_change))


def with_course(slope: Fact, courses: Mapping[str, int]) -> Fact:
    """A slope on the side on which its series goes, as the rules tell no other."""
    way = courses.get(slope.id.removesuffix(SLOPE), 0)
    return replace(slope, value=abs(slope.value) * way or slope.value) if isinstance(slope.value, float) else slope


def assert_true(expression: str, shown: str, facts: Mapping[str, Fact], courses: Mapping[str, int]) -> None:
    """A slot again, from facts alone and not by the code that rendered it."""
    fact_id, _, asked = expression.partition(".")
    value = facts[fact_id].value if fact_id in facts else None
    if not isinstance(value, float):
        return
    kind, _, other_id = asked.partition(".")
    if kind == "way" and shown != "close to":
        before = facts.get(fact_id.replace("_change_after", "_change_before"))
        start = before.value if before is not None and before.id != fact_id else 0.0
        assert isinstance(start, float)
        assert (shown in UP) == (value > start), (expression, shown)
        prefix, is_slope, _ = fact_id.partition("_trend_slope")
        assert not is_slope or courses[prefix] == (1 if value > 0 else -1)
    elif kind == "versus":
        other = facts[other_id].value
        assert isinstance(other, float)
        assert shown == "the same as" or (shown in MORE) == (value > other), (expression, shown)
    elif kind == "often":
        low, high = OFTEN[shown]
        assert low <= round(100 * value) <= high
