"""Plans of days: what they are made from, written so that one of each kind stands for a day, and read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.plan_rows import PlanKind, PlanRow, PlanStatus, plan_uuid

PLAN_KINDS = {GuidanceKind.ROUTINE_PLAN: PlanKind.ROUTINE, GuidanceKind.NUTRITION_PLAN: PlanKind.NUTRITION}
RECENT = timedelta(days=7)

MEALS = """
SELECT profile_id, plan_date, library_id FROM plan_items
WHERE profile_id = ANY(%(profile_ids)s) AND plan_date >= %(since)s AND source = 'nutrition_plan'
  AND superseded_at IS NULL AND library_id IS NOT NULL
ORDER BY profile_id, plan_date, task_order_in_block, library_id
"""

# What plans that stand have replaced, each on the day of its plan.
REPLACED = """
SELECT profile_id, plan_date, jsonb_array_elements_text(plan #> '{adaptation,replaced}') FROM plans
WHERE profile_id = ANY(%(profile_ids)s) AND plan_date >= %(since)s AND kind = 'routine' AND superseded_at IS NULL
  AND jsonb_typeof(plan #> '{adaptation,replaced}') = 'array'
ORDER BY profile_id, plan_date
"""

# The analyses that stand, with the values of the facts asked for; the facts are taken out of a result once.
FACTS = """
SELECT p.profile_id, t.analysis_type, r.fingerprint, r.data_through, r.result ->> 'readiness_level',
       (SELECT jsonb_object_agg(asked.id, held.facts #> ARRAY[asked.id, 'value'])
        FROM unnest(%(fact_ids)s::text[]) AS asked (id) WHERE held.facts ? asked.id)::text,
       (SELECT jsonb_object_agg(zone.id, zone.fact -> 'value')
        FROM jsonb_each(held.facts) AS zone (id, fact) WHERE zone.id LIKE 'zone\\_%%')::text
FROM profiles AS p
JOIN archetype_analysis_tracking AS t ON t.user_id = p.profile_id AND t.archetype = p.archetype
JOIN analysis_results AS r ON r.profile_id = p.profile_id AND r.archetype = t.archetype
                          AND r.analysis_type = t.analysis_type AND r.fingerprint = t.fingerprint
CROSS JOIN LATERAL (SELECT r.result -> 'facts' AS facts OFFSET 0) AS held
WHERE p.profile_id = ANY(%(profile_ids)s)
"""

# Zone of the profile, else the offset of the newest reading; and since when there are plans of a kind.
SUBJECTS = """
SELECT p.profile_id, p.archetype, p.timezone, offsets.minutes AS offset_minutes,
       (SELECT min(plan_date) FROM plans WHERE profile_id = p.profile_id AND kind = %(kind)s) AS first_plan_date
FROM profiles AS p
LEFT JOIN LATERAL (
    SELECT utc_offset_minutes AS minutes FROM biomarkers
    WHERE profile_id = p.profile_id AND utc_offset_minutes IS NOT NULL
    ORDER BY end_date_time DESC NULLS LAST LIMIT 1) AS offsets ON p.timezone IS NULL
WHERE p.profile_id = ANY(%(profile_ids)s)
"""

# What stood for later days will be made again; of a running day whatever a refusal, or other restrictions, forbid is
# withdrawn. Nobody is to find yesterday's allergen in the evening.
WITHDRAW = """
WITH withdrawn AS (
    UPDATE plans AS l SET superseded_at = %(now)s
    FROM unnest(%(profile_ids)s::text[], %(kinds)s::text[], %(dates)s::date[], %(refused)s::boolean[],
                %(restrictions)s::jsonb[]) AS made (profile_id, kind, plan_date, is_refused, restrictions)
    WHERE l.profile_id = made.profile_id AND l.kind = made.kind AND l.superseded_at IS NULL
      AND (l.plan_date > made.plan_date
           OR l.plan_date < made.plan_date AND l.beds_at > %(now)s
              AND (made.is_refused OR l.kind = 'nutrition' AND l.plan -> 'restrictions' <> made.restrictions))
    RETURNING l.plan_id, l.profile_id)
UPDATE plan_items AS i SET superseded_at = %(now)s
FROM withdrawn WHERE i.profile_id = withdrawn.profile_id AND i.plan_id = withdrawn.plan_id AND i.superseded_at IS NULL
"""

SUPERSEDE = """
UPDATE plans AS l SET superseded_at = %(now)s
FROM unnest(%(plan_ids)s::uuid[], %(profile_ids)s::text[], %(kinds)s::text[], %(dates)s::date[])
     AS made (plan_id, profile_id, kind, plan_date)
WHERE l.profile_id = made.profile_id AND l.kind = made.kind AND l.plan_date = made.plan_date
  AND l.superseded_at IS NULL AND l.plan_id <> made.plan_id
"""

# One that stands again has its words of now, as its items have.
WRITE = """
INSERT INTO plans AS l (plan_id, profile_id, kind, plan_date, status, refusal_code, refusal, zone, wakes_at, beds_at,
                        notes, plan, rule_version, library_version, fingerprint, made_at, engine, model_used,
                        fallback_reason)
SELECT plan_id, profile_id, kind, plan_date, status, refusal_code, refusal, zone, wakes_at, beds_at, notes, plan,
       %(rule_version)s, library_version, fingerprint, %(now)s, engine, model_used, fallback_reason
FROM jsonb_to_recordset(%(plans)s::jsonb) AS made (
    plan_id uuid, profile_id text, kind text, plan_date date, status text, refusal_code text, refusal text, zone text,
    wakes_at timestamptz, beds_at timestamptz, notes text[], plan jsonb, library_version text, fingerprint text,
    engine text, model_used text, fallback_reason text)
ON CONFLICT (plan_id) DO UPDATE SET
    superseded_at = NULL, plan = excluded.plan, engine = excluded.engine, model_used = excluded.model_used,
    fallback_reason = excluded.fallback_reason
WHERE l.superseded_at IS NOT NULL
"""

# A day may be planned a dozen times, as readings come in. What those plans held is kept while the day is near; then the
# row stays without it, and the items that check-ins refer to.
EMPTY = """
UPDATE plans AS l SET plan = '{}'
FROM unnest(%(profile_ids)s::text[], %(kinds)s::text[], %(dates)s::date[]) AS made (profile_id, kind, plan_date)
WHERE l.profile_id = made.profile_id AND l.kind = made.kind AND l.superseded_at IS NOT NULL
  AND l.plan_date BETWEEN made.plan_date - 14 AND made.plan_date - 2 AND pg_column_size(l.plan) > 16
"""

# What was an item of the day and is none any more; what check-ins have said of it stays.
DROP_ITEMS = """
UPDATE plan_items AS i SET superseded_at = %(now)s
FROM unnest(%(profile_ids)s::text[], %(kinds)s::text[], %(dates)s::date[]) AS made (profile_id, kind, plan_date)
WHERE i.profile_id = made.profile_id AND i.plan_date = made.plan_date AND i.source = made.kind || '_plan'
  AND i.plan_id IS NOT NULL AND i.superseded_at IS NULL AND i.id <> ALL(%(item_ids)s::uuid[])
"""

WRITE_ITEMS = """
INSERT INTO plan_items AS i (
    id, profile_id, plan_id, item_id, plan_date, time_block, time_block_order, task_order_in_block, title, description,
    because, starts_at, scheduled_time, scheduled_end_time, estimated_duration_minutes, task_type, category,
    priority_level, is_trackable, reason, fact_ids, library_id, library_version, source, engine, recorded_at)
SELECT id, profile_id, plan_id, item_id, plan_date, time_block, time_block_order, task_order_in_block, title,
       description, because, starts_at, scheduled_time, scheduled_end_time, minutes, task_type, category,
       priority_level, is_trackable, reason, fact_ids, library_id, library_version, source, engine, %(now)s
FROM jsonb_to_recordset(%(items)s::jsonb) AS made (
    id uuid, profile_id text, plan_id uuid, item_id text, plan_date date, time_block text, time_block_order integer,
    task_order_in_block integer, title text, description text, because text, starts_at timestamptz,
    scheduled_time time, scheduled_end_time time, minutes integer, task_type text, category text, priority_level text,
    is_trackable boolean, reason text, fact_ids text[], library_id text, library_version text, source text,
    engine text)
ON CONFLICT (id) DO UPDATE SET
    plan_id = excluded.plan_id, time_block = excluded.time_block, time_block_order = excluded.time_block_order,
    task_order_in_block = excluded.task_order_in_block, title = excluded.title, description = excluded.description,
    because = excluded.because, starts_at = excluded.starts_at, scheduled_time = excluded.scheduled_time,
    scheduled_end_time = excluded.scheduled_end_time, priority_level = excluded.priority_level,
    estimated_duration_minutes = excluded.estimated_duration_minutes, reason = excluded.reason,
    fact_ids = excluded.fact_ids, library_version = excluded.library_version, engine = excluded.engine,
    superseded_at = NULL
"""

# Of the plan of the running day, or of the next, of each active person.
COUNTS = """
SELECT kind, status, refusal_code, count(*)
FROM (SELECT DISTINCT ON (l.profile_id, l.kind) l.kind, l.status, l.refusal_code
      FROM plans AS l JOIN profiles AS p USING (profile_id)
      WHERE l.superseded_at IS NULL AND p.status = 'active' AND l.plan_date >= %(since)s
      ORDER BY l.profile_id, l.kind, l.plan_date DESC) AS newest
GROUP BY kind, status, refusal_code ORDER BY kind, status, refusal_code
"""

# Of the newest plan that stands of each active person; figures are withheld by a plan of meals for reasons of its own.
REFUSALS = """
SELECT coalesce('refused: ' || refusal_code, 'without numbers: ' || (plan #>> '{numbers_refused,code}'),
                'without goal: ' || (plan #>> '{goal_refused,code}')) AS reason, count(*)
FROM (SELECT DISTINCT ON (l.profile_id) l.refusal_code, l.plan
      FROM plans AS l JOIN profiles AS p USING (profile_id)
      WHERE l.kind = %(kind)s AND l.superseded_at IS NULL AND p.status = 'active' AND l.plan_date >= %(since)s
      ORDER BY l.profile_id, l.plan_date DESC) AS newest
GROUP BY reason ORDER BY reason
"""

CURRENT = """
SELECT kind, plan_date, status, refusal_code, refusal, zone, wakes_at, beds_at, notes, plan, rule_version,
       library_version, fingerprint, made_at, engine, model_used, fallback_reason
FROM plans
WHERE profile_id = %(profile_id)s AND kind = %(kind)s AND superseded_at IS NULL
  AND (%(plan_date)s::date IS NULL OR plan_date = %(plan_date)s)
ORDER BY plan_date DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class AnalysedFacts:
    """What one analysis of a person has found: its fingerprint, newest local day, readiness, and facts by id."""

    fingerprint: str
    data_through: date | None
    readiness: str | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlanSubject:
    """Whom a plan is for. `offset_minutes` is that of the newest reading, where the profile has no zone."""

    profile_id: str
    archetype: str
    timezone: str | None
    offset_minutes: int | None
    first_plan_date: date | None


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan that stands; `plan` is its contract, empty where it was refused."""

    kind: str
    plan_date: date
    status: str
    refusal_code: str | None
    refusal: str | None
    zone: str
    wakes_at: datetime | None
    beds_at: datetime | None
    notes: Sequence[str]
    plan: Mapping[str, Any]
    rule_version: str
    library_version: str
    fingerprint: str
    made_at: datetime
    engine: str
    model_used: str | None
    fallback_reason: str | None

    def is_over(self, at: datetime) -> bool:
        """Whether its day has ended."""
        return self.beds_at is not None and self.beds_at <= at


def read_plan_subjects(connection: Connection[Any], kind: str, profile_ids: Sequence[str]) -> dict[str, PlanSubject]:
    """Whom of these plans of a kind are for."""
    with connection.cursor(row_factory=class_row(PlanSubject)) as cursor:
        rows = cursor.execute(SUBJECTS, {"kind": kind, "profile_ids": list(profile_ids)})
        return {one.profile_id: one for one in rows}


def read_analysed_facts(
    connection: Connection[Any], profile_ids: Sequence[str], fact_ids: Sequence[str]
) -> dict[str, dict[str, AnalysedFacts]]:
    """By profile and analysis the values of these facts, and of all zones, in the results that stand."""
    found: dict[str, dict[str, AnalysedFacts]] = {}
    values = {"profile_ids": list(profile_ids), "fact_ids": list(fact_ids)}
    for profile_id, kind, fingerprint, through, readiness, facts, zones in connection.execute(FACTS, values):
        held = orjson.loads(facts or "{}") | orjson.loads(zones or "{}")
        found.setdefault(profile_id, {})[kind] = AnalysedFacts(fingerprint, through, readiness, held)
    return found


def read_recent_meals(
    connection: Connection[Any], profile_ids: Sequence[str], since: date
) -> dict[str, list[tuple[date, str]]]:
    """The meals of the plans that stand from a day on, each with its day."""
    found: dict[str, list[tuple[date, str]]] = {}
    values = {"profile_ids": list(profile_ids), "since": since}
    for profile_id, day, meal in connection.execute(MEALS, values):
        found.setdefault(profile_id, []).append((day, meal))
    return found


def read_replaced(
    connection: Connection[Any], profile_ids: Sequence[str], since: date
) -> dict[str, list[tuple[date, str]]]:
    """The tasks that plans that stand from a day on have replaced, each with the day of its plan."""
    found: dict[str, list[tuple[date, str]]] = {}
    values = {"profile_ids": list(profile_ids), "since": since}
    for profile_id, day, task in connection.execute(REPLACED, values):
        found.setdefault(profile_id, []).append((day, task))
    return found


def refusal_counts(connection: Connection[Any], kind: GuidanceKind, now: datetime) -> dict[str, int]:
    """How many active people have no plan, or one without figures, by reason; empty of what is no plan."""
    if kind not in PLAN_KINDS:
        return {}
    values = {"kind": PLAN_KINDS[kind].value, "since": now.date() - RECENT}
    return {reason: count for reason, count in connection.execute(REFUSALS, values) if reason is not None}


def plan_counts(connection: Connection[Any], now: datetime) -> dict[str, dict[str, Any]]:
    """By kind how many active people have a whole plan, a partial one, or a refused one, and those by reason."""
    counts: dict[str, dict[str, Any]] = {
        kind: {status.value: 0 for status in PlanStatus} | {"refused_because": {}} for kind in PlanKind
    }
    for kind, status, code, people in connection.execute(COUNTS, {"since": now.date() - timedelta(days=1)}):
        counts[kind][status] += people
        if code is not None:
            counts[kind]["refused_because"][code] = people
    return counts


def write_plans(connection: Connection[Any], plans: Mapping[str, PlanRow], rule_version: str, now: datetime) -> None:
    """Writes a plan each, within the caller's transaction that holds the profiles; what stood for the day stays behind.

    Raises:
        psycopg.errors.CheckViolation: an item rests on no fact.
    """
    ids = {key: plan_uuid(key, plan) for key, plan in plans.items()}
    moved = {
        "now": now,
        "plan_ids": list(ids.values()),
        "profile_ids": list(plans),
        "kinds": [plan.kind.value for plan in plans.values()],
        "dates": [plan.plan_date for plan in plans.values()],
    }
    under = {
        "refused": [plan.refusal is not None for plan in plans.values()],
        "restrictions": [Jsonb(list(plan.restrictions)) for plan in plans.values()],
    }
    connection.execute(WITHDRAW, moved | under)
    connection.execute(SUPERSEDE, moved)
    connection.execute(EMPTY, moved)
    documents = [_document(key, ids[key], plan) for key, plan in plans.items()]
    connection.execute(WRITE, {"plans": orjson.dumps(documents).decode(), "rule_version": rule_version, "now": now})
    items = [item for key, plan in plans.items() for item in _item_documents(key, ids[key], plan)]
    connection.execute(DROP_ITEMS, moved | {"item_ids": [item["id"] for item in items]})
    connection.execute(WRITE_ITEMS, {"items": orjson.dumps(items).decode(), "now": now})


def read_plan(
    connection: Connection[Any], profile_id: str, kind: str, plan_date: date | None = None
) -> StoredPlan | None:
    """The plan that stands for a day, or the newest."""
    with connection.cursor(row_factory=class_row(StoredPlan)) as cursor:
        return cursor.execute(CURRENT, {"profile_id": profile_id, "kind": kind, "plan_date": plan_date}).fetchone()


def _document(profile_id: str, plan_id: object, plan: PlanRow) -> dict[str, object]:
    refusal = plan.refusal
    return {
        "plan_id": plan_id,
        "profile_id": profile_id,
        "kind": plan.kind,
        "plan_date": plan.plan_date,
        "status": plan.status,
        "refusal_code": None if refusal is None else refusal.code,
        "refusal": None if refusal is None else refusal.reason,
        "zone": plan.zone,
        "wakes_at": plan.wakes_at,
        "beds_at": plan.beds_at,
        "notes": list(plan.notes),
        "plan": plan.contract,
        "library_version": plan.library_version,
        "fingerprint": plan.fingerprint,
        "engine": plan.engine,
        "model_used": plan.model_used,
        "fallback_reason": plan.fallback_reason,
    }


def _item_documents(profile_id: str, plan_id: object, plan: PlanRow) -> list[dict[str, object]]:
    return [
        {
            "id": item.id,
            "profile_id": profile_id,
            "plan_id": plan_id,
            "item_id": item.item_id,
            "plan_date": plan.plan_date,
            "time_block": item.block,
            "time_block_order": item.block_order,
            "task_order_in_block": item.order,
            "title": item.title,
            "description": item.description,
            "because": item.because,
            "starts_at": item.starts_at,
            "scheduled_time": item.starts_at.time(),
            "scheduled_end_time": item.ends_at.time(),
            "minutes": item.minutes,
            "task_type": item.task_type,
            "category": item.category,
            "priority_level": item.priority,
            "is_trackable": item.is_counted,
            "reason": item.reason,
            "fact_ids": list(item.fact_ids),
            "library_id": item.library_id,
            "library_version": item.library_version,
            "source": f"{plan.kind}_plan",
            "engine": item.engine,
        }
        for item in plan.items
    ]
