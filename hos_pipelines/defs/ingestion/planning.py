"""The asset a tick materialises first: who changed, who is due, in which batches."""

import dagster as dg

from hos_pipelines.adapters.database import Database
from hos_pipelines.adapters.refresh_planner import RefreshPlanner
from hos_pipelines.defs.lost_runs import release_lost_batches
from hos_pipelines.environment import now
from hos_pipelines.postgres.connection import explained_failures
from hos_pipelines.postgres.planner import Tick


class TickConfig(dg.Config):
    """Which tick to plan; a tick is planned once."""

    tick: str | None = None


@dg.asset(group_name="ingestion", kinds={"python", "postgres"}, owners=["team:data-engineering"], code_version="1")
def refresh_ticks(
    context: dg.AssetExecutionContext,
    config: TickConfig,
    planner: dg.ResourceParam[RefreshPlanner],
    database: dg.ResourceParam[Database],
) -> dg.MaterializeResult[None]:
    """The half-hourly refreshes: one row a tick.

    The profile search tells whose data changed, so that nobody idle costs a request; whoever is due is leased and cut
    into batches, which a sensor turns into runs. A tick that may not ask Sahha, or finds it down, plans nobody and says
    `database_fallback`. Batches of earlier ticks whose runs have died give their profiles back first.
    """
    with explained_failures(), database.session() as connection:
        released = release_lost_batches(context.instance, connection, now())
    if released:
        context.log.warning("%d batches of earlier ticks had lost their runs; their profiles are free again.", released)
    tick = planner.plan(config.tick or f"by hand, run {context.run_id}")
    return dg.MaterializeResult(metadata=_metadata(tick))


def _metadata(tick: Tick) -> dict[str, int | str | bool]:
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
