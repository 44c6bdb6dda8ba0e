"""Plans a tick: picks who is due in one query, leases them in sync_state and cuts them into batches."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg import Connection, sql
from psycopg.rows import class_row

from hos_pipelines.domain.batches import BatchBounds
from hos_pipelines.domain.sync import ACTIVE_WITHIN, LIVE_STREAMS, Stream, SyncRules
from hos_pipelines.postgres.profile_locks import lock_profiles

PLANNING_LOCK = 0x484F5350  # "HOSP": one planner at a time per database
STARTING_LOCK = 0x484F5342  # "HOSB": one at a time turns batches into runs

# Due is: never pulled; failed and its wait over; not fetched up to the last full sweep; owed days before those an
# answer has spoken of; asked for by a run that ended before it came to it; and, for the live streams, new data since
# the last good pull, or a person who uses the app right now. Profiles that a run is writing at this moment are left to
# the next tick, and so is whoever is leased.
DUE: LiteralString = """
WITH wanted AS MATERIALIZED (
    SELECT p.profile_id, stream.name AS stream, stream.is_live, s.watermark
    FROM profiles AS p
    CROSS JOIN unnest(%(streams)s::text[], %(live)s::boolean[]) AS stream (name, is_live)
    LEFT JOIN sync_state AS s ON s.profile_id = p.profile_id AND s.stream = stream.name
    WHERE p.status = 'active'
      AND (s.lease IS NULL OR s.lease_until <= %(now)s)
      AND (s.next_due_at IS NULL OR s.next_due_at <= %(now)s)
      AND (s.watermark IS NULL OR s.attempts > 0 OR s.watermark <= %(swept_since)s
           OR s.late_from IS NOT NULL AND s.late_failed_on IS DISTINCT FROM %(today)s::date
           OR stream.is_live AND (p.change_count > s.change_seen OR p.last_active_at >= %(active_since)s)
           OR (p.profile_id, stream.name)
              IN (SELECT * FROM unnest(%(missed_profiles)s::text[], %(missed_streams)s::text[])))
),
due AS MATERIALIZED (
    SELECT profile_id, min(coalesce(watermark, '-infinity')) AS stalest, count(*) AS requests,
           count(*) FILTER (WHERE is_live) AS live_requests
    FROM wanted GROUP BY profile_id
)
"""

PLAN = sql.SQL(DUE) + sql.SQL(
    """,
free AS MATERIALIZED (
    SELECT p.profile_id FROM profiles AS p WHERE p.profile_id IN (SELECT profile_id FROM due)
    ORDER BY p.profile_id
    FOR NO KEY UPDATE OF p SKIP LOCKED
),
cut AS MATERIALIZED (
    SELECT count(*) AS people,
           greatest(least(%(wanted)s, count(*) / %(smallest)s), ceil(count(*)::numeric / %(largest)s)::bigint, 1)
           AS batches
    FROM free
),
numbered AS MATERIALIZED (
    SELECT profile_id, stalest, requests, live_requests,
           (row_number() OVER (ORDER BY stalest, profile_id) - 1) * batches / people AS number
    FROM due JOIN free USING (profile_id) CROSS JOIN cut
),
batches AS (
    INSERT INTO refresh_batches (batch_id, tick, number, profile_ids, planned_at)
    SELECT %(tick)s || ':' || number, %(tick)s, number, array_agg(profile_id ORDER BY stalest, profile_id), %(now)s
    FROM numbered GROUP BY number
),
leases AS (
    INSERT INTO sync_state AS s (profile_id, stream, lease, lease_until)
    SELECT profile_id, stream, %(tick)s || ':' || number, %(lease_until)s FROM wanted JOIN numbered USING (profile_id)
    ON CONFLICT (profile_id, stream) DO UPDATE SET lease = excluded.lease, lease_until = excluded.lease_until
)
SELECT count(*), coalesce(sum(requests), 0)::bigint, coalesce(sum(live_requests), 0)::bigint FROM numbered
"""
)


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What the profile search of a tick told; `reason` says why Sahha was not asked, or why the search broke off."""

    data_source: str
    complete: bool = False
    requests: int = 0
    listed: int = 0
    skipped: int = 0
    changed: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedTick:
    """One planned tick, as `refresh_ticks` keeps it, and how many batches it has."""

    tick: str
    planned_at: datetime
    data_source: str
    source_reason: str | None
    search_complete: bool
    search_requests: int
    profiles_listed: int
    listings_skipped: int
    profiles_changed: int
    profiles_active: int
    profiles_due: int
    requests_planned: int
    requests_saved: int
    batches: int = 0


@dataclass(frozen=True, slots=True)
class TickPlan:
    """How a tick is to be planned. Instants in UTC. `missed` is what runs were to pull and ended before they did."""

    tick: str
    now: datetime
    rules: SyncRules
    bounds: BatchBounds
    lease: timedelta
    missed: Collection[tuple[Stream, str]] = ()


STORED = [field.name for field in fields(PlannedTick) if field.name != "batches"]
WRITE_TICK = sql.SQL("INSERT INTO refresh_ticks ({}) VALUES ({})").format(
    sql.SQL(", ").join(map(sql.Identifier, STORED)), sql.SQL(", ").join(map(sql.Placeholder, STORED))
)
READ_TICK = sql.SQL("""
SELECT {}, (SELECT count(*) FROM refresh_batches AS b WHERE b.tick = t.tick)::integer AS batches
FROM refresh_ticks AS t WHERE t.tick = coalesce(%s, t.tick) ORDER BY t.number DESC LIMIT 1
""").format(sql.SQL(", ").join(sql.Identifier("t", name) for name in STORED))


def read_tick(connection: Connection[Any], tick: str | None = None) -> PlannedTick | None:
    """A tick that was planned already, or the newest; None where there is none."""
    with connection.cursor(row_factory=class_row(PlannedTick)) as cursor:
        return cursor.execute(READ_TICK, (tick,)).fetchone()


def plan_batches(connection: Connection[Any], plan: TickPlan, search: SearchOutcome) -> PlannedTick:
    """Leases whoever is due and cuts batches, once per tick; a tick that was planned before is answered as it was.

    Where Sahha is not to be asked, nobody is leased.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (PLANNING_LOCK,))
        planned = read_tick(connection, plan.tick)
        if planned is None:
            connection.execute(WRITE_TICK, _as_row(_empty(plan, search, _count_active(connection))))
            if search.data_source == "sahha":
                _write_plan(connection, plan)
            planned = read_tick(connection, plan.tick)
    if planned is None:
        raise RuntimeError(f"tick {plan.tick}: its row is gone within its own transaction.")
    return planned


@contextmanager
def starting_batches(connection: Connection[Any], *, is_patient: bool) -> Iterator[bool]:
    """Whether, until the block ends, nobody else turns batches into runs: that each is begun once.

    Who is patient waits until that is so. The lock is a transaction's, since a pooler gives sessions to others; what is
    written on this connection inside of the block is seen by others after it.
    """
    with connection.transaction():
        if is_patient:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (STARTING_LOCK,))
            yield True
            return
        row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (STARTING_LOCK,)).fetchone()
        yield row is not None and bool(row[0])


def due_profile_ids(connection: Connection[Any], now: datetime, rules: SyncRules) -> list[str]:
    """Whom the next tick would refresh, stalest first."""
    query = sql.SQL(DUE) + sql.SQL("SELECT profile_id FROM due ORDER BY stalest, profile_id")
    return [profile_id for (profile_id,) in connection.execute(query, _due_values(now, rules))]


def count_due(connection: Connection[Any], now: datetime, rules: SyncRules) -> int:
    """How many the next tick would refresh."""
    row = connection.execute(sql.SQL(DUE) + sql.SQL("SELECT count(*) FROM due"), _due_values(now, rules)).fetchone()
    return int(row[0]) if row else 0


def _write_plan(connection: Connection[Any], plan: TickPlan) -> None:
    values = {
        **_due_values(plan.now, plan.rules, plan.missed),
        "tick": plan.tick,
        "wanted": plan.bounds.wanted,
        "smallest": plan.bounds.smallest,
        "largest": plan.bounds.largest,
        "lease_until": plan.now + plan.lease,
    }
    due, requests, live_requests = connection.execute(PLAN, values).fetchone() or (0, 0, 0)
    connection.execute(
        "UPDATE refresh_ticks SET profiles_due = %s, requests_planned = %s, "
        "requests_saved = greatest(0, profiles_active * %s - %s - search_requests) WHERE tick = %s",
        (due, requests, len(LIVE_STREAMS), live_requests, plan.tick),
    )


def _due_values(now: datetime, rules: SyncRules, missed: Collection[tuple[Stream, str]] = ()) -> dict[str, object]:
    return {
        "missed_profiles": [profile_id for _, profile_id in missed],
        "missed_streams": [stream for stream, _ in missed],
        "streams": list(Stream),
        "live": [stream in LIVE_STREAMS for stream in Stream],
        "now": now,
        "today": now.date(),
        "swept_since": now - rules.full_sweep,
        "active_since": now - ACTIVE_WITHIN,
    }


def _count_active(connection: Connection[Any]) -> int:
    row = connection.execute("SELECT count(*) FROM profiles WHERE status = 'active'").fetchone()
    return int(row[0]) if row else 0


def _empty(plan: TickPlan, search: SearchOutcome, active: int) -> PlannedTick:
    return PlannedTick(
        tick=plan.tick,
        planned_at=plan.now,
        data_source=search.data_source,
        source_reason=search.reason,
        search_complete=search.complete,
        search_requests=search.requests,
        profiles_listed=search.listed,
        listings_skipped=search.skipped,
        profiles_changed=search.changed,
        profiles_active=active,
        profiles_due=0,
        requests_planned=0,
        requests_saved=0,
    )


def _as_row(tick: PlannedTick) -> dict[str, object]:
    return {name: getattr(tick, name) for name in STORED}


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that is not finished and still holds leases; `is_begun` where a run has taken it up."""

    batch_id: str
    is_begun: bool


def open_batches(connection: Connection[Any], now: datetime) -> list[OpenBatch]:
    """The batches that are not done, in the order planned."""
    rows = connection.execute(
        "SELECT batch_id, started_at IS NOT NULL FROM refresh_batches AS b WHERE finished_at IS NULL AND EXISTS "
        "(SELECT FROM sync_state WHERE profile_id = ANY(b.profile_ids) AND lease = b.batch_id AND lease_until > %s) "
        "ORDER BY (SELECT t.number FROM refresh_ticks AS t WHERE t.tick = b.tick), number",
        (now,),
    )
    return [OpenBatch(*row) for row in rows]


def batches_of_tick(connection: Connection[Any], tick: str) -> list[str]:
    """The ids of a tick's batches, in the order planned."""
    rows = connection.execute("SELECT batch_id FROM refresh_batches WHERE tick = %s ORDER BY number", (tick,))
    return [batch_id for (batch_id,) in rows]


def count_leased(connection: Connection[Any], now: datetime) -> int:
    """How many profiles a batch still holds."""
    row = connection.execute(
        "SELECT count(DISTINCT profile_id) FROM sync_state WHERE lease IS NOT NULL AND lease_until > %s", (now,)
    ).fetchone()
    return int(row[0]) if row else 0


def begin_batch(connection: Connection[Any], batch_id: str, now: datetime) -> Sequence[str] | None:
    """The profiles of a batch that a run takes up, stalest first; None where no such batch was planned."""
    row = connection.execute(
        "UPDATE refresh_batches SET started_at = coalesce(started_at, %s) WHERE batch_id = %s RETURNING profile_ids",
        (now, batch_id),
    ).fetchone()
    return None if row is None else list(row[0])


def still_leased(connection: Connection[Any], batch_id: str, profile_ids: Sequence[str]) -> set[tuple[str, Stream]]:
    """What of a batch is still its own: not done yet, and not given to another batch since."""
    rows = connection.execute(
        "SELECT profile_id, stream FROM sync_state WHERE profile_id = ANY(%s) AND lease = %s",
        (list(profile_ids), batch_id),
    )
    return {(profile_id, Stream(stream)) for profile_id, stream in rows}


def renew_leases(connection: Connection[Any], batch_id: str, profile_ids: Sequence[str], until: datetime) -> None:
    """Keeps what is left of a batch while its run makes progress."""
    with connection.transaction():
        lock_profiles(connection, profile_ids)
        connection.execute(
            "UPDATE sync_state SET lease_until = %s WHERE profile_id = ANY(%s) AND lease = %s",
            (until, list(profile_ids), batch_id),
        )


def release_batch(connection: Connection[Any], batch_id: str, now: datetime) -> None:
    """Ends a batch that nobody works on any more."""
    row = connection.execute("SELECT profile_ids FROM refresh_batches WHERE batch_id = %s", (batch_id,)).fetchone()
    finish_batch(connection, batch_id, row[0] if row else (), now)


def finish_batch(connection: Connection[Any], batch_id: str, profile_ids: Sequence[str], now: datetime) -> None:
    """Ends a batch; whoever it did not get to is free for the next tick."""
    with connection.transaction():
        lock_profiles(connection, profile_ids)
        connection.execute(
            "UPDATE sync_state SET lease = NULL, lease_until = NULL WHERE profile_id = ANY(%s) AND lease = %s",
            (list(profile_ids), batch_id),
        )
        connection.execute("UPDATE refresh_batches SET finished_at = %s WHERE batch_id = %s", (now, batch_id))
