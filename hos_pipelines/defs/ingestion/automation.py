"""When things run: the half-hourly tick and the sensor that starts its batches.

The sensors read our own database only and are on from the start. The schedule calls Sahha: somebody turns it on.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg
from psycopg import Connection

from hos_pipelines.adapters.batch_runs import TICK_TAG, batch_run_config, batch_run_tags
from hos_pipelines.adapters.lost_runs import (
    ONCE,
    REFRESHING,
    WorkState,
    lost_tick,
    release_lost_batches,
    report_lost_starts,
    runs_by_work,
    work_state,
)
from hos_pipelines.adapters.unfinished_runs import unfinished_runs
from hos_pipelines.defs.ingestion.assets import sahha_streams
from hos_pipelines.defs.ingestion.checks import table_checks
from hos_pipelines.defs.ingestion.planning import plan_refresh, plan_tick
from hos_pipelines.environment import now, real_now
from hos_pipelines.postgres.planner import count_leased, open_batches, read_tick, release_batch, starting_batches
from hos_pipelines.stages.database import Database

refresh_profiles = dg.define_asset_job(
    "refresh_profiles",
    selection=dg.AssetSelection.assets(*sahha_streams.keys) - dg.AssetSelection.checks(table_checks),
    description="Pulls the streams of one profile, a range of them, a planned batch, or the profiles configured.",
)


@dg.schedule(
    job=plan_refresh,
    cron_schedule="*/30 * * * *",
    execution_timezone="UTC",
    description="Every half hour, whoever is due: changed, active or never synced users, and everyone once a day.",
)
def refresh_active_users(
    context: dg.ScheduleEvaluationContext, database: dg.ResourceParam[Database]
) -> dg.RunRequest | dg.SkipReason:
    """Requests the plan of a tick; never while an earlier tick is being planned or still holds profiles."""
    if unfinished_runs(context.instance, plan_refresh.name, real_now()):
        return dg.SkipReason("An earlier tick is still being planned.")
    with database.session() as connection:
        release_lost_batches(context.instance, connection, now(), real_now())
        leased = count_leased(connection, now())
    if leased:
        return dg.SkipReason(f"{leased} profiles of an earlier tick are not done.")
    tick = context.scheduled_execution_time.strftime("%Y-%m-%dT%H:%MZ")
    return dg.RunRequest(run_key=tick, run_config=tick_run_config(tick), tags={TICK_TAG: tick, **ONCE})


@dg.sensor(
    job_name=plan_refresh.name,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Plans a tick again that somebody had asked for and whose runs all died, at most twice. Also ends runs whose "
        "code server died before they began."
    ),
)
def lost_ticks_sensor(
    context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]
) -> dg.RunRequest | dg.SkipReason:
    """Requests the plan of the newest tick where it was lost; planning is idempotent per tick."""
    ended = report_lost_starts(context.instance)
    lost = lost_tick(context.instance, real_now())
    if lost is not None:
        tick, runs = lost
        with database.session() as connection:
            is_planned = read_tick(connection, tick) is not None
        if not is_planned:
            config, tags = tick_run_config(tick), {TICK_TAG: tick, **ONCE}
            return dg.RunRequest(run_key=f"{tick}#{runs + 1}", run_config=config, tags=tags)
    return dg.SkipReason(f"No tick is lost; {ended} runs were lost before they began.")


@dg.sensor(
    job=refresh_profiles,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Starts a run for each batch that the plan of its tick has started none for; another where it died, at most "
        "twice, so that the batch is done with what is left of it. Then, or where a person canceled it, its profiles "
        "are given back."
    ),
)
def refresh_batches_sensor(
    context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Requests a run per waiting or lost batch. The run key is the batch and the try, so that none is started twice."""
    with database.session() as connection, starting_batches(connection, is_patient=False) as is_alone:
        requests = _requests_of_batches(context.instance, connection) if is_alone else []
    yield from requests
    if not requests:
        yield dg.SkipReason("No batch is waiting." if is_alone else "A tick is starting its batches.")


def _requests_of_batches(instance: dg.DagsterInstance, connection: Connection[Any]) -> list[dg.RunRequest]:
    batches = open_batches(connection, now())
    runs = runs_by_work(instance, REFRESHING, real_now()) if batches else {}
    requests = []
    for batch in batches:
        its = runs.get(batch.batch_id, ())
        state = work_state(its, real_now(), is_begun=batch.is_begun)
        if state is WorkState.GIVEN_UP:
            release_batch(connection, batch.batch_id, now())
        elif state in (WorkState.WAITING, WorkState.LOST):
            key = batch.batch_id if state is WorkState.WAITING else f"{batch.batch_id}#{len(its) + 1}"
            config, tags = batch_run_config(batch.batch_id), batch_run_tags(batch.batch_id)
            requests.append(dg.RunRequest(run_key=key, run_config=config, tags=tags))
    return requests


def tick_run_config(tick: str) -> dict[str, Any]:
    """The configuration of a run that plans a tick."""
    return {"ops": {plan_tick.name: {"config": {"tick": tick}}}}


def refresh_run_config(
    batch_id: str | None = None, profile_ids: Sequence[str] = (), days: int | None = None, *, gaps_only: bool = False
) -> dict[str, Any]:
    """The configuration of a refresh: of a planned batch, of profiles, or, with neither, of the run's partitions.

    With `gaps_only`, of nothing but what the ledger misses of them.
    """
    config: dict[str, Any] = {"profile_ids": list(profile_ids)}
    if batch_id is not None:
        config["batch_id"] = batch_id
    if days is not None:
        config["days"] = days
    if gaps_only:
        config["gaps_only"] = True
    return {"ops": {sahha_streams.op.name: {"config": config}}}
