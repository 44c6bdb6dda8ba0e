"""Applies and rolls back the steps of `sql/`."""

from hos_pipelines.postgres.adoption import ensure_schema, is_untouched, require_no_other, require_ours
from hos_pipelines.postgres.schema_state import read_state, require_ready
from hos_pipelines.postgres.steps import Steps, Waiting, exclusively, explain_step, read_steps

__all__ = ["is_untouched", "migrate", "read_state", "require_ready", "roll_back"]


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
