"""What was told before, and what came back of it: the rows of one person as the choice of new ones needs them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hos_pipelines.domain.guidance.insights.candidates import BANDS, CredibleInsight, EffectBand, InsightKind, Way

DOWN_RATED, FEEDBACK_HOLDS = 2, timedelta(days=28)
NOT_AGAIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ToldInsight:
    """An insight that stands or stood; instants are aware."""

    insight_id: str
    kind: InsightKind
    category: str
    subject: str
    direction: Way
    band: EffectBand
    rank: float
    first_shown_at: datetime
    last_confirmed_at: datetime
    expires_at: datetime
    stands: bool
    ended_at: datetime | None = None
    acknowledged_at: datetime | None = None
    applied_at: datetime | None = None
    rating: int | None = None
    rated_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it is told now."""
        return self.stands and self.expires_at > now

    @property
    def last_shown_at(self) -> datetime:
        """Up to when it was told: until it ended, or expires."""
        return self.expires_at if self.ended_at is None else min(self.ended_at, self.expires_at)

    def covers(self, other: CredibleInsight) -> bool:
        """Whether it says as much of the same as another: as strong, or stronger."""
        same = (self.kind, self.subject, self.direction) == (other.kind, other.subject.name, other.direction)
        return same and BANDS.index(self.band) >= BANDS.index(other.band)

    def is_down_rated(self, now: datetime) -> bool:
        """Whether it was rated one or two lately."""
        return self.rating is not None and self.rating <= DOWN_RATED and _lately(self.rated_at, now)

    def is_applied(self, now: datetime) -> bool:
        """Whether the person did what it says lately."""
        return _lately(self.applied_at, now)


def _lately(instant: datetime | None, now: datetime) -> bool:
    return instant is not None and now - instant <= FEEDBACK_HOLDS
