"""An insight as it is stored: its meaning, its name, its facts, and until when it is told."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hos_pipelines.domain.analysis_result import ENGINE
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.guidance.insights.amounts import told_effect, told_unit
from hos_pipelines.domain.guidance.insights.candidates import LIVES, CredibleInsight
from hos_pipelines.domain.guidance.insights.phrases import title_of

ID_DIGITS = 10


@dataclass(frozen=True, slots=True)
class InsightRow:
    """A new row of `user_insights`, but for the person and the run; amounts are in the unit they are told in.

    `engine` is who wrote `content`. `model_used` was asked; `fallback_reason` says why its words do not stand.
    """

    insight_id: str
    meaning: str
    kind: str
    category: str
    subject: str
    direction: str
    band: str
    title: str
    content: str
    action: str
    effect: float
    unit: str
    interval_low: float
    interval_high: float
    least_change: float
    p: float
    q: float
    n: int
    window_from: date
    window_to: date
    rank: float
    confidence: str
    fact_ids: Sequence[str]
    evidence: Mapping[str, Any]
    first_shown_at: datetime
    expires_at: datetime
    engine: str = ENGINE
    model_used: str | None = None
    fallback_reason: str | None = None


def meaning_of(insight: CredibleInsight) -> str:
    """The digest of what it means, whatever its numbers: kind, subject, direction, band and how long it is told."""
    parts = (insight.kind, insight.subject.name, insight.direction, insight.band, str(LIVES[insight.kind]))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()


def row_of(insight: CredibleInsight, rank: float, action: str, now: datetime) -> InsightRow:
    """The row of an insight that is told from now on."""
    subject, found, candidate, meaning = insight.subject, insight.found, insight.candidate, meaning_of(insight)
    name = hashlib.sha256(f"{meaning}|{now.date()}".encode()).hexdigest()[:ID_DIGITS]
    effect, low, high = (told_effect(subject, one) for one in (found.effect, found.low, found.high))
    return InsightRow(
        insight_id=name,
        meaning=meaning,
        kind=insight.kind,
        category=subject.category,
        subject=subject.name,
        direction=insight.direction,
        band=insight.band,
        title=title_of(insight.kind, subject.name, found.effect > 0),
        content=found.text,
        action=action,
        effect=effect,
        unit=told_unit(subject),
        interval_low=low,
        interval_high=high,
        least_change=abs(told_effect(subject, candidate.least_change)),
        p=candidate.p,
        q=insight.q,
        n=candidate.n,
        window_from=date.fromordinal(candidate.first),
        window_to=date.fromordinal(candidate.last),
        rank=rank,
        confidence=insight.confidence.value,
        fact_ids=[fact.id for fact in found.facts],
        evidence={fact.id: _evidence(fact) for fact in found.facts},
        first_shown_at=now,
        expires_at=now + timedelta(days=LIVES[insight.kind]),
    )


def broken_row_checks(rows: Sequence[InsightRow]) -> dict[str, str]:
    """What rows break, by check; never a value."""
    broken = {}
    for row in rows:
        if not row.fact_ids or set(row.fact_ids) - set(row.evidence):
            broken["evidence_exists"] = f"{row.kind} of {row.subject} cites what is not stored with it"
    return broken


def _evidence(fact: Fact) -> dict[str, Any]:
    return {name: value for name, value in asdict(fact).items() if value is not None and name != "id"}
