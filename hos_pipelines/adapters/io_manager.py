"""The one IO manager: upserts what assets hand over, then tells Dagster the truth partition by partition."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg
from psycopg import Connection

from hos_pipelines.adapters.analysis_output import settle_analyses
from hos_pipelines.adapters.analysis_runs import AnalysisBatch, ReadingSource
from hos_pipelines.adapters.ingestion import PullBatch, throwing_back
from hos_pipelines.adapters.marking import (
    fail_profiles,
    mark_metadata,
    mark_owed,
    mark_profiles,
    report_failing,
    telling_of_everyone,
    telling_of_news,
)
from hos_pipelines.domain.blame import Pulls
from hos_pipelines.domain.marks import Telling
from hos_pipelines.domain.sync import ProfileReport, Stream, UpsertCounts
from hos_pipelines.postgres.breaker_store import close_breaker, open_breaker
from hos_pipelines.postgres.connection import explained_failures
from hos_pipelines.postgres.counts import row_counts
from hos_pipelines.postgres.mark_store import clear_marks, owed_to_profiles
from hos_pipelines.postgres.sync_store import write_pulls
from hos_pipelines.sahha.errors import MisconfiguredError
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh.fetch import SahhaDownError

if TYPE_CHECKING:
    import pandas as pd

MOST_REASONS = 50

Observer = Callable[[Stream, Sequence[ProfileReport]], None]
Stop = SahhaDownError | MisconfiguredError
StepContext = dg.AssetExecutionContext | dg.OpExecutionContext


class UpsertIOManager(dg.IOManager):
    """Writes the rows of many profiles at once; loads the rows of the run's partitions.

    `observe`, where given, is told of every chunk once it is committed. An input may ask for history with the
    metadata `lookback_days`: only rows of that many local days are loaded.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], observe: Observer | None = None) -> None:
        self._database = database
        self._now = now
        self._observe = observe

    def handle_output(self, context: dg.OutputContext, obj: "PullBatch | AnalysisBatch") -> None:
        """Commits what a step hands over, pulls or analyses, and describes each profile to Dagster.

        Raises:
            dagster.Failure: some profiles failed; everyone else's data is committed and marked.
        """
        if not isinstance(obj, AnalysisBatch):
            self._pull(context, obj)
            return
        settle_analyses(context, self._database, obj)

    def _pull(self, context: dg.OutputContext, batch: PullBatch) -> None:
        """Commits the pulls of all streams with the first output, then describes each output's profiles to Dagster.

        Where all went well Dagster itself marks every partition, with the metadata described here. Where some did not,
        the good are marked here, of all streams, and the failure that follows leaves the rest failed.

        Raises:
            dagster.Failure: some profiles brought no answer; everyone else's data is committed and marked.
        """
        if not batch.is_written:
            telling = telling_of_everyone(context.run_id)
            with explained_failures(), self._database.session() as connection:
                stop = self._write(context, connection, batch, telling)
                if stop is not None or _bad(batch):
                    mark_profiles(context, connection, batch.scope.profile_ids)
                    self._give_up(context, connection, batch, stop)
                self._leave_to_dagster(context, connection, batch)
        for mark in batch.owed:
            if mark.stream == _stream_of(context.asset_key):
                batch.describe(mark.stream, mark.profile_id, mark_metadata(mark, batch.row_counts))

    def refresh(self, context: StepContext, batch: PullBatch) -> None:
        """Commits the pulls of a run without partitions; marks, chunk by chunk, who changed, is new, or has recovered.

        Nobody else is marked: the truth about all of them is in sync_state, and an event for each at every tick would
        outgrow the data. Who brought no answer is named by the check of the stream.

        Raises:
            dagster.Failure: too many profiles of a tick's batch brought no answer, or any of those that somebody named,
                or Sahha is down; everyone else's data is committed.
        """
        telling = telling_of_news(context.instance, context.run.run_id, batch.scope.profile_ids)
        with explained_failures(), self._database.session() as connection:
            stop = self._write(context, connection, batch, telling)
            bad = {report.profile_id for _, report in _bad(batch)}
            if stop is not None or _are_too_many(batch, bad):
                self._give_up(context, connection, batch, stop)
            report_failing(context, connection, batch.scope.streams, batch.tolerance)
            if bad:
                context.log.warning(_failure(batch, None).description)

    def settle(self, context: dg.AssetExecutionContext, batch: PullBatch) -> None:
        """Clears what Dagster has marked itself; to be called once it has taken all outputs of the run."""
        with self._database.session() as connection:
            clear_marks(connection, batch.owed)
            report_failing(context, connection, batch.scope.streams, batch.tolerance)

    def _leave_to_dagster(self, context: dg.OutputContext, connection: Connection[Any], batch: PullBatch) -> None:
        """Dagster marks the streams of this run; what an earlier one owes of other streams is marked here."""
        owed = owed_to_profiles(connection, batch.scope.profile_ids)
        batch.owed = [mark for mark in owed if mark.stream in batch.scope.streams]
        batch.row_counts = row_counts(connection)
        mark_owed(context, connection, [mark for mark in owed if mark.stream not in batch.scope.streams])

    def _give_up(
        self,
        context: dg.OutputContext | StepContext,
        connection: Connection[Any],
        batch: PullBatch,
        stop: Stop | None,
    ) -> None:
        bad = {report.profile_id for _, report in _bad(batch)}
        fail_profiles(context, connection, bad, batch.scope.streams)
        report_failing(context, connection, batch.scope.streams, batch.tolerance)
        if isinstance(stop, MisconfiguredError):
            raise stop
        raise _failure(batch, stop)

    def load_input(self, context: dg.InputContext) -> "pd.DataFrame | ReadingSource":
        """The rows of the run's partitions of an upstream stream, as a table of its columns.

        An input annotated as a ReadingSource is not read here but chunk by chunk, by whoever takes it: a thousand
        people's rows at once would not stay small.

        Raises:
            dagster.DagsterInvariantViolationError: the upstream asset is none of the streams.
        """
        stream = _stream_of(context.asset_key)
        lookback_days = (context.definition_metadata or {}).get("lookback_days")
        if context.dagster_type.typing_type is ReadingSource:
            return ReadingSource(stream)
        # Every run is a new process; those that only refresh start half a second earlier without pandas.
        from hos_pipelines.postgres.reads import load_rows  # noqa: PLC0415

        since = None if lookback_days is None else (self._now() - timedelta(days=int(lookback_days))).date()
        with self._database.session() as connection:
            return load_rows(connection, stream, sorted(context.asset_partition_keys), since)

    def _write(
        self,
        context: dg.OutputContext | StepContext,
        connection: Connection[Any],
        batch: PullBatch,
        telling: Telling,
    ) -> Stop | None:
        """Commits chunk by chunk; gives the error back where the run broke off before everyone was asked."""
        batch.is_written = True
        with throwing_back(batch.chunks):
            stop = self._commit_all(context, connection, batch, telling)
            if (
                isinstance(stop, SahhaDownError)
                and batch.scope.may_open_breaker
                and open_breaker(connection, batch.base_url, self._now(), str(stop))
            ):
                context.log.error("Sahha is taken to be down: %s Refreshes pause and resume by themselves.", stop)
            if stop is None and _has_answers(batch) and close_breaker(connection, batch.base_url):
                context.log.info("Sahha answers again.")
        context.log.info(_summary(batch))
        return stop

    def _commit_all(
        self,
        context: dg.OutputContext | StepContext,
        connection: Connection[Any],
        batch: PullBatch,
        telling: Telling,
    ) -> Stop | None:
        try:
            for chunk in batch.chunks:
                self._commit(connection, batch, chunk, telling)
                if not batch.scope.is_partitioned:
                    mark_profiles(context, connection, {pull.profile_id for pulls in chunk.values() for pull in pulls})
        except (SahhaDownError, MisconfiguredError) as stop:
            return stop
        return None

    def _commit(self, connection: Connection[Any], batch: PullBatch, chunk: Pulls, telling: Telling) -> None:
        for stream, reports in write_pulls(connection, chunk, batch.scope.batch_id, telling).items():
            batch.reports.setdefault(stream, []).extend(reports)
            if self._observe is not None:
                self._observe(stream, reports)


def _are_too_many(batch: PullBatch, bad: Collection[str]) -> bool:
    """Whether a run without partitions fails because of those who did: a tick's batch for many, others for anybody.

    Whom somebody named is missed by whoever named them; a tick's few are named by the check of the stream.
    """
    if batch.scope.batch_id is None:
        return bool(bad)
    return batch.tolerance.is_exceeded(len(bad), len(batch.scope.profile_ids))


def _bad(batch: PullBatch) -> list[tuple[Stream, ProfileReport]]:
    return [(stream, report) for stream, report in _all(batch) if report.outcome.is_bad]


def _has_answers(batch: PullBatch) -> bool:
    return any(not report.outcome.is_bad for _, report in _all(batch))


def _all(batch: PullBatch) -> Iterator[tuple[Stream, ProfileReport]]:
    return ((stream, report) for stream, reports in batch.reports.items() for report in reports)


def _summary(batch: PullBatch) -> str:
    return "; ".join(f"{stream}: {_totals(reports)}" for stream, reports in batch.reports.items()) or "nobody to pull"


def _totals(reports: Sequence[ProfileReport]) -> str:
    counts = sum((report.counts for report in reports), UpsertCounts())
    outcomes = Counter(report.outcome.value for report in reports)
    quarantined = sum(report.quarantined for report in reports)
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    return (
        f"{len(reports)} profiles ({told}), {counts.inserted} rows inserted, {counts.updated} updated, "
        f"{counts.unchanged} unchanged, {counts.stale} stale, {quarantined} quarantined"
    )


def _failure(batch: PullBatch, silence: SahhaDownError | None) -> dg.Failure:
    bad = _bad(batch)
    reasons = {f"{report.profile_id} {stream}": f"{report.outcome.value}: {report.error}" for stream, report in bad}
    sentences = []
    if silence is not None:
        left = len(batch.scope.profile_ids) - len({report.profile_id for _, report in _all(batch)})
        sentences.append(f"Sahha is taken to be down ({silence}); {left} profiles were not asked and stay due.")
    if bad:
        who, reason = next(iter(reasons.items()))
        people, total = len({report.profile_id for _, report in bad}), len(batch.scope.profile_ids)
        sentences.append(f"{people} of {total} profiles failed, the others are committed. First: {who}: {reason}")
    return dg.Failure(
        " ".join(sentences),
        metadata={"failed_profiles": dg.MetadataValue.json(dict(list(reasons.items())[:MOST_REASONS]))},
        allow_retries=False,
    )


def _stream_of(asset_key: dg.AssetKey) -> Stream:
    try:
        return Stream(asset_key.to_user_string())
    except ValueError as error:
        raise dg.DagsterInvariantViolationError(
            f"{asset_key.to_user_string()}: this IO manager loads the streams {', '.join(Stream)} only."
        ) from error
