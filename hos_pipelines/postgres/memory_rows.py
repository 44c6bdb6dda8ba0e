"""Rows of memory as they are read: what is held of many people at once, for consolidation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row

from hos_pipelines.domain.memory.consolidation import PersonMemory
from hos_pipelines.domain.memory.evidence import Observation
from hos_pipelines.domain.memory.layers import Source, SourceKind, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.meta_memory import MetaMemory
from hos_pipelines.domain.memory.short_memory import ShortMemory
from hos_pipelines.domain.memory.working import WorkingMemory

SHORT = """
SELECT profile_id, memory_key, evidence, offered, exposure_count FROM shortterm_memory
WHERE profile_id = ANY(%s)
"""

LONG = """
SELECT profile_id, memory_key, value, version, source, standing, support_days, contradiction_days, kinds, evidence_ids,
       confidence, judged_on, valid_from, valid_to, last_confirmed, recorded_at, expired_at, rule_version
FROM longterm_memory WHERE profile_id = ANY(%s) AND expired_at IS NULL
"""

VERSIONS = """
SELECT profile_id, memory_key, max(version) FROM longterm_memory WHERE profile_id = ANY(%s) AND expired_at IS NOT NULL
GROUP BY profile_id, memory_key
"""

FORGOTTEN = """
SELECT profile_id, key_hash FROM memory_consolidation WHERE profile_id = ANY(%s) AND operation = 'forget'
"""

META = """
SELECT profile_id, version, levers, insights, reporting_rate, task_tolerance, learning_days, second_confirmed,
       fifth_confirmed
FROM meta_memory WHERE profile_id = ANY(%s)
"""

WORKING = """
SELECT profile_id, memory_key, value, evidence_ids[1], valid_from, recorded_at, expired_at FROM working_memory
WHERE profile_id = ANY(%s)
"""

REMEMBERED = """
SELECT profile_id FROM meta_memory JOIN profiles USING (profile_id) WHERE status = 'active'
ORDER BY meta_memory.recorded_at, profile_id
"""


@dataclass(frozen=True, slots=True)
class HeldMemory:
    """All that is held of one person, and at which version; 0 where nothing ever was."""

    memory: PersonMemory
    meta: MetaMemory
    working: tuple[WorkingMemory, ...]
    version: int


def read_memories(connection: Connection[Any], profile_ids: Sequence[str]) -> dict[str, HeldMemory]:
    """What is held of each of these, whoever they are; read in one transaction."""
    keys = list(profile_ids)
    short: dict[str, dict[str, ShortMemory]] = {key: {} for key in keys}
    for owner, key, evidence, offered, exposures in connection.execute(SHORT, (keys,)):
        short[owner][key] = ShortMemory(key, _evidence(key, evidence), tuple(offered), exposures)
    long: dict[str, list[LongMemory]] = {key: [] for key in keys}
    with connection.cursor(row_factory=dict_row) as cursor:
        for row in cursor.execute(LONG, (keys,)):
            long[row.pop("profile_id")].append(long_memory_of(row))
    versions: dict[str, dict[str, int]] = {key: {} for key in keys}
    for owner, key, version in connection.execute(VERSIONS, (keys,)):
        versions[owner][key] = version
    forgotten: dict[str, set[str]] = {key: set() for key in keys}
    for owner, key_hash in connection.execute(FORGOTTEN, (keys,)):
        forgotten[owner].add(key_hash)
    working: dict[str, list[WorkingMemory]] = {key: [] for key in keys}
    for owner, *values in connection.execute(WORKING, (keys,)):
        working[owner].append(WorkingMemory(*values))
    metas = {owner: (version, _meta(values)) for owner, version, *values in connection.execute(META, (keys,))}
    return {
        key: HeldMemory(
            PersonMemory(key, short[key], tuple(long[key]), versions[key], frozenset(forgotten[key])),
            metas[key][1] if key in metas else MetaMemory(),
            tuple(sorted(working[key])),
            metas[key][0] if key in metas else 0,
        )
        for key in keys
    }


def remembered_profiles(connection: Connection[Any]) -> list[str]:
    """Every active person of whom anything is remembered, whoever changed longest ago first."""
    return [key for (key,) in connection.execute(REMEMBERED)]


def long_memory_of(row: Mapping[str, Any]) -> LongMemory:
    """A row of long-term memory from its columns."""
    values = dict(row)
    return LongMemory(
        key=values.pop("memory_key"),
        source=Source(values.pop("source")),
        standing=Standing(values.pop("standing")),
        kinds=tuple(map(SourceKind, values.pop("kinds"))),
        support_days=tuple(values.pop("support_days")),
        contradiction_days=tuple(values.pop("contradiction_days")),
        evidence_ids=tuple(values.pop("evidence_ids")),
        **values,
    )


def _evidence(key: str, stored: Sequence[tuple[str, str, str, str, bool]]) -> tuple[Observation, ...]:
    return tuple(
        Observation(key, value, date.fromisoformat(day), SourceKind(kind), evidence_id, supports)
        for day, value, kind, evidence_id, supports in stored
    )


def _meta(values: Sequence[Any]) -> MetaMemory:
    levers, insights, *figures = values
    return MetaMemory(
        {name: tuple(counts) for name, counts in levers.items()},
        {name: tuple(counts) for name, counts in insights.items()},
        *figures,
    )
