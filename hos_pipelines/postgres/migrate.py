"""Applies and rolls back the steps of `sql/` with yoyo, and says how a schema and this code stand to each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from yoyo import get_backend, read_migrations
from yoyo.migrations import MigrationList

from hos_pipelines.postgres.connection import connect, with_driver
from hos_pipelines.postgres.errors import SchemaMismatchError

SOURCE = "package:hos_pipelines:sql"  # yoyo's own way to name resources of a package
LOCK_KEY = 0x484F53  # "HOS": one migration at a time per database; dropped by the server with its session


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
    steps = [step.id for step in read_migrations(SOURCE)]
    applied: set[str] = set()
    if connection.execute("SELECT to_regclass('_yoyo_migration')").fetchone() != (None,):
        applied = {row[0] for row in connection.execute("SELECT migration_id FROM _yoyo_migration")}
    return SchemaState(
        applied=tuple(sorted(applied)),
        pending=tuple(step for step in steps if step not in applied),
        unknown=tuple(sorted(applied - set(steps))),
    )


def is_untouched(connection: psycopg.Connection[Any]) -> bool:
    """Whether the database holds no table of anybody yet."""
    row = connection.execute(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchone()
    return row == (0,)


def migrate(url: str) -> tuple[str, ...]:
    """Applies every pending step, each in its own transaction; returns their names.

    Raises:
        SchemaMismatchError: the database is newer than this code.
        psycopg.Error: a step failed; it and those after it are not applied.
    """
    with _exclusively(url) as (backend, steps, state):
        if state.unknown:
            state.require_current()
        for step in backend.to_apply(steps):
            backend.apply_one(step)
    return state.pending


def roll_back(url: str, count: int | None = None) -> tuple[str, ...]:
    """Undoes the newest `count` steps, or all of them; returns their names, newest first.

    Raises:
        SchemaMismatchError: the database is newer than this code, which then does not know how to undo it.
        psycopg.Error: a rollback failed; it and those after it are not undone.
    """
    with _exclusively(url) as (backend, steps, state):
        if state.unknown:
            state.require_current()
        undone = list(backend.to_rollback(steps))[:count]
        for step in undone:
            backend.rollback_one(step)
    return tuple(step.id for step in undone)


def prepare(url: str) -> None:
    """Makes a database ready for work: an empty one gets the schema, any other must have it already.

    Raises:
        SchemaMismatchError: the schema is older or newer than the code.
        DatabaseUnavailableError: the database cannot be reached.
    """
    with connect(url) as connection:
        state = read_state(connection)
        untouched = is_untouched(connection)
    if untouched:
        migrate(url)
    else:
        state.require_current()


@contextmanager
def _exclusively(url: str) -> Iterator[tuple[Any, MigrationList, SchemaState]]:
    with connect(url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
        state = read_state(connection)
        backend = get_backend(with_driver(url, "psycopg"))
        try:
            yield backend, read_migrations(SOURCE), state
        finally:
            backend.connection.close()
