"""Takes in what became of an item of a plan: one word for each item and day, the newest stands."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from hos_pipelines.domain.person.checkin import NOTE_BYTES, PLAN_REPEATS, Again, Completion, SaidCheckin, SkipReason
from hos_pipelines.domain.person.faults import PersonFaultsError, bounded_text, gathered, is_storable, shown
from hos_pipelines.domain.person.local_days import local_day, parse_day, parse_moment
from hos_pipelines.domain.person.word_outcome import WordOutcome
from hos_pipelines.postgres.checkin_store import FoundItem, find_item, write_checkin


@dataclass(frozen=True, slots=True)
class RawCheckin:
    """A check-in as it was written; `item` is its id, or its name within the plan of the day."""

    item: str
    status: Completion | None = None
    day: str | None = None
    at: str | None = None
    satisfaction: int | None = None
    again: Again | None = None
    reason: SkipReason | None = None
    note: str | None = None


def check_in(
    connection: Connection[Any], profile_id: str, raw: RawCheckin, zone: tzinfo | None, now: datetime
) -> WordOutcome | None:
    """Stores what was said at `now` (UTC); None where the profile is not enrolled. The same again changes nothing.

    Raises:
        PersonFaultsError: a sentence for each fault; nothing was stored.
    """
    said = _read(connection, profile_id, raw, zone, now)
    try:
        return write_checkin(connection, said, now)
    except psycopg.errors.NotNullViolation:
        raise PersonFaultsError(
            [f"--status: nothing has been said of this item yet; give one of {', '.join(Completion)}."]
        ) from None


def _read(
    connection: Connection[Any], profile_id: str, raw: RawCheckin, zone: tzinfo | None, now: datetime
) -> SaidCheckin:
    faults = _contradictions(raw)
    today = local_day(now, zone)
    day, done_at, note, found = None, None, None, None
    with gathered(faults):
        day = today if raw.day is None else parse_day("--day", raw.day, today)
        found = _find(connection, profile_id, raw, day)
    if day is not None and found is None:
        faults.append(f"ITEM: {shown(raw.item)} is no item of this person's plans; `hos checkin PROFILE` lists them.")
    if found is not None:
        with gathered(faults):
            day = parse_day("--day", raw.day or found.plan_date.isoformat(), today)
            if not found.plan_date <= day <= found.plan_date + PLAN_REPEATS:
                raise ValueError(f"--day: {day} is not of the week of this item, which begins on {found.plan_date}.")
            done_at = None if raw.at is None else parse_moment("--at", raw.at, day, zone, now)
    with gathered(faults):
        note = None if raw.note is None else bounded_text("--note", raw.note, NOTE_BYTES)
    if faults or found is None or day is None:
        raise PersonFaultsError(faults)
    return SaidCheckin(profile_id, found.id, day, raw.status, done_at, raw.satisfaction, raw.again, raw.reason, note)


def _find(connection: Connection[Any], profile_id: str, raw: RawCheckin, day: date) -> FoundItem | None:
    """The item of this person; of somebody else's nothing is told, not even that it is there."""
    try:
        item: UUID | str = UUID(raw.item)
    except ValueError:
        item = raw.item
    return find_item(connection, profile_id, item, day) if is_storable(raw.item) else None


def _contradictions(raw: RawCheckin) -> list[str]:
    faults = []
    if raw.status is Completion.SKIPPED and raw.at is not None:
        faults.append("--at: says when it was done, and --status that it was not; leave one of them out.")
    if raw.status is Completion.COMPLETED and raw.reason is not None:
        faults.append("--reason: says why it was not done, and --status that it was; leave one of them out.")
    return faults
