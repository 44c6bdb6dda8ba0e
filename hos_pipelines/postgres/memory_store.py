"""Writes memory: a chunk of people in the caller's transaction, each only if nothing was written of them meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, LiteralString

import orjson
from psycopg import Connection
from psycopg.types.json import Jsonb

from hos_pipelines.domain.memory.layers import RULE_VERSION, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.memory_key import category_of, key_hash
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.remember import Remembered
from hos_pipelines.domain.memory.short_memory import ShortMemory, days_left
from hos_pipelines.domain.memory.step import MemoryStep
from hos_pipelines.domain.memory.strength import half_life_of, strength
from hos_pipelines.domain.memory.working import WorkingMemory
from hos_pipelines.postgres.memory_rows import HeldMemory

# How often a row was read is its own, and is left alone by whatever is learned.
WRITE_SHORT = """
INSERT INTO shortterm_memory (profile_id, memory_key, category, value, source, support_count, contradiction_count,
                              strength, offered, exposure_count, evidence, evidence_ids, rule_version, valid_from,
                              valid_to, recorded_at, expired_at, access_count)
SELECT profile_id, key, category, value, 'learned', support, contradiction, strength,
       offered, exposures, evidence, evidence_ids, rule_version, valid_from, valid_to,
       recorded_at, expired_at, 0
FROM jsonb_to_recordset(%s) AS r (
    profile_id text, key text, category text, value text, support integer, contradiction integer,
    strength double precision, offered text[], exposures integer, evidence jsonb, evidence_ids text[],
    rule_version text, valid_from date, valid_to date, recorded_at timestamptz, expired_at timestamptz)
WHERE true
ON CONFLICT (profile_id, memory_key) DO UPDATE SET
    value = excluded.value, support_count = excluded.support_count, contradiction_count = excluded.contradiction_count,
    strength = excluded.strength, offered = excluded.offered, exposure_count = excluded.exposure_count,
    evidence = excluded.evidence, evidence_ids = excluded.evidence_ids, rule_version = excluded.rule_version,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, recorded_at = excluded.recorded_at,
    expired_at = excluded.expired_at
"""

DROP_SHORT = "DELETE FROM shortterm_memory WHERE profile_id = %s AND memory_key = ANY(%s)"

WRITE_LONG = """
INSERT INTO longterm_memory (profile_id, memory_key, version, category, value, source, standing, support_count,
                             contradiction_count, support_days, contradiction_days, kinds, evidence_ids, confidence,
                             judged_on, rule_version, valid_from, valid_to, last_confirmed, recorded_at, expired_at,
                             access_count)
SELECT profile_id, key, version, category, value, source, standing, support,
       contradiction, support_days, contradiction_days, kinds, evidence_ids, confidence,
       judged_on, rule_version, valid_from, valid_to, last_confirmed, recorded_at,
       expired_at, 0
FROM jsonb_to_recordset(%s) AS r (
    profile_id text, key text, version integer, category text, value text, source text, standing text,
    support integer, contradiction integer, support_days date[], contradiction_days date[], kinds text[],
    evidence_ids text[], confidence double precision, judged_on date, rule_version text, valid_from date,
    valid_to date, last_confirmed date, recorded_at timestamptz, expired_at timestamptz)
WHERE true
ON CONFLICT (profile_id, memory_key, version) DO UPDATE SET
    standing = excluded.standing, support_count = excluded.support_count,
    contradiction_count = excluded.contradiction_count, support_days = excluded.support_days,
    contradiction_days = excluded.contradiction_days, kinds = excluded.kinds, evidence_ids = excluded.evidence_ids,
    confidence = excluded.confidence, judged_on = excluded.judged_on, rule_version = excluded.rule_version,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, last_confirmed = excluded.last_confirmed,
    expired_at = excluded.expired_at
"""

WRITE_STEP = """
INSERT INTO memory_consolidation (profile_id, key_hash, memory_key, operation, layer_from, layer_to, before, after,
                                  reason, rule_version, recorded_at)
SELECT profile_id, key_hash, key, operation, layer_from, layer_to, before, after,
       reason, rule_version, recorded_at
FROM jsonb_to_recordset(%s) AS r (
    number integer, profile_id text, key_hash text, key text, operation text, layer_from text, layer_to text,
    before jsonb, after jsonb, reason text, rule_version text, recorded_at timestamptz)
ORDER BY number
"""

WRITE_META = """
INSERT INTO meta_memory (profile_id, version, levers, insights, reporting_rate, task_tolerance, learning_days,
                         second_confirmed, fifth_confirmed, rule_version, valid_from, recorded_at)
SELECT profile_id, version, levers, insights, reporting_rate, task_tolerance,
       learning_days, second_confirmed, fifth_confirmed, rule_version, valid_from, recorded_at
FROM jsonb_to_recordset(%s) AS r (
    profile_id text, version bigint, levers jsonb, insights jsonb, reporting_rate double precision,
    task_tolerance integer, learning_days integer, second_confirmed date, fifth_confirmed date,
    rule_version text, valid_from date, recorded_at timestamptz)
WHERE true
ON CONFLICT (profile_id) DO UPDATE SET
    version = excluded.version, levers = excluded.levers, insights = excluded.insights,
    reporting_rate = excluded.reporting_rate, task_tolerance = excluded.task_tolerance,
    learning_days = excluded.learning_days, second_confirmed = excluded.second_confirmed,
    fifth_confirmed = excluded.fifth_confirmed, rule_version = excluded.rule_version, valid_from = excluded.valid_from,
    recorded_at = excluded.recorded_at
"""

WRITE_WORKING = """
INSERT INTO working_memory (profile_id, memory_key, value, source, evidence_ids, rule_version, valid_from, recorded_at,
                            expired_at, access_count)
SELECT profile_id, key, value, 'learned', evidence_ids, rule_version, day, recorded_at,
       expired_at, 0
FROM jsonb_to_recordset(%s) AS r (
    profile_id text, key text, value text, evidence_ids text[], rule_version text, day date,
    recorded_at timestamptz, expired_at timestamptz)
WHERE true
ON CONFLICT (profile_id, memory_key) DO UPDATE SET
    value = excluded.value, evidence_ids = excluded.evidence_ids, rule_version = excluded.rule_version,
    valid_from = excluded.valid_from, recorded_at = excluded.recorded_at, expired_at = excluded.expired_at
"""

DROP_WORKING = "DELETE FROM working_memory WHERE profile_id = %s AND memory_key = ANY(%s)"

VERSIONS = "SELECT profile_id, version FROM meta_memory WHERE profile_id = ANY(%s)"

# Closed rows first: a key has one live row at a time.
ORDER = ((Standing.SUPERSEDED, Standing.ARCHIVED), (Standing.CONTESTED,), (Standing.LIVE,))


@dataclass(frozen=True, slots=True)
class MemoryWrite:
    """What becomes of one person's memory: as it was read, as it is to be, and the instant that was for."""

    held: HeldMemory
    remembered: Remembered
    now: MemoryMoment

    @property
    def is_new(self) -> bool:
        """Whether anything differs."""
        held, new = self.held, self.remembered
        return bool(new.steps or new.short != held.memory.short or new.meta != held.meta or new.working != held.working)


def write_memories(connection: Connection[Any], writes: Mapping[str, MemoryWrite]) -> set[str]:
    """Writes memory within a transaction that holds the profiles; the answer holds whose was written.

    Of somebody in whose memory something was forgotten or learned since it was read, nothing is.
    """
    versions = dict(connection.execute(VERSIONS, (list(writes),)).fetchall())
    ours = {key: one for key, one in sorted(writes.items()) if one.is_new and versions.get(key, 0) == one.held.version}
    with connection.cursor() as cursor:
        for key, one in ours.items():
            gone = sorted(set(one.held.memory.short) - set(one.remembered.short))
            over = sorted({row.key for row in one.held.working} - {row.key for row in one.remembered.working})
            if gone:
                cursor.execute(DROP_SHORT, (key, gone))
            if over:
                cursor.execute(DROP_WORKING, (key, over))
    some = list(ours.items())
    _write(connection, WRITE_SHORT, [row for key, one in some for row in _short_rows(key, one)])
    long = [row for key, one in some for row in _long_rows(key, one)]
    for standings in ORDER:
        _write(connection, WRITE_LONG, [row for row in long if row["standing"] in standings])
    steps = [row for key, one in some for row in _steps(key, one)]
    _write(connection, WRITE_STEP, [row | {"number": number} for number, row in enumerate(steps)])
    _write(connection, WRITE_WORKING, [row for key, one in some for row in _working_rows(key, one)])
    _write(connection, WRITE_META, [_meta_row(key, one) for key, one in some])
    return set(ours)


def _write(connection: Connection[Any], statement: LiteralString, rows: Sequence[Mapping[str, Any]]) -> None:
    """All rows of a table in one statement: with one for each the whole stage took twice as long."""
    if rows:
        connection.execute(statement, (Jsonb(rows, dumps=orjson.dumps),))


def _short_rows(profile_id: str, one: MemoryWrite) -> list[dict[str, Any]]:
    held = one.held.memory.short
    return [_short_row(profile_id, row, one.now) for key, row in one.remembered.short.items() if held.get(key) != row]


def _short_row(profile_id: str, row: ShortMemory, now: MemoryMoment) -> dict[str, Any]:
    leading = row.leading()
    return {
        "profile_id": profile_id,
        "key": row.key,
        "category": category_of(row.key).value,
        "value": leading.value,
        "support": len(leading.support),
        "contradiction": len(leading.contradiction),
        "strength": strength((now.today - row.last_day).days, half_life_of(row.key)),
        "offered": list(row.offered),
        "exposures": row.exposures,
        "evidence": [[one.day, one.value, one.kind, one.evidence_id, one.supports] for one in row.evidence],
        "evidence_ids": sorted({seen.evidence_id for seen in row.evidence}),
        "rule_version": RULE_VERSION,
        "valid_from": row.first_day,
        "valid_to": row.last_day,
        "recorded_at": now.at,
        "expired_at": now.at + timedelta(days=days_left(row.key, row.last_day, now.today)),
    }


def _long_rows(profile_id: str, one: MemoryWrite) -> list[dict[str, Any]]:
    """The last state of each row that a step touched."""
    touched = {(step.after.key, step.after.version): step.after for step in one.remembered.steps if step.after}
    return [_long_row(profile_id, row) for row in touched.values()]


def _long_row(profile_id: str, row: LongMemory) -> dict[str, Any]:
    return {
        "profile_id": profile_id,
        "key": row.key,
        "version": row.version,
        "category": category_of(row.key).value,
        "value": row.value,
        "source": row.source.value,
        "standing": row.standing.value,
        "support": len(row.support_days),
        "contradiction": len(row.contradiction_days),
        "support_days": list(row.support_days),
        "contradiction_days": list(row.contradiction_days),
        "kinds": [kind.value for kind in row.kinds],
        "evidence_ids": list(row.evidence_ids),
        "confidence": row.confidence,
        "judged_on": row.judged_on,
        "rule_version": row.rule_version,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "last_confirmed": row.last_confirmed,
        "recorded_at": row.recorded_at,
        "expired_at": row.expired_at,
    }


def _steps(profile_id: str, one: MemoryWrite) -> list[dict[str, Any]]:
    return [step_row(profile_id, step, one.now) for step in one.remembered.steps]


def step_row(profile_id: str, step: MemoryStep, now: MemoryMoment) -> dict[str, Any]:
    """A step as a row of the log."""
    before, after = step.payloads()
    return {
        "profile_id": profile_id,
        "key_hash": key_hash(profile_id, step.key),
        "key": step.key,
        "operation": step.operation.value,
        "layer_from": step.layer_from,
        "layer_to": step.layer_to,
        "before": before,
        "after": after,
        "reason": step.reason,
        "rule_version": step.rule_version,
        "recorded_at": now.at,
    }


def _working_rows(profile_id: str, one: MemoryWrite) -> list[dict[str, Any]]:
    return [_working_row(profile_id, row) for row in one.remembered.working if row not in one.held.working]


def _working_row(profile_id: str, row: WorkingMemory) -> dict[str, Any]:
    values = row._asdict()
    return values | {
        "profile_id": profile_id,
        "evidence_ids": [values.pop("evidence_id")],
        "rule_version": RULE_VERSION,
    }


def _meta_row(profile_id: str, one: MemoryWrite) -> dict[str, Any]:
    meta = one.remembered.meta
    return {
        "profile_id": profile_id,
        "version": one.held.version + 1,
        "levers": {name: list(counts) for name, counts in meta.levers.items()},
        "insights": {name: list(counts) for name, counts in meta.insights.items()},
        "reporting_rate": meta.reporting_rate,
        "task_tolerance": meta.task_tolerance,
        "learning_days": meta.learning_days,
        "second_confirmed": meta.second_confirmed,
        "fifth_confirmed": meta.fifth_confirmed,
        "rule_version": RULE_VERSION,
        "valid_from": one.now.today,
        "recorded_at": one.now.at,
    }


def replayed(connection: Connection[Any], profile_id: str) -> Sequence[dict[str, Any]]:
    """The log of one person, in order."""
    query = (
        "SELECT operation, memory_key, layer_from, layer_to, before, after FROM memory_consolidation "
        "WHERE profile_id = %s ORDER BY id"
    )
    names = ("operation", "memory_key", "layer_from", "layer_to", "before", "after")
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query, (profile_id,))]
