"""The breaker towards Sahha, one per address, shared by every run: open while nothing answers at that address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.sync import breaker_wait


@dataclass(frozen=True, slots=True)
class Breaker:
    """Since when requests to Sahha have failed and until when batches send none (UTC); both None while it answers."""

    opened_at: datetime | None
    retry_at: datetime | None
    failures: int
    reason: str | None

    def forbids(self, now: datetime) -> bool:
        """Whether a batch is to leave Sahha alone at this moment."""
        return self.retry_at is not None and now < self.retry_at


def read_breaker(connection: Connection[Any], base_url: str) -> Breaker:
    """The breaker of an address as it stands."""
    row = connection.execute(
        "SELECT opened_at, retry_at, failures, reason FROM sahha_breaker WHERE base_url = %s", (base_url,)
    ).fetchone()
    return Breaker(*row) if row else Breaker(None, None, 0, None)


def open_breaker(connection: Connection[Any], base_url: str, now: datetime, reason: str) -> bool:
    """Notes that Sahha does not answer there and when to try again; True for the one who found out first.

    Several runs that fail within one wait count once, so that the wait grows with tries and not with runs.
    """
    with connection.transaction():
        connection.execute("INSERT INTO sahha_breaker (base_url) VALUES (%s) ON CONFLICT DO NOTHING", (base_url,))
        connection.execute("SELECT FROM sahha_breaker WHERE base_url = %s FOR UPDATE", (base_url,))
        breaker = read_breaker(connection, base_url)
        if breaker.forbids(now):
            return False
        failures = breaker.failures + 1
        connection.execute(
            "UPDATE sahha_breaker SET opened_at = coalesce(opened_at, %s), retry_at = %s, failures = %s, reason = %s "
            "WHERE base_url = %s",
            (now, now + breaker_wait(failures), failures, reason, base_url),
        )
    return breaker.opened_at is None


def half_open_breaker(connection: Connection[Any], base_url: str, now: datetime) -> None:
    """Lets the batches of a tick try again whose one question has been answered; their answers close it."""
    connection.execute(
        "UPDATE sahha_breaker SET retry_at = %s WHERE base_url = %s AND retry_at > %s", (now, base_url, now)
    )


def close_breaker(connection: Connection[Any], base_url: str) -> bool:
    """Notes that Sahha answers there; True where the breaker was open."""
    row = connection.execute(
        "UPDATE sahha_breaker SET opened_at = NULL, retry_at = NULL, failures = 0, reason = NULL "
        "WHERE base_url = %s AND opened_at IS NOT NULL RETURNING true",
        (base_url,),
    ).fetchone()
    return row is not None
