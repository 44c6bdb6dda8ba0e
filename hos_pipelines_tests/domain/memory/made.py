"""Evidence and memories for tests, of one key, by days before a fixed one."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from hos_pipelines.domain.memory.consolidation import PersonMemory, consolidate
from hos_pipelines.domain.memory.evidence import Observation, Offer
from hos_pipelines.domain.memory.layers import SourceKind, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.short_memory import note
from hos_pipelines.domain.memory.statement import MemoryStatement
from hos_pipelines.domain.memory.step import MemoryStep, apply_steps

TODAY = date(2026, 11, 1)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEY = "liking.exercise"
EMPTY = PersonMemory("anna")


def moment(days: int = 0) -> MemoryMoment:
    """So many days after the fixed one."""
    return MemoryMoment(NOW + timedelta(days=days), TODAY + timedelta(days=days))


def seen(
    value: str,
    ages: Iterable[int],
    *,
    key: str = KEY,
    kind: SourceKind = SourceKind.CHECKIN,
    supports: bool = True,
    tag: str = "",
) -> list[Observation]:
    """A value on days so many days before the fixed one."""
    return [
        Observation(key, value, TODAY - timedelta(days=age), kind, f"{kind}:{tag}{value}:{age}", supports)
        for age in ages
    ]


def after(
    memory: PersonMemory,
    observations: Sequence[Observation] = (),
    *,
    now: MemoryMoment | None = None,
    said: Sequence[MemoryStatement] = (),
    offers: Sequence[Offer] = (),
) -> tuple[PersonMemory, tuple[MemoryStep, ...]]:
    """Memory after a consolidation, and its steps."""
    now = now or moment()
    allowed = [one for one in observations if not memory.remembers_to_forget(one.key)]
    short = note(memory.short, allowed, offers, now.today)
    noted = PersonMemory(memory.profile_id, short, memory.long, memory.versions, memory.forgotten)
    steps = consolidate(noted, said, now)
    rows = apply_steps(memory.long, steps)
    versions = dict(memory.versions)
    for key, version in rows:
        versions[key] = max(version, versions.get(key, 0))
    standing = tuple(row for row in rows.values() if row.standing.is_open)
    return PersonMemory(memory.profile_id, short, standing, versions, memory.forgotten), steps


def told(memory: PersonMemory) -> list[tuple[str, str, Standing]]:
    """Key, value and standing of what is held."""
    return sorted((row.key, row.value, row.standing) for row in memory.long)


def one(memory: PersonMemory) -> LongMemory:
    """The only row that is held."""
    (row,) = memory.long
    return row
