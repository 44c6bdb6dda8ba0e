"""A step of consolidation: what it does to which row, and why; and memory as a replay of its steps leaves it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hos_pipelines.domain.memory.layers import RULE_VERSION, Layer, Operation
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.short_memory import ShortMemory

RowKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class MemoryStep:
    """One row of the log. What leaves short-term memory has no `after`, and leaves long-term memory as it is."""

    operation: Operation
    key: str
    layer_from: Layer | None
    layer_to: Layer | None
    before: LongMemory | ShortMemory | None
    after: LongMemory | None
    reason: str
    rule_version: str = RULE_VERSION

    def payloads(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """Both rows as the log keeps them."""
        return (
            None if self.before is None else self.before.payload(),
            None if self.after is None else self.after.payload(),
        )


def apply_steps(rows: Iterable[LongMemory], steps: Iterable[MemoryStep]) -> dict[RowKey, LongMemory]:
    """Long-term memory after steps, by key and version."""
    held = {(row.key, row.version): row for row in rows}
    for step in steps:
        if step.operation is Operation.FORGET:
            held = {place: row for place, row in held.items() if place[0] != step.key}
        elif step.after is not None:
            held[step.after.key, step.after.version] = step.after
        elif isinstance(step.before, LongMemory):
            held.pop((step.before.key, step.before.version), None)
    return held
