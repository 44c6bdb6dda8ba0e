"""What the tests of the proof claim: sentences about the person of `known()`, and the evidence for them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.passages import passages_of
from hos_pipelines.analyst.proof.prove import Proof, prove
from hos_pipelines.analyst.violations import Kind
from hos_pipelines.domain.facts import Fact, FactValue
from hos_pipelines.domain.gates import Status
from hos_pipelines_tests.report.people import known

TAG = "k7q2m"
NEW = "sleep_pattern/new"


@cache
def evidence() -> Evidence:
    """All facts of both analyses, with the passages of the circadian one and an open one."""
    report = known()
    facts = {**report.circadian.facts, **report.behavior.facts, **MORE}
    own = [one for one in passages_of(report.circadian) if one.key != NEW]
    other = [replace(one, key=f"behavior_{one.key}") for one in passages_of(report.behavior)]
    return Evidence(facts, [*own, *other, Passage(NEW, "")], TAG)


def fact(fact_id: str, value: FactValue, unit: str, method: str = "made up") -> Fact:
    status = Status.INSUFFICIENT if value is None else Status.OK
    return Fact(fact_id, value, unit, 20, None, method, 0.0 if value is None else 0.8, status, None)


# What the person of `known()` has none of: credible trends, a lasting shift, an unusual pulse.
MORE: Mapping[str, Fact] = {
    one.id: one
    for one in (
        fact("active_duration_trend_slope", -2.4, "minute per day"),
        fact("active_duration_trend_p", 0.002, "p"),
        fact("active_duration_median", 62.0, "minute"),
        fact("hrv_sdnn_trend_slope", 0.62, "millisecond per day"),
        fact("hrv_sdnn_trend_p", 0.0001, "p"),
        fact("hrv_sdnn_latest", 71.0, "millisecond"),
        fact("hrv_sdnn_median", 55.0, "millisecond"),
        fact("hrv_sdnn_z", 2.31, "z"),
        fact("steps_change_day", "2026-02-20", "label"),
        fact("steps_change_before", 5214.0, "count"),
        fact("steps_change_after", 8214.0, "count"),
        fact("sleep_score_trend_slope", -0.004, "index per day"),
        fact("sleep_score_trend_p", 0.003, "p"),
        fact("sleep_score_z", -1.62, "z"),
    )
}


def claim(text: str, *fact_ids: str, passage: str = NEW) -> Claim:
    """A claim whose placeholders are written `{sri}` for short."""
    tagged = re.sub(r"\{([a-z0-9_]+)\}", rf"{{{{\1.{TAG}}}}}", text)
    return Claim(passage=passage, text=tagged, fact_ids=[f"{one}.{TAG}" for one in fact_ids])


def proof_of(text: str, *fact_ids: str, passage: str = NEW) -> Proof:
    return prove(Answer(claims=[claim(text, *fact_ids, passage=passage)]), evidence())


def kinds(text: str, *fact_ids: str, passage: str = NEW) -> set[Kind]:
    return {violation.kind for violation in proof_of(text, *fact_ids, passage=passage).violations}
