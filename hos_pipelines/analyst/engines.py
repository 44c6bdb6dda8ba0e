"""One protocol, two engines: `rules` leaves a result as it was computed, `openai` lets a model put it into words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.usage import NOTHING, Usage
from hos_pipelines.domain.violations import Violation

RULES, OPENAI = "rules", "openai"
NOTHING_TO_SAY = "too little data for a model to write about."
NOTHING_NEW = "the newest readings are days old: a model is not asked about them."


@dataclass(frozen=True, slots=True)
class Case:
    """One person's computed result that is to be written."""

    profile_id: str
    result: AnalysisResult


@dataclass(frozen=True, slots=True)
class Written:
    """A result as it is to be stored, and what writing it took.

    `requests` were sent for it now; usage, cost in US dollars and latency in seconds are those of the answer, whenever
    it was given. `fallback_reason` says why the rules' own words stand although a model was to write. Where
    `is_final` is false it is worth asking again later.
    """

    result: AnalysisResult
    usage: Usage = NOTHING
    usd: float | None = None
    latency_s: float = 0.0
    requests: int = 0
    violations: Sequence[Violation] = ()
    fallback_reason: str | None = None
    is_final: bool = True

    @property
    def is_fallback(self) -> bool:
        """Whether a model was to write and its words could not be had, or not be proven."""
        return self.fallback_reason not in (None, NOTHING_TO_SAY, NOTHING_NEW)


class Analyst(Protocol):
    """Writes results, `at_once` at a time; after `chunk` they are stored. Without a `model` it is the rules."""

    model: str | None
    at_once: int
    chunk: int

    def fingerprint(self, data_fingerprint: str, archetype: str) -> str:
        """The digest of all that a written result depends on, given that of the data beneath it."""

    def write(self, cases: Sequence[Case]) -> list[Written]:
        """The cases' results as written, in their order. Nobody's trouble is anybody else's."""


class RulesAnalyst:
    """The rules engine: results are what they were computed to be."""

    model: str | None = None
    # In step they are analysed faster (`domain/in_step.py`); more of them would keep more results in memory.
    at_once = 50
    chunk = 1000

    def fingerprint(self, data_fingerprint: str, archetype: str) -> str:  # noqa: ARG002  it is in the data's already
        """That of the data: nothing else has a part in the result."""
        return data_fingerprint

    def write(self, cases: Sequence[Case]) -> list[Written]:
        """The results themselves."""
        return [Written(case.result) for case in cases]
