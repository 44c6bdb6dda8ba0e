"""The three streams of Sahha data, each a table in PostgreSQL and a partition per profile, pulled by one step."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.backfill_policy import BackfillPolicy
from hos_pipelines.adapters.catalogue import code_reference, table_metadata
from hos_pipelines.adapters.marking import NOBODY_FAILS
from hos_pipelines.adapters.refresh_runs import PullConfig, refresh_in_step, scope_of_run
from hos_pipelines.adapters.step_events import result_marked_by_step
from hos_pipelines.defs.ingestion.planning import refresh_ticks
from hos_pipelines.defs.ingestion.source import sahha
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.sync import Stream
from hos_pipelines.stages.refresh.run import Refresh

USERS_PER_RUN = 1000

NOBODY_FAILS_TEXT = """The last pull of every active profile brought an answer; who fails is named, with the reason.

A tick's batch has no partitions that it could show as failed. Written by every refresh, from sync_state."""

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
            io_manager_key="upsert",
            code_version="2",
            is_required=False,
            metadata={**table_metadata(stream.value), **code_reference(__file__)},
            tags={"layer": "readings", "source": "sahha"},
        )
        for stream, description in DESCRIPTIONS.items()
    },
    deps=[sahha, refresh_ticks],
    partitions_def=profiles_partitions,
    backfill_policy=BackfillPolicy(USERS_PER_RUN),
    can_subset=True,
    check_specs=[
        dg.AssetCheckSpec(NOBODY_FAILS, asset=stream.value, description=NOBODY_FAILS_TEXT) for stream in Stream
    ],
    pool="sahha",
)
def sahha_streams(
    context: dg.AssetExecutionContext, config: PullConfig, refresh: dg.ResourceParam[Refresh]
) -> Iterator[dg.MaterializeResult[None]]:
    """Pulls the streams of many profiles at once; each chunk of profiles is committed and marked while the next is
    fetched.
    """
    scope = scope_of_run(context, config, refresh)
    refresh_in_step(context, refresh, scope, output=scope.streams[0].value)
    if scope.is_partitioned:
        yield from (result_marked_by_step(stream.value) for stream in scope.streams)
