"""Runs that answer requests: what each is asked for with, and which batches need one.

`at` is the present by Dagster's own clock, which is the real one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import dagster as dg

from hos_pipelines.adapters.lost_runs import ONCE, WorkState, runs_by_work, work_state
from hos_pipelines.postgres.request_claims import RequestBatch
from hos_pipelines.stages.requests.request_runner import RequestRunner

JOB, OP = "answer_requests", "answer_batch"
ANSWERING = (JOB, OP, "batch_id")
FIRST = {"dagster/priority": "10"}


def answer_run_request(batch: RequestBatch) -> dg.RunRequest:
    """The run of a batch. Its key is the batch and the attempt: Dagster remembers keys for ever, and drops a second."""
    config: dict[str, Any] = {"ops": {OP: {"config": {"batch_id": batch.batch_id, "attempt": batch.attempt}}}}
    return dg.RunRequest(run_key=f"{batch.batch_id}:{batch.attempt}", run_config=config, tags={**FIRST, **ONCE})


def look_after_batches(instance: dg.DagsterInstance, runner: RequestRunner, at: datetime) -> None:
    """Holds the batches whose run waits or has not begun; gives back, or starts again, those whose run has died."""
    batches = runner.open_batches()
    runs = runs_by_work(instance, ANSWERING, at) if batches else {}
    for batch in batches:
        state = work_state(runs.get(batch.batch_id, ()), at)
        if state is WorkState.UNDER_WAY and not batch.is_begun:
            runner.keep(batch)
        elif state is WorkState.GIVEN_UP or (state is WorkState.LOST and batch.is_begun):
            runner.release(batch)
        elif state is WorkState.LOST:
            runner.start_again(batch)


def batches_to_run(runner: RequestRunner) -> Sequence[RequestBatch]:
    """The batches that no run has begun: those just made, and those whose run was never asked for."""
    return [batch for batch in runner.open_batches() if not batch.is_begun]
