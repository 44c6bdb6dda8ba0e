"""Whether an older HolisticOS's tables are fit to be taken over: what would stop the steps is named before they begin.

A column of our name with another type, a trigger that keeps rows from being changed, a name too long for an index.
"""

from collections.abc import Mapping
from typing import Any, LiteralString

import psycopg
from psycopg import Connection, sql
from sqlalchemy.types import ARRAY, JSON, Boolean, Date, DateTime, Double, Integer, Text, Time, TypeEngine, Uuid

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.postgres import tables
from hos_pipelines.postgres.errors import ForeignTablesError

LONGEST_KEY_BYTES = 2000  # an entry of an index holds 2,704, the other columns of the key included

# What the steps can work with where a column of our name is there already. Types of somebody's own are let pass.
FITTING: Mapping[type[TypeEngine[Any]], frozenset[str]] = {
    ARRAY: frozenset({"text[]", "character varying[]"}),
    JSON: frozenset({"jsonb"}),
    Boolean: frozenset({"boolean"}),
    Date: frozenset({"date"}),
    DateTime: frozenset({"timestamp with time zone", "timestamp without time zone"}),
    Double: frozenset({"double precision", "real", "numeric"}),
    Integer: frozenset({"smallint", "integer", "bigint"}),
    Text: frozenset({"text", "character varying", "character"}),
    Time: frozenset({"time without time zone", "time with time zone"}),
    Uuid: frozenset({"uuid"}),
}
KNOWN = frozenset().union(*FITTING.values()) | {"json", "bytea", "json[]", "jsonb[]", "integer[]", "interval"}
KEYS = frozenset({"profile_id", "type"})  # made text where they are uuid
LONG: Mapping[str, tuple[str, ...]] = {
    "profiles": ("id", "sahha_external_id"),
    "biomarkers": ("profile_id", "type"),
    "scores": ("profile_id", "type"),
    "plan_items": ("profile_id",),
    "task_checkins": ("profile_id",),
    "daily_journals": ("profile_id",),
}
# A column that is everywhere, by which a change of a row is tried; of profiles and items none is deleted.
TRIED: Mapping[str, tuple[str, bool]] = {
    "profiles": ("sahha_external_id", False),
    "biomarkers": ("type", True),
    "scores": ("type", True),
    "archetype_analysis_tracking": ("archetype", True),
    "plan_items": ("title", False),
    "task_checkins": ("completion_status", True),
    "daily_journals": ("journal_date", True),
}
# Bits of tgtype: 8 for DELETE, 16 for UPDATE.
TRIGGERS: LiteralString = """
SELECT tgname::text FROM pg_trigger
WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal AND tgenabled <> 'D' AND tgtype::integer & %s <> 0
ORDER BY tgname
"""
DELETING, UPDATING = 8, 16


def require_fit(connection: Connection[Any], found: Mapping[str, Mapping[str, str]]) -> None:
    """Looks at the columns of each table, by name and type, then at what its rows and triggers would do.

    Raises:
        ForeignTablesError: the steps could not take them over; the text names table, column or trigger, and the way on.
    """
    troubles = [trouble for name, columns in found.items() for trouble in _unfit_columns(name, columns)]
    for name, columns in found.items():
        troubles += _too_long(connection, name, columns)
        troubles += _find_hindrances(connection, name, columns)
    if troubles:
        raise ForeignTablesError(
            f"schema: the tables of an older HolisticOS cannot be taken over as they are: {'; '.join(troubles)}. "
            "Nothing was touched; mend that, or give HolisticOS a schema of its own (--schema NAME, HOS_SCHEMA)."
        )


def _unfit_columns(name: str, columns: Mapping[str, str]) -> list[str]:
    ours = tables.metadata.tables.get(name)
    troubles = []
    for column in () if ours is None else ours.columns:
        kind = columns.get(column.name)
        fitting = next(kinds for ours, kinds in FITTING.items() if isinstance(column.type, ours))
        is_made_text = kind == "uuid" and column.name in KEYS
        if column.name != "id" and kind in KNOWN and kind not in fitting and not is_made_text:
            troubles.append(
                f"{name}.{column.name} is {kind} and means something else to HolisticOS ({min(fitting, key=len)}): "
                f"rename it (ALTER TABLE {name} RENAME COLUMN {column.name} TO …)"
            )
    return troubles


def _too_long(connection: Connection[Any], name: str, columns: Mapping[str, str]) -> list[str]:
    troubles = []
    for column in LONG.get(name, ()):
        if column not in columns:
            continue
        query = sql.SQL("SELECT count(*) FROM {} WHERE octet_length({}::text) > %s").format(
            sql.Identifier(name), sql.Identifier(column)
        )
        (rows,) = connection.execute(query, (LONGEST_KEY_BYTES,)).fetchone() or (0,)
        if rows:
            those = f"FROM {name} WHERE octet_length({column}::text) > {LONGEST_KEY_BYTES}"
            troubles.append(
                f"{name}.{column} is too long for an index in {count_text(rows, 'row')}: keep them elsewhere "
                f"(CREATE TABLE {name}_too_long AS SELECT * {those}) and delete them here (DELETE {those})"
            )
    return troubles


def _find_hindrances(connection: Connection[Any], name: str, columns: Mapping[str, str]) -> list[str]:
    """What triggers keep from being changed, tried on one row and taken back; nothing is tried where there are none."""
    column, may_be_deleted = TRIED.get(name, ("", False))
    if column not in columns:
        return []
    table, field = sql.Identifier(name), sql.Identifier(column)
    changes = [("updated", UPDATING, sql.SQL("UPDATE {0} SET {1} = {1} WHERE ctid = %s::tid").format(table, field))]
    if may_be_deleted:
        changes.append(("deleted", DELETING, sql.SQL("DELETE FROM {} WHERE ctid = %s::tid").format(table)))
    troubles = []
    for done, event, change in changes:
        triggers = [trigger for (trigger,) in connection.execute(TRIGGERS, (name, event))]
        if triggers and _is_refused(connection, table, change):
            troubles.append(
                f"a trigger of {name} ({', '.join(triggers)}) keeps rows from being {done}: disable it meanwhile "
                f"(ALTER TABLE {name} DISABLE TRIGGER {triggers[0]})"
            )
    return troubles


def _is_refused(connection: Connection[Any], table: sql.Identifier, change: sql.Composed) -> bool:
    """Whether a trigger refuses or swallows the change; what fails otherwise is left to the step that meets it."""
    try:
        with connection.transaction(force_rollback=True):
            some = sql.SQL("SELECT ctid::text FROM {} LIMIT 1 FOR UPDATE SKIP LOCKED").format(table)
            row = connection.execute(some).fetchone()
            return row is not None and connection.execute(change, row).rowcount == 0
    except psycopg.errors.RaiseException:
        return True
    except psycopg.Error:
        return False
