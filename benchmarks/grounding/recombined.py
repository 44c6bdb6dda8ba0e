"""What the proof accepts of recombinations, and of all sentences there are, judged from facts alone by another hand."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from benchmarks.grounding.falsehoods import MAKERS, SLOT
from benchmarks.grounding.offered import Offered
from benchmarks.grounding.people import Sheet
from benchmarks.grounding.slot_judge import false_slots
from benchmarks.grounding.word_judge import false_words
from hos_pipelines.analyst.answers import Claim
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.proof.offers import JOINED, own_offers
from hos_pipelines.analyst.proof.prove import ClaimProof
from hos_pipelines.analyst.proof.sayings import vocabulary

PARTS = re.compile(r"(?<=[,;:]) ")
MOST_EXAMPLES, MOST_JOINED = 10, 4
Maker = Callable[[Offered[Any], Offered[Any], Random], Claim | None]


def judged_recombinations(
    told: Sequence[Offered[Sheet]], cases: int, of_claim: Callable[[Claim, Evidence], ClaimProof]
) -> dict[str, Any]:
    """So many claims of every kind run through the proof, and what it accepts held against the facts."""
    made, accepted, false = Counter[str](), Counter[str](), Counter[str]()
    examples: list[str] = []
    for place, claims in _rounds(told, cases):
        own = told[place]
        for kind, claim in claims:
            made[kind] += 1
            proven = of_claim(claim, own.sheet.evidence).proven
            if proven is None:
                continue
            accepted[kind] += 1
            wrong = judged(proven.text, proven.slots, proven.passage, own.sheet, joined=True)
            false[kind] += bool(wrong)
            examples += [f"{proven.text} ({'; '.join(wrong)})"] if wrong else []
    by_kind = {kind: {"made": made[kind], "accepted": accepted[kind], "false": false[kind]} for kind in KINDS}
    return {"by_kind": by_kind, "false": sum(false.values()), "false_examples": examples[:MOST_EXAMPLES]}


def judged_sentences(told: Sequence[Offered[Sheet]]) -> dict[str, Any]:
    """Every sentence that any of these people may be told, in every voice, held against the facts."""
    count, examples = 0, list[str]()
    for own in told:
        for voice in vocabulary().openers:
            evidence = replace(own.sheet.evidence, voice=voice)
            for passage in evidence.passages:
                for offer in own_offers(passage, evidence):
                    count += 1
                    slots = [(one, offer.told[one]) for one in offer.expressions]
                    wrong = judged(offer.shown, slots, passage.key, own.sheet)
                    examples += [f"{offer.shown} ({'; '.join(wrong)})"] if wrong else []
    return {"judged": count, "false": len(examples), "false_examples": examples[:MOST_EXAMPLES]}


def judged(text: str, slots: Sequence[tuple[str, str]], key: str, sheet: Sheet, *, joined: bool = False) -> list[str]:
    """What is false of a text shown in the place of a passage; joined ones go by the rules' words of their section."""
    section = key.partition("/")[0]
    rules = [
        one.text
        for one in sheet.evidence.passages
        if one.text and (one.key == key or (joined and section in JOINED and one.section == section))
    ]
    constants = {name for one in sheet.evidence.passages for name in one.constants}
    of_facts = [(one, shown) for one, shown in slots if one not in constants]
    return [*false_slots(of_facts, sheet.result), *false_words(text, slots, rules, sheet.result)]


def _rounds(told: Sequence[Offered[Sheet]], cases: int) -> Iterator[tuple[int, Iterator[tuple[str, Claim]]]]:
    """A fair share of the cases for each person, and always the same."""
    share, left = -(-cases // len(told)), cases
    for place, own in enumerate(told):
        yield place, _claims(own, told[(place + 2) % len(told)], Random(f"judged {place}"), min(share, left))
        left -= min(share, left)


def _claims(own: Offered[Sheet], other: Offered[Sheet], chance: Random, count: int) -> Iterator[tuple[str, Claim]]:
    while count > 0:
        for kind, make in KINDS.items():
            claim = make(own, other, chance) if count > 0 else None
            if claim is not None:
                yield kind, claim
                count -= 1


def _swapped(is_same: bool) -> Maker:
    """One slot stands for any other fact of the person, of the same unit or of another."""

    def make(own: Offered[Any], _: Offered[Any], chance: Random) -> Claim | None:
        one, facts = chance.choice(own.prompt.sentences), own.sheet.evidence.facts
        found = [slot for slot in SLOT.finditer(one.text) if slot[1].split(".")[0] in facts]
        if not found:
            return None
        slot = chance.choice(found)
        fact_id = slot[1].split(".")[0]
        unit = facts[fact_id].unit
        others = [key for key, fact in facts.items() if (fact.unit == unit) == is_same and key != fact_id]
        if not others:
            return None
        instead = f"{chance.choice(others)}{slot[1].removeprefix(fact_id)}"
        return Claim(passage=one.key, text=f"{one.text[: slot.start(1)]}{instead}{one.text[slot.end(1) :]}")

    return make


def _rows(own: Offered[Any], _: Offered[Any], chance: Random) -> Claim:
    """Sentences of any passages behind any openers, in the place of any of them."""
    rows = chance.choices(own.prompt.sentences, k=chance.randint(1, MOST_JOINED))
    near = [one for one in own.prompt.sentences if one.key.split("/")[0] == rows[0].key.split("/")[0]]
    rows = rows if chance.random() < 1 / 3 else [rows[0], *chance.choices(near, k=len(rows) - 1)]
    openers = [chance.choice(["", *own.prompt.openers]) for _ in rows]
    texts = [f"{opener} {one.text}".strip() for opener, one in zip(openers, rows, strict=True)]
    return Claim(passage=chance.choice(rows).key, text=" ".join(texts))


def _part_omitted(own: Offered[Any], _: Offered[Any], chance: Random) -> Claim | None:
    """A sentence without one of its parts."""
    one = chance.choice(own.prompt.sentences)
    parts = PARTS.split(one.text)
    if len(parts) == 1:
        return None
    del parts[chance.randrange(len(parts))]
    return Claim(passage=one.key, text=" ".join(parts))


KINDS: Mapping[str, Maker] = {
    **MAKERS,
    "fact of the same unit": _swapped(is_same=True),
    "fact of another unit": _swapped(is_same=False),
    "sentences joined": _rows,
    "part omitted": _part_omitted,
}
