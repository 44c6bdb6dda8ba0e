"""When routine plans are made."""

import dagster as dg

from hos_pipelines.defs.guidance_automation import automate_guidance
from hos_pipelines.defs.routine_plan.assets import routine_plan
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

make_routine_plan = dg.define_asset_job(
    "make_routine_plan",
    selection=[routine_plan],
    description="The routine plan of one profile or a range of them.",
)

_automation = automate_guidance(
    GuidanceKind.ROUTINE_PLAN,
    what="the routine plans",
    when="an analysis or a fact has come, or the evening of the planned day",
    nightly="50 5 * * *",
)
make_due_routine_plan = _automation.of_due
routine_plan_sensor = _automation.sensor
routine_plan_nightly = _automation.schedule
