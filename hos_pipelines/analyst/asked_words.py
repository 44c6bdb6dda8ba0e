"""What a model is asked to put into words, whatever it is, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from hos_pipelines.analyst.evidence import Evidence
from hos_pipelines.analyst.proof.prove import ProvenClaim
from hos_pipelines.domain.model_ledger import Kept, Question

Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class AskedWords(Generic[Said]):
    """A question, what may be said in answer to it, and where proven claims are `put`."""

    question: Question
    archetype: str
    evidence: Evidence
    put: Callable[[Sequence[ProvenClaim]], Said]


@dataclass(frozen=True, slots=True)
class Told(Generic[Said]):
    """What came of it: None where the rules' words stand, `kept` has the reason. `requests` were sent for it now.

    Where `is_final` is false it is worth asking again later.
    """

    said: Said | None
    kept: Kept
    requests: int
    is_final: bool = True
