"""Refreshes as runs: what the launchpad takes, whom a run is for, and what its step says of what it came to."""

from collections import Counter
from collections.abc import Collection, Sequence
from enum import Enum
from functools import partial

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.marking import (
    fail_profiles,
    mark_profiles,
    mark_unasked,
    report_failing,
    telling_of_everyone,
    telling_of_news,
)
from hos_pipelines.adapters.sentences import failure_of_some, refusal
from hos_pipelines.adapters.step_events import StepContext, chunk_writer
from hos_pipelines.domain.sync import MAX_DAYS, ProfileReport, Stream, UpsertCounts
from hos_pipelines.domain.tolerance import Tolerance
from hos_pipelines.postgres.connection import explain_failures
from hos_pipelines.sahha.errors import MisconfiguredError
from hos_pipelines.stages.refresh.run import Refresh, Refreshed
from hos_pipelines.stages.refresh.scope import RefreshScope

FROM_THE_WATERMARK = -1  # what is empty, the launchpad would not show


class StreamChoice(Enum):
    """The streams as the launchpad offers them."""

    biomarkers = Stream.BIOMARKERS
    scores = Stream.SCORES
    sahha_archetypes = Stream.SAHHA_ARCHETYPES


class PullConfig(dg.Config):
    """What a run pulls. Partitions, where the run has them, say for whom; else `batch_id` or `profile_ids` does."""

    batch_id: str | None = Field(
        default=None, description="A batch that a tick planned. Leave empty in a run over partitions."
    )
    profile_ids: list[str] = Field(
        default=[],
        description=(
            "The profiles of a run without partitions and without a batch. For people who lie scattered, the job "
            'refresh_people takes them in its launchpad: profile_ids: ["anna", "ben"].'
        ),
    )
    days: int | None = Field(
        default=FROM_THE_WATERMARK,
        description="How many days back to pull, 1 to 3650. -1: from the watermark less the overlap.",
    )
    gaps_only: bool = Field(
        default=False, description="Pull only what the coverage ledger knows to be missing, however long ago."
    )
    streams: list[StreamChoice] = Field(
        default=[], description="The streams to pull, of those the run is for. Empty: all of them."
    )


def scope_of_run(context: dg.AssetExecutionContext, config: PullConfig, refresh: Refresh) -> RefreshScope:
    """Whom a run is for: its partitions, a batch, or the profiles in its configuration.

    Raises:
        dagster.Failure: the run names nobody, or names people twice over.
    """
    part = {key.to_user_string() for key in context.selected_asset_keys}
    streams = [stream for stream in _choose_streams(config.streams) if stream in part]
    if not streams:
        raise refusal("streams: none of those named is part of this run; name at least one that is.")
    days = _days(config.days)
    if context.has_partition_key or context.has_partition_key_range:
        return RefreshScope(_partitions(context, config), streams, days, config.gaps_only, is_partitioned=True)
    return RefreshScope(_profiles_of_config(config, refresh), streams, days, config.gaps_only, config.batch_id)


def scope_of_people(profile_ids: Sequence[str], days: int | None, streams: Sequence[StreamChoice]) -> RefreshScope:
    """People somebody named, due or not.

    Raises:
        dagster.Failure: nobody is named, or the days are none.
    """
    keys = list(dict.fromkeys(profile_ids))
    if not keys:
        raise refusal('profile_ids: is empty; name the profiles to pull, such as ["anna", "ben"].')
    return RefreshScope(keys, _choose_streams(streams), _days(days))


def scope_of_gaps(profile_ids: Sequence[str], refresh: Refresh) -> RefreshScope:
    """What the ledger misses of these profiles, or of everyone where none is named."""
    return RefreshScope(list(dict.fromkeys(profile_ids)) or refresh.profiles_with_gaps(), gaps_only=True)


def refresh_in_step(context: StepContext, refresh: Refresh, scope: RefreshScope, output: str) -> None:
    """Refreshes whom the scope names, chunk by chunk: `output`'s IO manager commits it, then Dagster is told of it.

    In a run over partitions everybody is marked; without, who changed, is new, or has recovered: the truth about all is
    in sync_state, and an event for each at every tick would outgrow the data. Who brought no answer is named by the
    check of the stream.

    Raises:
        dagster.Failure: too many profiles of a tick's batch brought no answer, or any of those that somebody named, or
            Sahha is down; everyone else's data is committed and marked.
        MisconfiguredError: Sahha's host or credentials are wrong.
    """
    run_id = context.run.run_id
    telling = (
        telling_of_everyone(run_id)
        if scope.is_partitioned
        else telling_of_news(context.instance, run_id, scope.profile_ids)
    )
    with explain_failures(), refresh.database.session() as connection:
        mark = partial(mark_profiles, context, connection)
        refreshed = refresh.run(scope, connection, telling, chunk_writer(context, output), mark)
        _log(context, refreshed)
        bad = {report.profile_id for _, report in refreshed.bad}
        is_failed = refreshed.stop is not None or _are_too_many(scope, bad, refresh.tolerance)
        if scope.is_partitioned and refreshed.stop is None:
            mark_unasked(context, connection, scope, refreshed)
        if is_failed:
            fail_profiles(context, connection, bad, scope.streams)
        report_failing(context, connection, scope.streams, refresh.tolerance)
    if isinstance(refreshed.stop, MisconfiguredError):
        raise refreshed.stop
    if is_failed:
        raise _failure(refreshed)
    if bad:
        context.log.warning(_failure(refreshed).description)


def _choose_streams(streams: Sequence[StreamChoice]) -> list[Stream]:
    chosen = {choice.value for choice in streams or StreamChoice}
    return [stream for stream in Stream if stream in chosen]


def _partitions(context: dg.AssetExecutionContext, config: PullConfig) -> list[str]:
    if config.profile_ids or config.batch_id is not None:
        raise refusal("profile_ids, batch_id: must be empty in a run over partitions, which name the profiles.")
    keys = list(context.partition_keys)
    if not keys:
        raise refusal("partitions: the range holds nobody; its start must not come after its end.")
    return keys


def _profiles_of_config(config: PullConfig, refresh: Refresh) -> Sequence[str]:
    if config.batch_id is None:
        if not config.profile_ids:
            raise refusal(
                "profile_ids: is empty, and the run has neither partitions nor a batch_id; name one of the three."
            )
        return list(dict.fromkeys(config.profile_ids))
    if config.profile_ids:
        raise refusal("profile_ids: must be empty beside a batch_id, which names its profiles itself.")
    if config.gaps_only or config.days not in (None, FROM_THE_WATERMARK):
        raise refusal("gaps_only, days: must be empty beside a batch_id, which is pulled from the watermark.")
    keys = refresh.begin_batch(config.batch_id)
    if keys is None:
        raise refusal(f"batch_id: no tick has planned {config.batch_id!r}; leave it empty and name profile_ids.")
    return keys


def _days(days: int | None) -> int | None:
    if days is None or days == FROM_THE_WATERMARK:
        return None
    if not 1 <= days <= MAX_DAYS:
        raise refusal(f"days: must be from 1 to {MAX_DAYS}; leave it empty to pull from the watermark.")
    return days


def _are_too_many(scope: RefreshScope, bad: Collection[str], tolerance: Tolerance) -> bool:
    """Whether a run fails because of those who did: a tick's batch for many, others for anybody.

    Whom somebody named is missed by whoever named them; a tick's few are named by the check of the stream.
    """
    if scope.batch_id is None:
        return bool(bad)
    return tolerance.is_exceeded(len(bad), len(scope.profile_ids))


def _log(context: StepContext, refreshed: Refreshed) -> None:
    if refreshed.has_opened_breaker:
        context.log.error("Sahha is taken to be down: %s Refreshes pause and resume by themselves.", refreshed.stop)
    if refreshed.has_closed_breaker:
        context.log.info("Sahha answers again.")
    told = (f"{stream}: {_totals(reports)}" for stream, reports in refreshed.reports.items())
    context.log.info("; ".join(told) or "nobody to pull")


def _totals(reports: Sequence[ProfileReport]) -> str:
    counts = sum((report.counts for report in reports), UpsertCounts())
    outcomes = Counter(report.outcome.value for report in reports)
    quarantined = sum(report.quarantined for report in reports)
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    return (
        f"{len(reports)} profiles ({told}), {counts.inserted} rows inserted, {counts.updated} updated, "
        f"{counts.unchanged} unchanged, {counts.stale} stale, {quarantined} quarantined"
    )


def _failure(refreshed: Refreshed) -> dg.Failure:
    total = len(refreshed.scope.profile_ids)
    reasons = {
        f"{report.profile_id} {stream}": f"{report.outcome.value}: {report.error}" for stream, report in refreshed.bad
    }
    sentences = []
    if refreshed.stop is not None:
        left = total - len({report.profile_id for _, report in refreshed.all_reports})
        sentences.append(f"Sahha is taken to be down ({refreshed.stop}); {left} profiles were not asked and stay due.")
    if reasons:
        who, reason = next(iter(reasons.items()))
        people = len({report.profile_id for _, report in refreshed.bad})
        sentences.append(f"{people} of {total} profiles failed, the others are committed. First: {who}: {reason}")
    return failure_of_some(" ".join(sentences), reasons)
