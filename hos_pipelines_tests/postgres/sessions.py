"""Who else has a session on a test's database."""

from typing import Any

from psycopg import Connection

BESIDE = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def sessions_beside(connection: Connection[Any]) -> list[int]:
    """The other clients on this database; a session leaves the list a moment after its client closed it."""
    return [pid for (pid,) in connection.execute(BESIDE)]
