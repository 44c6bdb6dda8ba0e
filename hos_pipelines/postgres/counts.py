"""Counts what is there: profiles, freshness and rows, for `hos status` and for proofs that nothing is doubled."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection, sql
from psycopg.rows import dict_row
from sqlalchemy import Table

from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.tables import MEMORY_TABLES, PERSON_TABLES, STREAM_TABLES, unique_key

Record = dict[str, Any]

# So much is counted in a few milliseconds.
SMALL_BYTES = 8 * 1024 * 1024


def count_profiles(connection: Connection[Any]) -> dict[str, int]:
    """How many profiles have each status."""
    return dict(connection.execute("SELECT status, count(*) FROM profiles GROUP BY status ORDER BY status").fetchall())


def stream_summary(connection: Connection[Any], *, is_exact: bool = False) -> list[Record]:
    """Per stream: rows, profiles synced, outcomes, and the oldest and newest watermark.

    Rows of large tables are told from PostgreSQL's statistics, and marked as estimated, unless `is_exact`: counting a
    hundred million takes minutes.
    """
    return [_summary(connection, stream, is_exact=is_exact) for stream in Stream]


def row_counts(connection: Connection[Any]) -> dict[Stream, int]:
    """The rows of each stream's table, of a large one as the statistics have it."""
    counts = {}
    for stream in Stream:
        table = sql.Identifier(stream.value)
        is_large = _is_large(connection, table)
        counts[stream] = _count_rows(connection, sql.SQL("FROM {}").format(table), is_estimated=is_large)
    return counts


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
            "quarantined": _count_quarantined(connection, stream, found["profile_id"]),
        }
    said = _rows_of(connection, PERSON_TABLES, found["profile_id"])
    remembered = _rows_of(connection, MEMORY_TABLES, found["profile_id"])
    return {**found, "streams": streams, "said": said, "remembered": remembered}


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


def _summary(connection: Connection[Any], stream: Stream, *, is_exact: bool) -> Record:
    outcomes = connection.execute(
        "SELECT last_outcome, count(*) FROM sync_state WHERE stream = %s GROUP BY last_outcome ORDER BY last_outcome",
        (stream,),
    ).fetchall()
    oldest, newest, synced = connection.execute(
        "SELECT min(watermark), max(watermark), count(watermark) FROM sync_state WHERE stream = %s", (stream,)
    ).fetchone() or (None, None, 0)
    readings, unreadable = sql.Identifier(stream.value), sql.Identifier("quarantine")
    of_stream = sql.SQL("FROM {} WHERE stream = {}").format(unreadable, sql.Literal(stream.value))
    rows_estimated = not is_exact and _is_large(connection, readings)
    quarantined_estimated = not is_exact and _is_large(connection, unreadable)
    return {
        "stream": stream.value,
        "rows": _count_rows(connection, sql.SQL("FROM {}").format(readings), is_estimated=rows_estimated),
        "rows_estimated": rows_estimated,
        "quarantined": _count_rows(connection, of_stream, is_estimated=quarantined_estimated),
        "quarantined_estimated": quarantined_estimated,
        "profiles": synced,
        "outcomes": dict(outcomes),
        "oldest_watermark": oldest,
        "newest_watermark": newest,
    }


def _is_large(connection: Connection[Any], table: sql.Identifier) -> bool:
    query = sql.SQL("SELECT pg_relation_size({}::regclass)").format(sql.Literal(table.as_string(connection)))
    return _one(connection, query) > SMALL_BYTES


def _count_rows(connection: Connection[Any], rows: sql.Composed, *, is_estimated: bool) -> int:
    """How many rows there are: counted, or as the planner takes it, which scales its statistics to the table's size."""
    if not is_estimated:
        return _one(connection, sql.SQL("SELECT count(*) ") + rows)
    found = connection.execute(sql.SQL("EXPLAIN (FORMAT JSON) SELECT ") + rows).fetchone()
    return int(found[0][0]["Plan"]["Plan Rows"]) if found else 0


def _count(connection: Connection[Any], stream: Stream, profile_id: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {} WHERE profile_id = %s").format(sql.Identifier(stream.value))
    return _one(connection, query, (profile_id,))


def _count_quarantined(connection: Connection[Any], stream: Stream, profile_id: str) -> int:
    query = sql.SQL("SELECT count(*) FROM quarantine WHERE stream = %s AND profile_id = %s")
    return _one(connection, query, (stream, profile_id))


def _rows_of(connection: Connection[Any], tables: Sequence[Table], profile_id: str) -> dict[str, int]:
    """How many rows of one person each of some tables has."""
    query = sql.SQL("SELECT count(*) FROM {} WHERE profile_id = %s")
    return {table.name: _one(connection, query.format(sql.Identifier(table.name)), (profile_id,)) for table in tables}


def _one(connection: Connection[Any], query: sql.SQL | sql.Composed, values: tuple[object, ...] = ()) -> int:
    row = connection.execute(query, values).fetchone()
    return int(row[0]) if row else 0
