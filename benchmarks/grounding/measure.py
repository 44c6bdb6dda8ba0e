"""What the proof makes of answers that follow the prompt, and of wrong claims of every kind, of results and plans."""

import time
from typing import Any

from benchmarks.grounding.counted import ProveAnswer, ProveClaim, honest_answers, wrong_claims
from benchmarks.grounding.offered import Offered
from benchmarks.grounding.people import synthetic_users
from benchmarks.grounding.plans import measure_words_of_plans
from benchmarks.grounding.recombined import judged_recombinations, judged_sentences
from hos_pipelines.analyst.proof.prove import prove, prove_claim


def measure_grounding(
    people: int, cases: int, of_claim: ProveClaim = prove_claim, of_answer: ProveAnswer = prove
) -> dict[str, Any]:
    """Of so many people one honest answer each, analysis and plan, and so many wrong claims; always the same ones."""
    started = time.perf_counter()
    offered = [Offered(sheet) for user in synthetic_users(max(2, people)) for sheet in user.sheets]
    told = [one for one in offered if one.prompt.sentences]
    honest = honest_answers(told, of_answer)
    wrong = wrong_claims(told, cases, of_claim)
    judged = {"recombined": judged_recombinations(told, cases, of_claim), "sentences": judged_sentences(told)}
    plans = measure_words_of_plans(people, cases, of_claim, of_answer)
    seconds = round(time.perf_counter() - started, 2)
    return {"people": people, "cases": cases, **honest, **wrong, **judged, "plans": plans, "seconds": seconds}
