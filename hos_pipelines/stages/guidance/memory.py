"""The stage of memory: reads what people said and did and what their analyses say; notes, consolidates and writes."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

import orjson
from psycopg import Connection

from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.memory.layers import RULE_VERSION
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.remember import MemorySources, Remembered, remember
from hos_pipelines.domain.memory.step import apply_steps
from hos_pipelines.domain.person.journal import SCALES, SWITCHES
from hos_pipelines.domain.person.local_days import local_day
from hos_pipelines.postgres.memory_rows import HeldMemory, read_memories
from hos_pipelines.postgres.memory_sources import read_memory_sources
from hos_pipelines.postgres.memory_store import MemoryWrite, write_memories
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment, GuidanceStage

LACKING = "what the person says, or 3 days that show the same and span 7"
# What memory goes by of each, as a tuple: whole records take twice as long to digest.
OF_ITEM = attrgetter("id", "plan_date", "category", "scheduled_time", "is_counted", "superseded_at")
OF_CHECKIN = attrgetter(
    "id",
    "plan_item_id",
    "planned_date",
    "status",
    "done_at",
    "satisfaction",
    "again",
    "skip_reason",
    "first_told_at",
)
OF_JOURNAL = attrgetter("id", "journal_date", "first_told_at", *SCALES, *SWITCHES)


@dataclass(frozen=True, slots=True)
class MemoryMaterial:
    """What is held of one person, and what there is to see."""

    held: HeldMemory
    sources: MemorySources


def read_material(
    connection: Connection[Any], profile_ids: Sequence[str], at: GuidanceMoment
) -> dict[str, MemoryMaterial]:
    """What is held of these people and what there is to see, by a query for each kind of row."""
    sources = read_memory_sources(connection, profile_ids, at.now)
    held = read_memories(connection, list(sources))
    return {key: MemoryMaterial(held[key], sources[key]) for key in sources}


def digest_of(material: MemoryMaterial, at: GuidanceMoment) -> str:
    """A digest of what there is to see, what is forgotten, and the day: by the day alone memories fade.

    What is held is not in it: it came of the same on the days before.
    """
    sources = material.sources
    parts = (
        RULE_VERSION,
        str(sources.zone),
        local_day(at.now, sources.zone),
        sorted(material.held.memory.forgotten),
        list(map(OF_ITEM, sources.done.items)),
        list(map(OF_CHECKIN, sources.done.checkins)),
        list(map(OF_JOURNAL, sources.done.journals)),
        sorted(sources.facts, key=lambda one: one.key),
        sorted(sources.analyses, key=lambda one: one.analysis_type),
        sorted(map(tuple, sources.reactions)),
        sorted(sources.levers.items()),
    )
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def make_memory(material: MemoryMaterial, at: GuidanceMoment) -> Guidance[MemoryWrite]:
    """What is remembered of one person from now on."""
    now = MemoryMoment(at.now, local_day(at.now, material.sources.zone))
    remembered = remember(material.held.memory, material.sources, now)
    write = MemoryWrite(material.held, remembered, now)
    held = sum(row.standing.is_open for row in apply_steps(material.held.memory.long, remembered.steps).values())
    counts = {"held": held, "seen": len(remembered.short), **_steps(remembered)}
    if held:
        return Guidance(write, Status.OK.value, counts)
    status = Status.PRELIMINARY if remembered.short else Status.INSUFFICIENT
    return Guidance(write, status.value, counts, (LACKING,))


def write_memory(connection: Connection[Any], findings: Mapping[str, MemoryWrite], _now: datetime) -> None:
    """Writes what is remembered, but of whom something was forgotten meanwhile."""
    write_memories(connection, findings)


def _steps(remembered: Remembered) -> dict[str, int]:
    return {str(name): count for name, count in sorted(Counter(step.operation for step in remembered.steps).items())}


MEMORY: GuidanceStage[MemoryMaterial, MemoryWrite] = GuidanceStage(
    GuidanceKind.MEMORY, read_material, digest_of, make_memory, write_memory
)
