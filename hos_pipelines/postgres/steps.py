"""Runs the steps of `sql/` with yoyo on one session and in one transaction, of one migration at a time."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Self

import psycopg
from yoyo import internalmigrations, read_migrations
from yoyo.backends.core.postgresql import PostgresqlPsycopgBackend
from yoyo.connections import parse_uri
from yoyo.migrations import Migration, MigrationList

from hos_pipelines.postgres.connection import Session, connect
from hos_pipelines.postgres.errors import MigrationBusyError, StepFailedError

SOURCE = "package:hos_pipelines:sql"  # yoyo's own way to name resources of a package
LOCK_KEY = 0x484F53  # "HOS": one migration at a time per database; the server drops it with the transaction
PATIENCE_S = 60
ASK_EVERY_S = 0.5
# A large table may take longer than a deployment allows a statement; the transaction is never idle for long.
NO_LIMITS = "SET LOCAL statement_timeout TO 0; SET LOCAL idle_in_transaction_session_timeout TO 0"
HOLDER = """
SELECT pid FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = 0 AND objid = %s
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""

# Of these the server is the reason, not what lies in the database: gone, full, locked, ended, broken off.
OF_THE_SERVER = ("08", "40", "53", "55", "57", "58")
OF_A_TRIGGER = re.compile(r"PL/pgSQL function ([\w.\"]+)\(")

Waiting = Callable[[int], None]


class Steps(PostgresqlPsycopgBackend):  # type: ignore[misc]  # yoyo has no types
    """yoyo's backend on a session of ours: nothing is read or written outside the one transaction."""

    def __init__(self, session: Session) -> None:
        """Makes yoyo's own tables where they are missing."""
        self._session = session
        super().__init__(parse_uri("postgresql+psycopg:///"), "_yoyo_migration")
        self._in_transaction = True  # so that its own are savepoints of ours
        if internalmigrations.needs_upgrading(self):
            internalmigrations.upgrade(self)
        self._internal_schema_updated = True

    def connect(self, dburi: object) -> Session:
        """The session at hand."""
        del dburi
        return self._session

    def copy(self) -> AbstractContextManager[Self]:
        """The same: yoyo would run each step on a session of its own, which a small pool may not have."""
        return nullcontext(self)


@contextmanager
def explain_step(step: Migration) -> Iterator[None]:
    """Around a step: its errors name table and column, never a value of a row.

    Raises:
        StepFailedError: something in the database stands against it.
    """
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate is None or error.sqlstate[:2] in OF_THE_SERVER:
            raise
        raise StepFailedError(
            f"schema: step {step.id} does not go through{_place_of(error)} ({type(error).__name__}); "
            "nothing was changed. Mend what stands there, or give HolisticOS a schema of its own (--schema NAME, "
            "HOS_SCHEMA), then try again."
        ) from None


def _place_of(error: psycopg.Error) -> str:
    told = error.diag
    named = [("table", told.table_name), ("column", told.column_name), ("constraint", told.constraint_name)]
    functions = [name for name in OF_A_TRIGGER.findall(told.context or "") if name != "inline_code_block"]
    named.append(("function", functions[0] if functions else None))
    places = [f"{kind} {name}" for kind, name in named if name]
    return f" at {', '.join(places)}" if places else ""


def read_steps() -> MigrationList:
    """The steps of this code, oldest first."""
    return read_migrations(SOURCE)


@contextmanager
def exclusively(url: str, waiting: Waiting | None = None) -> Iterator[Session]:
    """A transaction in which no other migration of this database runs; `waiting` hears of one that does.

    Raises:
        MigrationBusyError: it does not end; the text names the server process that runs it.
    """
    patience_ends = time.monotonic() + PATIENCE_S
    told: int | None = None
    with connect(url) as session:
        while True:
            with session.transaction():
                session.execute(NO_LIMITS)
                if _try_lock(session):
                    yield session
                    return
                holder = _holder(session)
            if time.monotonic() > patience_ends:
                raise MigrationBusyError(
                    f"schema: another migration (server process {holder}) has been running for {PATIENCE_S} s; wait "
                    f"for it, or end it with SELECT pg_terminate_backend({holder}), then try again."
                )
            if waiting is not None and holder not in (None, told):
                told = holder
                waiting(int(holder or 0))
            time.sleep(ASK_EVERY_S)


def _try_lock(session: Session) -> bool:
    return session.execute("SELECT pg_try_advisory_xact_lock(%s)", (LOCK_KEY,)).fetchone() == (True,)


def _holder(session: Session) -> int | None:
    """The server process that holds the lock; None where it let go of it meanwhile."""
    row = session.execute(HOLDER, (LOCK_KEY,)).fetchone()
    return None if row is None else int(row[0])
