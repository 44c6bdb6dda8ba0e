from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from hos_pipelines.domain.measurements import Biomarker, Reading, SahhaArchetype, Score
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.upsert import upsert
from hos_pipelines_tests.postgres.rows import MIDNIGHT, biomarker

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40) | st.just("é" * 200)
MAYBE = st.none() | TEXTS
OFFSETS = st.integers(-18 * 60, 18 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 2), datetime(8999, 12, 30), timezones=OFFSETS)  # noqa: DTZ001
DAYS = st.dates(date(1900, 1, 1), date(8999, 12, 31))
SHORTS = st.integers(-(2**15), 2**15 - 1)
NUMBERS = st.none() | st.floats(allow_nan=False) | st.sampled_from([0.0, -0.0])
JSON = st.none() | st.sampled_from(['{"a": ["é", 1.5, null]}', "[]", '"text"', "0"])

BIOMARKERS = st.builds(
    Biomarker,
    st.just("anna"), TEXTS, INSTANTS, st.none() | INSTANTS, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE, MAYBE,
    SHORTS, DAYS, JSON, INSTANTS,
)  # fmt: skip
SCORES = st.builds(
    Score,
    st.just("anna"), TEXTS, INSTANTS, NUMBERS, MAYBE, JSON, st.none() | st.lists(MAYBE, max_size=3), NUMBERS,
    st.none() | INSTANTS, MAYBE, SHORTS, DAYS, JSON, INSTANTS,
)  # fmt: skip
ARCHETYPES = st.builds(
    SahhaArchetype,
    st.just("anna"), TEXTS, MAYBE, INSTANTS, st.none() | INSTANTS, MAYBE, MAYBE,
    st.none() | st.integers(-(2**31), 2**31 - 1), NUMBERS, MAYBE, SHORTS, DAYS, JSON, INSTANTS,
)  # fmt: skip
ALL_ROWS = st.one_of(
    st.tuples(st.just(Stream.BIOMARKERS), st.lists(BIOMARKERS, min_size=1, max_size=5, unique_by=lambda row: row[:4])),
    st.tuples(st.just(Stream.SCORES), st.lists(SCORES, min_size=1, max_size=5, unique_by=lambda row: row[:3])),
    st.tuples(
        st.just(Stream.SAHHA_ARCHETYPES), st.lists(ARCHETYPES, min_size=1, max_size=5, unique_by=lambda row: row[:4])
    ),
)
STORED_BEFORE = "stored before"
JSON_FIELDS = {"factors", "data"}


@given(given_rows=ALL_ROWS, is_first=st.booleans())
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_row_holds_is_what_is_stored(
    connection: Connection[Any],
    given_rows: tuple[Stream, list[Reading]],
    *,
    is_first: bool,
) -> None:
    stream, rows = given_rows
    row_type = type(rows[0])
    with connection.transaction(force_rollback=True):
        if not is_first:
            upsert(connection, stream, [row_type._make((*rows[0][:1], STORED_BEFORE, *rows[0][2:]))])
        upsert(connection, stream, rows)
        found = read(connection, stream, row_type)
    assert sorted(map(repr, found)) == sorted(repr(comparable(row)) for row in rows if row[1] != STORED_BEFORE)


def read(connection: Connection[Any], stream: Stream, row_type: type[Reading]) -> list[tuple[Any, ...]]:
    fields = ", ".join(f"{name}::text" if name in JSON_FIELDS else name for name in row_type._fields)
    rows = connection.execute(f"SELECT {fields} FROM {stream}").fetchall()  # noqa: S608
    return [comparable(row) for row in rows if row[1] != STORED_BEFORE]


def comparable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Every instant in UTC. The texts of such are compared, since 0.0 and -0.0 are equal."""
    return tuple(value.astimezone(UTC).replace(fold=0) if isinstance(value, datetime) else value for value in row)


def test_half_a_character_is_refused(connection: Connection[Any]) -> None:
    with pytest.raises(UnicodeError), connection.transaction():
        upsert(connection, Stream.BIOMARKERS, [biomarker(value="\ud800")])


def test_an_instant_is_kept_to_the_microsecond(connection: Connection[Any]) -> None:
    start = MIDNIGHT - timedelta(microseconds=1)
    with connection.transaction():
        upsert(connection, Stream.BIOMARKERS, [biomarker()._replace(start_date_time=start)])
    assert connection.execute("SELECT start_date_time FROM biomarkers").fetchone() == (start,)
