"""The predicted day as readers see it: windows by zone, 96 slots, and a summary. Nothing here is computed anew."""

from collections.abc import Iterable, Mapping

from hos_pipelines.domain.circadian.advice_sources import EARLIEST_HOUR, LATEST_HOUR
from hos_pipelines.domain.circadian.effort import is_early_type, most_intensity
from hos_pipelines.domain.circadian.energy_facts import EnergyDay
from hos_pipelines.domain.circadian.energy_results import (
    SLOTS,
    EnergyWindow,
    EnergyZoneAnalysis,
    TimelineMetadata,
    TimelineSlot,
    Zone,
    ZoneColor,
    ZoneLabel,
    ZoneThresholds,
)
from hos_pipelines.domain.circadian.results import Intensity, Summary
from hos_pipelines.domain.circadian.zones import SLOTS_PER_HOUR, Run, hour_of
from hos_pipelines.domain.clock import DAY_HOURS
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.gates import Status

TIMES = tuple(clock_text(slot / SLOTS_PER_HOUR) for slot in range(SLOTS))
LOOKS: Mapping[Zone, tuple[ZoneColor, ZoneLabel]] = {
    "peak": ("green", "High Energy"),
    "maintenance": ("orange", "Moderate Energy"),
    "recovery": ("red", "Low Energy"),
    "sleep": ("blue", "Sleep"),
}
TRAINING = "training"
ACTIVITIES: Mapping[Zone, list[str]] = {
    "peak": ["demanding work", "learning", TRAINING],
    "maintenance": ["routine work", "meetings", "errands"],
    "recovery": ["a break", "light tasks", "a walk"],
    "sleep": ["sleep"],
}
MESSAGES: Mapping[Zone, tuple[str, ...]] = {
    "peak": (
        "A good stretch for what matters most today.",
        "Energy is high again: use it for something demanding.",
        "One more strong stretch.",
    ),
    "maintenance": (
        "Steady energy: keep things moving.",
        "Good for routine work.",
        "An even stretch: finish what is open.",
        "Bring the day to a close step by step.",
    ),
    "recovery": (
        "Waking up takes a little while: start slowly.",
        "Energy is lower now: a break is well spent.",
        "Let the day become quiet.",
    ),
    "sleep": ("Time to sleep.",),
}
WINDOWS = ("advice_wake_start", "advice_wake_end", "predicted_bed", "predicted_next_wake")
SUPPORT = "The recorded nights of the last two weeks, by the reservoir model."
INTERPOLATION = "means over 15 minutes of a model that runs by the minute; nothing is interpolated"


def clock_range(run: Run) -> str:
    """A run as HH:MM-HH:MM."""
    return f"{TIMES[run.start]}-{TIMES[run.end]}"


def energy_zones(sheet: FactSheet, day: EnergyDay | None) -> EnergyZoneAnalysis:
    """The windows of each zone, in order from waking."""
    status, missing = _standing(sheet)
    windows: dict[Zone, list[EnergyWindow]] = {zone: [] for zone in LOOKS}
    if day is not None:
        for name, run in day.zoned.named_runs:
            windows[run.zone].append(_window(sheet, day, name, run))
    median = day.zoned.median if day else 0.0
    return EnergyZoneAnalysis(
        status=status,
        missing=missing,
        fact_ids=["energy_curve", *(["zone_threshold_peak", "zone_threshold_recovery"] if day else [])],
        predicted_day=day.day if day else None,
        peak_windows=windows["peak"],
        productive_windows=[window for window in windows["maintenance"] if window.energy_level > median],
        maintenance_windows=windows["maintenance"],
        recovery_windows=windows["recovery"],
        sleep_windows=windows["sleep"],
    )


def _window(sheet: FactSheet, day: EnergyDay, name: str, run: Run) -> EnergyWindow:
    return EnergyWindow(
        time_range=clock_range(run),
        energy_level=sheet.number(f"{name}_energy") or 0.0,
        confidence=sheet[f"{name}_energy"].confidence,
        optimal_activities=[
            one for one in ACTIVITIES[run.zone] if one != TRAINING or _is_for_training(sheet, day, run)
        ],
        biomarker_support=SUPPORT,
        fact_ids=[f"{name}_start", f"{name}_end", f"{name}_energy"],
    )


def _is_for_training(sheet: FactSheet, day: EnergyDay, run: Run) -> bool:
    """Whether all of a window lies between the hours at which anybody is sent to train, in time before bed."""
    begins, ends = run.start / SLOTS_PER_HOUR, (run.start + run.slots) / SLOTS_PER_HOUR
    return begins >= EARLIEST_HOUR and ends <= LATEST_HOUR and most_intensity_in(sheet, day, run) != "low"


def most_intensity_in(sheet: FactSheet, day: EnergyDay, run: Run) -> Intensity:
    """The most that activity may be all through a run of the waking day, in time before the bed that is advised."""
    advised = sheet.number("advice_bed") if "advice_bed" in sheet else None
    bed = hour_of(day.zoned.bed_slot) if advised is None else advised
    wake = hour_of(day.zoned.wake_slot)
    ends = (hour_of(run.start) - wake) % DAY_HOURS + run.slots / SLOTS_PER_HOUR
    is_early = is_early_type(sheet["chronotype"].value)
    return most_intensity((bed - wake) % DAY_HOURS - ends, is_early=is_early)


def energy_timeline(day: EnergyDay | None) -> list[TimelineSlot]:
    """All 96 slots from 00:00, or none. A message belongs to a zone and to which of its runs since waking this is."""
    if day is None:
        return []
    looks: dict[int, tuple[Zone, ZoneColor, ZoneLabel, str]] = {}
    for name, run in day.zoned.named_runs:
        choices = MESSAGES[run.zone]
        look = (run.zone, *LOOKS[run.zone], choices[(int(name.rpartition("_")[2]) - 1) % len(choices)])
        for slot in range(run.start, run.start + run.slots):
            looks[slot % SLOTS] = look
    levels = day.zoned.levels
    return [TimelineSlot(time, levels[slot], slot, *looks[slot]) for slot, time in enumerate(TIMES)]


def timeline_metadata(sheet: FactSheet, day: EnergyDay | None) -> TimelineMetadata:
    """How the timeline came about."""
    status, missing = _standing(sheet)
    peak, recovery = sheet.number("zone_threshold_peak"), sheet.number("zone_threshold_recovery")
    return TimelineMetadata(
        status=status,
        missing=missing,
        fact_ids=["energy_curve", *(["zone_threshold_peak", "zone_threshold_recovery"] if day else [])],
        total_slots=SLOTS if day else 0,
        interpolation_method=INTERPOLATION,
        zone_thresholds=ZoneThresholds(peak=peak, maintenance=recovery, recovery=recovery),
        predicted_day=day.day if day else None,
        day_type=day.day_type if day else None,
    )


def summary(sheet: FactSheet, day: EnergyDay | None) -> Summary:
    """The day in brief; the windows of waking and sleep are those of the advice."""
    status, missing = _standing(sheet)
    runs = day.zoned.runs if day else ()
    return Summary(
        status=status,
        missing=missing,
        fact_ids=[*(one for one in WINDOWS if one in sheet), *(f"zone_{zone}_minutes" for zone in LOOKS)]
        if day
        else ["energy_curve"],
        optimal_wake_window=_span(sheet, "advice_wake_start", "advice_wake_end"),
        optimal_sleep_window=_span(sheet, "predicted_bed", "predicted_next_wake"),
        peak_energy_periods=_periods(runs, "peak"),
        maintenance_periods=_periods(runs, "maintenance"),
        low_energy_periods=_periods(runs, "recovery"),
        sleep_periods=_periods(runs, "sleep"),
        total_peak_minutes=_minutes(sheet, "peak"),
        total_maintenance_minutes=_minutes(sheet, "maintenance"),
        total_recovery_minutes=_minutes(sheet, "recovery"),
        total_sleep_minutes=_minutes(sheet, "sleep"),
    )


def _standing(sheet: FactSheet) -> tuple[Status, list[str]]:
    curve = sheet["energy_curve"]
    return curve.status, [curve.missing] if curve.missing else []


def _span(sheet: FactSheet, start: str, end: str) -> str | None:
    begins, ends = sheet.number(start), sheet.number(end)
    return None if begins is None or ends is None else f"{clock_text(begins)}-{clock_text(ends)}"


def _periods(runs: Iterable[Run], zone: Zone) -> list[str]:
    return [clock_range(run) for run in runs if run.zone == zone]


def _minutes(sheet: FactSheet, zone: Zone) -> int | None:
    minutes = sheet.number(f"zone_{zone}_minutes")
    return None if minutes is None else int(minutes)
