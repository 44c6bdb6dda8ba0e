"""What a model is asked to put into words, whatever it is, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from hos_pipelines.analyst.engines import NOTHING_TO_SAY, RULES
from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.proof.prove import ProvenClaim
from hos_pipelines.domain.model_ledger import Kept, Question
from hos_pipelines.domain.usage import Usage
from hos_pipelines.domain.violations import Violation

Said = TypeVar("Said")
PageSaid_co = TypeVar("PageSaid_co", covariant=True)
# What comes of proven claims in their place, with what is to be noted.
PutClaims = Callable[[Sequence[ProvenClaim], str | None], Said]


class Page(Protocol[PageSaid_co]):
    """What of one person is put into words at once: in the rules' words it is whole already.

    `kind` says which sentences there are. Pages of one `mark` are the same question, whatever stands in their slots.
    Where it is put `by_passage`, what cannot be proven leaves the rest in the model's words.
    """

    @property
    def profile_id(self) -> str:
        """Whom it is about."""

    @property
    def archetype(self) -> str:
        """How they are spoken to."""

    @property
    def kind(self) -> str:
        """The folder of its sentences."""

    @property
    def mark(self) -> str:
        """The digest of what is told of whom."""

    @property
    def by_passage(self) -> bool:
        """Whether each passage stands or falls alone."""

    def evidence(self, tag: str) -> Evidence:
        """What a model is given of it, under ids with this tag."""

    def in_words(self, model: str, claims: Sequence[ProvenClaim], reason: str | None) -> PageSaid_co:
        """It with proven claims in place of its own texts; `reason` says why not with all that were made."""

    def in_own_words(self, model: str, reason: str) -> PageSaid_co:
        """It in the rules' words, with why a model's do not stand there."""


@dataclass(frozen=True, slots=True)
class AskedWords(Generic[Said]):
    """A question, what may be said in answer to it, and where proven claims are `put`, with what is to be noted."""

    question: Question
    archetype: str
    evidence: Evidence
    put: PutClaims[Said]
    by_passage: bool = False


@dataclass(frozen=True, slots=True)
class SettledWords(Generic[Said]):
    """What came of it: None where the rules' words stand, `kept` has the reason. `requests` were sent for it now.

    Where `is_final` is false it is worth asking again later.
    """

    said: Said | None
    kept: Kept
    requests: int
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Worded(Generic[Said]):
    """What is stored of a page, who chose its words, and what that took: usage of the answer, `requests` sent now."""

    said: Said
    engine: str
    kept: Kept
    requests: int

    @property
    def usage(self) -> Usage:
        """Tokens of the answer."""
        return self.kept.usage

    @property
    def usd(self) -> float | None:
        """What it cost."""
        return self.kept.usd

    @property
    def latency_s(self) -> float:
        """How long it took."""
        return self.kept.latency_s

    @property
    def violations(self) -> Sequence[Violation]:
        """What was wrong with it."""
        return self.kept.violations

    @property
    def fallback_reason(self) -> str | None:
        """Why the rules' words stand, all or some."""
        return self.kept.reason

    @property
    def is_fallback(self) -> bool:
        """Whether a model was to write and its words could not be had, or not be proven."""
        return self.engine == RULES and self.kept.reason not in (None, NOTHING_TO_SAY)
