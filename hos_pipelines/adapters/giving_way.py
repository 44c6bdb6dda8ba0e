"""Runs that nobody waits for give way, on a machine that they share, to those that answer requests."""

import multiprocessing
import os
from functools import cache

from hos_pipelines.adapters.instance.run_queue import can_enqueue
from hos_pipelines.adapters.step_events import StepContext

NICER = 10


def give_way(context: StepContext) -> None:
    """From here on this process is scheduled after others; only where it is that of one run, which ends with it."""
    if can_enqueue(context.instance, context.run) and multiprocessing.parent_process() is not None:
        _be_nice()


@cache
def _be_nice() -> int:
    return os.nice(NICER)
