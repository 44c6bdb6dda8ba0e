"""Memory: what is held to be true of somebody, by what they say and by what days show."""

from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.guidance_asset import guidance_asset
from hos_pipelines.defs.insights.assets import insights
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

DESCRIPTION = """What is remembered per profile, in four layers: of today, of 30 days, lasting, and what works.

By outcomes alone: check-ins, journals, analyses and reactions to insights, each counted once a day; what a person says
outranks it. Rows go to `longterm_memory` and its sisters, every step with its reason to `memory_consolidation`."""

memory = guidance_asset(
    GuidanceKind.MEMORY,
    file=__file__,
    description=DESCRIPTION,
    table="longterm_memory",
    deps=[circadian_analysis, behavior_analysis, insights],
)
