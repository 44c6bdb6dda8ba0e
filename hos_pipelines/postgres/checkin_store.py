"""Check-ins, one at a time: the same again changes nothing, a correction keeps what was before (by a trigger)."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hos_pipelines.domain.person.checkin import SaidCheckin
from hos_pipelines.domain.person.word_outcome import WordOutcome
from hos_pipelines.postgres.profile_locks import lock_profiles

FIND = """
SELECT i.id, i.profile_id, i.item_id, i.title, i.plan_date, p.timezone
FROM plan_items AS i LEFT JOIN profiles AS p USING (profile_id)
WHERE i.id = %s
"""
BEFORE = """
SELECT recorded_at FROM task_checkins
WHERE profile_id = %(profile_id)s AND plan_item_id = %(plan_item_id)s AND planned_date = %(planned_date)s
"""
# A correction is newer than what it corrects also where the clock stands still.
TELL = """
INSERT INTO task_checkins AS t (profile_id, plan_item_id, analysis_result_id, planned_date, planned_time,
                                completion_status, completed_at, satisfaction_rating, continue_preference, skip_reason,
                                user_notes, created_at, recorded_at)
SELECT %(profile_id)s, i.id, i.analysis_result_id, %(planned_date)s, i.scheduled_time,
       coalesce(%(status)s, stands.completion_status), %(done_at)s, %(satisfaction)s, %(again)s, %(skip_reason)s,
       nullif(%(note)s, ''), %(now)s, %(now)s
FROM plan_items AS i
LEFT JOIN task_checkins AS stands
    ON stands.profile_id = i.profile_id AND stands.plan_item_id = i.id AND stands.planned_date = %(planned_date)s
WHERE i.id = %(plan_item_id)s AND i.profile_id = %(profile_id)s
ON CONFLICT (profile_id, plan_item_id, planned_date) DO UPDATE SET
    completion_status = coalesce(%(status)s, t.completion_status),
    completed_at = CASE WHEN coalesce(%(status)s, t.completion_status) <> 'skipped'
                        THEN coalesce(%(done_at)s, t.completed_at) END,
    actual_completion_time = CASE WHEN coalesce(%(status)s, t.completion_status) <> 'skipped' AND %(done_at)s IS NULL
                                  THEN t.actual_completion_time END,
    satisfaction_rating = coalesce(%(satisfaction)s, t.satisfaction_rating),
    continue_preference = coalesce(%(again)s, t.continue_preference),
    skip_reason = CASE WHEN coalesce(%(status)s, t.completion_status) <> 'completed'
                       THEN coalesce(%(skip_reason)s, t.skip_reason) END,
    user_notes = CASE WHEN %(note)s IS NULL THEN t.user_notes ELSE nullif(%(note)s, '') END,
    recorded_at = greatest(%(now)s, CASE WHEN t.recorded_at = %(now)s THEN t.recorded_at + interval '1 microsecond' END)
RETURNING recorded_at
"""


class FoundItem(NamedTuple):
    """An item somebody checks in for, whose it is, and that person's zone."""

    id: UUID
    profile_id: str
    item_id: str
    title: str
    plan_date: date
    timezone: str | None


def find_item(connection: Connection[Any], item: UUID) -> FoundItem | None:
    """The item of this id, whoever's it is."""
    with connection.cursor(row_factory=class_row(FoundItem)) as cursor:
        return cursor.execute(FIND, (item,)).fetchone()


def write_checkin(connection: Connection[Any], said: SaidCheckin, now: datetime) -> WordOutcome | None:
    """Stores what was said at `now` (UTC); None where the profile is not enrolled or the item is not the profile's.

    Raises:
        psycopg.errors.NotNullViolation: nothing was said of it before, and not now how much of it was done.
        psycopg.errors.IntegrityError: it is nothing the database lets stand, such as a day that is not the item's.
    """
    values = {
        "profile_id": said.profile_id,
        "plan_item_id": said.plan_item_id,
        "planned_date": said.planned_date,
        "status": said.status,
        "done_at": said.done_at,
        "satisfaction": said.satisfaction,
        "again": said.again,
        "skip_reason": said.skip_reason,
        "note": said.note,
        "now": now,
    }
    with connection.transaction():
        if not lock_profiles(connection, [said.profile_id]):
            return None
        before = connection.execute(BEFORE, values).fetchone()
        after = connection.execute(TELL, values).fetchone()
    return None if after is None else outcome_of(None if before is None else before[0], after[0], now)


def outcome_of(before: datetime | None, after: datetime, now: datetime) -> WordOutcome:
    """What came of a word said at `now`, by when what stood before and what stands now were recorded."""
    if before is None:
        return WordOutcome.STORED
    if after != before:
        return WordOutcome.CORRECTED
    return WordOutcome.LATE if before > now else WordOutcome.UNCHANGED
