"""Dagster's queue of runs: how many of a pool run at a time, and putting runs into it from within a run.

Dagster lets sensors, schedules and its UI do the latter, so this stands on its private parts, as `storage` does and for
the versions that it names.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.events import DagsterEvent  # noqa: TID251  this file is where private parts are held
from dagster._core.origin import JobPythonOrigin  # noqa: TID251
from dagster._core.remote_origin import RemoteJobOrigin  # noqa: TID251
from dagster._core.run_coordinator import QueuedRunCoordinator  # noqa: TID251

from hos_pipelines.adapters.instance.run_origin import PROCESS_TAG


def slots_of_pool(instance: dg.DagsterInstance, pool: str) -> int:
    """How many runs may hold a place in a pool at a time, which is at least one.

    A pool that Dagster does not know yet it is told of: its queue would let all runs of the first such go at once.
    """
    settings, storage = instance.get_concurrency_config(), instance.event_log_storage
    limits = {one.name: one.limit for one in storage.get_pool_limits()}
    if pool not in limits:
        storage.initialize_concurrency_limit_to_default(pool)
    queue = settings.run_queue_config
    bounds = [
        limits.get(pool, settings.pool_config.default_pool_limit),
        None if queue is None or queue.max_concurrent_runs < 0 else queue.max_concurrent_runs,
    ]
    return max(1, min((bound for bound in bounds if bound is not None), default=1))


def can_enqueue(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether there is a queue, and this run is from a code server whose address a run beside it can be given."""
    is_of_server = run.remote_job_origin is not None and run.job_code_origin is not None
    return is_of_server and PROCESS_TAG not in run.tags and isinstance(instance.run_coordinator, QueuedRunCoordinator)


def enqueue(
    instance: dg.DagsterInstance,
    beside: dg.DagsterRun,
    job: dg.JobDefinition,
    run_config: Mapping[str, Any],
    tags: Mapping[str, str],
) -> None:
    """Puts a run of a job into the queue, to be run where the run `beside` it is.

    Raises:
        ValueError: that run is from no code server.
    """
    if beside.remote_job_origin is None or beside.job_code_origin is None:
        raise ValueError(f"run {beside.run_id}: is from no code server, so none is known to run {job.name}.")
    run = instance.create_run_for_job(
        job,
        run_config=run_config,
        tags={**job.run_tags, **tags},
        status=dg.DagsterRunStatus.NOT_STARTED,
        remote_job_origin=RemoteJobOrigin(beside.remote_job_origin.repository_origin, job.name),
        job_code_origin=JobPythonOrigin(job.name, beside.job_code_origin.repository_origin),
    )
    instance.report_dagster_event(DagsterEvent.job_enqueue(run), run_id=run.run_id)
