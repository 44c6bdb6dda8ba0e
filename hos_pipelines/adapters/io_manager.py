"""The one IO manager: upserts what assets hand over, then tells Dagster the truth partition by partition."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import dagster as dg
import pandas as pd

from hos_pipelines.adapters.database import Database
from hos_pipelines.adapters.ingestion import PullBatch
from hos_pipelines.domain.sync import ProfileReport, Stream, UpsertCounts
from hos_pipelines.postgres.reads import load_rows
from hos_pipelines.postgres.sync_store import write_pulls

MOST_REASONS = 50

Observer = Callable[[Stream, Sequence[ProfileReport]], None]


class UpsertIOManager(dg.IOManager):
    """Writes the rows of many profiles at once; loads the rows of the run's partitions.

    `observe`, where given, is told of every chunk once it is committed. An input may ask for history with the
    metadata `lookback_days`: only rows of that many local days are loaded.
    """

    def __init__(self, database: Database, now: Callable[[], datetime], observe: Observer | None = None) -> None:
        self._database = database
        self._now = now
        self._observe = observe

    def handle_output(self, context: dg.OutputContext, obj: PullBatch) -> None:
        """Commits the pulls chunk by chunk, then reports each profile to Dagster.

        In a run over partitions where all went well Dagster itself marks every partition, with the metadata described
        here. Where some did not, the good are marked here and the failure that follows leaves the rest failed. A batch
        without partitions marks the profiles that changed; the truth about all of them is in sync_state.

        Raises:
            dagster.Failure: some profiles brought no answer; everyone else's data is committed and marked.
        """
        reports = list(self._write(obj))
        bad = [report for report in reports if report.outcome.is_bad]
        good = [report for report in reports if not report.outcome.is_bad]
        context.log.info(_summary(reports))
        if context.has_asset_partitions and not bad:
            for report in good:
                obj.describe(report, partition_metadata(report))
            return
        if not context.has_asset_partitions:
            context.add_output_metadata(_totals(reports))
        marked = good if context.has_asset_partitions else [r for r in good if r.has_changed or r.first_contact]
        for report in marked:
            context.log_event(
                dg.AssetMaterialization(
                    context.asset_key, partition=report.profile_id, metadata=partition_metadata(report)
                )
            )
        if bad:
            raise _failure(bad, len(reports))

    def _write(self, batch: PullBatch) -> Iterator[ProfileReport]:
        with self._database.session() as connection:
            for chunk in batch.chunks:
                reports = write_pulls(connection, batch.stream, chunk)
                if self._observe is not None:
                    self._observe(batch.stream, reports)
                yield from reports

    def load_input(self, context: dg.InputContext) -> pd.DataFrame:
        """The rows of the run's partitions of an upstream stream, as a table of its columns.

        Raises:
            dagster.DagsterInvariantViolationError: the upstream asset is none of the streams.
        """
        stream = _stream_of(context.asset_key)
        lookback_days = (context.definition_metadata or {}).get("lookback_days")
        since = None if lookback_days is None else (self._now() - timedelta(days=int(lookback_days))).date()
        with self._database.session() as connection:
            return load_rows(connection, stream, sorted(context.asset_partition_keys), since)


def partition_metadata(report: ProfileReport) -> dict[str, dg.MetadataValue[Any] | int | str]:
    """What the UI shows of one profile's pull: counts and instants, never a health value."""
    metadata: dict[str, dg.MetadataValue[Any] | int | str] = {
        "outcome": report.outcome.value,
        "inserted": report.counts.inserted,
        "updated": report.counts.updated,
        "unchanged": report.counts.unchanged,
        "stale": report.counts.stale,
        "quarantined": report.quarantined,
    }
    for name, instant in (("newest_reading", report.newest_reading), ("watermark", report.watermark)):
        if instant is not None:
            metadata[name] = dg.MetadataValue.timestamp(instant)
    return metadata


def _totals(reports: Sequence[ProfileReport]) -> dict[str, int | str]:
    counts = sum((report.counts for report in reports), UpsertCounts())
    outcomes = Counter(report.outcome.value for report in reports)
    return {
        "profiles": len(reports),
        "outcomes": ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items())),
        "inserted": counts.inserted,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "stale": counts.stale,
        "quarantined": sum(report.quarantined for report in reports),
    }


def _summary(reports: Sequence[ProfileReport]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in _totals(reports).items())


def _failure(bad: Iterable[ProfileReport], total: int) -> dg.Failure:
    reasons = {report.profile_id: f"{report.outcome.value}: {report.error}" for report in bad}
    first_id, first_reason = next(iter(reasons.items()))
    return dg.Failure(
        f"{len(reasons)} of {total} profiles failed, the others are committed. First: {first_id}: {first_reason}",
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
