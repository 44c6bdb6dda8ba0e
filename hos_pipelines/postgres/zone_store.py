"""What becomes of stored readings when somebody's time zone is told, or another one."""

from typing import Any

from psycopg import Cursor

# What was delivered in UTC has the offset 0, as what was lived by it has; asking again costs one pull of each stream.
LOCK_OLD_ZONE = "SELECT timezone FROM profiles WHERE external_id = %s FOR NO KEY UPDATE"
ASK_AGAIN = """
UPDATE sync_state AS s SET late_from = least(s.late_from, (lower(c.covered) AT TIME ZONE 'UTC')::date)
FROM sync_coverage AS c
WHERE s.profile_id = %(profile_id)s AND c.profile_id = s.profile_id AND c.stream = s.stream AND NOT isempty(c.covered)
  AND EXISTS (SELECT FROM biomarkers AS b WHERE b.profile_id = s.profile_id AND b.utc_offset_minutes = 0)
"""


def old_zone(cursor: Cursor[Any], external_id: str) -> str | None:
    """The time zone known so far; locks the profile, so that nobody writes it meanwhile."""
    row = cursor.execute(LOCK_OLD_ZONE, (external_id,)).fetchone()
    return None if row is None else row[0]


def ask_again(cursor: Cursor[Any], profile_id: str) -> None:
    """Lets the next pull ask again for all that was ever pulled, where some of it may have been told in UTC.

    The days and offsets of what comes are told anew by the zone; nights follow it anyway, from the times as delivered.
    """
    cursor.execute(ASK_AGAIN, {"profile_id": profile_id})
