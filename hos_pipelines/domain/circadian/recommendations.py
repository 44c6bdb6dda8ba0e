"""Advice on timing. Every piece rests on facts; a number in its text is one of them, or a constant with its source."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hos_pipelines.domain.circadian.energy_facts import EnergyDay
from hos_pipelines.domain.circadian.results import (
    ArchetypeCustomization,
    Constant,
    DailyStructure,
    Recommendation,
    RecommendationKind,
    ScheduleRecommendations,
    WakeWindow,
)
from hos_pipelines.domain.circadian.zones import ROUNDING, Run, hour_of
from hos_pipelines.domain.clock import DAY_HOURS, clock_text, wrap
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import Status

HOUR_SECONDS = 3600.0
SHORT_BY_HOURS = 0.5

CONSTANTS: Mapping[str, Constant] = {
    "regular_minutes": Constant(
        value=30, unit="minute", source="least spread of sleep onset in MESA (Huang 2020, 10.1016/j.jacc.2019.12.054)"
    ),
    "spread_minutes": Constant(
        value=65, unit="minute", source="midpoint SD below which timing counts as regular (RU-SATED, PMC9992262)"
    ),
    "catch_up_hours": Constant(
        value=2, unit="hour", source="catch-up sleep on free days after short nights (National Sleep Foundation 2023)"
    ),
    "least_sleep_hours": Constant(
        value=7, unit="hour", source="least recommended for adults, 7 to 9 h (National Sleep Foundation 2015)"
    ),
    "morning_light_hours": Constant(
        value=2, unit="hour", source="ours; light after the temperature minimum moves the clock earlier"
    ),
    "evening_light_hours": Constant(
        value=3, unit="hour", source="dim light from three hours before bed (Brown 2022, 10.1371/journal.pbio.3001571)"
    ),
    "wind_down_hours": Constant(value=1, unit="hour", source="ours"),
    "caffeine_hours": Constant(
        value=8.8, unit="hour", source="a coffee of 107 mg (Gardiner 2023, 10.1016/j.smrv.2023.101764)"
    ),
    "exercise_hours": Constant(
        value=1, unit="hour", source="hard exercise that ends within an hour of bed (Stutz 2019, Sports Medicine 49)"
    ),
    "last_meal_hours": Constant(
        value=3, unit="hour", source="a meal within three hours of bed (Chung 2020, 10.3390/ijerph17082677)"
    ),
}

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


@dataclass
class _Adviser:
    """Collects the advice of one predicted day and the facts its times are."""

    sheet: FactSheet
    day: EnergyDay
    wake: float
    bed: float
    advice: list[Recommendation] = field(default_factory=list)

    def time(self, fact_id: str, hour: float, after: str, method: str) -> str:
        """Enters a time derived from another fact, down to a quarter of an hour; its id."""
        source = self.sheet[after]
        quarter = math.floor(hour * 4 + ROUNDING) / 4 % DAY_HOURS
        basis = Basis(source.n, f"{after} {method}", source.status, source.confidence, source.missing)
        self.sheet.add(fact_id, quarter, "local hour", basis)
        return fact_id

    def clock(self, fact_id: str) -> str:
        """A fact's clock hour as HH:MM."""
        return clock_text(self.sheet.number(fact_id) or 0.0)

    def say(
        self,
        kind: RecommendationKind,
        text: str,
        span: tuple[str, str] | None,
        constants: Sequence[str] = (),
        also: Sequence[str] = (),
    ) -> None:
        """Adds a piece of advice; `{start}` and `{end}` in the text are the clock times of the span's facts."""
        start, end = (None, None) if span is None else (self.clock(span[0]), self.clock(span[1]))
        self.advice.append(
            Recommendation(
                kind=kind,
                text=text.format(start=start, end=end),
                start=start,
                end=end,
                fact_ids=[*(span or ()), *also],
                constant_ids=list(constants),
            )
        )


def recommend(sheet: FactSheet, day: EnergyDay | None, archetype: str) -> ScheduleRecommendations:
    """All advice the facts of a sheet allow; enters the times it names. None but what is missing without a day."""
    if day is None:
        return _nothing(sheet)
    wake, bed = hour_of(day.zoned.wake_slot), hour_of(day.zoned.bed_slot)
    adviser = _Adviser(sheet, day, wake, bed)
    for advise in ADVISERS:
        advise(adviser)
    advice = adviser.advice
    used = {constant for one in advice for constant in one.constant_ids}
    return ScheduleRecommendations(
        status=sheet["predicted_wake"].status,
        fact_ids=sorted({fact_id for one in advice for fact_id in one.fact_ids}),
        optimal_daily_structure=_structure(adviser),
        weekly_optimization=[one for one in advice if one.kind in ("regularity", "catch_up_sleep", "sleep_extension")],
        archetype_customization=_customization(archetype, advice),
        recommendations=advice,
        constants={name: CONSTANTS[name] for name in CONSTANTS if name in used},
    )


def _nothing(sheet: FactSheet) -> ScheduleRecommendations:
    lacking = sheet["predicted_wake"].missing
    return ScheduleRecommendations(
        status=Status.INSUFFICIENT,
        missing=[lacking] if lacking else [],
        fact_ids=["predicted_wake"],
        optimal_daily_structure=None,
        weekly_optimization=[],
        archetype_customization=None,
        recommendations=[],
        constants={},
    )


def _wake_window(adviser: _Adviser) -> None:
    margin = CONSTANTS["regular_minutes"].value / 60
    start = adviser.time("advice_wake_start", adviser.wake - margin, "predicted_wake", "- 30 min")
    end = adviser.time("advice_wake_end", adviser.wake + margin, "predicted_wake", "+ 30 min")
    text = f"Get up around {clock_text(adviser.wake)}, between {{start}} and {{end}}: a steady morning sets the rest."
    adviser.say("wake_window", text, (start, end), ["regular_minutes"], ["predicted_wake"])


def _bed_window(adviser: _Adviser) -> None:
    """Around the usual time; only before it where nights are too short."""
    margin = CONSTANTS["regular_minutes"].value / 60
    start = adviser.time("advice_bed_start", adviser.bed - margin, "predicted_bed", "- 30 min")
    if _is_short(adviser.sheet):
        text = "Be in bed and asleep between {start} and {end}, rather at the beginning."
        adviser.say("bed_window", text, (start, "predicted_bed"), ["regular_minutes"])
        return
    end = adviser.time("advice_bed_end", adviser.bed + margin, "predicted_bed", "+ 30 min")
    text = f"Fall asleep around {clock_text(adviser.bed)}, between {{start}} and {{end}}."
    adviser.say("bed_window", text, (start, end), ["regular_minutes"], ["predicted_bed"])


def _morning_light(adviser: _Adviser) -> None:
    """From waking, or from the minimum of temperature where that comes later: light before it delays the clock."""
    minimum = adviser.sheet.number("cbt_min")
    hours = CONSTANTS["morning_light_hours"].value
    start, begins = "predicted_wake", adviser.wake
    if minimum is not None and wrap(minimum - adviser.wake) > 0:
        begins = math.ceil(minimum * 4) / 4
        start = adviser.time("advice_light_start", begins, "cbt_min", "to the next quarter of an hour")
    end = adviser.time("advice_light_end", begins + hours, start, "+ 2 h")
    text = (
        "Get bright light between {start} and {end}, outdoors if you can: it keeps the body clock from drifting later."
    )
    adviser.say("morning_light", text, (start, end), ["morning_light_hours"])


def _evening(adviser: _Adviser) -> None:
    hours = CONSTANTS["evening_light_hours"].value
    start = adviser.time("advice_dim_start", adviser.bed - hours, "predicted_bed", "- 3 h")
    text = "Keep light low and warm from {start} on: bright light in the last hours delays sleep."
    adviser.say("evening_dimming", text, (start, "predicted_bed"), ["evening_light_hours"])
    hours = CONSTANTS["wind_down_hours"].value
    start = adviser.time("advice_wind_down_start", adviser.bed - hours, "predicted_bed", "- 1 h")
    adviser.say(
        "wind_down", "Let the day end quietly from {start} to {end}.", (start, "predicted_bed"), ["wind_down_hours"]
    )


def _focus(adviser: _Adviser) -> None:
    text = "Put demanding work between {start} and {end}, where your energy is expected to be highest."
    for name, run in adviser.day.zoned.named_runs:
        if run.zone == "peak":
            adviser.say("focus_block", text, (f"{name}_start", f"{name}_end"))


def _breaks(adviser: _Adviser) -> None:
    """Low hours in the middle of the day; those of waking up and of the late evening need no advice."""
    awake = [(name, run) for name, run in adviser.day.zoned.named_runs if run.zone != "sleep"]
    for name, run in awake[1:-1]:
        if run.zone == "recovery":
            text = "Energy is expected to be lower between {start} and {end}: a break or light tasks fit there."
            adviser.say("recovery_break", text, (f"{name}_start", f"{name}_end"))


def _exercise(adviser: _Adviser) -> None:
    """The last peak that leaves an hour before bed."""
    gap = CONSTANTS["exercise_hours"].value
    awake_until = (adviser.bed - gap - adviser.wake) % DAY_HOURS
    fitting: list[tuple[str, Run, float]] = []
    for name, run in adviser.day.zoned.named_runs:
        begins = (hour_of(run.start) - adviser.wake) % DAY_HOURS
        ends = min(begins + run.slots / 4, awake_until)
        if run.zone == "peak" and ends - begins >= SHORT_BY_HOURS:
            fitting.append((name, run, ends))
    if not fitting:
        return
    name, _, ends = fitting[-1]
    end = adviser.time("advice_exercise_end", adviser.wake + ends, f"{name}_end", "at least 1 h before predicted_bed")
    text = f"A good time to train is {{start}} to {{end}}; end hard efforts at least {gap:g} hour before bed."
    adviser.say("exercise", text, (f"{name}_start", end), ["exercise_hours"], ["predicted_bed"])


def _caffeine(adviser: _Adviser) -> None:
    hours = CONSTANTS["caffeine_hours"].value
    start = adviser.time("advice_caffeine_last", adviser.bed - hours, "predicted_bed", "- 8.8 h")
    text = f"Have the last coffee by {{start}}: one within about {hours:g} hours of bed tends to cost sleep."
    adviser.say("caffeine_cut_off", text, (start, "predicted_bed"), ["caffeine_hours"])


def _meals(adviser: _Adviser) -> None:
    hours = CONSTANTS["last_meal_hours"].value
    end = adviser.time("advice_last_meal", adviser.bed - hours, "predicted_bed", "- 3 h")
    text = f"Eat between {{start}} and {{end}}, the last meal at least {hours:g} hours before bed."
    adviser.say("meal_timing", text, ("predicted_wake", end), ["last_meal_hours"])


def _sleep_extension(adviser: _Adviser) -> None:
    """Against the own need, or, where all nights are too short to tell it, against the least for adults."""
    if not _is_short(adviser.sheet):
        return
    slept, need = adviser.sheet.number("duration_mean"), adviser.sheet.number("sleep_need")
    if need is None:
        least = CONSTANTS["least_sleep_hours"].value
        text = f"Your nights last {slept:.1f} h on average; adults need at least {least:g} hours: go to bed earlier."
        adviser.say("sleep_extension", text, None, ["least_sleep_hours"], ["duration_mean"])
        return
    text = (
        f"Your nights last {slept:.1f} h on average and you seem to need {need:.1f} h: go to bed earlier, step by step."
    )
    adviser.say("sleep_extension", text, None, also=["duration_mean", "sleep_need"])


def _week(adviser: _Adviser) -> None:
    """Sleeping in after short work nights is repair: it is named as such up to two hours, and no fault is found.

    Nobody on shifts is told to sleep more regularly.
    """
    sheet = adviser.sheet
    if "shift_work" in sheet and sheet["shift_work"].value == "yes":
        return
    work, free = sheet.number("wake_work"), sheet.number("wake_free")
    lie_in = 0.0 if work is None or free is None else wrap(free - work)
    most = CONSTANTS["catch_up_hours"].value
    sides = ["wake_work", "wake_free"]
    if 0 < lie_in <= most and _owes_on_work_days(sheet):
        text = (
            f"Getting up at {adviser.clock('wake_free')} on free days instead of {adviser.clock('wake_work')} makes up "
            f"for short work nights: up to {most:g} hours of it are fine."
        )
        adviser.say("catch_up_sleep", text, None, ["catch_up_hours"], [*sides, "sd_work"])
    elif lie_in > most:
        text = (
            f"On free days you get up at {adviser.clock('wake_free')}, on work days at {adviser.clock('wake_work')}: "
            f"a gap of at most {most:g} hours is easier on the body clock."
        )
        adviser.say("regularity", text, None, ["catch_up_hours"], sides)
    elif (sheet.number("midpoint_sd") or 0.0) * 60 > CONSTANTS["spread_minutes"].value:
        spread = sheet.number("midpoint_sd")
        text = (
            f"The middle of your nights varies by {spread:.1f} h: steadier times of going to bed and getting up help."
        )
        adviser.say("regularity", text, None, ["spread_minutes"], ["midpoint_sd"])


ADVISERS: tuple[Callable[[_Adviser], None], ...] = (
    _wake_window,
    _morning_light,
    _focus,
    _breaks,
    _exercise,
    _caffeine,
    _meals,
    _evening,
    _bed_window,
    _sleep_extension,
    _week,
)


def _need(sheet: FactSheet) -> float:
    need = sheet.number("sleep_need")
    return CONSTANTS["least_sleep_hours"].value if need is None else need


def _is_short(sheet: FactSheet) -> bool:
    """Whether nights from onset to wake are shorter than the need: time asleep is shorter still."""
    slept = sheet.number("duration_mean")
    return slept is not None and slept + SHORT_BY_HOURS < _need(sheet)


def _owes_on_work_days(sheet: FactSheet) -> bool:
    slept = sheet.number("sd_work")
    return slept is not None and slept / HOUR_SECONDS < _need(sheet)


def _structure(adviser: _Adviser) -> DailyStructure:
    spans: dict[RecommendationKind, list[str]] = {}
    for one in adviser.advice:
        if one.start is not None:
            spans.setdefault(one.kind, []).append(f"{one.start}-{one.end}")
    by_kind = {one.kind: one for one in adviser.advice}

    def first(kind: RecommendationKind) -> str | None:
        return spans[kind][0] if kind in spans else None

    def window(kind: RecommendationKind, hour: float) -> WakeWindow:
        one = by_kind[kind]
        return WakeWindow(ideal_time=clock_text(hour), acceptable_range=f"{one.start}-{one.end}", fact_ids=one.fact_ids)

    return DailyStructure(
        wake_window=window("wake_window", adviser.wake),
        bed_window=window("bed_window", adviser.bed),
        peak_performance_blocks=spans.get("focus_block", []),
        exercise_timing=spans.get("exercise", []),
        meal_timing=first("meal_timing"),
        evening_wind_down=first("wind_down"),
        morning_light=first("morning_light"),
        caffeine_cut_off=by_kind["caffeine_cut_off"].start,
        fact_ids=sorted({fact_id for one in adviser.advice if one.start is not None for fact_id in one.fact_ids}),
    )


def _customization(archetype: str, advice: Sequence[Recommendation]) -> ArchetypeCustomization | None:
    """Which of the given advice this archetype hears first; None for an archetype nobody knows."""
    if archetype not in EMPHASIS:
        return None
    kinds, text = EMPHASIS[archetype]
    given = {one.kind for one in advice}
    return ArchetypeCustomization(archetype=archetype, emphasis=[kind for kind in kinds if kind in given], text=text)
