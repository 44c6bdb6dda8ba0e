"""Tells whether what answers at an address gives each client a session of its own, or shares them among clients."""

from contextlib import suppress
from typing import Any

from psycopg import Connection

from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.errors import DatabaseUnavailableError

ROUNDS = 3


def shares_sessions(url: str) -> bool:
    """Whether two statements of one client may reach two sessions, as behind a transaction pooler.

    Two clients are seen to use one session of the server in turn, or one client two. A pooler under load may hide it.

    Raises:
        DatabaseUnavailableError: nothing answers at the address.
    """
    with connect(url) as first:
        if not first.place.is_pooled:
            return False
        seen = {_pid(first)}
        with suppress(DatabaseUnavailableError), connect(url) as second:  # a pool of one session has none to spare
            for _ in range(ROUNDS):
                if len(seen) > 1 or _pid(second) in seen:
                    return True
                seen.add(_pid(first))
    return len(seen) > 1


def _pid(connection: Connection[Any]) -> int:
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0
