"""Keeps which days were looked at when, and tells rows of it before an older answer meets them."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from psycopg import Connection, sql

from hos_pipelines.domain.looks import Look
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.tables import STREAM_TABLES

MARK_SEEN = """
UPDATE {table} SET observed_at = %(at)s
WHERE profile_id = %(profile_id)s AND local_date BETWEEN %(first)s AND %(last)s AND observed_at < %(at)s
"""


def mark_seen(connection: Connection[Any], stream: Stream, looks: Mapping[str, Sequence[Look]]) -> None:
    """Lets the rows of some profiles know when they were seen last, inside the caller's transaction.

    Only where an older answer is about to be written: unchanged rows are not rewritten at every look.
    """
    if not looks:
        return
    statement = sql.SQL(MARK_SEEN).format(table=sql.Identifier(STREAM_TABLES[stream].name))
    with connection.cursor() as cursor:
        cursor.executemany(
            statement,
            [
                {"profile_id": profile_id, "at": look.observed_at, "first": look.first, "last": look.last}
                for profile_id, later in looks.items()
                for look in later
            ],
        )


def looks_text(looks: Sequence[Look]) -> str:
    """The looks as the JSON they are kept in."""
    return json.dumps([[look.observed_at.isoformat(), look.first.isoformat(), look.last.isoformat()] for look in looks])


def read_looks(kept: Sequence[Sequence[str]] | None) -> tuple[Look, ...]:
    """The looks of a row of `sync_state`; none of a row that no pull has met since they are kept."""
    return tuple(
        Look(datetime.fromisoformat(at), date.fromisoformat(first), date.fromisoformat(last))
        for at, first, last in kept or ()
    )
