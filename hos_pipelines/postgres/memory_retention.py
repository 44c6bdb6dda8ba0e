"""What memory lets go of by age alone: expired rows of the two short layers, and steps of the log nothing rests on.

Long-term rows are superseded or archived, never deleted here.
"""

from datetime import datetime
from typing import Any

from psycopg import Connection

ROWS_AT_ONCE = 5000

EXPIRED = {
    "working_memory": """
DELETE FROM working_memory WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM working_memory WHERE expired_at <= %(now)s LIMIT %(size)s FOR UPDATE SKIP LOCKED))
""",
    "shortterm_memory": """
DELETE FROM shortterm_memory WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM shortterm_memory WHERE expired_at <= %(now)s LIMIT %(size)s FOR UPDATE SKIP LOCKED))
""",
}

# The last step of each row says how it stands, so that the log still gives long-term memory; what was forgotten stays
# forgotten.
OLD_STEPS = """
DELETE FROM memory_consolidation WHERE ctid = ANY(ARRAY(
    SELECT old.ctid FROM memory_consolidation AS old
    WHERE old.recorded_at < %(before)s AND old.operation <> 'forget' AND (old.layer_to IS NULL OR EXISTS (
        SELECT FROM memory_consolidation AS later
        WHERE later.profile_id = old.profile_id AND later.key_hash = old.key_hash AND later.id > old.id
          AND later.after -> 'version' = old.after -> 'version'))
    LIMIT %(size)s FOR UPDATE SKIP LOCKED))
"""


def delete_expired_memory(connection: Connection[Any], steps_before: datetime, now: datetime) -> dict[str, int]:
    """Deletes what has expired at `now`, and steps from before an instant that nothing rests on; rows by table."""
    deleted = {table: _until_less(connection, query, {"now": now}) for table, query in EXPIRED.items()}
    deleted["memory_consolidation"] = _until_less(connection, OLD_STEPS, {"before": steps_before})
    return deleted


def _until_less(connection: Connection[Any], query: str, values: dict[str, object]) -> int:
    """Repeats a deletion of at most ROWS_AT_ONCE rows, each time committed, until it finds fewer."""
    deleted = 0
    while True:
        count = connection.execute(query.encode(), {**values, "size": ROWS_AT_ONCE}).rowcount
        deleted += count
        if count < ROWS_AT_ONCE:
            return deleted
