"""The checks of the tables of readings, each over everybody at once."""

from datetime import timedelta
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


PERIODS = """
INSERT INTO sahha_archetypes
    (profile_id, name, periodicity, value, start_date_time, end_date_time, local_date, observed_at)
SELECT name, kind, every, 'x', began, began + length, began::date, %(now)s
FROM unnest(ARRAY['anna', 'ben']) AS name, unnest(ARRAY['sleeper', 'exerciser']) AS kind,
     (SELECT 'weekly', '7 days'::interval, date_trunc('week', %(now)s::timestamptz) - n * '7 days'::interval
      FROM generate_series(1, 6) AS n
      UNION ALL
      SELECT 'monthly', '1 month'::interval, date_trunc('month', %(now)s::timestamptz) - n * '1 month'::interval
      FROM generate_series(1, 2) AS n) AS periods (every, length, began)
"""


@pytest.mark.parametrize("days_later", range(7))
def test_periods_that_are_not_over_yet_are_not_missed_and_those_that_are_over_are(
    lives: Connection[Any], days_later: int
) -> None:
    today = NOW + timedelta(days=days_later)
    lives.execute(PERIODS, {"now": today})

    def missed() -> bool:
        found = {one.check_name: one for one in quality_results(read_quality(lives, Stream.SAHHA_ARCHETYPES, today))}
        return not found["as_many_rows_as_last_week"].passed

    assert not missed()
    lives.execute("DELETE FROM sahha_archetypes WHERE local_date > %s", (today.date() - timedelta(days=16),))
    assert missed()


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
