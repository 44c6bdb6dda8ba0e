"""Which stage of guidance goes by which name."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.adaptation import ADAPTATION
from hos_pipelines.stages.guidance.guidance_request import GuidanceRequest
from hos_pipelines.stages.guidance.guidance_stage import GuidanceStage, StageRequest
from hos_pipelines.stages.guidance.insights import INSIGHTS
from hos_pipelines.stages.guidance.memory import MEMORY
from hos_pipelines.stages.guidance.nutrition_plan import NUTRITION_PLAN
from hos_pipelines.stages.guidance.routine_plan import ROUTINE_PLAN
from hos_pipelines.stages.guidance.run import run_guidance
from hos_pipelines.stages.profile_outcome import Mark, ProfileOutcome

GUIDANCE_STAGES: Mapping[GuidanceKind, GuidanceStage[Any, Any]] = {
    GuidanceKind.INSIGHTS: INSIGHTS,
    GuidanceKind.MEMORY: MEMORY,
    GuidanceKind.ROUTINE_PLAN: ROUTINE_PLAN,
    GuidanceKind.NUTRITION_PLAN: NUTRITION_PLAN,
    GuidanceKind.ADAPTATION: ADAPTATION,
}


def run_guidance_of(
    request: GuidanceRequest, settings: Settings, database: Database, now: Callable[[], datetime], mark: Mark
) -> list[ProfileOutcome]:
    """Makes the stage asked for; as `run_guidance` does it."""
    stage = GUIDANCE_STAGES[request.kind]
    return run_guidance(StageRequest(stage, request.profile_ids, request.also), settings, database, now, mark)
