"""What is written down of requests to a model: the question, what is put by for a request, and what it came to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hos_pipelines.domain.usage import NOTHING, Usage
from hos_pipelines.domain.violations import Violation


@dataclass(frozen=True, slots=True)
class Question:
    """Whose analysis a request is about, by its fingerprint, and which round of it this is."""

    profile_id: str
    analysis_type: str
    fingerprint: str
    model: str
    prompt_version: str
    round: int = 1


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens and US dollars, taken or put by; None dollars where the model has no price."""

    tokens: int
    usd: float | None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most tokens and US dollars a span of time may take."""

    tokens: int
    usd: float


@dataclass(frozen=True, slots=True)
class Call:
    """What a request came to: `outcome` is `answered`, or the name of the error. Latency in seconds."""

    outcome: str
    usage: Usage
    usd: float | None
    latency_s: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What a question came to: the proven answer as the JSON it was given in, or why there is none, and what all rounds
    took.
    """

    answer: str | None = None
    usage: Usage = NOTHING
    usd: float | None = None
    latency_s: float = 0.0
    requests: int = 0
    violations: Sequence[Violation] = ()
    reason: str | None = None

    def after(self, usage: Usage, usd: float | None, latency_s: float) -> "Kept":
        """With one more answered request taken into account."""
        return replace(
            self,
            usage=self.usage + usage,
            usd=None if usd is None else (self.usd or 0.0) + usd,
            latency_s=self.latency_s + latency_s,
            requests=self.requests + 1,
        )
