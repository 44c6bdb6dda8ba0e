"""What must hold for the rows of each stage of guidance, whoever wrote them: each check counts what breaks it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString

from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind

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
}


def count_violations(connection: Connection[Any], kind: GuidanceKind, now: datetime) -> dict[str, int]:
    """How many rows break each check of a stage; none where all is well."""
    counts = {}
    for name, query in VIOLATIONS[kind].items():
        row = connection.execute(query, {"now": now}).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts
