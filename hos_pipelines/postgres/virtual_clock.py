"""The present of a database whose deployment runs on a virtual clock, such as the demo's: ages are told by it."""

from datetime import datetime
from typing import Any

from psycopg import Connection, sql


def set_virtual_now(connection: Connection[Any], now: datetime) -> None:
    """Lets every later session of this database tell ages as of that moment.

    Raises:
        psycopg.Error: the role may not change settings of the database.
    """
    row = connection.execute("SELECT current_database()").fetchone()
    name = sql.Identifier(str(row[0]) if row else "")
    connection.execute(sql.SQL("ALTER DATABASE {} SET hos.now = {}").format(name, sql.Literal(now.isoformat())))


def take_statistics(connection: Connection[Any]) -> None:
    """Tells the planner how large tables are. Autovacuum does so within a minute, in which weeks may pass here."""
    connection.execute("ANALYZE")
