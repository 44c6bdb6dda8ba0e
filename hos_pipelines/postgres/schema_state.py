"""How a schema and this code stand to each other, by the names of the steps alone: what every process asks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from hos_pipelines.postgres.adoption import is_untouched, require_ours
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.errors import SchemaMismatchError
from hos_pipelines.postgres.step_files import step_names


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
    steps = step_names()
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


def prepare(url: str, migrate: Callable[[str], object]) -> None:
    """Makes a database ready for work: an empty schema is migrated, any other must have its tables already.

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
