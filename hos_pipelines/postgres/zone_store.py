"""What becomes of stored readings when somebody's time zone is told, or another one."""

from typing import Any, LiteralString

from psycopg import Cursor, sql

from hos_pipelines.postgres.tables import STREAM_TABLES

LOCK_OLD_ZONE = "SELECT timezone FROM profiles WHERE external_id = %s FOR NO KEY UPDATE"
# A stored row does not tell whether its offset is its own or of the zone known then, and that may have had any.
ASK_AGAIN: LiteralString = """
UPDATE sync_state AS s SET late_from = least(s.late_from, held.since, (lower(c.covered) AT TIME ZONE 'UTC')::date)
FROM (SELECT min(local_date) AS since, count(*) AS stored FROM {table} WHERE profile_id = %(profile_id)s) AS held
     LEFT JOIN sync_coverage AS c ON c.profile_id = %(profile_id)s AND c.stream = %(stream)s
WHERE s.profile_id = %(profile_id)s AND s.stream = %(stream)s AND held.stored > 0
"""


def old_zone(cursor: Cursor[Any], external_id: str) -> str | None:
    """The time zone known so far; locks the profile, so that nobody writes it meanwhile."""
    row = cursor.execute(LOCK_OLD_ZONE, (external_id,)).fetchone()
    return None if row is None else row[0]


def ask_again(cursor: Cursor[Any], profile_id: str) -> None:
    """Lets the next pull of each stream that holds anything ask again for all of it.

    The days and offsets of what comes are told anew by the zone; nights follow it anyway, from the times as delivered.
    """
    for stream, table in STREAM_TABLES.items():
        statement = sql.SQL(ASK_AGAIN).format(table=sql.Identifier(table.name))
        cursor.execute(statement, {"profile_id": profile_id, "stream": stream})
