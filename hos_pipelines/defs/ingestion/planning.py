"""Ticks: who changed, who is due, in which batches. An asset that only the job `plan_refresh` makes.

It calls Sahha and leases people, which "Materialize all" must not do while nobody has turned the schedule on.
"""

from datetime import timedelta
from functools import partial

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.batch_runs import start_batches
from hos_pipelines.adapters.catalogue import code_reference, table_metadata
from hos_pipelines.adapters.instance.run_queue import slots_of_pool
from hos_pipelines.adapters.lost_runs import release_lost_batches
from hos_pipelines.adapters.marking import mark_for_dead_runs, report_failing
from hos_pipelines.adapters.partition_states import failed_partitions
from hos_pipelines.adapters.sentences import as_a_sentence
from hos_pipelines.defs.ingestion.source import sahha
from hos_pipelines.domain.sync import Stream
from hos_pipelines.environment import now, read_settings, real_now
from hos_pipelines.postgres.connection import explain_failures
from hos_pipelines.postgres.planner import PlannedTick
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh.plan_tick import RefreshPlanner

TICK_EVERY = timedelta(minutes=30)

refresh_ticks = dg.AssetSpec(
    "refresh_ticks",
    deps=[sahha],
    description="""The half-hourly refreshes: one row a tick.

The profile search tells whose data changed, so that nobody idle costs a request; whoever is due is leased and cut into
batches, each of which becomes a run. A tick that may not ask Sahha, or finds it down, plans nobody and says
`database_fallback`. Batches of earlier ticks whose runs have died give their profiles back first, and what killed runs
left unmarked is marked. Made by the job `plan_refresh` alone, which the schedule `refresh_active_users` starts.""",
    group_name="ingestion",
    kinds={"python", "postgres"},
    code_version="1",
    metadata={**table_metadata("refresh_ticks"), **code_reference(__file__)},
    tags={"layer": "planning"},
    freshness_policy=dg.FreshnessPolicy.time_window(
        fail_window=4 * TICK_EVERY, warn_window=TICK_EVERY + timedelta(minutes=15)
    ),
)


class TickConfig(dg.Config):
    """Which tick to plan; a tick is planned once."""

    tick: str | None = Field(default=None, description="The name of the tick. Empty: named after the run.")


@dg.op(
    name="refresh_ticks",
    out=dg.Out(dg.Nothing),
    pool="housekeeping",
    description="Makes up for killed runs, asks Sahha who changed, leases whoever is due, cuts batches, starts them.",
)
def plan_tick(
    context: dg.OpExecutionContext,
    config: TickConfig,
    database: dg.ResourceParam[Database],
    planner: dg.ResourceParam[RefreshPlanner],
) -> None:
    """Plans a tick, has its batches begin, and tells Dagster of it."""
    with as_a_sentence():
        with explain_failures(), database.session() as connection:
            released = release_lost_batches(context.instance, connection, now(), real_now())
            made_up = mark_for_dead_runs(context, connection)
        if released:
            context.log.warning("%d batches of earlier ticks had lost their runs; their profiles are free.", released)
        if made_up:
            context.log.info("%d marks of runs that were killed before they could make them.", made_up)
        missed = [(stream, key) for stream in Stream for key in failed_partitions(context.instance, stream)]
        name, slots = config.tick or f"by hand, run {context.run_id}", slots_of_pool(context.instance, "sahha")
        tick = planner.plan(name, missed, context.log.warning, slots, partial(start_batches, context))
        with database.session() as connection:
            report_failing(context, connection, list(Stream), read_settings().sync.tolerance)
    context.log_event(dg.AssetMaterialization(refresh_ticks.key, metadata=_metadata(tick)))


@dg.job(
    description="Plans a tick: asks Sahha who changed, leases whoever is due and cuts batches.",
)
def plan_refresh() -> None:
    """One step."""
    plan_tick()


def _metadata(tick: PlannedTick) -> dict[str, int | str | bool]:
    return {
        "tick": tick.tick,
        "data_source": tick.data_source,
        "source_reason": tick.source_reason or "",
        "search_complete": tick.search_complete,
        "search_requests": tick.search_requests,
        "listings_skipped": tick.listings_skipped,
        "profiles_active": tick.profiles_active,
        "profiles_changed": tick.profiles_changed,
        "profiles_due": tick.profiles_due,
        "batches": tick.batches,
        "requests_planned": tick.requests_planned,
        "requests_saved": tick.requests_saved,
    }
