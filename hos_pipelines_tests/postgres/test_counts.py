"""Counts for `hos status`: exact where that is quick or asked for, else from PostgreSQL's statistics and said to be."""

from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.postgres import counts
from hos_pipelines.postgres.counts import stream_summary

ROWS, BAD = 3000, 400


@pytest.fixture
def filled(connection: Connection[Any]) -> Connection[Any]:
    """Some readings and some unreadable rows of one profile."""
    connection.execute("INSERT INTO profiles (profile_id, external_id) VALUES ('anna', 'anna')")
    connection.execute(
        "INSERT INTO biomarkers (profile_id, type, category, value, start_date_time, end_date_time) "
        "SELECT 'anna', 'steps', 'activity', '1', at, at + interval '1 hour' "
        "FROM generate_series('2026-01-01Z'::timestamptz, '2027-01-01Z', '1 hour') AS at LIMIT %s",
        (ROWS,),
    )
    connection.execute(
        "INSERT INTO quarantine (profile_id, stream, payload_hash, payload, reason, first_seen_at, last_seen_at) "
        "SELECT 'anna', 'scores', n, '{}', 'no time', now(), now() FROM generate_series(1, %s) AS n",
        (BAD,),
    )
    return connection


def of(summary: list[dict[str, Any]], stream: str) -> dict[str, Any]:
    return next(one for one in summary if one["stream"] == stream)


def test_small_tables_are_counted(filled: Connection[Any]) -> None:
    summary = stream_summary(filled)
    biomarkers, scores = of(summary, "biomarkers"), of(summary, "scores")
    assert (biomarkers["rows"], biomarkers["rows_estimated"], biomarkers["quarantined"]) == (ROWS, False, 0)
    assert (scores["rows"], scores["quarantined"], scores["quarantined_estimated"]) == (0, BAD, False)


def test_large_tables_are_told_from_statistics_and_counted_only_where_that_is_asked_for(
    filled: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "SMALL_BYTES", 0)
    filled.execute("ANALYZE biomarkers, quarantine")
    filled.execute("DELETE FROM biomarkers WHERE ctid IN (SELECT ctid FROM biomarkers LIMIT 1)")
    summary = stream_summary(filled)
    assert (of(summary, "biomarkers")["rows"], of(summary, "biomarkers")["rows_estimated"]) == (ROWS, True)
    assert (of(summary, "scores")["quarantined"], of(summary, "scores")["quarantined_estimated"]) == (BAD, True)
    exact = stream_summary(filled, is_exact=True)
    assert (of(exact, "biomarkers")["rows"], of(exact, "biomarkers")["rows_estimated"]) == (ROWS - 1, False)
    assert of(exact, "scores")["quarantined"] == BAD
