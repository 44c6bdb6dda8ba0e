"""Writes what pulls brought: rows, quarantine and sync state of many profiles in one transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString

import psycopg
from psycopg import Connection, Cursor

from hos_pipelines.domain.lateness import NOTHING_KNOWN, Lateness
from hos_pipelines.domain.looks import Look, later_looks, remember_look
from hos_pipelines.domain.marks import Owed, Telling, add_to_owed
from hos_pipelines.domain.profiles import NOT_ENROLLED
from hos_pipelines.domain.sync import (
    MOST_ATTEMPTS_OF_SAHHAS_FAULT,
    Outcome,
    ProfilePull,
    ProfileReport,
    Stream,
    UpsertCounts,
    decide_outcome,
    is_given_up,
    is_gone_for_good,
    newest_instant,
    newest_night,
    next_watermark,
    oldest_day_caught_up,
    retry_wait,
    update_lateness,
)
from hos_pipelines.postgres.coverage_store import write_coverage, write_overtaken
from hos_pipelines.postgres.late_store import LATE, NEWEST_DAYS, ask_scores_again, late_texts, read_lateness
from hos_pipelines.postgres.look_store import looks_text, mark_seen, read_looks
from hos_pipelines.postgres.pauses import GONE_REASON, REFUSED_REASON, pause, resume
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.postgres.quarantine_store import write_quarantine
from hos_pipelines.postgres.upsert import Met, write_rows
from hos_pipelines.postgres.zone_store import update_zone, zones_now

KNOWN: LiteralString = (
    """
SELECT s.profile_id, s.watermark, s.newest_reading, s.attempts, s.refusals, s.last_success_at, s.gone_since,"""
    + NEWEST_DAYS
    + """, s.looks, s.owed, """
    + LATE
    + """
FROM sync_state AS s WHERE s.stream = %s AND s.profile_id = ANY(%s)
"""
)

# JSON goes in as binary: in the text of an array each of its quotation marks is escaped.
WRITE_STATE = """
INSERT INTO sync_state AS s (profile_id, stream, watermark, last_outcome, last_error, attempts, last_attempt_at,
                             last_success_at, newest_reading, change_seen, refusals, next_due_at, rows_changed,
                             newest_night, gone_since, newest_days, late_from, holes, late_failed_on, looks, owed,
                             owed_by)
SELECT profile_id, %s, watermark, outcome, error, attempts, at, success_at, newest, change_seen, refusals, next_due_at,
       rows_changed, newest_night, gone_since, newest_days::jsonb, late_from, holes::jsonb, late_failed_on,
       looks::jsonb, owed::jsonb, %s
FROM unnest(%s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::integer[], %s::timestamptz[], %s::timestamptz[],
            %s::timestamptz[], %s::bigint[], %s::integer[], %s::timestamptz[], %s::bigint[], %s::date[],
            %s::timestamptz[], %b::text[], %s::date[], %b::text[], %s::date[], %b::text[], %b::text[])
     AS pulled (profile_id, watermark, outcome, error, attempts, at, success_at, newest, change_seen, refusals,
                next_due_at, rows_changed, newest_night, gone_since, newest_days, late_from, holes, late_failed_on,
                looks, owed)
ON CONFLICT (profile_id, stream) DO UPDATE SET
    watermark = excluded.watermark,
    last_outcome = excluded.last_outcome,
    last_error = excluded.last_error,
    attempts = excluded.attempts,
    last_attempt_at = greatest(s.last_attempt_at, excluded.last_attempt_at),
    last_success_at = greatest(s.last_success_at, excluded.last_success_at),
    newest_reading = greatest(s.newest_reading, excluded.newest_reading),
    change_seen = greatest(s.change_seen, excluded.change_seen),
    refusals = excluded.refusals,
    next_due_at = excluded.next_due_at,
    rows_changed = s.rows_changed + excluded.rows_changed,
    newest_night = greatest(s.newest_night, excluded.newest_night),
    gone_since = excluded.gone_since,
    newest_days = excluded.newest_days,
    late_from = excluded.late_from,
    holes = excluded.holes,
    late_failed_on = excluded.late_failed_on,
    looks = excluded.looks,
    owed = coalesce(excluded.owed, s.owed),
    owed_by = CASE WHEN excluded.owed IS NULL THEN s.owed_by ELSE excluded.owed_by END,
    lease = CASE WHEN s.lease = %s THEN NULL ELSE s.lease END,
    lease_until = CASE WHEN s.lease = %s THEN NULL ELSE s.lease_until END
"""

# The app of an older HolisticOS may lock in another order than ours; whom the server breaks off tries again.
MOST_TRIES = 5

NOBODY_IS_TOLD = Telling("", lambda *_: False)

Chunk = Mapping[Stream, Sequence[ProfilePull]]
Reports = dict[Stream, list[ProfileReport]]


class ForeignRowError(Exception):
    """A row of one profile was about to be written under another; nothing of the batch is written."""


@dataclass(frozen=True, slots=True)
class _KnownState:
    watermark: datetime | None = None
    newest_reading: datetime | None = None
    attempts: int = 0
    refusals: int = 0
    last_success_at: datetime | None = None
    gone_since: datetime | None = None
    lateness: Lateness = NOTHING_KNOWN
    looks: Sequence[Look] = ()
    owed: Owed | None = None


NEW = _KnownState()


@dataclass(frozen=True, slots=True)
class _WrittenPull:
    """A pull once its rows are written."""

    pull: ProfilePull
    report: ProfileReport
    known: _KnownState
    zone: str | None
    seen_again: frozenset[int]

    @property
    def is_good(self) -> bool:
        """Whether it brought an answer."""
        return not self.report.outcome.is_bad

    @property
    def is_overtaken(self) -> bool:
        """Whether a good answer from after this pull is stored already, so that what went wrong then is over."""
        last = self.known.last_success_at
        return last is not None and last > self.pull.window.observed_at

    @property
    def speaks_against_it(self) -> bool:
        """Whether what went wrong is the profile's, as far as this pull can tell."""
        return not (self.is_good or self.is_overtaken or self.pull.is_known or self.pull.is_sahhas_fault)

    @property
    def is_gone_for_good(self) -> bool:
        """Whether Sahha does not know the profile, and did not long ago either."""
        at = self.pull.window.observed_at
        return self.report.outcome is Outcome.GONE and is_gone_for_good(self.known.gone_since, at)

    @property
    def attempts(self) -> int:
        """Failed attempts in a row, this one included; those that are Sahha's own fault count for a short wait only."""
        if self.is_good:
            return 0
        if self.pull.is_sahhas_fault:
            return min(self.known.attempts + 1, MOST_ATTEMPTS_OF_SAHHAS_FAULT)
        return self.known.attempts + 1

    @property
    def refusals(self) -> int:
        """Of those, how many Sahha refused outright."""
        return 0 if self.is_good else self.known.refusals + (self.pull.refused and not self.pull.is_known)

    @property
    def gone_since(self) -> datetime | None:
        """Since when Sahha has said of the profile, and nothing else between, that it does not know it."""
        if self.is_good or self.pull.is_known:
            return None
        if self.report.outcome is Outcome.GONE:
            return self.known.gone_since or self.pull.window.observed_at
        return self.known.gone_since


def write_pulls(
    connection: Connection[Any], chunk: Chunk, lease: str | None = None, telling: Telling = NOBODY_IS_TOLD
) -> Reports:
    """Commits what pulls of many profiles brought: rows, ledger, quarantine and sync state in one transaction.

    `lease` is the batch on whose behalf they were pulled; what it had leased is free again with the commit. What
    Dagster is to be told of them, as `telling` says, is owed from then on until it is cleared. A chunk that the
    database refuses because of its content is written again pull by pull, so that the one with the unstorable row is
    the only one to fail; one that the server breaks off because it and another wait for each other is written again.
    A connection in autocommit mode is expected.

    Raises:
        ForeignRowError: a row belongs to another profile than its pull.
        psycopg.OperationalError: the database went away; nothing of this chunk is written.
    """
    for pulls in chunk.values():
        _refuse_foreign_rows(pulls)
    try:
        return _write_again(connection, chunk, lease, telling)
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.ProgrammingError, UnicodeError, ValueError) as error:
        alone = [(stream, pull) for stream, pulls in chunk.items() for pull in pulls]
        if len(alone) == 1:
            ((stream, pull),) = alone
            return _write_again(connection, {stream: [_fail_pull(pull, error)]}, lease, telling)
    reports: Reports = {stream: [] for stream in chunk}
    for stream, pull in alone:
        reports[stream] += write_pulls(connection, {stream: [pull]}, lease, telling)[stream]
    return reports


def _refuse_foreign_rows(pulls: Iterable[ProfilePull]) -> None:
    for pull in pulls:
        if any(row[0] != pull.profile_id for row in pull.rows):
            raise ForeignRowError(f"profile {pull.profile_id}: its answer holds a row of another profile.")


def _fail_pull(pull: ProfilePull, error: Exception) -> ProfilePull:
    """The pull as a failure; the database's own text is left out, since it quotes the values."""
    if pull.problem is not None:
        raise error
    reason = f"the database refused its rows ({type(error).__name__}); see the limits in docs/rows.md."
    return ProfilePull(pull.profile_id, pull.window, problem=Outcome.FAILED, error=reason)


def _write_again(connection: Connection[Any], chunk: Chunk, lease: str | None, telling: Telling) -> Reports:
    for _ in range(MOST_TRIES - 1):
        try:
            return _write(connection, chunk, lease, telling)
        except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
            continue  # nothing of it is written: all of it was one transaction
    return _write(connection, chunk, lease, telling)


def _write(connection: Connection[Any], chunk: Chunk, lease: str | None, telling: Telling) -> Reports:
    with connection.transaction():
        enrolled = lock_profiles(connection, {pull.profile_id for pulls in chunk.values() for pull in pulls})
        written = {}
        for stream, pulls in chunk.items():
            written[stream] = _write_stream(connection, stream, pulls, enrolled)
            with connection.cursor() as cursor:
                _write_states(cursor, stream, list(written[stream].values()), lease, telling)
        ask_scores_again(connection, _find_caught_up(written))
        _update_profiles(connection, [one for by_id in written.values() for one in by_id.values()])
    return {
        stream: [by_id[pull.profile_id].report if pull.profile_id in by_id else _nobody(pull) for pull in chunk[stream]]
        for stream, by_id in written.items()
    }


def _write_stream(
    connection: Connection[Any], stream: Stream, pulls: Sequence[ProfilePull], enrolled: set[str]
) -> dict[str, _WrittenPull]:
    ours = [pull for pull in pulls if pull.profile_id in enrolled]
    if not ours:
        return {}
    known = _read_known(connection, stream, [pull.profile_id for pull in ours])
    mark_seen(connection, stream, _later_looks(ours, known))
    met = write_rows(connection, stream, (row for pull in ours for row in pull.rows))
    zones = zones_now(connection, [pull.profile_id for pull in ours])
    written = [_conclude_pull(pull, known.get(pull.profile_id, NEW), met, zones[pull.profile_id]) for pull in ours]
    with connection.cursor() as cursor:
        write_quarantine(cursor, stream, ours)
        write_coverage(cursor, stream, [one.pull for one in written if not one.is_overtaken])
        write_overtaken(cursor, stream, [one.pull for one in written if one.is_overtaken and one.is_good])
    return {one.pull.profile_id: one for one in written}


def _read_known(connection: Connection[Any], stream: Stream, profile_ids: list[str]) -> Mapping[str, _KnownState]:
    rows = connection.execute(KNOWN, (stream, profile_ids))
    return {
        profile_id: _KnownState(
            watermark,
            newest,
            attempts,
            refusals,
            success,
            gone_since,
            read_lateness(days, *late),
            read_looks(looks),
            owed,
        )
        for profile_id, watermark, newest, attempts, refusals, success, gone_since, days, looks, owed, *late in rows
    }


def _later_looks(pulls: Iterable[ProfilePull], known: Mapping[str, _KnownState]) -> dict[str, Sequence[Look]]:
    """What was looked at after each of these answers, by those that were written before it."""
    return {
        pull.profile_id: later
        for pull in pulls
        if pull.problem is None
        and (before := known.get(pull.profile_id)) is not None
        and (later := later_looks(before.looks, pull.window.observed_at, before.last_success_at))
    }


def _conclude_pull(pull: ProfilePull, known: _KnownState, met: Met, zone: str | None) -> _WrittenPull:
    counts = met.counts.get(pull.profile_id, UpsertCounts())
    return _WrittenPull(
        pull, _report(pull, known, counts), known, zone, met.unchanged.get(pull.profile_id, frozenset())
    )


def _report(pull: ProfilePull, known: _KnownState, counts: UpsertCounts) -> ProfileReport:
    outcome = decide_outcome(pull, counts)
    watermark = known.watermark if outcome.is_bad else next_watermark(known.watermark, pull.window)
    newest = [instant for instant in (known.newest_reading, newest_instant(pull)) if instant is not None]
    return ProfileReport(
        profile_id=pull.profile_id,
        outcome=outcome,
        counts=counts,
        quarantined=len(pull.quarantined),
        newest_reading=max(newest, default=None),
        watermark=watermark,
        first_contact=known.last_success_at is None,
        recovered=known.attempts > 0 and not outcome.is_bad,
        error=pull.error,
    )


def _nobody(pull: ProfilePull) -> ProfileReport:
    return ProfileReport(
        profile_id=pull.profile_id,
        outcome=Outcome.FAILED,
        error=pull.error or NOT_ENROLLED,
    )


def _write_states(
    cursor: Cursor[Any], stream: Stream, written: Sequence[_WrittenPull], lease: str | None, telling: Telling
) -> None:
    new = [one for one in written if one.is_good or not one.is_overtaken]
    if new:
        rows = ((*_state_row(stream, one), _marks_owed(stream, one, telling)) for one in new)
        columns = map(list, zip(*rows, strict=True))
        cursor.execute(WRITE_STATE, (stream, telling.run_id, *columns, lease, lease))


def _marks_owed(stream: Stream, written: _WrittenPull, telling: Telling) -> str | None:
    """What Dagster is to be told once this is committed: with what is owed already, never of a failure."""
    report, before = written.report, written.known.owed
    if not written.is_good or (before is None and not telling.is_owed(stream, report)):
        return None
    return json.dumps(add_to_owed(before, report.counts, report.quarantined))


def _state_row(stream: Stream, written: _WrittenPull) -> tuple[object, ...]:
    """A change counts as seen once everything up to the pull, and nothing later, is fetched.

    A backfill that leaves a gap sees none. Neither does a pull by a clock behind that of an earlier one, whose rows,
    observed later as it seems, stay in the table: what it was to bring is brought by the next.
    """
    pull, report, known = written.pull, written.report, written.known
    at = pull.window.observed_at
    is_news = written.is_good and not written.is_overtaken
    lateness = update_lateness(stream, known.lateness, pull) if is_news else known.lateness
    if written.is_good:
        lateness = update_zone(lateness, known.lateness, pull, written.zone)
    looks = remember_look(known.looks, Look(at, written.seen_again)) if written.is_good else known.looks
    is_up_to_date = written.is_good and report.watermark == at
    return (
        pull.profile_id,
        report.watermark,
        report.outcome.value,
        report.error,
        written.attempts,
        at,
        at if written.is_good else None,
        report.newest_reading,
        pull.change_count if is_up_to_date else 0,
        written.refusals,
        at + retry_wait(written.attempts, f"{pull.profile_id}/{stream}") if not written.is_good else None,
        report.counts.inserted + report.counts.updated,
        newest_night(pull),
        written.gone_since,
        *late_texts(lateness),
        looks_text(looks),
    )


def _find_caught_up(written: Mapping[Stream, Mapping[str, _WrittenPull]]) -> dict[str, date]:
    """For whom biomarkers came late, past which day, where scores were not asked for as far back at the same time."""
    asked = {key: one.pull.window.start.date() for key, one in written.get(Stream.SCORES, {}).items() if one.is_good}
    late = {
        key: oldest_day_caught_up(one.known.lateness, one.pull)
        for key, one in written.get(Stream.BIOMARKERS, {}).items()
        if one.is_good and not one.is_overtaken
    }
    return {key: day for key, day in late.items() if day is not None and not asked.get(key, date.max) <= day}


def _update_profiles(connection: Connection[Any], written: Sequence[_WrittenPull]) -> None:
    """Pauses whom Sahha has long not known or keeps refusing; resumes such a one when it answers after all.

    Whoever has a good answer for another stream of the same run is known to Sahha, whatever one of them says.
    """
    found = {one.pull.profile_id for one in written if one.is_good}
    against = [one for one in written if one.speaks_against_it and one.pull.profile_id not in found]
    gone = [one.pull.profile_id for one in against if one.is_gone_for_good]
    pause(connection, gone, GONE_REASON)
    pause(connection, [one.pull.profile_id for one in against if is_given_up(one.refusals)], REFUSED_REASON)
    resume(connection, found)
