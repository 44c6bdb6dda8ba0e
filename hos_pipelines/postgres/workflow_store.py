"""Workflows as they are stored: begun or gone on with, a row for each stage, and how they end.

What an attempt writes is left out where a later one has taken the workflow over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import orjson
from psycopg import Connection
from psycopg.rows import class_row

from hos_pipelines.domain.workflow.outcome import StageOutcome, StageStatus, WorkflowOutcome
from hos_pipelines.domain.workflow.stages import STAGE_NAMED, Stage, WorkflowSource
from hos_pipelines.postgres.word_news import CHECKIN_NEWS, JOURNAL_NEWS, REACTION_NEWS

# So long what is gone on with is made for the instant it began at, where nothing it rests on has moved.
SAME_INSTANT = timedelta(hours=6)

# What people and devices have brought of everybody, as of an instant; what stages write themselves is not among it.
SOURCES: LiteralString = f"""
SELECT p.profile_id, concat(p.archetype, '|', p.timezone, '|', p.country) AS profile,
       (SELECT concat(sum(rows_changed), '|', max(newest_night)) FROM sync_state AS s
        WHERE s.profile_id = p.profile_id AND s.stream IN ('biomarkers', 'scores')) AS readings,
       (SELECT concat(count(*), '|', max(id)) FROM profile_facts AS f
        WHERE f.profile_id = p.profile_id AND f.recorded_at <= %(now)s) AS facts,
       coalesce({CHECKIN_NEWS}, '') AS checkins, coalesce({JOURNAL_NEWS}, '') AS journals,
       coalesce({REACTION_NEWS}, '') AS reactions
FROM profiles AS p WHERE p.profile_id = ANY(%(profile_ids)s) AND p.status NOT IN ('retired', 'erased')
"""  # noqa: S608  of these files

BEGIN = """
INSERT INTO workflow_executions AS w (workflow_id, profile_id, batch_id, run_id, trigger, stages, is_forced, status,
                                      errors, fingerprint, attempt, as_of, started_at, attempted_at)
SELECT begun.workflow_id, begun.profile_id, %(batch_id)s, %(run_id)s, %(trigger)s, %(stages)s, %(is_forced)s,
       'running', '{}', begun.fingerprint, 1, %(now)s, %(now)s, %(now)s
FROM unnest(%(workflow_ids)s::uuid[], %(profile_ids)s::text[], %(fingerprints)s::text[])
     AS begun (workflow_id, profile_id, fingerprint)
JOIN profiles AS p USING (profile_id)
WHERE p.status NOT IN ('retired', 'erased')
ORDER BY begun.workflow_id
ON CONFLICT (workflow_id) DO UPDATE SET
    status = 'running', success = NULL, completed_at = NULL, errors = '{}', run_id = excluded.run_id,
    attempt = w.attempt + 1, attempted_at = excluded.attempted_at, fingerprint = excluded.fingerprint,
    as_of = CASE WHEN w.fingerprint = excluded.fingerprint AND w.as_of > excluded.as_of - %(same)s THEN w.as_of
                 ELSE excluded.as_of END
WHERE w.profile_id = excluded.profile_id
RETURNING workflow_id, profile_id, attempt, as_of
"""

SETTLED_STAGES = """
SELECT s.profile_id, s.workflow_id, s.stage, s.status, s.reason, s.fingerprint, s.attempt, s.started_at,
       s.completed_at, s.results, s.error
FROM workflow_stages AS s WHERE s.workflow_id = ANY(%s)
"""

RECORD = """
INSERT INTO workflow_stages AS s (workflow_id, profile_id, stage, status, reason, error, results, fingerprint, attempt,
                                  started_at, completed_at)
SELECT told.workflow_id, told.profile_id, told.stage, told.status, told.reason, told.error,
       told.results || jsonb_strip_nulls(jsonb_build_object('fingerprint', coalesce(g.fingerprint, t.fingerprint))),
       told.fingerprint, told.attempt, told.started_at, told.completed_at
FROM jsonb_to_recordset(%s::jsonb) AS told (
    workflow_id uuid, profile_id text, stage text, status text, reason text, error text, results jsonb,
    fingerprint text, attempt integer, started_at timestamptz, completed_at timestamptz)
JOIN workflow_executions AS w ON w.workflow_id = told.workflow_id AND w.attempt = told.attempt
JOIN profiles AS p ON p.profile_id = told.profile_id
LEFT JOIN guidance_states AS g ON g.profile_id = told.profile_id AND g.stage = told.stage
LEFT JOIN archetype_analysis_tracking AS t
    ON t.user_id = told.profile_id AND t.archetype = p.archetype AND t.analysis_type = told.stage
ON CONFLICT (workflow_id, stage) DO UPDATE SET
    status = excluded.status, reason = excluded.reason, error = excluded.error, results = excluded.results,
    fingerprint = excluded.fingerprint, attempt = excluded.attempt, started_at = excluded.started_at,
    completed_at = excluded.completed_at
"""

FINISH = """
UPDATE workflow_executions AS w
SET status = ended.status, success = ended.success, errors = ended.errors, completed_at = %(now)s
FROM jsonb_to_recordset(%(ended)s::jsonb)
     AS ended (workflow_id uuid, attempt integer, status text, success boolean, errors jsonb)
WHERE w.workflow_id = ended.workflow_id AND w.attempt = ended.attempt
"""

EXECUTION = """
SELECT w.workflow_id, w.profile_id, w.trigger, w.stages, w.is_forced, w.status, w.attempt, w.as_of, w.started_at,
       w.attempted_at, w.completed_at, w.batch_id, w.run_id
FROM workflow_executions AS w
"""


@dataclass(frozen=True, slots=True)
class BegunWorkflow:
    """A workflow that an attempt has begun; its stages are made for the instant `as_of`."""

    workflow_id: UUID
    profile_id: str
    attempt: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class WorkflowStart:
    """What workflows are begun with: who asked, for which stages, whether by force, and which are begun together."""

    trigger: str
    stages: Sequence[Stage]
    is_forced: bool
    batch_id: str | None = None
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class StoredWorkflow:
    """A workflow as it is stored."""

    workflow_id: UUID
    profile_id: str
    trigger: str
    stages: Sequence[str]
    is_forced: bool
    status: str
    attempt: int
    as_of: datetime
    started_at: datetime
    attempted_at: datetime
    completed_at: datetime | None
    batch_id: str | None
    run_id: str | None


def read_sources(
    connection: Connection[Any], profile_ids: Sequence[str], now: datetime
) -> dict[str, Mapping[WorkflowSource, str]]:
    """What those of these who are enrolled have brought by now, as texts that differ where anything has moved."""
    values = {"profile_ids": list(profile_ids), "now": now}
    return {key: dict(zip(WorkflowSource, texts, strict=True)) for key, *texts in connection.execute(SOURCES, values)}


def begin_workflows(
    connection: Connection[Any],
    start: WorkflowStart,
    people: Mapping[str, UUID],
    fingerprints: Mapping[str, str],
    now: datetime,
) -> dict[str, BegunWorkflow]:
    """Begins each person's workflow under its id, or goes on with it; whose id is another's is not in the answer."""
    keys = sorted(fingerprints)
    values = {
        "batch_id": start.batch_id,
        "run_id": start.run_id,
        "trigger": start.trigger,
        "stages": [stage.value for stage in start.stages],
        "is_forced": start.is_forced,
        "workflow_ids": [people[key] for key in keys],
        "profile_ids": keys,
        "fingerprints": [fingerprints[key] for key in keys],
        "now": now,
        "same": SAME_INSTANT,
    }
    with connection.cursor(row_factory=class_row(BegunWorkflow)) as cursor:
        return {one.profile_id: one for one in cursor.execute(BEGIN, values)}


def read_stage_outcomes(connection: Connection[Any], workflow_ids: Sequence[UUID]) -> list[StageOutcome]:
    """What is recorded of these workflows, stage by stage; in the order of the stages."""
    found = [
        StageOutcome(key, workflow_id, STAGE_NAMED[stage], StageStatus(status), *rest)
        for key, workflow_id, stage, status, *rest in connection.execute(SETTLED_STAGES, (list(workflow_ids),))
        if stage in STAGE_NAMED
    ]
    places = list(STAGE_NAMED.values())
    return sorted(found, key=lambda one: (one.profile_id, places.index(one.stage)))


def record_stages(connection: Connection[Any], outcomes: Sequence[StageOutcome]) -> None:
    """Records what became of stages, in the caller's transaction; of attempts that are over nothing."""
    if outcomes:
        connection.execute(RECORD, (orjson.dumps([_document(one) for one in outcomes]).decode(),))


def finish_workflows(connection: Connection[Any], outcomes: Sequence[WorkflowOutcome], now: datetime) -> None:
    """Records how workflows have ended, in the caller's transaction."""
    ended = [
        {
            "workflow_id": one.workflow_id,
            "attempt": one.attempt,
            "status": one.status,
            "success": one.status.is_success,
            "errors": one.errors,
        }
        for one in outcomes
    ]
    connection.execute(FINISH, {"ended": orjson.dumps(ended).decode(), "now": now})


def read_workflows(connection: Connection[Any], workflow_ids: Sequence[UUID]) -> dict[UUID, StoredWorkflow]:
    """Those of these workflows that there are."""
    with connection.cursor(row_factory=class_row(StoredWorkflow)) as cursor:
        rows = cursor.execute(EXECUTION + "WHERE w.workflow_id = ANY(%s)", (list(workflow_ids),))
        return {one.workflow_id: one for one in rows}


def read_unfinished(
    connection: Connection[Any], *, batch_id: str | None = None, attempted_before: datetime | None = None
) -> list[StoredWorkflow]:
    """Workflows that have not ended: of a batch, or last gone on with before an instant, or all; oldest first."""
    which = """
WHERE w.status = 'running' AND (%(batch_id)s::text IS NULL OR w.batch_id = %(batch_id)s)
  AND (%(before)s::timestamptz IS NULL OR w.attempted_at < %(before)s)
  AND EXISTS (SELECT FROM profiles AS p WHERE p.profile_id = w.profile_id AND p.status NOT IN ('retired', 'erased'))
ORDER BY w.attempted_at, w.workflow_id
"""
    values = {"batch_id": batch_id, "before": attempted_before}
    with connection.cursor(row_factory=class_row(StoredWorkflow)) as cursor:
        return cursor.execute(EXECUTION + which, values).fetchall()


def ended_of_batch(connection: Connection[Any], batch_id: str) -> set[str]:
    """Whose workflows of a batch have ended."""
    rows = connection.execute(
        "SELECT profile_id FROM workflow_executions WHERE batch_id = %s AND status <> 'running'", (batch_id,)
    )
    return {key for (key,) in rows}


def _document(one: StageOutcome) -> dict[str, object]:
    return {
        "workflow_id": one.workflow_id,
        "profile_id": one.profile_id,
        "stage": one.stage,
        "status": one.status,
        "reason": one.reason,
        "error": one.error,
        "results": dict(one.results),
        "fingerprint": one.fingerprint,
        "attempt": one.attempt,
        "started_at": one.started_at,
        "completed_at": one.completed_at,
    }
