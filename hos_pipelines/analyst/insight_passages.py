"""What a model may put anew of insights: their sentences. Titles and what to do stay the rules' own."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hos_pipelines.analyst.engines import OPENAI
from hos_pipelines.analyst.evidence import Evidence, Passage
from hos_pipelines.analyst.proof.prove import ProvenClaim
from hos_pipelines.analyst.proof.sayings import vocabulary
from hos_pipelines.domain.guidance.insights.figures import figures_of
from hos_pipelines.domain.guidance.insights.rows import InsightRow

INSIGHTS = "insights"


@dataclass(frozen=True, slots=True)
class InsightPage:
    """The insights of one person that are told from now on, and how they are spoken to."""

    profile_id: str
    archetype: str
    rows: Sequence[InsightRow]
    kind: str = INSIGHTS
    by_passage: bool = False

    @property
    def mark(self) -> str:
        """The digest of what is told of whom: the same insights are the same question."""
        parts = (INSIGHTS, *(f"{one.insight_id}\0{one.content}" for one in self.rows))
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def evidence(self, tag: str) -> Evidence:
        """What a model is given of it."""
        return evidence_of_page(self, tag)

    def in_words(self, model: str, claims: Sequence[ProvenClaim], reason: str | None) -> list[InsightRow]:
        """Its rows with proven claims in place of their own sentences; those of which nothing is claimed stay."""
        del reason
        told = {int(one.passage.rpartition("/")[2]): one.text for one in claims}
        return [
            replace(row, content=told[place], engine=OPENAI, model_used=model) if place in told else row
            for place, row in enumerate(self.rows)
        ]

    def in_own_words(self, model: str, reason: str) -> list[InsightRow]:
        """Its rows in the rules' own words."""
        return [replace(row, model_used=model, fallback_reason=reason) for row in self.rows]


def evidence_of_page(page: InsightPage, tag: str) -> Evidence:
    """What a model is given of a page, under ids with this tag."""
    passages = [
        Passage(f"{one.kind}/{place}", one.content, tuple(one.fact_ids), figures=figures_of(one))
        for place, one in enumerate(page.rows)
    ]
    return Evidence(INSIGHTS, vocabulary().voice_of(page.archetype), {}, passages, tag)
