"""The zones of a planned day, from the facts of the circadian analysis, in quarters of an hour from waking.

Zones stand at hours of the clock: whoever gets up later than predicted has less of the first, not another day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES, Zone
from hos_pipelines.domain.guidance.routine.anchors import DAY
from hos_pipelines.domain.guidance.routine.day_blocks import ZoneSpan

ZONE_START = re.compile(r"(zone_(peak|recovery|maintenance)_\d+)_start")
HOUR = 60
DAY_SLOTS = DAY // SLOT_MINUTES
ZONES: Mapping[str, Zone] = {"peak": "peak", "recovery": "recovery", "maintenance": "maintenance"}


def zones_of_day(
    facts: Mapping[str, float | str | Sequence[float] | None], wake_minute: int, waking_slots: int
) -> tuple[ZoneSpan, ...]:
    """The waking zones of a day that begins at this minute of the local day; none where the facts say none."""
    return tuple(sorted(_zones(facts, wake_minute, waking_slots), key=lambda zone: zone.start))


def _zones(
    facts: Mapping[str, float | str | Sequence[float] | None], wake_minute: int, waking_slots: int
) -> Iterator[ZoneSpan]:
    for fact_id, start in facts.items():
        found = ZONE_START.fullmatch(fact_id)
        if found is None:
            continue
        end = facts.get(f"{found[1]}_end")
        if not isinstance(start, float) or not isinstance(end, float):
            continue
        slots = round((end - start) % 24 * HOUR / SLOT_MINUTES)
        first = round((start * HOUR - wake_minute) / SLOT_MINUTES) % DAY_SLOTS
        # What began before waking and goes on after it has its rest at the beginning of the day.
        for begin in (first, first - DAY_SLOTS):
            span = ZoneSpan(ZONES[found[2]], max(0, begin), min(waking_slots, begin + slots), found[1])
            if span.start < span.end:
                yield span
