"""Check-ins, one at a time: the same again changes nothing, a correction keeps what was before (by a trigger)."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row

from hos_pipelines.domain.named_ids import named_uuid
from hos_pipelines.domain.person.checkin import SaidCheckin
from hos_pipelines.domain.person.word_outcome import WordOutcome
from hos_pipelines.postgres.profile_locks import lock_profiles

FIND = """
SELECT id, item_id, title, plan_date FROM plan_items
WHERE profile_id = %(profile_id)s AND id = %(key)s AND plan_date BETWEEN '1900-01-01' AND '9000-01-01'
UNION ALL
(SELECT id, item_id, title, plan_date FROM plan_items
 WHERE profile_id = %(profile_id)s AND item_id = %(name)s AND plan_date BETWEEN '1900-01-01' AND %(day)s
   AND superseded_at IS NULL
 ORDER BY plan_date DESC, recorded_at DESC LIMIT 1)
"""
# For this transaction alone: the trigger that keeps versions goes by it, whatever the clock of the server says.
PRESENT = "SELECT set_config('hos.now', %(now)s::timestamptz::text, true)"
BEFORE = """
SELECT to_jsonb(t), recorded_at > %(now)s FROM task_checkins AS t
WHERE profile_id = %(profile_id)s AND plan_item_id = %(plan_item_id)s AND planned_date = %(planned_date)s
"""
TELL = """
INSERT INTO task_checkins AS t (id, profile_id, plan_item_id, analysis_result_id, planned_date, planned_time,
                                completion_status, completed_at, satisfaction_rating, continue_preference, skip_reason,
                                user_notes, created_at, recorded_at)
SELECT %(id)s, %(profile_id)s, i.id, i.analysis_result_id, %(planned_date)s, i.scheduled_time,
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
    recorded_at = %(now)s
RETURNING to_jsonb(t)
"""


class FoundItem(NamedTuple):
    """An item somebody checks in for."""

    id: UUID
    item_id: str
    title: str
    plan_date: date


def find_item(connection: Connection[Any], profile_id: str, item: UUID | str, day: date) -> FoundItem | None:
    """The item of this person, by its id, or by its name the newest planned up to a day."""
    is_key = isinstance(item, UUID)
    values = {"profile_id": profile_id, "key": item if is_key else None, "name": None if is_key else item, "day": day}
    with connection.cursor(row_factory=class_row(FoundItem)) as cursor:
        return cursor.execute(FIND, values).fetchone()


def write_checkin(connection: Connection[Any], said: SaidCheckin, now: datetime) -> WordOutcome | None:
    """Stores what was said at `now` (UTC); None where the profile is not enrolled or the item is not the profile's.

    Raises:
        psycopg.errors.NotNullViolation: nothing was said of it before, and not now how much of it was done.
        psycopg.errors.IntegrityError: it is nothing the database lets stand, such as a day that is not the item's.
    """
    values = {
        "id": named_uuid(f"{said.profile_id}|checkin|{said.plan_item_id}|{said.planned_date}"),
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
        connection.execute(PRESENT, values)
        before = connection.execute(BEFORE, values).fetchone()
        after = connection.execute(TELL, values).fetchone()
    return None if after is None else outcome_of(before, after[0])


def outcome_of(before: tuple[Any, bool] | None, after: object) -> WordOutcome:
    """What came of a word, by the row before it, and whether that is newer than the word, and the row after it."""
    if before is None:
        return WordOutcome.STORED
    row, is_newer = before
    if row != after:
        return WordOutcome.CORRECTED
    return WordOutcome.LATE if is_newer else WordOutcome.UNCHANGED
