"""How workflows have gone of late, counted: by status, and by why stages failed or were skipped. It names nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

OF_LATE = timedelta(hours=24)
MOST_REASONS = 10

STATUSES = """
SELECT status, count(*) FROM workflow_executions WHERE attempted_at >= %(since)s GROUP BY status ORDER BY status
"""

STAGES = """
SELECT s.stage, s.status, s.reason, count(*) FROM workflow_stages AS s JOIN workflow_executions AS w USING (workflow_id)
WHERE w.attempted_at >= %(since)s AND s.status IN ('failed', 'skipped', 'refused')
GROUP BY s.stage, s.status, s.reason ORDER BY count(*) DESC, s.stage, s.reason
"""

ALL_STAGES = """
SELECT count(*) FROM workflow_stages AS s JOIN workflow_executions AS w USING (workflow_id)
WHERE w.attempted_at >= %(since)s
"""


@dataclass(frozen=True, slots=True)
class WorkflowHealth:
    """Workflows of the last day by status, how many stages they have, and of those that made nothing why."""

    statuses: Mapping[str, int]
    stages: int
    reasons: Mapping[tuple[str, str, str], int]

    def share(self, status: str) -> float:
        """The share of all stages that came to this."""
        some = sum(count for (found, _, _), count in self.reasons.items() if found == status)
        return some / self.stages if self.stages else 0.0

    def told(self, status: str) -> dict[str, int]:
        """The commonest reasons of this status, each with its stage."""
        found = {f"{stage}: {why}": count for (one, stage, why), count in self.reasons.items() if one == status}
        return dict(list(found.items())[:MOST_REASONS])


def workflow_health(connection: Connection[Any], now: datetime) -> WorkflowHealth:
    """How the workflows have gone that were begun, or gone on with, in the last day."""
    values = {"since": now - OF_LATE}
    (stages,) = connection.execute(ALL_STAGES, values).fetchone() or (0,)
    return WorkflowHealth(
        dict(connection.execute(STATUSES, values).fetchall()),
        stages,
        {(status, stage, why): count for stage, status, why, count in connection.execute(STAGES, values)},
    )
