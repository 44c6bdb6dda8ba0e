"""When nutrition plans are made."""

import dagster as dg

from hos_pipelines.defs.guidance_automation import automate_guidance
from hos_pipelines.defs.nutrition_plan.assets import nutrition_plan
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

make_nutrition_plan = dg.define_asset_job(
    "make_nutrition_plan",
    selection=[nutrition_plan],
    description="The nutrition plan of one profile or a range of them.",
)

_automation = automate_guidance(
    GuidanceKind.NUTRITION_PLAN,
    what="the nutrition plans",
    when="an analysis or a fact has come, or the evening of the planned day",
    nightly="0 6 * * *",
)
make_due_nutrition_plan = _automation.of_due
nutrition_plan_sensor = _automation.sensor
nutrition_plan_nightly = _automation.schedule
