"""The three streams of Sahha data, each a table in PostgreSQL and a partition per profile, pulled by one step."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.ingestion import Ingestion, PullBatch, PullConfig
from hos_pipelines.adapters.io_manager import UpsertIOManager
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.sync import Stream

USERS_PER_RUN = 1000

DESCRIPTIONS = {
    Stream.BIOMARKERS: """Sahha's biomarkers: one row per profile, type and window, of all six categories.

Values are text as delivered, instants UTC; `local_date` is the user's day, and a night belongs to the day it ends on.
An open window (`intraday`) becomes `daily` in place when Sahha closes it.""",
    Stream.SCORES: """Sahha's five scores: one row per profile, type and local day, 0 to 1 as delivered, with factors.

Sahha recomputes past days for about three days; the later calculation replaces the earlier one.""",
    Stream.SAHHA_ARCHETYPES: """Sahha's own weekly and monthly archetypes: one row per profile, name and period.

Not to be taken for the coaching archetype a user follows, which is a column of `profiles`.""",
}


@dg.multi_asset(
    name="sahha_streams",
    outs={
        stream.value: dg.AssetOut(
            description=description,
            group_name="ingestion",
            kinds={"python", "postgres"},
            owners=["team:data-engineering"],
            io_manager_key="upsert",
            code_version="2",
            is_required=False,
        )
        for stream, description in DESCRIPTIONS.items()
    },
    partitions_def=profiles_partitions,
    backfill_policy=dg.BackfillPolicy.multi_run(USERS_PER_RUN),
    can_subset=True,
    pool="sahha",
)
def sahha_streams(
    context: dg.AssetExecutionContext,
    config: PullConfig,
    ingestion: dg.ResourceParam[Ingestion],
    upsert: dg.ResourceParam[UpsertIOManager],
) -> Iterator[dg.Output[PullBatch]]:
    """Pulls the streams of many profiles at once; each chunk of profiles is committed while the next is fetched."""
    batch = ingestion.pull(context, config)
    if not batch.scope.is_partitioned:
        upsert.refresh(context, batch)
        return
    for stream in batch.scope.streams:
        yield dg.Output(batch, output_name=stream.value)
