"""What the ingestion assets hand to the IO manager: pulls of the profiles a run is for, fetched as they are written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.database import Database
from hos_pipelines.adapters.sahha_source import pull_in_chunks, sahha_account
from hos_pipelines.domain.profiles import is_profile_id
from hos_pipelines.domain.sync import (
    MAX_DAYS,
    Outcome,
    ProfilePull,
    ProfileReport,
    PullWindow,
    Stream,
    SyncTarget,
    plan_window,
)
from hos_pipelines.postgres.profile_store import sync_targets
from hos_pipelines.settings import Settings

Metadata = Mapping[str, Any]


class PullConfig(dg.Config):
    """What a run pulls. Partitions, where the run has them, say for whom; `profile_ids` says it for a batch."""

    profile_ids: list[str] = Field(
        default=[], description="The batch, for a run without partitions. Leave empty in a run over partitions."
    )
    days: int | None = Field(
        default=None,
        ge=1,
        le=MAX_DAYS,
        description="How many days back to pull. Empty: from the watermark less the overlap, 7 days on first contact.",
    )


@dataclass(frozen=True)
class PullBatch:
    """The pulls of one stream in one run: fetched chunk by chunk, each chunk when the IO manager asks for it."""

    stream: Stream
    chunks: Iterator[list[ProfilePull]]
    describe: Callable[[ProfileReport, Metadata], None]


class Ingestion:
    """Pulls streams from the configured Sahha account for the profiles of a run."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def pull(self, context: dg.AssetExecutionContext, stream: Stream, config: PullConfig) -> PullBatch:
        """The pulls of a stream for the run's partitions, or for the batch in its configuration.

        Raises:
            dagster.Failure: the run names nobody, or names people twice over.
        """
        keys = _profile_ids(context, config)

        def describe(report: ProfileReport, metadata: Metadata) -> None:
            context.add_asset_metadata(dict(metadata), partition_key=report.profile_id)

        return PullBatch(stream, self._pulls(stream, keys, config.days), describe)

    def _pulls(self, stream: Stream, keys: Sequence[str], days: int | None) -> Iterator[list[ProfilePull]]:
        account = sahha_account(self._read_settings())
        now = self._now()
        with self._database.session() as connection:
            targets = sync_targets(connection, stream, [key for key in keys if is_profile_id(key)])
        strangers = [_stranger(key, now) for key in keys if key not in targets]
        if strangers:
            yield strangers
        yield from pull_in_chunks(
            account, stream, [_planned(targets[key], now, days) for key in keys if key in targets]
        )


def _profile_ids(context: dg.AssetExecutionContext, config: PullConfig) -> list[str]:
    if not (context.has_partition_key or context.has_partition_key_range):
        if not config.profile_ids:
            raise dg.Failure(
                "profile_ids: is empty and the run has no partitions; name one or the other.", allow_retries=False
            )
        return list(dict.fromkeys(config.profile_ids))
    if config.profile_ids:
        raise dg.Failure("profile_ids: must be empty in a run over partitions.", allow_retries=False)
    keys = list(context.partition_keys)
    if not keys:
        raise dg.Failure(
            "partitions: the range holds nobody; its start must not come after its end.", allow_retries=False
        )
    return keys


def _planned(target: SyncTarget, now: datetime, days: int | None) -> tuple[SyncTarget, PullWindow]:
    return target, plan_window(target, now, days)


def _stranger(key: str, now: datetime) -> ProfilePull:
    reason = (
        "is not enrolled; enrol it with `hos enroll`, or delete the partition."
        if is_profile_id(key)
        else "is no profile id (1 to 100 letters, digits, _ or -); delete the partition and enrol the person instead."
    )
    return ProfilePull(key, PullWindow(now, now), problem=Outcome.FAILED, error=reason)
