"""Which ranges are missing by the project's settings: as far back as readings are kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.coverage import Gap
from hos_pipelines.postgres.coverage_store import find_gaps
from hos_pipelines.settings import Settings


def known_gaps(
    connection: Connection[Any], settings: Settings, now: datetime, profile_ids: Sequence[str] | None = None
) -> list[Gap]:
    """What the ledger misses of active profiles, or of those named, in order of profile and stream; `now` in UTC."""
    since = settings.keep_rules.readings_since(now)
    return find_gaps(connection, since, settings.sync_rules.first_sync, profile_ids)
