"""When the behaviour analysis runs."""

import dagster as dg

from hos_pipelines.defs.analysis_automation import automate
from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.domain.analysis_scope import AnalysisType

analyze_behavior = dg.define_asset_job(
    "analyze_behavior",
    selection=[behavior_analysis],
    description="The behaviour analysis of one profile or a range of them.",
)

_automation = automate(AnalysisType.BEHAVIOR, name="behavior", adjective="behaviour", nightly="40 4 * * *")
analyze_due_behavior = _automation.of_due
behavior_sensor = _automation.sensor
behavior_nightly = _automation.schedule
