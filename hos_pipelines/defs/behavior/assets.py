"""The behaviour analysis: what somebody does day after day, how reliably, and where that could lead."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.analysis_checks import BEHAVIOR_CHECKS, check_results, check_specs
from hos_pipelines.adapters.analysis_runs import AnalysisBatch, EngineConfig, ReadingSource
from hos_pipelines.adapters.backfill_policy import runs_of
from hos_pipelines.adapters.catalogue import code_reference, table_metadata
from hos_pipelines.adapters.laboratory import Laboratory
from hos_pipelines.analyst.prompt_files import PROMPT_VERSION
from hos_pipelines.defs.partitions import profiles_partitions

USERS_PER_RUN = 1000
METHODS_VERSION = "2"

DESCRIPTION = """Habits with their strength, baselines and trends, signature, motivation, readiness, per profile.

Computed by published methods from up to eight weeks of daily readings; what is inferred says so, and a part with
too little data says `insufficient_data` and what is missing. Results go to `analysis_results`, the watermark with
them."""


@dg.multi_asset(
    name="behavior_analysis",
    outs={
        "behavior_analysis": dg.AssetOut(
            description=DESCRIPTION,
            group_name="behavior",
            kinds={"python", "postgres"},
            owners=["team:data-engineering"],
            io_manager_key="upsert",
            metadata={**table_metadata("analysis_results"), **code_reference(__file__)},
            tags={"layer": "analyses"},
            code_version=f"{METHODS_VERSION}, prompt {PROMPT_VERSION}",
        )
    },
    ins={stream: dg.AssetIn(input_manager_key="upsert") for stream in ("biomarkers", "scores")},
    partitions_def=profiles_partitions,
    backfill_policy=runs_of(USERS_PER_RUN),
    check_specs=check_specs("behavior_analysis", BEHAVIOR_CHECKS),
    pool="analysis",
)
def behavior_analysis(
    context: dg.AssetExecutionContext,
    config: EngineConfig,
    biomarkers: ReadingSource,
    scores: ReadingSource,
    laboratory: dg.ResourceParam[Laboratory],
) -> Iterator[dg.Output[AnalysisBatch] | dg.AssetCheckResult]:
    """Analyses many profiles at once; the IO manager computes and commits them chunk by chunk."""
    batch = laboratory.batch(context, [biomarkers, scores], config)
    yield dg.Output(batch, output_name="behavior_analysis")
    yield from check_results(batch, laboratory.status_counts(batch), BEHAVIOR_CHECKS)
