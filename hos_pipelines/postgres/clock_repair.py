"""What a wrong clock has written or is about to: what lies in the future is brought back, so that nothing waits for it.

The clocks of several machines may differ by minutes, which every rule of the sync bears. What lies further ahead than
that was written by a clock that was wrong, or is read by one that is: it does not matter which, since all that is
brought back is pulled once more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import Connection, sql

from hos_pipelines.domain.sync import RETRY_LONGEST
from hos_pipelines.postgres.errors import WrongClockError
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.postgres.tables import STREAM_TABLES

MOST_APART = timedelta(hours=1)
PROFILES_AT_ONCE = 500

AHEAD = """
SELECT profile_id, max(greatest(watermark, last_attempt_at, last_success_at, lease_until - %(lease)s,
                                next_due_at - %(longest_wait)s)) - %(now)s
FROM sync_state
WHERE greatest(watermark, last_attempt_at, last_success_at, lease_until - %(lease)s, next_due_at - %(longest_wait)s)
      > %(now)s + %(apart)s
GROUP BY profile_id ORDER BY profile_id
"""
BRING_BACK = """
UPDATE sync_state SET
    watermark = CASE WHEN watermark > %(now)s THEN %(swept_since)s ELSE watermark END,
    last_attempt_at = least(last_attempt_at, %(now)s),
    last_success_at = least(last_success_at, %(now)s),
    newest_reading = least(newest_reading, %(now)s),
    gone_since = least(gone_since, %(now)s),
    next_due_at = CASE WHEN next_due_at > %(now)s + %(longest_wait)s THEN %(now)s ELSE next_due_at END,
    lease_until = CASE WHEN lease_until > %(now)s + %(lease)s THEN %(now)s ELSE lease_until END,
    looks = NULL
WHERE profile_id = ANY(%(profile_ids)s)
"""
CUT_COVERAGE = """
UPDATE sync_coverage SET
    covered = covered * tstzmultirange(tstzrange(NULL, %(swept_since)s)),
    empty = empty * tstzmultirange(tstzrange(NULL, %(swept_since)s)),
    failed = failed * tstzmultirange(tstzrange(NULL, %(swept_since)s)),
    updated_at = least(updated_at, %(now)s)
WHERE profile_id = ANY(%(profile_ids)s) AND (upper(covered) > %(now)s OR upper(failed) > %(now)s)
"""
SEEN_NOW = "UPDATE {} SET observed_at = %(now)s WHERE profile_id = ANY(%(profile_ids)s) AND observed_at > %(now)s"
OF_TICKS = """
UPDATE refresh_ticks SET planned_at = %(now)s WHERE planned_at > %(now)s + %(apart)s
"""
OF_BREAKERS = """
UPDATE sahha_breaker SET retry_at = %(now)s WHERE retry_at > %(now)s + %(apart)s
"""


@dataclass(frozen=True, slots=True)
class Repair:
    """How many people something in the future was stored of, and how far ahead the furthest was."""

    profiles: int
    ahead: timedelta

    def __str__(self) -> str:
        hours = self.ahead.total_seconds() / 3600
        return (
            f"clock: what is stored of {self.profiles} profiles lay up to {hours:.1f} h in the future: this machine's "
            "clock is behind, or another was ahead. They are pulled again; let NTP keep the clocks."
        )


def require_right_clock(connection: Connection[Any], now: datetime, *, without: str = "pulled") -> None:
    """Lets nobody plan, pull or record by a clock that the database's contradicts; `without` is what is not done.

    Raises:
        WrongClockError: they are more than an hour apart.
    """
    row = connection.execute("SELECT clock_timestamp()").fetchone()
    apart = now - row[0] if row else timedelta(0)
    if abs(apart) > MOST_APART:
        side = "ahead of" if apart > timedelta(0) else "behind"
        raise WrongClockError(
            f"clock: this machine's is {abs(apart).total_seconds() / 3600:.1f} h {side} the database's; set the wrong "
            f"one right, and let NTP keep both. Nothing was {without}."
        )


def bring_back_the_future(
    connection: Connection[Any], now: datetime, lease: timedelta, full_sweep: timedelta
) -> Repair | None:
    """Brings back what lies in the future and lets those people be due; None where nothing does."""
    values: dict[str, object] = {
        "now": now,
        "swept_since": now - full_sweep,
        "apart": MOST_APART,
        "lease": lease,
        "longest_wait": RETRY_LONGEST,
    }
    ahead = connection.execute(AHEAD, values).fetchall()
    connection.execute(OF_TICKS, values)
    connection.execute(OF_BREAKERS, values)
    for some in _in_parts([profile_id for profile_id, _ in ahead]):
        with connection.transaction():
            lock_profiles(connection, some)
            theirs = {**values, "profile_ids": list(some)}
            connection.execute(BRING_BACK, theirs)
            connection.execute(CUT_COVERAGE, theirs)
            for table in STREAM_TABLES.values():
                connection.execute(sql.SQL(SEEN_NOW).format(sql.Identifier(table.name)), theirs)
    return Repair(len(ahead), max(by for _, by in ahead)) if ahead else None


def _in_parts(profile_ids: Sequence[str]) -> Sequence[Sequence[str]]:
    return [profile_ids[start : start + PROFILES_AT_ONCE] for start in range(0, len(profile_ids), PROFILES_AT_ONCE)]
