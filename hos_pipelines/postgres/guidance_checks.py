"""What must hold for the rows of each stage of guidance, whoever wrote them: each check counts what breaks it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.adaptation_checks import ADAPTATION_VIOLATIONS

# By stage and check: a query for one number, given `now`.
VIOLATIONS: Mapping[GuidanceKind, Mapping[str, LiteralString]] = {
    GuidanceKind.INSIGHTS: {
        "evidence_exists": """
SELECT count(*) FROM user_insights AS i
WHERE i.stands AND (cardinality(i.fact_ids) = 0
                    OR EXISTS (SELECT FROM unnest(i.fact_ids) AS cited (id) WHERE NOT i.evidence ? cited.id))
""",
        "five_at_most": """
SELECT count(*) FROM (
    SELECT FROM user_insights WHERE stands GROUP BY profile_id HAVING count(*) > 5) AS many
""",
    },
    # What has expired is deleted nightly, and counts for nothing meanwhile.
    GuidanceKind.MEMORY: {
        "working_within_a_day": """
SELECT count(*) FROM working_memory WHERE expired_at <= %(now)s::timestamptz - interval '24 hours'
""",
        "short_term_within_thirty_days": """
SELECT count(*) FROM shortterm_memory
WHERE expired_at <= %(now)s::timestamptz - interval '24 hours' OR valid_to < %(now)s::timestamptz::date - 32
""",
        "one_value_is_held": """
SELECT count(*) FROM (
    SELECT FROM longterm_memory WHERE expired_at IS NULL
    GROUP BY profile_id, memory_key
    HAVING count(*) > 1 AND bool_or(standing = 'live')) AS both_used_and_contested
""",
        "nothing_forgotten_is_held": """
SELECT count(*) FROM memory_consolidation AS f
WHERE f.operation = 'forget' AND (
    EXISTS (SELECT FROM memory_consolidation AS m
            WHERE m.profile_id = f.profile_id AND m.key_hash = f.key_hash AND m.id <> f.id)
    OR EXISTS (SELECT FROM longterm_memory AS m
               WHERE m.profile_id = f.profile_id
                 AND encode(sha256(convert_to(m.profile_id || chr(10) || m.memory_key, 'UTF8')), 'hex') = f.key_hash)
    OR EXISTS (SELECT FROM shortterm_memory AS m
               WHERE m.profile_id = f.profile_id
                 AND encode(sha256(convert_to(m.profile_id || chr(10) || m.memory_key, 'UTF8')), 'hex') = f.key_hash))
""",
    },
    GuidanceKind.ROUTINE_PLAN: {
        "blocks_tile": """
SELECT count(*) FROM plans AS l
WHERE l.kind = 'routine' AND l.superseded_at IS NULL AND l.status <> 'refused'
  AND (jsonb_array_length(l.plan -> 'time_blocks') <> 5
       OR EXISTS (SELECT FROM generate_series(0, 3) AS place
                  WHERE l.plan #> ARRAY['time_blocks', place::text, 'end_time']
                        <> l.plan #> ARRAY['time_blocks', (place + 1)::text, 'start_time']))
""",
        "items_in_their_blocks": """
SELECT count(*) FROM (
    SELECT i.starts_at, i.starts_at + i.estimated_duration_minutes * interval '1 minute' AS ends_at, l.wakes_at,
           l.beds_at, lead(i.starts_at) OVER (PARTITION BY l.plan_id ORDER BY i.starts_at) AS following
    FROM plans AS l JOIN plan_items AS i ON i.plan_id = l.plan_id AND i.superseded_at IS NULL
    WHERE l.kind = 'routine' AND l.superseded_at IS NULL) AS placed
WHERE starts_at < wakes_at OR ends_at > beds_at OR following < ends_at
""",
        "caps_hold": """
SELECT count(*) FROM (
    SELECT FROM plans AS l JOIN plan_items AS i ON i.plan_id = l.plan_id AND i.superseded_at IS NULL
    WHERE l.kind = 'routine' AND l.superseded_at IS NULL AND i.is_trackable
    GROUP BY l.plan_id HAVING count(*) > 6) AS full_days
""",
        "every_item_has_a_fact": """
SELECT count(*) FROM plan_items AS i
WHERE i.plan_id IS NOT NULL AND i.superseded_at IS NULL AND i.source = 'routine_plan'
  AND (coalesce(cardinality(i.fact_ids), 0) = 0 OR coalesce(i.because, '') = '')
""",
    },
    # Each meal is told to the whole kilocalorie, and so is their sum: half of one for each may lie between them.
    GuidanceKind.NUTRITION_PLAN: {
        "restrictions_hold": """
SELECT count(*) FROM plan_items AS i JOIN plans AS l ON l.plan_id = i.plan_id
WHERE i.source = 'nutrition_plan' AND i.superseded_at IS NULL
  AND (l.status = 'refused' OR l.superseded_at IS NOT NULL)
""",
        "energy_adds_up": """
SELECT count(*) FROM (
    SELECT (l.plan #>> '{nutrition,nutritional_info,calories}')::integer AS told, sum((meal ->> 'calories')::integer),
           count(*) AS meals, bool_or((block ->> 'energy_asked')::integer > 0 AND (block ->> 'energy_gap')::integer = 0
               AND abs((meal ->> 'calories')::integer - (block ->> 'energy_asked')::integer)
                   > 0.1 * (block ->> 'energy_asked')::integer + 1) AS hides_a_gap
    FROM plans AS l
    CROSS JOIN jsonb_each(l.plan -> 'nutrition') AS named (name, block)
    CROSS JOIN jsonb_path_query(block, '$.meals[*]') AS meal
    WHERE l.kind = 'nutrition' AND l.superseded_at IS NULL AND l.status <> 'refused'
      AND l.plan #>> '{nutrition,nutritional_info,calories}' IS NOT NULL
    GROUP BY l.plan_id) AS days
WHERE abs(told - sum) > (meals + 1) / 2.0 OR hides_a_gap
""",
        "meals_in_their_day": """
SELECT count(*) FROM (
    SELECT i.starts_at, i.starts_at + i.estimated_duration_minutes * interval '1 minute' AS ends_at, l.wakes_at,
           l.beds_at, lead(i.starts_at) OVER (PARTITION BY l.plan_id ORDER BY i.starts_at) AS following
    FROM plans AS l JOIN plan_items AS i ON i.plan_id = l.plan_id AND i.superseded_at IS NULL
    WHERE l.kind = 'nutrition' AND l.superseded_at IS NULL) AS placed
WHERE starts_at < wakes_at OR ends_at > beds_at OR following < ends_at
""",
        "every_item_has_a_fact": """
SELECT count(*) FROM plan_items AS i
WHERE i.plan_id IS NOT NULL AND i.superseded_at IS NULL AND i.source = 'nutrition_plan'
  AND (coalesce(cardinality(i.fact_ids), 0) = 0 OR coalesce(i.because, '') = '')
""",
    },
    GuidanceKind.ADAPTATION: ADAPTATION_VIOLATIONS,
}


def count_violations(connection: Connection[Any], kind: GuidanceKind, now: datetime) -> dict[str, int]:
    """How many rows break each check of a stage; none where all is well."""
    counts = {}
    for name, query in VIOLATIONS[kind].items():
        row = connection.execute(query, {"now": now}).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts
