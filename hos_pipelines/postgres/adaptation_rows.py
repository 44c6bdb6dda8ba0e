"""What is stored of many people's adaptation: read whole for a chunk, written row by row where something differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any, LiteralString

import orjson
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from hos_pipelines.domain.guidance.adaptation.body import BodyShift
from hos_pipelines.domain.guidance.adaptation.change import (
    ChangeEvaluation,
    JudgedWeek,
    PlanChange,
    StateVersion,
    Watch,
    WeekFigures,
)
from hos_pipelines.domain.guidance.adaptation.record import AdaptationFinding, AdaptationRecord
from hos_pipelines.domain.guidance.adaptation.state_json import state_json, state_of
from hos_pipelines.domain.guidance.adaptation.verdict import Difference, Done
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines.postgres.adaptation_store import MOST_VERSIONS

Row = dict[str, Any]

STATES = """
SELECT s.* FROM unnest(%(profile_ids)s::text[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT profile_id, version, decided_on, holds_from, archetype, reason, because, state, adaptation_id
    FROM adaptation_states WHERE profile_id = asked.id ORDER BY version DESC LIMIT %(most)s) AS s
ORDER BY s.profile_id, s.version
"""
CHANGES = """
SELECT * FROM adaptations
WHERE profile_id = ANY(%(profile_ids)s) AND (decided_on >= %(since)s OR standing = 'open')
ORDER BY profile_id, decided_on, recorded_at, adaptation_id
"""
EVALUATIONS = """
SELECT * FROM adaptation_evaluations
WHERE profile_id = ANY(%(profile_ids)s) AND evaluated_on >= %(since)s
ORDER BY profile_id, evaluated_on, adaptation_id, attempt
"""
WEEKS = """
SELECT * FROM adaptation_weeks
WHERE profile_id = ANY(%(profile_ids)s) AND week_from >= %(since)s
ORDER BY profile_id, week_from
"""

# What is closed comes first: one change at a time is open.
WRITE_CHANGES = """
INSERT INTO adaptations AS a (
    adaptation_id, profile_id, decided_on, trigger, action, lever, because, question, fact_ids, metric, expected,
    baseline_from, baseline_to, baseline_done, baseline_due, holds_from, monitor_from, monitor_to, is_extended,
    rollback_when, evaluate_on, from_version, to_version, from_archetype, to_archetype, standing, closed_on,
    rule_version, recorded_at)
SELECT adaptation_id, profile_id, decided_on, trigger, action, lever, because, question, fact_ids, metric, expected,
       baseline_from, baseline_to, baseline_done, baseline_due, holds_from, monitor_from, monitor_to, is_extended,
       rollback_when, evaluate_on, from_version, to_version, from_archetype, to_archetype, standing, closed_on,
       %(version)s, %(now)s
FROM jsonb_to_recordset(%(rows)s) AS made (
    adaptation_id uuid, profile_id text, decided_on date, trigger text, action text, lever text, because text,
    question text, fact_ids text[], metric text, expected double precision, baseline_from date, baseline_to date,
    baseline_done double precision, baseline_due integer, holds_from date, monitor_from date, monitor_to date,
    is_extended boolean, rollback_when text, evaluate_on date, from_version integer, to_version integer,
    from_archetype text, to_archetype text, standing text, closed_on date)
ON CONFLICT (adaptation_id) DO UPDATE SET
    decided_on = excluded.decided_on, because = excluded.because, fact_ids = excluded.fact_ids,
    baseline_from = excluded.baseline_from, baseline_to = excluded.baseline_to,
    baseline_done = excluded.baseline_done, baseline_due = excluded.baseline_due, holds_from = excluded.holds_from,
    monitor_from = excluded.monitor_from, monitor_to = excluded.monitor_to, is_extended = excluded.is_extended,
    evaluate_on = excluded.evaluate_on, from_version = excluded.from_version, to_version = excluded.to_version,
    standing = excluded.standing, closed_on = excluded.closed_on, rule_version = excluded.rule_version
"""
WRITE_EVALUATIONS = """
INSERT INTO adaptation_evaluations (
    adaptation_id, attempt, profile_id, evaluated_on, monitor_from, monitor_to, verdict, difference, interval_low,
    interval_high, done, due, satisfaction, low_readiness_days, rollback_reason, outcome, because, reopened, body,
    rule_version, recorded_at)
SELECT adaptation_id, attempt, profile_id, evaluated_on, monitor_from, monitor_to, verdict, difference, interval_low,
       interval_high, done, due, satisfaction, low_readiness_days, rollback_reason, outcome, because, reopened, body,
       %(version)s, %(now)s
FROM jsonb_to_recordset(%(rows)s) AS made (
    adaptation_id uuid, attempt smallint, profile_id text, evaluated_on date, monitor_from date, monitor_to date,
    verdict text, difference double precision, interval_low double precision, interval_high double precision,
    done double precision, due integer, satisfaction double precision, low_readiness_days smallint,
    rollback_reason text, outcome text, because text, reopened integer, body jsonb)
ON CONFLICT (adaptation_id, attempt) DO UPDATE SET
    monitor_from = excluded.monitor_from, monitor_to = excluded.monitor_to, verdict = excluded.verdict,
    difference = excluded.difference, interval_low = excluded.interval_low, interval_high = excluded.interval_high,
    done = excluded.done, due = excluded.due, satisfaction = excluded.satisfaction,
    low_readiness_days = excluded.low_readiness_days, rollback_reason = excluded.rollback_reason,
    outcome = excluded.outcome, because = excluded.because, reopened = excluded.reopened,
    rule_version = excluded.rule_version, recorded_at = excluded.recorded_at
"""
WRITE_WEEKS = """
INSERT INTO adaptation_weeks (
    profile_id, week_from, week_to, judged_on, state_version, stage, planned_days, reported_days, due, done,
    completion, fortnight_completion, low_readiness_days, is_ill_or_in_pain, decision, reason, because, adaptation_id,
    reopened, rule_version, recorded_at)
SELECT profile_id, week_from, week_to, judged_on, state_version, stage, planned_days, reported_days, due, done,
       completion, fortnight_completion, low_readiness_days, is_ill_or_in_pain, decision, reason, because,
       adaptation_id, reopened, %(version)s, %(now)s
FROM jsonb_to_recordset(%(rows)s) AS made (
    profile_id text, week_from date, week_to date, judged_on date, state_version integer, stage text,
    planned_days smallint, reported_days smallint, due integer, done double precision, completion double precision,
    fortnight_completion double precision, low_readiness_days smallint, is_ill_or_in_pain boolean, decision text,
    reason text, because text, adaptation_id uuid, reopened integer)
ON CONFLICT (profile_id, week_from) DO UPDATE SET
    planned_days = excluded.planned_days, reported_days = excluded.reported_days, due = excluded.due,
    done = excluded.done, completion = excluded.completion, fortnight_completion = excluded.fortnight_completion,
    low_readiness_days = excluded.low_readiness_days, is_ill_or_in_pain = excluded.is_ill_or_in_pain,
    decision = excluded.decision, reason = excluded.reason, because = excluded.because,
    adaptation_id = excluded.adaptation_id, reopened = excluded.reopened, rule_version = excluded.rule_version,
    recorded_at = excluded.recorded_at
"""
WRITE_STATES = """
INSERT INTO adaptation_states (
    profile_id, version, decided_on, holds_from, archetype, reason, because, state, adaptation_id, rule_version,
    recorded_at)
SELECT profile_id, version, decided_on, holds_from, archetype, reason, because, state, adaptation_id, %(version)s,
       %(now)s
FROM jsonb_to_recordset(%(rows)s) AS made (
    profile_id text, version integer, decided_on date, holds_from date, archetype text, reason text, because text,
    state jsonb, adaptation_id uuid)
"""
# What somebody has set meanwhile stays.
SWITCH = """
UPDATE profiles AS p SET archetype = made.archetype, updated_at = %(now)s
FROM unnest(%(profile_ids)s::text[], %(former)s::text[], %(archetypes)s::text[]) AS made (profile_id, former, archetype)
WHERE p.profile_id = made.profile_id AND p.archetype = made.former
"""


def read_records(connection: Connection[Any], profile_ids: Sequence[str], since: date) -> dict[str, AdaptationRecord]:
    """What is stored from a day on of each asked for, by a query for each kind of row."""
    values = {"profile_ids": list(profile_ids), "since": since, "most": MOST_VERSIONS}
    states, changes, evaluations, weeks = (
        _by_person(connection, query, values) for query in (STATES, CHANGES, EVALUATIONS, WEEKS)
    )
    return {
        key: AdaptationRecord(
            states=[_state(row) for row in states.get(key, ())],
            changes=[_change(row) for row in changes.get(key, ())],
            evaluations=[_evaluation(row) for row in evaluations.get(key, ())],
            weeks=[_week(row) for row in weeks.get(key, ())],
        )
        for key in profile_ids
    }


def write_findings(connection: Connection[Any], findings: Mapping[str, AdaptationFinding], now: datetime) -> None:
    """Writes what differs, within the caller's transaction that holds the profiles.

    Raises:
        psycopg.errors.UniqueViolation: two changes of one person would be under evaluation at once.
    """
    some = sorted(findings.items())
    changes = [_change_row(key, one) for key, found in some for one in found.changes]
    changes.sort(key=lambda row: row["standing"] == "open")
    _write(connection, WRITE_CHANGES, changes, now)
    _write(connection, WRITE_STATES, (_state_row(key, one) for key, found in some for one in found.states), now)
    evaluations = (_evaluation_row(key, one) for key, found in some for one in found.evaluations)
    _write(connection, WRITE_EVALUATIONS, evaluations, now)
    _write(connection, WRITE_WEEKS, (_week_row(key, one) for key, found in some for one in found.weeks), now)
    switched = [
        (key, one.from_archetype, found.archetype)
        for key, found in some
        for one in found.changes
        if found.archetype is not None and one.to_archetype is found.archetype and one.standing == "noted"
    ]
    if switched:
        keys, former, archetypes = (list(column) for column in zip(*switched, strict=True))
        connection.execute(SWITCH, {"profile_ids": keys, "former": former, "archetypes": archetypes, "now": now})


def _write(connection: Connection[Any], statement: LiteralString, rows: Iterable[Row], now: datetime) -> None:
    found = list(rows)
    if found:
        version = RULE_VERSIONS[GuidanceKind.ADAPTATION]
        connection.execute(statement, {"rows": Jsonb(found, dumps=orjson.dumps), "version": version, "now": now})


def _by_person(connection: Connection[Any], query: LiteralString, values: Mapping[str, object]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(query, values):
            found.setdefault(row["profile_id"], []).append(row)
    return found


def _state(row: Row) -> StateVersion:
    archetype = Archetype(row["archetype"])
    return StateVersion(
        state=replace(state_of(row["version"], row["holds_from"], row["state"]), archetype=archetype),
        decided_on=row["decided_on"],
        holds_from=row["holds_from"],
        archetype=archetype,
        reason=row["reason"],
        because=row["because"],
        change_id=row["adaptation_id"],
    )


def _state_row(profile_id: str, one: StateVersion) -> Row:
    return {
        "profile_id": profile_id,
        "version": one.version,
        "decided_on": one.decided_on,
        "holds_from": one.holds_from,
        "archetype": one.archetype,
        "reason": one.reason,
        "because": one.because,
        "state": state_json(one.state),
        "adaptation_id": one.change_id,
    }


def _change(row: Row) -> PlanChange:
    old, new = row["from_archetype"], row["to_archetype"]
    return PlanChange(
        id=row["adaptation_id"],
        decided_on=row["decided_on"],
        trigger=row["trigger"],
        action=row["action"],
        lever=row["lever"],
        because=row["because"],
        fact_ids=tuple(row["fact_ids"]),
        from_version=row["from_version"],
        to_version=row["to_version"],
        standing=row["standing"],
        watch=None if row["metric"] is None else _watch(row),
        question=row["question"],
        from_archetype=None if old is None else Archetype(old),
        to_archetype=None if new is None else Archetype(new),
        closed_on=row["closed_on"],
    )


def _watch(row: Row) -> Watch:
    names = ("metric", "expected", "baseline_from", "baseline_to", "holds_from", "monitor_from", "monitor_to")
    return Watch(
        **{name: row[name] for name in (*names, "evaluate_on", "rollback_when", "is_extended")},
        baseline=Done(row["baseline_done"], row["baseline_due"]),
    )


def _change_row(profile_id: str, one: PlanChange) -> Row:
    watched = one.watch
    row: Row = {
        "adaptation_id": one.id,
        "profile_id": profile_id,
        "decided_on": one.decided_on,
        "trigger": one.trigger,
        "action": one.action,
        "lever": one.lever,
        "because": one.because,
        "question": one.question,
        "fact_ids": list(one.fact_ids),
        "is_extended": watched is not None and watched.is_extended,
        "from_version": one.from_version,
        "to_version": one.to_version,
        "from_archetype": one.from_archetype,
        "to_archetype": one.to_archetype,
        "standing": one.standing,
        "closed_on": one.closed_on,
    }
    if watched is None:
        return row
    return row | {
        "metric": watched.metric,
        "expected": watched.expected,
        "baseline_from": watched.baseline_from,
        "baseline_to": watched.baseline_to,
        "baseline_done": watched.baseline.done,
        "baseline_due": watched.baseline.due,
        "holds_from": watched.holds_from,
        "monitor_from": watched.monitor_from,
        "monitor_to": watched.monitor_to,
        "rollback_when": watched.rollback_when,
        "evaluate_on": watched.evaluate_on,
    }


def _evaluation(row: Row) -> ChangeEvaluation:
    told = row["difference"]
    return ChangeEvaluation(
        change_id=row["adaptation_id"],
        difference=None if told is None else Difference(told, row["interval_low"], row["interval_high"]),
        after=Done(row["done"], row["due"]),
        body=tuple(BodyShift(**one) for one in row["body"]),
        **{name: row[name] for name in OF_EVALUATION},
    )


def _evaluation_row(profile_id: str, one: ChangeEvaluation) -> Row:
    value, low, high = one.difference or (None, None, None)
    return {name: getattr(one, name) for name in OF_EVALUATION} | {
        "adaptation_id": one.change_id,
        "profile_id": profile_id,
        "difference": value,
        "interval_low": low,
        "interval_high": high,
        "done": one.after.done,
        "due": one.after.due,
        "body": [asdict(shift) for shift in one.body],
    }


def _week(row: Row) -> JudgedWeek:
    return JudgedWeek(
        stage=Stage(row["stage"]),
        change_id=row["adaptation_id"],
        figures=WeekFigures(**{name: row[name] for name in WeekFigures.__slots__}),
        **{name: row[name] for name in OF_WEEK},
    )


def _week_row(profile_id: str, one: JudgedWeek) -> Row:
    figures = {name: getattr(one.figures, name) for name in WeekFigures.__slots__}
    own = {name: getattr(one, name) for name in OF_WEEK}
    return figures | own | {"profile_id": profile_id, "stage": one.stage, "adaptation_id": one.change_id}


# The fields that are columns of the same name.
OF_EVALUATION = (
    *("attempt", "evaluated_on", "monitor_from", "monitor_to", "verdict", "satisfaction", "low_readiness_days"),
    *("rollback_reason", "outcome", "because", "reopened"),
)
OF_WEEK = ("week_from", "week_to", "judged_on", "state_version", "decision", "reason", "because", "reopened")
