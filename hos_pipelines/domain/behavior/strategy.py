"""The strategy: how to go about change with this person, and what the plans take over from this analysis."""

from collections.abc import Mapping, Sequence
from typing import Literal

from hos_pipelines.domain.behavior.anchor import anchor_hour, cue_of
from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord
from hos_pipelines.domain.behavior.behaviors import Behavior
from hos_pipelines.domain.behavior.habit_results import HabitAnalysis
from hos_pipelines.domain.behavior.habits import is_unsteady
from hos_pipelines.domain.behavior.motivation_results import MotivationProfile
from hos_pipelines.domain.behavior.result_terms import Band, Integration, Level
from hos_pipelines.domain.behavior.results import (
    ArchetypeCustomization,
    BarrierMitigation,
    ForNutritionAgent,
    ForRoutineAgent,
    IntegrationRecommendations,
    MotivationTactic,
    PersonalizedStrategy,
    SophisticationAssessment,
)
from hos_pipelines.domain.behavior.wording import say_value
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import MEDIUM, Status
from hos_pipelines.domain.statements import Statement

HABITS_TO_OPTIMIZE = 2
RECOVERY_EMPHASIS: Mapping[Level, float] = {"High": 0.2, "Medium": 0.5, "Low": 0.8}
STRICTNESS: Mapping[Band | None, Band] = {"high": "low", "medium": "medium", "low": "high", None: "medium"}
INSUFFICIENT = Status.INSUFFICIENT
INTEGRATION: Mapping[Integration, str] = {
    "stacking": "Attach one new behavior to the steadiest event of the day.",
    "replacement": "Put a new behavior in the place of an old one.",
    "addition": "Add one small behavior at a time.",
    "optimization": "Refine what already holds before adding anything.",
}
WHEN: Mapping[str, str] = {
    "Self-monitoring of behavior": "Every day, by wearing the device.",
    "Goal setting (behavior)": "At the beginning of a week.",
    "Action planning": "On the evening before.",
    "Prompts/cues": "At the steadiest event of the day.",
    "Problem solving": "On the day after a miss.",
}
ARCHETYPES: Mapping[str, tuple[str, str]] = {
    "Foundation Builder": ("One simple behavior, repeated daily, before anything else.", "Plain words, small steps."),
    "Transformation Seeker": (
        "A visible change within weeks, broken into weekly steps.",
        "Ambitious, but one step a week.",
    ),
    "Systematic Improver": ("One variable at a time, judged by its figures.", "Figures and reasons first."),
    "Peak Performer": ("Protect recovery as carefully as training.", "Concise, with targets."),
    "Resilience Rebuilder": ("Recovery and sleep before effort.", "Gentle, without pressure."),
    "Connected Explorer": ("Choose activities that can be shared, and vary them.", "Open, with a choice each time."),
}


def personalized_strategy(
    archetype: str, habits: HabitAnalysis, motivation: MotivationProfile, grade: SophisticationAssessment
) -> PersonalizedStrategy:
    """The part of the result; insufficient where the habits are, but for what the archetype alone says."""
    advice, style = ARCHETYPES.get(archetype, ("", ""))
    told = habits.status is not INSUFFICIENT
    method = _method(habits) if told else None
    return PersonalizedStrategy(
        status=habits.status,
        missing=[] if told else habits.missing,
        fact_ids=motivation.fact_ids,
        recommended_approach=_approach(grade, habits) if told else None,
        habit_integration_method=method,
        habit_integration=INTEGRATION[method] if method else None,
        motivation_drivers=motivation.primary_drivers,
        motivation_tactics=[
            MotivationTactic(tactic=one.technique, when_to_use=WHEN[one.technique], fact_ids=one.fact_ids)
            for one in motivation.tactics
        ],
        barrier_mitigation=[
            BarrierMitigation(
                barrier=one.barrier,
                mitigation=one.override_strategy,
                implementation="Try it for two weeks and keep what works.",
                fact_ids=one.fact_ids,
            )
            for one in motivation.barrier_patterns
        ],
        archetype_customization=ArchetypeCustomization(
            archetype_specific_recommendations=[advice] if advice else [], style_adaptations=[style] if style else []
        ),
    )


def record_recovery_emphasis(sheet: FactSheet, level: Level | None, n: int) -> Fact:
    """Enters how much room recovery should take, 0 to 1, by the readiness level; `n` is what the level rests on."""
    basis = Basis(n, "0.2, 0.5 or 0.8 by the readiness level (ours)", Status.OK, MEDIUM, None)
    if level is None:
        basis = basis.refuse("a readiness level")
    return sheet.add("recovery_emphasis", RECOVERY_EMPHASIS[level] if level else None, "index", basis)


def integration_recommendations(
    records: Sequence[BehaviorRecord],
    habits: HabitAnalysis,
    grade: SophisticationAssessment,
    regularity: Band | None,
    emphasis: Fact,
) -> IntegrationRecommendations:
    """The part of the result."""
    timing = _timing(habits)
    known = [record for record in records if record.number("habit_strength") is not None]
    predictors = [_predictor(record.behavior, record.facts["habit_strength"]) for record in known]
    cited = [*timing, *predictors]
    fact_ids = [fact_id for one in cited for fact_id in one.fact_ids]
    return IntegrationRecommendations(
        status=habits.status,
        missing=habits.missing if habits.status is INSUFFICIENT else [],
        fact_ids=fact_ids + ([emphasis.id] if emphasis.value is not None else []),
        for_routine_agent=ForRoutineAgent(
            habit_timing_preferences=timing,
            consistency_level_required=_strictness(records, regularity) if habits.status is not INSUFFICIENT else None,
            progression_pace=_pace(grade, emphasis),
            recovery_emphasis=emphasis.value if isinstance(emphasis.value, float) else None,
        ),
        for_nutrition_agent=ForNutritionAgent(
            behavioral_eating_patterns=[],
            meal_timing_consistency=None,
            nutrition_sophistication=None,
            adherence_predictors=predictors,
        ),
    )


def _method(habits: HabitAnalysis) -> Integration:
    if len(habits.established_habits) >= HABITS_TO_OPTIMIZE:
        return "optimization"
    return "stacking" if cue_of(habits.anchor) else "addition"


def _strictness(records: Sequence[BehaviorRecord], regularity: Band | None) -> Band:
    """How strict a routine should be: the stricter the less steady bedtimes are, of who can keep any."""
    bedtime = next((record for record in records if record.behavior.event == "onset"), None)
    if bedtime is not None and bedtime.behavior.refusal is not None:
        return "low"
    wanted = STRICTNESS[regularity]
    may_be_strict = bedtime is None or (bedtime.behavior.may_advise and is_unsteady(bedtime))
    return wanted if wanted != "high" or may_be_strict else "medium"


def _approach(grade: SophisticationAssessment, habits: HabitAnalysis) -> str:
    if grade.category in ("Advanced", "Expert"):
        return "Build on what holds and let the person choose the next step."
    if grade.category == "Intermediate":
        return "Strengthen what is emerging, one behavior at a time."
    cue = " and a fixed cue" if cue_of(habits.anchor) else ""
    return f"Begin with one small behavior{cue}."


def _pace(grade: SophisticationAssessment, emphasis: Fact) -> Literal["aggressive", "moderate", "gentle"] | None:
    if grade.category is None:
        return None
    if grade.category == "Novice" or emphasis.value == RECOVERY_EMPHASIS["Low"]:
        return "gentle"
    return "aggressive" if grade.category == "Expert" else "moderate"


def _timing(habits: HabitAnalysis) -> list[Statement]:
    anchor, cue = habits.anchor, cue_of(habits.anchor)
    if anchor is None or cue is None:
        return []
    text = f"Place new habits {cue}, {anchor_hour(anchor)}."
    return [Statement(text=text, fact_ids=anchor.fact_ids)]


def _predictor(behavior: Behavior, strength: Fact) -> Statement:
    title = behavior.title.capitalize()
    return Statement(text=f"{title} has a habit strength of {say_value(strength)}.", fact_ids=[strength.id])
