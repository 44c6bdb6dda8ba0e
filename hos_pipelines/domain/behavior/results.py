"""The form of a behavior result: its parts, and the keys its readers depend on.

Every number in a part is the value of one of the result's facts; what nothing is known of is None. Sentences cite the
facts they rest on. What is inferred from passive data says so: no source validates motives read from a wristband, and
keys that would need one stay empty for their readers.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from hos_pipelines.domain.analysis import AnalysisResult, Part
from hos_pipelines.domain.described import DATE, FACT_IDS, LABEL, LIST, YES_OR_NO, described
from hos_pipelines.domain.gates import Confidence

Direction = Literal["improving", "stable", "declining"]
Level = Literal["High", "Medium", "Low"]
Band = Literal["high", "medium", "low"]
Category = Literal["Novice", "Intermediate", "Advanced", "Expert"]
Skill = Literal["beginner", "intermediate", "advanced", "expert"]
Motivation = Literal["intrinsic", "extrinsic", "mixed"]
Driver = Literal["achievement", "health", "performance", "social", "appearance"]
Engagement = Literal["goal_oriented", "process_oriented", "socially_driven", "data_driven"]
Setbacks = Literal["resilient", "adaptive", "discouraged"]
Integration = Literal["stacking", "replacement", "addition", "optimization"]
Indicator = Literal["consistency", "awareness", "proactivity", "optimization"]
BehavioralStage = Literal["pre-action", "preparation", "action", "action (maintenance not observable)"]

CLOCK, HOUR, SHARE, INDEX, DAY, MINUTE = "local hour", "hour", "share", "index", "day", "minute"
OF_SERIES = "unit of the series"
UNTOLD = "No source validates it from passive data: always empty, kept for its readers."

Ids = Annotated[list[str], described("The facts it rests on.", FACT_IDS)]
BehaviorName = Annotated[str, described("The behavior, by the name its facts begin with.", LABEL)]


class Record(BaseModel):
    """A piece of a part."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Statement(Record):
    """A sentence and the facts it rests on."""

    text: Annotated[str, described("The sentence.")]
    fact_ids: Ids


class BehavioralPattern(Record):
    """How steady one kind of behavior is and where it is going."""

    pattern_type: Annotated[Literal["sleep", "activity", "recovery", "nutrition"], described("The kind.", LABEL)]
    consistency: Annotated[
        float | None, described("1 less the spread over the median (MAD / median): 1 is the same every day.", INDEX)
    ]
    trend: Annotated[Direction | None, described("Where it goes, beyond chance; null where nothing was tested.", LABEL)]
    evidence: Annotated[str, described("The series it is told from, and its usual value.")]
    fact_ids: Ids


class LaggedAssociation(Record):
    """Two series that move together, on the same day or one day apart; never a cause."""

    first: Annotated[str, described("The series that comes first.", LABEL)]
    second: Annotated[str, described("The series that goes with it.", LABEL)]
    when: Annotated[Literal["same day", "next day"], described("On which day the second goes with the first.", LABEL)]
    rho: Annotated[float, described("Spearman's rank correlation, -1 to 1.", "rho")]
    q: Annotated[float, described("Share of such findings that are chance (Benjamini-Hochberg).", "q")]
    text: Annotated[str, described("The association in a sentence.")]
    fact_ids: Ids


class BehavioralSignature(Part):
    """The person's rhythm in numbers and one sentence."""

    signature: Annotated[str | None, described("How steady bedtimes are, in a word or two.", LABEL)]
    signature_summary: Annotated[str | None, described("The rhythm in sentences.")]
    confidence: Annotated[Confidence, described("How sure the least sure of its facts is.", LABEL)]
    primary_motivation: Annotated[Motivation | None, described(UNTOLD, LABEL)]
    primary_motivation_inferred: Annotated[bool, described("That motives are inferred, never asked.", YES_OR_NO)] = True
    consistency_score: Annotated[float | None, described("Mean adherence of the judged behaviors, 0 to 1.", SHARE)]
    behavioral_patterns: Annotated[list[BehavioralPattern], described("Sleep, activity and recovery.", LIST)]
    typical_wake: Annotated[float | None, described("Circular mean of waking; null without one usual hour.", CLOCK)]
    typical_onset: Annotated[
        float | None, described("Circular mean of falling asleep; null without one usual hour.", CLOCK)
    ]
    wake_concentration: Annotated[float | None, described("Length of the mean direction of waking, 0 to 1.", INDEX)]
    onset_concentration: Annotated[
        float | None, described("Length of the mean direction of falling asleep, 0 to 1.", INDEX)
    ]
    wake_sd: Annotated[float | None, described("Circular standard deviation of waking, all days.", HOUR)]
    onset_sd: Annotated[float | None, described("Circular standard deviation of falling asleep, all days.", HOUR)]
    regularity: Annotated[Band | None, described("Band of the spread of falling asleep (classes of MESA).", LABEL)]
    free_minus_work_wake: Annotated[
        float | None, described("How much later waking is on free days than on work days.", HOUR)
    ]
    free_work_steps_ratio: Annotated[float | None, described("Mean steps of free days over work days.", "ratio")]
    routine_index: Annotated[
        float | None, described("Median correlation of the hours slept of consecutive nights, -1 to 1.", INDEX)
    ]
    entropy_rate: Annotated[
        float | None, described("How little a day tells of the next being active: 0 all, 1 nothing.", "bit")
    ]
    associations: Annotated[list[LaggedAssociation], described("The most credible associations.", LIST)]


class ReadinessIndicator(Record):
    """Whether one sign of self-regulation shows; None where it cannot be told."""

    indicator: Annotated[Indicator, described("The sign.", LABEL)]
    present: Annotated[bool | None, described("Whether it shows; null where it cannot be told.", YES_OR_NO)]
    evidence: Annotated[str, described("What it is told from.")]
    fact_ids: Ids


class SophisticationAssessment(Part):
    """Self-regulation maturity, and the counts behind it."""

    score: Annotated[
        float | None, described("Points of 100 by fixed weights over the signs that can be told.", "points")
    ]
    category: Annotated[Category | None, described("Up to 30, 60, 80 and 100 points.", LABEL)]
    level: Annotated[Skill | None, described("The category in another word.", LABEL)]
    readiness_indicators: Annotated[list[ReadinessIndicator], described("The signs one by one.", LIST)]
    growth_potential: Annotated[str | None, described("The sign with the most points left.")]
    justification: Annotated[str | None, described("The counts in a sentence.")]


class BehaviorRow(Part):
    """One daily behavior over the window: how often, how steadily, how predictably."""

    behavior: BehaviorName
    title: Annotated[str, described("What the behavior is called.")]
    adherence: Annotated[float | None, described("Share of recorded days on which it was done.", SHARE)] = None
    adherence_low: Annotated[float | None, described("Lower end of its 95 % interval (Wilson).", SHARE)] = None
    adherence_high: Annotated[float | None, described("Upper end of its 95 % interval (Wilson).", SHARE)] = None
    current_streak: Annotated[
        float | None, described("Recorded days done in a row up to the newest, of up to 56 days.", DAY)
    ] = None
    longest_streak: Annotated[float | None, described("Most recorded days done in a row, of up to 56 days.", DAY)] = (
        None
    )
    persistence: Annotated[
        float | None,
        described("Share of days done after a day done; null unless it differs from the adherence.", SHARE),
    ] = None
    recovery: Annotated[
        float | None,
        described("Share of days done after a day missed; null unless it differs from the adherence.", SHARE),
    ] = None
    habit_strength: Annotated[
        float | None, described("Learning curve over the days seen, 0 to 1: 28 of 28 reach 0.72, 56 of 56 0.92.", INDEX)
    ] = None
    timing_concentration: Annotated[
        float | None, described("Length of the mean direction of its clock hours, 0 to 1.", INDEX)
    ] = None
    timing_sd: Annotated[float | None, described("Circular standard deviation of its clock hours.", HOUR)] = None
    timing_sd_within: Annotated[
        float | None, described("Standard deviation about the means of work and of free days.", HOUR)
    ] = None
    predictability: Annotated[
        float | None,
        described("How much better the day of the week foretells it than its share does: 1 is all.", INDEX),
    ] = None
    weekly_rhythm: Annotated[float | None, described("Share of variance between weekdays (eta squared).", INDEX)] = None
    weekly_rhythm_p: Annotated[float | None, described("How often chance alone does as much.", "p")] = None
    weekly_rhythm_q: Annotated[
        float | None, described("Share of such findings of this result that are chance.", "q")
    ] = None
    weekly_minutes: Annotated[
        float | None, described("Minutes of moderate activity in a usual week, vigorous ones counted double.", MINUTE)
    ] = None
    weekly_lacking: Annotated[
        float | None, described("Minutes short of the 150 a week that are advised (WHO 2020).", MINUTE)
    ] = None
    weekly_days: Annotated[float | None, described("Days of a usual week on which it was done.", DAY)] = None
    stage: Annotated[
        str | None, described("Stage of the habit by the days done since the last lapse that was seen.", LABEL)
    ] = None


class Anchor(Record):
    """The steadiest event of the day, to which a new habit can be attached (Fogg prompt)."""

    event: Annotated[str, described("The event.", LABEL)]
    clock_hour: Annotated[float, described("When most of its days have it.", CLOCK)]
    sd: Annotated[float, described("Standard deviation of its clock hours.", HOUR)]
    days: Annotated[
        Literal["all days", "work days"],
        described("The days it is told of: work days where free ones lie an hour or more apart.", LABEL),
    ] = "all days"
    fact_ids: Ids


class EstablishedHabit(Record):
    """A behavior of habit strength 0.6 or more (21 days done without a miss, or more with misses) that meets its mark.

    The mark is: more than half of the days beyond doubt; of exercise, the advised minutes or days of a week.
    """

    habit: BehaviorName
    strength: Annotated[float, described("Habit strength, 0 to 1.", INDEX)]
    frequency: Annotated[
        Literal["daily", "weekly", "occasional"],
        described("On four of five days or more, on two of seven or more, on fewer.", LABEL),
    ]
    biomarker_support: Annotated[str, described("On how many of the recorded days it was done.")]
    fact_ids: Ids


class EmergingPattern(Record):
    """A behavior on its way to a habit."""

    pattern: BehaviorName
    maturity: Annotated[float, described("Habit strength, 0 to 1.", INDEX)]
    direction: Annotated[
        Literal["strengthening", "weakening"] | None,
        described("Whether the later half of the days has more or less of it, beyond chance.", LABEL),
    ]
    recommendation: Annotated[str, described("What to do.")]
    fact_ids: Ids


class FrictionPoint(Record):
    """A behavior that fails often or seldom comes back after a miss, of those on which advice makes sense."""

    friction: Annotated[str, described("What fails, and how often.")]
    impact: Annotated[Band, described("High where it fails on most days beyond doubt.", LABEL)]
    mitigation_strategy: Annotated[str, described("What may help.")]
    fact_ids: Ids


class CalendarDay(TypedDict):
    """Whether one behavior was done on one recorded local day; days without a record have no entry."""

    behavior: BehaviorName
    day: Annotated[str, described("The local day.", DATE)]
    done: Annotated[bool, described("Whether it was done.", YES_OR_NO)]


class HabitAnalysis(Part):
    """What the days show of each behavior."""

    behaviors: Annotated[list[BehaviorRow], described("A row for each behavior.", LIST)]
    anchor: Annotated[Anchor | None, described("The steadiest event; null without one usual hour.", "record")]
    established_habits: Annotated[list[EstablishedHabit], described("What holds.", LIST)]
    emerging_patterns: Annotated[list[EmergingPattern], described("What is on its way.", LIST)]
    friction_points: Annotated[list[FrictionPoint], described("What meets friction, the worst first.", LIST)]
    calendar: Annotated[list[CalendarDay], described("The last 28 days, for pictures.", LIST)]


class ComB(Record):
    """Capability, opportunity and motivation (Michie 2011) as far as passive data hint at them: hypotheses."""

    capability: Annotated[list[Statement], described("What the body shows.", LIST)]
    opportunity: Annotated[list[Statement], described("What the week allows.", LIST)]
    motivation_automatic: Annotated[list[Statement], described("What seems to hold by itself.", LIST)]
    motivation_reflective: Annotated[list[Statement], described("What looks planned.", LIST)]


class StageOfChange(Record):
    """Where one behavior stands by how often it is done; never by what the person thinks of it."""

    behavior: BehaviorName
    stage: Annotated[BehavioralStage, described("Below 20 %, below 50 %, below 80 % of the days, or more.", LABEL)]
    may_be: Annotated[list[BehavioralStage], described("The other stages that the interval reaches.", LIST)] = []
    fact_ids: Ids


class BarrierPattern(Record):
    """Something that seems to stand in the way."""

    barrier: Annotated[str, described("What it is.")]
    frequency: Annotated[Literal["common", "occasional", "rare"], described("How often it shows.", LABEL)]
    override_strategy: Annotated[str, described("What may help.")]
    fact_ids: Ids


class Tactic(Record):
    """A behavior change technique by its name in the BCT taxonomy v1 (Michie 2013), and why it fits."""

    technique: Annotated[str, described("Its name in the taxonomy.", LABEL)]
    reason: Annotated[str, described("Why it fits.")]
    fact_ids: Ids


class MotivationProfile(Part):
    """Hypotheses about motives, all inferred from behavior, never sure."""

    inferred: Annotated[bool, described("That all of it is inferred, never asked.", YES_OR_NO)] = True
    confidence: Annotated[Confidence, described("At most medium.", LABEL)]
    primary_drivers: Annotated[list[Driver], described(UNTOLD, LIST)]
    engagement_style: Annotated[Engagement | None, described(UNTOLD, LABEL)]
    response_to_setbacks: Annotated[Setbacks | None, described(UNTOLD, LABEL)]
    barrier_patterns: Annotated[list[BarrierPattern], described("What seems to stand in the way.", LIST)]
    optimal_motivation_tactics: Annotated[list[str], described("The techniques by name.", LIST)]
    tactics: Annotated[list[Tactic], described("The techniques, and why they fit.", LIST)]
    com_b: Annotated[ComB, described("The hints by the three conditions of behavior.", "record")]
    stages: Annotated[list[StageOfChange], described("The stage of each judged behavior.", LIST)]


class MotivationTactic(Record):
    """When to use a technique. How well it works for this person nobody has measured, so no number is given."""

    tactic: Annotated[str, described("Its name in the taxonomy.", LABEL)]
    when_to_use: Annotated[str, described("When to use it.")]
    expected_effectiveness: Annotated[float | None, described("Nobody has measured it: always null.", SHARE)] = None
    fact_ids: Ids


class BarrierMitigation(Record):
    """What to do about a barrier."""

    barrier: Annotated[str, described("What stands in the way.")]
    mitigation: Annotated[str, described("What may help.")]
    implementation: Annotated[str, described("How to try it.")]
    fact_ids: Ids


class ArchetypeCustomization(Record):
    """How the coaching archetype colours the strategy."""

    archetype_specific_recommendations: Annotated[list[str], described("What the archetype is advised.", LIST)]
    style_adaptations: Annotated[list[str], described("How to speak to it.", LIST)]


class PersonalizedStrategy(Part):
    """How to go about change with this person."""

    recommended_approach: Annotated[str | None, described("The approach in a sentence.")]
    habit_integration_method: Annotated[Integration | None, described("How new behaviors come in.", LABEL)]
    habit_integration: Annotated[str | None, described("The method in a sentence.")]
    motivation_drivers: Annotated[list[Driver], described(UNTOLD, LIST)]
    motivation_tactics: Annotated[list[MotivationTactic], described("When to use which technique.", LIST)]
    barrier_mitigation: Annotated[list[BarrierMitigation], described("What to do about each barrier.", LIST)]
    archetype_customization: Annotated[ArchetypeCustomization, described("What the archetype adds.", "record")]


class ForRoutineAgent(Record):
    """What a routine plan should take over."""

    habit_timing_preferences: Annotated[list[Statement], described("Where new habits fit.", LIST)]
    consistency_level_required: Annotated[Band | None, described("How strict a routine should be.", LABEL)]
    progression_pace: Annotated[
        Literal["aggressive", "moderate", "gentle"] | None, described("How fast to progress.", LABEL)
    ]
    recovery_emphasis: Annotated[float | None, described("How much room recovery should take, 0 to 1.", INDEX)]


class ForNutritionAgent(Record):
    """What a nutrition plan should take over. Meals are not recorded, so what would need them is empty."""

    behavioral_eating_patterns: Annotated[list[str], described("Meals are not recorded: always empty.", LIST)]
    meal_timing_consistency: Annotated[float | None, described("Meals are not recorded: always null.", INDEX)]
    nutrition_sophistication: Annotated[
        Literal["basic", "intermediate", "advanced"] | None, described("Meals are not recorded: always null.", LABEL)
    ]
    adherence_predictors: Annotated[list[Statement], described("What holds, and how well.", LIST)]


class IntegrationRecommendations(Part):
    """What the plans take over from this analysis."""

    for_routine_agent: Annotated[ForRoutineAgent, described("For the routine plan.", "record")]
    for_nutrition_agent: Annotated[ForNutritionAgent, described("For the nutrition plan.", "record")]


class PrimaryGoal(Record):
    """The worst concern the data show as a goal; without one, to keep what the person does best."""

    goal: Annotated[str, described("The goal.")]
    timeline: Annotated[str, described("By when.")]
    success_metrics: Annotated[list[str], described("How it is seen to be reached.", LIST)]
    fact_ids: Ids


class Readiness(Part):
    """Readiness on the newest complete day: Sahha's score against the person's own baseline, HRV and resting pulse."""

    day: Annotated[date | None, described("The newest complete day, of which this is told.", DATE)] = None
    level: Annotated[Level | None, described("Ours, never Sahha's state; null without score and vital signs.", LABEL)]
    score: Annotated[float | None, described("Sahha's score as delivered, 0 to 1.", INDEX)]
    score_z: Annotated[float | None, described("The score in deviations from the usual one.", "z")]
    hrv_state: Annotated[
        Literal["below", "within", "above"] | None,
        described("Heart rate variability of the last week against the usual band.", LABEL),
    ]
    rhr_flag: Annotated[
        Literal["raised", "usual"] | None, described("Resting heart rate against the usual one.", LABEL)
    ]
    reasons: Annotated[list[Statement], described("What the level rests on, in sentences.", LIST)]


class Recommendation(Record):
    """Something to do, why, and the facts it rests on."""

    recommendation: Annotated[str, described("What to do.")]
    reason: Annotated[str, described("Why.")]
    priority: Annotated[Band, described("How much it matters.", LABEL)]
    fact_ids: Ids


class SeriesBaseline(Part):
    """One series against its own last 28 days, in its own unit."""

    series: Annotated[str, described("What the series is called.")]
    unit: Annotated[str, described("The unit of its values.", LABEL)]
    median: Annotated[float | None, described("Median of 28 days.", OF_SERIES)] = None
    mad: Annotated[float | None, described("Usual distance from the median (1.4826 MAD).", OF_SERIES)] = None
    latest: Annotated[float | None, described("The newest value.", OF_SERIES)] = None
    latest_z: Annotated[float | None, described("(latest - median) / MAD.", "z")] = None
    trend_slope: Annotated[float | None, described("Theil-Sen slope.", f"{OF_SERIES} per day")] = None
    trend_p: Annotated[float | None, described("Mann-Kendall, days taken as independent.", "p")] = None
    trend: Annotated[
        Direction | Literal["rising", "falling"] | None,
        described("Where it goes beyond chance, as better or worse where that can be said.", LABEL),
    ] = None
    trend_q: Annotated[
        float | None, described("Share of the changes told in this result that are chance; below 0.1 one is told.", "q")
    ] = None
    change_day: Annotated[date | None, described("First local day of a new level, where there is one.", DATE)] = None
    change_before: Annotated[float | None, described("Mean before that day.", OF_SERIES)] = None
    change_after: Annotated[float | None, described("Mean from that day on.", OF_SERIES)] = None
    change_q: Annotated[float | None, described("As `trend_q`, of the new level.", "q")] = None


class BehaviorResult(AnalysisResult):
    """What the behavior analysis says of one person."""

    behavioral_signature: Annotated[BehavioralSignature, described("The rhythm of the days.", "record")]
    sophistication_assessment: Annotated[SophisticationAssessment, described("Self-regulation in points.", "record")]
    habit_analysis: Annotated[HabitAnalysis, described("What holds, emerges and meets friction.", "record")]
    motivation_profile: Annotated[MotivationProfile, described("Hypotheses about motives.", "record")]
    personalized_strategy: Annotated[PersonalizedStrategy, described("How to go about change.", "record")]
    integration_recommendations: Annotated[IntegrationRecommendations, described("What plans take over.", "record")]
    primary_goal: Annotated[PrimaryGoal | None, described("One goal; null where too little is known.", "record")]
    readiness_level: Annotated[Level | None, described("The level of `readiness`.", LABEL)]
    readiness: Annotated[Readiness, described("Readiness on the newest complete day.", "record")]
    recommendations: Annotated[
        list[Recommendation], described("What to do, the most important first; empty where nothing is wrong.", LIST)
    ]
    data_insights: Annotated[list[Statement], described("Credible trends, shifts and associations.", LIST)]
    baselines: Annotated[dict[str, SeriesBaseline], described("Each series against its own past, by name.", LIST)]
