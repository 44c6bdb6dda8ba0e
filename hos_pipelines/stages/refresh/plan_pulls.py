"""What to ask Sahha for whom: a chunk of profiles becomes requests, and answers where there is nothing to ask."""

from collections import defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.coverage import Gap
from hos_pipelines.domain.profiles import NOT_ENROLLED, is_profile_id
from hos_pipelines.domain.refusals import Pulls
from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, Stream, SyncRules, SyncTarget, plan_window
from hos_pipelines.postgres.coverage_store import find_gaps
from hos_pipelines.postgres.planner import renew_leases, still_leased
from hos_pipelines.postgres.profile_store import sync_targets
from hos_pipelines.sahha.pull import Request
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh.gaps import late_gaps
from hos_pipelines.stages.refresh.plan_tick import mend_clock
from hos_pipelines.stages.refresh.scope import RefreshScope

CHUNK_PROFILES = 100

Place = tuple[str, Stream]


@dataclass(frozen=True, slots=True)
class PullPlan:
    """A chunk's requests, and the pulls that need none."""

    requests: Sequence[Request]
    known: Pulls


@dataclass(frozen=True, slots=True)
class PlanMoment:
    """When a chunk is planned, by which rules, and since when readings are kept."""

    now: datetime
    rules: SyncRules
    kept_since: datetime


def plan_pulls(
    database: Database, settings: Settings, scope: RefreshScope, now: Callable[[], datetime]
) -> Generator[PullPlan]:
    """Plans a refresh, as many profiles at a time as are fetched and committed together; a batch keeps its leases.

    Goes ahead of the writer in the fetcher's thread, so on a connection of its own.

    Raises:
        WrongClockError: this machine's clock and the database's are hours apart.
    """
    lease = settings.sync.lease
    renewed_at = now() - lease  # a batch may have waited for its turn nearly as long as its lease
    with database.session() as connection:
        mend_clock(connection, settings, now())
        for start in range(0, len(scope.profile_ids), CHUNK_PROFILES):
            at = now()
            if scope.batch_id is not None and at - renewed_at > lease / 3:
                renew_leases(connection, scope.batch_id, scope.profile_ids[start:], at + lease)
                renewed_at = at
            moment = PlanMoment(at, settings.sync.rules, settings.keep.rules.readings_since(at))
            yield plan_chunk(connection, scope, scope.profile_ids[start : start + CHUNK_PROFILES], moment)


def plan_chunk(connection: Connection[Any], scope: RefreshScope, keys: Sequence[str], moment: PlanMoment) -> PullPlan:
    """What to ask for some profiles of a refresh; keys that nobody is enrolled under fail without being asked for.

    Of a batch only those are asked for whom it still has on lease: the others are another run's by now, or done.
    """
    ids = [key for key in keys if is_profile_id(key)]
    targets = sync_targets(connection, scope.streams, ids)
    if scope.batch_id is not None:
        leased = still_leased(connection, scope.batch_id, ids)
        mine = {place: target for place, target in targets.items() if place in leased}
        return PullPlan(_requests(mine, scope, moment), {})
    strangers = [key for key in keys if (key, scope.streams[0]) not in targets]
    known = {stream: [_not_enrolled(key, moment.now) for key in strangers] for stream in scope.streams}
    if scope.gaps_only:
        return PullPlan(_gap_requests(connection, targets, moment), known)
    return PullPlan(_requests(targets, scope, moment), known)


def _requests(targets: Mapping[Place, SyncTarget], scope: RefreshScope, moment: PlanMoment) -> list[Request]:
    return [
        Request(stream, target, plan_window(target, moment.now, scope.days, moment.rules, moment.kept_since))
        for (_, stream), target in targets.items()
    ]


def _gap_requests(
    connection: Connection[Any], targets: Mapping[Place, SyncTarget], moment: PlanMoment
) -> list[Request]:
    """One request for all gaps of a profile's stream, from the start of the first to the end of the last.

    What it brings says nothing of the newest data, so changes that were told stay to be pulled; but for what may have
    come in late since a change, which is what a pull from the watermark brings.
    """
    keys = list({profile_id for profile_id, _ in targets})
    gaps = find_gaps(connection, moment.kept_since, moment.rules.first_sync, keys)
    gaps += late_gaps(connection, moment.now, moment.rules, moment.kept_since, keys)
    found: dict[Place, list[Gap]] = defaultdict(list)
    for gap in gaps:
        found[gap.profile_id, gap.stream].append(gap)
    return [_gap_request(place, targets[place], ours, moment) for place, ours in found.items() if place in targets]


def _gap_request(place: Place, target: SyncTarget, gaps: Sequence[Gap], moment: PlanMoment) -> Request:
    start = min(gap.span.start for gap in gaps)
    if any(gap.is_late for gap in gaps):
        live = plan_window(target, moment.now, None, moment.rules, moment.kept_since)
        return Request(
            place[1], target, replace(live, start=min(start, live.start), live_start=live.live_start or live.start)
        )
    window = PullWindow(start, moment.now, max(gap.span.end for gap in gaps), moves_watermark=False)
    return Request(place[1], replace(target, change_count=0), window)


def _not_enrolled(key: str, now: datetime) -> ProfilePull:
    reason = (
        NOT_ENROLLED
        if is_profile_id(key)
        else "is no profile id (1 to 100 letters, digits, _ or -); delete the partition and enrol the person instead."
    )
    return ProfilePull(key, PullWindow(now, now), problem=Outcome.FAILED, error=reason)
