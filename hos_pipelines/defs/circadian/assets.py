"""The circadian analysis: when somebody sleeps, how regularly, and what that means for the hours of their day."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.analysis_checks import CIRCADIAN_CHECKS, check_results, check_specs
from hos_pipelines.adapters.analysis_runs import AnalysisBatch, EngineConfig, ReadingSource
from hos_pipelines.adapters.backfill_policy import runs_of
from hos_pipelines.adapters.catalogue import code_reference, table_metadata
from hos_pipelines.adapters.laboratory import Laboratory
from hos_pipelines.analyst.prompt_files import PROMPT_VERSION
from hos_pipelines.defs.partitions import profiles_partitions

USERS_PER_RUN = 1000
METHODS_VERSION = "2"

DESCRIPTION = """Chronotype (MCTQ), sleep regularity, phase, sleep need and the energy zones of the day, per profile.

Computed by published methods from the last four weeks of sleep windows; a part with too little data says
`insufficient_data` and what is missing. Results go to `analysis_results`, the watermark with them."""


@dg.multi_asset(
    name="circadian_analysis",
    outs={
        "circadian_analysis": dg.AssetOut(
            description=DESCRIPTION,
            group_name="circadian",
            kinds={"python", "postgres"},
            owners=["team:data-engineering"],
            io_manager_key="upsert",
            metadata={**table_metadata("analysis_results"), **code_reference(__file__)},
            tags={"layer": "analyses"},
            code_version=f"{METHODS_VERSION}, prompt {PROMPT_VERSION}",
        )
    },
    ins={"biomarkers": dg.AssetIn(input_manager_key="upsert")},
    partitions_def=profiles_partitions,
    backfill_policy=runs_of(USERS_PER_RUN),
    check_specs=check_specs("circadian_analysis", CIRCADIAN_CHECKS),
    pool="analysis",
)
def circadian_analysis(
    context: dg.AssetExecutionContext,
    config: EngineConfig,
    biomarkers: ReadingSource,
    laboratory: dg.ResourceParam[Laboratory],
) -> Iterator[dg.Output[AnalysisBatch] | dg.AssetCheckResult]:
    """Analyses many profiles at once; the IO manager computes and commits them chunk by chunk."""
    batch = laboratory.batch(context, [biomarkers], config)
    yield dg.Output(batch, output_name="circadian_analysis")
    yield from check_results(batch, laboratory.status_counts(batch), CIRCADIAN_CHECKS)
