"""Why a plan, or its figures, are withheld: a code that programs read, and a sentence for the person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason."""

    code: str
    reason: str


class PlanRefusedError(Exception):
    """No plan can be made; the sentence says why and what would help."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.refusal = Refusal(code, reason)
