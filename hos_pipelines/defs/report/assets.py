"""The report: a page per profile, made when somebody wants to look."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.analysis_runs import AnalysisBatch
from hos_pipelines.adapters.backfill_policy import runs_of
from hos_pipelines.adapters.catalogue import code_reference, table_metadata
from hos_pipelines.adapters.laboratory import Laboratory
from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.partitions import profiles_partitions

USERS_PER_RUN = 200

DESCRIPTION = """One HTML page per profile: sleep raster, energy curve with zones, habit calendar, every fact.

Made from the stored results on demand, kept in `analysis_reports`; `hos report PROFILE --open` shows it. Its pictures
are health data: they are in the metadata here only where HOS_PICTURES_IN_EVENTS says so."""


@dg.multi_asset(
    name="analysis_report",
    outs={
        "analysis_report": dg.AssetOut(
            description=DESCRIPTION,
            group_name="report",
            kinds={"python", "postgres", "jinja"},
            owners=["team:data-engineering"],
            io_manager_key="upsert",
            metadata={**table_metadata("analysis_reports"), **code_reference(__file__)},
            tags={"layer": "reports"},
            code_version="2",
        )
    },
    deps=[circadian_analysis, behavior_analysis],
    partitions_def=profiles_partitions,
    backfill_policy=runs_of(USERS_PER_RUN),
    pool="analysis",
)
def analysis_report(
    context: dg.AssetExecutionContext, laboratory: dg.ResourceParam[Laboratory]
) -> Iterator[dg.Output[AnalysisBatch]]:
    """Draws the pages of many profiles; the IO manager commits them."""
    yield dg.Output(laboratory.reports(context), output_name="analysis_report")
