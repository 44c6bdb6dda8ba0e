"""What the facts say in sentences: sleep pattern, what could be better, and what other plans take from here."""

from collections.abc import Sequence

from hos_pipelines.domain.circadian.energy_facts import EnergyDay
from hos_pipelines.domain.circadian.results import (
    BiomarkerInsights,
    ChronotypeAssessment,
    ForBehaviorAgent,
    ForRoutineAgent,
    Insight,
    IntegrationRecommendations,
    Intensity,
    ScheduleRecommendations,
    Statement,
    TimedIntensity,
    Zone,
)
from hos_pipelines.domain.circadian.timeline import clock_range
from hos_pipelines.domain.clock import clock_text
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import MEDIUM, Status, worst

HOUR_SECONDS = 3600.0
SCORED = ("midpoint_sd", "duration_sd", "sjl")
# From where a spread still counts in full, and from where not at all, in hours.
SPREADS = ((0.5, 1.5), (1.0, 2.0), (1.0, 3.0))
SCORE_METHOD = (
    "mean of three falling lines, 100 to 0: midsleep SD 0.5 to 1.5 h and duration SD 1 to 2 h (MESA categories), "
    "social jetlag 1 to 3 h; ours, no norm"
)
ELSEWHERE = "heart rate variability is told in the behaviour analysis"
NO_HOURLY = "hourly readings: Sahha delivers no hourly readings"
INTENSITIES: dict[Zone, Intensity] = {"peak": "high", "maintenance": "moderate", "recovery": "low"}


def add_health_score(sheet: FactSheet) -> None:
    """Enters `circadian_health_score`, 0 to 100: the mean of three lines over spreads of sleep, where all are known."""
    facts = [sheet[name] for name in SCORED]
    lacking = "; ".join(dict.fromkeys(fact.missing for fact in facts if fact.missing))
    status, sure = worst(*(fact.status for fact in facts)), min(fact.confidence for fact in facts)
    basis = Basis(min(fact.n for fact in facts), SCORE_METHOD, status, min(MEDIUM, sure), lacking or None)
    score = None
    if status is not Status.INSUFFICIENT:
        hours = [_hours(fact) for fact in facts]
        parts = [
            max(0.0, min(1.0, (worst_at - value) / (worst_at - best_to)))
            for value, (best_to, worst_at) in zip(hours, SPREADS, strict=True)
        ]
        score = round(100 * sum(parts) / len(parts), 1)
    sheet.add("circadian_health_score", score, "score", basis)


def _hours(fact: Fact) -> float:
    value = fact.value if isinstance(fact.value, float) else 0.0
    return value / HOUR_SECONDS if fact.unit.startswith("second") else value


def chronotype_assessment(sheet: FactSheet) -> ChronotypeAssessment:
    """The chronotype and the evidence for it."""
    fact = sheet["chronotype"]
    ids = ["chronotype", "chronotype_munich", "chronotype_share", "msf_sc", "msf", "msw", "sjl", "shift_work"]
    return ChronotypeAssessment(
        status=fact.status,
        missing=[fact.missing] if fact.missing else [],
        fact_ids=ids,
        primary_type=_label(sheet, "chronotype"),
        munich_label=_label(sheet, "chronotype_munich"),
        share_of_population=_label(sheet, "chronotype_share"),
        confidence_score=fact.confidence,
        msf_sc=sheet.number("msf_sc"),
        msf=sheet.number("msf"),
        msw=sheet.number("msw"),
        social_jetlag=sheet.number("sjl"),
        shift_work=_label(sheet, "shift_work"),
        supporting_evidence=_evidence(sheet),
    )


def _label(sheet: FactSheet, fact_id: str) -> str | None:
    value = sheet[fact_id].value
    return value if isinstance(value, str) else None


def _evidence(sheet: FactSheet) -> list[Statement]:
    evidence: list[Statement] = []
    free, work, corrected = sheet.number("msf"), sheet.number("msw"), sheet.number("msf_sc")
    if free is not None and work is not None:
        text = f"The middle of sleep lies at {_clock(free)} on free days and at {_clock(work)} on work days."
        evidence.append(Statement(text=text, fact_ids=["msf", "msw"]))
    if corrected is not None:
        text = f"Corrected for sleep made up on free days it lies at {_clock(corrected)}."
        evidence.append(Statement(text=text, fact_ids=["msf_sc"]))
    jetlag = sheet.number("sjl")
    if jetlag is not None:
        text = f"Free and work days lie {jetlag / HOUR_SECONDS:.1f} h apart."
        evidence.append(Statement(text=text, fact_ids=["sjl"]))
    return evidence


def _clock(seconds: float) -> str:
    return clock_text(seconds / HOUR_SECONDS)


def biomarker_insights(sheet: FactSheet, schedule: ScheduleRecommendations) -> BiomarkerInsights:
    """What sleep says; heart rate variability is told by the other analysis, and no hourly activity is delivered."""
    pattern = _sleep_pattern(sheet)
    better = [one for one in schedule.recommendations if one.kind in ("regularity", "sleep_extension")]
    return BiomarkerInsights(
        status=pattern.status,
        missing=pattern.missing,
        fact_ids=[*pattern.fact_ids, "circadian_health_score"],
        sleep_pattern_analysis=pattern,
        hrv_trend_analysis=Insight(status=Status.INSUFFICIENT, missing=[ELSEWHERE], statements=[]),
        activity_rhythm_analysis=Insight(status=Status.INSUFFICIENT, missing=[NO_HOURLY], statements=[]),
        circadian_health_score=sheet.number("circadian_health_score"),
        improvement_opportunities=[Statement(text=one.text, fact_ids=one.fact_ids) for one in better],
    )


def _sleep_pattern(sheet: FactSheet) -> Insight:
    mean = sheet["duration_mean"]
    statements: list[Statement] = []
    _tell(statements, sheet, "Sleep usually lasts from {} to {}, {:.1f} h.", "onset_mean", "wake_mean", "duration_mean")
    _tell(statements, sheet, "Falling asleep varies by {:.1f} h, waking by {:.1f} h.", "onset_sd", "offset_sd")
    _tell(
        statements,
        sheet,
        "With an estimated need of {:.1f} h, short nights of the last two weeks add up to {:.1f} h.",
        "sleep_need",
        "sleep_debt_14",
    )
    return Insight(
        status=mean.status,
        missing=[mean.missing] if mean.missing else [],
        fact_ids=list(dict.fromkeys(fact_id for one in statements for fact_id in one.fact_ids)) or ["duration_mean"],
        statements=statements,
    )


def _tell(statements: list[Statement], sheet: FactSheet, text: str, *fact_ids: str) -> None:
    """A sentence with the values of these facts, where all of them have one."""
    values = [sheet.number(fact_id) for fact_id in fact_ids]
    told = [value for value in values if value is not None]
    if len(told) == len(fact_ids):
        shown = [
            clock_text(value) if sheet[fact_id].unit == "local hour" else value
            for fact_id, value in zip(fact_ids, told, strict=True)
        ]
        statements.append(Statement(text=text.format(*shown), fact_ids=list(fact_ids)))


def integration(
    sheet: FactSheet, day: EnergyDay | None, schedule: ScheduleRecommendations
) -> IntegrationRecommendations:
    """What routine plans and work on habits take from the predicted day."""
    structure = schedule.optimal_daily_structure
    return IntegrationRecommendations(
        status=schedule.status,
        missing=schedule.missing,
        fact_ids=schedule.fact_ids,
        for_routine_agent=ForRoutineAgent(
            exercise_timing_windows=structure.exercise_timing if structure else [],
            activity_intensity_by_time=_intensities(day),
            recovery_prioritization=_recovery(schedule),
        ),
        for_behavior_agent=ForBehaviorAgent(
            habit_timing_optimization=_anchor(sheet),
            energy_aware_goal_setting=_goals(day),
        ),
    )


def _intensities(day: EnergyDay | None) -> list[TimedIntensity]:
    return [
        TimedIntensity(
            time_range=clock_range(run), intensity=INTENSITIES[run.zone], fact_ids=[f"{name}_start", f"{name}_end"]
        )
        for name, run in (day.zoned.named_runs if day else ())
        if run.zone in INTENSITIES
    ]


def _recovery(schedule: ScheduleRecommendations) -> Statement | None:
    """Recovery comes first where nights are too short."""
    short = next((one for one in schedule.recommendations if one.kind == "sleep_extension"), None)
    if short is None:
        return None
    return Statement(text="Nights are shorter than the need: plan recovery before intensity.", fact_ids=short.fact_ids)


def _anchor(sheet: FactSheet) -> list[Statement]:
    """The steadier end of the night is where a new habit holds best."""
    onset, offset = sheet.number("onset_sd"), sheet.number("offset_sd")
    if onset is None or offset is None:
        return []
    name, hour = ("getting up", "wake_mean") if offset <= onset else ("going to sleep", "onset_mean")
    text = "The steadiest point of the day is {}, usually at {}: tie a new habit to it."
    clock = clock_text(sheet.number(hour) or 0.0)
    return [Statement(text=text.format(name, clock), fact_ids=[hour, "onset_sd", "offset_sd"])]


def _goals(day: EnergyDay | None) -> Statement | None:
    peaks = [(name, run) for name, run in day.zoned.named_runs if run.zone == "peak"] if day else []
    if not peaks:
        return None
    ranges = " and ".join(clock_range(run) for _, run in peaks)
    return Statement(text=f"Place demanding goals in {ranges}.", fact_ids=_edges([name for name, _ in peaks]))


def _edges(names: Sequence[str]) -> list[str]:
    return [f"{name}_{edge}" for name in names for edge in ("start", "end")]
