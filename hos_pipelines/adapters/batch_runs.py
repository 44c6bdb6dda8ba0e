"""Runs of a tick's batches: what each is asked for with, and how the run that plans a tick puts them into the queue.

A planning run that a server has started does so, so that no batch waits for the sensor's next look. All else the sensor
does.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import dagster as dg

from hos_pipelines.adapters.instance.run_queue import can_enqueue, enqueue
from hos_pipelines.adapters.lost_runs import ONCE, REFRESHING

TICK_TAG = "hos/tick"
SENSOR = "refresh_batches_sensor"


def batch_run_config(batch_id: str) -> dict[str, Any]:
    """The configuration of a run that refreshes a planned batch."""
    _, op, name = REFRESHING
    return {"ops": {op: {"config": {"profile_ids": [], name: batch_id}}}}


def batch_run_tags(batch_id: str) -> dict[str, str]:
    """The tick it belongs to; and that Dagster does not repeat it, since the sensor does."""
    return {TICK_TAG: batch_id.rpartition(":")[0], **ONCE}


def start_batches(context: dg.OpExecutionContext, batch_ids: Sequence[str]) -> None:
    """Puts a run for each batch into the queue, where this run has come from there itself.

    Each is named after its batch as the sensor names its own, so that Dagster would refuse it a second one.
    """
    if not can_enqueue(context.instance, context.run):
        return
    job = context.repository_def.get_job(REFRESHING[0])
    put = partial(enqueue, context.instance, context.run, job)
    for batch_id in batch_ids:
        named = {"dagster/run_key": batch_id, "dagster/sensor_name": SENSOR}
        put(batch_run_config(batch_id), {**batch_run_tags(batch_id), **named})
