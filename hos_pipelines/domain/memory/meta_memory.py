"""Meta memory: what works with a person, in one row: how they report, how much they take on, how fast they settle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from statistics import median

from hos_pipelines.domain.memory.layers import Source, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.quality import MANY_ROWS, SOME_ROWS, SURE_FROM
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.reporting import ReportedDay, report, settling

WINDOW = timedelta(days=28)
LEAST_PLAN_DAYS = 7
LEAST_DAYS_AT_LEVEL = 5
WELL_DONE = 0.75
LEAST_LEARNED = 3

Counts = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class MetaMemory:
    """How often each lever worked and did not, how many insights of each subject were applied and not, and figures;
    None where too little is known. `second_confirmed` and `fifth_confirmed` are days of confirmation of sure rows.
    """

    levers: Counts = field(default_factory=dict)
    insights: Counts = field(default_factory=dict)
    reporting_rate: float | None = None
    task_tolerance: int | None = None
    learning_days: int | None = None
    second_confirmed: date | None = None
    fifth_confirmed: date | None = None


def confirmations(rows: Iterable[LongMemory]) -> tuple[date | None, date | None]:
    """When the second and the fifth newest of the live rows of confidence 0.6 were confirmed."""
    sure = (row.last_confirmed for row in rows if row.standing is Standing.LIVE and row.confidence >= SURE_FROM)
    days: list[date | None] = [*sorted(sure, reverse=True), *[None] * MANY_ROWS]
    return days[SOME_ROWS - 1], days[MANY_ROWS - 1]


def plan_days(done: Engagement, zone: tzinfo, now: MemoryMoment) -> Sequence[ReportedDay]:
    """The days with a plan of the last 28 that are settled, and what was said of them."""
    settles = settling(done, zone)
    return report(done, now.today - WINDOW, now.today, settles, now.at).days


def reporting_rate(days: Sequence[ReportedDay]) -> float | None:
    """On which share of the days with a plan anything was said; None below 7 such days."""
    if len(days) < LEAST_PLAN_DAYS:
        return None
    return round(sum(day.is_reported for day in days) / len(days), 4)


def task_tolerance(days: Sequence[ReportedDay]) -> int | None:
    """The most items a day of which three of four get done, by the days on which anything was said; 5 days a level.

    None where no number of items has 5 days; 0 where none is done so well.
    """
    by_level: dict[int, list[float]] = {}
    for day in days:
        if day.is_reported:
            by_level.setdefault(day.due, []).append(day.done / day.due)
    known = {level: shares for level, shares in by_level.items() if len(shares) >= LEAST_DAYS_AT_LEVEL}
    if not known:
        return None
    return max((level for level, shares in known.items() if sum(shares) / len(shares) >= WELL_DONE), default=0)


def learning_days(rows: Iterable[LongMemory]) -> int | None:
    """The median number of days it took from the first evidence of what was learned to its promotion; of 3 rows."""
    took = [
        max((row.recorded_at.date() - row.valid_from).days, 0)
        for row in rows
        if row.source is Source.LEARNED and row.standing.is_open
    ]
    return round(median(took)) if len(took) >= LEAST_LEARNED else None
