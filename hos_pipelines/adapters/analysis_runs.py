"""What an analysis run is: its configuration, the profiles it is for, and what it came to for each of them.

Nothing here knows numpy: every run of the code location imports this, those that only refresh as well.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import dagster as dg
from pydantic import Field

from hos_pipelines.domain.sync import Stream

if TYPE_CHECKING:
    from psycopg import Connection

NEW, UNCHANGED, FAILED = "new", "unchanged", "failed"


EngineChoice = Literal["deployment", "rules", "openai"]
ENGINE_TEXT = (
    "Who writes the results: rules or openai (a model's words over computed facts, proven), or deployment for what "
    "HOS_ENGINE and OPENAI_API_KEY say."
)


class EngineConfig(dg.Config):
    """Who writes what a run analyses."""

    engine: EngineChoice = Field(default="deployment", description=ENGINE_TEXT)


class AnalysisConfig(EngineConfig):
    """Whom a run without partitions analyses."""

    due: bool = Field(default=False, description="Everyone with enough new readings, or a new night, since the last.")
    profile_ids: list[str] = Field(
        default=[], description="The profiles to analyse, due or not. Leave empty beside due."
    )


@dataclass(frozen=True, slots=True)
class ReadingSource:
    """Where an analysis reads a stream. The rows are read chunk by chunk, not here."""

    stream: Stream


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
    counts: Mapping[str, int | str | float] = field(default_factory=dict)
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
    who has none; `describe` gives a partition its metadata, in runs that have partitions; `notice` is told once.
    """

    asset: str
    chunks: Iterator[Chunk]
    write: "Callable[[Connection[Any], Sequence[Any]], set[str]]"
    describe: Callable[[str, Mapping[str, Any]], None] | None = None
    note_failures: "Callable[[Connection[Any], Sequence[str]], None] | None" = None
    notice: str | None = None
    analysed: list[Analysed] = field(default_factory=list)

    @property
    def is_partitioned(self) -> bool:
        """Whether the run is over partitions."""
        return self.describe is not None


def engine_of(config: EngineConfig) -> Literal["rules", "openai"] | None:
    """The engine a run's configuration asks for; None for the deployment's."""
    return None if config.engine == "deployment" else config.engine


def partitions_of(context: dg.AssetExecutionContext) -> list[str]:
    """The partitions a run is for, in order.

    Raises:
        dagster.Failure: there are none.
    """
    if not (context.has_partition_key or context.has_partition_key_range):
        raise dg.Failure("partitions: the run has none; choose at least one profile.", allow_retries=False)
    keys = sorted(context.partition_keys)
    if not keys:
        raise dg.Failure(
            "partitions: the range holds nobody; its start must not come after its end.", allow_retries=False
        )
    return keys


def failed_by(profile_id: str, what: str, error: Exception) -> Analysed:
    """What came to nothing because of an error nobody foresaw: its kind and place, for whoever mends it.

    Never its text, which may quote the value it stumbled over.
    """
    *_, last = traceback.extract_tb(error.__traceback__)
    place = f"{Path(last.filename).name}:{last.lineno}"
    return Analysed(profile_id, FAILED, error=f"{what} ({type(error).__name__} at {place}).")


def described_by(context: dg.AssetExecutionContext) -> Callable[[str, Mapping[str, Any]], None]:
    """How the partitions of a running step's asset are given their metadata."""
    asset_key = context.asset_key

    def describe(profile_id: str, metadata: Mapping[str, Any]) -> None:
        context.add_asset_metadata(metadata, asset_key=asset_key, partition_key=profile_id)

    return describe
