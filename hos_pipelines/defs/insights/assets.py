"""The insights: what stands out in somebody's days, what it rests on, and what to do about it."""

from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.guidance_asset import guidance_asset
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

DESCRIPTION = """At most five things worth telling, per profile: changes, trends, contrasts beyond chance, and concerns.

Each is larger than this person's own days differ, and stands after one correction over everything that was looked at.
Rows go to `user_insights` with effect, interval, evidence, what to do, and when they expire; none is a good answer."""

insights = guidance_asset(
    GuidanceKind.INSIGHTS,
    file=__file__,
    description=DESCRIPTION,
    table="user_insights",
    deps=[circadian_analysis, behavior_analysis],
)
