"""Results of analyses: who is due, what stands stored, and a whole chunk written with its watermarks at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from hos_pipelines.domain.analysis_due import AnalysisState
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.sync import retry_wait
from hos_pipelines.postgres.profile_locks import lock_profiles

# What people state that analyses go by.
SAID = ["birth_date", "health_flags", "roster", "work_days"]

# Sync state is small and has what pulls brought; no reading is touched to tell who is due.
STATES = """
SELECT p.profile_id,
       greatest(coalesce(news.rows_changed, 0) - coalesce(mine.rows_seen, 0), 0) AS rows_changed,
       coalesce(news.newest_night > coalesce(mine.night_seen, '-infinity'), false) AS has_new_night,
       coalesce(mine.rows_seen < 0, false) AS is_told_anew,
       mine.analyzed_at, mine.data_through, mine.next_due_at, coalesce(c.data_complexity, 5) AS data_complexity,
       coalesce(behavior.analysis_count, 0) AS behavior_count,
       coalesce(circadian.analysis_count, 0) AS circadian_count, memory.second_confirmed, memory.fifth_confirmed
FROM profiles AS p
LEFT JOIN archetype_catalogue AS c USING (archetype)
LEFT JOIN meta_memory AS memory USING (profile_id)
LEFT JOIN (SELECT profile_id, sum(rows_changed)::bigint AS rows_changed, max(newest_night) AS newest_night
           FROM sync_state
           WHERE stream IN ('biomarkers', 'scores')
             AND (%(profile_ids)s::text[] IS NULL OR profile_id = ANY(%(profile_ids)s))
           GROUP BY profile_id) AS news USING (profile_id)
LEFT JOIN archetype_analysis_tracking AS mine
    ON mine.user_id = p.profile_id AND mine.archetype = p.archetype AND mine.analysis_type = %(type)s
LEFT JOIN archetype_analysis_tracking AS behavior
    ON behavior.user_id = p.profile_id AND behavior.archetype = p.archetype
    AND behavior.analysis_type = 'behavior_analysis'
LEFT JOIN archetype_analysis_tracking AS circadian
    ON circadian.user_id = p.profile_id AND circadian.archetype = p.archetype
    AND circadian.analysis_type = 'circadian_analysis'
WHERE CASE WHEN %(profile_ids)s::text[] IS NULL
           THEN p.status = 'active' AND news.rows_changed > coalesce(mine.rows_seen, 0)
           ELSE p.profile_id = ANY(%(profile_ids)s) AND p.status NOT IN ('retired', 'erased') END
ORDER BY mine.analyzed_at NULLS FIRST, p.profile_id
"""

SUBJECTS = """
SELECT p.profile_id, p.archetype, p.timezone, p.country,
       coalesce(news.rows_changed, 0) AS rows_changed, news.newest_night, news.newest_observed, news.fetched_up_to,
       mine.fingerprint AS stored_fingerprint, mine.status AS stored_status, coalesce(mine.failures, 0) AS failures,
       facts.said
FROM profiles AS p
LEFT JOIN (SELECT profile_id, sum(rows_changed)::bigint AS rows_changed, max(newest_night) AS newest_night,
                  max(last_success_at) AS newest_observed,
                  CASE WHEN count(watermark) = 2 THEN min(watermark) END AS fetched_up_to
           FROM sync_state WHERE stream IN ('biomarkers', 'scores') AND profile_id = ANY(%(profile_ids)s)
           GROUP BY profile_id) AS news USING (profile_id)
LEFT JOIN archetype_analysis_tracking AS mine
    ON mine.user_id = p.profile_id AND mine.archetype = p.archetype AND mine.analysis_type = %(type)s
LEFT JOIN (SELECT profile_id, jsonb_object_agg(fact_key, value) AS said
           FROM (SELECT DISTINCT ON (profile_id, fact_key) profile_id, fact_key, value FROM profile_facts
                 WHERE profile_id = ANY(%(profile_ids)s) AND source = 'stated'
                   AND fact_key = ANY(%(fact_keys)s)
                   AND recorded_at <= %(now)s AND valid_from <= %(now)s
                   AND (valid_to IS NULL OR valid_to > %(now)s)
                 ORDER BY profile_id, fact_key, valid_from DESC, recorded_at DESC, id DESC) AS newest
           GROUP BY profile_id) AS facts ON facts.profile_id = p.profile_id
WHERE p.profile_id = ANY(%(profile_ids)s) AND p.status NOT IN ('retired', 'erased')
"""

# The same readings again leave the stored result alone but for when it was last confirmed.
WRITE_RESULT = """
INSERT INTO analysis_results AS r (profile_id, archetype, analysis_type, fingerprint, analyzed_at, status, engine,
                                   method_version, mode, news_since, data_through, data_source, fetched_up_to, result,
                                   model, prompt_version, tokens, cost_usd, latency_s, violations, fallback_reason,
                                   created_at)
VALUES (%(profile_id)s, %(archetype)s, %(analysis_type)s, %(fingerprint)s, %(analyzed_at)s, %(status)s, %(engine)s,
        %(method_version)s, %(mode)s, %(news_since)s, %(data_through)s, %(data_source)s, %(fetched_up_to)s,
        %(result)s::jsonb, %(model)s, %(prompt_version)s, %(tokens)s, %(cost_usd)s, %(latency_s)s, %(violations)s,
        %(fallback_reason)s, %(analyzed_at)s)
ON CONFLICT (profile_id, analysis_type, archetype, fingerprint) DO UPDATE SET
    analyzed_at = greatest(r.analyzed_at, excluded.analyzed_at),
    engine = excluded.engine,
    data_source = excluded.data_source,
    fetched_up_to = excluded.fetched_up_to,
    (result, tokens, cost_usd, latency_s, violations, fallback_reason) = (
        SELECT CASE WHEN is_same THEN r.result ELSE excluded.result END,
               CASE WHEN is_same THEN r.tokens ELSE excluded.tokens END,
               CASE WHEN is_same THEN r.cost_usd ELSE excluded.cost_usd END,
               CASE WHEN is_same THEN r.latency_s ELSE excluded.latency_s END,
               CASE WHEN is_same THEN r.violations ELSE excluded.violations END,
               excluded.fallback_reason
        FROM (SELECT excluded.fallback_reason IS NOT DISTINCT FROM r.fallback_reason AS is_same) AS compared)
"""

CONFIRM_RESULT = """
UPDATE analysis_results SET analyzed_at = greatest(analyzed_at, %(analyzed_at)s), data_source = %(data_source)s,
                            fetched_up_to = %(fetched_up_to)s
WHERE profile_id = %(profile_id)s AND analysis_type = %(analysis_type)s AND archetype = %(archetype)s
  AND fingerprint = %(fingerprint)s
"""

# A clock that runs behind, or a run that read before another and commits after it, never moves a watermark back, nor
# does its result stand in place of the later one. What was said after the instant of an analysis is still to be seen.
MOVE_WATERMARK = """
INSERT INTO archetype_analysis_tracking AS t (user_id, archetype, analysis_type, analysis_timestamp, analysis_count,
    sahha_data_synced, biomarkers_synced, scores_synced, archetypes_synced, sync_completed_at, sync_error, updated_at,
    analyzed_at, rows_seen, night_seen, data_through, fingerprint, status, created_at)
SELECT %(profile_id)s, %(archetype)s, %(analysis_type)s, %(newest_observed)s, 1,
       coalesce(bool_and(s.attempts = 0) FILTER (WHERE s.stream <> 'sahha_archetypes'), false),
       coalesce(bool_or(s.stream = 'biomarkers' AND s.newest_reading IS NOT NULL), false),
       coalesce(bool_or(s.stream = 'scores' AND s.newest_reading IS NOT NULL), false),
       coalesce(bool_or(s.stream = 'sahha_archetypes' AND s.newest_reading IS NOT NULL), false),
       coalesce(max(s.last_success_at), %(analyzed_at)s), max(s.last_error), %(analyzed_at)s,
       %(analyzed_at)s, %(rows_seen)s, %(night_seen)s, %(data_through)s, %(fingerprint)s, %(status)s,
       %(analyzed_at)s
FROM sync_state AS s WHERE s.profile_id = %(profile_id)s
ON CONFLICT (user_id, archetype, analysis_type) DO UPDATE SET
    analysis_timestamp = greatest(t.analysis_timestamp, excluded.analysis_timestamp),
    analysis_count = t.analysis_count + 1,
    sahha_data_synced = excluded.sahha_data_synced,
    biomarkers_synced = excluded.biomarkers_synced,
    scores_synced = excluded.scores_synced,
    archetypes_synced = excluded.archetypes_synced,
    sync_completed_at = excluded.sync_completed_at,
    sync_error = excluded.sync_error,
    updated_at = excluded.updated_at,
    failures = 0,
    next_due_at = NULL,
    analyzed_at = greatest(t.analyzed_at, excluded.analyzed_at),
    rows_seen = CASE
        WHEN t.rows_seen < 0 AND EXISTS (
            SELECT FROM profile_facts AS f
            WHERE f.profile_id = t.user_id AND f.source = 'stated' AND f.fact_key = ANY(%(fact_keys)s)
              AND f.recorded_at > excluded.analyzed_at AND f.recorded_at < excluded.analyzed_at + interval '1 hour')
        THEN t.rows_seen ELSE greatest(t.rows_seen, excluded.rows_seen) END,
    night_seen = greatest(t.night_seen, excluded.night_seen),
    (data_through, fingerprint, status) = (
        SELECT CASE WHEN is_late THEN t.data_through ELSE excluded.data_through END,
               CASE WHEN is_late THEN t.fingerprint ELSE excluded.fingerprint END,
               CASE WHEN is_late THEN t.status ELSE excluded.status END
        FROM (SELECT coalesce(excluded.analyzed_at < t.analyzed_at, false) AS is_late) AS compared)
"""

# The rules' words stand for now, and the watermark stays where it was: a failed model moves nothing.
STAND_IN = """
INSERT INTO archetype_analysis_tracking AS t (user_id, archetype, analysis_type, analysis_count, sync_completed_at,
                                              updated_at, analyzed_at, data_through, fingerprint, status, failures,
                                              next_due_at, created_at)
VALUES (%(profile_id)s, %(archetype)s, %(analysis_type)s, 1, %(analyzed_at)s, %(analyzed_at)s, %(analyzed_at)s,
        %(data_through)s, %(fingerprint)s, %(status)s, %(failures)s, %(next_due_at)s, %(analyzed_at)s)
ON CONFLICT (user_id, archetype, analysis_type) DO UPDATE SET
    analysis_count = t.analysis_count + 1, updated_at = excluded.updated_at, failures = excluded.failures,
    next_due_at = excluded.next_due_at, analyzed_at = excluded.analyzed_at, data_through = excluded.data_through,
    fingerprint = excluded.fingerprint, status = excluded.status
WHERE t.analyzed_at IS NULL OR t.analyzed_at <= excluded.analyzed_at
"""

FAILURES = """
SELECT p.profile_id, p.archetype, coalesce(t.failures, 0)
FROM profiles AS p
LEFT JOIN archetype_analysis_tracking AS t
    ON t.user_id = p.profile_id AND t.archetype = p.archetype AND t.analysis_type = %s
WHERE p.profile_id = ANY(%s) AND p.status NOT IN ('retired', 'erased')
ORDER BY p.profile_id
FOR NO KEY UPDATE OF p
"""

NOTE_FAILURE = """
INSERT INTO archetype_analysis_tracking AS t (user_id, archetype, analysis_type, analysis_count, sync_completed_at,
                                              failures, next_due_at, updated_at, created_at)
VALUES (%(profile_id)s, %(archetype)s, %(analysis_type)s, 0, %(now)s, %(failures)s, %(next_due_at)s, %(now)s, %(now)s)
ON CONFLICT (user_id, archetype, analysis_type) DO UPDATE SET
    failures = excluded.failures, next_due_at = excluded.next_due_at, updated_at = excluded.updated_at
"""

CURRENT = """
SELECT r.profile_id, r.archetype, r.analysis_type, r.fingerprint, r.analyzed_at, r.status, r.engine, r.method_version,
       r.mode, r.news_since, r.data_through, r.data_source, r.fetched_up_to, r.result::text AS result, r.model,
       r.prompt_version, r.tokens, r.cost_usd, r.latency_s, r.violations, r.fallback_reason
FROM profiles AS p
JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
JOIN analysis_results AS r
    ON r.profile_id = p.profile_id AND r.analysis_type = t.analysis_type AND r.archetype = t.archetype
    AND r.fingerprint = t.fingerprint
WHERE p.profile_id = %s AND t.analysis_type = %s AND p.status NOT IN ('retired', 'erased')
"""

SHARES = """
SELECT t.status, count(*)
FROM profiles AS p JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
WHERE t.analysis_type = %s AND p.status = 'active' AND t.status IS NOT NULL
GROUP BY t.status ORDER BY t.status
"""


@dataclass(frozen=True, slots=True)
class AnalysisInput:
    """Who is analysed, and how far the readings had come when they were read.

    `said` is what the person stated that analyses go by: birth date, health flags, roster and work days, by their keys.
    """

    profile_id: str
    archetype: str
    timezone: str | None
    country: str | None
    rows_changed: int
    newest_night: date | None
    newest_observed: datetime | None
    fetched_up_to: datetime | None
    stored_fingerprint: str | None
    stored_status: str | None
    failures: int = 0
    said: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class StoredAnalysis:
    """A result as it is stored; `result` is its JSON.

    `model` is who wrote it or was asked to, `fallback_reason` why the rules' words stand instead. Tokens, US dollars
    and seconds are those its words took.
    """

    profile_id: str
    archetype: str
    analysis_type: str
    fingerprint: str
    analyzed_at: datetime
    status: str
    engine: str
    method_version: str
    mode: str
    news_since: date | None
    data_through: date | None
    data_source: str
    fetched_up_to: datetime | None
    result: str
    model: str | None = None
    prompt_version: str | None = None
    tokens: int = 0
    cost_usd: float | None = None
    latency_s: float = 0.0
    violations: Sequence[Mapping[str, str]] = ()
    fallback_reason: str | None = None


@dataclass(frozen=True, slots=True)
class AnalysisWrite:
    """What an analysis of one subject came to. `stored` is None where the stored result still holds.

    Where `is_final` is false the result stands in for one that could not be had now: it is stored, no watermark
    moves, and it is tried again after a while.
    """

    subject: AnalysisInput
    analysis_type: AnalysisType
    fingerprint: str
    status: str
    analyzed_at: datetime
    data_source: str
    data_through: date | None
    stored: StoredAnalysis | None
    is_final: bool = True


def read_states(
    connection: Connection[Any], analysis_type: AnalysisType, profile_ids: Sequence[str] | None = None
) -> list[AnalysisState]:
    """What is known of the profiles named, or of every active one with news; longest unanalysed first."""
    values = {"type": analysis_type, "profile_ids": None if profile_ids is None else list(profile_ids)}
    with connection.cursor(row_factory=class_row(AnalysisState)) as cursor:
        return cursor.execute(STATES, values).fetchall()


def read_inputs(
    connection: Connection[Any], analysis_type: AnalysisType, profile_ids: Sequence[str], now: datetime
) -> dict[str, AnalysisInput]:
    """Who of these is enrolled, and what they had stated at `now` (UTC).

    Read in one transaction with the readings, or the counts may be of other rows.
    """
    with connection.cursor(row_factory=class_row(AnalysisInput)) as cursor:
        values = {"type": analysis_type, "profile_ids": list(profile_ids), "fact_keys": SAID, "now": now}
        rows = cursor.execute(SUBJECTS, values)
        return {subject.profile_id: subject for subject in rows}


def write_analyses(connection: Connection[Any], findings: Sequence[AnalysisWrite]) -> set[str]:
    """Stores results and moves their watermarks in one transaction; the answer holds whose were written.

    Somebody who has left meanwhile is passed over, and nothing of theirs is written.
    """
    with connection.transaction():
        enrolled = lock_profiles(connection, {finding.subject.profile_id for finding in findings})
        ours = sorted(
            (finding for finding in findings if finding.subject.profile_id in enrolled),
            key=lambda finding: finding.subject.profile_id,
        )
        with connection.cursor() as cursor:
            cursor.executemany(WRITE_RESULT, [_result_values(one.stored) for one in ours if one.stored is not None])
            cursor.executemany(CONFIRM_RESULT, [_watermark_values(one) for one in ours if one.stored is None])
            cursor.executemany(MOVE_WATERMARK, [_watermark_values(one) for one in ours if one.is_final])
            cursor.executemany(STAND_IN, [_stand_in_values(one) for one in ours if not one.is_final])
    return enrolled


def note_failures(
    connection: Connection[Any], analysis_type: AnalysisType, profile_ids: Sequence[str], now: datetime
) -> None:
    """Leaves profiles whose analysis failed alone for a while, longer after each time: the sensor asks every minute.

    The stored result and its watermark stay as they are.
    """
    with connection.transaction():
        known = connection.execute(FAILURES, (analysis_type, list(profile_ids))).fetchall()
        with connection.cursor() as cursor:
            cursor.executemany(
                NOTE_FAILURE,
                [
                    {
                        "profile_id": profile_id,
                        "archetype": archetype,
                        "analysis_type": analysis_type,
                        "now": now,
                        "failures": failures + 1,
                        "next_due_at": now + retry_wait(failures + 1, f"{profile_id}/{analysis_type}"),
                    }
                    for profile_id, archetype, failures in known
                ],
            )


def read_current(connection: Connection[Any], profile_id: str, analysis_type: AnalysisType) -> StoredAnalysis | None:
    """The result that stands for a profile and its archetype; None before the first."""
    with connection.cursor(row_factory=class_row(StoredAnalysis)) as cursor:
        return cursor.execute(CURRENT, (profile_id, analysis_type)).fetchone()


def status_counts(connection: Connection[Any], analysis_type: AnalysisType) -> dict[str, int]:
    """How many active profiles' current results have each status."""
    return dict(connection.execute(SHARES, (analysis_type,)).fetchall())


def _result_values(stored: StoredAnalysis) -> dict[str, object]:
    values = {name: getattr(stored, name) for name in StoredAnalysis.__slots__}
    return {**values, "violations": Jsonb(list(stored.violations))}


def _stand_in_values(finding: AnalysisWrite) -> dict[str, object]:
    failures = finding.subject.failures + 1
    wait = retry_wait(failures, f"{finding.subject.profile_id}/{finding.analysis_type}")
    return {**_watermark_values(finding), "failures": failures, "next_due_at": finding.analyzed_at + wait}


def _watermark_values(finding: AnalysisWrite) -> dict[str, object]:
    subject = finding.subject
    return {
        "profile_id": subject.profile_id,
        "archetype": subject.archetype,
        "analysis_type": finding.analysis_type,
        "fingerprint": finding.fingerprint,
        "status": finding.status,
        "analyzed_at": finding.analyzed_at,
        "data_source": finding.data_source,
        "fetched_up_to": subject.fetched_up_to,
        "newest_observed": subject.newest_observed,
        "rows_seen": subject.rows_changed,
        "night_seen": subject.newest_night,
        "data_through": finding.data_through,
        "fact_keys": SAID,
    }
