"""The report: a page per profile, made when somebody wants to look."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.analysis_steps import report_partitions
from hos_pipelines.adapters.backfill_policy import BackfillPolicy
from hos_pipelines.adapters.catalogue import code_reference, table_metadata
from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner

USERS_PER_RUN = 200

DESCRIPTION = """One HTML page per profile: sleep raster, energy curve with zones, habit calendar, every fact.

Made from the stored results on demand, kept in `analysis_reports`; `hos report PROFILE --open` shows it. Its pictures
are health data: they are in the metadata here only where HOS_PICTURES_IN_EVENTS says so."""


@dg.asset(
    description=DESCRIPTION,
    deps=[circadian_analysis, behavior_analysis],
    partitions_def=profiles_partitions,
    backfill_policy=BackfillPolicy(USERS_PER_RUN),
    code_version="2",
    group_name="report",
    kinds={"python", "postgres", "jinja"},
    tags={"layer": "reports"},
    metadata={**table_metadata("analysis_reports"), **code_reference(__file__)},
    pool="analysis",
)
def analysis_report(
    context: dg.AssetExecutionContext, analysis_runner: dg.ResourceParam[AnalysisRunner]
) -> Iterator[dg.MaterializeResult[None]]:
    """Draws the pages of many profiles, chunk by chunk, each committed and marked before the next."""
    yield report_partitions(context, analysis_runner)
