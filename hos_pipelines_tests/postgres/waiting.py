"""Which batches of ticks wait for a run."""

from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.postgres.planner import open_batches


def waiting_batches(connection: Connection[Any], now: datetime) -> list[str]:
    """The open batches no run has taken up yet, in the order planned."""
    return [batch.batch_id for batch in open_batches(connection, now) if not batch.is_begun]
