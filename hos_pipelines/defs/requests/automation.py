"""Requests of apps: a sensor claims what lies in `analysis_requests`, a run answers a batch of it.

The runs are of a pool of their own, and go before others in the queue, so that no nightly work holds them up.
"""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.request_runs import JOB, OP, answer_run_request, batches_to_run, look_after_batches
from hos_pipelines.adapters.request_steps import OUTPUT, AnswerConfig, answer_in_step
from hos_pipelines.environment import real_now
from hos_pipelines.stages.refresh.run import Refresh
from hos_pipelines.stages.requests.request_runner import RequestRunner


@dg.op(
    name=OP,
    pool="requests",
    out={OUTPUT: dg.Out(io_manager_key="upsert", is_required=False)},
    description=(
        "Takes up each request of a batch or refuses it with a reason, runs the stages that are asked for, for all at "
        "once, and ends each request with what its last stage stores."
    ),
)
def answer_batch(
    context: dg.OpExecutionContext,
    config: AnswerConfig,
    request_runner: dg.ResourceParam[RequestRunner],
    refresh: dg.ResourceParam[Refresh],
) -> Iterator[dg.Output[None]]:
    """Commits stage by stage and chunk by chunk, each with what became of its requests, and marks the partitions."""
    answer_in_step(context, config, request_runner, refresh)
    yield from ()  # rows of pulls have been handed over by then


@dg.job(
    name=JOB,
    description="Answers a batch of the requests that apps file in analysis_requests. Started by requests_sensor.",
)
def answer_requests() -> None:
    """One step."""
    answer_batch()


@dg.sensor(
    job_name=JOB,
    minimum_interval_seconds=5,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=(
        "Claims the requests that wait in analysis_requests, the most urgent and then the oldest first, and starts a "
        "run for each batch of them. A batch whose run was never started is started now; what a run died with is "
        "requested anew, at most three times."
    ),
)
def requests_sensor(
    context: dg.SensorEvaluationContext, request_runner: dg.ResourceParam[RequestRunner]
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Requests a run per batch. The run key is the batch and the attempt, so that none is started twice."""
    look_after_batches(context.instance, request_runner, real_now())
    request_runner.claim()
    batches = batches_to_run(request_runner)
    yield from (answer_run_request(batch) for batch in batches)
    if not batches:
        yield dg.SkipReason("No request waits.")
