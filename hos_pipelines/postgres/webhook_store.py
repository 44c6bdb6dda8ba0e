"""The webhook inbox: keeps every verified delivery once, and turns those that wait into profiles with new data."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.deliveries import ConsumedDeliveries, Delivery, DeliveryOutcome, ParsedDelivery
from hos_pipelines.postgres.pauses import resume
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.postgres.profile_store import profile_ids_of

BODIES_AT_ONCE = 100  # of at most 1 MiB each
LONGEST_KIND_SHOWN = 60

STORE = """
INSERT INTO webhook_inbox AS inbox (body_hash, event_type, external_id, body, received_at)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (body_hash) DO UPDATE SET times_seen = inbox.times_seen + 1
RETURNING times_seen = 1
"""

WAITING = """
SELECT id, event_type, external_id, body FROM webhook_inbox WHERE consumed_at IS NULL
ORDER BY id LIMIT %s
FOR UPDATE SKIP LOCKED
"""

MARK = "UPDATE profiles SET change_count = change_count + 1 WHERE profile_id = ANY(%s)"

CONSUME = """
UPDATE webhook_inbox AS inbox SET consumed_at = %s, consumed_as = met.outcome
FROM unnest(%s::bigint[], %s::text[]) AS met (id, outcome)
WHERE inbox.id = met.id
"""

ParseDelivery = Callable[[Delivery], ParsedDelivery]
Waiting = tuple[int, str, ParsedDelivery]


def store_delivery(connection: Connection[Any], delivery: Delivery, received_at: datetime) -> bool:
    """Keeps a delivery; True where it is new. A replay, before or after it was consumed, is only counted."""
    row = connection.execute(
        STORE, (delivery.body_hash, delivery.event_type, delivery.external_id, delivery.body, received_at)
    ).fetchone()
    return row is not None and bool(row[0])


def consume(
    connection: Connection[Any], now: datetime, parse_delivery: ParseDelivery, limit: int
) -> ConsumedDeliveries:
    """Consumes at most `limit` waiting deliveries, oldest first, in one transaction.

    Each enrolled profile they are about is marked with one change. Deliveries another session is consuming at the same
    time are left to it.
    """
    with connection.transaction():
        waiting = _read_waiting(connection, parse_delivery, limit)
        if not waiting:
            return ConsumedDeliveries()
        enrolled = _mark(connection, {name for _, _, parsed in waiting for name in parsed.external_ids})
        outcomes = [parsed.outcome(enrolled) for _, _, parsed in waiting]
        connection.execute(CONSUME, (now, [number for number, _, _ in waiting], outcomes))
    kinds = [
        kind for (_, kind, _), outcome in zip(waiting, outcomes, strict=True) if outcome is DeliveryOutcome.UNKNOWN_KIND
    ]
    return ConsumedDeliveries(Counter(outcomes), frozenset(enrolled.values()), Counter(map(_shorten, kinds)))


def _read_waiting(connection: Connection[Any], parse_delivery: ParseDelivery, limit: int) -> list[Waiting]:
    """Reads the bodies a few at a time, so that a page of large ones does not fill the memory."""
    with connection.cursor(name="waiting") as cursor:
        cursor.itersize = BODIES_AT_ONCE
        cursor.execute(WAITING, (limit,))
        return [(row[0], row[1], parse_delivery(Delivery(*row[1:]))) for row in cursor]


def _mark(connection: Connection[Any], external_ids: Collection[str]) -> dict[str, str]:
    """Counts a change for whoever is enrolled, and resumes whom Sahha's answers paused.

    The answer holds their profile ids by external id.
    """
    found = profile_ids_of(connection, external_ids)
    locked = lock_profiles(connection, found.values())
    connection.execute(MARK, (list(locked),))
    resume(connection, locked)
    return {external_id: profile_id for external_id, profile_id in found.items() if profile_id in locked}


def _shorten(kind: str) -> str:
    return kind if len(kind) <= LONGEST_KIND_SHOWN else f"{kind[: LONGEST_KIND_SHOWN - 1]}…"
