"""The anchors of a day of meals from those of the routine: one waking day, one roster, the same zones."""

from collections.abc import Sequence
from datetime import date, timedelta, tzinfo

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES
from hos_pipelines.domain.guidance.nutrition.day_anchors import DayAnchors, TimedSpan
from hos_pipelines.domain.guidance.routine.anchors import Anchors
from hos_pipelines.domain.guidance.routine.day_blocks import ZoneSpan
from hos_pipelines.domain.guidance.routine.waking_day import WakingDay, local_instant
from hos_pipelines.domain.person.hours import DAY, ClockSpan
from hos_pipelines.domain.person.roster import Roster


def day_anchors_of(
    day: WakingDay,
    anchors: Anchors,
    zones: Sequence[ZoneSpan],
    shift: TimedSpan | None = None,
    training: TimedSpan | None = None,
) -> DayAnchors:
    """Low hours are the recovery zones of the day, each with the fact of its beginning."""
    low = tuple(
        TimedSpan(day.at(zone.start * SLOT_MINUTES), day.at(zone.end * SLOT_MINUTES), (f"{zone.facts}_start",))
        for zone in zones
        if zone.zone == "recovery" and zone.facts
    )
    return DayAnchors(
        wake=day.wake,
        sleep=day.bed,
        source=anchors.times.source,
        wake_facts=anchors.times.fact_ids,
        sleep_facts=anchors.times.fact_ids,
        shift=shift,
        training=training,
        low=low,
    )


def shift_of(roster: Roster, day: date, zone: tzinfo) -> TimedSpan | None:
    """The shift that begins on a local date, as instants; None where none is known to."""
    hours = roster.span_on(day)
    return None if hours is None else timed_work(hours, day, zone, ("roster",))


def timed_work(hours: ClockSpan, day: date, zone: tzinfo, fact_ids: tuple[str, ...]) -> TimedSpan:
    """Hours of work of a date as instants; from 24:00 on they are of the next one."""
    start = local_instant(day + timedelta(days=hours.start // DAY), hours.start, zone)
    last_day = day + timedelta(days=1) if hours.goes_past_midnight or hours.end == 0 else day
    return TimedSpan(start, local_instant(last_day, hours.end, zone), fact_ids)
