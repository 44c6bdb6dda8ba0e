"""How reports are asked for; none is made by itself."""

import dagster as dg

from hos_pipelines.defs.report.assets import analysis_report

make_reports = dg.define_asset_job(
    "make_reports",
    selection=[analysis_report],
    description="The page of one profile or a range of them, from the stored results, when somebody wants to look.",
)
