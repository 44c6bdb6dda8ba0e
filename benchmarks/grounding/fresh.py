"""How the proof takes sentences written from the prompt alone: right ones it refuses, wrong ones it lets pass."""

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.grounding.fresh_line import Line
from benchmarks.grounding.fresh_right import RIGHT
from benchmarks.grounding.fresh_wrong import WRONG
from benchmarks.grounding.people import User
from benchmarks.grounding.tally import Prove
from hos_pipelines.analyst.proof.prove import prove as prove_answer
from hos_pipelines.domain.violations import Violation

MOST_USERS, MOST_EXAMPLES = 20, 10
Shown = dict[str, str | list[str]]


def measure_fresh(users: Sequence[User], prove: Prove = prove_answer, examples: int = MOST_EXAMPLES) -> dict[str, Any]:
    """Counts of sentences. One that is refused for any user it is right for is refused, one that passes once missed."""
    wrong = [(kind, line) for kind, lines in WRONG.items() for line in lines]
    right = [("right", line) for line in RIGHT]
    refused, passed, idle_right = _sorted(right, users, prove)
    caught, missed, idle_wrong = _sorted(wrong, users, prove, is_wrong=True)
    return {
        "right": {"passed": len(passed), "refused": len(refused)},
        "wrong": {"caught": len(caught), "missed": len(missed)},
        "sentences": {"right": len(right), "wrong": len(wrong), "for_nobody": len(idle_right) + len(idle_wrong)},
        "refused_examples": refused[:examples],
        "missed_examples": missed[:examples],
        "for_nobody": [*idle_right, *idle_wrong],
    }


def _sorted(
    lines: Iterable[tuple[str, Line]], users: Sequence[User], prove: Prove, *, is_wrong: bool = False
) -> tuple[list[Shown], list[Shown], list[str]]:
    """Sentences with a violation, those without, and those that fit nobody; of several outcomes the worse counts."""
    violated: list[Shown] = []
    clean: list[Shown] = []
    idle: list[str] = []
    for kind, line in lines:
        proofs = list(_proofs(line, users, prove))
        if not proofs:
            idle.append(line.text)
            continue
        text, found = next(((text, found) for text, found in proofs if bool(found) != is_wrong), proofs[0])
        said = [f"{one.kind}: {one.what}" for one in found]
        (violated if found else clean).append({"kind": kind, "text": text, "violations": said})
    return violated, clean, idle


def _proofs(line: Line, users: Sequence[User], prove: Prove) -> Iterable[tuple[str, Sequence[Violation]]]:
    for user in users[:MOST_USERS]:
        made = line.answer_for(user)
        if made is not None:
            answer, evidence = made
            yield answer.claims[0].text, prove(answer, evidence).violations
