"""The gates: what is left of all tests of a run after chance, the person's own days and one correction."""

from collections.abc import Mapping, Sequence

from hos_pipelines.domain.behavior.findings import weighted_q
from hos_pipelines.domain.guidance.insights.candidates import CREDIBLE_Q, Candidate, CredibleInsight, InsightKind

# What a test is worth beside the others (Genovese, Roeder and Wasserman 2006), set before anything is looked at: most
# to what advice rests on. Of whom less is delivered than all of BUDGET, the rest counts as looked at in vain.
SUBJECT_WEIGHTS: Mapping[str, float] = {
    "sleep_duration": 3.0,
    "resting_heart_rate": 3.0,
    "steps": 2.5,
    "hrv": 1.0,
    "bedtime": 0.7,
    "free_days_midsleep": 1.0,
    "free_days_sleep": 0.7,
    "free_days_steps": 0.7,
}
OTHER_SUBJECT = 0.5
KIND_WEIGHTS: Mapping[InsightKind, float] = {
    "shift": 1.5,
    "trend": 1.5,
    "recent": 0.7,
    "vital": 0.5,
    "concern": 0.5,
    "memory": 0.5,
}
OTHER_KIND = 1.0
BUDGET = 30.0


def credible(candidates: Sequence[Candidate]) -> list[CredibleInsight]:
    """Those whose effect is detectable, whose interval has a clear sign, and whose q over every test is 0.1 at most.

    The correction (Benjamini and Hochberg 1995, by weights) is over all of them, told or not.
    """
    tests = [(one.p, weight_of(one)) for one in candidates]
    corrected = zip(candidates, weighted_q(tests, BUDGET), strict=True)
    found = ((one, q, one.detected) for one, q in corrected if q <= CREDIBLE_Q)
    return [CredibleInsight(one, detected, q) for one, q, detected in found if detected is not None]


def weight_of(one: Candidate) -> float:
    """What a test is worth."""
    return SUBJECT_WEIGHTS.get(one.subject.name, OTHER_SUBJECT) * KIND_WEIGHTS.get(one.kind, OTHER_KIND)
