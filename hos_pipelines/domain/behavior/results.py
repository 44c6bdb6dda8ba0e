"""The form of a behavior result: its parts, and the keys its readers depend on.

Every number in a part is the value of one of the result's facts; what nothing is known of is None. Sentences cite the
facts they rest on. What is inferred from passive data says so: no source validates motives read from a wristband.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from hos_pipelines.domain.analysis import AnalysisResult, Part
from hos_pipelines.domain.gates import MEDIUM, Status

HIGH = 0.75

Confidence = Literal["none", "low", "medium", "high"]
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
BehavioralStage = Literal["pre-action", "preparation", "action", "action (maintenance not observable)", "maintenance"]


class Record(BaseModel):
    """A piece of a part."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Statement(Record):
    """A sentence and the facts it rests on."""

    text: str
    fact_ids: list[str]


class BehavioralPattern(Record):
    """How steady one kind of behavior is (0 to 1) and where it is going."""

    pattern_type: Literal["sleep", "activity", "recovery", "nutrition"]
    consistency: float | None
    trend: Direction | None
    evidence: str
    fact_ids: list[str]


class LaggedAssociation(Record):
    """Two series that move together (Spearman rho, Benjamini-Hochberg q), on the same day or one day apart."""

    first: str
    second: str
    when: Literal["same day", "next day"]
    rho: float
    q: float
    text: str
    fact_ids: list[str]


class BehavioralSignature(Part):
    """The person's rhythm in numbers and one sentence. Clock hours are local, 0 to 24; spreads are hours."""

    signature: str | None
    signature_summary: str | None
    confidence: Confidence
    primary_motivation: Motivation | None
    primary_motivation_inferred: bool = True
    consistency_score: float | None
    behavioral_patterns: list[BehavioralPattern]
    typical_wake: float | None
    typical_onset: float | None
    wake_concentration: float | None
    onset_concentration: float | None
    wake_sd: float | None
    onset_sd: float | None
    regularity: Band | None
    free_minus_work_wake: float | None
    free_work_steps_ratio: float | None
    routine_index: float | None
    entropy_rate: float | None
    associations: list[LaggedAssociation]


class ReadinessIndicator(Record):
    """Whether one sign of self-regulation shows; None where it cannot be told."""

    indicator: Indicator
    present: bool | None
    evidence: str
    fact_ids: list[str]


class SophisticationAssessment(Part):
    """Self-regulation maturity, 0 to 100, and the counts behind it."""

    score: float | None
    category: Category | None
    level: Skill | None
    readiness_indicators: list[ReadinessIndicator]
    growth_potential: str | None
    justification: str | None


class BehaviorRow(Part):
    """One daily behavior over the window: how often, how steadily, how predictably.

    Adherence with its interval, persistence P(1|1), recovery P(1|0) and habit strength run from 0 to 1, streaks are
    days, the spread of the anchor event is hours, weekly rhythm is eta squared with its permutation p.
    """

    behavior: str
    title: str
    adherence: float | None = None
    adherence_low: float | None = None
    adherence_high: float | None = None
    current_streak: float | None = None
    longest_streak: float | None = None
    persistence: float | None = None
    recovery: float | None = None
    habit_strength: float | None = None
    timing_concentration: float | None = None
    timing_sd: float | None = None
    predictability: float | None = None
    weekly_rhythm: float | None = None
    weekly_rhythm_p: float | None = None
    stage: str | None = None


class Anchor(Record):
    """The steadiest event of the day, to which a new habit can be attached (Fogg prompt). Clock hour and hours."""

    event: str
    clock_hour: float
    sd: float
    fact_ids: list[str]


class EstablishedHabit(Record):
    """A behavior of habit strength 0.6 or more."""

    habit: str
    strength: float
    frequency: Literal["daily", "weekly", "occasional"]
    biomarker_support: str
    fact_ids: list[str]


class EmergingPattern(Record):
    """A behavior on its way; `maturity` is its habit strength."""

    pattern: str
    maturity: float
    direction: Literal["strengthening", "weakening"] | None
    recommendation: str
    fact_ids: list[str]


class FrictionPoint(Record):
    """A behavior that fails often or seldom comes back after a miss."""

    friction: str
    impact: Band
    mitigation_strategy: str
    fact_ids: list[str]


class CalendarDay(TypedDict):
    """Whether one behavior was done on one recorded local day (ISO date); days without a record have no entry."""

    behavior: str
    day: str
    done: bool


class HabitAnalysis(Part):
    """What the days show of each behavior; `calendar` holds the last 28 days for pictures."""

    behaviors: list[BehaviorRow]
    anchor: Anchor | None
    established_habits: list[EstablishedHabit]
    emerging_patterns: list[EmergingPattern]
    friction_points: list[FrictionPoint]
    calendar: list[CalendarDay]


class ComB(Record):
    """Capability, opportunity and motivation (Michie 2011) as far as passive data hint at them: hypotheses."""

    capability: list[Statement]
    opportunity: list[Statement]
    motivation_automatic: list[Statement]
    motivation_reflective: list[Statement]


class StageOfChange(Record):
    """Where one behavior stands by how often it is done; never by what the person thinks of it."""

    behavior: str
    stage: BehavioralStage
    fact_ids: list[str]


class BarrierPattern(Record):
    """Something that seems to stand in the way."""

    barrier: str
    frequency: Literal["common", "occasional", "rare"]
    override_strategy: str
    fact_ids: list[str]


class Tactic(Record):
    """A behavior change technique by its name in the BCT taxonomy v1 (Michie 2013), and why it fits."""

    technique: str
    reason: str
    fact_ids: list[str]


class MotivationProfile(Part):
    """Hypotheses about motives, all inferred from behavior, never sure."""

    inferred: bool = True
    confidence: Confidence
    primary_drivers: list[Driver]
    engagement_style: Engagement | None
    response_to_setbacks: Setbacks | None
    barrier_patterns: list[BarrierPattern]
    optimal_motivation_tactics: list[str]
    tactics: list[Tactic]
    com_b: ComB
    stages: list[StageOfChange]


class MotivationTactic(Record):
    """When to use a technique. How well it works for this person nobody has measured, so no number is given."""

    tactic: str
    when_to_use: str
    expected_effectiveness: float | None = None
    fact_ids: list[str]


class BarrierMitigation(Record):
    """What to do about a barrier."""

    barrier: str
    mitigation: str
    implementation: str
    fact_ids: list[str]


class ArchetypeCustomization(Record):
    """How the coaching archetype colours the strategy."""

    archetype_specific_recommendations: list[str]
    style_adaptations: list[str]


class PersonalizedStrategy(Part):
    """How to go about change with this person."""

    recommended_approach: str | None
    habit_integration_method: Integration | None
    habit_integration: str | None
    motivation_drivers: list[Driver]
    motivation_tactics: list[MotivationTactic]
    barrier_mitigation: list[BarrierMitigation]
    archetype_customization: ArchetypeCustomization


class ForRoutineAgent(Record):
    """What a routine plan should take over; `recovery_emphasis` runs from 0 to 1."""

    habit_timing_preferences: list[Statement]
    consistency_level_required: Band | None
    progression_pace: Literal["aggressive", "moderate", "gentle"] | None
    recovery_emphasis: float | None


class ForNutritionAgent(Record):
    """What a nutrition plan should take over. Meals are not recorded, so what would need them is empty."""

    behavioral_eating_patterns: list[str]
    meal_timing_consistency: float | None
    nutrition_sophistication: Literal["basic", "intermediate", "advanced"] | None
    adherence_predictors: list[Statement]


class IntegrationRecommendations(Part):
    """What the plans take over from this analysis."""

    for_routine_agent: ForRoutineAgent
    for_nutrition_agent: ForNutritionAgent


class PrimaryGoal(Record):
    """The worst concern the data show, as a goal."""

    goal: str
    timeline: str
    success_metrics: list[str]
    fact_ids: list[str]


class Readiness(Part):
    """Today's readiness: Sahha's score (0 to 1 as delivered) against the person's own baseline, HRV and resting pulse.

    `level` is ours, never Sahha's state; None where neither score nor vital signs say anything.
    """

    level: Level | None
    score: float | None
    score_z: float | None
    hrv_state: Literal["below", "within", "above"] | None
    rhr_flag: Literal["raised", "usual"] | None
    reasons: list[Statement]


class Recommendation(Record):
    """Something to do, why, and the facts it rests on."""

    recommendation: str
    reason: str
    priority: Band
    fact_ids: list[str]


class SeriesBaseline(Part):
    """One series against its own last 28 days, in its own unit.

    `latest_z` is (latest - median) / MAD (1.4826 scaled); `trend_slope` is Theil-Sen per day; a change point has the
    first local day of the new level and the means before and after it.
    """

    series: str
    unit: str
    median: float | None = None
    mad: float | None = None
    latest: float | None = None
    latest_z: float | None = None
    trend_slope: float | None = None
    trend_p: float | None = None
    trend: Direction | Literal["rising", "falling"] | None = None
    change_day: date | None = None
    change_before: float | None = None
    change_after: float | None = None


class BehaviorResult(AnalysisResult):
    """What the behavior analysis says of one person."""

    behavioral_signature: BehavioralSignature
    sophistication_assessment: SophisticationAssessment
    habit_analysis: HabitAnalysis
    motivation_profile: MotivationProfile
    personalized_strategy: PersonalizedStrategy
    integration_recommendations: IntegrationRecommendations
    primary_goal: PrimaryGoal | None
    readiness_level: Level | None
    readiness: Readiness
    recommendations: list[Recommendation]
    data_insights: list[Statement]
    baselines: dict[str, SeriesBaseline]


def confidence_of(status: Status, sure: float) -> Confidence:
    """A confidence from 0 to 1 in a word."""
    if status is Status.INSUFFICIENT or sure <= 0:
        return "none"
    if sure < MEDIUM:
        return "low"
    return "medium" if sure < HIGH else "high"
