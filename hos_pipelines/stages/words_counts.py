"""What a model's words took, for the UI and the checks, whatever they are of. Never a word it wrote."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from hos_pipelines.domain.usage import Usage
from hos_pipelines.domain.violations import Violation

Counts = Mapping[str, int | str | float]


class WordsEffort(Protocol):
    """Tokens and US dollars of an answer, whenever it was given; `requests` were sent now."""

    @property
    def usage(self) -> Usage:
        """Tokens."""

    @property
    def usd(self) -> float | None:
        """US dollars; None where the model has no price."""

    @property
    def latency_s(self) -> float:
        """Seconds."""

    @property
    def violations(self) -> Sequence[Violation]:
        """What was wrong with it."""

    @property
    def requests(self) -> int:
        """Sent now."""

    @property
    def fallback_reason(self) -> str | None:
        """Why the rules' words stand."""

    @property
    def is_fallback(self) -> bool:
        """Whether they stand though the model was to write."""


def words_counts(engine: str, model: str, took: WordsEffort) -> dict[str, int | str | float]:
    """By the names they are shown under."""
    kinds = Counter(one.kind.value for one in took.violations)
    counts: dict[str, int | str | float] = {
        "engine": engine,
        "model": model,
        "requests": took.requests,
        "tokens": took.usage.tokens,
        "latency_s": round(took.latency_s, 3),
        **{f"violations_{kind}": number for kind, number in sorted(kinds.items())},
    }
    if took.usd is not None:
        counts["cost_usd"] = round(took.usd, 6)
    if took.fallback_reason is not None:
        counts["fallback_reason"] = took.fallback_reason
        counts["fallbacks"] = int(took.is_fallback)
    return counts
