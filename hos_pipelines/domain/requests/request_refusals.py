"""Why a request is refused: a code that programs read, and a sentence with the field and the remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from hos_pipelines.domain.person.faults import quoted
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.domain.requests.kinds import RequestKind

MOST_PREFERENCES_BYTES = 16_384  # as the database has it
FURTHEST_AHEAD_DAYS = 14

# By code, what a refusal says; `{}` is filled in by whoever refuses.
SENTENCES: Mapping[str, str] = {
    "unknown_kind": "kind: {} cannot be asked for; ask for one of: {}.",
    "key_reused": "idempotency_key: was used for another request of this person; choose a new key for a new request.",
    "no_such_profile": "profile_id: nobody of this id is enrolled; enrol the person first, and file the request again.",
    "retired_profile": "profile_id: this person is retired; take them up again first, and file the request again.",
    "erased_profile": "profile_id: this person was erased and cannot come back; ask for nothing of them any more.",
    "unknown_archetype": "archetype: {} is unknown; use one of: {}.",
    "unknown_timezone": "timezone: {} is unknown; use an IANA name such as Europe/Berlin, America/New_York or UTC.",
    "unknown_preference": "{}",
    "unknown_restriction": "{}",
    "bad_preference": "{}",
    "contradictory_preferences": "{}",
    "preferences_too_large": "preferences: have {:,} bytes; {:,} are the most: leave out what is not needed.",
    "day_is_over": "requested_for: {} is over where this person lives, on {}; ask for today or for no day.",
    "day_too_far": "requested_for: {} is more than {} days ahead; file the request nearer to that day.",
    "not_enough_data": "kind: there is too little data for {} yet ({}); ask again when more has come.",
    "sahha_is_off": "kind: refresh needs Sahha, which this deployment may not ask: {}",
}


@dataclass(frozen=True, slots=True)
class RequestRefusal:
    """One reason, as it is stored and told."""

    code: str
    sentence: str


class RequestRefusedError(Exception):
    """A request is refused whole; nothing of it is stored."""

    def __init__(self, refusal: RequestRefusal) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


def refuse(code: str, *fill: object) -> RequestRefusal:
    """A refusal with its sentence."""
    return RequestRefusal(code, SENTENCES[code].format(*fill))


def unknown_kind(kind: str) -> RequestRefusal:
    """What cannot be asked for."""
    return refuse("unknown_kind", quoted(kind), ", ".join(RequestKind))


def unknown_archetype(archetype: str) -> RequestRefusal:
    """An archetype that there is none of."""
    return refuse("unknown_archetype", quoted(archetype), ", ".join(Archetype))


def unknown_timezone(zone: str) -> RequestRefusal:
    """A zone that the zone database does not have."""
    return refuse("unknown_timezone", quoted(zone))


def too_large(size: int) -> RequestRefusal:
    """Preferences that are more than the table takes."""
    return refuse("preferences_too_large", size, MOST_PREFERENCES_BYTES)


def refusal_of_day(wanted: date | None, today: date) -> RequestRefusal | None:
    """Why a request for a day cannot be taken up, by the local day it is for and that it is; None where it can."""
    if wanted is None:
        return None
    if wanted < today:
        return refuse("day_is_over", wanted, today)
    if (wanted - today).days > FURTHEST_AHEAD_DAYS:
        return refuse("day_too_far", wanted, FURTHEST_AHEAD_DAYS)
    return None
