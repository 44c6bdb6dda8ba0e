"""What an ingestion run pulls: the profiles it is for, planned chunk by chunk, fetched as they are written."""

from collections import defaultdict
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any

import dagster as dg
from psycopg import Connection
from pydantic import Field

from hos_pipelines.domain.blame import Pulls
from hos_pipelines.domain.coverage import Gap
from hos_pipelines.domain.marks import Mark
from hos_pipelines.domain.profiles import NOT_ENROLLED, is_profile_id
from hos_pipelines.domain.sync import (
    MAX_DAYS,
    Outcome,
    ProfilePull,
    ProfileReport,
    PullWindow,
    Stream,
    SyncRules,
    SyncTarget,
    plan_window,
)
from hos_pipelines.domain.tolerance import Tolerance
from hos_pipelines.postgres.breaker_store import read_breaker
from hos_pipelines.postgres.coverage_store import find_gaps
from hos_pipelines.postgres.planner import begin_batch, finish_batch, renew_leases, still_leased
from hos_pipelines.postgres.profile_store import sync_targets
from hos_pipelines.postgres.witness_store import find_witnesses
from hos_pipelines.sahha.pull import Request
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh.cut_short import is_cut_short
from hos_pipelines.stages.refresh.fetch import Plan, SahhaDownError, pull_in_chunks
from hos_pipelines.stages.refresh.gaps import known_gaps, late_gaps
from hos_pipelines.stages.refresh.plan_tick import mend_clock

CHUNK_PROFILES = 100
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


@dataclass(frozen=True)
class Scope:
    """Whom and what a run is for. `batch_id` is set where a tick leased the profiles to it."""

    profile_ids: Sequence[str]
    streams: Sequence[Stream]
    days: int | None
    gaps_only: bool
    batch_id: str | None
    is_partitioned: bool

    @property
    def may_open_breaker(self) -> bool:
        """Whether its silence speaks for everybody: one person's, asked for by hand, does not."""
        return self.batch_id is not None or len(self.profile_ids) > 1


@dataclass
class PullBatch:
    """The pulls of a run: fetched chunk by chunk as the IO manager asks for them, written once for all streams.

    Whoever stops asking for chunks because of an error has it raised where they come from (`throwing_back`).
    `owed` are the marks that Dagster makes itself of them, and `row_counts` what the tables held by then.
    """

    scope: Scope
    base_url: str
    chunks: Generator[Pulls, None, None]
    describe: Callable[[Stream, str, Mapping[str, Any]], None]
    tolerance: Tolerance = field(default_factory=Tolerance)
    reports: dict[Stream, list[ProfileReport]] = field(default_factory=dict)
    owed: Sequence[Mark] = ()
    row_counts: Mapping[Stream, int] = field(default_factory=dict)
    is_written: bool = False


@contextmanager
def throwing_back(chunks: Generator[Pulls, None, None]) -> Iterator[None]:
    """Around the writing of chunks: what breaks it off is told to the fetching, which ends with it."""
    try:
        yield
    except BaseException as error:
        chunks.throw(error)
        raise
    finally:
        chunks.close()


class Ingestion:
    """Pulls streams from the configured Sahha account for the profiles of a run."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def pull(self, context: dg.AssetExecutionContext, config: PullConfig) -> PullBatch:
        """The pulls of the run's partitions, of the batch, or of the profiles in its configuration.

        Raises:
            dagster.Failure: the run names nobody, or names people twice over.
        """
        scope = self._scope(context, config)

        def describe(stream: Stream, profile_id: str, metadata: Mapping[str, Any]) -> None:
            context.add_asset_metadata(metadata, asset_key=stream.value, partition_key=profile_id)

        return self._batch(scope, describe)

    def pull_gaps(self, profile_ids: Sequence[str]) -> PullBatch:
        """The pulls of what the ledger misses of these profiles, or of everyone where none is named."""
        keys = list(dict.fromkeys(profile_ids)) or self._with_gaps()
        scope = Scope(keys, list(Stream), days=None, gaps_only=True, batch_id=None, is_partitioned=False)
        return self._batch(scope, lambda *_: None)

    def pull_people(self, profile_ids: Sequence[str], days: int | None, streams: Sequence[StreamChoice]) -> PullBatch:
        """The pulls of people somebody named, due or not.

        Raises:
            dagster.Failure: nobody is named, or the days are none.
        """
        keys = list(dict.fromkeys(profile_ids))
        if not keys:
            raise _refusal('profile_ids: is empty; name the profiles to pull, such as ["anna", "ben"].')
        chosen = [choice.value for choice in streams or StreamChoice]
        wanted = [stream for stream in Stream if stream in chosen]
        scope = Scope(keys, wanted, _days(days), gaps_only=False, batch_id=None, is_partitioned=False)
        return self._batch(scope, lambda *_: None)

    def _batch(self, scope: Scope, describe: Callable[[Stream, str, Mapping[str, Any]], None]) -> PullBatch:
        settings = self._read_settings()
        return PullBatch(scope, settings.sahha.base_url, self._chunks(scope), describe, settings.sync.tolerance)

    def _with_gaps(self) -> list[str]:
        with self._database.session() as connection:
            gaps = known_gaps(connection, self._read_settings(), self._now())
        return list(dict.fromkeys(gap.profile_id for gap in gaps))

    def _scope(self, context: dg.AssetExecutionContext, config: PullConfig) -> Scope:
        chosen = [choice.value for choice in config.streams or StreamChoice]
        part = {key.to_user_string() for key in context.selected_asset_keys}
        selected = [stream for stream in Stream if stream in chosen and stream in part]
        if not selected:
            raise _refusal("streams: none of those named is part of this run; name at least one that is.")
        days = _days(config.days)
        is_partitioned = context.has_partition_key or context.has_partition_key_range
        keys = _partitions(context, config) if is_partitioned else self._configured(config)
        return Scope(keys, selected, days, config.gaps_only, config.batch_id, is_partitioned)

    def _configured(self, config: PullConfig) -> Sequence[str]:
        if config.batch_id is None:
            if not config.profile_ids:
                raise _refusal(
                    "profile_ids: is empty, and the run has neither partitions nor a batch_id; name one of the three."
                )
            return list(dict.fromkeys(config.profile_ids))
        if config.profile_ids:
            raise _refusal("profile_ids: must be empty beside a batch_id, which names its profiles itself.")
        if config.gaps_only or config.days not in (None, FROM_THE_WATERMARK):
            raise _refusal("gaps_only, days: must be empty beside a batch_id, which is pulled from the watermark.")
        with self._database.session() as connection:
            keys = begin_batch(connection, config.batch_id, self._now())
        if keys is None:
            raise _refusal(f"batch_id: no tick has planned {config.batch_id!r}; leave it empty and name profile_ids.")
        return keys

    def _chunks(self, scope: Scope) -> Generator[Pulls, None, None]:
        """Ends the batch with its run, but not where the run was cut short: what is left of it is then begun again."""
        try:
            if scope.batch_id is not None:
                self._require_closed_breaker()
            yield from pull_in_chunks(self._read_settings().sahha_account(), self._plans(scope), self._find_witnesses)
        except BaseException as error:
            if not is_cut_short(error):
                self._finish(scope)
            raise
        self._finish(scope)

    def _finish(self, scope: Scope) -> None:
        if scope.batch_id is not None:
            with self._database.session() as connection:
                finish_batch(connection, scope.batch_id, scope.profile_ids, self._now())

    def _require_closed_breaker(self) -> None:
        with self._database.session() as connection:
            breaker = read_breaker(connection, self._read_settings().sahha.base_url)
        if breaker.forbids(self._now()):
            raise SahhaDownError(breaker.reason)

    def _find_witnesses(self, accused: Collection[str]) -> tuple[Sequence[str], int]:
        """Everybody is asked once in a full sweep, so that two of them tell who is active."""
        since = self._now() - 2 * self._read_settings().sync.rules.full_sweep
        with self._database.session() as connection:
            return find_witnesses(connection, since, accused)

    def _plans(self, scope: Scope) -> Iterator[Plan]:
        """Runs on the fetcher's thread, so on a connection of its own."""
        settings = self._read_settings()
        lease = settings.sync.lease
        renewed_at = self._now() - lease  # a batch may have waited for its turn nearly as long as its lease
        with self._database.session() as connection:
            mend_clock(connection, settings, self._now())
            for start in range(0, len(scope.profile_ids), CHUNK_PROFILES):
                now = self._now()
                if scope.batch_id is not None and now - renewed_at > lease / 3:
                    renew_leases(connection, scope.batch_id, scope.profile_ids[start:], now + lease)
                    renewed_at = now
                keys = scope.profile_ids[start : start + CHUNK_PROFILES]
                kept_since = settings.keep.rules.readings_since(now)
                yield _plan(connection, scope, keys, Moment(now, settings.sync.rules, kept_since))


@dataclass(frozen=True)
class Moment:
    """When a chunk is planned, by which rules, and since when readings are kept."""

    now: datetime
    rules: SyncRules
    kept_since: datetime


def _plan(connection: Connection[Any], scope: Scope, keys: Sequence[str], moment: Moment) -> Plan:
    """What to ask for, and the answers that need no asking: keys that nobody is enrolled under."""
    known = [key for key in keys if is_profile_id(key)]
    targets = sync_targets(connection, scope.streams, known)
    if scope.batch_id is not None:
        mine = still_leased(connection, scope.batch_id, known)
        targets = {place: target for place, target in targets.items() if place in mine}
        return [_request(place, target, scope, moment) for place, target in targets.items()], {}
    strangers = [key for key in keys if (key, scope.streams[0]) not in targets]
    settled = {stream: [_stranger(key, moment.now) for key in strangers] for stream in scope.streams}
    if scope.gaps_only:
        return _gap_requests(connection, targets, moment), settled
    return [_request(place, target, scope, moment) for place, target in targets.items()], settled


def _request(place: tuple[str, Stream], target: SyncTarget, scope: Scope, moment: Moment) -> Request:
    return Request(place[1], target, plan_window(target, moment.now, scope.days, moment.rules, moment.kept_since))


def _gap_requests(
    connection: Connection[Any], targets: Mapping[tuple[str, Stream], SyncTarget], moment: Moment
) -> list[Request]:
    """One request for all gaps of a profile's stream, from the start of the first to the end of the last.

    What it brings says nothing of the newest data, so changes that were told stay to be pulled; but for what may have
    come in late since a change, which is what a pull from the watermark brings.
    """
    keys = list({profile_id for profile_id, _ in targets})
    gaps = find_gaps(connection, moment.kept_since, moment.rules.first_sync, keys)
    gaps += late_gaps(connection, moment.now, moment.rules, moment.kept_since, keys)
    found: dict[tuple[str, Stream], list[Gap]] = defaultdict(list)
    for gap in gaps:
        found[gap.profile_id, gap.stream].append(gap)
    return [_gap_request(place, targets[place], ours, moment) for place, ours in found.items() if place in targets]


def _gap_request(place: tuple[str, Stream], target: SyncTarget, gaps: Sequence[Gap], moment: Moment) -> Request:
    start = min(gap.span.start for gap in gaps)
    if any(gap.is_late for gap in gaps):
        live = plan_window(target, moment.now, None, moment.rules, moment.kept_since)
        return Request(
            place[1], target, replace(live, start=min(start, live.start), live_start=live.live_start or live.start)
        )
    window = PullWindow(start, moment.now, max(gap.span.end for gap in gaps), moves_watermark=False)
    return Request(place[1], replace(target, change_count=0), window)


def _days(days: int | None) -> int | None:
    if days is None or days == FROM_THE_WATERMARK:
        return None
    if not 1 <= days <= MAX_DAYS:
        raise _refusal(f"days: must be from 1 to {MAX_DAYS}; leave it empty to pull from the watermark.")
    return days


def _partitions(context: dg.AssetExecutionContext, config: PullConfig) -> list[str]:
    if config.profile_ids or config.batch_id is not None:
        raise _refusal("profile_ids, batch_id: must be empty in a run over partitions, which name the profiles.")
    keys = list(context.partition_keys)
    if not keys:
        raise _refusal("partitions: the range holds nobody; its start must not come after its end.")
    return keys


def _refusal(sentence: str) -> dg.Failure:
    return dg.Failure(sentence, allow_retries=False)


def _stranger(key: str, now: datetime) -> ProfilePull:
    reason = (
        NOT_ENROLLED
        if is_profile_id(key)
        else "is no profile id (1 to 100 letters, digits, _ or -); delete the partition and enrol the person instead."
    )
    return ProfilePull(key, PullWindow(now, now), problem=Outcome.FAILED, error=reason)
