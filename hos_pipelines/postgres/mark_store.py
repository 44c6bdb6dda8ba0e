"""The marks that sync_state holds for Dagster: written with the rows, read by whoever reports, cleared once it has."""

from collections.abc import Collection, Sequence
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb

from hos_pipelines.domain.marks import Mark
from hos_pipelines.domain.sync import Outcome, Stream
from hos_pipelines.postgres.profile_locks import lock_profiles

# A good pull before a failed one is not marked any more: the partition would show success while the stream fails.
OWED = """
SELECT profile_id, stream, last_outcome, owed, newest_reading, watermark
FROM sync_state
WHERE owed IS NOT NULL AND attempts = 0 AND {whose}
ORDER BY profile_id, stream
"""
OF_PROFILES = OWED.format(whose="profile_id = ANY(%s)")
OF_RUNS = OWED.format(whose="(owed_by IS NULL OR owed_by = ANY(%s))")

CLEAR = """
UPDATE sync_state AS s SET owed = NULL, owed_by = NULL
FROM unnest(%s::text[], %s::text[], %s::jsonb[]) AS told (profile_id, stream, owed)
WHERE s.profile_id = told.profile_id AND s.stream = told.stream AND s.owed = told.owed
"""


def read_owed_to_profiles(connection: Connection[Any], profile_ids: Collection[str]) -> list[Mark]:
    """The marks owed to these profiles, whichever run was to make them."""
    return _marks(connection, OF_PROFILES, list(profile_ids))


def read_owed_by_runs(connection: Connection[Any], run_ids: Collection[str]) -> list[Mark]:
    """The marks that these runs were to make, and those without a run."""
    return _marks(connection, OF_RUNS, list(run_ids))


def owing_runs(connection: Connection[Any]) -> list[str]:
    """The runs that have committed pulls and not told of them yet."""
    rows = connection.execute("SELECT DISTINCT owed_by FROM sync_state WHERE owed IS NOT NULL AND owed_by IS NOT NULL")
    return [run_id for (run_id,) in rows]


def clear_marks(connection: Connection[Any], marks: Sequence[Mark]) -> None:
    """Dagster has taken these; what was committed to a profile since then stays owed."""
    if not marks:
        return
    owed = [Jsonb(dict(mark.owed)) for mark in marks]
    with connection.transaction():
        lock_profiles(connection, {mark.profile_id for mark in marks})
        connection.execute(CLEAR, ([mark.profile_id for mark in marks], [mark.stream for mark in marks], owed))


def _marks(connection: Connection[Any], query: str, whose: list[str]) -> list[Mark]:
    rows = connection.execute(query.encode(), (whose,))
    return [
        Mark(profile_id, Stream(stream), Outcome(outcome), owed, newest, watermark)
        for profile_id, stream, outcome, owed, newest, watermark in rows
    ]
