"""The anchor: the steadiest event of the day, to which something new can be attached."""

from collections.abc import Mapping, Sequence

from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord
from hos_pipelines.domain.behavior.behaviors import Event
from hos_pipelines.domain.behavior.habit_results import Anchor
from hos_pipelines.domain.clock import wrap
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.living import TWO_HOURS_APART

# Beyond an hour (the third class of MESA) an event comes too irregularly to serve as a cue.
CUE_SD = 1.0
EVENTS: Mapping[Event, str] = {"onset": "falling asleep", "wake": "waking up"}
# Nobody does anything after falling asleep: its cue is going to bed.
CUES = {"falling asleep": "before going to bed", "waking up": "after waking up"}


def steadiest_event(sheet: FactSheet, records: Sequence[BehaviorRecord]) -> Anchor | None:
    """The event of the day with the lowest deviation: where a new habit can be attached (Fogg).

    Where work and free days lie half an hour apart or more it is told of work days: never an hour nobody wakes at.
    None for who has no usual hour, or whose work days, of which it would be told, spread over more than an hour.
    """
    known = [anchor for record in records if (anchor := _anchor(sheet, record)) is not None]
    return min(known, key=lambda one: (one.sd, one.event), default=None)


def cue_of(anchor: Anchor | None) -> str | None:
    """Where a new behavior can be put, in words; None without an event steady enough."""
    if anchor is None or anchor.sd > CUE_SD:
        return None
    return CUES[anchor.event]


def anchor_hour(anchor: Anchor) -> str:
    """When the event usually comes, in words."""
    at = clock_text(anchor.clock_hour)
    return f"on work days at {at}" if anchor.days == "work days" else f"usually at {at}"


def _anchor(sheet: FactSheet, record: BehaviorRecord) -> Anchor | None:
    event = record.behavior.event
    if event is None:
        return None
    work, free = sheet.number(f"usual_{event}_work"), sheet.number(f"usual_{event}_free")
    differ = work is not None and free is not None and abs(wrap(free - work)) >= TWO_HOURS_APART
    fact_id, spread = (f"usual_{event}_work", "timing_sd_within") if differ else (f"usual_{event}", "timing_sd")
    hour, sd = sheet.number(fact_id), record.number(spread)
    if hour is None or sd is None or (differ and sd > CUE_SD):
        return None
    return Anchor(
        event=EVENTS[event],
        clock_hour=hour,
        sd=sd,
        days="work days" if differ else "all days",
        fact_ids=[fact_id, *record.ids(spread)],
    )
