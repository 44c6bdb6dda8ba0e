"""When insights are made."""

import dagster as dg

from hos_pipelines.defs.guidance_automation import automate_guidance
from hos_pipelines.defs.insights.assets import insights
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

make_insights = dg.define_asset_job(
    "make_insights",
    selection=[insights],
    description="The insights of one profile or a range of them.",
)

_automation = automate_guidance(
    GuidanceKind.INSIGHTS, what="the insights", when="an analysis or feedback has come", nightly="20 5 * * *"
)
make_due_insights = _automation.of_due
insights_sensor = _automation.sensor
insights_nightly = _automation.schedule
