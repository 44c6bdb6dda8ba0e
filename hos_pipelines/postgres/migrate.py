"""Applies and rolls back the steps of `sql/`, and says how a schema and this code stand to each other."""

from dataclasses import dataclass
from typing import Any

import psycopg

from hos_pipelines.postgres.adoption import ensure_schema, is_untouched, require_no_other, require_ours
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.errors import SchemaMismatchError
from hos_pipelines.postgres.steps import Steps, Waiting, exclusively, explain_step, read_steps

__all__ = [
    "SchemaState",
    "is_untouched",
    "migrate",
    "prepare",
    "read_state",
    "require_ready",
    "roll_back",
]


@dataclass(frozen=True, slots=True)
class SchemaState:
    """The steps of a database against the steps of this code, oldest first."""

    applied: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_current(self) -> bool:
        """Whether code and schema are the same version."""
        return not self.pending and not self.unknown

    def require_current(self) -> None:
        """Lets nobody work on a schema of another version.

        Raises:
            SchemaMismatchError: the schema is older or newer than the code.
        """
        if self.unknown:
            raise SchemaMismatchError(
                f"schema: the database is newer than this code (step {self.unknown[-1]} is unknown here); "
                "update the code, or roll the database back with the newer one."
            )
        if self.pending:
            raise SchemaMismatchError(
                f"schema: the database is older than this code (step {self.pending[0]} is missing); run `hos migrate`."
            )


def read_state(connection: psycopg.Connection[Any]) -> SchemaState:
    """How the schema stands, from yoyo's own ledger."""
    steps = [step.id for step in read_steps()]
    applied: set[str] = set()
    if connection.execute("SELECT to_regclass('_yoyo_migration')").fetchone() != (None,):
        applied = {row[0] for row in connection.execute("SELECT migration_id FROM _yoyo_migration")}
    return SchemaState(
        applied=tuple(sorted(applied)),
        pending=tuple(step for step in steps if step not in applied),
        unknown=tuple(sorted(applied - set(steps))),
    )


def require_ready(connection: psycopg.Connection[Any]) -> SchemaState:
    """Lets nobody work on a schema of another version, nor send somebody else's to `hos migrate`.

    Raises:
        SchemaMismatchError: the schema is older or newer than the code, or somebody else's.
    """
    state = read_state(connection)
    if state.pending and not state.unknown:
        require_ours(connection, state.applied, state.pending)
    state.require_current()
    return state


def migrate(url: str, *, adopt: bool = False, waiting: Waiting | None = None) -> tuple[str, ...]:
    """Applies every pending step in one transaction; returns their names.

    The schema the address names is created where it is missing. Tables of our names that lack the marks of an older
    HolisticOS are taken over only with `adopt`. `waiting` hears which server process another migration runs in.

    Raises:
        SchemaMismatchError: the database is newer than this code.
        ForeignTablesError: tables of our names are somebody else's.
        MigrationBusyError: another migration does not end.
        StepFailedError: a step failed on what the database holds; none is applied.
        psycopg.Error: the server failed; no step is applied.
    """
    with exclusively(url, waiting) as session:
        ensure_schema(session)
        state = read_state(session)
        if state.unknown:
            state.require_current()
        if not state.applied:
            require_no_other(session)
        if state.pending:
            require_ours(session, state.applied, state.pending, adopt=adopt)
            backend = Steps(session)
            for step in backend.to_apply(read_steps()):
                with explain_step(step):
                    backend.apply_one(step)
    return state.pending


def roll_back(url: str, count: int | None = None, *, waiting: Waiting | None = None) -> tuple[str, ...]:
    """Undoes the newest `count` steps, or all of them, in one transaction; returns their names, newest first.

    Raises:
        SchemaMismatchError: the database is newer than this code, which then does not know how to undo it.
        MigrationBusyError: another migration does not end.
        StepFailedError: a rollback failed on what the database holds; none is undone.
        psycopg.Error: the server failed; nothing is undone.
    """
    with exclusively(url, waiting) as session:
        state = read_state(session)
        if state.unknown:
            state.require_current()
        if not state.applied:
            return ()
        backend = Steps(session)
        undone = list(backend.to_rollback(read_steps()))[:count]
        for step in undone:
            with explain_step(step):
                backend.rollback_one(step)
    return tuple(step.id for step in undone)


def prepare(url: str) -> None:
    """Makes a database ready for work: an empty schema gets the tables, any other must have them already.

    Raises:
        SchemaMismatchError: the schema is older or newer than the code, or somebody else's.
        DatabaseUnavailableError: the database cannot be reached.
    """
    with connect(url) as connection:
        untouched = is_untouched(connection)
        if not untouched:
            require_ready(connection)
    if untouched:
        migrate(url)
