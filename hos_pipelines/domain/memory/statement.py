"""What the person said: it is held to be true at once, never fades, and outranks what was learned."""

from datetime import date
from typing import NamedTuple

from hos_pipelines.domain.memory.confidence import STATED_CONFIDENCE
from hos_pipelines.domain.memory.layers import Source, SourceKind, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.moment import MemoryMoment


class MemoryStatement(NamedTuple):
    """One thing a person says of themselves, since which local day, and the id of the fact that holds it."""

    key: str
    value: str
    since: date
    evidence_id: str


def stated(statement: MemoryStatement, version: int, now: MemoryMoment) -> LongMemory:
    """The row of a statement. One that is to hold from a day to come is held from today."""
    since = min(statement.since, now.today)
    return LongMemory(
        key=statement.key,
        value=statement.value,
        version=version,
        source=Source.STATED,
        standing=Standing.LIVE,
        support_days=(since,),
        contradiction_days=(),
        kinds=(SourceKind.STATEMENT,),
        evidence_ids=(statement.evidence_id,),
        confidence=STATED_CONFIDENCE,
        judged_on=now.today,
        valid_from=since,
        valid_to=None,
        last_confirmed=since,
        recorded_at=now.at,
        expired_at=None,
    )
