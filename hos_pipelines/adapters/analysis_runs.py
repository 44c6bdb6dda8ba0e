"""What an analysis run is: its configuration, the profiles it is for, and what it came to for each of them.

Nothing here knows numpy: every run of the code location imports this, those that only refresh as well.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field

from hos_pipelines.domain.sync import Stream

if TYPE_CHECKING:
    from psycopg import Connection

NEW, UNCHANGED, FAILED = "new", "unchanged", "failed"


class AnalysisConfig(dg.Config):
    """Whom a run without partitions analyses."""

    due: bool = Field(default=False, description="Everyone with enough new readings, or a new night, since the last.")
    profile_ids: list[str] = Field(
        default=[], description="The profiles to analyse, due or not. Leave empty beside due."
    )


@dataclass(frozen=True, slots=True)
class ReadingSource:
    """Where an analysis reads a stream, and how many local days back. The rows are read chunk by chunk, not here."""

    stream: Stream
    lookback_days: int


@dataclass(frozen=True, slots=True)
class Analysed:
    """What a step came to for one profile: a finding to store, or why there is none.

    Of the finding nothing is told to Dagster; `counts` are, and hold no health value. `pictures` are markdown, and
    empty unless the deployment wants them in events.
    """

    profile_id: str
    outcome: str
    status: str | None = None
    finding: Any = None
    error: str | None = None
    counts: Mapping[str, int | str] = field(default_factory=dict)
    broken_checks: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_bad(self) -> bool:
        """Whether there is no result for this profile."""
        return self.outcome == FAILED


Chunk = Sequence[Analysed]


@dataclass
class AnalysisBatch:
    """The findings of a run: made chunk by chunk as the IO manager asks for them, and stored by `write`.

    `write` commits the findings of a chunk in one transaction and answers whose it has written; `note_failures` is told
    who has none.
    """

    asset: str
    chunks: Iterator[Chunk]
    write: "Callable[[Connection[Any], Sequence[Any]], set[str]]"
    describe: Callable[[str, Mapping[str, Any]], None]
    is_partitioned: bool
    note_failures: "Callable[[Connection[Any], Sequence[str]], None] | None" = None
    analysed: list[Analysed] = field(default_factory=list)


def described_by(context: dg.AssetExecutionContext) -> Callable[[str, Mapping[str, Any]], None]:
    """How the partitions of a running step's asset are given their metadata."""
    asset_key = context.asset_key

    def describe(profile_id: str, metadata: Mapping[str, Any]) -> None:
        context.add_asset_metadata(metadata, asset_key=asset_key, partition_key=profile_id)

    return describe
