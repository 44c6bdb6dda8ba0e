"""Energy zones: which quarters of an hour of a waking day are its best, its worst, and the rest.

The edges are the day's own quantiles, so a zone compares hours of one day, never one person with another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES, SLOTS, Zone
from hos_pipelines.domain.circadian.reservoir import Day, Floats

PEAK_FROM_PERCENT = 70
RECOVERY_TO_PERCENT = 25
SHORTEST_RUN = 2
SLOTS_PER_HOUR = 60 // SLOT_MINUTES
# A clock hour in the middle between two slots goes up, whatever its last digits.
ROUNDING = 1e-6


class Run(NamedTuple):
    """An unbroken run of one zone: its first slot of the day (0 to 95) and how many slots; it may pass midnight."""

    zone: Zone
    start: int
    slots: int

    @property
    def end(self) -> int:
        """The slot after it, 0 to 95."""
        return (self.start + self.slots) % SLOTS


@dataclass(frozen=True)
class ZonedDay:
    """24 hours of zones. `runs` begin at waking and tile the day; `levels` are by slot from 00:00, 0 to 100."""

    runs: tuple[Run, ...]
    levels: tuple[float, ...]
    wake_slot: int
    bed_slot: int
    peak_from: float
    recovery_to: float
    median: float

    @cached_property
    def named_runs(self) -> tuple[tuple[str, Run], ...]:
        """Each run with the beginning of its facts' ids, such as `zone_peak_1`, counted from waking."""
        counts: dict[str, int] = {}
        named: list[tuple[str, Run]] = []
        for run in self.runs:
            counts[run.zone] = counts.get(run.zone, 0) + 1
            named.append((f"zone_{run.zone}_{counts[run.zone]}", run))
        return tuple(named)

    def level_of(self, run: Run) -> float:
        """The mean level of a run."""
        end = run.start + run.slots
        span = self.levels[run.start : end] + self.levels[: max(0, end - SLOTS)]
        return round(sum(span) / len(span), 1)


def slot_of(hour: float) -> int:
    """The slot whose start lies nearest a clock hour, 0 to 95."""
    return int(hour * SLOTS_PER_HOUR + 0.5 + ROUNDING) % SLOTS


def hour_of(slot: int) -> float:
    """The clock hour at which a slot begins."""
    return slot % SLOTS / SLOTS_PER_HOUR


def zones_of(energy: Floats) -> list[Zone]:
    """Peak from the 70th percentile of the waking bins, recovery up to the 25th, maintenance between."""
    in_order = sorted(values := energy.tolist())
    low, high = percentile(in_order, RECOVERY_TO_PERCENT), percentile(in_order, PEAK_FROM_PERCENT)
    return ["peak" if value >= high else "recovery" if value <= low else "maintenance" for value in values]


def percentile(in_order: Sequence[float], percent: float) -> float:
    """A percentile of sorted values, linear between neighbours as in numpy, in a twentieth of its time."""
    place = percent / 100 * (len(in_order) - 1)
    below = int(place)
    above = min(below + 1, len(in_order) - 1)
    return in_order[below] + (place - below) * (in_order[above] - in_order[below])


def runs_of(zones: Iterable[Zone]) -> list[tuple[Zone, int]]:
    """Equal neighbours counted together, in order."""
    return [(zone, len(list(run))) for zone, run in groupby(zones)]


def without_short(runs: Sequence[tuple[Zone, int]]) -> list[tuple[Zone, int]]:
    """Runs below half an hour go to their longer neighbour (the earlier of two equal); the first, inertia, may stay."""
    kept = list(runs)
    while (short := next((k for k in range(1, len(kept)) if kept[k][1] < SHORTEST_RUN), None)) is not None:
        before, after = kept[short - 1], kept[short + 1 : short + 2]
        heir = after[0] if after and after[0][1] > before[1] else before
        kept[short] = (heir[0], kept[short][1])
        kept = _join_short(kept)
    return kept


def _join_short(runs: Iterable[tuple[Zone, int]]) -> list[tuple[Zone, int]]:
    joined: list[tuple[Zone, int]] = []
    for zone, slots in runs:
        if joined and joined[-1][0] == zone:
            joined[-1] = (zone, joined[-1][1] + slots)
        else:
            joined.append((zone, slots))
    return joined


def zones_of_day(day: Day, wake_slot: int) -> ZonedDay:
    """The zones of a modelled day that begins with this slot."""
    waking = day.energy[: day.waking_bins]
    lowest, highest = float(day.energy.min()), float(day.energy.max())
    levels = (day.energy - lowest) * (100 / (highest - lowest))
    in_order = sorted(levels[: day.waking_bins].tolist())
    rounded = np.round(levels, 1).tolist()
    runs: list[Run] = []
    slot = wake_slot
    asleep: tuple[Zone, int] = ("sleep", SLOTS - day.waking_bins)
    for zone, slots in (*without_short(runs_of(zones_of(waking))), asleep):
        if slots:
            runs.append(Run(zone, slot % SLOTS, slots))
            slot += slots
    return ZonedDay(
        runs=tuple(runs),
        levels=(*rounded[SLOTS - wake_slot :], *rounded[: SLOTS - wake_slot]),
        wake_slot=wake_slot,
        bed_slot=(wake_slot + day.waking_bins) % SLOTS,
        peak_from=round(percentile(in_order, PEAK_FROM_PERCENT), 1),
        recovery_to=round(percentile(in_order, RECOVERY_TO_PERCENT), 1),
        median=round(percentile(in_order, 50), 1),
    )
