"""The form of a behavior result: its parts, and the keys its readers depend on.

Every number in a part is the value of one of the result's facts; what nothing is known of is None. Sentences cite the
facts they rest on. What is inferred from passive data says so: no source validates motives read from a wristband, and
keys that would need one stay empty for their readers.
"""

from datetime import date
from typing import Annotated, Literal

from hos_pipelines.domain.analysis_result import AnalysisResult, Part
from hos_pipelines.domain.behavior.habit_results import HabitAnalysis
from hos_pipelines.domain.behavior.motivation_results import MotivationProfile
from hos_pipelines.domain.behavior.result_terms import (
    CLOCK,
    HOUR,
    INDEX,
    OF_SERIES,
    SHARE,
    UNTOLD,
    Band,
    Category,
    Direction,
    Driver,
    Ids,
    Indicator,
    Integration,
    Level,
    Motivation,
    Skill,
)
from hos_pipelines.domain.describe import DATE, LABEL, LIST, YES_OR_NO, describe
from hos_pipelines.domain.gates import Confidence
from hos_pipelines.domain.statements import Record, Statement


class BehavioralPattern(Record):
    """How steady one kind of behavior is and where it is going."""

    pattern_type: Annotated[Literal["sleep", "activity", "recovery", "nutrition"], describe("The kind.", LABEL)]
    consistency: Annotated[
        float | None, describe("1 less the spread over the median (MAD / median): 1 is the same every day.", INDEX)
    ]
    trend: Annotated[Direction | None, describe("Where it goes, beyond chance; null where nothing was tested.", LABEL)]
    evidence: Annotated[str, describe("The series it is told from, and its usual value.")]
    fact_ids: Ids


class LaggedAssociation(Record):
    """Two series that move together, on the same day or one day apart; never a cause."""

    first: Annotated[str, describe("The series that comes first.", LABEL)]
    second: Annotated[str, describe("The series that goes with it.", LABEL)]
    when: Annotated[Literal["same day", "next day"], describe("On which day the second goes with the first.", LABEL)]
    rho: Annotated[float, describe("Spearman's rank correlation, -1 to 1.", "rho")]
    q: Annotated[float, describe("Share of such findings that are chance (Benjamini-Hochberg).", "q")]
    text: Annotated[str, describe("The association in a sentence.")]
    fact_ids: Ids


class BehavioralSignature(Part):
    """The person's rhythm in numbers and one sentence."""

    signature: Annotated[str | None, describe("How steady bedtimes are, in a word or two.", LABEL)]
    signature_summary: Annotated[str | None, describe("The rhythm in sentences.")]
    confidence: Annotated[Confidence, describe("How sure the least sure of its facts is.", LABEL)]
    primary_motivation: Annotated[Motivation | None, describe(UNTOLD, LABEL)]
    primary_motivation_inferred: Annotated[bool, describe("That motives are inferred, never asked.", YES_OR_NO)] = True
    consistency_score: Annotated[float | None, describe("Mean adherence of the judged behaviors, 0 to 1.", SHARE)]
    behavioral_patterns: Annotated[list[BehavioralPattern], describe("Sleep, activity and recovery.", LIST)]
    typical_wake: Annotated[float | None, describe("Circular mean of waking; null without one usual hour.", CLOCK)]
    typical_onset: Annotated[
        float | None, describe("Circular mean of falling asleep; null without one usual hour.", CLOCK)
    ]
    wake_concentration: Annotated[float | None, describe("Length of the mean direction of waking, 0 to 1.", INDEX)]
    onset_concentration: Annotated[
        float | None, describe("Length of the mean direction of falling asleep, 0 to 1.", INDEX)
    ]
    wake_sd: Annotated[float | None, describe("Circular standard deviation of waking, all days.", HOUR)]
    onset_sd: Annotated[float | None, describe("Circular standard deviation of falling asleep, all days.", HOUR)]
    regularity: Annotated[Band | None, describe("Band of the spread of falling asleep (classes of MESA).", LABEL)]
    free_minus_work_wake: Annotated[
        float | None, describe("How much later waking is on free days than on work days.", HOUR)
    ]
    free_work_steps_ratio: Annotated[float | None, describe("Mean steps of free days over work days.", "ratio")]
    routine_index: Annotated[
        float | None, describe("Median correlation of the hours slept of consecutive nights, -1 to 1.", INDEX)
    ]
    entropy_rate: Annotated[
        float | None, describe("How little a day tells of the next being active: 0 all, 1 nothing.", "bit")
    ]
    associations: Annotated[list[LaggedAssociation], describe("The most credible associations.", LIST)]


class ReadinessIndicator(Record):
    """Whether one sign of self-regulation shows; None where it cannot be told."""

    indicator: Annotated[Indicator, describe("The sign.", LABEL)]
    present: Annotated[bool | None, describe("Whether it shows; null where it cannot be told.", YES_OR_NO)]
    evidence: Annotated[str, describe("What it is told from.")]
    fact_ids: Ids


class SophisticationAssessment(Part):
    """Self-regulation maturity, and the counts behind it."""

    score: Annotated[
        float | None, describe("Points of 100 by fixed weights over the signs that can be told.", "points")
    ]
    category: Annotated[Category | None, describe("Up to 30, 60, 80 and 100 points.", LABEL)]
    level: Annotated[Skill | None, describe("The category in another word.", LABEL)]
    readiness_indicators: Annotated[list[ReadinessIndicator], describe("The signs one by one.", LIST)]
    growth_potential: Annotated[str | None, describe("The sign with the most points left.")]
    justification: Annotated[str | None, describe("The counts in a sentence.")]


class MotivationTactic(Record):
    """When to use a technique. How well it works for this person nobody has measured, so no number is given."""

    tactic: Annotated[str, describe("Its name in the taxonomy.", LABEL)]
    when_to_use: Annotated[str, describe("When to use it.")]
    expected_effectiveness: Annotated[float | None, describe("Nobody has measured it: always null.", SHARE)] = None
    fact_ids: Ids


class BarrierMitigation(Record):
    """What to do about a barrier."""

    barrier: Annotated[str, describe("What stands in the way.")]
    mitigation: Annotated[str, describe("What may help.")]
    implementation: Annotated[str, describe("How to try it.")]
    fact_ids: Ids


class ArchetypeCustomization(Record):
    """How the coaching archetype colours the strategy."""

    archetype_specific_recommendations: Annotated[list[str], describe("What the archetype is advised.", LIST)]
    style_adaptations: Annotated[list[str], describe("How to speak to it.", LIST)]


class PersonalizedStrategy(Part):
    """How to go about change with this person."""

    recommended_approach: Annotated[str | None, describe("The approach in a sentence.")]
    habit_integration_method: Annotated[Integration | None, describe("How new behaviors come in.", LABEL)]
    habit_integration: Annotated[str | None, describe("The method in a sentence.")]
    motivation_drivers: Annotated[list[Driver], describe(UNTOLD, LIST)]
    motivation_tactics: Annotated[list[MotivationTactic], describe("When to use which technique.", LIST)]
    barrier_mitigation: Annotated[list[BarrierMitigation], describe("What to do about each barrier.", LIST)]
    archetype_customization: Annotated[ArchetypeCustomization, describe("What the archetype adds.", "record")]


class ForRoutineAgent(Record):
    """What a routine plan should take over."""

    habit_timing_preferences: Annotated[list[Statement], describe("Where new habits fit.", LIST)]
    consistency_level_required: Annotated[Band | None, describe("How strict a routine should be.", LABEL)]
    progression_pace: Annotated[
        Literal["aggressive", "moderate", "gentle"] | None, describe("How fast to progress.", LABEL)
    ]
    recovery_emphasis: Annotated[float | None, describe("How much room recovery should take, 0 to 1.", INDEX)]


class ForNutritionAgent(Record):
    """What a nutrition plan should take over. Meals are not recorded, so what would need them is empty."""

    behavioral_eating_patterns: Annotated[list[str], describe("Meals are not recorded: always empty.", LIST)]
    meal_timing_consistency: Annotated[float | None, describe("Meals are not recorded: always null.", INDEX)]
    nutrition_sophistication: Annotated[
        Literal["basic", "intermediate", "advanced"] | None, describe("Meals are not recorded: always null.", LABEL)
    ]
    adherence_predictors: Annotated[list[Statement], describe("What holds, and how well.", LIST)]


class IntegrationRecommendations(Part):
    """What the plans take over from this analysis."""

    for_routine_agent: Annotated[ForRoutineAgent, describe("For the routine plan.", "record")]
    for_nutrition_agent: Annotated[ForNutritionAgent, describe("For the nutrition plan.", "record")]


class PrimaryGoal(Record):
    """The worst concern the data show as a goal; without one, to keep what the person does best."""

    goal: Annotated[str, describe("The goal.")]
    timeline: Annotated[str, describe("By when.")]
    success_metrics: Annotated[list[str], describe("How it is seen to be reached.", LIST)]
    fact_ids: Ids


class Readiness(Part):
    """Readiness on the newest complete day: Sahha's score against the person's own baseline, HRV and resting pulse."""

    day: Annotated[date | None, describe("The newest complete day, of which this is told.", DATE)] = None
    level: Annotated[Level | None, describe("Ours, never Sahha's state; null without score and vital signs.", LABEL)]
    score: Annotated[float | None, describe("Sahha's score as delivered, 0 to 1.", INDEX)]
    score_z: Annotated[float | None, describe("The score in deviations from the usual one.", "z")]
    hrv_state: Annotated[
        Literal["below", "within", "above"] | None,
        describe("Heart rate variability of the last week against the usual band.", LABEL),
    ]
    rhr_flag: Annotated[Literal["raised", "usual"] | None, describe("Resting heart rate against the usual one.", LABEL)]
    reasons: Annotated[list[Statement], describe("What the level rests on, in sentences.", LIST)]


class Recommendation(Record):
    """Something to do, why, and the facts it rests on."""

    recommendation: Annotated[str, describe("What to do.")]
    reason: Annotated[str, describe("Why.")]
    priority: Annotated[Band, describe("How much it matters.", LABEL)]
    fact_ids: Ids


class SeriesBaseline(Part):
    """One series against its own last 28 days, in its own unit."""

    series: Annotated[str, describe("What the series is called.")]
    unit: Annotated[str, describe("The unit of its values.", LABEL)]
    median: Annotated[float | None, describe("Median of 28 days.", OF_SERIES)] = None
    mad: Annotated[float | None, describe("Usual distance from the median (1.4826 MAD).", OF_SERIES)] = None
    latest: Annotated[float | None, describe("The newest value.", OF_SERIES)] = None
    latest_z: Annotated[float | None, describe("(latest - median) / MAD.", "z")] = None
    trend_slope: Annotated[float | None, describe("Theil-Sen slope.", f"{OF_SERIES} per day")] = None
    trend_p: Annotated[float | None, describe("Mann-Kendall, days taken as independent.", "p")] = None
    trend: Annotated[
        Direction | Literal["rising", "falling"] | None,
        describe("Where it goes beyond chance, as better or worse where that can be said.", LABEL),
    ] = None
    trend_q: Annotated[
        float | None, describe("Share of the changes told in this result that are chance; below 0.1 one is told.", "q")
    ] = None
    change_day: Annotated[date | None, describe("First local day of a new level, where there is one.", DATE)] = None
    change_before: Annotated[float | None, describe("Mean before that day.", OF_SERIES)] = None
    change_after: Annotated[float | None, describe("Mean from that day on.", OF_SERIES)] = None
    change_q: Annotated[float | None, describe("As `trend_q`, of the new level.", "q")] = None


class BehaviorResult(AnalysisResult):
    """What the behavior analysis says of one person."""

    behavioral_signature: Annotated[BehavioralSignature, describe("The rhythm of the days.", "record")]
    sophistication_assessment: Annotated[SophisticationAssessment, describe("Self-regulation in points.", "record")]
    habit_analysis: Annotated[HabitAnalysis, describe("What holds, emerges and meets friction.", "record")]
    motivation_profile: Annotated[MotivationProfile, describe("Hypotheses about motives.", "record")]
    personalized_strategy: Annotated[PersonalizedStrategy, describe("How to go about change.", "record")]
    integration_recommendations: Annotated[IntegrationRecommendations, describe("What plans take over.", "record")]
    primary_goal: Annotated[PrimaryGoal | None, describe("One goal; null where too little is known.", "record")]
    readiness_level: Annotated[Level | None, describe("The level of `readiness`.", LABEL)]
    readiness: Annotated[Readiness, describe("Readiness on the newest complete day.", "record")]
    recommendations: Annotated[
        list[Recommendation], describe("What to do, the most important first; empty where nothing is wrong.", LIST)
    ]
    data_insights: Annotated[list[Statement], describe("Credible trends, shifts and associations.", LIST)]
    baselines: Annotated[dict[str, SeriesBaseline], describe("Each series against its own past, by name.", LIST)]
