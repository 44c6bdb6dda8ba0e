"""Deletes what is past its age, a small transaction at a time: killed at any point, what is done is done.

A row that somebody is writing at that moment is left to the next time, so that no two wait for each other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection, sql

from hos_pipelines.domain.retention import ANALYSIS_HOLDS_FOR, KeepRules
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.memory_retention import delete_expired_memory
from hos_pipelines.postgres.person_retention import delete_old_days
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.postgres.tables import STREAM_TABLES, unique_key

ROWS_AT_ONCE = 5000
SERIES_AT_ONCE = 1000
PROFILES_AT_ONCE = 500
TICKS_AT_ONCE = 50

Place = tuple[str, str]
BEFORE_ALL: Place = ("", "")

# From one profile's type to the next along the unique index, an index look-up each, so that the rows that stay are not
# read. Rows of an older system without profile or type belong to no series; they stay.
NEXT_SERIES = sql.SQL(
    """
WITH RECURSIVE series (profile_id, kind) AS (
    (SELECT profile_id, {kind} FROM {readings} WHERE (profile_id, {kind}) > (%(profile_id)s, %(kind)s)
     ORDER BY profile_id, {kind} LIMIT 1)
    UNION ALL
    SELECT following.profile_id, following.kind
    FROM series
    CROSS JOIN LATERAL (
        SELECT profile_id, {kind} AS kind FROM {readings}
        WHERE (profile_id, {kind}) > (series.profile_id, series.kind)
        ORDER BY profile_id, {kind} LIMIT 1) AS following
)
SELECT profile_id, kind FROM series LIMIT %(size)s
"""
)

DELETE_READINGS = sql.SQL(
    """
DELETE FROM {readings} WHERE ctid = ANY(ARRAY(
    SELECT old.place
    FROM unnest(%(profile_ids)s::text[], %(kinds)s::text[]) AS series (profile_id, kind)
    CROSS JOIN LATERAL (
        SELECT r.ctid AS place FROM {readings} AS r
        WHERE r.profile_id = series.profile_id AND r.{kind} = series.kind
          AND r.{start} < %(before)s AND {ends} < %(before)s
        FOR UPDATE SKIP LOCKED) AS old
    WHERE NOT EXISTS (
        SELECT FROM archetype_analysis_tracking
        WHERE user_id = series.profile_id AND updated_at > %(begun)s
          AND sync_completed_at IS NULL AND sync_error IS NULL)
    LIMIT %(size)s))
"""
)

NEXT_LEDGERS = """
SELECT DISTINCT profile_id FROM sync_coverage
WHERE profile_id > %(profile_id)s AND (lower(covered) < %(since)s OR lower(failed) < %(since)s)
ORDER BY profile_id LIMIT %(size)s
"""

CUT_LEDGERS = """
UPDATE sync_coverage SET covered = covered * kept, empty = empty * kept, failed = failed * kept
FROM (SELECT tstzmultirange(tstzrange(%(since)s, NULL)) AS kept) AS what
WHERE profile_id = ANY(%(profile_ids)s)
"""

DELETE_WEBHOOKS = """
WITH page AS MATERIALIZED (
    SELECT id, received_at FROM webhook_inbox WHERE id > %(last)s ORDER BY id LIMIT %(size)s
),
gone AS (
    DELETE FROM webhook_inbox AS inbox USING page
    WHERE inbox.id = page.id AND inbox.consumed_at < %(before)s
    RETURNING 1
)
SELECT max(id), coalesce(min(received_at) < %(before)s, false), (SELECT count(*) FROM gone) FROM page
"""

DELETE_QUARANTINE = """
DELETE FROM quarantine WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM quarantine WHERE last_seen_at < %(before)s LIMIT %(size)s FOR UPDATE SKIP LOCKED))
"""

# Results that stand, of whichever archetype, stay.
DELETE_RESULTS = """
WITH page AS MATERIALIZED (
    SELECT profile_id FROM profiles WHERE profile_id > %(last)s ORDER BY profile_id LIMIT %(size)s
),
gone AS (
    DELETE FROM analysis_results AS old USING page
    WHERE old.profile_id = page.profile_id AND old.analyzed_at < %(before)s AND NOT EXISTS (
        SELECT FROM archetype_analysis_tracking AS t
        WHERE t.user_id = old.profile_id AND t.analysis_type = old.analysis_type
          AND t.archetype = old.archetype AND t.fingerprint = old.fingerprint)
    RETURNING 1
)
SELECT max(profile_id), (SELECT count(*) FROM gone) FROM page
"""

# Feedback counts for four weeks after its insight has ended; ages are longer.
DELETE_INSIGHTS = """
DELETE FROM user_insights WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM user_insights
    WHERE greatest(coalesce(ended_at, expires_at), rated_at, applied_at) < %(before)s
    LIMIT %(size)s FOR UPDATE SKIP LOCKED))
"""

# With their stages. One that never ended was last attempted then.
DELETE_WORKFLOWS = """
DELETE FROM workflow_executions WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM workflow_executions WHERE coalesce(completed_at, attempted_at) < %(before)s
    LIMIT %(size)s FOR UPDATE SKIP LOCKED))
"""

# Those that ended with it go with their original, and progress with its request.
DELETE_REQUESTS = """
DELETE FROM analysis_requests WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM analysis_requests WHERE completed_at < %(before)s LIMIT %(size)s FOR UPDATE SKIP LOCKED))
"""

DELETE_REQUEST_BATCHES = """
DELETE FROM request_batches WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM request_batches WHERE finished_at < %(before)s LIMIT %(size)s FOR UPDATE SKIP LOCKED))
"""

DELETE_CALLS = """
DELETE FROM model_calls WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM model_calls WHERE called_at < %(before)s LIMIT %(size)s FOR UPDATE SKIP LOCKED))
"""

# The answer behind a result that stands stays, so that putting it back costs nothing.
DELETE_ANSWERS = """
DELETE FROM model_answers WHERE ctid = ANY(ARRAY(
    SELECT a.ctid FROM model_answers AS a
    WHERE a.answered_at < %(before)s AND NOT EXISTS (
        SELECT FROM archetype_analysis_tracking AS t
        WHERE t.user_id = a.profile_id AND t.analysis_type = a.analysis_type AND t.fingerprint = a.fingerprint)
    LIMIT %(size)s FOR UPDATE SKIP LOCKED))
"""

OLD_TICKS = """
SELECT tick FROM refresh_ticks AS t
WHERE planned_at < %(before)s AND NOT EXISTS (
    SELECT FROM sync_state JOIN refresh_batches AS b ON b.batch_id = lease
    WHERE b.tick = t.tick AND lease_until > %(now)s)
ORDER BY planned_at LIMIT %(size)s
FOR UPDATE SKIP LOCKED
"""


def delete_expired(connection: Connection[Any], rules: KeepRules, now: datetime) -> dict[str, int]:
    """Deletes what is past its age at `now` (UTC) and gives the number of rows by table; autocommit is expected.

    Readings of a user whose analysis the former application has begun and not ended stay until it has; so do
    webhooks nobody consumed, ticks whose profiles are still leased, and the result that stands of each analysis. The
    ledger is cut first, to what is kept: it claims no range whose rows may be gone.
    """
    since = rules.readings_since(now)
    _cut_ledgers(connection, since)
    deleted = {stream.value: _delete_readings(connection, stream, since, now) for stream in Stream}
    deleted["webhook_inbox"] = _delete_webhooks(connection, now - rules.webhooks)
    deleted["quarantine"] = _delete_quarantine(connection, now - rules.quarantine)
    deleted["analysis_results"] = _delete_results(connection, now - rules.results)
    old_words: dict[str, object] = {"before": now - rules.results}
    deleted["model_calls"] = _until_less(connection, sql.SQL(DELETE_CALLS), old_words)
    deleted["model_answers"] = _until_less(connection, sql.SQL(DELETE_ANSWERS), old_words)
    deleted |= delete_expired_memory(connection, now - rules.results, now)
    deleted["user_insights"] = _until_less(connection, sql.SQL(DELETE_INSIGHTS), old_words)
    old_workflows: dict[str, object] = {"before": now - rules.workflows}
    deleted["workflow_executions"] = _until_less(connection, sql.SQL(DELETE_WORKFLOWS), old_workflows)
    deleted |= delete_old_days(connection, (now - rules.diary).date())
    old_requests: dict[str, object] = {"before": now - rules.requests}
    deleted["analysis_requests"] = _until_less(connection, sql.SQL(DELETE_REQUESTS), old_requests)
    deleted["request_batches"] = _until_less(connection, sql.SQL(DELETE_REQUEST_BATCHES), old_requests)
    deleted["refresh_ticks"], deleted["refresh_batches"] = _delete_ticks(connection, now - rules.ticks, now)
    return deleted


def _cut_ledgers(connection: Connection[Any], since: datetime) -> None:
    last = ""
    while profile_ids := _next_ledgers(connection, last, since):
        with connection.transaction():
            lock_profiles(connection, profile_ids)
            connection.execute(CUT_LEDGERS, {"profile_ids": profile_ids, "since": since})
        last = profile_ids[-1]


def _next_ledgers(connection: Connection[Any], last: str, since: datetime) -> list[str]:
    values = {"profile_id": last, "since": since, "size": PROFILES_AT_ONCE}
    return [profile_id for (profile_id,) in connection.execute(NEXT_LEDGERS, values)]


def _delete_readings(connection: Connection[Any], stream: Stream, before: datetime, now: datetime) -> int:
    deleted, last = 0, BEFORE_ALL
    find, delete = _statements(stream)
    while series := _next_series(connection, find, last):
        values = {
            "profile_ids": [profile_id for profile_id, _ in series],
            "kinds": [kind for _, kind in series],
            "before": before,
            "begun": now - ANALYSIS_HOLDS_FOR,
        }
        deleted += _until_less(connection, delete, values)
        last = series[-1]
    return deleted


def _statements(stream: Stream) -> tuple[sql.Composed, sql.Composed]:
    """How to find the series of a stream, and how to delete what is old of them."""
    table = STREAM_TABLES[stream]
    names = {column.name for column in table.columns}
    start = "start_date_time" if "start_date_time" in names else "score_date_time"
    ends = "coalesce(r.end_date_time, r.start_date_time)" if "end_date_time" in names else f"r.{start}"
    parts = {"readings": sql.Identifier(table.name), "kind": sql.Identifier(unique_key(table)[1].name)}
    return NEXT_SERIES.format(**parts), DELETE_READINGS.format(**parts, start=sql.Identifier(start), ends=sql.SQL(ends))


def _next_series(connection: Connection[Any], find: sql.Composed, last: Place) -> Sequence[Place]:
    values = {"profile_id": last[0], "kind": last[1], "size": SERIES_AT_ONCE}
    return connection.execute(find, values).fetchall()


def _delete_webhooks(connection: Connection[Any], before: datetime) -> int:
    """Goes by id, the order of arrival, and stops at the first page that came in too late to be old."""
    deleted, place, may_be_old = 0, 0, True
    while may_be_old:
        values = {"last": place, "before": before, "size": ROWS_AT_ONCE}
        place, may_be_old, gone = connection.execute(DELETE_WEBHOOKS, values).fetchone() or (place, False, 0)
        deleted += gone
    return deleted


def _delete_quarantine(connection: Connection[Any], before: datetime) -> int:
    return _until_less(connection, sql.SQL(DELETE_QUARANTINE), {"before": before})


def _delete_results(connection: Connection[Any], before: datetime) -> int:
    deleted = 0
    place: str | None = ""
    while place is not None:
        values = {"last": place, "before": before, "size": PROFILES_AT_ONCE}
        place, gone = connection.execute(DELETE_RESULTS, values).fetchone() or (None, 0)
        deleted += gone
    return deleted


def _delete_ticks(connection: Connection[Any], before: datetime, now: datetime) -> tuple[int, int]:
    """Ticks and their batches."""
    ticks = batches = 0
    while True:
        with connection.transaction():
            values = {"before": before, "now": now, "size": TICKS_AT_ONCE}
            names = [name for (name,) in connection.execute(OLD_TICKS, values)]
            batches += connection.execute("DELETE FROM refresh_batches WHERE tick = ANY(%s)", (names,)).rowcount
            ticks += connection.execute("DELETE FROM refresh_ticks WHERE tick = ANY(%s)", (names,)).rowcount
        if len(names) < TICKS_AT_ONCE:
            return ticks, batches


def _until_less(connection: Connection[Any], delete: sql.SQL | sql.Composed, values: dict[str, object]) -> int:
    """Repeats a deletion of at most ROWS_AT_ONCE rows, each time committed, until it finds fewer."""
    deleted = 0
    while True:
        count = connection.execute(delete, {**values, "size": ROWS_AT_ONCE}).rowcount
        deleted += count
        if count < ROWS_AT_ONCE:
            return deleted
