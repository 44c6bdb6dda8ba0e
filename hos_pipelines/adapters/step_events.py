"""Events of a running step, written in bulk: marks of many partitions, checks, and attempts that are about to fail;
and its outputs, handed to their IO manager in chunks.

Stands on Dagster's private parts, as `instance` does and for the versions it names.
"""

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from uuid import uuid4

import dagster as dg
from dagster._core.definitions.source_asset import (  # noqa: TID251
    SYSTEM_METADATA_KEY_SOURCE_ASSET_OBSERVATION as MARKED_BY_THE_STEP,
)
from dagster._core.events import (  # noqa: TID251  this file is where private parts are held
    AssetMaterializationPlannedData,
    DagsterEvent,
    DagsterEventBatchMetadata,
    DagsterEventType,
    JobFailureData,
    StepMaterializationData,
)
from dagster._core.events.log import EventLogEntry  # noqa: TID251
from dagster._core.execution.context.system import StepExecutionContext  # noqa: TID251
from dagster._core.execution.plan.objects import StepFailureData  # noqa: TID251
from dagster._core.execution.plan.outputs import StepOutputHandle  # noqa: TID251
from dagster_shared.error import SerializableErrorInfo

FORESEEN = {
    "SettingsError",
    "DatabaseError",
    "DatabaseUnavailableError",
    "SchemaMismatchError",
    "EmbeddedServerError",
    "MisconfiguredError",
    "TransientError",
    "PermanentError",
}

StepContext = dg.AssetExecutionContext | dg.OpExecutionContext


def report_materializations(
    context: StepContext,
    materializations: Iterable[dg.AssetMaterialization],
) -> None:
    """Records materialisations of many partitions as events of the running step, a thousand in one insert.

    For each the run's log, the partition's status and its latest metadata are what `context.log_event` gives, at a
    thirtieth of the cost; only the console stays silent. Written when this returns, so a failure that follows keeps
    them. On an instance without batches (an ephemeral one) they are written one by one.
    """
    step, returned = _step_of(context)
    by_asset = sorted(materializations, key=lambda one: one.asset_key.to_string())
    for _, same_asset in groupby(by_asset, key=lambda one: one.asset_key):
        events = [_materialization_event(step, materialization) for materialization in same_asset]
        _write(step, events)
        returned.extend(events)


def result_marked_by_step(asset: str, checks: Sequence[dg.AssetCheckResult] = ()) -> dg.MaterializeResult[None]:
    """The result of an asset whose partitions the step has marked itself, with its checks: steps that need it run.

    Dagster would mark every partition of the run again, all at its end, and those too that came to nothing.
    """
    return dg.MaterializeResult(asset_key=asset, metadata={MARKED_BY_THE_STEP: True}, check_results=checks)


def chunk_writer(context: StepContext, output: str) -> Callable[[object], None]:
    """Hands a value to the IO manager of one of the step's outputs, as Dagster does with what a step yields.

    A step yields an output once, when all of it is there; rows are written in chunks while others are fetched.
    """
    step, _ = _step_of(context)
    handle = StepOutputHandle(step.step.key, output)
    io_manager, output_context = step.get_io_manager(handle), step.get_output_context(handle, {})
    return lambda chunk: io_manager.handle_output(output_context, chunk)


def report_attempts(context: StepContext, asset: str, partitions: Iterable[str]) -> None:
    """Records that the running step tried to materialise these partitions, so that they fail with its run.

    Dagster itself plans partitions for a run that has partition tags, when the run is made.
    """
    step, _ = _step_of(context)
    key = dg.AssetKey(asset)
    _write(
        step,
        [
            DagsterEvent.build_asset_materialization_planned_event(
                step.job_name, step.step.key, AssetMaterializationPlannedData(key, partition=partition)
            )
            for partition in partitions
        ],
    )


def report_check_evaluations(
    context: StepContext,
    evaluations: Iterable[dg.AssetCheckEvaluation],
) -> None:
    """Records what checks came to as events of the running step, whatever becomes of the step afterwards.

    A step that is about to fail is never asked for the results of its checks, and an op has none to give.
    """
    step, _ = _step_of(context)
    for evaluation in evaluations:
        DagsterEvent.asset_check_evaluation(step, evaluation)  # written as it is made


def _step_of(
    context: StepContext,
) -> tuple[StepExecutionContext, list[DagsterEvent]]:
    """The running step, and the list from which it takes the events that its result names."""
    op = context.op_execution_context if isinstance(context, dg.AssetExecutionContext) else context
    return op.get_step_execution_context(), op._events  # noqa: SLF001


def _materialization_event(step: StepExecutionContext, materialization: dg.AssetMaterialization) -> DagsterEvent:
    """Field by field what a step's own event has; Dagster's constructor would also print a line for each."""
    return DagsterEvent(
        event_type_value=DagsterEventType.ASSET_MATERIALIZATION.value,
        job_name=step.job_name,
        step_handle=step.step.handle,
        node_handle=step.step.node_handle,
        step_kind_value=step.step.kind.value,
        logging_tags=step.event_tags,
        event_specific_data=StepMaterializationData(materialization),
        message=materialization.description or f"Materialized value {materialization.label}.",
        pid=os.getpid(),
    )


def _write(step: StepExecutionContext, events: list[DagsterEvent]) -> None:
    batch = uuid4().hex
    for number, event in enumerate(events, start=1):
        step.instance.report_dagster_event(
            event,
            step.run_id,
            logging.DEBUG,
            batch_metadata=DagsterEventBatchMetadata(batch, is_end=number == len(events)),
        )


def without_stack(entry: EventLogEntry) -> EventLogEntry:
    """The failure of a step that gave up with a sentence, and that of its run: the sentence alone, no frames.

    A sentence is what a step raised a Failure with, and what an error says that names a setting, the database or Sahha.
    What nobody foresaw keeps its stack; it is what a developer needs.
    """
    event = entry.dagster_event
    if event is None:
        return entry
    data = event.event_specific_data
    if isinstance(data, StepFailureData):
        return entry._replace(dagster_event=_as_sentence(event, data))
    if isinstance(data, JobFailureData) and data.first_step_failure_event is not None:
        first = data.first_step_failure_event
        if isinstance(first.event_specific_data, StepFailureData):
            first = _as_sentence(first, first.event_specific_data)
            return entry._replace(
                dagster_event=event._replace(event_specific_data=data._replace(first_step_failure_event=first))
            )
    return entry


def _as_sentence(event: DagsterEvent, data: StepFailureData) -> DagsterEvent:
    if data.user_failure_data is not None:
        root, sentence = data.error, data.user_failure_data.description
    else:
        root = _foreseen(data.error)
        sentence = root.message.strip().partition(": ")[2] if root is not None else None
    if not sentence or root is None:
        return event
    error = root._replace(message=sentence, stack=[], cause=None, context=None)
    return event._replace(message=sentence, event_specific_data=data._replace(error=error))


def _foreseen(error: SerializableErrorInfo | None) -> SerializableErrorInfo | None:
    """The error in a chain that is one of ours, which are written for people."""
    while error is not None and error.cls_name not in FORESEEN:
        error = error.cause
    return error
