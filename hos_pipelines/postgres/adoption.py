"""Tells an older HolisticOS from somebody else's tables: nothing that lacks its marks is taken over unasked.

Only one schema is looked at, the one a session works in; what lies in others is nobody's business here.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from psycopg import Connection, sql

from hos_pipelines.postgres import tables
from hos_pipelines.postgres.adoption_fitness import require_fit
from hos_pipelines.postgres.connection import Session
from hos_pipelines.postgres.errors import DatabaseUnavailableError, ForeignTablesError
from hos_pipelines.postgres.step_files import STEPS

# What the older HolisticOS had in each of its tables, whichever of its versions: every name of one set, and their kind.
TEXT = frozenset({"text", "character varying", "uuid"})
INSTANT = frozenset({"timestamp with time zone"})
DAY = frozenset({"date"})
FORMER_MARKS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "profiles": {"id": TEXT, "sahha_external_id": TEXT},
    "biomarkers": {"profile_id": TEXT, "type": TEXT, "start_date_time": INSTANT, "end_date_time": INSTANT},
    "scores": {"profile_id": TEXT, "type": TEXT, "score_date_time": INSTANT},
    "archetypes": {"profile_id": TEXT, "name": TEXT, "value": TEXT, "start_date_time": INSTANT},
    "archetype_analysis_tracking": {"user_id": TEXT, "archetype": TEXT},
    "plan_items": {"profile_id": TEXT, "item_id": TEXT, "title": TEXT},
    "task_checkins": {"profile_id": TEXT, "plan_item_id": TEXT, "completion_status": TEXT, "planned_date": DAY},
    "daily_journals": {"profile_id": TEXT, "journal_date": DAY},
}
# What the adoption itself, or a rollback of it, leaves beside them.
OWN = frozenset({"hos_adoption", "hos_found", "hos_tracked", "biomarkers_set_aside", "scores_set_aside"})
MADE = re.compile(
    r"CREATE\s+(?:OR\s+REPLACE\s+)?(?:UNIQUE\s+)?(?:MATERIALIZED\s+)?"
    r"(TABLE|INDEX|VIEW|SEQUENCE|FUNCTION|TYPE)\s+(?:IF\s+NOT\s+EXISTS\s+)?((?!IF\b)\w+)\b(?!\s*\.)",
    re.IGNORECASE,
)
KEY = re.compile(r"CONSTRAINT\s+(\w+)\s+(?:PRIMARY\s+KEY|UNIQUE)", re.IGNORECASE)
KINDS = {"v": "a view", "m": "a materialized view", "f": "a foreign table", "p": "a partitioned table",
         "S": "a sequence", "i": "an index", "I": "an index", "c": "a type", "t": "a table of TOAST"}  # fmt: skip
COLUMNS_SHOWN = 6

RELATIONS = """
SELECT c.relname::text, c.relkind::text, c.relispartition OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid),
       pg_has_role(c.relowner, 'USAGE'), pg_get_userbyid(c.relowner)::text,
       (SELECT holder.relname::text FROM pg_index JOIN pg_class AS holder ON holder.oid = indrelid
        WHERE indexrelid = c.oid),
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
             ORDER BY attnum),
       ARRAY(SELECT format_type(atttypid, NULL) FROM pg_attribute
             WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)
FROM pg_class AS c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  AND c.relkind <> 't' AND c.relname = ANY(%s)
ORDER BY c.relname
"""
OTHERS = """
SELECT typname::text, 'a type' FROM pg_type
WHERE typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  AND typrelid = 0 AND typelem = 0 AND typname = ANY(%(names)s)
UNION ALL
SELECT DISTINCT proname::text, 'a function' FROM pg_proc
WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND proname = ANY(%(functions)s)
"""
# What an extension brought along is nobody's data.
ANYTHING = """
SELECT EXISTS (
    SELECT FROM pg_class AS c
    WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
      AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND classid = 'pg_class'::regclass AND deptype = 'e'))
"""
# Of this HolisticOS, or of an older one.
ELSEWHERE = """
SELECT nspname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace
WHERE nspname = ANY(%s) AND relname = 'profiles' AND relkind = 'r'
  AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND NOT attisdropped
              AND attname IN ('sahha_external_id', 'enrolled_at'))
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """Something of a name of ours that is there already."""

    name: str
    kind: str
    is_part: bool
    may_change: bool
    owner: str
    holder: str | None
    columns: Mapping[str, str]

    @property
    def is_former(self) -> bool:
        """Whether it has the marks of the older HolisticOS, or every column of the table as it is now."""
        marks = FORMER_MARKS.get(self.name)
        has_marks = marks is not None and all(self.columns.get(name) in kinds for name, kinds in marks.items())
        ours = tables.metadata.tables.get(self.name)
        return has_marks or (ours is not None and {column.name for column in ours.columns} <= self.columns.keys())

    @property
    def is_plain_table(self) -> bool:
        """Whether its shape is one that can be taken over at all."""
        return self.kind == "r" and not self.is_part

    def describe(self) -> str:
        """What it is, for the one who has to decide."""
        if self.kind != "r":
            return f"{self.name} ({KINDS.get(self.kind, 'something else')})"
        if self.is_part:
            return f"{self.name} (a part of another table)"
        shown = ", ".join(list(self.columns)[:COLUMNS_SHOWN]) or "none"
        lacking = [
            name for name, kinds in FORMER_MARKS.get(self.name, {}).items() if self.columns.get(name) not in kinds
        ]
        lacks = f"; lacks {', '.join(lacking)}" if lacking else ""
        return f"{self.name} (columns {shown}{', …' if len(self.columns) > COLUMNS_SHOWN else ''}{lacks})"


def is_untouched(connection: Connection[Any]) -> bool:
    """Whether the schema holds nothing of anybody yet, or is not there."""
    return connection.execute(ANYTHING).fetchone() == (False,)


def ensure_schema(connection: Connection[Any]) -> None:
    """Creates the schema of the session where it is missing.

    Raises:
        DatabaseUnavailableError: the role may not create it.
    """
    if connection.execute("SELECT current_schema()").fetchone() != (None,):
        return
    (name,) = connection.execute("SELECT current_setting('search_path')").fetchone() or ("",)
    may_create = connection.execute("SELECT has_database_privilege(current_database(), 'CREATE')").fetchone() == (True,)
    if not may_create:
        raise DatabaseUnavailableError(
            f"HOS_SCHEMA: the schema {name} is not there, or this role may not use it, and it may create none; as an "
            f"administrator run CREATE SCHEMA {name} AUTHORIZATION this role, or GRANT USAGE, CREATE ON it."
        )
    connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.SQL(name)))  # as the server quotes it


def require_no_other(session: Session) -> None:
    """Starts no second HolisticOS where the role's search path leads to one that is there.

    Raises:
        ForeignTablesError: it lies in another schema than the first of the path.
    """
    row = session.execute(ELSEWHERE, (list(session.place.others),)).fetchone()
    if row is not None:
        raise ForeignTablesError(
            f"schema: {session.place.schema}, the first of this role's search path, is empty, and HolisticOS lies in "
            f"{row[0]}; set HOS_SCHEMA={row[0]}, or HOS_SCHEMA={session.place.schema} to begin anew there."
        )


def require_ours(
    connection: Connection[Any], applied: Collection[str], pending: Collection[str], *, adopt: bool = False
) -> None:
    """Lets the steps that are pending touch nothing of somebody else's; what the applied ones made is ours.

    Raises:
        ForeignTablesError: something of a name of ours is there that is not ours, or not ours to change.
    """
    names, functions = _names(pending)
    made = frozenset(chain.from_iterable(_names(applied)))
    foreign, fixed, owners = [], [], []
    found_there = _relations(connection, names - made)
    for one in found_there:
        if not one.is_plain_table:
            fixed.append(one.describe())
        elif not (one.is_former or adopt):
            foreign.append(one.describe())
        elif not one.may_change and one.name != "archetypes":
            owners.append(f"{one.name} (of {one.owner})")
    fixed += [f"{name} ({kind})" for name, kind in _others(connection, names - made, functions - made)]
    (schema,) = connection.execute("SELECT current_schema()").fetchone() or ("",)
    elsewhere = "give HolisticOS a schema of its own, with --schema NAME or by HOS_SCHEMA or search_path in the address"
    if fixed or foreign:
        found = ", ".join([*foreign, *fixed])
        way = "" if fixed else ", or pass --adopt where they are an older HolisticOS's after all"
        raise ForeignTablesError(
            f"schema: {schema} holds what HolisticOS has names for and what is not its own: {found}. Nothing was "
            f"touched; {elsewhere}{way}."
        )
    if owners:
        raise ForeignTablesError(
            f"schema: this role may not change the tables of an older HolisticOS in {schema}: {', '.join(owners)}. "
            f"Nothing was touched; connect as their owner, have them given to this role (ALTER TABLE … OWNER TO), or "
            f"{elsewhere}."
        )
    require_fit(connection, {one.name: one.columns for one in found_there if one.name in FORMER_MARKS})


def _relations(connection: Connection[Any], names: Collection[str]) -> list[Relation]:
    """What is there under these names; indexes only where they belong to another table."""
    found = [
        Relation(name, kind, is_part, may_change, owner, holder, dict(zip(columns, types, strict=True)))
        for name, kind, is_part, may_change, owner, holder, columns, types in connection.execute(
            RELATIONS, (list(names),)
        )
    ]
    known = {*tables.metadata.tables, *FORMER_MARKS, *OWN}
    return [one for one in found if one.holder is None or one.holder not in known]


def _others(connection: Connection[Any], names: Collection[str], functions: Collection[str]) -> list[tuple[str, str]]:
    return connection.execute(OTHERS, {"names": list(names), "functions": list(functions)}).fetchall()


def _names(steps: Collection[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The names that steps make or take over, and those of their functions."""
    names: set[str] = set()
    functions: set[str] = set()
    for step in steps:
        text = re.sub(r"--.*", "", (STEPS / f"{step}.sql").read_text())
        for kind, name in MADE.findall(text):
            (functions if kind.upper() == "FUNCTION" else names).add(name)
        names |= set(KEY.findall(text))
        if step.startswith("0001"):
            names |= set(FORMER_MARKS)
    return frozenset(names - OWN), frozenset(functions)
