"""Values of one key against each other: which is held, which gives way, and when neither is used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hos_pipelines.domain.memory.evidence import ValueTally
from hos_pipelines.domain.memory.layers import Layer, Operation, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory, learned
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.promotion import (
    LEAST_CONFIDENCE,
    had_choice,
    has_own_support,
    lacks_for_promotion,
    promoted_because,
)
from hos_pipelines.domain.memory.step import MemoryStep


@dataclass(slots=True)
class Contest:
    """What is held under one key and what is shown of it, at one instant; `steps` fills as it is settled."""

    key: str
    held: dict[str, LongMemory]
    shown: Mapping[str, ValueTally]
    offered: Sequence[str]
    version: int
    now: MemoryMoment
    steps: list[MemoryStep] = field(default_factory=list)

    def settle(self) -> None:
        """Lets the values stand against each other.

        Those with support of their own within 28 days are alive. Two of them contest the key, and neither is used. The
        one that is left takes the place of a row nobody confirms any more, where it may be promoted.
        """
        tallies = {**self.shown, **{value: row.tally for value, row in self.held.items()}}
        ready = [value for value in self.shown if value not in self.held and self._lacks(value) is None]
        rivals = [*self.held, *ready]
        if self.held and had_choice(self.key, self.offered):
            rivals += self.shown
        alive = sorted({value for value in rivals if has_own_support(tallies[value], self.now.today)})
        if len(alive) > 1:
            self._contest(alive)
        elif alive and alive[0] in self.held:
            self._uphold(self.held[alive[0]])
        elif ready:
            self._promote([value for value in ready if value in alive] or ready)

    def _lacks(self, value: str) -> str | None:
        return lacks_for_promotion(self.key, self.shown[value], self.offered, self.now.today)

    def _contest(self, alive: Sequence[str]) -> None:
        reason = f"{len(alive)} values with 3 days of support each within 28"
        for _, row in sorted(self.held.items()):
            if row.standing is Standing.LIVE:
                self._replace(row, replace(row, standing=Standing.CONTESTED), Operation.CONTEST, reason)
        for value in alive:
            if value not in self.held:
                self._enter(value, Standing.CONTESTED, Operation.CONTEST, reason)

    def _uphold(self, row: LongMemory) -> None:
        """A row that is alone alive: others of its key give way, and it is used again once it is sure enough."""
        for value, other in sorted(self.held.items()):
            if value != row.value:
                self._give_way(other, row)
        if row.standing is Standing.CONTESTED and row.current(self.now.today) >= LEAST_CONFIDENCE:
            freed = replace(row, standing=Standing.LIVE)
            self._replace(row, freed, Operation.PROMOTE, "contested no more")

    def _promote(self, ready: Sequence[str]) -> None:
        """The surest of those that may be promoted; whatever is held gives way to it."""
        best = max(ready, key=lambda value: (len(self.shown[value].support), value))
        since = self.shown[best].support[0]
        for _, row in sorted(self.held.items()):
            self._replace(
                row,
                row.closed(Standing.SUPERSEDED, since, self.now.at),
                Operation.SUPERSEDE,
                "another value has support",
            )
        self._enter(best, Standing.LIVE, Operation.PROMOTE, promoted_because(self.shown[best]))

    def _give_way(self, row: LongMemory, to: LongMemory) -> None:
        closed = row.closed(Standing.SUPERSEDED, to.last_confirmed, self.now.at)
        self._replace(row, closed, Operation.SUPERSEDE, "another value has support, and it has none any more")

    def _enter(self, value: str, standing: Standing, operation: Operation, reason: str) -> None:
        self.version += 1
        row = learned(self.key, self.version, self.shown[value], standing, self.now)
        self.held[value] = row
        self.steps.append(MemoryStep(operation, self.key, Layer.SHORT_TERM, Layer.LONG_TERM, None, row, reason))

    def _replace(self, before: LongMemory, after: LongMemory, operation: Operation, reason: str) -> None:
        if after.standing.is_open:
            self.held[after.value] = after
        else:
            del self.held[after.value]
        self.steps.append(MemoryStep(operation, self.key, Layer.LONG_TERM, Layer.LONG_TERM, before, after, reason))
