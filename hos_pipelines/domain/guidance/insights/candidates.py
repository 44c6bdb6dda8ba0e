"""Candidates: one for each test of a run, whether it is told or not, with its effect and all it rests on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import RANK, Confidence, surest
from hos_pipelines.domain.guidance.insights.subjects import InsightSubject

InsightKind = Literal["recent", "shift", "trend", "contrast", "vital", "concern", "memory"]
Way = Literal["up", "down"]
EffectBand = Literal["small", "medium", "large"]
BANDS: Sequence[EffectBand] = ("small", "medium", "large")
# Of ten that are told one may be chance.
CREDIBLE_Q = 0.1
# Above, chance explains it too well for an effect to be looked for; the test counts all the same.
HIGHEST_P = 0.25
# How long one is told, in days: of the state of a week, of a trend, of a contrast.
LIVES: Mapping[InsightKind, int] = {
    "recent": 7,
    "vital": 7,
    "shift": 14,
    "trend": 14,
    "contrast": 28,
    "concern": 28,
    "memory": 28,
}
# From where on an effect is medium and large: in least detectable changes, and in Cliff's delta.
OF_CHANGES, OF_DELTA = (1.5, 2.0), (0.33, 0.474)


@dataclass(frozen=True, slots=True)
class Estimated:
    """The size of an effect with its 95 % interval, and the facts that say it; `delta` is Cliff's, of a contrast."""

    effect: float
    low: float
    high: float
    facts: Sequence[Fact]
    text: str
    delta: float | None = None

    @property
    def has_clear_sign(self) -> bool:
        """Whether zero lies outside of the interval."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One test: of what, in which days (ordinals), how likely chance does as much, and from which effect on it counts.

    `rough` is the effect as the test has it, in the unit of the subject. `estimate` makes the interval, the facts and
    the sentence, which takes longer than the test and is asked for where that speaks for it.
    """

    kind: InsightKind
    subject: InsightSubject
    p: float
    rough: float
    least_change: float
    n: int
    first: int
    last: int
    confidence: Confidence
    estimate: Callable[[], Estimated | None]
    action: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Kind and subject: a run has one of each."""
        return self.kind, self.subject.name

    @property
    def detected(self) -> Estimated | None:
        """The estimate, where it is as large as counts, has a clear sign, and goes the way of the test; else None."""
        if abs(self.rough) < self.least_change:
            return None
        found = self.estimate()
        if found is None or not found.has_clear_sign or abs(found.effect) < self.least_change:
            return None
        return found if found.effect * self.rough > 0 else None


@dataclass(frozen=True, slots=True)
class CredibleInsight:
    """A candidate that passed every gate."""

    candidate: Candidate
    found: Estimated
    q: float

    @property
    def kind(self) -> InsightKind:
        """What kind of test it is of."""
        return self.candidate.kind

    @property
    def subject(self) -> InsightSubject:
        """What it is about."""
        return self.candidate.subject

    @property
    def direction(self) -> Way:
        """Which way the effect goes."""
        return "up" if self.found.effect > 0 else "down"

    @property
    def size(self) -> float:
        """How large it is, 0 to 1: against twice the least detectable change, or Cliff's delta."""
        if self.found.delta is not None:
            return abs(self.found.delta)
        return min(1.0, abs(self.found.effect) / (2 * self.candidate.least_change))

    @property
    def band(self) -> EffectBand:
        """The size in a word."""
        if self.found.delta is not None:
            measure, (medium, large) = abs(self.found.delta), OF_DELTA
        else:
            measure, (medium, large) = abs(self.found.effect) / self.candidate.least_change, OF_CHANGES
        return BANDS[(measure >= medium) + (measure >= large)]

    @property
    def confidence(self) -> Confidence:
        """That of the weakest fact beneath it."""
        return surest(self.candidate.confidence, *(fact.confidence for fact in self.found.facts))

    @property
    def sureness(self) -> float:
        """The confidence as a number, 0 to 1."""
        return RANK[self.confidence] / RANK[Confidence.HIGH]
