"""Answers that follow the prompt and wrong claims of every kind, run through the proof and counted."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from random import Random
from time import process_time
from typing import Any

from benchmarks.grounding.falsehoods import MAKERS, Maker, false_claims
from benchmarks.grounding.offered import Offered
from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.proof.prove import ClaimProof, Proof

MOST_EXAMPLES = 10
ProveClaim = Callable[[Claim, Evidence], ClaimProof]
ProveAnswer = Callable[[Answer, Evidence], Proof]


def honest_answers(told: Sequence[Offered[Any]], of_answer: ProveAnswer) -> dict[str, Any]:
    """Of a model that follows the prompt, in its own order and choice."""
    seconds, claims, accepted, refused = 0.0, 0, 0, []
    for place, one in enumerate(told):
        answer = one.answer(place)
        begun = process_time()
        proof = of_answer(answer, one.sheet.evidence)
        seconds += process_time() - begun
        wrong = {violation.passage for violation in proof.violations}
        claims += len(answer.claims)
        accepted += 0 if "answer" in wrong else len(answer.claims) - len(wrong)
        refused += [f"{one.passage}: {one.what}" for one in proof.violations]
    return {
        "passages": claims,
        "accepted_first": round(accepted / max(1, claims), 4),
        "refused_examples": refused[:MOST_EXAMPLES],
        "claims_s": round(claims / seconds, 1) if seconds else 0.0,
    }


def wrong_claims(
    told: Sequence[Offered[Any]], cases: int, of_claim: ProveClaim, makers: Mapping[str, Maker] = MAKERS
) -> dict[str, Any]:
    """A claim passes where the proof lets it; it is false unless the prompt lists the very sentence for that key."""
    made, passed, listed = Counter[str](), Counter[str](), Counter[str]()
    examples: list[dict[str, str]] = []
    share = -(-cases // len(told))
    for place, own in enumerate(told):
        other = told[(place + 2) % len(told)]
        chance = Random(place)
        for kind, claim in islice(false_claims(own, other, chance, makers), min(share, cases - sum(made.values()))):
            made[kind] += 1
            if of_claim(claim, own.sheet.evidence).violations:
                continue
            if own.lists(claim):
                listed[kind] += 1
                continue
            passed[kind] += 1
            examples.append({"kind": kind, "text": claim.text})
    by_kind = {
        kind: {
            "made": made[kind],
            "refused": made[kind] - passed[kind] - listed[kind],
            "listed": listed[kind],
            "passed": passed[kind],
        }
        for kind in makers
    }
    return {"by_kind": by_kind, "passed": sum(passed.values()), "passed_examples": examples[:MOST_EXAMPLES]}
