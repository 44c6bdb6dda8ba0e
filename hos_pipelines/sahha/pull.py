"""Pulls streams for many profiles at once: fetch, translate, and a problem stays with the profile that has it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.refusals import Pulls
from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, Stream, SyncTarget
from hos_pipelines.sahha.client import SahhaClient
from hos_pipelines.sahha.errors import (
    DeniedError,
    GoneError,
    NotSahhaError,
    PermanentError,
    RateLimitedError,
    SahhaError,
    TransientError,
)
from hos_pipelines.sahha.outage_detector import OutageDetector, suspect_of
from hos_pipelines.sahha.translate import (
    Translation,
    Whose,
    translate_archetypes,
    translate_biomarkers,
    translate_scores,
)

Dates = tuple[date, date]
Fetch = Callable[[SahhaClient, str, Dates], Awaitable[list[object]]]
Translate = Callable[[Sequence[object], Whose], Translation]

# A monthly archetype's period starts up to 31 days before it closes, and it appears only then.
ARCHETYPE_PERIOD = timedelta(days=38)

# Days asked for at once where Sahha gave no answer for all of them.
SLICE = timedelta(days=30)


def _archetype_dates(dates: Dates) -> Dates:
    return dates[0] - ARCHETYPE_PERIOD, dates[1]


FETCH: Mapping[Stream, tuple[Fetch, Translate]] = {
    Stream.BIOMARKERS: (SahhaClient.biomarkers, translate_biomarkers),
    Stream.SCORES: (SahhaClient.scores, translate_scores),
    Stream.SAHHA_ARCHETYPES: (
        lambda client, external_id, dates: client.archetypes(external_id, _archetype_dates(dates)),
        translate_archetypes,
    ),
}


@dataclass(frozen=True, slots=True)
class Request:
    """One pull to make: a stream of a profile, over a window."""

    stream: Stream
    target: SyncTarget
    window: PullWindow


async def pull_all(
    client: SahhaClient, requests: Sequence[Request], concurrency: int, detector: OutageDetector
) -> Pulls:
    """What Sahha has for each request, by stream, in the order asked; never more than `concurrency` at once.

    Once the detector is over, what is left is not asked for and missing from the answer; where the deployment is wrong,
    so is whatever brought no answer, since it says nothing of anybody.
    """
    turns = asyncio.Semaphore(concurrency)
    place = {profile_id: number for number, profile_id in enumerate({one.target.profile_id: 0 for one in requests})}

    async def pull(request: Request) -> ProfilePull | None:
        async with turns:
            return None if detector.is_over else await _pull_one(client, request, detector)

    # Person by person: where one stream is refused to everybody, the other streams' good answers come in between.
    requests = sorted(requests, key=lambda one: place[one.target.profile_id])
    answers = await asyncio.gather(*map(pull, requests))
    pulls: Pulls = {}
    for request, answer in zip(requests, answers, strict=True):
        if answer is not None and (detector.misconfigured is None or answer.problem is None):
            pulls.setdefault(request.stream, []).append(answer)
    return pulls


async def _pull_one(client: SahhaClient, request: Request, detector: OutageDetector) -> ProfilePull:
    _, translate = FETCH[request.stream]
    target = request.target
    try:
        raw, window = await _fetch_what_can_be(client, request)
        detector.note_answer()
        translation = translate(
            raw, Whose(target.profile_id, target.external_id, window.observed_at, zone_of(target.timezone))
        )
    except SahhaError as error:
        await detector.note_failure(error, target.external_id, client)
        return _failed_pull(request, error)
    except Exception as error:  # noqa: BLE001  the per-user isolation line: one answer must not end the batch
        return _unreadable(request, f"its answer could not be handled ({type(error).__name__}).")
    return ProfilePull(
        target.profile_id,
        window,
        rows=translation.rows,
        quarantined=translation.quarantined,
        change_count=target.change_count,
        timezone=target.timezone,
    )


async def _fetch_what_can_be(client: SahhaClient, request: Request) -> tuple[list[object], PullWindow]:
    """What Sahha has, and since when. Where it fails at more days than the overlap, those are asked for alone, and the
    days before them in slices, newest first, as far as it answers: what fails at old days alone speaks against nobody.
    """
    fetch, _ = FETCH[request.stream]
    window, who = request.window, request.target.external_id
    try:
        return await fetch(client, who, window.dates), window
    except SahhaError as error:
        if window.live_start is None or not _may_be_the_range(error):
            raise
    raw = await fetch(client, who, replace(window, start=window.live_start).dates)
    reached = window.live_start
    while reached > window.start:
        since = max(window.start, reached - SLICE)
        try:
            raw += await fetch(client, who, replace(window, start=since, until=reached).dates)
        except SahhaError:
            return raw, replace(window, start=reached, reaches_all=False, is_cut=True)
        reached = since
    return raw, window


def _may_be_the_range(error: SahhaError) -> bool:
    """Whether fewer days may be answered: a range that is refused, an answer that is too large or takes too long."""
    if isinstance(error, (RateLimitedError, NotSahhaError)):
        return False
    return isinstance(error, (PermanentError, TransientError))


def _failed_pull(request: Request, error: SahhaError) -> ProfilePull:
    return ProfilePull(
        request.target.profile_id,
        request.window,
        problem=_outcome_of(error),
        error=error.of_one if isinstance(error, DeniedError) else str(error),
        refused=isinstance(error, (PermanentError, DeniedError)) and request.window.moves_watermark,
        suspect=suspect_of(error),
    )


def _unreadable(request: Request, reason: str) -> ProfilePull:
    return ProfilePull(request.target.profile_id, request.window, problem=Outcome.FAILED, error=reason)


def _outcome_of(error: SahhaError) -> Outcome:
    if isinstance(error, GoneError):
        return Outcome.GONE
    return Outcome.RATE_LIMITED if isinstance(error, RateLimitedError) else Outcome.FAILED
