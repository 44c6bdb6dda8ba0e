"""What memory holds to be true and is worth telling: when things get done, what keeps them from it, what has worked."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hos_pipelines.domain.behavior.adherence import wilson
from hos_pipelines.domain.facts import Basis, FactSheet, Interval
from hos_pipelines.domain.gates import Confidence, Gate
from hos_pipelines.domain.guidance.insights.candidates import Candidate, Estimated
from hos_pipelines.domain.guidance.insights.phrases import memory_sentence
from hos_pipelines.domain.guidance.insights.subjects import InsightSubject
from hos_pipelines.domain.memory.memory_key import MemoryCategory, category_of

SEEN_DAYS = Gate("days that show it or the contrary", 5, 8, 14)
# As promotion has it.
SURE_FROM = 0.7
METHOD = "share of the days that show it among those that show it or the contrary; Wilson (1927)"
HALF = 0.5
ACTIONS: Mapping[MemoryCategory, str] = {
    MemoryCategory.TIMING: "Keep it there, and move other things rather than this one.",
    MemoryCategory.BARRIER: "Make it so small that this does not stop it, or choose something else in its place.",
    MemoryCategory.STRATEGY: "Do the same where something else is to be changed.",
}


@dataclass(frozen=True, slots=True)
class HeldTrue:
    """A row of long-term memory that is live and was learned: what it says, and the days for and against it."""

    key: str
    value: str
    confidence: float
    supports: int
    contradictions: int
    since: date


def remembered(rows: Sequence[HeldTrue], through: date) -> Iterator[Candidate]:
    """A candidate for each row that is sure enough, of a kind that can be acted on. Nothing of insights themselves."""
    for row in sorted(rows, key=lambda one: one.key):
        category, n = category_of(row.key), row.supports + row.contradictions
        worth = category in ACTIONS and (category is not MemoryCategory.STRATEGY or row.value == "worked")
        if worth and row.confidence >= SURE_FROM and n >= SEEN_DAYS.preliminary and row.since <= through:
            yield _candidate(row, category, n, through)


def _candidate(row: HeldTrue, category: MemoryCategory, n: int, through: date) -> Candidate:
    name = f"remembered_{row.key.replace('.', '_')}"
    rate, low, high = row.supports / n, *wilson(row.supports, n)
    subject = InsightSubject(name, "What is remembered", "memory", "share", 0.5, 0, frozenset({name}))
    sheet = FactSheet(f"{row.since}/{through}")
    fact = sheet.add(name, rate, "share", Basis.of(SEEN_DAYS, n, METHOD), Interval(low, high))
    text = memory_sentence(row.key, row.value, row.since, row.supports, row.contradictions)
    found = Estimated(rate - HALF, low - HALF, high - HALF, [fact], text)
    return Candidate(
        kind="memory",
        subject=subject,
        p=_sign_p(row.supports, n),
        rough=rate - HALF,
        least_change=rate - low,
        n=n,
        first=row.since.toordinal(),
        last=through.toordinal(),
        confidence=Confidence.MEDIUM,
        estimate=lambda: found,
        action=ACTIONS[category],
    )


def _sign_p(supports: int, n: int) -> float:
    """The two-sided p of the sign test: as many days for as against it."""
    tail = sum(math.comb(n, k) for k in range(max(supports, n - supports), n + 1)) / 2.0**n
    return min(1.0, 2.0 * float(tail))
