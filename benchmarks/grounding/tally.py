"""What the proof made of right and of wrong claims, counted."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.grounding.drafts import Draft
from benchmarks.grounding.wrong import EXPECTED, Wrong
from hos_pipelines.analyst.answers import Answer
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.proof.prove import Proof

Prove = Callable[[Answer, Evidence], Proof]
MOST_EXAMPLES = 10


@dataclass
class Tally:
    """Holds every answer against its evidence and remembers the outcome, and examples of what went wrong."""

    prove: Prove
    claims: int = 0
    proofs: int = 0
    seconds: float = 0.0
    false_alarms: int = 0
    alarmed: list[dict[str, Any]] = field(default_factory=list)
    caught: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    named_alike: Counter[str] = field(default_factory=Counter)
    ways: defaultdict[tuple[str, str], list[Wrong]] = field(default_factory=lambda: defaultdict(list))

    def hold_honest(self, draft: Draft) -> None:
        """A right claim: any violation is a false alarm."""
        self.claims += 1
        proof = self._proof(draft.answer(), draft.evidence)
        if proof.violations:
            self.false_alarms += 1
            said = [f"{one.kind}: {one.what}" for one in proof.violations]
            self.alarmed.append({"passage": draft.passage.key, "text": draft.text(), "violations": said})

    def hold_wrong(self, one: Wrong) -> None:
        """A wrong claim: without a violation it is missed."""
        kinds = {violation.kind for violation in self._proof(one.answer, one.evidence).violations}
        if not kinds:
            self.missed[one.kind] += 1
            self.ways[one.kind, one.how].append(one)
            return
        self.caught[one.kind] += 1
        self.named_alike[one.kind] += bool(kinds & EXPECTED[one.kind])

    def report(self) -> dict[str, Any]:
        """All counts and rates, with examples."""
        return {
            "claims": self.claims,
            "by_kind": {kind: {"caught": self.caught[kind], "missed": self.missed[kind]} for kind in EXPECTED},
            "false_alarm_rate": round(self.false_alarms / max(1, self.claims), 5),
            "false_alarms": self.false_alarms,
            "kind_agreement": {kind: self._agreement(kind) for kind in EXPECTED},
            "missed_ways": self._missed_ways(),
            "missed_examples": self._missed_examples(),
            "false_alarm_examples": self.alarmed[:MOST_EXAMPLES],
            "claims_s": round(self.proofs / self.seconds, 1) if self.seconds else 0.0,
        }

    def _proof(self, answer: Answer, evidence: Evidence) -> Proof:
        begun = time.perf_counter()
        proof = self.prove(answer, evidence)
        self.seconds += time.perf_counter() - begun
        self.proofs += 1
        return proof

    def _agreement(self, kind: str) -> float | None:
        """Of the caught ones, the share that the proof calls as we do."""
        return round(self.named_alike[kind] / self.caught[kind], 3) if self.caught[kind] else None

    def _missed_ways(self) -> Mapping[str, int]:
        return {f"{kind}: {how}": len(missed) for (kind, how), missed in sorted(self.ways.items())}

    def _missed_examples(self) -> list[dict[str, str]]:
        """One of each way first, then the next of each."""
        rounds = max(map(len, self.ways.values()), default=0)
        in_turn = [found[turn] for turn in range(rounds) for found in self.ways.values() if turn < len(found)]
        return [{"kind": one.kind, "how": one.how, "text": one.text} for one in in_turn[:MOST_EXAMPLES]]
