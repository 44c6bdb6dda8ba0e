"""What the tables of readings hold, measured for everybody at once: a few queries a table, however many people.

A table too large to be read whole is sampled page by page; the answer says how much of it was read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection, sql

from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.tables import STREAM_TABLES, unique_key

SAMPLED_BYTES = 200 * 1024 * 1024
SAME_SAMPLE = 1
FARTHEST_ZONE = timedelta(hours=14)  # an instant read in UTC that was meant in the user's own zone
WEEK = timedelta(days=7)
MOST_TYPES = 1000

STARTS = {
    Stream.BIOMARKERS: "start_date_time",
    Stream.SCORES: "score_date_time",
    Stream.SAHHA_ARCHETYPES: "start_date_time",
}
TYPES = {Stream.BIOMARKERS: "type", Stream.SCORES: "type", Stream.SAHHA_ARCHETYPES: "name"}
NEEDED = {
    Stream.BIOMARKERS: ("value", "periodicity", "local_date"),
    Stream.SCORES: ("score", "local_date"),
    Stream.SAHHA_ARCHETYPES: ("value", "start_date_time"),
}

READ = sql.SQL("""
SELECT count(*), count(*) FILTER (WHERE t.{start} > %(latest)s), {missing},
       count(*) FILTER (WHERE {this_week}), count(DISTINCT t.profile_id) FILTER (WHERE {this_week}),
       count(*) FILTER (WHERE {last_week}), count(DISTINCT t.profile_id) FILTER (WHERE {last_week})
FROM {table} AS t {sample}
""")
THIS_WEEK = sql.SQL("t.local_date > %(week_ago)s AND t.local_date <= %(last_full_day)s AND {comparable}")
LAST_WEEK = sql.SQL("t.local_date > %(two_weeks_ago)s AND t.local_date <= %(week_ago)s AND {comparable}")
# A weekly archetype appears once its week is over, a monthly one but once in four weeks or five.
COMPARABLE = {
    Stream.BIOMARKERS: sql.SQL("true"),
    Stream.SCORES: sql.SQL("true"),
    Stream.SAHHA_ARCHETYPES: sql.SQL("t.periodicity = 'weekly'"),
}
APPEARS_AFTER = {
    Stream.BIOMARKERS: timedelta(0),
    Stream.SCORES: timedelta(0),
    Stream.SAHHA_ARCHETYPES: timedelta(days=8),
}

KEY_IS_HELD = """
SELECT EXISTS (
    SELECT FROM pg_index AS held
    WHERE held.indrelid = to_regclass(%(table)s) AND held.indisunique AND held.indisvalid AND held.indnullsnotdistinct
      AND held.indpred IS NULL
      AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute AS a
           WHERE a.attrelid = held.indrelid AND a.attnum = ANY(held.indkey)) = %(columns)s::text[]
)
"""

QUARANTINED = """
SELECT count(*) FROM quarantine WHERE stream = %s AND last_seen_at > %s
"""

BEHIND = """
SELECT count(*) FILTER (WHERE s.newest_reading > s.watermark OR s.watermark IS NULL AND s.newest_reading IS NOT NULL),
       count(*), min(s.profile_id) FILTER (WHERE s.newest_reading > s.watermark)
FROM sync_state AS s JOIN profiles AS p USING (profile_id)
WHERE s.stream = %s AND p.status = 'active'
"""


@dataclass(frozen=True, slots=True)
class TableQuality:
    """What one table holds. `share_read` is how much of it was looked at, from 0 to 1; counts are of what was.

    `missing` counts nulls by column; rows per person are of the last seven full days and of the seven before, of weekly
    archetypes of the last weeks that are over.
    """

    stream: Stream
    share_read: float
    rows: int
    duplicates: int
    in_future: int
    missing: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    rows_per_person: float | None = None
    rows_per_person_before: float | None = None
    rows_of_week: int = 0
    quarantined: int = 0
    behind: int = 0
    states: int = 0
    first_behind: str | None = None


def read_quality(connection: Connection[Any], stream: Stream, now: datetime) -> TableQuality:
    """Measures one table; `now` in UTC."""
    share = _share_to_read(connection, stream)
    sample = sql.SQL("TABLESAMPLE SYSTEM ({}) REPEATABLE ({})").format(
        sql.Literal(100 * share), sql.Literal(SAME_SAMPLE)
    )
    parts = {"table": sql.Identifier(stream.value), "sample": sample if share < 1 else sql.SQL("")}
    rows, in_future, *nulls, this_rows, this_people, last_rows, last_people = _count_rows(
        connection, stream, now, parts
    )
    types = connection.execute(
        sql.SQL("SELECT t.{type}, count(*) FROM {table} AS t {sample} GROUP BY 1 ORDER BY 2 DESC LIMIT {most}").format(
            type=sql.Identifier(TYPES[stream]), most=sql.Literal(MOST_TYPES), **parts
        )
    )
    [quarantined] = connection.execute(QUARANTINED, (stream, now - WEEK)).fetchone() or (0,)
    behind, states, first_behind = connection.execute(BEHIND, (stream,)).fetchone() or (0, 0, None)
    return TableQuality(
        stream=stream,
        share_read=share,
        rows=rows,
        duplicates=_duplicates(connection, stream),
        in_future=in_future,
        missing=dict(zip(NEEDED[stream], nulls, strict=True)),
        types=dict(types.fetchall()),
        rows_per_person=this_rows / this_people if this_people else None,
        rows_of_week=round(this_rows / share),
        rows_per_person_before=last_rows / last_people if last_people else None,
        quarantined=quarantined,
        behind=behind,
        states=states,
        first_behind=first_behind,
    )


def _count_rows(
    connection: Connection[Any], stream: Stream, now: datetime, parts: Mapping[str, sql.Composable]
) -> Sequence[int]:
    """All, in the future, without each needed column; then rows and people of the last full week and the one before."""
    last_full_day = now.date() - timedelta(days=1) - APPEARS_AFTER[stream]
    missing = sql.SQL(", ").join(
        sql.SQL("count(*) FILTER (WHERE t.{} IS NULL)").format(sql.Identifier(column)) for column in NEEDED[stream]
    )
    query = READ.format(
        **parts,
        start=sql.Identifier(STARTS[stream]),
        missing=missing,
        this_week=THIS_WEEK.format(comparable=COMPARABLE[stream]),
        last_week=LAST_WEEK.format(comparable=COMPARABLE[stream]),
    )
    values = {
        "latest": now + FARTHEST_ZONE,
        "last_full_day": last_full_day,
        "week_ago": last_full_day - WEEK,
        "two_weeks_ago": last_full_day - 2 * WEEK,
    }
    return connection.execute(query, values).fetchone() or (0,) * (6 + len(NEEDED[stream]))


def _share_to_read(connection: Connection[Any], stream: Stream) -> float:
    row = connection.execute("SELECT pg_relation_size(to_regclass(%s))", (stream.value,)).fetchone()
    return min(1.0, SAMPLED_BYTES / max(1, row[0] if row else 1))


def _duplicates(connection: Connection[Any], stream: Stream) -> int:
    """Rows that share their natural key with another: none, as PostgreSQL sees to it, unless its constraint is gone."""
    key = [column.name for column in unique_key(STREAM_TABLES[stream])]
    held = connection.execute(KEY_IS_HELD, {"table": stream.value, "columns": sorted(key)}).fetchone()
    if held is not None and held[0]:
        return 0
    query = sql.SQL("SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM {} GROUP BY {}) AS met").format(
        sql.Identifier(stream.value), sql.SQL(", ").join(map(sql.Identifier, key))
    )
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
