"""In which words the days of plans have been told, so that nobody finds other ones at noon."""

from collections.abc import Mapping
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.guidance.plan_rows import PlanKind, PlanRow, plan_uuid

# What a model chose for the very plan that is made again, else for what stands for its day.
WORDED = """
SELECT DISTINCT ON (l.profile_id) l.profile_id, l.plan
FROM plans AS l
JOIN unnest(%(plan_ids)s::uuid[], %(profile_ids)s::text[], %(dates)s::date[]) AS made (plan_id, profile_id, plan_date)
  ON l.profile_id = made.profile_id AND l.plan_date = made.plan_date
WHERE l.kind = %(kind)s AND l.engine = 'openai' AND l.plan <> '{}' AND l.refusal IS NULL
  AND (l.plan_id = made.plan_id OR l.superseded_at IS NULL)
ORDER BY l.profile_id, l.plan_id = made.plan_id DESC
"""


def read_worded_plans(
    connection: Connection[Any], kind: PlanKind, plans: Mapping[str, PlanRow]
) -> dict[str, Mapping[str, Any]]:
    """By profile the contract in which the day of these plans has been told, where a model chose its words."""
    values = {
        "kind": kind.value,
        "plan_ids": [plan_uuid(key, plan) for key, plan in plans.items()],
        "profile_ids": list(plans),
        "dates": [plan.plan_date for plan in plans.values()],
    }
    return dict(connection.execute(WORDED, values).fetchall())
