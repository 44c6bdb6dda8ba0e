"""Counts what is there: profiles, freshness and rows, for `hos status` and for proofs that nothing is doubled."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row

from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.tables import STREAM_TABLES, unique_key

Record = dict[str, Any]


def count_profiles(connection: Connection[Any]) -> dict[str, int]:
    """How many profiles have each status."""
    return dict(connection.execute("SELECT status, count(*) FROM profiles GROUP BY status ORDER BY status").fetchall())


def stream_summary(connection: Connection[Any]) -> list[Record]:
    """Per stream: rows, profiles synced, outcomes, and the oldest and newest watermark."""
    return [_summary(connection, stream) for stream in Stream]


def find_profile(connection: Connection[Any], profile: str) -> Record | None:
    """One profile, by profile id or external id; None where nobody has that id."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(
            "SELECT profile_id, external_id, archetype, timezone, status, status_reason, enrolled_at, last_active_at "
            "FROM profiles WHERE profile_id = %s OR external_id = %s ORDER BY profile_id = %s DESC LIMIT 1",
            (profile, profile, profile),
        ).fetchone()


def profile_summary(connection: Connection[Any], profile: str) -> Record | None:
    """One profile, by profile id or external id, with its state per stream; None where nobody has that id."""
    found = find_profile(connection, profile)
    if found is None:
        return None
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("SELECT * FROM sync_state WHERE profile_id = %s", (found["profile_id"],))
        states = {row.pop("stream"): row for row in cursor}
    streams = {}
    for stream in Stream:
        state: Mapping[str, Any] = states.get(stream.value, {})
        streams[stream.value] = {
            **{name: state.get(name) for name in STATE_FIELDS},
            "rows": _count(connection, stream, found["profile_id"]),
            "quarantined": _quarantined(connection, stream, found["profile_id"]),
        }
    return {**found, "streams": streams}


def count_duplicates(connection: Connection[Any]) -> int:
    """How many rows share their natural key with another; more than zero means the key is not held."""
    total = 0
    for table in STREAM_TABLES.values():
        query = sql.SQL("SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM {} GROUP BY {}) AS met").format(
            sql.Identifier(table.name), sql.SQL(", ").join(sql.Identifier(column.name) for column in unique_key(table))
        )
        total += _one(connection, query)
    return total


STATE_FIELDS = (
    "watermark",
    "last_outcome",
    "last_error",
    "attempts",
    "last_attempt_at",
    "last_success_at",
    "newest_reading",
)


def _summary(connection: Connection[Any], stream: Stream) -> Record:
    outcomes = connection.execute(
        "SELECT last_outcome, count(*) FROM sync_state WHERE stream = %s GROUP BY last_outcome ORDER BY last_outcome",
        (stream,),
    ).fetchall()
    oldest, newest, synced = connection.execute(
        "SELECT min(watermark), max(watermark), count(watermark) FROM sync_state WHERE stream = %s", (stream,)
    ).fetchone() or (None, None, 0)
    return {
        "stream": stream.value,
        "rows": _one(connection, sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(stream.value))),
        "quarantined": _one(connection, sql.SQL("SELECT count(*) FROM quarantine WHERE stream = %s"), (stream,)),
        "profiles": synced,
        "outcomes": dict(outcomes),
        "oldest_watermark": oldest,
        "newest_watermark": newest,
    }


def _count(connection: Connection[Any], stream: Stream, profile_id: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE profile_id = %s").format(sql.Identifier(stream.value))
    return _one(connection, query, (profile_id,))


def _quarantined(connection: Connection[Any], stream: Stream, profile_id: str) -> int:
    query = sql.SQL("SELECT count(*) FROM quarantine WHERE stream = %s AND profile_id = %s")
    return _one(connection, query, (stream, profile_id))


def _one(connection: Connection[Any], query: sql.SQL | sql.Composed, values: tuple[object, ...] = ()) -> int:
    row = connection.execute(query, values).fetchone()
    return int(row[0]) if row else 0
