"""The measurement: what the proof makes of answers that follow the prompt, and of wrong claims of every kind."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from random import Random
from typing import Any

from benchmarks.grounding.falsehoods import MAKERS, false_claims
from benchmarks.grounding.offered import Offered
from benchmarks.grounding.people import synthetic_users
from benchmarks.grounding.recombined import judged_recombinations, judged_sentences
from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.proof.prove import ClaimProof, Proof, prove, prove_claim

MOST_EXAMPLES = 10
ProveClaim = Callable[[Claim, Evidence], ClaimProof]
ProveAnswer = Callable[[Answer, Evidence], Proof]


def measure_grounding(
    people: int, cases: int, of_claim: ProveClaim = prove_claim, of_answer: ProveAnswer = prove
) -> dict[str, Any]:
    """Of so many people one honest answer each and analysis, and so many wrong claims; always the same ones."""
    started = time.perf_counter()
    offered = [Offered(sheet) for user in synthetic_users(max(2, people)) for sheet in user.sheets]
    told = [one for one in offered if one.prompt.sentences]
    honest = _honest(told, of_answer)
    wrong = _wrong(told, cases, of_claim)
    judged = {"recombined": judged_recombinations(told, cases, of_claim), "sentences": judged_sentences(told)}
    seconds = round(time.perf_counter() - started, 2)
    return {"people": people, "cases": cases, **honest, **wrong, **judged, "seconds": seconds}


def _honest(told: Sequence[Offered], of_answer: ProveAnswer) -> dict[str, Any]:
    """Of a model that follows the prompt, in its own order and choice."""
    seconds, claims, accepted, refused = 0.0, 0, 0, []
    for place, one in enumerate(told):
        answer = one.answer(place)
        begun = time.process_time()
        proof = of_answer(answer, one.sheet.evidence)
        seconds += time.process_time() - begun
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


def _wrong(told: Sequence[Offered], cases: int, of_claim: ProveClaim) -> dict[str, Any]:
    """A claim passes where the proof lets it; it is false unless the prompt lists the very sentence for that key."""
    made, passed, listed = Counter[str](), Counter[str](), Counter[str]()
    examples: list[dict[str, str]] = []
    share = -(-cases // len(told))
    for place, own in enumerate(told):
        other = told[(place + 2) % len(told)]
        chance = Random(place)
        for kind, claim in islice(false_claims(own, other, chance), min(share, cases - sum(made.values()))):
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
        for kind in MAKERS
    }
    return {"by_kind": by_kind, "passed": sum(passed.values()), "passed_examples": examples[:MOST_EXAMPLES]}
