"""Readings of plain sleepers, as the database holds them, and the histories and sheets made of them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from math import exp
from pathlib import Path

from hos_pipelines.domain.circadian.energy_facts import EnergyDay, add_energy_facts
from hos_pipelines.domain.circadian.timing_facts import add_timing_facts
from hos_pipelines.domain.circadian.two_process import TwoProcess
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.history import History, StoredReading, read_history
from hos_pipelines.domain.nights import SleepWindow, read_nights
from hos_pipelines.domain.work_week import WorkWeek

GOLD = Path(__file__).parent.parent / "gold"
FIRST = date(2026, 10, 5)
LAST = FIRST + timedelta(days=27)
OFFSET = "+02:00"
WEEK = WorkWeek()


def night(day: date, bed: float, hours: float) -> list[StoredReading]:
    """The readings of a night that ends on this day; `bed` in hours from the midnight it begins with."""
    start = datetime(day.year, day.month, day.day) + timedelta(minutes=round(bed * 60))  # noqa: DTZ001 - offset below
    end = start + timedelta(minutes=round(hours * 60))
    return [
        StoredReading(name, day.isoformat(), moment.isoformat(timespec="minutes") + OFFSET, "datetime")
        for name, moment in (("sleep_start_time", start), ("sleep_end_time", end))
    ]


def sleeper(
    bed: float = -1.0, hours: float = 8.0, days: Iterable[int] = range(28), lie_in: float = 0.0, later: float = 0.0
) -> list[StoredReading]:
    """Nights on these days from `FIRST`, a Monday; those of the weekend later and longer by so many hours."""
    rows: list[StoredReading] = []
    for index in days:
        day = FIRST + timedelta(days=index)
        free = day.weekday() >= 5
        rows += night(day, bed + later * free, hours + lie_in * free)
    return rows


def history(rows: Iterable[StoredReading], archetype: str = "Foundation Builder") -> History:
    """Somebody whose profile names no zone."""
    return read_history("somebody", rows, archetype)


def told(
    rows: Iterable[StoredReading], through: date = LAST, naps: Iterable[SleepWindow] = ()
) -> tuple[FactSheet, EnergyDay | None]:
    """The sheet with timing and energy facts, and the predicted day."""
    nights = read_nights([*history(rows).windows, *naps], WEEK)
    sheet = FactSheet(f"{through - timedelta(days=27)}/{through}")
    add_timing_facts(sheet, nights, WEEK)
    return sheet, add_energy_facts(sheet, nights, WEEK, through)


def equilibrium(model: TwoProcess, hours_awake: float) -> tuple[float, float]:
    """S at waking and at bedtime of a schedule kept forever, so many hours awake a day, in closed form."""
    rise, decay = exp(-hours_awake / model.rise_hours), exp((hours_awake - 24) / model.decay_hours)
    bed = (1 - rise) / (1 - rise * decay)
    return bed * decay, bed
