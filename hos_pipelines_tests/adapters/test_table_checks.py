"""The checks of the tables of readings, each over everybody at once."""

from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.table_quality_checks import quality_results
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.table_quality import read_quality
from hos_pipelines_tests.postgres.lives import enrol_people, life, scores, store
from hos_pipelines_tests.postgres.rows import NOON as NOW

QUARANTINED = """
INSERT INTO quarantine SELECT 'anna', 'biomarkers', n::text, '{}', 'why', %(now)s, %(now)s, 1
FROM generate_series(1, 500) AS n
"""


@pytest.fixture
def lives(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna", "ben")
    store(connection, [row for name in ("anna", "ben") for row in life(name)], scores("anna"))
    return connection


def checks(connection: Connection[Any], stream: Stream = Stream.BIOMARKERS) -> dict[str, dg.AssetCheckResult]:
    return {one.check_name or "": one for one in quality_results(read_quality(connection, stream, NOW))}


def failing(connection: Connection[Any], stream: Stream = Stream.BIOMARKERS) -> set[str]:
    return {name for name, result in checks(connection, stream).items() if not result.passed}


@pytest.mark.parametrize("stream", list(Stream))
def test_ordinary_lives_and_empty_tables_pass(lives: Connection[Any], stream: Stream) -> None:
    assert failing(lives, stream) == set()


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("UPDATE biomarkers SET start_date_time = '2035-01-01' WHERE ctid = '(0,1)'", "no_future_readings"),
        ("UPDATE biomarkers SET value = NULL", "few_nulls"),
        ("UPDATE biomarkers SET type = 'aura' WHERE ctid = '(0,1)'", "known_types"),
        (QUARANTINED, "few_quarantined"),
        ("DELETE FROM biomarkers WHERE local_date > %(now)s::date - 7", "as_many_rows_as_last_week"),
        ("UPDATE sync_state SET newest_reading = watermark + interval '1 hour'", "watermark_reaches_data"),
    ],
)  # fmt: skip
def test_each_fault_fails_its_check_and_no_other(lives: Connection[Any], change: str, check: str) -> None:
    lives.execute(change.encode(), {"now": NOW})
    assert failing(lives) == {check}


def test_rows_that_share_a_key_are_counted_where_the_constraint_is_gone(lives: Connection[Any]) -> None:
    lives.execute("ALTER TABLE biomarkers DROP CONSTRAINT unique_biomarker_entry")
    assert failing(lives) == set()
    lives.execute("INSERT INTO biomarkers SELECT * FROM biomarkers LIMIT 3")
    result = checks(lives)["no_duplicates"]
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert result.metadata["duplicates"].value == 3


def test_a_large_table_is_sampled_and_the_answer_says_so(
    lives: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hos_pipelines.postgres.table_quality.SAMPLED_BYTES", 40_000)
    found = read_quality(lives, Stream.BIOMARKERS, NOW)
    assert 0 < found.share_read < 1
