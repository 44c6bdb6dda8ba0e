"""Opens sessions: one way to turn an address into one, one error when nothing answers, and settings that hold.

Behind a pooler two statements of one client may reach two sessions of the server, and what one client sets another
finds. So there every statement runs in a transaction that sets for itself what it relies on; on a session of its own
that is set once. Nothing is prepared, and nothing else is kept in a session.
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg import Copy, IsolationLevel, sql
from psycopg.pq import TransactionStatus

from hos_pipelines.postgres.address import Address, describe, parse, secrets_of, with_database, with_driver
from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.postgres.room import is_full, when_there_is_room

__all__ = [
    "Session",
    "connect",
    "consistent_read",
    "describe",
    "explain_failures",
    "is_away",
    "is_away_state",
    "session_statement",
    "with_database",
    "with_driver",
    "without_values",
]

CONNECT_TIMEOUT_S = 10
# What psycopg, and what the numbers and times of this project, are read by, whatever a role or database says.
RELIED_ON: Mapping[str, str] = {
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
}
# Connections that fail, a server that is ended, starts, or has no session left. What ends with no state has no server.
AWAY = ("08", "57P01", "57P02", "57P03", "53300")
ISOLATION = {"default_transaction_isolation": "read committed"}
# The search path as the server has it for this role, whatever another client of a pooler left behind.
ARRIVAL = """
BEGIN; SET LOCAL search_path TO DEFAULT; SELECT pg_backend_pid(), current_schemas(false)::text[]; COMMIT
"""


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """Where a session has arrived: the schema its statements mean, and whether a pooler stands in between.

    `others` are the further schemas of the role's search path, where the address names none.
    """

    schema: str
    is_pooled: bool
    others: tuple[str, ...] = ()


class Session(psycopg.Connection[Any]):
    """A session in autocommit mode, of which nothing but its transactions is relied on where a pooler is in between."""

    place: SessionPlace
    prelude: sql.Composed | None = None

    @contextmanager
    def transaction(
        self,
        savepoint_name: str | None = None,
        force_rollback: bool = False,  # noqa: FBT001, FBT002  psycopg's own
    ) -> Iterator[psycopg.Transaction]:
        """A transaction; the outermost one sets what it relies on."""
        is_outermost = self.info.transaction_status == TransactionStatus.IDLE
        with super().transaction(savepoint_name, force_rollback) as transaction:
            if is_outermost and self.prelude is not None:
                self.execute(self.prelude)
            yield transaction

    def keep(self, settings: Mapping[str, str]) -> None:
        """Makes more settings hold for all that follows."""
        if self.prelude is None:
            self.execute(_assignments("SET", settings))
        else:
            self.prelude += sql.SQL("; ") + _assignments("SET LOCAL", settings)

    def alone(self) -> AbstractContextManager[Any]:
        """A transaction for one statement, where it needs one to find its settings."""
        is_alone = self.prelude is not None and self.info.transaction_status == TransactionStatus.IDLE
        return self.transaction() if is_alone else nullcontext()


class _Cursor(psycopg.Cursor[Any]):
    """Runs what stands alone in a transaction of its own, where the session asks for it."""

    _conn: Session

    def execute(self, *arguments: Any, **options: Any) -> "_Cursor":
        with self._conn.alone():
            return super().execute(*arguments, **options)

    def executemany(self, *arguments: Any, **options: Any) -> None:
        with self._conn.alone():
            super().executemany(*arguments, **options)

    @contextmanager
    def copy(self, *arguments: Any, **options: Any) -> Iterator[Copy]:
        with self._conn.alone(), super().copy(*arguments, **options) as copy:
            yield copy


def connect(url: str, *, keeps_session: bool = False) -> Session:
    """A session in autocommit mode; transactions are opened where they are meant.

    With `keeps_session` the address is known to give every client a session of its own: settings are made once, and
    statements that no transaction may hold can be sent.

    Raises:
        DatabaseUnavailableError: nothing answers at the address, or it refuses us, or names no schema.
    """
    address = parse(url)
    try:
        session = when_there_is_room(lambda: _open(address), psycopg.OperationalError)
        try:
            _prepare_session(session, address, keeps_session=keeps_session)
        except BaseException:
            session.close()
            raise
    except psycopg.Error as error:
        if is_full(error):
            raise DatabaseUnavailableError(
                f"HOS_DATABASE_URL: {describe(url)} has no session left ({_reason(error, url)}); end other clients, or "
                "allow more (docs/connections.md says how many are needed). Nothing is lost; the next tick carries on."
            ) from None
        raise DatabaseUnavailableError(
            f"HOS_DATABASE_URL: {describe(url)} cannot be reached ({_reason(error, url)}); "
            "start the server, or correct the address, user or password."
        ) from None
    return session


def _open(address: Address) -> Session:
    return Session.connect(
        address.conninfo,
        autocommit=True,
        connect_timeout=CONNECT_TIMEOUT_S,
        prepare_threshold=None,
        client_encoding="UTF8",
    )


def session_statement(address: Address) -> str:
    """What sets up a session that is not shared, for other drivers."""
    return _assignments("SET", {**_settings(address, address.schema), **ISOLATION}).as_string()


def _settings(address: Address, schema: str | None) -> dict[str, str]:
    path = {} if schema is None else {"search_path": schema}
    return {**address.settings, **RELIED_ON, **path}


def _prepare_session(session: Session, address: Address, *, keeps_session: bool) -> None:
    own_pid, path = _arrive(session)
    if address.schema is None and not path:
        raise DatabaseUnavailableError(
            f"HOS_DATABASE_URL: {describe(address.conninfo)} has no schema on its search path; create one, or name one "
            "in HOS_SCHEMA."
        )
    schema, *others = path if address.schema is None else (address.schema,)
    session.place = SessionPlace(schema, is_pooled=own_pid != session.info.backend_pid, others=tuple(others))
    session.isolation_level = IsolationLevel.READ_COMMITTED
    settings = _settings(address, schema)
    if session.place.is_pooled and not keeps_session:
        session.cursor_factory = _Cursor
        session.prelude = _assignments("SET LOCAL", settings)
    else:
        session.execute(_assignments("SET", {**settings, **ISOLATION}))


def _arrive(session: Session) -> tuple[int, list[str]]:
    cursor = session.execute(ARRIVAL)
    while cursor.description is None and cursor.nextset():
        pass
    pid, path = cursor.fetchone() or (0, [])
    return pid, path


def _assignments(verb: Literal["SET", "SET LOCAL"], settings: Mapping[str, str]) -> sql.Composed:
    """One text for all of them. A path has one schema: others could hold tables of the same names."""
    return sql.SQL("; ").join(
        sql.SQL("{} {} TO {}").format(
            sql.SQL(verb),
            sql.SQL(".").join(map(sql.Identifier, name.split("."))),
            sql.Identifier(value) if name == "search_path" else sql.Literal(value),
        )
        for name, value in settings.items()
    )


@contextmanager
def consistent_read(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """A transaction in which every query sees the same moment; nothing can be written in it."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def is_away(error: BaseException) -> bool:
    """Whether work on a session failed because there is no session any more, or none could be had."""
    if isinstance(error, psycopg.Error):
        return isinstance(error, psycopg.OperationalError) and is_away_state(error.sqlstate)
    return isinstance(error, DatabaseUnavailableError)


def is_away_state(sqlstate: str | None) -> bool:
    """Whether the SQLSTATE of a failure, or its absence, means that the server is away."""
    return sqlstate is None or sqlstate.startswith(AWAY)


@contextmanager
def explain_failures() -> Iterator[None]:
    """Around work on a session: a failure of the server in the middle of it becomes one sentence.

    Of the server's own words only the first are passed on, since details and context may quote rows.

    Raises:
        DatabaseUnavailableError: the server went away, is full, or gave the work up.
    """
    try:
        yield
    except (psycopg.OperationalError, psycopg.InternalError) as error:
        reason = error.diag.message_primary or str(error).partition("\n")[0].strip() or type(error).__name__
        raise DatabaseUnavailableError(
            f"HOS_DATABASE_URL: the database failed in the middle of the work ({reason}); nothing is half-written. "
            "Look after its disk space, its memory and its log; the next tick carries on."
        ) from None


@contextmanager
def without_values() -> Iterator[None]:
    """Around work on a session: an error of the server passes on, but for the values of rows that its text may quote.

    Whoever logs or stores it, as Dagster does with what ends a step, then stores no health value.
    """
    try:
        yield
    except psycopg.Error as error:
        told: BaseException | None = error
        while told is not None:
            if isinstance(told, psycopg.Error):
                told.args = (_without_values(told),)
            told = told.__cause__ or told.__context__
        raise


def _without_values(error: psycopg.Error) -> str:
    """What a server that fails says of itself is kept; of an error about data, only where it lies."""
    if isinstance(error, psycopg.OperationalError):
        return error.diag.message_primary or str(error).partition("\n")[0]
    places = (error.diag.table_name, error.diag.column_name, error.diag.constraint_name)
    where = f" at {', '.join(filter(None, places))}" if any(places) else ""
    return f"{error.sqlstate or 'no SQLSTATE'}{where}; the values are left out."


def _reason(error: psycopg.Error, url: str) -> str:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    for secret in secrets_of(url):
        reason = reason.replace(secret, "***")
    return reason
