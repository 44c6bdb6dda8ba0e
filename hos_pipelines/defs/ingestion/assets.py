"""The three streams of Sahha data, each a table in PostgreSQL and a partition per profile."""

from collections.abc import Callable

import dagster as dg

from hos_pipelines.adapters.ingestion import Ingestion, PullBatch, PullConfig
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.sync import Stream

USERS_PER_RUN = 1000


def stream_asset(compute: Callable[..., PullBatch]) -> dg.AssetsDefinition:
    """An asset of the partitions, many users a run, one run at a time towards Sahha, written by the upsert."""
    return dg.asset(
        partitions_def=profiles_partitions,
        backfill_policy=dg.BackfillPolicy.multi_run(USERS_PER_RUN),
        group_name="ingestion",
        kinds={"python", "postgres"},
        owners=["team:data-engineering"],
        pool="sahha",
        io_manager_key="upsert",
        code_version="1",
    )(compute)


@stream_asset
def biomarkers(
    context: dg.AssetExecutionContext, config: PullConfig, ingestion: dg.ResourceParam[Ingestion]
) -> PullBatch:
    """Sahha's biomarkers: one row per profile, type and window, of all six categories.

    Values are text as delivered, instants UTC; `local_date` is the user's day, and a night belongs to the day it ends
    on. An open window (`intraday`) becomes `daily` in place when Sahha closes it.
    """
    return ingestion.pull(context, Stream.BIOMARKERS, config)


@stream_asset
def scores(context: dg.AssetExecutionContext, config: PullConfig, ingestion: dg.ResourceParam[Ingestion]) -> PullBatch:
    """Sahha's five scores: one row per profile, type and local day, 0 to 1 as delivered, with their factors.

    Sahha recomputes past days for about three days; the later calculation replaces the earlier one.
    """
    return ingestion.pull(context, Stream.SCORES, config)


@stream_asset
def sahha_archetypes(
    context: dg.AssetExecutionContext, config: PullConfig, ingestion: dg.ResourceParam[Ingestion]
) -> PullBatch:
    """Sahha's own weekly and monthly archetypes: one row per profile, name, periodicity and period.

    Not to be taken for the coaching archetype a user follows, which is a column of `profiles`.
    """
    return ingestion.pull(context, Stream.SAHHA_ARCHETYPES, config)
