"""What long-term memory lets go of: what days speak against, and what nobody has confirmed for long."""

from datetime import datetime

from hos_pipelines.domain.memory.layers import Layer, Operation, Source, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.promotion import CONTRADICTED_BELOW
from hos_pipelines.domain.memory.step import MemoryStep

FADED_BELOW = 0.3
STEP = 0.05
ROUNDING = 1e-9


def contradicted(row: LongMemory, now: MemoryMoment) -> MemoryStep | None:
    """Archives a learned row once the days against it leave less than 0.4 of confidence."""
    if row.source is Source.STATED or row.counted(now.today) >= CONTRADICTED_BELOW:
        return None
    reason = f"contradicted: {len(row.contradiction_days)} days against {len(row.support_days)}"
    return _archive(row, row.judged(now.today), now.at, reason)


def faded(row: LongMemory, now: MemoryMoment) -> MemoryStep | None:
    """Archives a learned row below 0.3; one that has sunk by a twentieth is written down as it is now.

    So a row that nobody confirms is rewritten every few days, not every night.
    """
    if row.source is Source.STATED:
        return None
    current = row.current(now.today)
    if current < FADED_BELOW:
        reason = f"faded: not confirmed for {(now.today - row.last_confirmed).days} days"
        return _archive(row, row.judged(now.today), now.at, reason)
    if _twentieths(current) >= _twentieths(row.confidence):
        return None
    reason = f"not confirmed for {(now.today - row.last_confirmed).days} days"
    return MemoryStep(Operation.DECAY, row.key, Layer.LONG_TERM, Layer.LONG_TERM, row, row.judged(now.today), reason)


def _archive(before: LongMemory, judged: LongMemory, at: datetime, reason: str) -> MemoryStep:
    after = judged.closed(Standing.ARCHIVED, before.last_confirmed, at)
    return MemoryStep(Operation.ARCHIVE, before.key, Layer.LONG_TERM, Layer.LONG_TERM, before, after, reason)


def _twentieths(confidence: float) -> int:
    return int(confidence / STEP + ROUNDING)
