"""Stores the analyses of a run and describes them to Dagster: counts and states, never a health value."""

from collections import Counter
from collections.abc import Collection

import dagster as dg

from hos_pipelines.adapters.analysis_checks import CHECKS, check_results, writing_totals
from hos_pipelines.adapters.analysis_runs import FAILED, NEW, Analysed, AnalysisBatch, Chunk
from hos_pipelines.adapters.partition_states import failed_partitions
from hos_pipelines.adapters.step_events import report_check_evaluations, report_materializations
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.counted import counted
from hos_pipelines.postgres.analysis_store import status_counts
from hos_pipelines.postgres.connection import explained_failures
from hos_pipelines.stages.database import Database

MOST_REASONS = 50

StepContext = dg.OutputContext | dg.AssetExecutionContext | dg.OpExecutionContext


def settle_analyses(context: StepContext, database: Database, batch: AnalysisBatch) -> None:
    """Commits the findings of a run chunk by chunk, each with its watermarks, then marks partitions.

    Where all of a run over partitions went well Dagster itself marks every partition. Where some did not, the good are
    marked here, and the failure that follows leaves the rest failed. A run without partitions marks whom it brought
    something new.

    Raises:
        dagster.Failure: some profiles could not be analysed; everyone else's result is committed and marked.
    """
    if batch.notice is not None:
        context.log.info(batch.notice)
    with explained_failures(), database.session() as connection:
        for chunk in batch.chunks:
            written = batch.write(connection, [one.finding for one in chunk if one.finding is not None])
            batch.analysed.extend(_without_strangers(chunk, written))
            failed = [one.profile_id for one in chunk if one.is_bad]
            if failed and batch.note_failures is not None:
                batch.note_failures(connection, failed)
    context.log.info(_summary(batch))
    bad = [one for one in batch.analysed if one.is_bad]
    if bad or not batch.is_partitioned:
        red = _shown_as_failed(context, batch)
        marked = [one for one in batch.analysed if not one.is_bad and _is_marked(one, batch, red)]
        report_materializations(context, [_materialization(batch, one) for one in marked])
    elif batch.describe is not None:
        for one in batch.analysed:
            batch.describe(one.profile_id, analysis_metadata(one))
    if bad:
        report_checks(context, database, batch)
        raise _failure(batch, bad)


def _is_marked(one: Analysed, batch: AnalysisBatch, red: Collection[str]) -> bool:
    return batch.is_partitioned or one.outcome == NEW or one.profile_id in red


def _shown_as_failed(context: StepContext, batch: AnalysisBatch) -> Collection[str]:
    """Who is marked in a run without partitions though nothing is new: whoever has recovered."""
    if batch.is_partitioned or isinstance(context, dg.OutputContext):
        return ()
    return failed_partitions(context.instance, batch.asset, [one.profile_id for one in batch.analysed])


def analysis_metadata(one: Analysed) -> dict[str, int | str | float | dg.MetadataValue[str]]:
    """What the UI shows of one profile's analysis."""
    pictures = {name: dg.MetadataValue.md(picture) for name, picture in one.pictures.items()}
    status = {} if one.status is None else {"status": one.status}
    return {"outcome": one.outcome, **status, **one.counts, **pictures}


def report_checks(context: StepContext, database: Database, batch: AnalysisBatch) -> None:
    """Tells what the checks of the batch's asset came to, where its step does not tell it itself."""
    if batch.asset not in CHECKS:
        return
    with database.session() as connection:
        statuses = status_counts(connection, AnalysisType(batch.asset))
    key = dg.AssetKey(batch.asset)
    report_check_evaluations(
        context,
        [
            dg.AssetCheckEvaluation(key, one.check_name or "", one.passed, one.metadata, severity=one.severity)
            for one in check_results(batch, statuses, CHECKS[batch.asset])
        ],
    )


def _materialization(batch: AnalysisBatch, one: Analysed) -> dg.AssetMaterialization:
    return dg.AssetMaterialization(batch.asset, partition=one.profile_id, metadata=analysis_metadata(one))


def _without_strangers(chunk: Chunk, written: set[str]) -> list[Analysed]:
    """The chunk as it was committed; who left while it was computed has no result."""
    return [
        one
        if one.is_bad or one.profile_id in written
        else Analysed(one.profile_id, FAILED, error="left while it was analysed; nothing was stored.")
        for one in chunk
    ]


def _summary(batch: AnalysisBatch) -> str:
    outcomes = Counter(one.outcome for one in batch.analysed)
    statuses = Counter(one.status for one in batch.analysed if one.status)
    told = ", ".join(f"{number} {name}" for name, number in sorted((outcomes + statuses).items()))
    summary = f"{batch.asset}: {counted(len(batch.analysed), 'profile')} ({told or 'nobody is due'})"
    totals = writing_totals(batch)
    if not totals["asked"]:
        return summary
    return (
        f"{summary}; written by a model: {totals['asked'] - totals['fallbacks']} of {totals['asked']}, "
        f"{counted(int(totals['requests']), 'request')}, {counted(int(totals['tokens']), 'token')}, "
        f"{totals['cost_usd']} US dollars"
    )


def _failure(batch: AnalysisBatch, bad: list[Analysed]) -> dg.Failure:
    reasons = {one.profile_id: one.error or "" for one in bad}
    return dg.Failure(
        f"{len(bad)} of {counted(len(batch.analysed), 'profile')} failed, the results of the others are stored. "
        f"First: {bad[0].profile_id}: {bad[0].error}",
        metadata={"failed_profiles": dg.MetadataValue.json(dict(list(reasons.items())[:MOST_REASONS]))},
        allow_retries=False,
    )
