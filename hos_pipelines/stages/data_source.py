"""What an analysis rests on: data that Sahha keeps fresh, or what the database happens to hold while it does not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.postgres.breaker_store import read_breaker
from hos_pipelines.settings.sahha import SahhaSettings

SAHHA = "sahha"
DATABASE_FALLBACK = "database_fallback"


@dataclass(frozen=True, slots=True)
class DataSource:
    """Where data comes from at a moment, and for a fallback since when and why."""

    name: str
    since: datetime | None = None
    reason: str | None = None


def read_data_source(connection: Connection[Any], sahha: SahhaSettings, now: datetime) -> DataSource:
    """`sahha` while it may be asked and answers, else `database_fallback` with the reason."""
    if not sahha.is_called:
        return DataSource(DATABASE_FALLBACK, reason="USE_SAHHA_DIRECT is false.")
    breaker = read_breaker(connection, sahha.base_url)
    if breaker.opened_at is None:
        return DataSource(SAHHA)
    plan = f"left alone until {breaker.retry_at}, but for a question a tick" if breaker.forbids(now) else "tried again"
    return DataSource(DATABASE_FALLBACK, breaker.opened_at, f"Sahha is down and {plan}: {breaker.reason}")
