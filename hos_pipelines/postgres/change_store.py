"""Records what the profile search lists, and counts a change for each enrolled profile whose listing moved."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection

from hos_pipelines.postgres.pauses import BY_SAHHA

CREATE = """
CREATE TEMP TABLE IF NOT EXISTS staging_listing (external_id text PRIMARY KEY, received_at timestamptz NOT NULL)
ON COMMIT DROP
"""

# Any other instant than the stored one is a change, an earlier one too: a listing that once told of the year 2099 must
# not hide all that follows. Whom Sahha's answers paused is listed after all, moved or not, and gets another chance.
COUNT_CHANGES: LiteralString = f"""
WITH told AS MATERIALIZED (
    SELECT p.profile_id, listing.received_at, p.data_received_at IS DISTINCT FROM listing.received_at AS has_moved,
           {BY_SAHHA} AS is_resumed
    FROM profiles AS p JOIN staging_listing AS listing USING (external_id)
    WHERE p.status IN ('active', 'paused') AND (p.data_received_at IS DISTINCT FROM listing.received_at OR {BY_SAHHA})
    ORDER BY p.profile_id
    FOR NO KEY UPDATE OF p
), counted AS (
    UPDATE profiles AS p SET
        data_received_at = told.received_at,
        change_count = p.change_count + told.has_moved::integer,
        status = CASE WHEN told.is_resumed THEN 'active' ELSE p.status END,
        status_reason = CASE WHEN told.is_resumed THEN NULL ELSE p.status_reason END
    FROM told WHERE p.profile_id = told.profile_id
    RETURNING p.status, told.has_moved
), reset AS (
    UPDATE sync_state AS s SET gone_since = NULL, refusals = 0
    FROM told WHERE s.profile_id = told.profile_id AND told.is_resumed
)
SELECT count(*) FILTER (WHERE status = 'active' AND has_moved) FROM counted
"""  # noqa: S608


def count_changes(connection: Connection[Any], listed: Mapping[str, datetime]) -> int:
    """Stores when Sahha last received data of each external id; returns how many active profiles have new data.

    External ids nobody is enrolled under are passed over.
    """
    with connection.transaction():
        connection.execute(CREATE)
        _stage(connection, listed.items())
        row = connection.execute(COUNT_CHANGES).fetchone()
    return int(row[0]) if row else 0


def _stage(connection: Connection[Any], listed: Iterable[tuple[str, datetime]]) -> None:
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY staging_listing (external_id, received_at) FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.set_types(("text", "timestamptz"))
        for row in listed:
            copy.write_row(row)
