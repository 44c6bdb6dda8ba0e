"""Pulls streams for many profiles at once: fetch, translate, and a problem stays with the profile that has it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hos_pipelines.domain.sync import Outcome, ProfilePull, PullWindow, Stream, SyncTarget
from hos_pipelines.sahha.client import SahhaClient
from hos_pipelines.sahha.errors import GoneError, PermanentError, RateLimitedError, SahhaError, TransientError
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


SILENCES_UNTIL_DOWN = 10


@dataclass(frozen=True, slots=True)
class Request:
    """One pull to make: a stream of a profile, over a window."""

    stream: Stream
    target: SyncTarget
    window: PullWindow


class Vigil:
    """Watches the answers of a session: so many requests in a row without one mean that Sahha is not to be asked now.

    Each of them was repeated by the client already, slower after every 429, so single faults never get here.
    """

    def __init__(self) -> None:
        self._silences = 0
        self.last_reason: str | None = None

    @property
    def is_down(self) -> bool:
        """Whether to stop asking."""
        return self._silences >= SILENCES_UNTIL_DOWN

    def note(self, error: SahhaError | None) -> None:
        """Takes the end of a request into account."""
        if isinstance(error, TransientError):
            self._silences += 1
            self.last_reason = str(error)
        elif not self.is_down:
            self._silences = 0


Pulls = dict[Stream, list[ProfilePull]]


async def pull_all(client: SahhaClient, requests: Sequence[Request], concurrency: int, vigil: Vigil) -> Pulls:
    """What Sahha has for each request, by stream, in the order asked; never more than `concurrency` at once.

    Once Sahha is found to be down, what is left is not asked for and missing from the answer.
    """
    turns = asyncio.Semaphore(concurrency)

    async def pull(request: Request) -> ProfilePull | None:
        async with turns:
            return None if vigil.is_down else await _pull_one(client, request, vigil)

    answers = await asyncio.gather(*map(pull, requests))
    pulls: Pulls = {}
    for request, answer in zip(requests, answers, strict=True):
        if answer is not None:
            pulls.setdefault(request.stream, []).append(answer)
    return pulls


async def _pull_one(client: SahhaClient, request: Request, vigil: Vigil) -> ProfilePull:
    fetch, translate = FETCH[request.stream]
    target, window = request.target, request.window
    try:
        raw = await fetch(client, target.external_id, window.dates)
        vigil.note(None)
        translation = translate(raw, Whose(target.profile_id, target.external_id, window.observed_at))
    except SahhaError as error:
        vigil.note(error)
        return _failed(request, _outcome_of(error), str(error), refused=isinstance(error, PermanentError))
    except Exception as error:  # noqa: BLE001  the per-user isolation line: one answer must not end the batch
        return _failed(request, Outcome.FAILED, f"its answer could not be handled ({type(error).__name__}).")
    return ProfilePull(
        target.profile_id,
        window,
        rows=translation.rows,
        quarantined=translation.quarantined,
        change_count=target.change_count,
    )


def _failed(request: Request, outcome: Outcome, reason: str, *, refused: bool = False) -> ProfilePull:
    return ProfilePull(request.target.profile_id, request.window, problem=outcome, error=reason, refused=refused)


def _outcome_of(error: SahhaError) -> Outcome:
    if isinstance(error, GoneError):
        return Outcome.GONE
    return Outcome.RATE_LIMITED if isinstance(error, RateLimitedError) else Outcome.FAILED
