"""The behaviour analysis: what somebody does day after day, how reliably, and where that could lead."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.analysis_checks import BEHAVIOR_CHECKS, check_results, check_specs
from hos_pipelines.adapters.analysis_runs import AnalysisBatch, AnalysisConfig, ReadingSource
from hos_pipelines.adapters.laboratory import Laboratory
from hos_pipelines.defs.partitions import profiles_partitions

USERS_PER_RUN = 1000
LOOKBACK_DAYS = 56


@dg.asset(
    partitions_def=profiles_partitions,
    backfill_policy=dg.BackfillPolicy.multi_run(USERS_PER_RUN),
    ins={
        stream: dg.AssetIn(input_manager_key="upsert", metadata={"lookback_days": LOOKBACK_DAYS})
        for stream in ("biomarkers", "scores")
    },
    io_manager_key="upsert",
    output_required=False,
    group_name="behavior",
    kinds={"python", "postgres"},
    owners=["team:data-engineering"],
    code_version="1",
    pool="analysis",
    check_specs=check_specs("behavior_analysis", BEHAVIOR_CHECKS),
)
def behavior_analysis(
    context: dg.AssetExecutionContext,
    config: AnalysisConfig,
    biomarkers: ReadingSource,
    scores: ReadingSource,
    laboratory: dg.ResourceParam[Laboratory],
) -> Iterator[dg.Output[AnalysisBatch] | dg.AssetCheckResult]:
    """Habits with their strength, baselines and trends, signature, sophistication, motivation, readiness, per profile.

    Computed by published methods from up to eight weeks of daily readings; what is inferred says so, and a part with
    too little data says `insufficient_data` and what is missing. Results go to `analysis_results`, the watermark with
    them.
    """
    batch = laboratory.batch(context, config, [biomarkers, scores])
    if batch.is_partitioned:
        yield dg.Output(batch)
    else:
        laboratory.store(context, batch)
    yield from check_results(batch, laboratory.status_counts(batch), BEHAVIOR_CHECKS)
