"""Runs that answer requests: what each is asked for with, and which batches need one.

`at` is the present by Dagster's own clock, which is the real one.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dagster as dg

from hos_pipelines.adapters.lost_runs import MOST_RUNS, ONCE, WorkState, work_state
from hos_pipelines.postgres.request_claims import RequestBatch
from hos_pipelines.stages.requests.request_runner import RequestRunner

JOB, OP = "answer_requests", "answer_batch"
RUN_KEY = "dagster/run_key"
FIRST = {"dagster/priority": "10"}


def answer_run_request(batch: RequestBatch) -> dg.RunRequest:
    """The run of a batch. Its key is the batch and the attempt: Dagster remembers keys for ever, and drops a second."""
    config: dict[str, Any] = {"ops": {OP: {"config": {"batch_id": batch.batch_id, "attempt": batch.attempt}}}}
    return dg.RunRequest(run_key=_key(batch), run_config=config, tags={**FIRST, **ONCE})


def look_after_batches(instance: dg.DagsterInstance, runner: RequestRunner, at: datetime) -> None:
    """Holds the batches whose run waits or has not begun; gives back, or starts again, those whose run has died."""
    batches = runner.open_batches()
    runs = _runs_of(instance, batches) if batches else {}
    for batch in batches:
        state = work_state(runs.get(_key(batch), ()), at)
        if state is WorkState.UNDER_WAY and not batch.is_begun:
            runner.keep(batch)
        elif state is WorkState.LOST and not batch.is_begun and batch.attempt < MOST_RUNS:
            runner.start_again(batch)
        elif state in (WorkState.LOST, WorkState.GIVEN_UP):
            runner.release(batch)


def _key(batch: RequestBatch) -> str:
    return f"{batch.batch_id}:{batch.attempt}"


def _runs_of(instance: dg.DagsterInstance, batches: Sequence[RequestBatch]) -> dict[str, list[dg.RunRecord]]:
    """The runs of these batches by their keys, oldest first: those of all others are not read."""
    found: defaultdict[str, list[dg.RunRecord]] = defaultdict(list)
    wanted = dg.RunsFilter(job_name=JOB, tags={RUN_KEY: [_key(batch) for batch in batches]})
    for record in instance.get_run_records(wanted, ascending=True):
        found[record.dagster_run.tags[RUN_KEY]].append(record)
    return found


def batches_to_run(runner: RequestRunner) -> Sequence[RequestBatch]:
    """The batches that no run has begun: those just made, and those whose run was never asked for."""
    return [batch for batch in runner.open_batches() if not batch.is_begun]
