"""Advice on timing, what matters most first. Every piece rests on facts; its numbers are theirs, or constants.

Who it is for decides what is said: people who do not sleep by night at steady hours hear what fits them, or nothing.
"""

from collections.abc import Callable, Mapping, Sequence

from hos_pipelines.domain.circadian.advice_sources import CONSTANTS
from hos_pipelines.domain.circadian.adviser import Adviser
from hos_pipelines.domain.circadian.day_advice import day_advice
from hos_pipelines.domain.circadian.energy_facts import EnergyDay
from hos_pipelines.domain.circadian.results import (
    DailyStructure,
    RecommendationKind,
    ScheduleCustomization,
    ScheduleRecommendations,
    TimingRecommendation,
    WakeWindow,
)
from hos_pipelines.domain.circadian.sleep_advice import bed_window, other_lives, sleep_extension, wake_window, week
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.gates import Status

WEEKLY = ("regularity", "catch_up_sleep", "sleep_extension", "anchor_sleep")
EMPHASIS: Mapping[str, tuple[tuple[RecommendationKind, ...], str]] = {
    "Foundation Builder": (
        ("wake_window", "wind_down", "morning_light"),
        "Start with one fixed point, the time of getting up, and let the others follow when it holds.",
    ),
    "Transformation Seeker": (
        ("wake_window", "focus_block", "exercise"),
        "Change the frame of the day first: a steady morning, then demanding work and training where energy is high.",
    ),
    "Systematic Improver": (
        ("regularity", "bed_window", "caffeine_cut_off", "focus_block"),
        "Take one time after another, keep it for some weeks, and compare the facts before and after.",
    ),
    "Peak Performer": (
        ("focus_block", "exercise", "sleep_extension", "caffeine_cut_off"),
        "Guard the peak windows for what matters most, and the sleep they rest on.",
    ),
    "Resilience Rebuilder": (
        ("sleep_extension", "catch_up_sleep", "wind_down", "recovery_break"),
        "Rest comes first: keep the evening calm and the low hours light.",
    ),
    "Connected Explorer": (
        ("recovery_break", "exercise", "morning_light"),
        "Use these times as a loose frame: meet, move and be outdoors where energy allows it.",
    ),
}

# Sleep first: its length decides the bedtime that the rest of the day is laid out by.
ADVISERS: tuple[Callable[[Adviser], None], ...] = (
    sleep_extension,
    wake_window,
    bed_window,
    other_lives,
    day_advice,
    week,
)


def recommend(sheet: FactSheet, day: EnergyDay | None, archetype: str) -> ScheduleRecommendations:
    """All advice the facts of a sheet allow; enters the times it names. Without a day only what needs no hour of it."""
    adviser = Adviser(sheet, day)
    for advise in ADVISERS:
        advise(adviser)
    advice = adviser.advice
    predicted = sheet["predicted_wake"]
    lacking = [predicted.missing] if predicted.missing else []
    if not advice:
        return no_advice(lacking)
    used = {constant for one in advice for constant in one.constant_ids}
    return ScheduleRecommendations(
        status=predicted.status if day is not None else Status.PRELIMINARY,
        missing=lacking,
        fact_ids=sorted({fact_id for one in advice for fact_id in one.fact_ids}),
        optimal_daily_structure=None if day is None else _structure(adviser),
        weekly_optimization=[one for one in advice if one.kind in WEEKLY],
        archetype_customization=_customization(archetype, advice),
        recommendations=advice,
        constants={name: CONSTANTS[name] for name in CONSTANTS if name in used},
    )


def no_advice(lacking: list[str]) -> ScheduleRecommendations:
    """The part without advice, and what it would take."""
    return ScheduleRecommendations(
        status=Status.INSUFFICIENT,
        missing=lacking or ["anything that calls for advice"],
        fact_ids=["predicted_wake"],
        optimal_daily_structure=None,
        weekly_optimization=[],
        archetype_customization=None,
        recommendations=[],
        constants={},
    )


def _structure(adviser: Adviser) -> DailyStructure:
    advice = adviser.advice
    spans: dict[RecommendationKind, list[str]] = {}
    for one in advice:
        if one.start is not None:
            spans.setdefault(one.kind, []).append(f"{one.start}-{one.end}")
    by_kind = {one.kind: one for one in advice}

    def first(kind: RecommendationKind) -> str | None:
        return spans[kind][0] if kind in spans else None

    def window(kind: RecommendationKind, fact_id: str) -> WakeWindow:
        one = by_kind[kind]
        return WakeWindow(
            ideal_time=adviser.clock(fact_id), acceptable_range=f"{one.start}-{one.end}", fact_ids=one.fact_ids
        )

    wake = "predicted_wake" if adviser.number("advice_wake") is None else "advice_wake"
    bed = "predicted_bed" if adviser.number("advice_bed") is None else "advice_bed"
    last_coffee = by_kind.get("caffeine_cut_off")
    return DailyStructure(
        wake_window=window("wake_window", wake),
        bed_window=window("bed_window", bed),
        peak_performance_blocks=sorted(spans.get("focus_block", [])),
        exercise_timing=spans.get("exercise", []),
        meal_timing=first("meal_timing"),
        evening_wind_down=first("wind_down"),
        morning_light=first("morning_light"),
        caffeine_cut_off=None if last_coffee is None else last_coffee.start,
        fact_ids=sorted({fact_id for one in advice if one.start is not None for fact_id in one.fact_ids}),
    )


def _customization(archetype: str, advice: Sequence[TimingRecommendation]) -> ScheduleCustomization | None:
    """Which of the given advice this archetype hears first; None for an archetype nobody knows."""
    if archetype not in EMPHASIS:
        return None
    kinds, text = EMPHASIS[archetype]
    given = {one.kind for one in advice}
    return ScheduleCustomization(archetype=archetype, emphasis=[kind for kind in kinds if kind in given], text=text)
