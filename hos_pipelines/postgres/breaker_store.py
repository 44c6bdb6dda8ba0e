"""The breaker towards Sahha, shared by every run: open while Sahha is taken to be down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.sync import breaker_wait


@dataclass(frozen=True, slots=True)
class Breaker:
    """Since when Sahha is taken to be down and when it is tried again (UTC); both None while it answers."""

    opened_at: datetime | None
    retry_at: datetime | None
    failures: int
    reason: str | None

    def forbids(self, now: datetime) -> bool:
        """Whether Sahha is to be left alone at this moment."""
        return self.retry_at is not None and now < self.retry_at


def read_breaker(connection: Connection[Any]) -> Breaker:
    """The breaker as it stands."""
    row = connection.execute("SELECT opened_at, retry_at, failures, reason FROM sahha_breaker").fetchone()
    return Breaker(*row) if row else Breaker(None, None, 0, None)


def open_breaker(connection: Connection[Any], now: datetime, reason: str) -> bool:
    """Notes that Sahha does not answer and when to try again; True for the one who found out first.

    Several runs that meet the same silence count once, so that the wait grows with tries and not with runs.
    """
    with connection.transaction():
        connection.execute("SELECT FROM sahha_breaker FOR UPDATE")
        breaker = read_breaker(connection)
        if breaker.forbids(now):
            return False
        failures = breaker.failures + 1
        connection.execute(
            "UPDATE sahha_breaker SET opened_at = coalesce(opened_at, %s), retry_at = %s, failures = %s, reason = %s",
            (now, now + breaker_wait(failures), failures, reason),
        )
    return breaker.opened_at is None


def close_breaker(connection: Connection[Any]) -> bool:
    """Notes that Sahha answers; True where it had been taken to be down."""
    row = connection.execute(
        "UPDATE sahha_breaker SET opened_at = NULL, retry_at = NULL, failures = 0, reason = NULL "
        "WHERE opened_at IS NOT NULL RETURNING true"
    ).fetchone()
    return row is not None
