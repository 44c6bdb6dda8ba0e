"""What is remembered of one person, as it is read: the core view, and the layers one by one. Reading is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row, dict_row

CORE = """
SELECT memory_key AS key, category, value, source, confidence, support_count, contradiction_count, valid_from,
       last_confirmed, version
FROM core_memory WHERE profile_id = %s
ORDER BY source DESC, confidence DESC, last_confirmed DESC, memory_key
"""

# Counted beside what is compared: whatever is learned leaves it alone.
COUNT_ACCESS = """
UPDATE longterm_memory SET access_count = access_count + 1
WHERE profile_id = %s AND memory_key = ANY(%s) AND standing = 'live'
"""

LAYERS = {
    "working": "SELECT memory_key AS key, value, recorded_at, expired_at FROM working_memory "
    "WHERE profile_id = %(profile_id)s AND expired_at > %(now)s ORDER BY memory_key",
    "shortterm": "SELECT memory_key AS key, value, support_count, contradiction_count, offered, exposure_count, "
    "valid_from, valid_to, expired_at FROM shortterm_memory "
    "WHERE profile_id = %(profile_id)s AND expired_at > %(now)s ORDER BY memory_key",
    "longterm": "SELECT memory_key AS key, value, version, source, standing, confidence, support_count, "
    "contradiction_count, valid_from, valid_to, last_confirmed, recorded_at, expired_at, access_count "
    "FROM longterm_memory WHERE profile_id = %(profile_id)s ORDER BY memory_key, version",
    "meta": "SELECT version, levers, insights, reporting_rate, task_tolerance, learning_days, second_confirmed, "
    "fifth_confirmed, valid_from, recorded_at FROM meta_memory WHERE profile_id = %(profile_id)s",
}


@dataclass(frozen=True, slots=True)
class CoreMemory:
    """A row of the core view."""

    key: str
    category: str
    value: str
    source: str
    confidence: float
    support_count: int
    contradiction_count: int
    valid_from: date
    last_confirmed: date
    version: int


def read_core(connection: Connection[Any], profile_id: str) -> list[CoreMemory]:
    """The 20 rows to start from, the surest first; one query along one index."""
    with connection.cursor(row_factory=class_row(CoreMemory)) as cursor:
        return cursor.execute(CORE, (profile_id,)).fetchall()


def count_access(connection: Connection[Any], profile_id: str, keys: Sequence[str]) -> None:
    """Notes that rows were read, which is no evidence of anything."""
    connection.execute(COUNT_ACCESS, (profile_id, list(keys)))


def read_layers(connection: Connection[Any], profile_id: str, now: object) -> dict[str, list[dict[str, Any]]]:
    """Everything that is held of one person, by layer; what has expired is not."""
    layers: dict[str, list[dict[str, Any]]] = {}
    with connection.cursor(row_factory=dict_row) as cursor:
        for name, query in LAYERS.items():
            layers[name] = cursor.execute(query.encode(), {"profile_id": profile_id, "now": now}).fetchall()
    return layers
