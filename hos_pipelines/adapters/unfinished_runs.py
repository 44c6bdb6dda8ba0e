"""Whether runs of a job are still under way, so that one mechanism does not start what another has begun."""

from datetime import datetime, timedelta

import dagster as dg

LONGEST_RUN = timedelta(hours=2)  # as run_monitoring.max_runtime_seconds in dagster.yaml
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def unfinished_runs(instance: dg.DagsterInstance, job_name: str, now: datetime) -> int:
    """How many runs are queued or running; one that was killed without a word stops counting after a while.

    `now` by Dagster's own clock, which is the real one.
    """
    since = now - LONGEST_RUN
    return instance.get_runs_count(dg.RunsFilter(job_name=job_name, statuses=UNFINISHED, created_after=since))
