"""Whether somebody is analysed anew or the stored result stands: the rule of system.md, one decision for all callers.

Counted are rows that pulls inserted or changed since the last analysis has read, never rows merely seen again.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hos_pipelines.domain.analysis_scope import AnalysisMode, AnalysisScope
from hos_pipelines.domain.memory.quality import MemoryQuality, analysis_points, memory_points, quality_of

BASE_THRESHOLD = 50
LOWEST, HIGHEST = 10, 100
STALE_AFTER = timedelta(days=7)
OLD_AFTER, AGING_AFTER = timedelta(days=5), timedelta(days=3)
FACTORS = {MemoryQuality.RICH: 0.7, MemoryQuality.DEVELOPING: 0.85, MemoryQuality.SPARSE: 1.2}
COMPLEX_FROM, SIMPLE_TO = 8, 4


class Decision(StrEnum):
    """What is to be done."""

    FRESH = "fresh_analysis"
    STALE = "stale_refresh"
    STORED = "memory_cache"


@dataclass(frozen=True, slots=True)
class AnalysisState:
    """What is known of one person and one kind of analysis before it is decided.

    `rows_changed` counts since the last one has read; `analyzed_at` and `data_through` are of that one, None before
    the first; `next_due_at` is set after a failure. `data_complexity` is the archetype's, 1 to 10. The counts are of
    past analyses of either kind. `second_confirmed` and `fifth_confirmed` are when the second and the fifth newest of
    the sure rows of long-term memory were confirmed, None where there are fewer. `is_told_anew` where the person said
    something since that analyses go by.
    """

    profile_id: str
    rows_changed: int
    has_new_night: bool
    analyzed_at: datetime | None
    data_through: date | None
    next_due_at: datetime | None
    data_complexity: int
    behavior_count: int
    circadian_count: int
    second_confirmed: date | None = None
    fifth_confirmed: date | None = None
    is_told_anew: bool = False

    def memory_quality(self, today: date) -> MemoryQuality:
        """How much is known of the person: by past analyses of both kinds, and by what memory holds."""
        remembered = memory_points(self.second_confirmed, self.fifth_confirmed, today)
        return quality_of(analysis_points(self.behavior_count) + analysis_points(self.circadian_count) + remembered)


@dataclass(frozen=True, slots=True)
class DueDecision:
    """A decision, why, as a phrase, the scope it means, and the threshold that held."""

    decision: Decision
    reason: str
    scope: AnalysisScope
    threshold: int

    @property
    def is_due(self) -> bool:
        """Whether an analysis is to run."""
        return self.decision is not Decision.STORED


def decide(standing: AnalysisState, now: datetime, *, is_forced: bool = False) -> DueDecision:
    """What is to be done for one person now.

    Failed a short while ago: wait, unless by force. Never analysed or asked for by force: analyse. Nothing changed
    since: the stored result stands, however old, since it would come out the same. Older than a week: analyse as if for
    the first time. Else when the person said something it goes by, the changes reach the threshold, or a night has been
    added.
    """
    if standing.next_due_at is not None and now < standing.next_due_at and not is_forced:
        limit = threshold(standing, now, timedelta(0))
        return DueDecision(Decision.STORED, "failed, and is tried again a while later", AnalysisScope(), limit)
    if standing.analyzed_at is None:
        limit = threshold(standing, now, timedelta(0))
        return DueDecision(Decision.FRESH, "never analysed before", AnalysisScope(), limit)
    age = max(now - standing.analyzed_at, timedelta(0))
    limit = threshold(standing, now, age)
    is_stale = age > STALE_AFTER
    scope = AnalysisScope() if is_stale else AnalysisScope(AnalysisMode.FOLLOW_UP, standing.data_through)
    if is_forced:
        return DueDecision(Decision.FRESH, "asked for by force", scope, limit)
    return DueDecision(*_weigh(standing, limit, is_stale=is_stale), scope, limit)


def _weigh(standing: AnalysisState, limit: int, *, is_stale: bool) -> tuple[Decision, str]:
    """What the changes since the last analysis come to, and why."""
    changes = f"{standing.rows_changed} new or changed readings"
    if standing.rows_changed == 0:
        return Decision.STORED, "nothing has changed since"
    if is_stale:
        return Decision.STALE, "older than 7 days"
    if standing.is_told_anew:
        return Decision.FRESH, "something was said of the person"
    if standing.has_new_night:
        return Decision.FRESH, "a new night"
    if standing.rows_changed >= limit:
        return Decision.FRESH, changes
    return Decision.STORED, f"{changes}, fewer than {limit}"


def threshold(standing: AnalysisState, now: datetime, age: timedelta) -> int:
    """How many new or changed readings it takes: 50, by memory, archetype and age, each step cut to whole numbers.

    Rich memory asks for less, sparse for more.
    """
    limit = int(BASE_THRESHOLD * FACTORS[standing.memory_quality(now.date())])
    limit = int(limit * _archetype_factor(standing.data_complexity))
    limit = int(limit * _age_factor(age))
    return min(max(limit, LOWEST), HIGHEST)


def _archetype_factor(data_complexity: int) -> float:
    if data_complexity >= COMPLEX_FROM:
        return 1.15
    return 0.9 if data_complexity <= SIMPLE_TO else 1.0


def _age_factor(age: timedelta) -> float:
    if age >= OLD_AFTER:
        return 0.7
    return 0.85 if age >= AGING_AFTER else 1.0
