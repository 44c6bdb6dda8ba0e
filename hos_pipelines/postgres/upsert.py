"""Bulk upsert: COPY into a staging table, then one INSERT … ON CONFLICT that touches only rows that differ.

Rows come as tuples in the order of their table's columns. Unchanged rows leave the staging table before they reach
ON CONFLICT, because an upsert that changes nothing still locks its row and writes WAL; a temporary table writes none.
Of whom nothing is stored yet, there is nothing to compare with: those rows are copied where they belong.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Any, LiteralString

from psycopg import Connection, Cursor, errors, sql
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
from hos_pipelines.postgres.copied_values import adapt_to_rows
from hos_pipelines.postgres.look_store import BYTES_OF_A_VERSION, read_versions
from hos_pipelines.postgres.row_versions import version_of

CHUNK_ROWS = 20_000
PROFILE_OF = itemgetter(0)

# The planner has no statistics of a staging table that was filled a moment ago and would sort the whole target for a
# merge join; probing the key's index costs the same however large the target has grown.
PLANNER = """
SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashjoin = off; SET LOCAL jit = off; SET LOCAL work_mem = '32MB'
"""

# The ranks of `domain.measurements`: the greater one stays, and what is not said is below whatever is.
BIOMARKER_RANK: LiteralString = (
    "{row}.periodicity IS DISTINCT FROM 'intraday', coalesce({row}.observed_at, '-infinity')"
)
SCORE_RANK: LiteralString = """coalesce({row}.calculated_at, '-infinity'), coalesce({row}.version, '-infinity'),
    coalesce({row}.observed_at, '-infinity')"""
ARCHETYPE_RANK: LiteralString = "coalesce({row}.version, '-infinity'), coalesce({row}.observed_at, '-infinity')"

WITHOUT_ROWS: LiteralString = """
SELECT asked.profile_id FROM unnest(%s::text[]) AS asked (profile_id)
WHERE NOT EXISTS (SELECT FROM {target} AS current WHERE current.profile_id = asked.profile_id)
"""

DROP_UNCHANGED: LiteralString = """
WITH unchanged AS (
    DELETE FROM {staging} AS incoming USING {target} AS current
    WHERE {same_key} AND ({current_content}) IS NOT DISTINCT FROM ({incoming_content})
    RETURNING incoming.profile_id, {version} AS version
)
SELECT profile_id, string_agg(int8send(version), '') FROM unchanged GROUP BY profile_id
"""

MERGE: LiteralString = """
WITH written AS (
    INSERT INTO {target} AS current ({columns})
    SELECT {columns} FROM {staging} AS incoming
    ON CONFLICT ({key}) DO UPDATE SET {assignments} WHERE ({new_rank}) >= ({old_rank})
    RETURNING current.profile_id, xmax = 0 AS is_new
)
SELECT profile_id, count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written GROUP BY profile_id
"""


@dataclass(frozen=True)
class Statements:
    """What loads one stream: the row type it takes, its key, and the SQL, composed once."""

    row_type: type[Reading]
    key_width: int
    supersedes: Callable[[Any, Any], bool]
    copy_types: tuple[str, ...]
    without_rows: sql.Composed
    copy: sql.Composed
    create_staging: sql.Composed
    empty_staging: sql.Composed
    stage: sql.Composed
    drop_unchanged: sql.Composed
    merge: sql.Composed


@dataclass(frozen=True, slots=True)
class Met:
    """How rows met the table: the counts per profile, and the versions of those that were stored already."""

    counts: dict[str, UpsertCounts]
    unchanged: dict[str, frozenset[int]]


def upsert(connection: Connection[Any], stream: Stream, rows: Iterable[Reading]) -> dict[str, UpsertCounts]:
    """Does as `write_rows`, for whom only the counts matter."""
    return write_rows(connection, stream, rows).counts


def write_rows(connection: Connection[Any], stream: Stream, rows: Iterable[Reading]) -> Met:
    """Writes rows of many profiles inside the caller's transaction and tells, per profile, how they met the table.

    The last value per key wins inside the batch, a closed window beats an open one, and an older version never
    overwrites a newer one. Rows that lose to another of the same batch count as stale. Memory holds one chunk.

    Raises:
        psycopg.Error: a row cannot be stored; nothing of this transaction should then be committed.
    """
    load = STATEMENTS[stream]
    counts: defaultdict[str, UpsertCounts] = defaultdict(UpsertCounts)
    seen: defaultdict[str, frozenset[int]] = defaultdict(frozenset)
    with connection.cursor() as cursor:
        adapt_to_rows(cursor)
        cursor.execute(PLANNER)
        for chunk in _chunks(rows):
            met = _write_chunk(cursor, load, chunk)
            for profile_id, counted in met.counts.items():
                counts[profile_id] += counted
            for profile_id, versions in met.unchanged.items():
                seen[profile_id] |= versions
    return Met(dict(counts), dict(seen))


def _chunks(rows: Iterable[Reading]) -> Iterator[list[Reading]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, CHUNK_ROWS)):
        yield chunk


def _write_chunk(cursor: Cursor[Any], load: Statements, chunk: list[Reading]) -> Met:
    distinct = last_value_per_key(chunk, load.key_width, load.supersedes)
    new = _profiles_without_rows(cursor, load, distinct)
    first = [row for row in distinct if row[0] in new] if new else []
    if not (first and _copy_first(cursor, load, first)):
        first = []
    written = {profile_id: (rows, 0) for profile_id, rows in Counter(map(PROFILE_OF, first)).items()}
    if len(first) == len(distinct):
        return Met(_tally(chunk, {}, written), {})
    others = [row for row in distinct if row[0] not in written] if written else distinct
    unchanged, merged = _merge(cursor, load, others)
    same = {profile_id: len(packed) // BYTES_OF_A_VERSION for profile_id, packed in unchanged.items()}
    return Met(
        _tally(chunk, same, written | merged),
        {profile_id: read_versions(packed) for profile_id, packed in unchanged.items()},
    )


def _profiles_without_rows(cursor: Cursor[Any], load: Statements, rows: Sequence[Reading]) -> Collection[str]:
    profile_ids = list(dict.fromkeys(map(PROFILE_OF, rows)))
    return {profile_id for (profile_id,) in cursor.execute(load.without_rows, (profile_ids,))}


def _copy_first(cursor: Cursor[Any], load: Statements, rows: Sequence[Reading]) -> bool:
    """Copies rows into the table itself; False where it is not to be done so, and nothing of them is written.

    That is where a row is there after all, of somebody who does not lock profiles, and where the table's own policies
    would have a say in each row, which COPY does not ask.
    """
    try:
        with cursor.connection.transaction():
            _copy(cursor, load.copy, load.copy_types, rows)
    except (errors.UniqueViolation, errors.FeatureNotSupported):
        return False
    return True


def _merge(
    cursor: Cursor[Any], load: Statements, rows: Sequence[Reading]
) -> tuple[dict[str, bytes], dict[str, tuple[int, int]]]:
    """Per profile the packed versions of what was unchanged, and how many rows were new and how many updated."""
    cursor.execute(load.create_staging)
    _copy(cursor, load.stage, load.copy_types, rows)
    unchanged = dict(cursor.execute(load.drop_unchanged).fetchall())
    written = {}
    if sum(map(len, unchanged.values())) < len(rows) * BYTES_OF_A_VERSION:
        written = {profile_id: (new, updated) for profile_id, new, updated in cursor.execute(load.merge)}
    cursor.execute(load.empty_staging)
    return unchanged, written


def _copy(cursor: Cursor[Any], statement: sql.Composed, copy_types: Sequence[str], rows: Iterable[Reading]) -> None:
    with cursor.copy(statement) as copy:
        copy.set_types(copy_types)
        write_row = copy.write_row
        for row in rows:
            write_row(row)


def _tally(
    chunk: list[Reading], unchanged: Mapping[str, int], written: Mapping[str, tuple[int, int]]
) -> dict[str, UpsertCounts]:
    """Of the rows handed over, what was neither written nor unchanged had lost to a better one."""
    met = {}
    for profile_id, rows in Counter(map(PROFILE_OF, chunk)).items():
        inserted, updated = written.get(profile_id, (0, 0))
        same = unchanged.get(profile_id, 0)
        met[profile_id] = UpsertCounts(inserted, updated, same, rows - inserted - updated - same)
    return met


def _compose(
    table: Table,
    row_type: type[Reading],
    rank: LiteralString,
    supersedes: Callable[[Any, Any], bool],
) -> Statements:
    names = row_type._fields
    key = [column.name for column in tables.unique_key(table)]
    content = [name for name in names if name not in key and name != "observed_at"]
    staging = sql.Identifier("pg_temp", f"staging_{table.name}")
    target = sql.Identifier(table.name)
    columns = _join_names("{}", names)
    copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)")
    return Statements(
        row_type=row_type,
        key_width=len(key),
        supersedes=supersedes,
        copy_types=tuple(_copied_type(table, name) for name in names),
        without_rows=sql.SQL(WITHOUT_ROWS).format(target=target),
        copy=copy.format(target, columns),
        create_staging=sql.SQL(
            "CREATE TEMP TABLE IF NOT EXISTS {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA"
        ).format(sql.Identifier(f"staging_{table.name}"), columns, target),
        empty_staging=sql.SQL("TRUNCATE {}").format(staging),
        stage=copy.format(staging, columns),
        drop_unchanged=sql.SQL(DROP_UNCHANGED).format(
            staging=staging,
            target=target,
            same_key=_same_key(table, key),
            current_content=_join_names("current.{}", content),
            incoming_content=_join_names("incoming.{}", content),
            version=version_of(table, "current"),
        ),
        merge=sql.SQL(MERGE).format(
            staging=staging,
            target=target,
            columns=columns,
            key=_join_names("{}", key),
            assignments=_join_names("{0} = excluded.{0}", [name for name in names if name not in key]),
            new_rank=sql.SQL(rank).format(row=sql.Identifier("excluded")),
            old_rank=sql.SQL(rank).format(row=sql.Identifier("current")),
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


def _join_names(template: LiteralString, names: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(template).format(sql.Identifier(name)) for name in names)


def _copied_type(table: Table, name: str) -> str:
    column_type = table.c[name].type
    return next(copied for kind, copied in POSTGRES_NAMES if isinstance(column_type, kind))


POSTGRES_NAMES = (
    (postgresql.JSONB, "jsonb"),
    (ARRAY, "text[]"),
    (Text, "text"),
    (DateTime, "timestamptz"),
    (SmallInteger, "int2"),
    (Integer, "int4"),
    (Double, "float8"),
    (Date, "date"),
)

STATEMENTS: Mapping[Stream, Statements] = {
    Stream.BIOMARKERS: _compose(tables.biomarkers, Biomarker, BIOMARKER_RANK, biomarker_supersedes),
    Stream.SCORES: _compose(tables.scores, Score, SCORE_RANK, score_supersedes),
    Stream.SAHHA_ARCHETYPES: _compose(tables.sahha_archetypes, SahhaArchetype, ARCHETYPE_RANK, archetype_supersedes),
}
