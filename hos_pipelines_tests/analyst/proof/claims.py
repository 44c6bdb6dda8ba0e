"""What the tests of the proof claim: sentences about the person of `known()`, and the evidence for them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.passages import evidence_of
from hos_pipelines.analyst.proof.prove import Proof, prove
from hos_pipelines.domain.facts import Fact, FactValue, Interval
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.report.people import known

TAG = "k7q2m"
NEW = "sleep_pattern/new"


@cache
def evidence() -> Evidence:
    """All facts of both analyses, with the passages of the circadian one and an open one."""
    circadian, behavior = (evidence_of(one, TAG) for one in (known().circadian, known().behavior))
    own = [one for one in circadian.passages if one.key != NEW]
    other = [replace(one, key=f"behavior_{one.key}") for one in behavior.passages]
    facts = {**circadian.facts, **behavior.facts, **MORE}
    return Evidence(facts, [*own, *other, Passage(NEW, "")], TAG, {**behavior.courses, **COURSES})


def of_facts(*facts: Fact, courses: Mapping[str, int] | None = None) -> Evidence:
    """Nothing but these facts, and an open passage."""
    return Evidence({one.id: one for one in facts}, [Passage(NEW, "")], TAG, courses or {})


def fact(fact_id: str, value: FactValue, unit: str, method: str = "made up", interval: Interval | None = None) -> Fact:
    status, sure = (Status.INSUFFICIENT, Confidence.NONE) if value is None else (Status.OK, Confidence.HIGH)
    return Fact(fact_id, value, unit, 20, None, method, sure, status, None, interval)


# What the person of `known()` has none of: credible trends, a lasting shift, an unusual pulse, sleep owed.
MORE: Mapping[str, Fact] = {
    one.id: one
    for one in (
        fact("active_duration_trend_slope", -2.4, "minute per day"),
        fact("active_duration_trend_p", 0.002, "p"),
        fact("active_duration_trend_q", 0.004, "q"),
        fact("active_duration_median", 62.0, "minute"),
        fact("hrv_sdnn_trend_slope", 0.62, "millisecond per day"),
        fact("hrv_sdnn_trend_p", 0.0001, "p"),
        fact("hrv_sdnn_trend_q", 0.0002, "q"),
        fact("hrv_sdnn_latest", 71.0, "millisecond"),
        fact("hrv_sdnn_median", 55.0, "millisecond"),
        fact("hrv_sdnn_z", 2.31, "z"),
        fact("steps_change_day", "2026-02-20", "label"),
        fact("steps_change_before", 5214.0, "count"),
        fact("steps_change_after", 8214.0, "count"),
        fact("activity_score_trend_slope", -0.004, "index per day"),
        fact("activity_score_trend_p", 0.003, "p"),
        fact("activity_score_z", -1.62, "z"),
        fact("sleep_need", 454 / 60, "hour", interval=Interval(7.4, 8.2)),
        fact("sleep_debt_14", 457 / 60, "hour", interval=Interval(2.0, 13.0)),
        fact("sleep_standing", "short", "label"),
        fact("regular_wake_persistence", 0.5, "share"),
        fact("recovery_after_a_miss", 0.4, "share"),
        fact("enough_sleep_adherence", 0.08, "share"),
        fact("exercise_stage", "early_formation", "label"),
        fact("sophistication_score", 46.2, "points"),
    )
}
COURSES = {"active_duration": -1, "hrv_sdnn": 1, "activity_score": -1, "steps": 0}


def claim(text: str, *fact_ids: str, passage: str = NEW) -> Claim:
    """A claim whose placeholders are written `{sri}` for short."""
    tagged = re.sub(r"\{([a-z0-9_]+)\}", rf"{{{{\1.{TAG}}}}}", text)
    return Claim(passage=passage, text=tagged, fact_ids=[f"{one}.{TAG}" for one in fact_ids])


def proof_of(text: str, *fact_ids: str, passage: str = NEW, of: Evidence | None = None) -> Proof:
    return prove(Answer(claims=[claim(text, *fact_ids, passage=passage)]), of or evidence())


def kinds(text: str, *fact_ids: str, passage: str = NEW, of: Evidence | None = None) -> set[ViolationKind]:
    return {violation.kind for violation in proof_of(text, *fact_ids, passage=passage, of=of).violations}
