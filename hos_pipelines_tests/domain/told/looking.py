"""Both analyses of one person as a deployment makes them, in the one place that calls them, and what a fact says."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.history import BEHAVIOR_TYPES, CIRCADIAN_TYPES, SCORE, StoredReading, read_history
from hos_pipelines.domain.staleness import as_seen
from hos_pipelines.domain.work_week import WorkWeek

NOON = time(12)
ARCHETYPE = "Foundation Builder"


class Told(NamedTuple):
    """What both analyses tell of one person."""

    circadian: CircadianResult
    behavior: BehaviorResult

    @property
    def facts(self) -> list[Fact]:
        """The facts of both."""
        return [*self.circadian.facts.values(), *self.behavior.facts.values()]

    def labels(self) -> set[str]:
        """Every label among the facts of both, in one spelling."""
        return {value.lower().replace(" ", "_") for fact in self.facts if isinstance(value := fact.value, str)}


def tell(
    rows: Sequence[StoredReading],
    today: date | None = None,
    timezone: str | None = None,
    week: WorkWeek | None = None,
    archetype: str = ARCHETYPE,
) -> Told:
    """Both analyses of the readings, each given the types it reads; as seen at noon of `today` where that is given."""
    own = (row for row in rows if row.type in CIRCADIAN_TYPES)
    seen = (row for row in rows if row.type in BEHAVIOR_TYPES or row.type.startswith(SCORE))
    circadian = analyze_circadian(read_history("somebody", own, archetype, timezone), week=week)
    behavior = analyze_behavior(read_history("somebody", seen, archetype, timezone), week=week)
    if today is None:
        return Told(circadian, behavior)
    now = datetime.combine(today, NOON, UTC)
    return Told(as_seen(circadian, now), as_seen(behavior, now))


def number(facts: Iterable[Fact], fact_id: str) -> float | None:
    """The number of the fact of this id; None where there is no such fact, or it says nothing."""
    value = next((fact.value for fact in facts if fact.id == fact_id), None)
    return value if isinstance(value, float) else None


def reaches(fact: Fact, value: float) -> bool:
    """Whether the interval of a fact has this value in it; a fact without one reaches nothing."""
    ends = fact.interval
    return ends is not None and ends.low is not None and ends.high is not None and ends.low <= value <= ends.high
