"""What becomes of stored readings when somebody's time zone is told, or another one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, LiteralString

from psycopg import Connection, Cursor, sql

from hos_pipelines.domain.lateness import Lateness
from hos_pipelines.domain.sync import ProfilePull
from hos_pipelines.postgres.tables import STREAM_TABLES

LOCK_OLD_ZONE = "SELECT timezone FROM profiles WHERE external_id = %s FOR NO KEY UPDATE"
ZONES = "SELECT profile_id, timezone FROM profiles WHERE profile_id = ANY(%s)"
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


def zones_now(connection: Connection[Any], profile_ids: Sequence[str]) -> dict[str, str | None]:
    """The time zones of profiles that the caller has locked."""
    return dict(connection.execute(ZONES, (list(profile_ids),)).fetchall())


def update_zone(lateness: Lateness, known: Lateness, pull: ProfilePull, zone: str | None) -> Lateness:
    """What is to be asked for after a good pull that was under way while its person's zone was told: its days again."""
    if pull.timezone == zone:
        return lateness
    days = [lateness.late_from, known.late_from, *(row.local_date for row in pull.rows)]
    return replace(lateness, late_from=min((day for day in days if day is not None), default=None))


def ask_again(cursor: Cursor[Any], profile_id: str) -> None:
    """Lets the next pull of each stream that holds anything ask again for all of it.

    The days and offsets of what comes are told anew by the zone; nights follow it anyway, from the times as delivered.
    """
    for stream, table in STREAM_TABLES.items():
        statement = sql.SQL(ASK_AGAIN).format(table=sql.Identifier(table.name))
        cursor.execute(statement, {"profile_id": profile_id, "stream": stream})
