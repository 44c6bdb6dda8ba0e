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
}


def count_violations(connection: Connection[Any], kind: GuidanceKind, now: datetime) -> dict[str, int]:
    """How many rows break each check of a stage; none where all is well."""
    counts = {}
    for name, query in VIOLATIONS[kind].items():
        row = connection.execute(query, {"now": now}).fetchone()
        counts[name] = int(row[0]) if row else 0
    return counts
