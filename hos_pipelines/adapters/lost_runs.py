"""Runs that died: whether one still does a batch or plans a tick, or all that were to do it are known to be over.

`at` is the present by Dagster's own clock, which is the real one; `now` is the deployment's.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

import dagster as dg
from psycopg import Connection

from hos_pipelines.adapters.instance.launcher import is_start_lost
from hos_pipelines.postgres.planner import open_batches, release_batch

PLANNING, REFRESHING = ("plan_refresh", "refresh_ticks", "tick"), ("refresh_profiles", "sahha_streams", "batch_id")
LOOKED_BACK = timedelta(hours=2)
RETRIED_WITHIN_S = 120
MOST_RUNS = 3
ONCE = {"dagster/max_retries": "0"}  # on what the sensors start, and start again: one mechanism for each

# Ends that say nothing of the work itself; what was begun is begun again.
OF_THE_SURROUNDINGS = {"DatabaseUnavailableError", "DagsterExecutionInterruptedError"}

WorkRuns = Mapping[str, Sequence[dg.RunRecord]]


class WorkState(Enum):
    """What is known of a piece of work by its runs."""

    WAITING = auto()
    UNDER_WAY = auto()
    LOST = auto()
    GIVEN_UP = auto()


def runs_by_work(instance: dg.DagsterInstance, kind: tuple[str, str, str], at: datetime) -> WorkRuns:
    """The runs of the last hours by the batch or tick that they were configured for, oldest first."""
    job, op, name = kind
    since = at - LOOKED_BACK
    found: defaultdict[str, list[dg.RunRecord]] = defaultdict(list)
    for record in instance.get_run_records(dg.RunsFilter(job_name=job, created_after=since), ascending=True):
        config: Any = record.dagster_run.run_config.get("ops", {})
        work = config.get(op, {}).get("config", {}).get(name)
        if work is not None:
            found[work].append(record)
    return found


def work_state(runs: Sequence[dg.RunRecord], at: datetime, *, is_begun: bool = False) -> WorkState:
    """Whether one of the runs of a piece of work still does it.

    A run that only seems to be under way is Dagster's run monitoring to find out. Work that a person has canceled, or
    that was lost too often, is given up.
    """
    if not runs:
        return WorkState.LOST if is_begun else WorkState.WAITING
    if any(not one.dagster_run.is_finished or _is_to_be_retried(one, at) for one in runs):
        return WorkState.UNDER_WAY
    is_canceled = runs[-1].dagster_run.status is dg.DagsterRunStatus.CANCELED
    return WorkState.GIVEN_UP if is_canceled or len(runs) >= MOST_RUNS else WorkState.LOST


def release_lost_batches(instance: dg.DagsterInstance, connection: Connection[Any], now: datetime, at: datetime) -> int:
    """Gives back the leases of batches whose runs are all over, so that a tick that is being planned takes them."""
    batches = open_batches(connection, now)
    runs = runs_by_work(instance, REFRESHING, at) if batches else {}
    lost = [
        one.batch_id
        for one in batches
        if work_state(runs.get(one.batch_id, ()), at, is_begun=one.is_begun) in (WorkState.LOST, WorkState.GIVEN_UP)
    ]
    for batch_id in lost:
        release_batch(connection, batch_id, now)
    return len(lost)


def lost_tick(instance: dg.DagsterInstance, at: datetime) -> tuple[str, int] | None:
    """The newest tick that was to be planned, where all its runs were lost, and how many those were.

    Whether it was planned all the same its row tells. What failed for a reason of its own, such as a refused login,
    fails again: the next tick is early enough.
    """
    runs = runs_by_work(instance, PLANNING, at)
    if not runs:
        return None
    tick, its = max(runs.items(), key=lambda item: item[1][-1].create_timestamp)
    if work_state(its, at) is not WorkState.LOST or _failed_by_itself(instance, its[-1].dagster_run.run_id):
        return None
    return tick, len(its)


def report_lost_starts(instance: dg.DagsterInstance) -> int:
    """Marks runs as failed whose code server died before they began, which Dagster would give minutes to start."""
    starting = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTING])
    lost = [run for run in instance.get_runs(starting) if is_start_lost(instance, run)]
    for run in lost:
        instance.report_run_failed(run, "The code server that was to start this run is gone.")
    return len(lost)


def _is_to_be_retried(record: dg.RunRecord, at: datetime) -> bool:
    """Whether Dagster itself is about to repeat it."""
    tags, ended = record.dagster_run.tags, record.end_time
    if tags.get("dagster/will_retry") != "true" or "dagster/auto_retry_run_id" in tags or ended is None:
        return False
    return at.timestamp() - ended < RETRIED_WITHIN_S


def _failed_by_itself(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether a step of the run failed, and not because of its surroundings."""
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        error = entry.get_dagster_event().step_failure_data.error
        while error is not None:
            if error.cls_name in OF_THE_SURROUNDINGS:
                return False
            error = error.cause
        return True
    return False
