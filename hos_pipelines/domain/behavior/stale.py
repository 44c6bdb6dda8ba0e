"""A stale result: what was found of days that are past stays, what would be done about them goes."""

from hos_pipelines.domain.behavior.habit_results import HabitAnalysis
from hos_pipelines.domain.behavior.motivation_results import MotivationProfile
from hos_pipelines.domain.behavior.results import (
    BehaviorResult,
    ForRoutineAgent,
    IntegrationRecommendations,
    PersonalizedStrategy,
    Readiness,
)
from hos_pipelines.domain.gates import Status


def without_plan(result: BehaviorResult, lacking: str) -> BehaviorResult:
    """The result as it may be shown when its newest reading is days old: no readiness, goal, advice or tactics.

    `lacking` says what it would take.
    """
    return result.model_copy(
        update={
            "status": Status.STALE,
            "habit_analysis": _without_advice(result.habit_analysis),
            "motivation_profile": _without_tactics(result.motivation_profile),
            "personalized_strategy": _no_strategy(result.personalized_strategy, lacking),
            "integration_recommendations": _nothing_to_take_over(result.integration_recommendations, lacking),
            "primary_goal": None,
            "readiness_level": None,
            "readiness": Readiness(
                status=Status.INSUFFICIENT,
                missing=[lacking],
                level=None,
                score=None,
                score_z=None,
                hrv_state=None,
                rhr_flag=None,
                reasons=[],
            ),
            "recommendations": [],
        }
    )


def _without_advice(habits: HabitAnalysis) -> HabitAnalysis:
    return habits.model_copy(update={"emerging_patterns": [], "friction_points": []})


def _without_tactics(profile: MotivationProfile) -> MotivationProfile:
    return profile.model_copy(update={"barrier_patterns": [], "optimal_motivation_tactics": [], "tactics": []})


def _no_strategy(strategy: PersonalizedStrategy, lacking: str) -> PersonalizedStrategy:
    nothing = {"recommended_approach": None, "habit_integration_method": None, "habit_integration": None}
    return strategy.model_copy(
        update={
            **nothing,
            "status": Status.INSUFFICIENT,
            "missing": [lacking],
            "motivation_tactics": [],
            "barrier_mitigation": [],
        }
    )


def _nothing_to_take_over(plans: IntegrationRecommendations, lacking: str) -> IntegrationRecommendations:
    routine = ForRoutineAgent(
        habit_timing_preferences=[],
        consistency_level_required=None,
        progression_pace=None,
        recovery_emphasis=None,
    )
    return plans.model_copy(update={"status": Status.INSUFFICIENT, "missing": [lacking], "for_routine_agent": routine})
