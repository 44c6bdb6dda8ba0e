"""What sets one stage of guidance apart: how its material is read, what is made of it, and how that is written.

Who is due, chunks, isolation, fingerprints, watermarks and failures are the same for all of them (`run`).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import Also, nothing_else

Material = TypeVar("Material")
Finding = TypeVar("Finding")


@dataclass(frozen=True, slots=True)
class GuidanceMoment:
    """When, and under which settings, a chunk is made."""

    now: datetime
    settings: Settings


@dataclass(frozen=True, slots=True)
class Guidance(Generic[Finding]):
    """What a stage makes of one person: what is written, its status, and what is told of it.

    `counts` hold no health value, `missing` is what is lacking, as phrases. What breaks a check is not written.
    """

    finding: Finding
    status: str
    counts: Mapping[str, int | str | float] = field(default_factory=dict)
    missing: Sequence[str] = ()
    broken_checks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FindingInWords(Generic[Finding]):
    """A finding as it is written, and what its words took, as `counts` of `Guidance`."""

    finding: Finding
    counts: Mapping[str, int | str | float]


# Puts what is made of the people of a chunk into words, each by themselves: material and finding by profile id. Of whom
# there is nothing to be said is not in the answer.
PutIntoWords = Callable[[Mapping[str, tuple[Material, Finding]]], Mapping[str, FindingInWords[Finding]]]
# Whoever has words for a run, with what that takes, as long as the run lasts; None leaves all as it was made.
OpenWords = Callable[
    [Settings, Database, Callable[[], datetime]], AbstractContextManager[PutIntoWords[Material, Finding] | None]
]


def _as_made(settings: Settings, database: Database, now: Callable[[], datetime]) -> AbstractContextManager[None]:
    """What has the rules' words alone."""
    del settings, database, now
    return nullcontext()


def _until_news(material: object, at: GuidanceMoment) -> None:
    """What only news makes due again."""
    del material, at


@dataclass(frozen=True, slots=True)
class GuidanceStage(Generic[Material, Finding]):
    """A pure function of one person's material, and its two ends.

    `read` answers for a chunk at one instant, by a query for each kind of row. `digest` is over all that `compute`
    depends on; where it and the version are those stored, nothing is computed and no row is touched. `good_until` says
    when it is to be made again though nothing has moved. `words` may put what is made otherwise, before it is written.
    `needs_news` is not so of what can be made of somebody for whom nothing has been analysed and who has said nothing;
    only asked for by name, as nothing makes them due.
    `write` is called within a transaction that holds the profiles, for those whose state it is that moved.
    """

    kind: GuidanceKind
    read: Callable[[Connection[Any], Sequence[str], GuidanceMoment], Mapping[str, Material]]
    digest: Callable[[Material, GuidanceMoment], str]
    compute: Callable[[Material, GuidanceMoment], Guidance[Finding]]
    write: Callable[[Connection[Any], Mapping[str, Finding], datetime], None]
    good_until: Callable[[Material, GuidanceMoment], datetime | None] = _until_news
    words: OpenWords[Material, Finding] = _as_made
    needs_news: bool = True
    chunk: int = 200


@dataclass(frozen=True, slots=True)
class StageRequest(Generic[Material, Finding]):
    """A stage, the people it is made for, due or not, and what is written along."""

    stage: GuidanceStage[Material, Finding]
    profile_ids: Sequence[str]
    also: Also = nothing_else
