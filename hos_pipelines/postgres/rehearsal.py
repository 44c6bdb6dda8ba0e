"""Rehearses what a refresh does to a database, and rolls it back; each trouble comes with its remedy."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, NamedTuple
from uuid import uuid4

import psycopg
from psycopg import Connection

from hos_pipelines.domain.measurements import Biomarker
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres import tables
from hos_pipelines.postgres.connection import RELIED_ON, Session, connect, describe
from hos_pipelines.postgres.errors import RehearsalError
from hos_pipelines.postgres.poolers import shares_sessions
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.postgres.upsert import upsert

OLDEST_VERSION = 150_000
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
# A chunk of many rows takes some seconds, on a busy server more.
SHORTEST_MS: Mapping[str, int] = {
    "statement_timeout": 30_000,
    "transaction_timeout": 60_000,
    "lock_timeout": 5_000,
    "idle_in_transaction_session_timeout": 5_000,
}
MOMENT = datetime(2026, 3, 29, 1, 30, 0, 123_456, tzinfo=UTC)

TABLES = """
SELECT c.oid, c.relname::text, row_security_active(c.oid),
       EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd = '*'
               AND (p.polroles = '{0}' OR EXISTS (SELECT FROM unnest(p.polroles) AS r WHERE pg_has_role(r, 'USAGE')))
               AND pg_get_expr(p.polqual, p.polrelid) = 'true'),
       pg_has_role(c.relowner, 'USAGE'), pg_get_userbyid(c.relowner)::text,
       ARRAY(SELECT wanted FROM unnest(%(rights)s::text[]) AS wanted WHERE NOT has_table_privilege(c.oid, wanted))
FROM pg_class AS c
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
  AND c.relkind = 'r' AND c.relname = ANY(%(names)s)
ORDER BY c.relname
"""
SEQUENCES = """
SELECT s.relname::text
FROM pg_depend AS d
JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND a.attidentity = ''
WHERE d.deptype = 'a' AND d.refobjid = ANY(%s::oid[])
  AND CASE WHEN s.relkind = 'S' THEN NOT has_sequence_privilege(s.oid, 'USAGE') ELSE false END
"""


class Trial(NamedTuple):
    """Something that is tried, and what it is called where it is refused outright."""

    what: str
    tries: Callable[[Connection[Any]], Iterator[str]]


def rehearse(url: str, *, has_tables: bool, needs_tables: bool) -> str:
    """What answers at the address and how, once all that the work needs was tried there.

    `has_tables` says that the schema is this code's, `needs_tables` that steps are still to be applied.

    Raises:
        RehearsalError: a sentence and a remedy for each thing that is refused or set otherwise.
        DatabaseUnavailableError: nothing answers at the address.
    """
    with connect(url) as session:
        said = _all_said(session, [*ALWAYS, *([CREATING] if needs_tables else [])])
        if has_tables and not said:
            said = _all_said(session, [RIGHTS_HELD]) or _all_said(session, [WRITING])
        version = session.execute("SHOW server_version").fetchone() or ("?",)
        schema = session.place.schema
        way = _way(url, session)
    if said:
        raise RehearsalError(f"HOS_DATABASE_URL: {describe(url)}: " + " ".join(said))
    return f"PostgreSQL {version[0]} at {describe(url)}, schema {schema}, {way}"


def rehearse_storage(url: str) -> None:
    """Tries what Dagster's storage needs of its own database.

    Raises:
        RehearsalError: a sentence and a remedy for each thing that is refused or set otherwise.
        DatabaseUnavailableError: nothing answers at the address.
    """
    with connect(url) as session:
        there = session.execute("SELECT to_regclass('event_logs') IS NOT NULL").fetchone() == (True,)
        said = _all_said(session, [WRITABLE, *([] if there else [CREATING])])
    if said:
        raise RehearsalError(f"HOS_DATABASE_URL: {describe(url)}: " + " ".join(said))


def _way(url: str, session: Session) -> str:
    if not session.place.is_pooled:
        return "reached directly"
    return (
        "through a pooler that shares sessions: nothing is kept in one"
        if shares_sessions(url)
        else "through a pooler that gives each client a session"
    )


def _all_said(session: Session, trials: list[Trial]) -> list[str]:
    """What the trials say, each in a savepoint of its own."""
    with session.transaction(force_rollback=True):
        return list(chain.from_iterable(_ask_all(session, trial) for trial in trials))


def _ask_all(session: Session, trial: Trial) -> list[str]:
    said: list[str] = []
    try:
        with session.transaction(force_rollback=True):
            said.extend(trial.tries(session))
    except psycopg.Error as error:
        if session.closed:
            raise
        reason = error.diag.message_primary or type(error).__name__
        said.append(f"It refuses {trial.what} ({reason}); grant the role what it lacks, or correct the setting.")
    return said


def _role(connection: Connection[Any]) -> str:
    row = connection.execute("SELECT quote_ident(current_user)").fetchone()
    return str(row[0]) if row else "?"


def _show(connection: Connection[Any], setting: str) -> str | None:
    row = connection.execute("SELECT current_setting(%s, true)", (setting,)).fetchone()
    return None if row is None else row[0]


def _server(connection: Connection[Any]) -> Iterator[str]:
    if connection.info.server_version < OLDEST_VERSION:
        yield f"PostgreSQL {_show(connection, 'server_version')} is too old; use 15 or newer."
    encoding = _show(connection, "server_encoding")
    if encoding != "UTF8":
        yield f"The database keeps text as {encoding}; create one with ENCODING 'UTF8' TEMPLATE template0."


def _writable(connection: Connection[Any]) -> Iterator[str]:
    if connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
        yield "It is a standby, which is only read; name the primary, or all hosts with target_session_attrs=primary."
    elif _show(connection, "transaction_read_only") == "on":
        yield (
            "It is read-only (default_transaction_read_only is on); free its disk if a provider has set that, or run "
            f"ALTER ROLE {_role(connection)} SET default_transaction_read_only = off, or the same for the database."
        )


def _settings(connection: Connection[Any]) -> Iterator[str]:
    for name, value in RELIED_ON.items():
        found = _show(connection, name)
        if found is None or found.partition(",")[0] != value:
            yield f"{name} is {found} although {value} was set; have the pooler pass SET LOCAL on, or leave it out."


def _times(connection: Connection[Any]) -> Iterator[str]:
    sent = (MOMENT, timedelta(days=1, seconds=1.5), b"\x00\\\xff", 0.1 + 0.2, "ü漢")
    row = connection.execute("SELECT %s::timestamptz, %s::interval, %s::bytea, %s::float8, %s::text", sent).fetchone()
    texts = connection.execute("SELECT %s::timestamptz::text::timestamptz", (MOMENT,)).fetchone()
    if row != sent or texts != (MOMENT,):
        yield "A time, number or text comes back as another; reset DateStyle, TimeZone and encodings of the role."


def _isolation(connection: Connection[Any]) -> Iterator[str]:
    found = _show(connection, "transaction_isolation")
    if found != "read committed":
        yield (
            f"Transactions are {found} although read committed was asked for; run ALTER ROLE {_role(connection)} SET "
            "default_transaction_isolation = 'read committed'."
        )


def _timeouts(connection: Connection[Any]) -> Iterator[str]:
    for name, shortest in SHORTEST_MS.items():
        row = connection.execute("SELECT setting::bigint FROM pg_settings WHERE name = %s", (name,)).fetchone()
        if row is not None and 0 < row[0] < shortest:
            yield (
                f"{name} is {_show(connection, name)}, and a chunk of many rows may take longer; run ALTER ROLE "
                f"{_role(connection)} SET {name} = '5min', or set it so in the options of the address."
            )


def _staging(connection: Connection[Any]) -> Iterator[str]:
    if connection.execute("SELECT has_database_privilege(current_database(), 'TEMPORARY')").fetchone() != (True,):
        yield (
            f"Temporary tables are refused; as an administrator run GRANT TEMPORARY ON DATABASE "
            f"{_database(connection)} TO {_role(connection)}."
        )
        return
    connection.execute("CREATE TEMP TABLE hos_rehearsal (at timestamptz, value text) ON COMMIT DROP")
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY hos_rehearsal (at, value) FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.set_types(("timestamptz", "text"))
        copy.write_row((MOMENT, "ü"))
    if connection.execute("SELECT at, value FROM hos_rehearsal").fetchall() != [(MOMENT, "ü")]:
        yield "COPY brings other rows than were sent; use a pooler that passes it on, or none."


def _advisory_lock(connection: Connection[Any]) -> Iterator[str]:
    connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (uuid4().int >> 66,))
    yield from ()


def _creating(connection: Connection[Any]) -> Iterator[str]:
    there = connection.execute("SELECT current_schema()").fetchone() != (None,)
    if there:
        right = "SELECT has_schema_privilege(current_schema(), 'CREATE'), quote_ident(current_schema())"
        row = connection.execute(right).fetchone() or (False, "?")
        if not row[0]:
            yield (
                f"Tables may not be created in schema {row[1]}; as an administrator run GRANT USAGE, CREATE ON SCHEMA "
                f"{row[1]} TO {_role(connection)}, or CREATE SCHEMA NAME AUTHORIZATION {_role(connection)} and set "
                "HOS_SCHEMA=NAME."
            )
    elif connection.execute("SELECT has_database_privilege(current_database(), 'CREATE')").fetchone() != (True,):
        yield (
            f"The schema is not there and may not be created; as an administrator run CREATE SCHEMA NAME AUTHORIZATION "
            f"{_role(connection)}."
        )


def _rights(connection: Connection[Any]) -> Iterator[str]:
    role = _role(connection)
    values = {"rights": list(RIGHTS), "names": list(tables.metadata.tables)}
    found = connection.execute(TABLES, values).fetchall()
    for _, name, is_filtered, lets_all_pass, _, owner, lacking in found:
        if lacking:
            yield f"{name} lacks {', '.join(lacking)}; as {owner} run GRANT {', '.join(lacking)} ON {name} TO {role}."
        elif is_filtered and not lets_all_pass:
            yield (
                f"{name} has row-level security that filters for {role}, so rows are missed; as {owner} run CREATE "
                f"POLICY hos ON {name} TO {role} USING (true) WITH CHECK (true), or connect as a role with BYPASSRLS."
            )
    for (name,) in connection.execute(SEQUENCES, ([row[0] for row in found],)):
        yield f"The sequence {name} may not be used; as its owner run GRANT USAGE ON SEQUENCE {name} TO {role}."


def _writing(connection: Connection[Any]) -> Iterator[str]:
    name = f"hos-rehearsal-{uuid4().hex}"
    connection.execute("INSERT INTO profiles (profile_id, external_id) VALUES (%s, %s)", (name, name))
    day = MOMENT.date()
    end = MOMENT + timedelta(days=1)
    details = (None, None, None, "1", None, None, None, 0, day, None, MOMENT)
    written = upsert(connection, Stream.BIOMARKERS, [Biomarker(name, "steps", MOMENT, end, *details)])
    there = connection.execute("SELECT value FROM biomarkers WHERE profile_id = %s", (name,)).fetchall()
    if name not in lock_profiles(connection, [name]) or written[name].inserted != 1 or there != [("1",)]:
        yield (
            "A row that was written is not there, or is another; look for triggers, rules and policies on profiles and "
            "biomarkers that are not HolisticOS's."
        )


def _database(connection: Connection[Any]) -> str:
    row = connection.execute("SELECT quote_ident(current_database())").fetchone()
    return str(row[0]) if row else "?"


WRITABLE = Trial("to say whether it can be written", _writable)
CREATING = Trial("to say whether tables may be created", _creating)
RIGHTS_HELD = Trial("to say which rights are held", _rights)
WRITING = Trial("writing a profile and a reading", _writing)
ALWAYS = (
    Trial("its version", _server),
    WRITABLE,
    Trial("its settings", _settings),
    Trial("a round trip of values", _times),
    Trial("its isolation level", _isolation),
    Trial("its time-outs", _timeouts),
    Trial("a temporary table with COPY", _staging),
    Trial("an advisory lock", _advisory_lock),
)
