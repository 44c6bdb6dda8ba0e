"""The number of a stored row with all that it says: rows share it where they say the same, whenever they were seen."""

from psycopg import sql
from sqlalchemy import Table

ABOUT_THE_ROW = frozenset({"observed_at", "created_at"})


def version_of(table: Table, alias: str) -> sql.Composed:
    """The expression for a stream's table that goes by this alias in a statement."""
    said = [sql.Identifier(alias, column.name) for column in table.columns if column.name not in ABOUT_THE_ROW]
    return sql.SQL("hash_record_extended(ROW({}), 0)").format(sql.SQL(", ").join(said))
