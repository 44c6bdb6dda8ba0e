"""How well requests are served: how long those that are open wait, how long those that ended took, what was refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection

# Of duplicates the original counts; what is for a later day, or rests after a failure, waits by rights.
SERVICE = """
SELECT count(*) FILTER (WHERE is_open)::integer,
       count(*) FILTER (WHERE is_open AND %(now)s - since > %(slow)s)::integer,
       max(%(now)s - since) FILTER (WHERE is_open),
       count(*) FILTER (WHERE completed_at >= %(from)s)::integer,
       count(*) FILTER (WHERE completed_at >= %(from)s AND status = 'failed')::integer,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - since))
           FILTER (WHERE completed_at >= %(from)s AND status IN ('done', 'partial'))
FROM (SELECT status, completed_at, greatest(requested_at, not_before) AS since,
             status IN ('requested', 'claimed', 'running') AND coalesce(not_before, requested_at) <= %(now)s AS is_open
      FROM analysis_requests
      WHERE duplicate_of IS NULL AND (completed_at IS NULL OR completed_at >= %(from)s)) AS recent
"""
REFUSED = """
SELECT refusal_code, count(*)::integer FROM analysis_requests
WHERE status = 'refused' AND completed_at >= %s GROUP BY 1 ORDER BY 2 DESC, 1
"""


@dataclass(frozen=True, slots=True)
class RequestService:
    """Requests of the last day: how many are open, slow, ended, failed and refused by code; ages and the 95 % of times.

    `slow` are those that have been open for longer than they should.
    """

    open: int
    slow: int
    oldest: timedelta | None
    ended: int
    failed: int
    p95_s: float | None
    refused: dict[str, int]

    @property
    def refused_share(self) -> float:
        """Of those that ended."""
        return sum(self.refused.values()) / self.ended if self.ended else 0.0


def read_request_service(connection: Connection[Any], now: datetime, slow: timedelta) -> RequestService:
    """The service of the day before `now` (UTC)."""
    since = now - timedelta(days=1)
    refused = dict(connection.execute(REFUSED, (since,)).fetchall())
    found = connection.execute(SERVICE, {"now": now, "from": since, "slow": slow}).fetchall()
    is_open, is_slow, oldest, ended, failed, p95_s = found[0]
    return RequestService(is_open, is_slow, oldest, ended, failed, p95_s, refused)
