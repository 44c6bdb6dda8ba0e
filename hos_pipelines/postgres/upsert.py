"""Bulk upsert: COPY into a staging table, then one INSERT … ON CONFLICT that touches only rows that differ.

Rows come as tuples in the order of their table's columns. The anti-join drops unchanged rows before they reach
ON CONFLICT, because an upsert that changes nothing still locks its row and writes WAL.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, LiteralString

from psycopg import Connection, sql
from sqlalchemy import ARRAY, Date, DateTime, Double, Integer, SmallInteger, Table, Text
from sqlalchemy.dialects import postgresql

from hos_pipelines.domain.measurements import (
    Biomarker,
    Reading,
    SahhaArchetype,
    Score,
    archetype_supersedes,
    biomarker_supersedes,
    last_value_per_key,
    score_supersedes,
)
from hos_pipelines.domain.sync import Stream, UpsertCounts
from hos_pipelines.postgres import tables

CHUNK_ROWS = 20_000

# The planner knows nothing of a staging table that was filled a moment ago and would sort the whole target for a
# merge join; probing the key's index costs the same however large the target has grown.
PLANNER = """
SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashjoin = off; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'
"""

BIOMARKER_SUPERSEDES: LiteralString = """
    CASE WHEN ({new}.periodicity IS NOT DISTINCT FROM 'intraday') <> ({old}.periodicity IS NOT DISTINCT FROM 'intraday')
         THEN {old}.periodicity IS NOT DISTINCT FROM 'intraday'
         ELSE {old}.observed_at IS NULL OR {new}.observed_at >= {old}.observed_at END"""
SCORE_SUPERSEDES: LiteralString = """
    CASE WHEN {new}.calculated_at <> {old}.calculated_at THEN {new}.calculated_at > {old}.calculated_at
         WHEN {new}.version <> {old}.version THEN {new}.version > {old}.version
         ELSE {old}.observed_at IS NULL OR {new}.observed_at >= {old}.observed_at END"""
ARCHETYPE_SUPERSEDES: LiteralString = """
    CASE WHEN {new}.version <> {old}.version THEN {new}.version > {old}.version
         ELSE {old}.observed_at IS NULL OR {new}.observed_at >= {old}.observed_at END"""

MERGE: LiteralString = """
WITH verdict AS MATERIALIZED (
    SELECT incoming.*,
           current.profile_id IS NOT NULL AND ({current_content}) IS NOT DISTINCT FROM ({incoming_content}) AS is_same
    FROM (SELECT {typed_columns} FROM {staging}) AS incoming
    LEFT JOIN {target} AS current ON {same_key}
), written AS (
    INSERT INTO {target} AS current ({columns})
    SELECT {columns} FROM verdict WHERE NOT is_same
    ON CONFLICT ({key}) DO UPDATE SET {assignments} WHERE {supersedes}
    RETURNING current.profile_id, xmax = 0 AS is_new
)
SELECT profile_id, sum(inserted)::int, sum(updated)::int, sum(unchanged)::int,
       (sum(rows) - sum(unchanged) - sum(inserted) - sum(updated))::int
FROM (
    SELECT profile_id, count(*) AS rows, count(*) FILTER (WHERE is_same) AS unchanged, 0 AS inserted, 0 AS updated
    FROM verdict GROUP BY profile_id
    UNION ALL
    SELECT profile_id, 0, 0, count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new)
    FROM written GROUP BY profile_id
) AS met
GROUP BY profile_id
"""


@dataclass(frozen=True)
class Statements:
    """What loads one stream: the row type it takes, its key, and the SQL, composed once."""

    row_type: type[Reading]
    key_width: int
    supersedes: Callable[[Any, Any], bool]
    copy_types: tuple[str, ...]
    create_staging: sql.Composed
    empty_staging: sql.Composed
    copy: sql.Composed
    merge: sql.Composed


def upsert(connection: Connection[Any], stream: Stream, rows: Iterable[Reading]) -> dict[str, UpsertCounts]:
    """Writes rows of many profiles inside the caller's transaction and counts, per profile, how they met the table.

    The last value per key wins inside the batch, a closed window beats an open one, and an older version never
    overwrites a newer one. Rows that lose to another of the same batch count as stale. Memory holds one chunk.

    Raises:
        psycopg.Error: a row cannot be stored; nothing of this transaction should then be committed.
    """
    load = STATEMENTS[stream]
    counts: defaultdict[str, UpsertCounts] = defaultdict(UpsertCounts)
    with connection.cursor() as cursor:
        cursor.execute(PLANNER)
        cursor.execute(load.create_staging)
        for chunk in _chunks(rows):
            unique = last_value_per_key(chunk, load.key_width, load.supersedes)
            with cursor.copy(load.copy) as copy:
                copy.set_types(load.copy_types)
                for row in unique:
                    copy.write_row(row)
            for profile_id, *met in cursor.execute(load.merge):
                counts[profile_id] += UpsertCounts(*met)
            cursor.execute(load.empty_staging)
            _count_superseded(chunk, unique, counts)
    return dict(counts)


def _chunks(rows: Iterable[Reading]) -> Iterator[list[Reading]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK_ROWS)):
        yield chunk


def _count_superseded(
    chunk: Sequence[Reading], unique: Sequence[Reading], counts: defaultdict[str, UpsertCounts]
) -> None:
    if len(unique) == len(chunk):
        return
    lost = Counter(row.profile_id for row in chunk) - Counter(row.profile_id for row in unique)
    for profile_id, rows in lost.items():
        counts[profile_id] += UpsertCounts(stale=rows)


def _compose(
    table: Table, row_type: type[Reading], supersedes_sql: LiteralString, supersedes: Callable[[Any, Any], bool]
) -> Statements:
    names = row_type._fields
    key = [column.name for column in tables.unique_key(table)]
    content = [name for name in names if name not in key and name != "observed_at"]
    staging = sql.Identifier("pg_temp", f"staging_{table.name}")
    target = sql.Identifier(table.name)
    columns = _listed(names)
    return Statements(
        row_type=row_type,
        key_width=len(key),
        supersedes=supersedes,
        copy_types=tuple(_staged_type(table, name) for name in names),
        create_staging=sql.SQL(
            "CREATE TEMP TABLE IF NOT EXISTS {staging} ON COMMIT DELETE ROWS AS "
            "SELECT {columns} FROM {target} WITH NO DATA"
        ).format(
            staging=sql.Identifier(f"staging_{table.name}"),
            columns=_joined("{column}{cast} AS {column}", names, table, "::text"),
            target=target,
        ),
        empty_staging=sql.SQL("TRUNCATE {}").format(staging),
        copy=sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(staging, columns),
        merge=sql.SQL(MERGE).format(
            staging=staging,
            target=target,
            columns=columns,
            key=_listed(key),
            typed_columns=_joined("{column}{cast} AS {column}", names, table, "::jsonb"),
            current_content=_listed(content, "current"),
            incoming_content=_listed(content, "incoming"),
            same_key=_same_key(table, key),
            assignments=_joined("{column} = excluded.{column}", [n for n in names if n not in key], table, ""),
            supersedes=sql.SQL(supersedes_sql).format(new=sql.Identifier("excluded"), old=sql.Identifier("current")),
        ),
    )


def _same_key(table: Table, key: list[str]) -> sql.Composed:
    """Equality where a column cannot be null, so that the index is used; null-safe equality for the rest."""
    terms = [
        sql.SQL(
            "current.{0} IS NOT DISTINCT FROM incoming.{0}" if table.c[name].nullable else "current.{0} = incoming.{0}"
        ).format(sql.Identifier(name))
        for name in key
    ]
    return sql.SQL(" AND ").join(terms)


def _listed(names: Iterable[str], qualifier: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(*filter(None, (qualifier, name))) for name in names)


def _joined(template: LiteralString, names: Iterable[str], table: Table, json_cast: LiteralString) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL(template).format(column=sql.Identifier(name), cast=sql.SQL(json_cast if _is_json(table, name) else ""))
        for name in names
    )


def _is_json(table: Table, name: str) -> bool:
    return isinstance(table.c[name].type, postgresql.JSONB)


def _staged_type(table: Table, name: str) -> str:
    """JSON is staged as the text it comes in: psycopg would encode a text once more on its way into jsonb."""
    column_type = table.c[name].type
    return next(staged for kind, staged in POSTGRES_NAMES if isinstance(column_type, kind))


POSTGRES_NAMES = (
    (postgresql.JSONB, "text"),
    (ARRAY, "text[]"),
    (Text, "text"),
    (DateTime, "timestamptz"),
    (SmallInteger, "int2"),
    (Integer, "int4"),
    (Double, "float8"),
    (Date, "date"),
)

STATEMENTS: Mapping[Stream, Statements] = {
    Stream.BIOMARKERS: _compose(tables.biomarkers, Biomarker, BIOMARKER_SUPERSEDES, biomarker_supersedes),
    Stream.SCORES: _compose(tables.scores, Score, SCORE_SUPERSEDES, score_supersedes),
    Stream.SAHHA_ARCHETYPES: _compose(
        tables.sahha_archetypes, SahhaArchetype, ARCHETYPE_SUPERSEDES, archetype_supersedes
    ),
}
