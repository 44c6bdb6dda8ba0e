"""Evidence and claims for tests of the proof: real results, and facts made up for one rule."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.passages import evidence_of
from hos_pipelines.analyst.proof.offers import own_offers
from hos_pipelines.analyst.proof.prove import ClaimProof, Proof, prove, prove_claim
from hos_pipelines.analyst.proof.sayings import SLOT
from hos_pipelines.domain.circadian.advice_sources import CONSTANTS
from hos_pipelines.domain.facts import Fact, FactValue, Interval
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines.domain.violations import ViolationKind
from hos_pipelines_tests.analyst.people import behavior, circadian, restless
from hos_pipelines_tests.report.people import known

TAG = "k7q2m"


@cache
def of_known() -> Evidence:
    """The circadian sheet of somebody well recorded."""
    return evidence_of(circadian(known()), TAG)


@cache
def of_restless() -> Evidence:
    """The behavior sheet of somebody whose data go somewhere."""
    return evidence_of(behavior(restless()), TAG)


def fact(fact_id: str, value: FactValue, unit: str, reach: tuple[float, float] | None = None, **more: object) -> Fact:
    """A fact made up, with an interval or none."""
    interval = None if reach is None else Interval(*reach)
    made = Fact(fact_id, value, unit, 20, None, "made up", Confidence.HIGH, Status.OK, None, interval)
    return replace(made, **more)  # type: ignore[arg-type]


def of_facts(passages: Sequence[Passage], *facts: Fact, courses: Mapping[str, int] | None = None) -> Evidence:
    """A circadian sheet with these facts and passages alone, in the plain voice."""
    return Evidence("circadian_analysis", "plain", {one.id: one for one in facts}, passages, TAG, courses or {})


def coffee(last: float = 14.25) -> Evidence:
    """A sheet on which the rules say when to have the last coffee, and nothing else."""
    text = "Have the last coffee by 14:15: one within about 8.8 hours of bed tends to cost sleep."
    constants = {"caffeine_hours": CONSTANTS["caffeine_hours"]}
    passage = Passage("recommendations/0", text, ("advice_caffeine_last", "predicted_bed"), constants)
    facts = fact("advice_caffeine_last", last, "local hour"), fact("predicted_bed", 23.0, "local hour")
    return of_facts([passage], *facts)


def claim(text: str, key: str, of: Evidence) -> Claim:
    """A claim whose key and slots have the person's tag."""
    return Claim(passage=of.tag_id(key), text=SLOT.sub(lambda slot: f"{{{{{of.tag_id(slot[1])}}}}}", text))


def proof_of(text: str, key: str, of: Evidence) -> ClaimProof:
    """What a claim comes to."""
    return prove_claim(claim(text, key, of), of)


def kinds(text: str, key: str, of: Evidence) -> set[ViolationKind]:
    """The kinds of what is wrong with a claim."""
    return {one.kind for one in proof_of(text, key, of).violations}


def answer_of(claims: Sequence[Claim], of: Evidence) -> Proof:
    """What a whole answer comes to."""
    return prove(Answer(claims=list(claims)), of)


def sentence_of(key: str, of: Evidence, place: int = 0) -> str:
    """One of the sentences that a passage may be said in."""
    return own_offers(next(one for one in of.passages if one.key == key), of)[place].text
