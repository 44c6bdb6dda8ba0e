"""Writes what pulls brought: rows, quarantine and sync state of many profiles in one transaction."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection

from hos_pipelines.domain.sync import (
    Outcome,
    ProfilePull,
    ProfileReport,
    Stream,
    UpsertCounts,
    newest_instant,
    next_watermark,
    settle_outcome,
)
from hos_pipelines.postgres.upsert import upsert

LOCK_PROFILES = """
SELECT p.profile_id, s.watermark, s.newest_reading
FROM profiles AS p
LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = %s
WHERE p.profile_id = ANY(%s) AND p.status NOT IN ('retired', 'erased')
ORDER BY p.profile_id
FOR NO KEY UPDATE OF p
"""

WRITE_STATE = """
INSERT INTO sync_state AS s (profile_id, stream, watermark, last_outcome, last_error, attempts, last_attempt_at,
                             last_success_at, newest_reading)
VALUES (%(profile_id)s, %(stream)s, %(watermark)s, %(outcome)s, %(error)s, %(attempts)s, %(at)s, %(success_at)s,
        %(newest)s)
ON CONFLICT (profile_id, stream) DO UPDATE SET
    watermark = excluded.watermark,
    last_outcome = excluded.last_outcome,
    last_error = excluded.last_error,
    attempts = CASE WHEN excluded.attempts = 0 THEN 0 ELSE s.attempts + 1 END,
    last_attempt_at = greatest(s.last_attempt_at, excluded.last_attempt_at),
    last_success_at = greatest(s.last_success_at, excluded.last_success_at),
    newest_reading = greatest(s.newest_reading, excluded.newest_reading)
"""

WRITE_QUARANTINE = """
INSERT INTO quarantine AS q (profile_id, stream, payload_hash, payload, reason, first_seen_at, last_seen_at)
VALUES (%(profile_id)s, %(stream)s, %(hash)s, %(payload)s, %(reason)s, %(at)s, %(at)s)
ON CONFLICT (profile_id, stream, payload_hash) DO UPDATE SET
    reason = excluded.reason,
    last_seen_at = greatest(q.last_seen_at, excluded.last_seen_at),
    times_seen = q.times_seen + 1
"""

PAUSE_GONE = """
UPDATE profiles SET status = 'paused', status_reason = 'gone: Sahha no longer knows this profile', updated_at = now()
WHERE profile_id = ANY(%s) AND status = 'active'
"""

RESUME_FOUND = """
UPDATE profiles SET status = 'active', status_reason = NULL, updated_at = now()
WHERE profile_id = ANY(%s) AND status = 'paused' AND status_reason LIKE 'gone:%%'
"""


class ForeignRowError(Exception):
    """A row of one profile was about to be written under another; nothing of the batch is written."""


@dataclass(frozen=True, slots=True)
class _Known:
    watermark: datetime | None
    newest_reading: datetime | None


def write_pulls(connection: Connection[Any], stream: Stream, pulls: Sequence[ProfilePull]) -> list[ProfileReport]:
    """Commits what pulls of one stream brought, rows and sync state of all in one transaction.

    A batch that the database refuses because of its content is written again profile by profile, so that the one
    with the unstorable row is the only one to fail. A connection in autocommit mode is expected.

    Raises:
        ForeignRowError: a row belongs to another profile than its pull.
        psycopg.OperationalError: the database went away; nothing of this batch is written.
    """
    _refuse_foreign_rows(pulls)
    try:
        return _write(connection, stream, pulls)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, UnicodeError, ValueError) as error:
        if len(pulls) > 1:
            return [report for pull in pulls for report in write_pulls(connection, stream, [pull])]
        return _write(connection, stream, [_refused(pulls[0], error)])


def _refuse_foreign_rows(pulls: Iterable[ProfilePull]) -> None:
    for pull in pulls:
        if any(row[0] != pull.profile_id for row in pull.rows):
            raise ForeignRowError(f"profile {pull.profile_id}: its answer holds a row of another profile.")


def _refused(pull: ProfilePull, error: Exception) -> ProfilePull:
    """The pull as a failure; the database's own text is left out, since it quotes the values."""
    if pull.problem is not None:
        raise error
    reason = f"the database refused its rows ({type(error).__name__}); see the row limits in the README."
    return ProfilePull(pull.profile_id, pull.window, problem=Outcome.FAILED, error=reason)


def _write(connection: Connection[Any], stream: Stream, pulls: Sequence[ProfilePull]) -> list[ProfileReport]:
    with connection.transaction():
        known = _lock_profiles(connection, stream, [pull.profile_id for pull in pulls])
        ours = [pull for pull in pulls if pull.profile_id in known]
        counts = upsert(connection, stream, (row for pull in ours for row in pull.rows))
        reports = [
            _report(pull, known[pull.profile_id], counts.get(pull.profile_id, UpsertCounts()))
            if pull.profile_id in known
            else _nobody(pull)
            for pull in pulls
        ]
        with connection.cursor() as cursor:
            cursor.executemany(WRITE_QUARANTINE, [row for pull in ours for row in _quarantine_rows(stream, pull)])
            cursor.executemany(
                WRITE_STATE, [_state_row(stream, pull, reports) for pull, reports in _pairs(ours, reports)]
            )
            cursor.execute(PAUSE_GONE, (_with_outcome(reports, lambda outcome: outcome is Outcome.GONE),))
            cursor.execute(RESUME_FOUND, (_with_outcome(reports, lambda outcome: not outcome.is_bad),))
    return reports


def _lock_profiles(connection: Connection[Any], stream: Stream, profile_ids: list[str]) -> Mapping[str, _Known]:
    """Locks in key order, so that two writers over the same people wait for each other and never deadlock."""
    rows = connection.execute(LOCK_PROFILES, (stream, profile_ids))
    return {profile_id: _Known(watermark, newest) for profile_id, watermark, newest in rows}


def _report(pull: ProfilePull, known: _Known, counts: UpsertCounts) -> ProfileReport:
    outcome = settle_outcome(pull, counts)
    watermark = known.watermark if outcome.is_bad else next_watermark(known.watermark, pull.window)
    newest = [instant for instant in (known.newest_reading, newest_instant(pull)) if instant is not None]
    return ProfileReport(
        profile_id=pull.profile_id,
        outcome=outcome,
        counts=counts,
        quarantined=len(pull.quarantined),
        newest_reading=max(newest, default=None),
        watermark=watermark,
        first_contact=known.watermark is None,
        error=pull.error,
    )


def _nobody(pull: ProfilePull) -> ProfileReport:
    return ProfileReport(
        profile_id=pull.profile_id,
        outcome=Outcome.FAILED,
        error=pull.error or "is not enrolled; enrol it with `hos enroll`, or delete the partition.",
    )


def _pairs(
    pulls: Sequence[ProfilePull], reports: Sequence[ProfileReport]
) -> Iterable[tuple[ProfilePull, ProfileReport]]:
    by_id = {report.profile_id: report for report in reports}
    return ((pull, by_id[pull.profile_id]) for pull in pulls)


def _state_row(stream: Stream, pull: ProfilePull, report: ProfileReport) -> dict[str, object]:
    at = pull.window.observed_at
    return {
        "profile_id": pull.profile_id,
        "stream": stream,
        "watermark": report.watermark,
        "outcome": report.outcome,
        "error": report.error,
        "attempts": 1 if report.outcome.is_bad else 0,
        "at": at,
        "success_at": None if report.outcome.is_bad else at,
        "newest": report.newest_reading,
    }


def _quarantine_rows(stream: Stream, pull: ProfilePull) -> Iterable[dict[str, object]]:
    for row in pull.quarantined:
        yield {
            "profile_id": pull.profile_id,
            "stream": stream,
            "hash": hashlib.sha256(row.payload.encode()).hexdigest(),
            "payload": row.payload,
            "reason": row.reason,
            "at": pull.window.observed_at,
        }


def _with_outcome(reports: Iterable[ProfileReport], wanted: Callable[[Outcome], bool]) -> list[str]:
    return [report.profile_id for report in reports if wanted(report.outcome)]
