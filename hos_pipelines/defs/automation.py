"""When things run: the enrolment sensor, the refresh job and its half-hourly schedule.

The sensor reads our own database only and is on from the start. The schedule calls Sahha: somebody turns it on.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from hos_pipelines.adapters.database import Database
from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.defs.environment import now, read_settings
from hos_pipelines.defs.ingestion.assets import biomarkers, sahha_archetypes, scores
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.profile_store import due_profile_ids, enrolled_profile_ids

TICK_TAG = "hos/tick"
LONGEST_RUN = timedelta(hours=2)  # as run_monitoring.max_runtime_seconds in dagster.yaml
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]

refresh_profiles = dg.define_asset_job(
    "refresh_profiles",
    selection=[biomarkers, scores, sahha_archetypes],
    description="Pulls all streams for one profile, a range of them, or the batch named in the configuration.",
    executor_def=dg.in_process_executor,
)


@dg.sensor(
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Keeps the partitions equal to the enrolled profiles. A failed read changes nothing.",
)
def enrolment_sensor(context: dg.SensorEvaluationContext, database: dg.ResourceParam[Database]) -> dg.SkipReason:
    """Adds partitions of new profiles, deletes those of retired and erased ones."""
    with database.session() as connection:
        enrolled = enrolled_profile_ids(connection)
    busy = _unfinished_runs(context.instance)
    changes = align_partitions(context.instance, enrolled, may_delete=not busy)
    waiting = " Deletions wait for running work." if busy else ""
    return dg.SkipReason(f"{len(changes.add)} added, {len(changes.delete)} deleted, {len(enrolled)} enrolled.{waiting}")


@dg.schedule(
    job=refresh_profiles,
    cron_schedule="*/30 * * * *",
    execution_timezone="UTC",
    description="Every half hour, whoever is due: active or never synced users, and everyone once a day.",
)
def refresh_active_users(
    context: dg.ScheduleEvaluationContext, database: dg.ResourceParam[Database]
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Requests one run per batch of due profiles, stalest first; never while an earlier tick still runs."""
    if running := _unfinished_runs(context.instance):
        yield dg.SkipReason(f"{running} refresh runs of an earlier tick are not finished.")
        return
    with database.session() as connection:
        due = due_profile_ids(connection, now())
    if not due:
        yield dg.SkipReason("Nobody is due.")
        return
    tick = context.scheduled_execution_time.strftime("%Y-%m-%dT%H:%MZ")
    size = read_settings().hos_batch_size
    for number, start in enumerate(range(0, len(due), size)):
        yield dg.RunRequest(
            run_key=f"{tick}:{number}",
            run_config=batch_run_config(due[start : start + size]),
            tags={TICK_TAG: tick},
        )


def batch_run_config(profile_ids: list[str], days: int | None = None) -> dict[str, Any]:
    """The configuration of a refresh over a batch of profiles, the same for every stream."""
    config = {"profile_ids": profile_ids} if days is None else {"profile_ids": profile_ids, "days": days}
    return {"ops": {stream.value: {"config": config} for stream in Stream}}


def _unfinished_runs(instance: dg.DagsterInstance) -> int:
    """How many refreshes are queued or running; one that was killed without a word stops counting after a while."""
    since = datetime.now(UTC) - LONGEST_RUN
    recent = dg.RunsFilter(job_name=refresh_profiles.name, statuses=UNFINISHED, created_after=since)
    return instance.get_runs_count(recent)
