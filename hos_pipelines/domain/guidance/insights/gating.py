"""The gates: what is left of all tests of a run after chance, the person's own days and one correction."""

from collections.abc import Sequence

from hos_pipelines.domain.behavior.associations import benjamini_hochberg
from hos_pipelines.domain.guidance.insights.candidates import Candidate, CredibleInsight

CREDIBLE_Q = 0.1


def credible(candidates: Sequence[Candidate]) -> list[CredibleInsight]:
    """Those whose effect is detectable, whose interval has a clear sign, and whose q over every test is 0.1 at most.

    The correction (Benjamini and Hochberg 1995) is over all of them, told or not.
    """
    found = []
    for one, q in zip(candidates, benjamini_hochberg([one.p for one in candidates]), strict=True):
        if q > CREDIBLE_Q or abs(one.rough) < one.least_change:
            continue
        estimated = one.estimate()
        if estimated is None or not estimated.has_clear_sign or abs(estimated.effect) < one.least_change:
            continue
        if estimated.effect * one.rough > 0:
            found.append(CredibleInsight(one, estimated, q))
    return found
