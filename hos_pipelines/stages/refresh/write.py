"""Writes a chunk of pulls: rows, quarantine, ledger, sync state, watermarks and leases, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.marks import Telling
from hos_pipelines.domain.refusals import Pulls
from hos_pipelines.domain.sync import ProfileReport, Stream
from hos_pipelines.postgres.sync_store import write_pulls


@dataclass(slots=True)
class PullChunk:
    """The pulls of some profiles, the session to write them in, and, once they are written, what that came to."""

    connection: Connection[Any]
    pulls: Pulls
    batch_id: str | None
    telling: Telling
    reports: Mapping[Stream, Sequence[ProfileReport]] = field(default_factory=dict)

    @property
    def profile_ids(self) -> set[str]:
        """Whose pulls these are."""
        return {pull.profile_id for pulls in self.pulls.values() for pull in pulls}


def write_chunk(chunk: PullChunk) -> None:
    """Commits a chunk, and fills its reports. A pull that the database refuses fails alone.

    Raises:
        ForeignRowError: a row belongs to another profile than its pull.
        psycopg.OperationalError: the database went away; nothing of this chunk is written.
    """
    chunk.reports = write_pulls(chunk.connection, chunk.pulls, chunk.batch_id, chunk.telling)
