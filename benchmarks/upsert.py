"""Bulk upsert of biomarkers: fresh, unchanged, all changed, beside SQLAlchemy's executemany, dlt and the server alone.

Counted from the rows as an asset hands them over to the commit. SQLAlchemy writes the same rows into the same table,
dlt into one of its own on the same server.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

from psycopg import Connection, sql
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects.postgresql import insert

from benchmarks.dlt_peer import measure_dlt
from hos_pipelines.domain.measurements import Biomarker
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres import tables
from hos_pipelines.postgres.connection import connect, with_database, with_driver
from hos_pipelines.postgres.copied_values import adapt_to_rows
from hos_pipelines.postgres.embedded import ensure_database
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.postgres.upsert import STATEMENTS, Statements, upsert

DATABASE = "bench_upsert"
BLOCK = 20_000
TYPES = 40
DAYS = 30
FIRST_DAY = datetime(2026, 10, 1, tzinfo=timezone(timedelta(hours=10)))
WINDOWS = [
    (start, start + timedelta(seconds=86_399), start.date())
    for start in (FIRST_DAY + timedelta(days=day) for day in range(DAYS))
]
FIELDS = Biomarker._fields

Write = Callable[[Iterator[list[Biomarker]]], float]


def measure_upsert(url: str, rows: int, repeat: int) -> dict[str, Any]:
    """The medians of `repeat` rounds, in rows per second, and the WAL bytes of an unchanged row.

    dlt, where it is installed, is slow enough to be measured in one round only.
    """
    ensure_database(url, DATABASE)
    url = with_database(url, DATABASE)
    migrate(url)
    rounds = [_round(url, rows) for _ in range(repeat)]
    answer = {name: round(statistics.median(one[name] for one in rounds), 1) for name in rounds[0] if "." not in name}
    peer = {name: round(statistics.median(one[name] for one in rounds), 1) for name in rounds[0] if "." in name}
    peers = {
        "sqlalchemy": {name.partition(".")[2]: value for name, value in peer.items()},
        "dlt": measure_dlt(url, rows, partial(_blocks, rows)),
    }
    return {"rows": rows, "repeat": repeat, **answer, "peers": peers}


def _round(url: str, rows: int) -> dict[str, float]:
    with connect(url) as connection:
        figures = _measure("", connection, rows, lambda blocks: _ours(connection, blocks))
        figures["server_side_rows_s"] = rows / _server_side(connection, rows)
        figures["server_copy_rows_s"] = rows / _server_copy(connection)
        engine = create_engine(with_driver(url, "psycopg"))
        theirs = _measure("sqlalchemy.", connection, rows, lambda blocks: _sqlalchemy(engine, blocks))
        engine.dispose()
        theirs.pop("sqlalchemy.unchanged_wal_bytes_per_row")
    return figures | theirs


def _measure(prefix: str, connection: Connection[Any], rows: int, write: Write) -> dict[str, float]:
    connection.execute("TRUNCATE biomarkers")
    figures = {}
    for name, revision in (("fresh", 0), ("unchanged", 0), ("changed", 1)):
        connection.execute("VACUUM ANALYZE biomarkers")
        connection.execute("CHECKPOINT")
        before = _wal_position(connection)
        figures[f"{prefix}{name}_rows_s"] = rows / write(_blocks(rows, revision))
        if name == "unchanged":
            figures[f"{prefix}unchanged_wal_bytes_per_row"] = (_wal_position(connection) - before) / rows
    return figures


def _ours(connection: Connection[Any], blocks: Iterator[list[Biomarker]]) -> float:
    clock = _Stopwatch()
    with connection.transaction():
        for block in blocks:
            with clock:
                upsert(connection, Stream.BIOMARKERS, block)
        clock.start()
    clock.stop()
    return clock.seconds


def _sqlalchemy(engine: Engine, blocks: Iterator[list[Biomarker]]) -> float:
    table = tables.biomarkers
    key = [column.name for column in tables.unique_key(table)]
    statement = insert(table)
    statement = statement.on_conflict_do_update(
        index_elements=key, set_={name: statement.excluded[name] for name in FIELDS if name not in key}
    )
    clock = _Stopwatch()
    with engine.begin() as connection:
        for block in blocks:
            dictionaries = [row._asdict() for row in block]
            with clock:
                connection.execute(statement, dictionaries)
        clock.start()
    clock.stop()
    return clock.seconds


def _server_side(connection: Connection[Any], rows: int) -> float:
    """The same INSERT … SELECT … ON CONFLICT from a table that is in the server already: the ceiling."""
    load = STATEMENTS[Stream.BIOMARKERS]
    connection.execute("TRUNCATE biomarkers")
    with connection.transaction():
        connection.execute(load.create_staging)
        _copy(connection, load.stage, load, rows)
        columns = sql.SQL(", ").join(map(sql.Identifier, FIELDS))
        started = time.perf_counter()
        connection.execute(
            sql.SQL(
                "INSERT INTO biomarkers ({0}) SELECT {0} FROM pg_temp.staging_biomarkers "
                "ON CONFLICT (profile_id, type, start_date_time, end_date_time) DO UPDATE SET value = excluded.value"
            ).format(columns)
        )
    return time.perf_counter() - started


def _server_copy(connection: Connection[Any]) -> float:
    """COPY of what the table holds, as bytes, into it: the ceiling for those of whom nothing is stored yet."""
    load = STATEMENTS[Stream.BIOMARKERS]
    fields = sql.SQL(", ").join(map(sql.Identifier, FIELDS))
    with connection.cursor().copy(sql.SQL("COPY biomarkers ({}) TO STDOUT (FORMAT binary)").format(fields)) as copy:
        pieces = [bytes(piece) for piece in copy]
    connection.execute("TRUNCATE biomarkers")
    started = time.perf_counter()
    with connection.transaction(), connection.cursor().copy(load.copy) as copy:
        copy.write(b"".join(pieces))
    return time.perf_counter() - started


def _copy(connection: Connection[Any], statement: sql.Composed, load: Statements, rows: int) -> None:
    cursor = connection.cursor()
    adapt_to_rows(cursor)
    with cursor.copy(statement) as copy:
        copy.set_types(load.copy_types)
        for block in _blocks(rows, 0):
            for row in block:
                copy.write_row(row)


def _blocks(rows: int, revision: int) -> Iterator[list[Biomarker]]:
    """The rows, a block at a time, so that memory stays flat however many there are."""
    observed_at = datetime(2026, 11, 1, 12, revision, tzinfo=UTC)
    for start in range(0, rows, BLOCK):
        yield [_row(number, revision, observed_at) for number in range(start, min(start + BLOCK, rows))]


def _row(number: int, revision: int, observed_at: datetime) -> Biomarker:
    user, place = divmod(number, TYPES * DAYS)
    day, kind = divmod(place, TYPES)
    start, end, local_date = WINDOWS[day]
    return Biomarker(
        profile_id=f"user-{user:06d}",
        type=f"activity_measure_{kind:02d}",
        start_date_time=start,
        end_date_time=end,
        category="activity",
        periodicity="daily",
        aggregation="total",
        value=str(1000 + number % 977 + revision),
        unit="count",
        value_type="integer",
        sahha_biomarker_id=f"c78bc687-2326-5471-8608-{number:012d}",
        utc_offset_minutes=600,
        local_date=local_date,
        data=None,
        observed_at=observed_at,
    )


def _wal_position(connection: Connection[Any]) -> int:
    row = connection.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint").fetchone()
    return int(row[0]) if row else 0


class _Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0
        self._started = 0.0

    def start(self) -> None:
        self._started = time.perf_counter()

    def stop(self) -> None:
        self.seconds += time.perf_counter() - self._started

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
