"""Reads and writes profiles: who is enrolled, and whom a pull is for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection

from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import Stream, SyncTarget
from hos_pipelines.postgres.late_store import LATE, NEWEST_DAYS, read_lateness
from hos_pipelines.postgres.pauses import reset_refusals
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.postgres.zone_store import ask_again, old_zone

ENROL = """
INSERT INTO profiles AS p (profile_id, external_id, archetype, timezone, country, status, enrolled_at, last_active_at)
VALUES (%(profile_id)s, %(external_id)s, coalesce(%(archetype)s, 'Foundation Builder'), %(timezone)s, %(country)s,
        'active', %(now)s, %(now)s)
ON CONFLICT (external_id) DO UPDATE SET
    archetype = coalesce(%(archetype)s, p.archetype),
    timezone = coalesce(%(timezone)s, p.timezone),
    country = coalesce(%(country)s, p.country),
    status = CASE WHEN p.status IN ('retired', 'paused') AND %(by_hand)s THEN 'active' ELSE p.status END,
    status_reason = CASE WHEN p.status IN ('retired', 'paused') AND %(by_hand)s THEN NULL ELSE p.status_reason END,
    last_active_at = CASE WHEN %(by_hand)s THEN %(now)s ELSE p.last_active_at END,
    updated_at = now()
RETURNING profile_id, external_id, status, xmax = 0,
    status = 'active' AND coalesce(
        (SELECT before.status <> 'active' FROM profiles AS before WHERE before.external_id = %(external_id)s), false)
"""

RETIRE = """
UPDATE profiles SET status = 'retired', status_reason = NULL, updated_at = now() WHERE profile_id = ANY(%s)
"""

# Paused ones stay paused until Sahha lists them again or sends a webhook of them.
TAKE_UP_AGAIN = """
UPDATE profiles SET status = 'active', status_reason = NULL, updated_at = now()
WHERE profile_id = %s AND status = 'retired'
RETURNING profile_id
"""

TARGETS: LiteralString = (
    """
SELECT stream.name, p.profile_id, p.external_id, p.enrolled_at, s.watermark, p.change_count, p.timezone,"""
    + NEWEST_DAYS
    + ", "
    + LATE
    + """
FROM profiles AS p
CROSS JOIN unnest(%s::text[]) AS stream (name)
LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = stream.name
WHERE p.profile_id = ANY(%s) AND p.status NOT IN ('retired', 'erased')
"""
)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One profile after enrolment; `is_taken_up` where it was retired or paused before and is active now."""

    profile_id: str
    external_id: str
    status: str
    is_new: bool
    is_taken_up: bool


def enrol(
    connection: Connection[Any], enrolments: Iterable[Enrolment], now: datetime, *, by_hand: bool
) -> list[Enrolled]:
    """Adds profiles or updates those that exist, by external id; a person asking `by_hand` also resumes retired ones.

    Erased profiles stay erased whoever asks. Where a time zone is told that was not known, all that is stored is
    asked for again.

    Raises:
        psycopg.errors.UniqueViolation: a profile id is taken by another external id.
    """
    enrolled = []
    with connection.transaction(), connection.cursor() as cursor:
        for one in sorted(enrolments, key=lambda one: one.profile_id):  # as profile_locks has it
            values = {
                "profile_id": one.profile_id,
                "external_id": one.external_id,
                "archetype": one.archetype,
                "timezone": one.timezone,
                "country": one.country,
                "now": now,
                "by_hand": by_hand,
            }
            is_zone_told = one.timezone is not None and old_zone(cursor, one.external_id) != one.timezone
            row = cursor.execute(ENROL, values).fetchone()
            if row is not None:
                enrolled.append(Enrolled(*row))
                if is_zone_told:
                    ask_again(cursor, enrolled[-1].profile_id)
        if by_hand:
            reset_refusals(connection, [one.profile_id for one in enrolled])
    return enrolled


def retire(connection: Connection[Any], profile_ids: Collection[str]) -> set[str]:
    """Retires profiles, all or none; the answer holds those that were not retired or erased before."""
    with connection.transaction():
        enrolled = lock_profiles(connection, profile_ids)
        connection.execute(RETIRE, (list(enrolled),))
    return enrolled


def follow_archetype(connection: Connection[Any], profile_id: str, archetype: str) -> None:
    """From now on the profile follows this archetype."""
    connection.execute(
        "UPDATE profiles SET archetype = %s, updated_at = now() WHERE profile_id = %s AND archetype <> %s",
        (archetype, profile_id, archetype),
    )


def take_up_again(connection: Connection[Any], profile_ids: Collection[str]) -> set[str]:
    """Makes retired profiles active again, all or none; the answer holds those that were retired."""
    with connection.transaction():
        rows = [connection.execute(TAKE_UP_AGAIN, (key,)).fetchone() for key in sorted(profile_ids)]
    return {row[0] for row in rows if row is not None}


def enrolled_profile_ids(connection: Connection[Any]) -> list[str]:
    """Everyone who should have a partition, in order of enrolment."""
    rows = connection.execute(
        "SELECT profile_id FROM profiles WHERE status NOT IN ('retired', 'erased') ORDER BY enrolled_at, profile_id"
    )
    return [profile_id for (profile_id,) in rows]


def active_profile_ids(connection: Connection[Any]) -> list[str]:
    """Everyone who is to be refreshed, in order of enrolment: whoever is paused is left alone."""
    rows = connection.execute(
        "SELECT profile_id FROM profiles WHERE status = 'active' ORDER BY enrolled_at, profile_id"
    )
    return [profile_id for (profile_id,) in rows]


def profile_ids_of(connection: Connection[Any], external_ids: Collection[str]) -> dict[str, str]:
    """The profile ids of external ids that are enrolled."""
    rows = connection.execute(
        "SELECT external_id, profile_id FROM profiles "
        "WHERE external_id = ANY(%s) AND status NOT IN ('retired', 'erased')",
        (list(external_ids),),
    )
    return dict(rows.fetchall())


def sync_targets(
    connection: Connection[Any], streams: Collection[Stream], profile_ids: Sequence[str]
) -> dict[tuple[str, Stream], SyncTarget]:
    """What a pull needs to know of each enrolled profile and stream; nobody else is in the answer."""
    rows = connection.execute(TARGETS, (list(streams), list(profile_ids)))
    return {
        (profile_id, Stream(stream)): SyncTarget(
            profile_id, external_id, enrolled_at, watermark, changes, zone, read_lateness(days, *late)
        )
        for stream, profile_id, external_id, enrolled_at, watermark, changes, zone, days, *late in rows
    }
