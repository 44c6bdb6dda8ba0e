"""Five blocks of a waking day, cut at the person's own energy zones, or by proportion where no zones are known.

Positions are quarters of an hour from waking, so that neither midnight nor a change of the clock is met here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES, Zone

BlockName = Literal["Morning Block", "Peak Energy Block", "Mid-day Slump", "Evening Routine", "Wind Down"]
BLOCKS: tuple[BlockName, ...] = (
    "Morning Block",
    "Peak Energy Block",
    "Mid-day Slump",
    "Evening Routine",
    "Wind Down",
)
# What readers of the contract expect of each block, whatever zones lie in it.
NOMINAL_ZONES: dict[BlockName, Zone] = {
    "Morning Block": "maintenance",
    "Peak Energy Block": "peak",
    "Mid-day Slump": "recovery",
    "Evening Routine": "maintenance",
    "Wind Down": "recovery",
}

INERTIA_SLOTS = 4
EARLIEST_MORNING_END, LATEST_MORNING_END = 4, 16
SHORTEST_WIND_DOWN, USUAL_WIND_DOWN, LONGEST_WIND_DOWN = 4, 6, 10
SHORTEST_BLOCK, SHORTEST_PEAK, LONGEST_SLUMP, PEAK_TO_WIND_DOWN = 3, 4, 12, 6
# From here on every block keeps three quarters of an hour wherever the zones lie; the morning of a short day, such as
# that after the last of some nights at work, ends sooner.
AFTER_MORNING = SHORTEST_PEAK + PEAK_TO_WIND_DOWN + LONGEST_WIND_DOWN
FEWEST_SLOTS = EARLIEST_MORNING_END + AFTER_MORNING
SIXTEENTHS = 16


class ZoneSpan(NamedTuple):
    """An unbroken run of one zone: its first quarter of an hour from waking, and the first after it.

    `facts` is the beginning of its facts' ids, such as `zone_peak_1`; empty where it has none.
    """

    zone: Zone
    start: int
    end: int
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One of the five: from and to in quarters of an hour from waking, and the zones that really lie in it."""

    name: BlockName
    start: int
    end: int
    zones: tuple[ZoneSpan, ...]

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.end - self.start) * SLOT_MINUTES

    @property
    def fact_ids(self) -> tuple[str, ...]:
        """The facts that say when its zones begin."""
        return tuple(f"{zone.facts}_start" for zone in self.zones if zone.facts)


class TooShortDayError(ValueError):
    """A waking day that is too short for five blocks."""


def blocks_of(zones: Sequence[ZoneSpan], waking: int) -> tuple[Block, ...]:
    """The five blocks of a day of so many waking quarters of an hour; they tile it.

    The morning ends where the first peak begins that outlasts inertia, the slump is the first recovery after that, the
    wind-down the recovery that ends the day. Where one of them is missing, sixteenths of the day stand in.

    Raises:
        TooShortDayError: the day has less than `FEWEST_SLOTS` quarters of an hour.
    """
    if waking < FEWEST_SLOTS:
        raise TooShortDayError(f"A waking day of {waking} quarters of an hour holds no five blocks; {FEWEST_SLOTS} do.")
    first_peak = next((zone.start for zone in zones if zone.zone == "peak" and zone.end > INERTIA_SLOTS), None)
    morning_end = _clamp(
        3 * waking // SIXTEENTHS if first_peak is None else first_peak,
        EARLIEST_MORNING_END,
        min(LATEST_MORNING_END, waking - AFTER_MORNING),
    )
    recoveries = [zone for zone in zones if zone.zone == "recovery"]
    last = next((zone.start for zone in recoveries if zone.end == waking), waking - USUAL_WIND_DOWN)
    wind_down = _clamp(last, waking - LONGEST_WIND_DOWN, waking - SHORTEST_WIND_DOWN)
    slump = next(
        ((zone.start, zone.end) for zone in recoveries if zone.start > morning_end and zone.end < waking),
        (6 * waking // SIXTEENTHS, 9 * waking // SIXTEENTHS),
    )
    slump_start = _clamp(slump[0], morning_end + SHORTEST_PEAK, wind_down - PEAK_TO_WIND_DOWN)
    slump_end = _clamp(
        slump[1], slump_start + SHORTEST_BLOCK, min(slump_start + LONGEST_SLUMP, wind_down - SHORTEST_BLOCK)
    )
    edges = (0, morning_end, slump_start, slump_end, wind_down, waking)
    return tuple(
        Block(name, start, end, _within(zones, start, end))
        for name, start, end in zip(BLOCKS, edges[:-1], edges[1:], strict=True)
    )


def _clamp(value: int, least: int, most: int) -> int:
    return max(least, min(value, most))


def _within(zones: Sequence[ZoneSpan], start: int, end: int) -> tuple[ZoneSpan, ...]:
    return tuple(
        ZoneSpan(zone.zone, max(zone.start, start), min(zone.end, end), zone.facts)
        for zone in zones
        if zone.start < end and zone.end > start
    )
