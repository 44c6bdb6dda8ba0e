"""Pulls one stream for many profiles at once: fetch, translate, and a problem stays with the profile that has it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, timedelta

from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, Stream, SyncTarget
from hos_pipelines.sahha.client import SahhaClient
from hos_pipelines.sahha.errors import GoneError, RateLimitedError, SahhaError
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


async def pull_profiles(
    client: SahhaClient, stream: Stream, wanted: Sequence[tuple[SyncTarget, PullWindow]], concurrency: int
) -> list[ProfilePull]:
    """What Sahha has of a stream for each profile, in the order asked; never more than `concurrency` at once."""
    turns = asyncio.Semaphore(concurrency)

    async def pull(target: SyncTarget, window: PullWindow) -> ProfilePull:
        async with turns:
            return await _pull_one(client, stream, target, window)

    return list(await asyncio.gather(*(pull(target, window) for target, window in wanted)))


async def _pull_one(client: SahhaClient, stream: Stream, target: SyncTarget, window: PullWindow) -> ProfilePull:
    fetch, translate = FETCH[stream]
    try:
        raw = await fetch(client, target.external_id, window.dates)
        translation = translate(raw, Whose(target.profile_id, target.external_id, window.observed_at))
    except SahhaError as error:
        return ProfilePull(target.profile_id, window, problem=_outcome_of(error), error=str(error))
    except Exception as error:  # noqa: BLE001  the per-user isolation line: one answer must not end the batch
        reason = f"its answer could not be handled ({type(error).__name__})."
        return ProfilePull(target.profile_id, window, problem=Outcome.FAILED, error=reason)
    return ProfilePull(target.profile_id, window, rows=translation.rows, quarantined=translation.quarantined)


def _outcome_of(error: SahhaError) -> Outcome:
    if isinstance(error, GoneError):
        return Outcome.GONE
    return Outcome.RATE_LIMITED if isinstance(error, RateLimitedError) else Outcome.FAILED
