"""The same of plans: honest answers, wrong claims, and whatever is accepted judged by another hand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from random import Random
from typing import Any

from benchmarks.grounding.counted import MOST_EXAMPLES, ProveAnswer, ProveClaim, honest_answers, wrong_claims
from benchmarks.grounding.falsehoods import MAKERS, SLOT, AnyOffered, Maker, false_claims
from benchmarks.grounding.offered import Offered
from benchmarks.grounding.plan_judge import false_of_plan
from benchmarks.grounding.plan_people import PlanSheet, plan_pages
from hos_pipelines.analyst.answers import Claim
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.sayings import vocabulary
from hos_pipelines.simulator.model.claims import DraftClaim
from hos_pipelines.simulator.model.smuggling import DOSES, FOODS, NUMBERS, PROMISES

TITLE = "title/"


def measure_words_of_plans(people: int, cases: int, of_claim: ProveClaim, of_answer: ProveAnswer) -> dict[str, Any]:
    """Of both plans of so many people, as `measure_grounding` does it of results."""
    offered = [Offered(PlanSheet(page)) for page in plan_pages(max(2, people))]
    told = [one for one in offered if one.prompt.sentences]
    honest = honest_answers(told, of_answer)
    wrong = wrong_claims(told, cases, of_claim, PLAN_MAKERS)
    return {**honest, **wrong, "accepted": _judged(told, cases, of_claim), "sentences": judged_plan_sentences(told)}


def _judged(told: Sequence[Offered[PlanSheet]], cases: int, of_claim: ProveClaim) -> dict[str, Any]:
    """Wrong claims again, others, and what the proof accepts of them held against the plan."""
    made = accepted = 0
    examples: list[str] = []
    share = -(-cases // len(told))
    for place, own in enumerate(told):
        other, chance = told[(place + 2) % len(told)], Random(f"judged plan {place}")
        for _, claim in islice(false_claims(own, other, chance, PLAN_MAKERS), share):
            made += 1
            proven = of_claim(claim, own.sheet.evidence).proven
            if proven is None:
                continue
            accepted += 1
            examples += _false(own, proven.passage, proven.text)
    return {"made": made, "accepted": accepted, "false": len(examples), "false_examples": examples[:MOST_EXAMPLES]}


def judged_plan_sentences(told: Sequence[Offered[PlanSheet]]) -> dict[str, Any]:
    """Every sentence that any of these people may be told, in every voice, held against their plan."""
    count, examples = 0, list[str]()
    for own in told:
        for voice in vocabulary().openers:
            evidence = replace(own.sheet.evidence, voice=voice)
            for passage in evidence.passages:
                for offer in own_offers(passage, evidence):
                    count += 1
                    examples += _false(own, passage.key, offer.shown)
    return {"judged": count, "false": len(examples), "false_examples": examples[:MOST_EXAMPLES]}


def _false(own: Offered[PlanSheet], key: str, text: str) -> Iterator[str]:
    page = own.sheet.page
    shown = text.removesuffix(".") if key.startswith(TITLE) else text
    wrong = false_of_plan(shown, key, page.row, page.wording.restrictions.ids, has_numbers=page.wording.has_numbers)
    if wrong:
        yield f"{key}: {shown} ({'; '.join(wrong)})"


def _ending(ends: Sequence[str], joint: str = "") -> Maker:
    """A sentence with something at its end, or in place of a slot."""

    def make(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim:
        one, end = chance.choice(own.prompt.sentences), f"{joint}{chance.choice(ends)}"
        if SLOT.search(one.text) and chance.random() < 1 / 2:
            return Claim(passage=one.key, text=SLOT.sub(end, one.text, count=1))
        return Claim(passage=one.key, text=f"{one.text.rstrip('.')} {end}.")

    return make


def _slot_of_another(own: AnyOffered, _: AnyOffered, chance: Random) -> Claim | None:
    """A slot of one item in the sentence of another."""
    slotted = [one for one in own.prompt.sentences if SLOT.search(one.text)]
    if len({one.key for one in slotted}) < len(("this", "other")):
        return None
    first, second = chance.choice(slotted), chance.choice(slotted)
    mine, theirs = SLOT.findall(first.text), SLOT.findall(second.text)
    if first.key == second.key:
        return None
    claim = DraftClaim(first.key, first.text.replace(f"{{{{{mine[0]}}}}}", f"{{{{{chance.choice(theirs)}}}}}"))
    return Claim(passage=claim.passage, text=claim.text)


PLAN_MAKERS: Mapping[str, Maker] = {
    **MAKERS,
    "food smuggled": _ending(FOODS, "with "),
    "dose": _ending(DOSES),
    "promise": _ending(PROMISES),
    "number in words": _ending(NUMBERS),
    "slot of another item": _slot_of_another,
}
