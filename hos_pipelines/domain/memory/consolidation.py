"""Consolidation: rows and an instant in, steps out. Nothing else decides what long-term memory holds.

The same rows at the same instant give the same steps, and none once they are done; the order in which evidence came
makes no difference, and what is forgotten is not among what is looked at.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from hos_pipelines.domain.memory.evidence import Tallies
from hos_pipelines.domain.memory.fading import contradicted, faded
from hos_pipelines.domain.memory.layers import RULE_VERSION, Layer, Operation, Source, Standing
from hos_pipelines.domain.memory.long_memory import LongMemory
from hos_pipelines.domain.memory.memory_key import category_of, key_hash
from hos_pipelines.domain.memory.merging import merged, united
from hos_pipelines.domain.memory.moment import MemoryMoment
from hos_pipelines.domain.memory.short_memory import ShortMemory
from hos_pipelines.domain.memory.statement import MemoryStatement, stated
from hos_pipelines.domain.memory.step import MemoryStep
from hos_pipelines.domain.memory.supersession import Contest


@dataclass(frozen=True, slots=True)
class PersonMemory:
    """What is held of one person: rows in short-term memory by key, rows that stand in long-term memory, the newest
    version of each key that ever was in it, and the hashes of what was forgotten.
    """

    profile_id: str
    short: Mapping[str, ShortMemory] = field(default_factory=dict)
    long: tuple[LongMemory, ...] = ()
    versions: Mapping[str, int] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()

    def remembers_to_forget(self, key: str) -> bool:
        """Whether a key was forgotten, and so never comes back."""
        return bool(self.forgotten) and key_hash(self.profile_id, key) in self.forgotten


def consolidate(
    memory: PersonMemory, statements: Iterable[MemoryStatement], now: MemoryMoment
) -> tuple[MemoryStep, ...]:
    """The steps that bring long-term memory up to what is said and seen, as of an instant."""
    said = {
        one.key: one
        for one in sorted(statements, key=lambda one: (one.key, one.since, one.evidence_id))
        if not memory.remembers_to_forget(one.key)
    }
    held: dict[str, list[LongMemory]] = {}
    for row in sorted(memory.long, key=lambda row: row.version):
        held.setdefault(row.key, []).append(row)
    steps: list[MemoryStep] = []
    for key in sorted({*said, *held, *memory.short}):
        if not memory.remembers_to_forget(key):
            rows = held.get(key, [])
            version = max((memory.versions.get(key, 0), *(row.version for row in rows)))
            known = _Known(key, rows, memory.short.get(key), version, now)
            steps += known.said(said[key]) if key in said else known.unsaid()
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class _Known:
    """All there is of one key: the rows that stand, what the last days show, and the newest version there ever was."""

    key: str
    rows: list[LongMemory]
    short: ShortMemory | None
    version: int
    now: MemoryMoment

    def said(self, statement: MemoryStatement) -> list[MemoryStep]:
        """What is said is held, and whatever else is held under its key gives way."""
        new = stated(statement, self.version + 1, self.now)
        same = next((row for row in self.rows if row.source is Source.STATED and row.value == new.value), None)
        steps = [
            self._close(row, Operation.SUPERSEDE, Standing.SUPERSEDED, new.valid_from, "the person says otherwise")
            for row in self.rows
            if row is not same
        ]
        if same is None:
            steps.append(self._enter(Operation.PROMOTE, None, new, "the person said so"))
        elif new.last_confirmed > same.last_confirmed:
            again = replace(
                same,
                support_days=(*same.support_days, *new.support_days),
                evidence_ids=new.evidence_ids,
                last_confirmed=new.last_confirmed,
                judged_on=self.now.today,
                rule_version=RULE_VERSION,
            )
            steps.append(self._enter(Operation.MERGE, same, again, "the person said so again"))
        return steps

    def unsaid(self) -> list[MemoryStep]:
        """What was said and is no more is archived; what was learned is merged, dropped where it is contradicted, set
        against other values, and let fade.
        """
        reason = "the person says so no more"
        steps = [
            self._close(row, Operation.ARCHIVE, Standing.ARCHIVED, self.now.today, reason)
            for row in self.rows
            if row.source is Source.STATED
        ]
        return steps if category_of(self.key).is_stated else steps + self._learned()

    def _learned(self) -> list[MemoryStep]:
        steps: list[MemoryStep] = []
        held: dict[str, LongMemory] = {}
        tallies = Tallies(()) if self.short is None else self.short.tallies
        for before in (row for row in self.rows if row.source is Source.LEARNED):
            row = before
            if self.short is not None:
                row = merged(before, united(before, self.short, tallies, self.now.today), self.now.today)
            if row is not before:
                reason = f"{len(row.support_days)} days for it, {len(row.contradiction_days)} against"
                steps.append(
                    MemoryStep(Operation.MERGE, self.key, Layer.SHORT_TERM, Layer.LONG_TERM, before, row, reason)
                )
            if (archived := contradicted(row, self.now)) is not None:
                steps.append(archived)
            else:
                held[row.value] = row
        if self.short is not None:
            shown = {value: tallies.of(value) for value in tallies.values}
            contest = Contest(self.key, held, shown, self.short.offered, self.version, self.now)
            contest.settle()
            steps += contest.steps
        return steps + [step for _, row in sorted(held.items()) if (step := faded(row, self.now)) is not None]

    def _enter(self, operation: Operation, before: LongMemory | None, after: LongMemory, reason: str) -> MemoryStep:
        return MemoryStep(operation, self.key, Layer.STATEMENT, Layer.LONG_TERM, before, after, reason)

    def _close(
        self, row: LongMemory, operation: Operation, standing: Standing, valid_to: date, reason: str
    ) -> MemoryStep:
        closed = row.closed(standing, valid_to, self.now.at)
        return MemoryStep(operation, self.key, Layer.LONG_TERM, Layer.LONG_TERM, row, closed, reason)
