"""Marks: what Dagster is to be told of one profile's stream, so that its partition shows what sync_state says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hos_pipelines.domain.sync import Outcome, ProfileReport, Stream, UpsertCounts

COUNTED = ("inserted", "updated", "unchanged", "stale", "quarantined")

Owed = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """A materialisation that is owed: what the pulls since the last one came to together, and where they left off.

    `owed` is how the counts lie in the database, by which the debt is known again once it is paid.
    """

    profile_id: str
    stream: Stream
    last_outcome: Outcome
    owed: Owed
    newest_reading: datetime | None = None
    watermark: datetime | None = None

    @property
    def outcome(self) -> Outcome:
        """Updated where any of the pulls changed a row, else what the last one came to."""
        return Outcome.UPDATED if self.owed["inserted"] + self.owed["updated"] else self.last_outcome


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is to be told of a run's pulls: `is_owed` says for which a mark is, `run_id` which run is to make it."""

    run_id: str
    is_owed: Callable[[Stream, ProfileReport], bool]


def add_to_owed(owed: Owed | None, counts: UpsertCounts, quarantined: int) -> dict[str, int]:
    """What is owed once another pull has been committed."""
    pulled = {
        "inserted": counts.inserted,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "stale": counts.stale,
        "quarantined": quarantined,
    }
    return {name: pulled[name] + (owed or {}).get(name, 0) for name in COUNTED}
