"""Tells Dagster of pulls: marks the partitions that are owed it, fails those that failed, names who fails in checks.

A mark is cleared in sync_state only once Dagster has it, so that a run killed in between is made up for by the next.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import dagster as dg
from psycopg import Connection

from hos_pipelines.adapters.partition_states import failed_partitions
from hos_pipelines.adapters.step_events import (
    StepContext,
    report_attempts,
    report_check_evaluations,
    report_materializations,
)
from hos_pipelines.domain.marks import COUNTED, Mark, Telling
from hos_pipelines.domain.sync import ProfileReport, Stream
from hos_pipelines.domain.tolerance import Tolerance
from hos_pipelines.postgres.counts import row_counts
from hos_pipelines.postgres.failing import StreamFailures, failing_of, read_failing
from hos_pipelines.postgres.mark_store import clear_marks, owing_runs, read_owed_by_runs, read_owed_to_profiles
from hos_pipelines.postgres.profile_store import sync_targets
from hos_pipelines.stages.refresh.run import Refreshed
from hos_pipelines.stages.refresh.scope import RefreshScope

NOBODY_FAILS = "nobody_fails"
ROW_COUNT = "dagster/row_count"
CHECK_LOCK = 0x484F5356  # "HOSV": one verdict at a time, so that the last one told is the last one found

Rows = Mapping[Stream, int]
Metadata = dict[str, dg.MetadataValue[Any] | int | str]


def telling_of_everyone(run_id: str) -> Telling:
    """In a run over partitions every good pull is told of."""
    return Telling(run_id, lambda _, report: not report.outcome.is_bad)


def telling_of_news(instance: dg.DagsterInstance, run_id: str, profile_ids: Collection[str]) -> Telling:
    """In a run without partitions: who changed, who is new, and who was seen to fail, whatever the good pull brought.

    An event for everyone at every tick would outgrow the data.
    """
    red = {(stream, key) for stream in Stream for key in failed_partitions(instance, stream, profile_ids)}

    def is_owed(stream: Stream, report: ProfileReport) -> bool:
        if report.outcome.is_bad:
            return False
        is_news = report.has_changed or report.first_contact or report.recovered
        return is_news or (stream, report.profile_id) in red

    return Telling(run_id, is_owed)


def mark_profiles(context: StepContext, connection: Connection[Any], profile_ids: Collection[str]) -> None:
    """Marks what is owed to these profiles, by this run or by one that was killed before it could."""
    mark_owed(context, connection, read_owed_to_profiles(connection, profile_ids))


def mark_unasked(context: StepContext, connection: Connection[Any], scope: RefreshScope, refreshed: Refreshed) -> None:
    """Marks the partitions of a run for which there was nothing to ask, such as those without gaps.

    Whom no pull has brought an answer yet has no gap either, and is not marked.
    """
    asked = {(stream, report.profile_id) for stream, report in refreshed.all_reports}
    unasked = [(stream, key) for stream in scope.streams for key in scope.profile_ids if (stream, key) not in asked]
    if unasked:
        states = sync_targets(connection, scope.streams, [key for _, key in unasked])
        answered = {(stream, key) for (key, stream), state in states.items() if state.watermark is not None}
        unasked = [place for place in unasked if place in answered]
    if not unasked:
        return
    rows = row_counts(connection)
    report_materializations(
        context,
        [
            dg.AssetMaterialization(stream.value, partition=key, metadata={ROW_COUNT: rows[stream]})
            for stream, key in unasked
        ],
    )


def mark_for_dead_runs(context: dg.OpExecutionContext, connection: Connection[Any]) -> int:
    """Marks, all at once, what runs that have ended committed and did not tell of; gives the number of marks."""
    owing = owing_runs(connection)
    marks = read_owed_by_runs(connection, _find_ended(context.instance, owing)) if owing else []
    mark_owed(context, connection, marks)
    return len(marks)


def mark_owed(context: StepContext, connection: Connection[Any], marks: Sequence[Mark]) -> None:
    """Marks the partitions, and clears the marks once Dagster has them."""
    if not marks:
        return
    rows = row_counts(connection)
    report_materializations(
        context,
        [
            dg.AssetMaterialization(mark.stream.value, partition=mark.profile_id, metadata=mark_metadata(mark, rows))
            for mark in marks
        ],
    )
    clear_marks(connection, marks)


def fail_profiles(
    context: StepContext, connection: Connection[Any], profile_ids: Iterable[str], streams: Collection[Stream]
) -> None:
    """Lets the partitions of those who fail fail with the run, which is about to."""
    failing = failing_of(connection, list(profile_ids))
    for stream in streams:
        report_attempts(context, stream.value, sorted(key for one, key in failing if one is stream))


def report_failing(
    context: StepContext, connection: Connection[Any], streams: Collection[Stream], tolerance: Tolerance
) -> None:
    """The check of each stream: nobody fails. Who does is named."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (CHECK_LOCK,))
        failing = read_failing(connection)
        report_check_evaluations(context, [_failing_check(failing[stream], tolerance) for stream in streams])


def mark_metadata(mark: Mark, rows: Rows) -> Metadata:
    """What the UI shows of what a profile's pulls came to: counts and instants, never a health value."""
    metadata: Metadata = {"outcome": mark.outcome.value, **{name: mark.owed[name] for name in COUNTED}}
    for name, instant in (("newest_reading", mark.newest_reading), ("watermark", mark.watermark)):
        if instant is not None:
            metadata[name] = dg.MetadataValue.timestamp(instant)
    return {**metadata, ROW_COUNT: rows[mark.stream]}


def _failing_check(found: StreamFailures, tolerance: Tolerance) -> dg.AssetCheckEvaluation:
    is_many = tolerance.is_exceeded(found.failing, found.profiles)
    return dg.AssetCheckEvaluation(
        dg.AssetKey(found.stream.value),
        NOBODY_FAILS,
        passed=not found.failing,
        severity=dg.AssetCheckSeverity.ERROR if is_many else dg.AssetCheckSeverity.WARN,
        description=f"{found.failing} of {found.profiles} active profiles brought no answer when they were last asked.",
        metadata={
            "failing": found.failing,
            "profiles": found.profiles,
            "failing_profiles": dg.MetadataValue.json(found.named),
        },
    )


def _find_ended(instance: dg.DagsterInstance, run_ids: Sequence[str]) -> list[str]:
    """Of these runs, those that will tell nothing any more: finished, forgotten, or without a process."""
    known = {run.run_id: run for run in instance.get_runs(dg.RunsFilter(run_ids=list(run_ids)))}
    return [run_id for run_id in run_ids if run_id not in known or _has_ended(instance, known[run_id])]


def _has_ended(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    if run.is_finished:
        return True
    launcher = instance.run_launcher
    return launcher.supports_check_run_worker_health and launcher.check_run_worker_health(run).status.name in (
        "NOT_FOUND",
        "FAILED",
        "SUCCESS",
    )
