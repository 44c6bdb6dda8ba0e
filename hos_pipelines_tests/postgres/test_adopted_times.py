"""Times in a former database that no client can read: such rows are adopted into quarantine, and nothing is lost."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.migrate import migrate, roll_back
from hos_pipelines.postgres.reads import load_rows

LEGACY = Path(__file__).with_name("legacy_database.sql").read_bytes()
NEVER = ("infinity", "-infinity", "0044-03-15 00:00:00+00 BC", "12026-01-01 00:00:00+00")
GOOD = "2025-03-01T00:00:00Z"
ROWS = {
    "biomarkers": "INSERT INTO biomarkers (profile_id, type, start_date_time, end_date_time, value) "
    "VALUES (%s, 'weight', %s, %s, '70')",
    "scores": "INSERT INTO scores (profile_id, type, score_date_time, score) VALUES (%s, 'sleep', %s, 0.5)",
    "archetypes": "INSERT INTO archetypes (profile_id, name, start_date_time, end_date_time, value) "
    "VALUES (%s, 'sleep_pattern', %s, %s, 'night_owl')",
}


def query(url: str, text: str) -> list[tuple[Any, ...]]:
    with connect(url) as connection:
        return connection.execute(text.encode()).fetchall()


@pytest.fixture
def legacy_url(database_url: str) -> str:
    """Whatever lark and a person nobody enrolled have of times that are none."""
    with connect(database_url) as connection:
        connection.execute(LEGACY)
        connection.execute("ALTER TABLE biomarkers DROP CONSTRAINT biomarkers_profile_id_fkey")
        connection.execute("ALTER TABLE biomarkers DROP CONSTRAINT biomarkers_profile_cascade")
        for time in NEVER:
            for start, end in ((time, GOOD), (GOOD, time), (time, None)):
                connection.execute(ROWS["biomarkers"].encode(), ("lark", start, end))
            connection.execute(ROWS["archetypes"].encode(), ("lark", time, None))
            connection.execute(ROWS["scores"].encode(), ("lark", time))
        connection.execute(ROWS["biomarkers"].encode(), ("nobody", "infinity", None))
        connection.execute(
            "UPDATE biomarkers SET updated_at = 'infinity', created_at = '-infinity' "
            "WHERE id = '00000000-0000-4000-8000-000000000003'"
        )
    return database_url


def test_rows_of_times_that_are_none_are_quarantined_whole_and_the_others_can_be_read(legacy_url: str) -> None:
    good = "SELECT count(*) FROM biomarkers WHERE isfinite(start_date_time) AND end_date_time IS NULL"
    migrate(legacy_url)
    kept = query(legacy_url, "SELECT stream, reason, payload FROM quarantine ORDER BY stream")
    counted = {stream: sum(one == stream for one, _, _ in kept) for stream in Stream}
    assert counted == {Stream.BIOMARKERS: 12, Stream.SCORES: 4, Stream.SAHHA_ARCHETYPES: 4}
    assert {reason for _, reason, _ in kept} == {
        "adopted from biomarkers: start_date_time or end_date_time is no time between the years 1900 and 9000.",
        "adopted from scores: score_date_time is no time between the years 1900 and 9000.",
        "adopted from sahha_archetypes: start_date_time or end_date_time is no time between the years 1900 and 9000.",
    }
    payloads = [json.loads(payload) for stream, _, payload in kept if stream == "biomarkers"]
    assert {payload["start_date_time"] for payload in payloads} >= {"infinity", "-infinity"}
    assert all(payload["value"] == "70" and payload["type"] == "weight" for payload in payloads)
    assert query(legacy_url, "SELECT profile_id FROM biomarkers_set_aside WHERE profile_id = 'nobody'") == [("nobody",)]
    with connect(legacy_url) as connection:
        for stream in Stream:
            load_rows(connection, stream, ["lark", "owl", "nobody"], date(2000, 1, 1))
    [(seen, made)] = query(
        legacy_url, "SELECT observed_at, created_at FROM biomarkers WHERE id = '00000000-0000-4000-8000-000000000004'"
    )
    assert seen is None or seen < datetime.now(UTC)
    assert made < datetime.now(UTC)
    assert query(legacy_url, good) != [(0,)]


def test_rolled_back_they_are_where_they_were(legacy_url: str) -> None:
    bad = (
        "SELECT profile_id, start_date_time::text, end_date_time::text FROM biomarkers WHERE type = 'weight' "
        "ORDER BY 1, 2, 3"
    )
    before = query(legacy_url, bad)
    migrate(legacy_url)
    roll_back(legacy_url)
    assert query(legacy_url, bad) == before
    scores = "SELECT count(*) FROM scores WHERE NOT isfinite(score_date_time) OR score_date_time < '0001-01-01'"
    assert query(legacy_url, scores) == [(3,)]
