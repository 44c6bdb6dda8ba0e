"""Who a profile is: its key, the coaching archetype it follows, its time zone, and its place in the partition set.

Sahha's own weekly archetypes are measurements and live in `measurements`.
"""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

PROFILE_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
EXTERNAL_ID_MAX_LENGTH = 100
NOT_ENROLLED = (
    "is not enrolled, or is retired; run `hos enroll` with its external id, `hos retire --undo` where it was retired, "
    "or delete the partition."
)


class InvalidProfileError(ValueError):
    """A field of a profile that cannot be accepted; the text names the field and the remedy."""


class Archetype(StrEnum):
    """The six coaching archetypes a user can follow."""

    FOUNDATION_BUILDER = "Foundation Builder"
    TRANSFORMATION_SEEKER = "Transformation Seeker"
    SYSTEMATIC_IMPROVER = "Systematic Improver"
    PEAK_PERFORMER = "Peak Performer"
    RESILIENCE_REBUILDER = "Resilience Rebuilder"
    CONNECTED_EXPLORER = "Connected Explorer"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One profile as it is to be enrolled; what nobody said is None and keeps its default or stored value."""

    profile_id: str
    external_id: str
    archetype: Archetype | None = None
    timezone: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class PartitionChanges:
    """What the enrolment sensor does next: keys to add and keys to delete, each sorted."""

    add: tuple[str, ...]
    delete: tuple[str, ...]


def is_profile_id(key: str) -> bool:
    """Whether a key, wherever it was typed, has the form of a profile id."""
    return PROFILE_ID.fullmatch(key) is not None


def profile_id_for(external_id: str) -> str:
    """The partition key of an external id: the id itself where it fits the pattern, else an opaque digest of it.

    Raises:
        InvalidProfileError: the id is empty, longer than Sahha allows, or holds control characters.
    """
    if not 0 < len(external_id) <= EXTERNAL_ID_MAX_LENGTH:
        raise InvalidProfileError(f"external_id: must have 1 to {EXTERNAL_ID_MAX_LENGTH} characters; check the id.")
    if not external_id.isprintable():
        raise InvalidProfileError("external_id: holds control characters; pass the id exactly as Sahha shows it.")
    if is_profile_id(external_id) and not external_id.startswith("-"):
        return external_id
    return f"x_{hashlib.sha256(external_id.encode()).hexdigest()[:32]}"


def parse_archetype(name: str) -> Archetype:
    """The archetype of a name, whatever its case and separators.

    Raises:
        InvalidProfileError: no archetype has that name.
    """
    wanted = re.sub(r"[\s_-]+", " ", name).strip().casefold()
    for archetype in Archetype:
        if archetype.value.casefold() == wanted:
            return archetype
    raise InvalidProfileError(f"archetype: {name!r} is unknown; use one of: {', '.join(Archetype)}.")


# Names of the zone database for where no zone has been set, and for that of the machine.
NO_ZONES = frozenset({"Factory", "localtime"})


def parse_timezone(name: str) -> str:
    """An IANA time zone name, checked against the zone database.

    Raises:
        InvalidProfileError: the zone does not exist.
    """
    if name not in available_timezones() or name in NO_ZONES:
        raise InvalidProfileError(
            f"timezone: {name!r} is unknown; use an IANA name such as Europe/Berlin, America/New_York or UTC."
        )
    return name


@lru_cache(maxsize=1024)
def zone_of(name: str | None) -> ZoneInfo | None:
    """The zone a profile names; None where it names none, or one of an older system that does not exist."""
    try:
        return ZoneInfo(name) if name and name not in NO_ZONES else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def most_deleted(known: int) -> int:
    """How many of so many partitions may go at once without a person: a tenth, but always one.

    More is far more often a wrong or half-emptied database than the departure of so many.
    """
    return max(1, known // 10)


def partition_changes(known: Collection[str], enrolled: Collection[str]) -> PartitionChanges:
    """Which partitions to add and to delete so that they equal the enrolled profiles.

    An empty enrolment beside known partitions deletes nobody: it is far more often a wrong or emptied database than
    the departure of everyone at once. Keys that are no profile ids are never added.
    """
    wanted = {key for key in enrolled if is_profile_id(key)}
    delete = set(known) - wanted if wanted else set()
    return PartitionChanges(add=tuple(sorted(wanted - set(known))), delete=tuple(sorted(delete)))
