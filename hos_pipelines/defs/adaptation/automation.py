"""When plans are adapted."""

import dagster as dg

from hos_pipelines.defs.adaptation.assets import adaptation
from hos_pipelines.defs.guidance_automation import automate_guidance
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

make_adaptation = dg.define_asset_job(
    "make_adaptation",
    selection=[adaptation],
    description="The adaptation of one profile or a range of them.",
)

_automation = automate_guidance(
    GuidanceKind.ADAPTATION,
    what="the adaptation of plans",
    when="a check-in, a journal, a fact or an analysis has come, a week of plans is over, or a change is to be judged",
    nightly="20 6 * * *",
)
make_due_adaptation = _automation.of_due
adaptation_sensor = _automation.sensor
adaptation_nightly = _automation.schedule
