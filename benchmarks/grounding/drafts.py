"""A claim in pieces: its numbers, its words of direction and its labels, so that any one of them can be changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from benchmarks.grounding.figures import Dimension, Form, measured, of_constant
from hos_pipelines.analyst.answers import Answer, Claim
from hos_pipelines.analyst.evidence import Evidence, Passage


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a fact as it is said; `value` is what it stands for. A placeholder is said by whoever shows it."""

    fact_id: str
    dimension: Dimension
    value: float
    form: Form
    is_placeholder: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """A word that says where something goes or stands, and its opposite."""

    right: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Named:
    """The words for a label's value, and those for other values of the same label."""

    fact_id: str
    right: str
    wrong: tuple[str, ...]


Piece = str | Figure | Turn | Named


@dataclass(frozen=True, slots=True)
class Draft:
    """An honest claim. `denied` says the opposite by a negation, where the template has one; `cited` are plain ids."""

    evidence: Evidence
    passage: Passage
    pieces: tuple[Piece, ...]
    cited: tuple[str, ...]
    denied: tuple[Piece, ...] | None = None

    def text(self, changed: int | None = None, to: str = "") -> str:
        """The whole text; with one piece replaced where that is asked for."""
        said = (to if place == changed else self._said(piece) for place, piece in enumerate(self.pieces))
        # A sentence that ends with p.m. has its full stop already.
        return re.sub(r"(?<=[ap]\.m\.)\.", "", "".join(said))

    def with_pieces(self, pieces: Iterable[Piece]) -> "Draft":
        """The same claim in other pieces."""
        return replace(self, pieces=tuple(pieces))

    def places(self, kind: type[Figure | Turn | Named]) -> list[int]:
        """Where pieces of a kind stand."""
        return [place for place, piece in enumerate(self.pieces) if isinstance(piece, kind)]

    def cited_numbers(self) -> list[tuple[Dimension, float]]:
        """All numbers that may be said here: those of the cited facts and of the passage's constants."""
        facts = [self.evidence.facts[fact_id] for fact_id in self.cited if fact_id in self.evidence.facts]
        constants = [of_constant(constant) for constant in self.passage.constants.values()]
        return [found for fact in facts if (found := measured(fact)) is not None] + constants

    def cited_ids(self) -> list[str]:
        """The ids as a model cites them."""
        return [self.evidence.tag_id(fact_id) for fact_id in self.cited]

    def answer(self, text: str | None = None, fact_ids: Sequence[str] | None = None) -> Answer:
        """The claim as a whole answer, with another text or other ids where given."""
        claim = Claim(
            passage=self.passage.key,
            text=self.text() if text is None else text,
            fact_ids=self.cited_ids() if fact_ids is None else list(fact_ids),
        )
        return Answer(claims=[claim])

    def _said(self, piece: Piece) -> str:
        if isinstance(piece, str):
            return piece
        if isinstance(piece, Figure):
            if piece.is_placeholder:
                return f"{{{{{self.evidence.tag_id(piece.fact_id)}}}}}"
            return piece.form.write(piece.value)
        return piece.right
