"""The facts of the predicted day: beginning and end, energy curve and zones, sleep pressure, another opinion."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from hos_pipelines.domain.circadian.energy_results import SLOT_MINUTES, SLOTS
from hos_pipelines.domain.circadian.reservoir import (
    CAPACITY,
    DAY_MINUTES,
    INITIAL_LEVEL,
    PHASE_BEFORE_BED_HOURS,
    Reservoir,
    SleepSpan,
)
from hos_pipelines.domain.circadian.three_process import ThreeProcess, personal_phase
from hos_pipelines.domain.circadian.two_process import TwoProcess
from hos_pipelines.domain.circadian.zones import ROUNDING, SLOTS_PER_HOUR, ZonedDay, hour_of, slot_of, zones_of_day
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import LOW, MEDIUM, TIMING, Status
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.domain.work_week import WorkWeek

RESERVOIR_DAYS = 14
MOST_IMPUTED = 4
# A mean of nights spread wider than this (ours) is no time at which anyone usually sleeps.
WIDEST_SPREAD_HOURS = 3.0
LEAST_AWAKE_SLOTS, MOST_AWAKE_SLOTS = 8 * SLOTS_PER_HOUR, 21 * SLOTS_PER_HOUR
# Where S and the homeostat stand before the first night: their course forgets it within days.
PRESSURE_BEFORE, HOMEOSTAT_BEFORE = 0.1, 14.0
HOURS_BEFORE = 16 * 60

LOCAL_HOUR, RELATIVE = "local hour", "relative energy"
MODEL = "reservoir model (Hursh, US 6,579,233), quarters of an hour, 0 the lowest and 100 the highest of the own day"
EDGES = "zones by the own day's 70th and 25th percentile, runs below half an hour merged"
IRREGULAR = "steadier times of sleep: nights lie too far apart"

# By the word of `living`: for whom the model's clock is not known, and what it would take.
UNFIT: Mapping[str, str] = {
    "by day": "sleep at night: the hour of the body clock is not known of who sleeps by day",
    "changing": "sleep at steady hours: the hour of the body clock is not known at changing ones",
    "drifting": "sleep at steady hours: they drift from day to day",
    "moved": "some weeks at the new hours: sleep has moved by hours",
    "irregular": IRREGULAR,
    "on journey": "a day for each hour of the journey: the body clock is still on its way",
}

DayType = Literal["work", "free", "all"]
LACKING = (
    ("energy_curve", RELATIVE),
    ("energy_phase", LOCAL_HOUR),
    ("predicted_wake", LOCAL_HOUR),
    ("predicted_bed", LOCAL_HOUR),
    ("predicted_next_wake", LOCAL_HOUR),
    ("sleep_pressure_wake", "sleep pressure S"),
    ("sleep_pressure_bed", "sleep pressure S"),
    ("second_opinion_peak_hour", LOCAL_HOUR),
)


@dataclass(frozen=True, slots=True)
class EnergyDay:
    """The predicted local day, what kind of day it was taken to be, and its zones."""

    day: date
    day_type: DayType
    zoned: ZonedDay


@dataclass(frozen=True, slots=True)
class _Expected:
    """Slots of waking, of the bedtime before it, of the one after and of the waking after that, and the kind of day."""

    wake: int
    bed_before: int
    bed: int
    next_wake: int
    day_type: DayType
    next_type: DayType


def add_energy_facts(sheet: FactSheet, sleep: SleepHistory, week: WorkWeek, through: date | None) -> EnergyDay | None:
    """Enters the facts of the day after `through` on a sheet with the timing facts; the day, where it can be told.

    Averages of that kind of day stand where they exist, else those of all nights. Days without a night among the last
    14 are taken as the usual night, and cost confidence.
    """
    recorded = 0 if through is None else int((sleep.days > through.toordinal() - RESERVOIR_DAYS).sum())
    basis = _basis(len(sleep.nights), RESERVOIR_DAYS - recorded)
    unfit = UNFIT.get(str(sheet["living"].value)) if "living" in sheet else None
    if unfit is not None and basis.status is not Status.INSUFFICIENT:
        basis = basis.refuse(unfit)
    day = None if through is None or basis.status is Status.INSUFFICIENT else through + timedelta(days=1)
    expected = None if day is None else _expect_day(sheet, week, day)
    phase = _phase(sheet)
    sleeps = [] if through is None else _spans(sheet, sleep, through)
    if day is None or expected is None or phase is None or not sleeps or not _is_usual(sleep, expected):
        for fact_id, unit in LACKING:
            sheet.add(fact_id, None, unit, basis.refuse(basis.missing or IRREGULAR))
        return None
    zoned_day = _model_day(sleeps, expected, day, phase)
    _add_day(sheet, expected, zoned_day, phase, basis)
    _add_zones(sheet, zoned_day, basis)
    _add_opinions(sheet, sleeps, expected, day, basis)
    return EnergyDay(day, expected.day_type, zoned_day)


def _basis(nights: int, missing: int) -> Basis:
    """At most medium; low where more than four of the last 14 nights had to be imputed."""
    cap = LOW if missing > MOST_IMPUTED else MEDIUM
    method = f"{MODEL}; {missing} of the last {RESERVOIR_DAYS} nights missing, taken as the usual night"
    return Basis.of(TIMING, nights, method, cap)


def _expect_day(sheet: FactSheet, week: WorkWeek, day: date) -> _Expected | None:
    kind: DayType = "free" if week.is_free(day) else "work"
    wake, before = sheet.number(f"wake_{kind}"), sheet.number(f"onset_{kind}")
    if wake is None or before is None:
        kind, wake, before = "all", sheet.number("wake_mean"), sheet.number("onset_mean")
    next_kind: DayType = "free" if week.is_free(day + timedelta(days=1)) else "work"
    bed, next_wake = sheet.number(f"onset_{next_kind}"), sheet.number(f"wake_{next_kind}")
    if bed is None or next_wake is None:
        next_kind, bed, next_wake = "all", sheet.number("onset_mean"), sheet.number("wake_mean")
    if wake is None or before is None or bed is None or next_wake is None:
        return None
    return _Expected(slot_of(wake), slot_of(before), slot_of(bed), slot_of(next_wake), kind, next_kind)


def _is_usual(sleep: SleepHistory, expected: _Expected) -> bool:
    """Whether there are usual times: nights near each other, and days and nights as long as can be believed."""
    spread = sleep.midpoint.sd
    awake = (expected.bed - expected.wake) % SLOTS
    nights = (expected.wake - expected.bed_before) % SLOTS, (expected.next_wake - expected.bed) % SLOTS
    days = (awake, *(SLOTS - night for night in nights))
    is_near = spread is not None and spread <= WIDEST_SPREAD_HOURS
    return is_near and all(LEAST_AWAKE_SLOTS <= slots <= MOST_AWAKE_SLOTS for slots in days)


def _phase(sheet: FactSheet) -> int | None:
    """The minute of the day of the circadian phase: free-day sleep onset (else of all nights) less five hours."""
    onset = sheet.number("onset_free")
    if onset is None:
        onset = sheet.number("onset_mean")
    return None if onset is None else _minute(onset - PHASE_BEFORE_BED_HOURS) % DAY_MINUTES


def _minute(hours: float) -> int:
    """Hours as whole minutes; halves go up whatever their last digits."""
    return math.floor(hours * 60 + 0.5 + ROUNDING)


def _spans(sheet: FactSheet, sleep: SleepHistory, through: date) -> list[SleepSpan]:
    """The sleeps of the last 14 days on a line of local minutes, each placed by its local waking; gaps are filled."""
    first = through.toordinal() - RESERVOIR_DAYS + 1
    recorded = slice(int(np.searchsorted(sleep.days, first)), None)
    days = sleep.days[recorded]
    ends = days * DAY_MINUTES + np.floor(sleep.wakes[recorded] * 60 + 0.5 + ROUNDING).astype(np.int64)
    starts = ends - np.floor(sleep.hours[recorded] * 60 + 0.5 + ROUNDING).astype(np.int64)
    spans = [SleepSpan(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    wake, onset = sheet.number("wake_mean"), sheet.number("onset_mean")
    if wake is not None and onset is not None:
        end, length = _minute(wake), _minute((wake - onset) % 24)
        lost = sorted(set(range(first, first + RESERVOIR_DAYS)) - set(days.tolist()))
        spans.extend(SleepSpan(day * DAY_MINUTES + end - length, day * DAY_MINUTES + end) for day in lost)
    for nap in sleep.naps:
        if nap.end.date().toordinal() >= first:
            end = nap.end.date().toordinal() * DAY_MINUTES + nap.end.hour * 60 + nap.end.minute
            spans.append(SleepSpan(end - int((nap.end - nap.start) / timedelta(minutes=1)), end))
    return _apart(sorted(spans))


def _apart(spans: Sequence[SleepSpan]) -> list[SleepSpan]:
    """Without overlaps: what another sleep covers already is cut off the later one."""
    kept: list[SleepSpan] = []
    for span in spans:
        start = max(span.start, kept[-1].end) if kept else span.start
        if span.end > start:
            kept.append(SleepSpan(start, span.end))
    return kept


def _model_day(sleeps: Sequence[SleepSpan], expected: _Expected, day: date, phase: int) -> ZonedDay:
    """The zones of a day after these sleeps and a usual night."""
    reservoir = Reservoir(phase)
    bed, wake = _last_night(sleeps, expected, day)
    deficit = reservoir.deficit(sleeps, sleeps[0].start - HOURS_BEFORE, bed, CAPACITY - INITIAL_LEVEL)
    awake = (expected.bed - expected.wake) % SLOTS * SLOT_MINUTES
    return zones_of_day(reservoir.day(deficit, bed, wake, wake + awake), expected.wake)


def _last_night(sleeps: Sequence[SleepSpan], expected: _Expected, day: date) -> SleepSpan:
    wake = day.toordinal() * DAY_MINUTES + expected.wake * SLOT_MINUTES
    bed = wake - (expected.wake - expected.bed_before) % SLOTS * SLOT_MINUTES
    return SleepSpan(min(wake, max(bed, sleeps[-1].end)), wake)


def _add_day(sheet: FactSheet, expected: _Expected, zoned_day: ZonedDay, phase: int, basis: Basis) -> None:
    usual = f"circular mean of {expected.day_type} nights, to a quarter of an hour"
    usual_next = f"circular mean of {expected.next_type} nights, to a quarter of an hour"
    onset = "free-day sleep onset" if sheet.number("onset_free") is not None else "sleep onset of all nights"
    method = f"circular mean {onset} less {PHASE_BEFORE_BED_HOURS:g} h"
    sheet.add("energy_curve", list(zoned_day.levels), RELATIVE, basis)
    sheet.add("energy_phase", phase / 60, LOCAL_HOUR, basis._replace(method=method))
    sheet.add("predicted_wake", hour_of(expected.wake), LOCAL_HOUR, basis._replace(method=usual))
    sheet.add("predicted_bed", hour_of(expected.bed), LOCAL_HOUR, basis._replace(method=usual_next))
    sheet.add("predicted_next_wake", hour_of(expected.next_wake), LOCAL_HOUR, basis._replace(method=usual_next))
    awake = (expected.bed - expected.wake) % SLOTS
    by_waking = [zoned_day.levels[(expected.wake + slot) % SLOTS] for slot in range(awake)]
    for name, extreme in (("max", max(by_waking)), ("min", min(by_waking))):
        hour = hour_of(expected.wake + by_waking.index(extreme))
        sheet.add(f"energy_{name}_hour", hour, LOCAL_HOUR, basis)


def _add_zones(sheet: FactSheet, zoned_day: ZonedDay, basis: Basis) -> None:
    edges = basis._replace(method=f"{EDGES}; {basis.method}")
    sheet.add("zone_threshold_peak", zoned_day.peak_from, RELATIVE, edges)
    sheet.add("zone_threshold_recovery", zoned_day.recovery_to, RELATIVE, edges)
    for zone in ("peak", "maintenance", "recovery", "sleep"):
        minutes = sum(run.slots for run in zoned_day.runs if run.zone == zone) * SLOT_MINUTES
        sheet.add(f"zone_{zone}_minutes", float(minutes), "minute", edges)
    for name, run in zoned_day.named_runs:
        sheet.add(f"{name}_start", hour_of(run.start), LOCAL_HOUR, edges)
        sheet.add(f"{name}_end", hour_of(run.end), LOCAL_HOUR, edges)
        sheet.add(f"{name}_energy", zoned_day.level_of(run), RELATIVE, edges)


def _add_opinions(sheet: FactSheet, sleeps: Sequence[SleepSpan], expected: _Expected, day: date, basis: Basis) -> None:
    """Sleep pressure by the two-process model, and the peak as the three-process model sees it."""
    last = _last_night(sleeps, expected, day)
    begin = sleeps[0].start
    hours = [((start - begin) / 60, (end - begin) / 60) for start, end in (*sleeps, last)]
    wake = (last.end - begin) / 60
    awake = (expected.bed - expected.wake) % SLOTS
    two = TwoProcess()
    pressure = two.through(hours, PRESSURE_BEFORE, -HOURS_BEFORE / 60, wake)
    method = "two-process model (Borbely 1982, Daan 1984), 18.2 h and 4.2 h"
    for name, value in (("wake", pressure), ("bed", two.awake(pressure, awake / SLOTS_PER_HOUR))):
        sheet.add(f"sleep_pressure_{name}", round(value, 3), "sleep pressure S", basis._replace(method=method))
    midsleep = hour_of(expected.wake) - (expected.wake - expected.bed_before) % SLOTS / SLOTS_PER_HOUR / 2
    three = ThreeProcess(phase=personal_phase(midsleep))
    homeostat = three.through(hours, HOMEOSTAT_BEFORE, -HOURS_BEFORE / 60, wake)
    peak = three.peak_hour(homeostat, hour_of(expected.wake), np.arange(awake) / SLOTS_PER_HOUR)
    opinion = "peak of the three-process model (Ingre 2014), phase midsleep + 13.8 h; knows no dip at midday"
    sheet.add("second_opinion_peak_hour", peak, LOCAL_HOUR, basis._replace(method=opinion))
