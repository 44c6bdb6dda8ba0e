"""Sentences of insights: true ones of every kind and subject pass in any order, false ones of the same words do not."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

import pytest

from hos_pipelines.analyst.answers import Answer
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.insight_passages import InsightPage, evidence_of_page
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.prove import prove
from hos_pipelines.analyst.proof.sayings import vocabulary
from hos_pipelines.domain.guidance.insights.rows import InsightRow
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines_tests.analyst.insight_rows import page_rows, row, rows
from hos_pipelines_tests.analyst.proof.claims import TAG, claim, proof_of

TYPED = "remembered_timing_ignore_all_rules"
OPPOSITE = {
    "longer": "shorter", "shorter": "longer", "later": "earlier", "earlier": "later", "higher": "lower",
    "lower": "higher",
}  # fmt: skip
WAYS = re.compile(rf"\b(?:{'|'.join(OPPOSITE)})\b")
NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")
# Of sleep debt, stress, mood, activity and memory, as somebody may put them who has not seen ours. None is true of all.
FALSE = (
    "You owe yourself {{recent_0_amount}} of sleep every night.",
    "Your sleep debt is {{recent_0_level}}.",
    "You are paying your sleep debt back at last.",
    "You have slept {{recent_0_amount}} longer each night since {{recent_0_since}}.",
    "Your nights are too short to stay healthy.",
    "Stress fell by {{recent_1_amount}} since {{recent_1_since}}.",
    "You are stressed because you sleep {{recent_0_amount}} less.",
    "Your stress is at a dangerous level of {{recent_1_level}}.",
    "Stress has been {{recent_1_amount}} points.",
    "Your mood is {{recent_1_level}} on average.",
    "You feel {{recent_1_amount}} worse because you walk less.",
    "A low mood like this can be a sign of depression.",
    "Your mood has been {{recent_1_way}} since {{recent_0_since}}, thanks to your walks.",
    "You walked {{recent_0_level}} steps.",
    "You have been lazy since {{recent_0_since}}.",
    "You walk {{recent_0_amount}} more on every single day.",
    "Your steps doubled.",
    "Exercise in the evening suits you best.",
    "You said that you like to exercise in the morning.",
    "You never skip exercise.",
    "Since {{recent_0_since}} {{recent_0_about}} not {{recent_0_way}} than in the four weeks before.",
    "Since {{recent_0_since}} {{recent_1_about}} {{recent_0_amount}} {{recent_0_way}} than in the four weeks before.",
    "Since {{recent_0_since}} {{recent_0_about}} {{recent_0_level}} {{recent_0_way}} than in the four weeks before.",
    "Since {{recent_0_level}} {{recent_0_about}} {{recent_0_amount}} {{recent_0_way}} than in the four weeks before.",
    "Since about {{recent_0_since}} {{recent_0_about}} {{recent_0_amount}} {{recent_0_way}} than before.",
)  # fmt: skip


def sheet(told: Sequence[InsightRow], archetype: str = "any", tag: str = TAG) -> Evidence:
    return evidence_of_page(InsightPage("somebody", archetype, told), tag)


def passages(archetype: str = "any") -> Iterator[tuple[InsightRow, Passage, Evidence]]:
    for one in rows():
        evidence = sheet([one], archetype)
        yield one, evidence.passages[0], evidence


@pytest.mark.parametrize("archetype", ["any", *Archetype])
def test_every_insight_is_said_in_three_ways_or_more_that_tell_its_figures_and_its_direction(archetype: str) -> None:
    told = Counter[str]()
    for one, passage, evidence in passages(archetype):
        shown = [offer.shown for offer in own_offers(passage, evidence)]
        assert (len(shown) >= 3) is (one.subject != TYPED), (one.kind, one.subject)
        for text in shown:
            assert sorted(NUMBERS.findall(text)) == sorted(NUMBERS.findall(one.content)), text
            assert one.kind == "vital" or WAYS.findall(text) == WAYS.findall(one.content), text
            assert "{" not in text
            assert text[0].isupper() or text[0].isdigit()
            told[one.kind] += 1
    assert set(told) == {"recent", "shift", "trend", "contrast", "vital", "concern", "memory"}


def test_the_direction_told_is_that_of_the_stored_effect() -> None:
    up = {"longer", "later", "higher"}
    for one, passage, _ in passages():
        if "way" in passage.figures:
            assert (passage.figures["way"] in up) is (one.effect > 0) is (one.direction == "up")


def test_what_an_application_has_named_is_not_put_otherwise() -> None:
    typed = next(one for one in rows() if one.subject == TYPED)
    assert not sheet([typed]).passages[0].figures


def test_true_sentences_of_a_page_pass_in_any_order_behind_any_opener() -> None:
    chance = Random(20_261_128)  # noqa: S311  the same in every run
    subjects = {one.subject for one in page_rows()}
    assert subjects == {"sleep_duration", "steps", "stress", "mood", "remembered_timing_exercise"}
    for archetype in ("any", *Archetype):
        evidence = sheet(page_rows(), archetype)
        openers = ["", *(f"{one} " for one in vocabulary().openers[evidence.voice])]
        for _ in range(40):
            kept = chance.sample(list(evidence.passages), chance.randint(1, len(evidence.passages)))
            texts = {one.key: chance.choice(own_offers(one, evidence)).text for one in kept}
            claims = [claim(chance.choice(openers) + text, key, evidence) for key, text in texts.items()]
            proof = prove(Answer(claims=claims), evidence)
            assert not proof.violations
            assert [one.passage for one in proof.claims] == list(texts)


def falsehoods(passage: Passage, text: str, others: Sequence[Passage]) -> Iterator[str]:
    """A true sentence with slots, direction or subject of something else."""
    slots = re.findall(r"\{\{[^}]*\}\}", text)
    for first in slots:
        for second in slots:
            if first < second:
                yield text.replace(first, "\0").replace(second, first).replace("\0", second)
    for other in others:
        for name in other.figures.keys() & passage.figures.keys():
            ours, theirs = (f"{{{{{one.figure_id(name)}}}}}" for one in (passage, other))
            yield text.replace(ours, theirs)
            yield text.replace(ours, other.figures[name])
    if "way" in passage.figures:
        slot = f"{{{{{passage.figure_id('way')}}}}}"
        yield text.replace(slot, OPPOSITE[passage.figures["way"]])
        yield text.replace(slot, f"not {slot}")
    yield f"{text[:-1]}, because of stress."
    yield f"{text} Everything else is as it should be."


def test_the_same_sentences_with_slots_directions_or_subjects_of_others_never_pass() -> None:
    tried = 0
    for archetype in ("any", "Foundation Builder", "Peak Performer", "Connected Explorer"):
        evidence = sheet(page_rows(), archetype)
        for passage in evidence.passages:
            others = [one for one in evidence.passages if one is not passage]
            offers = own_offers(passage, evidence)
            ours = {offer.text for offer in offers}
            for offer in offers:
                for text in set(falsehoods(passage, offer.text, others)) - ours:
                    tried += 1
                    assert proof_of(text, passage.key, evidence).violations, text
                for other in others:
                    tried += 1
                    assert proof_of(offer.text, other.key, evidence).violations, offer.text
    assert tried > 1_500


@pytest.mark.parametrize("text", FALSE)
def test_a_false_sentence_passes_in_no_place_of_anybody(text: str) -> None:
    told = [row("recent", "sleep_duration", "down"), row("recent", "stress", "up")]
    for archetype in ("any", *Archetype):
        evidence = sheet(told, archetype)
        for passage in evidence.passages:
            assert proof_of(text, passage.key, evidence).violations


def test_the_words_for_somebody_else_do_not_pass() -> None:
    one = sheet(page_rows())
    other = sheet(page_rows(), tag="other")
    for passage in other.passages:
        for offer in own_offers(passage, other):
            assert prove(Answer(claims=[claim(offer.text, passage.key, other)]), one).violations


def test_a_sentence_that_departs_from_the_rules_own_is_never_offered() -> None:
    """The figures must make the rules' sentence to the letter, or nothing is said in other words."""
    for one, passage, _ in passages():
        if passage.figures:
            altered = Passage(passage.key, f"{one.content} And more.", passage.fact_ids, figures=passage.figures)
            evidence = Evidence("insights", "plain", {}, [altered], TAG)
            assert not own_offers(altered, evidence)
