"""When the circadian analysis runs."""

import dagster as dg

from hos_pipelines.defs.analysis_automation import automate
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.domain.analysis_scope import AnalysisType

analyze_circadian = dg.define_asset_job(
    "analyze_circadian",
    selection=[circadian_analysis],
    description="The circadian analysis of one profile or a range of them.",
)

_automation = automate(AnalysisType.CIRCADIAN, name="circadian", adjective="circadian", nightly="10 4 * * *")
analyze_due_circadian = _automation.of_due
circadian_sensor = _automation.sensor
circadian_nightly = _automation.schedule
