"""What can be asked for, and the stages that answer it, by the names of their assets."""

from collections.abc import Mapping
from enum import StrEnum

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

REFRESH_STAGE = "sahha_streams"


class RequestKind(StrEnum):
    """What a request asks for."""

    BEHAVIOR = "behavior"
    CIRCADIAN = "circadian"
    INSIGHTS = "insights"
    NUTRITION = "nutrition"
    ROUTINE = "routine"
    COMPLETE = "complete"
    REFRESH = "refresh"


ANALYSES: Mapping[RequestKind, AnalysisType] = {
    RequestKind.BEHAVIOR: AnalysisType.BEHAVIOR,
    RequestKind.CIRCADIAN: AnalysisType.CIRCADIAN,
}
GUIDANCE: Mapping[RequestKind, GuidanceKind] = {
    RequestKind.INSIGHTS: GuidanceKind.INSIGHTS,
    RequestKind.NUTRITION: GuidanceKind.NUTRITION_PLAN,
    RequestKind.ROUTINE: GuidanceKind.ROUTINE_PLAN,
}
