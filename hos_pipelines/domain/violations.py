"""What can be wrong with an answer."""

from dataclasses import dataclass
from enum import StrEnum


class ViolationKind(StrEnum):
    """The kinds of violation, by the names they are counted under."""

    FORM = "form"
    REFUSAL = "refusal"
    PASSAGE = "passage"
    FOREIGN_FACT = "foreign_fact"
    SLOT = "slot"
    SENTENCE = "sentence"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong: with which passage's claim, and what, as the model is told it for its repair.

    `what` may quote the model, so it goes to the model and into the database, never into a log or an event.
    """

    kind: ViolationKind
    passage: str
    what: str

    def as_stored(self) -> dict[str, str]:
        """Its parts by their names."""
        return {"kind": self.kind.value, "passage": self.passage, "what": self.what}
