"""A claim with exactly one thing wrong, and the kinds of things that can be."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.grounding.drafts import Draft
from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.domain.violations import ViolationKind

# What the proof would call each kind if it named it as we do; an injection may offend in any way.
EXPECTED: Mapping[str, frozenset[ViolationKind]] = {
    "number": frozenset({ViolationKind.NUMBER}),
    "foreign_fact": frozenset({ViolationKind.FOREIGN_FACT}),
    "direction": frozenset({ViolationKind.DIRECTION}),
    "label": frozenset({ViolationKind.LABEL, ViolationKind.DIRECTION}),
    "insufficient": frozenset({ViolationKind.INSUFFICIENT}),
    "medical": frozenset({ViolationKind.MEDICAL}),
    "language": frozenset({ViolationKind.LANGUAGE}),
    "topic": frozenset({ViolationKind.TOPIC}),
    "invented_fact": frozenset({ViolationKind.FOREIGN_FACT}),
    "swapped_users": frozenset({ViolationKind.FOREIGN_FACT, ViolationKind.NUMBER}),
    "injection": frozenset(ViolationKind),
    "exchanged_facts": frozenset({ViolationKind.NUMBER, ViolationKind.DIRECTION}),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that must not pass; `how` says in what way it was made wrong."""

    kind: str
    how: str
    answer: Answer
    evidence: Evidence

    @property
    def text(self) -> str:
        """What it says."""
        return " ".join(claim.text for claim in self.answer.claims)


def wrong(kind: str, how: str, draft: Draft, text: str) -> Wrong:
    """A claim with other words, and all else as it was."""
    return Wrong(kind, how, draft.answer(text), draft.evidence)


def miscited(kind: str, how: str, draft: Draft, text: str, fact_ids: list[str]) -> Wrong:
    """A claim that cites other ids."""
    claim = Claim(passage=draft.passage.key, text=text, fact_ids=fact_ids)
    return Wrong(kind, how, Answer(claims=[claim]), draft.evidence)
