"""When somebody works within one waking day, by their roster where it says so, else by their week and hours of work.

A shift belongs to the waking day it lies in, whichever date it begins on; who said so is named, and nothing is assumed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hos_pipelines.domain.guidance.routine.place import PlacedSpan
from hos_pipelines.domain.guidance.routine.shift_times import AFTER_WORK, Works
from hos_pipelines.domain.guidance.routine.waking_day import WakingDay, local_instant
from hos_pipelines.domain.person.hours import ClockSpan
from hos_pipelines.domain.person.roster import Roster
from hos_pipelines.domain.work_week import WorkWeek


@dataclass(frozen=True, slots=True)
class WorkOfDay:
    """Spans of work in minutes from waking, and the facts that say that this is a day of work, if any do.

    A span may have begun before waking, or end with the way home that is still to be gone. `nights` are those that go
    past midnight, or begin soon after it.
    """

    spans: tuple[PlacedSpan, ...] = ()
    fact_ids: tuple[str, ...] = ()
    nights: tuple[PlacedSpan, ...] = ()

    @property
    def ends(self) -> int | None:
        """The minute at which the last of it ends."""
        return max((span.end for span in self.spans if span.end > 0), default=None)


def work_of_day(day: WakingDay, works: Works, roster: Roster | None, week: WorkWeek) -> WorkOfDay:
    """The work of a waking day; `works` says what begins on a date, roster and week who said so."""
    awake = day.minutes_until(day.bed)
    spans: list[PlacedSpan] = []
    nights: list[PlacedSpan] = []
    facts: list[str] = []
    for begins_on in (day.day + timedelta(days=n) for n in (-1, 0, 1)):
        hours = works(begins_on)
        if hours is None:
            continue
        span = _span(day, begins_on, hours)
        if span.end + AFTER_WORK <= 0 or span.start >= awake:
            continue
        spans.append(span)
        if span.end > 0:
            if _is_on_roster(roster, begins_on):
                facts.append("roster")
            else:
                facts += ["work_days", "work_hours"] if week.is_stated else ["work_hours"]
            nights += [span] if hours.is_by_night else []
    is_silent = works(day.day) is None and not _is_on_roster(roster, day.day)
    if is_silent and week.is_stated and not week.is_free(day.day):
        facts.append("work_days")
    return WorkOfDay(tuple(spans), tuple(dict.fromkeys(facts)), tuple(nights))


def away_of(work: Iterable[PlacedSpan]) -> tuple[PlacedSpan, ...]:
    """When somebody is at work, or on the way there or home."""
    return tuple(PlacedSpan(span.start - AFTER_WORK, span.end + AFTER_WORK) for span in work)


def _is_on_roster(roster: Roster | None, day: date) -> bool:
    return roster is not None and roster.shift_on(day) is not None


def _span(day: WakingDay, begins_on: date, hours: ClockSpan) -> PlacedSpan:
    zone = day.wake.tzinfo
    if zone is None:
        raise ValueError("A waking day has a zone.")
    ends_on = begins_on + timedelta(days=1) if hours.end <= hours.start else begins_on
    ends = (local_instant(begins_on, hours.start, zone), local_instant(ends_on, hours.end, zone))
    return PlacedSpan(*(round(day.minutes_until(one)) for one in ends))
