"""The routine plan: one day of a person, block by block, each item with what it rests on."""

from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.guidance_asset import guidance_asset
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

DESCRIPTION = """The routine of the day that comes, per profile: five blocks cut at the own energy zones.

What works stays where it is, what half works is made easier, what fails goes, and the rest is filled by how well it
suits. Every item names the facts it rests on. A day that cannot be planned is refused with a reason. Rows go to `plans`
and `plan_items`; older plans stay, superseded."""

routine_plan = guidance_asset(
    GuidanceKind.ROUTINE_PLAN,
    file=__file__,
    description=DESCRIPTION,
    table="plans",
    deps=[circadian_analysis, behavior_analysis],
)
