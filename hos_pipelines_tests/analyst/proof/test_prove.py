"""The proof of claims and answers: whose they are, where they stand, and what they say together."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from hos_pipelines.analyst.answers import MOST_CHARACTERS, Answer, Claim, read_answer
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.passages import evidence_of
from hos_pipelines.analyst.proof import sayings
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.prove import MOST_NEW, MOST_SENTENCES, prove
from hos_pipelines.analyst.proof.sayings import vocabulary
from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.people import circadian, restless
from hos_pipelines_tests.analyst.proof.claims import (
    answer_of,
    claim,
    coffee,
    fact,
    kinds,
    of_facts,
    of_known,
    of_restless,
    proof_of,
    sentence_of,
)
from hos_pipelines_tests.report.people import known

FOREIGN, PASSAGE, SENTENCE, SLOT = (
    {ViolationKind.FOREIGN_FACT}, {ViolationKind.PASSAGE}, {ViolationKind.SENTENCE}, {ViolationKind.SLOT},
)  # fmt: skip
ADVICE = "recommendations/0"


def every_sentence(of: Evidence) -> list[Claim]:
    """A claim for each sentence there is."""
    return [claim(offer.text, one.key, of) for one in of.passages for offer in own_offers(one, of)]


@pytest.mark.parametrize("of", [of_known(), of_restless()], ids=["circadian", "behavior"])
def test_every_sentence_on_offer_passes_and_is_shown_without_a_slot(of: Evidence) -> None:
    told = every_sentence(of)
    assert len(told) > 40
    for one in told:
        proof = answer_of([one], of)
        assert proof.violations == []
        [proven] = proof.claims
        assert "{" not in proven.text
        assert proven.text[0].isupper() or proven.text[0].isdigit()
        assert set(proven.fact_ids) <= of.facts.keys()


def test_a_claim_of_somebody_else_is_foreign_by_its_key_and_by_its_slots_even_without_a_number() -> None:
    mine, theirs = of_known(), evidence_of(circadian(known()), "zzzzz")
    for one in every_sentence(theirs):
        found = answer_of([one], mine).violations
        assert {violation.kind for violation in found} == FOREIGN
        stolen = Claim(passage=one.passage.replace("zzzzz", mine.tag), text=one.text)
        if "{{" in one.text:
            assert {violation.kind for violation in answer_of([stolen], mine).violations} == FOREIGN
    untagged = Claim(passage=ADVICE, text=sentence_of(ADVICE, mine))
    assert {one.kind for one in answer_of([untagged], mine).violations} == FOREIGN


@pytest.mark.parametrize("key", ["nowhere/0", "recommendations/99", "evidence/new", "", "recommendations"])
def test_a_passage_is_one_of_those_listed(key: str) -> None:
    assert kinds("Get up.", key, of_known()) == PASSAGE


def test_a_text_is_there_and_no_longer_than_it_may_be() -> None:
    of = coffee()
    assert kinds(" ", ADVICE, of) == PASSAGE
    assert kinds("coffee " * MOST_CHARACTERS, ADVICE, of) == PASSAGE


def test_advice_stands_in_its_own_place_alone() -> None:
    of = of_known()
    advice = [one for one in of.passages if one.section == "recommendations"]
    for one in advice:
        for other in advice:
            if one is not other:
                assert ViolationKind.SENTENCE in kinds(sentence_of(other.key, of), one.key, of)
    both = f"{sentence_of(advice[0].key, of)} {sentence_of(advice[1].key, of)}"
    assert ViolationKind.SENTENCE in kinds(both, advice[0].key, of)


def test_statements_of_a_section_may_be_joined_to_one_of_its_own() -> None:
    of = of_known()
    first, second = sentence_of("evidence/0", of), sentence_of("evidence/1", of)
    proof = proof_of(f"{first} Also, {second}", "evidence/0", of)
    assert proof.violations == []
    assert proof.proven is not None
    assert proof.proven.fact_ids == ("msf", "msw", "msf_sc")
    assert kinds(second, "evidence/0", of) == SENTENCE
    assert ViolationKind.SENTENCE in kinds(f"{first} {sentence_of('sleep_pattern/0', of)}", "evidence/0", of)


def test_one_thing_is_said_once() -> None:
    of = of_known()
    first, again = sentence_of("evidence/0", of), sentence_of("evidence/0", of, 1)
    assert kinds(f"{first} {again}", "evidence/0", of) == PASSAGE
    second = sentence_of("evidence/1", of)
    claims = [claim(f"{first} {second}", "evidence/0", of), claim(sentence_of("evidence/1", of, 2), "evidence/1", of)]
    assert [one.what for one in answer_of(claims, of).violations] == [
        "evidence/1 says again what evidence/0 says: say it once."
    ]


def test_a_passage_is_used_once_and_additions_three_times() -> None:
    of = of_known()
    offers = own_offers(next(one for one in of.passages if one.key == "sleep_pattern/new"), of)
    different = list({one.saying: one.text for one in reversed(offers)}.values())
    new = [claim(text, "sleep_pattern/new", of) for text in different[: MOST_NEW + 1]]
    assert answer_of(new[:MOST_NEW], of).violations == []
    assert [one.kind for one in answer_of(new, of).violations] == [ViolationKind.PASSAGE]
    twice = [claim(sentence_of(ADVICE, of, place), ADVICE, of) for place in (0, 1)]
    assert {one.kind for one in answer_of(twice, of).violations} == PASSAGE


def test_a_claim_has_so_many_sentences_and_no_more() -> None:
    of = of_known()
    keys = [one.key for one in of.passages if one.section == "sleep_pattern"]
    offers = [offer for one in of.passages if one.key in keys for offer in own_offers(one, of)]
    different = list({one.saying: one.text for one in reversed(offers)}.values())
    texts = [sentence_of(keys[0], of), *(text for text in different if text != sentence_of(keys[0], of))]
    assert len(texts) > MOST_SENTENCES
    assert kinds(" ".join(texts[:MOST_SENTENCES]), keys[0], of) == set()
    assert kinds(" ".join(texts[: MOST_SENTENCES + 1]), keys[0], of) == PASSAGE


def test_a_sentence_is_there_only_where_the_rules_say_what_it_says() -> None:
    of = coffee()
    text = sentence_of(ADVICE, of)
    silent = of_facts([replace(of.passages[0], text="Drink enough water.")], *of.facts.values())
    assert ViolationKind.SENTENCE in kinds(text, ADVICE, silent)
    of_other_facts = of_facts([replace(of.passages[0], fact_ids=("predicted_bed",))], *of.facts.values())
    assert ViolationKind.SENTENCE in kinds(text, ADVICE, of_other_facts)
    without_constant = of_facts([replace(of.passages[0], constants={})], *of.facts.values())
    assert kinds(text, ADVICE, without_constant) >= SLOT


TREND = Passage("data_insights/0", "Steps: falling over the last four weeks.", ("steps_trend_slope", "steps_trend_q"))


def trend(courses: dict[str, int]) -> Evidence:
    facts = fact("steps_trend_slope", -150.0, "count per day"), fact("steps_trend_q", 0.01, "q")
    return replace(of_facts([TREND], *facts, courses=courses), analysis="behavior_analysis")


def test_a_direction_is_said_where_the_series_is_known_to_go_somewhere_and_comes_from_there() -> None:
    text = "Over the last four weeks the trend of your {{steps_trend_slope.name}} was {{steps_trend_slope.way}}."
    proof = proof_of(text, TREND.key, trend({"steps": -1}))
    assert proof.proven is not None
    assert proof.proven.text == "Over the last four weeks the trend of your steps was falling."
    for courses in ({}, {"steps": 0}):
        assert kinds(text, TREND.key, trend(courses)) >= SLOT
    assert ViolationKind.WORD in kinds(
        text.replace("{{steps_trend_slope.way}}", "rising"), TREND.key, trend({"steps": -1})
    )


def test_an_answer_of_the_first_prompt_is_read_proven_and_refused() -> None:
    of = of_known()
    text = "In short: The middle of sleep lies at {{msf.k7q2m}} on free days and at {{msw.k7q2m}} on work days."
    kept = {"claims": [{"passage": "evidence/0", "text": text, "fact_ids": ["msf.k7q2m", "msw.k7q2m"]}]}
    answer = read_answer(json.dumps(kept))
    assert answer == Answer(claims=[Claim(passage="evidence/0", text=text)])
    assert {one.kind for one in prove(answer, of).violations} == FOREIGN


def test_nobody_is_told_of_what_is_not_known() -> None:
    def slots(of: Evidence) -> Sequence[str]:
        return [slot for one in of.passages for offer in own_offers(one, of) for slot in offer.expressions]

    of = evidence_of(circadian(restless()), "k7q2m")
    unknown = {fact_id for fact_id, one in of.facts.items() if one.value is None}
    assert unknown
    assert not [one for one in slots(of) if set(one.split(".")) & unknown]


MOOD = """
[steady]
rules = "Mood was {{word}} on {{share}} of days."
facts = { word = "mood_word", share = "mood_*_share" }
plain = ["Your mood was {{word.level}} on {{share}} of days.", "On {{share}} of days your mood was {{word.level}}."]
"""


def test_a_subject_more_is_a_file_of_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vocabulary()
    (tmp_path / "mood_analysis").mkdir()
    (tmp_path / "mood_analysis" / "moods.toml").write_text(MOOD, encoding="utf-8")
    monkeypatch.setattr(sayings, "ROOT", tmp_path)
    facts = fact("mood_word", "fairly_good", "label"), fact("mood_good_share", 0.61, "share")
    passage = Passage("moods/0", "Mood was fairly good on 61 % of days.", ("mood_word", "mood_good_share"))
    of = replace(of_facts([passage], *facts), analysis="mood_analysis")
    proof = proof_of("on {{mood_good_share}} of days your mood was {{mood_word.level}}", "moods/0", of)
    assert proof.proven is not None
    assert proof.proven.text == "On 61 % of days your mood was fairly good."
    assert kinds("Your mood was low on {{mood_good_share}} of days.", "moods/0", of) >= {ViolationKind.WORD}
