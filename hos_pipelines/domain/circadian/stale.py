"""A stale circadian result: what was found of nights that are past stays, a plan for a day that is past goes."""

from hos_pipelines.domain.circadian.energy_results import (
    SLOT_MINUTES,
    EnergyZoneAnalysis,
    TimelineMetadata,
    ZoneThresholds,
)
from hos_pipelines.domain.circadian.results import (
    CircadianResult,
    ForBehaviorAgent,
    Phase,
    ScheduleRecommendations,
    Summary,
    TimingForRoutineAgent,
    TimingIntegration,
)
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import Confidence, Status

# The facts of a predicted day, of the advice for it, and of the state somebody is in now.
OF_NOW = ("zone_", "energy_", "predicted_", "advice_", "sleep_pressure_", "second_opinion_", "dlmo", "cbt_min")
ZONES = ("peak", "productive", "maintenance", "recovery", "sleep")
NO_ROUTINE = TimingForRoutineAgent(
    exercise_timing_windows=[], activity_intensity_by_time=[], recovery_prioritization=None
)
NO_BEHAVIOR = ForBehaviorAgent(habit_timing_optimization=[], energy_aware_goal_setting=None)


def without_plan(result: CircadianResult, lacking: str) -> CircadianResult:
    """The result as it may be shown when its newest reading is days old; `lacking` says what it would take."""
    facts = {fact_id: _as_was(fact, lacking) for fact_id, fact in result.facts.items()}
    unknown: dict[str, object] = {"status": Status.INSUFFICIENT, "missing": [lacking], "fact_ids": ["energy_curve"]}
    update: dict[str, object] = {
        "status": Status.STALE,
        "facts": facts,
        "energy_zone_analysis": EnergyZoneAnalysis.model_validate(
            unknown | {"predicted_day": None} | {f"{zone}_windows": [] for zone in ZONES}
        ),
        "schedule_recommendations": ScheduleRecommendations.model_validate(
            unknown
            | {"optimal_daily_structure": None, "weekly_optimization": [], "archetype_customization": None}
            | {"recommendations": [], "constants": {}}
        ),
        "integration_recommendations": TimingIntegration.model_validate(
            unknown | {"for_routine_agent": NO_ROUTINE, "for_behavior_agent": NO_BEHAVIOR}
        ),
        "biomarker_insights": result.biomarker_insights.model_copy(update={"improvement_opportunities": []}),
        "sleep_need": result.sleep_need.model_copy(update={"sleep_pressure_wake": None, "sleep_pressure_bed": None}),
        "notes": [],
        "energy_timeline": [],
        "timeline_metadata": TimelineMetadata.model_validate(
            unknown
            | {"total_slots": 0, "slot_duration_minutes": SLOT_MINUTES, "predicted_day": None, "day_type": None}
            | {
                "interpolation_method": result.timeline_metadata.interpolation_method,
                "zone_thresholds": ZoneThresholds(peak=None, maintenance=None, recovery=None),
            }
        ),
        "summary": Summary.model_validate({name: _empty(name) for name in Summary.model_fields} | unknown),
        "phase": Phase.model_validate(unknown | {"dlmo": None, "cbt_min": None, "energy_phase": None}),
    }
    return result.model_copy(update=update)


def _empty(name: str) -> list[str] | None:
    return [] if name.endswith("periods") else None


def _as_was(fact: Fact, lacking: str) -> Fact:
    """A fact of what was stays; one of a day that was to come says nothing any more."""
    if not fact.id.startswith(OF_NOW) or fact.value is None:
        return fact
    known = (fact.unit, fact.n, fact.window, fact.method)
    return Fact(fact.id, None, *known, Confidence.NONE, Status.INSUFFICIENT, lacking)
