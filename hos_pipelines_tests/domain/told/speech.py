"""What a result says to people: its sentences, those of them that are advice, and the hours it calls usual."""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult, RecommendationKind, TimingRecommendation
from hos_pipelines_tests.domain.told.looking import Told

# Not said to anybody: methods and ids, 96 messages of the timeline, the days of a calendar.
UNSPOKEN = {"facts", "analysis_metadata", "energy_timeline", "calendar", "fact_ids", "constants", "archetype"}
KEEP_SLEEPING = ("Keep enough sleep", "Keep sleeping long enough")
LENGTHENING = re.compile(
    r"bedtime forward|(go|went|going) to bed earlier|earlier bed|sleep (long enough|longer|more\b)|extend(ing)? sleep",
    re.IGNORECASE,
)
REGULARITY = re.compile(
    r"steadier|steady (morning|time|wake|bed)|(one|fixed|same|regular) (bed ?time|wake ?time)|fixed time",
    re.IGNORECASE,
)
EXERCISE = re.compile(r"exercise|\btrain(ing)?\b|plan when and where", re.IGNORECASE)
OWED = re.compile(r"add up to|\bow(e|es|ed|ing)\b|sleep debt of|\bfall(s|en)?\b.* short\b|short of", re.IGNORECASE)
NOTHING_OWED = re.compile(r"\b(nothing|no debt|no sleep debt|owe no|not owe|neither)\b", re.IGNORECASE)
PROFESSIONAL = re.compile(r"\b(doctor|physician|professional|clinic|GP|sleep specialist)\b", re.IGNORECASE)
ZERO = re.compile(r"\b0(\.0)? (min|h|bpm|ms) (earlier|later|apart|longer|shorter|more|less|higher|lower)\b|by 0(\.0)? ")
DECIMALS = re.compile(r"\d\.\d+ (h|min|bpm|ms|steps|days?)\b")


def sentences(node: object) -> Iterator[str]:
    """Every text of a result that people read."""
    if isinstance(node, str):
        if " " in node:
            yield node
    elif isinstance(node, BaseModel):
        for name, value in node:
            if name not in UNSPOKEN:
                yield from sentences(value)
    elif isinstance(node, list | tuple):
        for value in node:
            yield from sentences(value)
    elif isinstance(node, dict):
        yield from sentences(list(node.values()))


def all_sentences(told: Told) -> list[str]:
    """Every text of both results."""
    return [*sentences(told.circadian), *sentences(told.behavior)]


def advice_of_circadian(result: CircadianResult) -> list[str]:
    """The sentences of the circadian result that ask for something."""
    statements = [
        *result.biomarker_insights.improvement_opportunities,
        *result.integration_recommendations.for_behavior_agent.habit_timing_optimization,
    ]
    advice = [one.text for one in result.schedule_recommendations.recommendations]
    return [*advice, *(one.text for one in statements)]


def advice_of_behavior(result: BehaviorResult) -> list[str]:
    """The sentences of the behavior result that ask for something."""
    goal, habits = result.primary_goal, result.habit_analysis
    strategy, grade = result.personalized_strategy, result.sophistication_assessment
    return [
        *((goal.goal, *goal.success_metrics) if goal else ()),
        *(text for one in result.recommendations for text in (one.recommendation, one.reason)),
        *(text for one in habits.friction_points for text in (one.friction, one.mitigation_strategy)),
        *(one.recommendation for one in habits.emerging_patterns),
        *(text for one in result.motivation_profile.barrier_patterns for text in (one.barrier, one.override_strategy)),
        *(one.mitigation for one in strategy.barrier_mitigation),
        *((grade.growth_potential,) if grade.growth_potential else ()),
    ]


def kinds(result: CircadianResult) -> set[RecommendationKind]:
    """The kinds of the advice given on timing."""
    return {one.kind for one in result.schedule_recommendations.recommendations}


def pieces(result: CircadianResult, kind: RecommendationKind) -> list[TimingRecommendation]:
    """The advice of one kind."""
    return [one for one in result.schedule_recommendations.recommendations if one.kind == kind]


def asks_for_more_sleep(told: Told) -> tuple[bool, bool]:
    """Whether the circadian and the behavior result ask for more sleep or an earlier bedtime."""
    plans = told.circadian.integration_recommendations.for_routine_agent
    one = advice_of_circadian(told.circadian)
    timing = "sleep_extension" in kinds(told.circadian) or plans.recovery_prioritization is not None
    return (
        timing or any(LENGTHENING.search(text) or "rather at the beginning" in text for text in one),
        any(map(LENGTHENING.search, advice_of_behavior(told.behavior))),
    )


def calls_sleep_enough(result: BehaviorResult) -> bool:
    """Whether the behavior result calls enough sleep a habit, a strength, or a thing to keep."""
    rate = result.facts["enough_sleep_adherence"].value
    return (
        any(habit.habit == "enough_sleep" for habit in result.habit_analysis.established_habits)
        or (result.primary_goal is not None and result.primary_goal.goal in KEEP_SLEEPING)
        or any("Enough sleep seems to hold" in text for text in sentences(result.motivation_profile))
        or (isinstance(rate, float) and rate >= 0.8)
    )


def says_sleep_is_owed(told: Told) -> bool:
    """Whether a sentence of either result tells of sleep owed."""
    return any(OWED.search(text) and not NOTHING_OWED.search(text) for text in all_sentences(told))


def asks_for_regularity(told: Told) -> tuple[bool, bool]:
    """Whether the circadian and the behavior result ask for steadier times; to keep those that are is no such thing."""
    habits = [text for text in advice_of_behavior(told.behavior) if not text.startswith(("Keep a", "Keep up a"))]
    return (
        "regularity" in kinds(told.circadian) or any(map(REGULARITY.search, advice_of_circadian(told.circadian))),
        any(map(REGULARITY.search, habits)),
    )


def asks_for_exercise(result: BehaviorResult) -> bool:
    """Whether the behavior result finds fault with how much somebody exercises."""
    asked = [text for text in advice_of_behavior(result) if not text.startswith(("Do anything new", "Keep "))]
    return any(map(EXERCISE.search, asked))


def usual_wakes(told: Told) -> list[float]:
    """Every clock hour at which somebody is said to wake, get up, or hang a habit on waking."""
    anchor = told.behavior.habit_analysis.anchor
    hours = [told.behavior.behavioral_signature.typical_wake]
    if anchor is not None and anchor.event == "waking up":
        hours.append(anchor.clock_hour)
    return [hour for hour in (*hours, *_cited(told.circadian, "wake_mean")) if hour is not None]


def usual_onsets(told: Told) -> list[float]:
    """Every clock hour at which somebody is said to fall asleep, or hang a habit on going to bed."""
    anchor = told.behavior.habit_analysis.anchor
    hours = [told.behavior.behavioral_signature.typical_onset]
    if anchor is not None and anchor.event == "falling asleep":
        hours.append(anchor.clock_hour)
    return [hour for hour in (*hours, *_cited(told.circadian, "onset_mean")) if hour is not None]


def _cited(result: CircadianResult, fact_id: str) -> Iterator[float]:
    """The value of a fact where a sentence of the sleep pattern or a cue rests on it."""
    told = [
        *result.biomarker_insights.sleep_pattern_analysis.statements,
        *result.integration_recommendations.for_behavior_agent.habit_timing_optimization,
    ]
    value = result.facts[fact_id].value
    if isinstance(value, float) and any(fact_id in one.fact_ids for one in told):
        yield value


def hour_of(clock: str) -> float:
    """A clock time as hours."""
    hours, minutes = clock.split(":")
    return int(hours) + int(minutes) / 60
