"""The form of a circadian result: its parts, and the keys its readers depend on.

Every number in a part is the value of one of the result's facts, or written into a time by `HH:MM`. What nothing is
known of is None or an empty list, under the same keys. Clock times are local to the person.
"""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from hos_pipelines.domain.analysis import AnalysisResult, Part

Zone = Literal["peak", "maintenance", "recovery", "sleep"]
ZoneColor = Literal["green", "orange", "red", "blue"]
ZoneLabel = Literal["High Energy", "Moderate Energy", "Low Energy", "Sleep"]
Intensity = Literal["low", "moderate", "high"]
RecommendationKind = Literal[
    "wake_window",
    "bed_window",
    "morning_light",
    "evening_dimming",
    "wind_down",
    "focus_block",
    "exercise",
    "recovery_break",
    "caffeine_cut_off",
    "meal_timing",
    "regularity",
    "catch_up_sleep",
    "sleep_extension",
]

SLOTS = 96
SLOT_MINUTES = 15


class Record(BaseModel):
    """A piece of a part."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Statement(Record):
    """A sentence and the facts it rests on."""

    text: str
    fact_ids: list[str]


class ChronotypeAssessment(Part):
    """The behavioural phase told from sleep on free and work days (MCTQ); no statement about melatonin.

    `munich_label` and `share_of_population` place it in the Munich distribution. As their facts, `msf_sc`, `msf` and
    `msw` are seconds of the local day and `social_jetlag` is in seconds.
    """

    primary_type: str | None
    munich_label: str | None
    share_of_population: str | None
    confidence_score: float
    msf_sc: float | None
    msf: float | None
    msw: float | None
    social_jetlag: float | None
    shift_work: str | None
    supporting_evidence: list[Statement]


class EnergyWindow(Record):
    """One unbroken run of a zone, `HH:MM-HH:MM` (the end is the first minute after it, and may lie past midnight).

    `energy_level` is the mean of the energy curve over the window: 0 is the lowest and 100 the highest quarter of an
    hour of that person's own day, so it ranks hours of one day and says nothing about how alert anyone is.
    """

    time_range: str
    energy_level: float = Field(ge=0, le=100)
    confidence: float = Field(ge=0, le=1)
    optimal_activities: list[str]
    biomarker_support: str
    fact_ids: list[str]


class EnergyZoneAnalysis(Part):
    """The zones of the predicted day. Peak, maintenance, recovery and sleep windows tile its 24 hours exactly.

    The 24 hours begin at waking and are laid on the clock: what follows midnight belongs to the end of that day.

    `productive_windows` repeats those maintenance windows whose mean lies above the median of the waking day: a hint
    for readers who know four zones, no zone of its own.
    """

    predicted_day: date | None
    peak_windows: list[EnergyWindow]
    productive_windows: list[EnergyWindow]
    maintenance_windows: list[EnergyWindow]
    recovery_windows: list[EnergyWindow]
    sleep_windows: list[EnergyWindow]


class Constant(Record):
    """A figure used in advice that is nobody's measurement, and where it comes from."""

    value: float
    unit: str
    source: str


class Recommendation(Record):
    """One piece of advice. Numbers in `text` are displayed values of the cited facts or of the cited constants."""

    kind: RecommendationKind
    text: str
    start: str | None
    end: str | None
    fact_ids: list[str]
    constant_ids: list[str]


class WakeWindow(Record):
    """When to get up: `HH:MM`, and the range around it."""

    ideal_time: str
    acceptable_range: str
    fact_ids: list[str]


class DailyStructure(Record):
    """A day laid along the energy curve; times are `HH:MM-HH:MM`."""

    wake_window: WakeWindow | None
    bed_window: WakeWindow | None
    peak_performance_blocks: list[str]
    exercise_timing: list[str]
    meal_timing: str | None
    evening_wind_down: str | None
    morning_light: str | None
    caffeine_cut_off: str | None
    fact_ids: list[str]


class ArchetypeCustomization(Record):
    """How the advice is put for the coaching archetype: which kinds come first, and in which tone."""

    archetype: str
    emphasis: list[RecommendationKind]
    text: str


class ScheduleRecommendations(Part):
    """Advice on timing: `recommendations` holds all of it, `optimal_daily_structure` its times by their use."""

    optimal_daily_structure: DailyStructure | None
    weekly_optimization: list[Recommendation]
    archetype_customization: ArchetypeCustomization | None
    recommendations: list[Recommendation]
    constants: dict[str, Constant]


class Insight(Part):
    """Sentences on one subject."""

    statements: list[Statement]


class BiomarkerInsights(Part):
    """What sleep says. `circadian_health_score` (0 to 100) is a sum of fixed rules over regularity facts, no norm."""

    sleep_pattern_analysis: Insight
    hrv_trend_analysis: Insight
    activity_rhythm_analysis: Insight
    circadian_health_score: float | None
    improvement_opportunities: list[Statement]


class TimedIntensity(Record):
    """How hard activity may be at a time of day."""

    time_range: str
    intensity: Intensity
    fact_ids: list[str]


class ForRoutineAgent(Record):
    """What a routine plan takes from here."""

    exercise_timing_windows: list[str]
    activity_intensity_by_time: list[TimedIntensity]
    recovery_prioritization: Statement | None


class ForBehaviorAgent(Record):
    """What work on habits takes from here."""

    habit_timing_optimization: list[Statement]
    energy_aware_goal_setting: Statement | None


class IntegrationRecommendations(Part):
    """What other plans take from here."""

    for_routine_agent: ForRoutineAgent
    for_behavior_agent: ForBehaviorAgent


@dataclass(slots=True)
class TimelineSlot:
    """A quarter of an hour from `time` on, local. `energy_level` as in `EnergyWindow`."""

    # Neither a model nor frozen: a result has 96 of these, and either would take six times as long to make.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    time: str
    energy_level: Annotated[float, Field(ge=0, le=100)]
    slot_index: Annotated[int, Field(ge=0, lt=SLOTS)]
    zone: Zone
    zone_color: ZoneColor
    zone_label: ZoneLabel
    motivation_message: str


class ZoneThresholds(Record):
    """Energy levels from which a waking slot is peak, from which maintenance, and up to which recovery."""

    peak: float | None
    maintenance: float | None
    recovery: float | None


class TimelineMetadata(Part):
    """How the timeline was made; it has either all its slots or none."""

    total_slots: int
    slot_duration_minutes: int = SLOT_MINUTES
    interpolation_method: str
    zone_thresholds: ZoneThresholds
    predicted_day: date | None
    day_type: Literal["work", "free", "all"] | None


class Summary(Part):
    """The day in brief; periods are `HH:MM-HH:MM`, totals minutes of the predicted day."""

    optimal_wake_window: str | None
    optimal_sleep_window: str | None
    peak_energy_periods: list[str]
    maintenance_periods: list[str]
    low_energy_periods: list[str]
    sleep_periods: list[str]
    total_peak_minutes: int | None
    total_maintenance_minutes: int | None
    total_recovery_minutes: int | None
    total_sleep_minutes: int | None


class Regularity(Part):
    """How alike the nights are: spreads and composite phase deviation in hours, sleep regularity index -100 to 100."""

    sleep_regularity_index: float | None
    onset_sd: float | None
    wake_sd: float | None
    midpoint_sd: float | None
    duration_sd: float | None
    composite_phase_deviation: float | None
    composite_phase_deviation_about_mean: float | None


class Rhythm(Part):
    """The rest-activity rhythm of hourly readings (Witting 1990, Van Someren 1999; cosinor, Cornelissen 2014)."""

    interdaily_stability: float | None = None
    intradaily_variability: float | None = None
    relative_amplitude: float | None = None
    l5_start: float | None = None
    m10_start: float | None = None
    mesor: float | None = None
    amplitude: float | None = None
    peak_hour: float | None = None


class PhaseBand(Record):
    """An estimated clock hour and the band it lies in; always given together."""

    hour: float
    earliest: float
    latest: float


class Phase(Part):
    """Internal time estimated from sleep timing: onset of melatonin in dim light and minimum of core temperature."""

    dlmo: PhaseBand | None
    cbt_min: PhaseBand | None
    energy_phase: float | None


class SleepNeed(Part):
    """Hours of sleep needed and owed. Sahha's own reading stands as it was delivered."""

    need_hours: float | None
    debt_14_days: float | None
    debt_now: float | None
    sahha_sleep_debt: float | None
    sleep_pressure_wake: float | None
    sleep_pressure_bed: float | None


class CircadianResult(AnalysisResult):
    """The circadian analysis of one person on their last 28 days."""

    chronotype_assessment: ChronotypeAssessment
    energy_zone_analysis: EnergyZoneAnalysis
    schedule_recommendations: ScheduleRecommendations
    biomarker_insights: BiomarkerInsights
    integration_recommendations: IntegrationRecommendations
    energy_timeline: list[TimelineSlot]
    timeline_metadata: TimelineMetadata
    summary: Summary
    regularity: Regularity
    rhythm: Rhythm
    phase: Phase
    sleep_need: SleepNeed
