"""The stages of guidance, by the names of their assets and watermarks; needs no numpy, as running one does."""

from collections.abc import Mapping
from enum import StrEnum

from hos_pipelines.domain.memory.layers import RULE_VERSION


class GuidanceKind(StrEnum):
    """What is made for a person beside the analyses, by the name its state is stored under."""

    INSIGHTS = "insights"
    MEMORY = "memory"
    ROUTINE_PLAN = "routine_plan"
    NUTRITION_PLAN = "nutrition_plan"
    ADAPTATION = "adaptation"


# A change of how rows are made is a change here: everybody is due once more.
RULE_VERSIONS: Mapping[GuidanceKind, str] = {
    GuidanceKind.INSIGHTS: "1",
    GuidanceKind.MEMORY: RULE_VERSION,
    GuidanceKind.ROUTINE_PLAN: "4",
    GuidanceKind.NUTRITION_PLAN: "3",
    GuidanceKind.ADAPTATION: "2",
}
