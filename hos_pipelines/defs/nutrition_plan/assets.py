"""The nutrition plan: the meals of one day of a person, each of foods they eat, with what it rests on."""

from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.guidance_asset import guidance_asset
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

DESCRIPTION = """The meals of the day that comes, per profile: seven blocks along the waking day.

Foods that a person leaves out are left out by their marks, and no sentence names them. Energy is told as a range, and
not at all to whom figures are not meant for. A word that is not known, or a role that runs empty, refuses the plan with
a reason. Rows go to `plans` and `plan_items`; older plans stay, superseded."""

nutrition_plan = guidance_asset(
    GuidanceKind.NUTRITION_PLAN,
    file=__file__,
    description=DESCRIPTION,
    table="plans",
    deps=[circadian_analysis],
)
