"""Meta memory: what works with a person, in one row: how they report, how much they take on, how fast they settle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from hos_pipelines.domain.memory.layers import Source, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.quality import MANY_ROWS, SOME_ROWS, SURE_FROM
from hos_pipelines.domain.person.checkin import Checkin
from hos_pipelines.domain.person.plan_item import PlanItem

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


def reporting_rate(items: Sequence[PlanItem], checkins: Sequence[Checkin], today: date) -> float | None:
    """Share of the days with a plan of the last 28 on which anything was reported; None below 7 such days.

    Today is not over, and is no day yet.
    """
    planned = {item.plan_date for item in items if today - WINDOW <= item.plan_date < today and item.is_counted}
    if len(planned) < LEAST_PLAN_DAYS:
        return None
    reported = {checkin.planned_date for checkin in checkins}
    return round(len(planned & reported) / len(planned), 4)


def task_tolerance(items: Sequence[PlanItem], checkins: Sequence[Checkin], today: date) -> int | None:
    """The most items a day of which three of four get done, by the reported days of the last 28; 5 days a level.

    None where no number of items has 5 days; 0 where none is done so well.
    """
    status = {one.plan_item_id: one.status for one in checkins}
    reported = {one.planned_date for one in checkins}
    due: dict[date, list[float]] = {}
    for item in items:
        is_due = today - WINDOW <= item.plan_date < today and item.is_counted and item.superseded_at is None
        if is_due and item.plan_date in reported:
            due.setdefault(item.plan_date, []).append(status[item.id].share if item.id in status else 0.0)
    by_level: dict[int, list[float]] = {}
    for shares in due.values():
        by_level.setdefault(len(shares), []).append(sum(shares) / len(shares))
    known = {level: days for level, days in by_level.items() if len(days) >= LEAST_DAYS_AT_LEVEL}
    if not known:
        return None
    return max((level for level, days in known.items() if sum(days) / len(days) >= WELL_DONE), default=0)


def learning_days(rows: Iterable[LongMemory]) -> int | None:
    """The median number of days it took from the first evidence of what was learned to its promotion; of 3 rows."""
    took = [
        max((row.recorded_at.date() - row.valid_from).days, 0)
        for row in rows
        if row.source is Source.LEARNED and row.standing.is_open
    ]
    return round(median(took)) if len(took) >= LEAST_LEARNED else None
