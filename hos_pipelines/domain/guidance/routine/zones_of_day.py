"""The zones of a planned day, from the facts of the circadian analysis, in quarters of an hour from waking.

Zones stand at hours of the clock: whoever gets up later than predicted has less of the first, not another day. They
are those of one night: a day that hangs on sleep at other hours, such as one with a shift by night, has none.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES, Zone
from hos_pipelines.domain.guidance.routine.anchors import DAY, shorter_way
from hos_pipelines.domain.guidance.routine.day_blocks import ZoneSpan

ZONE_START = re.compile(r"(zone_(peak|recovery|maintenance)_\d+)_start")
HOUR = 60
DAY_SLOTS = DAY // SLOT_MINUTES
# Minutes that getting up and going to bed may lie from those the zones were predicted for, on average; ours.
MOST_SHIFTED = 120
NIGHTS = (("zone_sleep_1_end", "zone_sleep_1_start"), ("predicted_wake", "predicted_bed"))
ZONES: Mapping[str, Zone] = {"peak": "peak", "recovery": "recovery", "maintenance": "maintenance"}


def zones_of_day(
    facts: Mapping[str, float | str | Sequence[float] | None], wake_minute: int, waking_slots: int
) -> tuple[ZoneSpan, ...]:
    """The waking zones of a day that begins at this local minute; none where the facts say none, or of other sleep."""
    if _is_of_other_sleep(facts, wake_minute, wake_minute + waking_slots * SLOT_MINUTES):
        return ()
    return tuple(sorted(_zones(facts, wake_minute, waking_slots), key=lambda zone: zone.start))


def _is_of_other_sleep(facts: Mapping[str, float | str | Sequence[float] | None], wake: int, bed: int) -> bool:
    for ids in NIGHTS:
        hours = [hour for fact_id in ids if isinstance(hour := facts.get(fact_id), float)]
        if len(hours) == len(ids):
            apart = sum(abs(shorter_way(round(hour * HOUR), at)) for hour, at in zip(hours, (wake, bed), strict=True))
            return apart / len(ids) > MOST_SHIFTED
    return False


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
