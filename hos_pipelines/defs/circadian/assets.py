"""The circadian analysis: when somebody sleeps, how regularly, and what that means for the hours of their day."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.analysis_checks import CIRCADIAN_CHECKS, check_results, check_specs
from hos_pipelines.adapters.analysis_runs import AnalysisBatch, AnalysisConfig, ReadingSource
from hos_pipelines.adapters.laboratory import Laboratory
from hos_pipelines.defs.partitions import profiles_partitions

USERS_PER_RUN = 1000
LOOKBACK_DAYS = 56


@dg.asset(
    partitions_def=profiles_partitions,
    backfill_policy=dg.BackfillPolicy.multi_run(USERS_PER_RUN),
    ins={"biomarkers": dg.AssetIn(input_manager_key="upsert", metadata={"lookback_days": LOOKBACK_DAYS})},
    io_manager_key="upsert",
    output_required=False,
    group_name="circadian",
    kinds={"python", "postgres"},
    owners=["team:data-engineering"],
    code_version="1",
    pool="analysis",
    check_specs=check_specs("circadian_analysis", CIRCADIAN_CHECKS),
)
def circadian_analysis(
    context: dg.AssetExecutionContext,
    config: AnalysisConfig,
    biomarkers: ReadingSource,
    laboratory: dg.ResourceParam[Laboratory],
) -> Iterator[dg.Output[AnalysisBatch] | dg.AssetCheckResult]:
    """Chronotype (MCTQ), sleep regularity, phase, sleep need and the energy zones of the day, per profile.

    Computed by published methods from the last four weeks of sleep windows; a part with too little data says
    `insufficient_data` and what is missing. Results go to `analysis_results`, the watermark with them.
    """
    batch = laboratory.batch(context, config, [biomarkers])
    if batch.is_partitioned:
        yield dg.Output(batch)
    else:
        laboratory.store(context, batch)
    yield from check_results(batch, laboratory.status_counts(batch), CIRCADIAN_CHECKS)
