"""When memory is brought up to date."""

import dagster as dg

from hos_pipelines.defs.guidance_automation import automate_guidance
from hos_pipelines.defs.memory.assets import memory
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

make_memory = dg.define_asset_job(
    "make_memory",
    selection=[memory],
    description="The memory of one profile or a range of them.",
)

_automation = automate_guidance(
    GuidanceKind.MEMORY,
    what="the memory",
    when="an analysis, a check-in, a journal, a fact or a reaction has come",
    nightly="40 5 * * *",
)
make_due_memory = _automation.of_due
memory_sensor = _automation.sensor
memory_nightly = _automation.schedule
