"""The form of a circadian result: its parts, and the keys its readers depend on.

Every number in a part is the value of one of the result's facts, or written into a time by `HH:MM`. What nothing is
known of is None or an empty list, under the same keys. Clock times are local to the person.
"""

from typing import Annotated, Literal

from hos_pipelines.domain.analysis_result import AnalysisResult, Part
from hos_pipelines.domain.circadian.energy_results import EnergyZoneAnalysis, TimelineMetadata, TimelineSlot
from hos_pipelines.domain.describe import FACT_IDS, LABEL, LIST, describe
from hos_pipelines.domain.gates import Confidence
from hos_pipelines.domain.statements import Record, Statement

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
    "nap",
    "caffeine_cut_off",
    "meal_timing",
    "regularity",
    "catch_up_sleep",
    "sleep_extension",
    "anchor_sleep",
    "day_sleep",
    "journey",
]


class ChronotypeAssessment(Part):
    """The behavioural phase told from sleep on free and work days (MCTQ); no statement about melatonin.

    `munich_label`, `share_of_population` (people of that label) and `percentile` (of people with an earlier midsleep)
    place it in the Munich distribution; `primary_type` joins its seven labels to five at 02:15, 04:15, 05:15 and 07:15.
    `may_also_be` names the types within the interval, `confidence_score` the measured share of people of this
    `confidence` whose type is the true one. `living` says by night, by day, changing, drifting, moved, irregular or on
    journey. As their facts, `msf_sc`, `msf` and
    `msw` are seconds of the local day and `social_jetlag` is in seconds.
    """

    primary_type: Annotated[
        str | None, describe("The five-level type; its edges are 02:15, 04:15, 05:15 and 07:15 of MSFsc.", LABEL)
    ]
    munich_label: Annotated[str | None, describe("The seven-level type in the Munich distribution.", LABEL)]
    share_of_population: Annotated[
        str | None, describe("People of that seven-level type in the Munich distribution, as text.")
    ]
    percentile: Annotated[float | None, describe("People whose corrected midsleep is earlier.", "percent of people")]
    may_also_be: Annotated[list[str], describe("The other five-level types within the interval of MSFsc.", LIST)]
    living: Annotated[
        str | None, describe("By night, by day, changing, drifting, moved, irregular or on journey; never why.", LABEL)
    ]
    confidence: Annotated[Confidence, describe("How sure the five-level type is.", LABEL)]
    confidence_score: Annotated[
        float | None,
        describe("Measured share of simulated people of this confidence whose type is the true one.", "share"),
    ]
    msf_sc: Annotated[
        float | None, describe("Midsleep on free days, corrected for sleep owed.", "second of the local day")
    ]
    msf: Annotated[float | None, describe("Midsleep on free days.", "second of the local day")]
    msw: Annotated[float | None, describe("Midsleep on work days.", "second of the local day")]
    social_jetlag: Annotated[float | None, describe("Distance between the midsleeps of free and work days.", "second")]
    shift_work: Annotated[
        str | None, describe("Whether sleep lies at changing hours, as on shifts: yes or no; never why.", LABEL)
    ]
    supporting_evidence: Annotated[list[Statement], describe("What the type rests on.", LIST)]


class Constant(Record):
    """A figure used in advice that is nobody's measurement, where it comes from, and how well it is known.

    Grades: A meta-analyses or large trials, B single trials or large observations, C consensus or mechanism, D ours.
    """

    value: Annotated[float, describe("The figure.", "its own unit")]
    unit: Annotated[str, describe("Its unit.", LABEL)]
    source: Annotated[str, describe("Where it comes from.")]
    grade: Annotated[Literal["A", "B", "C", "D"], describe("How well it is known, A to D.", LABEL)]


class TimingRecommendation(Record):
    """One piece of advice. Numbers in `text` are displayed values of the cited facts or of the cited constants."""

    kind: Annotated[RecommendationKind, describe("What it is about.", LABEL)]
    text: Annotated[str, describe("The advice.")]
    start: Annotated[str | None, describe("From when, HH:MM local.")]
    end: Annotated[str | None, describe("Until when, HH:MM local.")]
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]
    constant_ids: Annotated[list[str], describe("The constants it rests on.", LIST)]


class WakeWindow(Record):
    """When to get up: `HH:MM`, and the range around it."""

    ideal_time: Annotated[str, describe("HH:MM local.")]
    acceptable_range: Annotated[str, describe("HH:MM-HH:MM local.")]
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]


class DailyStructure(Record):
    """A day laid along the energy curve; times are `HH:MM-HH:MM`."""

    wake_window: Annotated[WakeWindow | None, describe("When to get up.", LIST)]
    bed_window: Annotated[WakeWindow | None, describe("When to fall asleep.", LIST)]
    peak_performance_blocks: Annotated[list[str], describe("For demanding work, HH:MM-HH:MM local.", LIST)]
    exercise_timing: Annotated[list[str], describe("For training, HH:MM-HH:MM local.", LIST)]
    meal_timing: Annotated[str | None, describe("From the first to the last meal, HH:MM-HH:MM local.")]
    evening_wind_down: Annotated[str | None, describe("The quiet end of the day, HH:MM-HH:MM local.")]
    morning_light: Annotated[str | None, describe("For bright light, HH:MM-HH:MM local.")]
    caffeine_cut_off: Annotated[str | None, describe("The last coffee, HH:MM local.")]
    fact_ids: Annotated[list[str], describe("The facts they are.", FACT_IDS)]


class ScheduleCustomization(Record):
    """How the advice is put for the coaching archetype: which kinds come first, and in which tone."""

    archetype: Annotated[str, describe("The coaching archetype.", LABEL)]
    emphasis: Annotated[list[RecommendationKind], describe("The kinds of advice it hears first.", LIST)]
    text: Annotated[str, describe("How it is put.")]


class ScheduleRecommendations(Part):
    """Advice on timing: `recommendations` holds all of it, `optimal_daily_structure` its times by their use."""

    optimal_daily_structure: Annotated[DailyStructure | None, describe("The times of the advice by their use.", LIST)]
    weekly_optimization: Annotated[list[TimingRecommendation], describe("Advice on the week.", LIST)]
    archetype_customization: Annotated[ScheduleCustomization | None, describe("How the archetype hears it.", LIST)]
    recommendations: Annotated[list[TimingRecommendation], describe("All advice, what matters most first.", LIST)]
    constants: Annotated[dict[str, Constant], describe("The figures in it that are nobody's measurement, by id.", LIST)]


class Insight(Part):
    """Sentences on one subject."""

    statements: Annotated[list[Statement], describe("Sentences on one subject.", LIST)]


class BiomarkerInsights(Part):
    """What sleep says. `timing_steadiness` (0 to 100) sums fixed rules over spreads of sleep times; it is no norm.

    `circadian_health_score` stands for its readers and is always None: steadiness of timing is not health.
    """

    sleep_pattern_analysis: Annotated[Insight, describe("How sleep lies, lasts and varies.", LIST)]
    hrv_trend_analysis: Annotated[Insight, describe("Always empty: told in the behavior analysis.", LIST)]
    activity_rhythm_analysis: Annotated[Insight, describe("Always empty: no hourly readings are delivered.", LIST)]
    circadian_health_score: Annotated[
        float | None, describe("Always null, kept for its readers: steadiness of timing is not health.", "score")
    ]
    timing_steadiness: Annotated[
        float | None,
        describe("100 very steady, 0 not at all, by spreads of sleep times and social jetlag; no norm.", "score"),
    ]
    improvement_opportunities: Annotated[list[Statement], describe("What could be better, as in the advice.", LIST)]


class TimedIntensity(Record):
    """How hard activity may be at a time of day."""

    time_range: Annotated[str, describe("HH:MM-HH:MM local.")]
    intensity: Annotated[Intensity, describe("How hard activity may be.", LABEL)]
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]


class TimingForRoutineAgent(Record):
    """What a routine plan takes from here."""

    exercise_timing_windows: Annotated[list[str], describe("HH:MM-HH:MM local.", LIST)]
    activity_intensity_by_time: Annotated[list[TimedIntensity], describe("By zone.", LIST)]
    recovery_prioritization: Annotated[Statement | None, describe("Said where nights are too short.")]


class ForBehaviorAgent(Record):
    """What work on habits takes from here."""

    habit_timing_optimization: Annotated[list[Statement], describe("Where a new habit holds best.", LIST)]
    energy_aware_goal_setting: Annotated[Statement | None, describe("Where demanding goals fit.")]


class TimingIntegration(Part):
    """What other plans take from here."""

    for_routine_agent: Annotated[TimingForRoutineAgent, describe("For routine plans.", LIST)]
    for_behavior_agent: Annotated[ForBehaviorAgent, describe("For work on habits.", LIST)]


class Summary(Part):
    """The day in brief; periods are `HH:MM-HH:MM`, totals minutes of the predicted day."""

    optimal_wake_window: Annotated[str | None, describe("HH:MM-HH:MM local.")]
    optimal_sleep_window: Annotated[str | None, describe("HH:MM-HH:MM local.")]
    peak_energy_periods: Annotated[list[str], describe("HH:MM-HH:MM local.", LIST)]
    maintenance_periods: Annotated[list[str], describe("HH:MM-HH:MM local.", LIST)]
    low_energy_periods: Annotated[list[str], describe("HH:MM-HH:MM local.", LIST)]
    sleep_periods: Annotated[list[str], describe("HH:MM-HH:MM local.", LIST)]
    total_peak_minutes: Annotated[int | None, describe("Of the predicted day.", "minute")]
    total_maintenance_minutes: Annotated[int | None, describe("Of the predicted day.", "minute")]
    total_recovery_minutes: Annotated[int | None, describe("Of the predicted day.", "minute")]
    total_sleep_minutes: Annotated[int | None, describe("Of the predicted day.", "minute")]


class Regularity(Part):
    """How alike the nights are: spreads and composite phase deviation in hours, sleep regularity index -100 to 100.

    `plain` is the spread of falling asleep in a word, by the classes of MESA.
    """

    plain: Annotated[
        Literal["steady", "fairly steady", "changeable"] | None,
        describe("The spread of falling asleep in a word, by the classes of MESA.", LABEL),
    ]
    sleep_regularity_index: Annotated[float | None, describe("-100 to 100; of windows, without norms.", "index")]
    onset_sd: Annotated[float | None, describe("Circular SD of falling asleep.", "hour")]
    wake_sd: Annotated[float | None, describe("Circular SD of waking.", "hour")]
    midpoint_sd: Annotated[float | None, describe("Circular SD of midsleep.", "hour")]
    duration_sd: Annotated[float | None, describe("SD of the length of main sleep.", "hour")]
    composite_phase_deviation: Annotated[float | None, describe("About MSFsc (Fischer 2016).", "hour")]
    composite_phase_deviation_about_mean: Annotated[
        float | None, describe("About mean midsleep (Fischer 2016).", "hour")
    ]


class Rhythm(Part):
    """The rest-activity rhythm of hourly readings (Witting 1990, Van Someren 1999; cosinor, Cornelissen 2014)."""

    interdaily_stability: Annotated[float | None, describe("0 to 1.", "ratio")] = None
    intradaily_variability: Annotated[float | None, describe("From 0.", "ratio")] = None
    relative_amplitude: Annotated[float | None, describe("0 to 1.", "ratio")] = None
    l5_start: Annotated[float | None, describe("Least active five hours.", "local hour")] = None
    m10_start: Annotated[float | None, describe("Most active ten hours.", "local hour")] = None
    mesor: Annotated[float | None, describe("Mean of the fitted rhythm.", "its own unit")] = None
    amplitude: Annotated[float | None, describe("Of the fitted rhythm.", "its own unit")] = None
    peak_hour: Annotated[float | None, describe("Crest of the fitted rhythm.", "local hour")] = None


class PhaseBand(Record):
    """An estimated clock hour and the band it lies in; always given together."""

    hour: Annotated[float, describe("The estimate.", "local hour")]
    earliest: Annotated[float, describe("Beginning of its band.", "local hour")]
    latest: Annotated[float, describe("End of its band.", "local hour")]


class Phase(Part):
    """Internal time estimated from sleep timing: onset of melatonin in dim light and minimum of core temperature."""

    dlmo: Annotated[PhaseBand | None, describe("Onset of melatonin in dim light, with its band.", LIST)]
    cbt_min: Annotated[PhaseBand | None, describe("Minimum of core body temperature, with its band.", LIST)]
    energy_phase: Annotated[float | None, describe("Phase of the energy model.", "local hour")]


class SleepNeed(Part):
    """Hours of sleep had, needed and owed; below zero is slept ahead. Sahha's reading stands as delivered, while new.

    `measure` says whether the hours are delivered durations or sleep windows; both analyses go by the same.
    """

    measure: Annotated[
        Literal["delivered", "windows"] | None,
        describe("Whether the hours are delivered durations or sleep windows; both analyses go by the same.", LABEL),
    ]
    mean_hours: Annotated[float | None, describe("Asleep a day, mean of 28 days.", "hour")]
    standing: Annotated[
        Literal["short", "enough", "not clear"] | None,
        describe("Whether that is enough: short only where length, need and signs agree.", LABEL),
    ]
    need_hours: Annotated[float | None, describe("Estimated need.", "hour")]
    debt_14_days: Annotated[float | None, describe("Need less sleep of the last 14 nights; below 0 is ahead.", "hour")]
    debt_now: Annotated[float | None, describe("The same with older nights fading.", "hour")]
    sahha_sleep_debt: Annotated[float | None, describe("As Sahha delivers it, while of the last days.", "hour")]
    sleep_pressure_wake: Annotated[float | None, describe("Modelled at waking, 0 to 1.", "sleep pressure S")]
    sleep_pressure_bed: Annotated[float | None, describe("Modelled at bedtime, 0 to 1.", "sleep pressure S")]


class CircadianResult(AnalysisResult):
    """The circadian analysis of one person on their last 28 days."""

    chronotype_assessment: Annotated[ChronotypeAssessment, describe("Type and its evidence.", LIST)]
    energy_zone_analysis: Annotated[EnergyZoneAnalysis, describe("Zones of the predicted day.", LIST)]
    schedule_recommendations: Annotated[ScheduleRecommendations, describe("Advice on timing.", LIST)]
    biomarker_insights: Annotated[BiomarkerInsights, describe("What sleep says.", LIST)]
    integration_recommendations: Annotated[TimingIntegration, describe("For other plans.", LIST)]
    energy_timeline: Annotated[list[TimelineSlot], describe("96 quarters of an hour from 00:00 local, or none.", LIST)]
    timeline_metadata: Annotated[TimelineMetadata, describe("How they were made.", LIST)]
    summary: Annotated[Summary, describe("The day in brief.", LIST)]
    regularity: Annotated[Regularity, describe("How alike the nights are.", LIST)]
    rhythm: Annotated[
        Rhythm, describe("Rest and activity by the hour; always empty for lack of hourly readings.", LIST)
    ]
    phase: Annotated[Phase, describe("Internal time.", LIST)]
    sleep_need: Annotated[SleepNeed, describe("Hours had, needed and owed.", LIST)]
    red_flags: Annotated[
        list[Statement], describe("What has gone on for weeks and belongs before a professional.", LIST)
    ]
    notes: Annotated[list[Statement], describe("What else to know of these weeks.", LIST)]
