"""What became of insights as evidence: applied, liked, disliked. Having been shown one is exposure, and no evidence."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from hos_pipelines.domain.memory.evidence import Observation, Offer
from hos_pipelines.domain.memory.layers import SourceKind
from hos_pipelines.domain.memory.memory_key import KEY
from hos_pipelines.domain.memory.sources.levels import HIGH_FROM, LOW_TO, word_of

KIND = SourceKind.INSIGHT


class InsightReaction(NamedTuple):
    """What a person did with an insight: UTC instants, None where it did not happen; a rating of 1 to 5."""

    insight_id: str
    subject: str
    shown_at: datetime
    applied_at: datetime | None
    rating: int | None
    rated_at: datetime | None
    ended_at: datetime | None


def seen_in_reactions(reactions: Iterable[InsightReaction], zone: tzinfo) -> list[Observation]:
    """What reactions show. An insight that ended without being applied speaks against its subject being applied."""
    return [found for one in reactions for found in _of_one(one, zone)]


def shown_in(reactions: Iterable[InsightReaction], zone: tzinfo) -> list[Offer]:
    """What was shown."""
    return [Offer(key, "shown", _day(one.shown_at, zone)) for one in reactions if (key := _key(one)) is not None]


def applied_and_not(reactions: Iterable[InsightReaction]) -> dict[str, tuple[int, int]]:
    """By subject: how many insights were applied, and how many ended without it."""
    counts: dict[str, tuple[int, int]] = {}
    for one in reactions:
        subject = word_of(one.subject)
        if subject is not None and (one.applied_at is not None or one.ended_at is not None):
            applied, not_applied = counts.get(subject, (0, 0))
            is_applied = one.applied_at is not None
            counts[subject] = (applied + is_applied, not_applied + (not is_applied))
    return dict(sorted(counts.items()))


def _of_one(one: InsightReaction, zone: tzinfo) -> Iterator[Observation]:
    key = _key(one)
    if key is None:
        return
    if one.applied_at is not None:
        yield Observation(key, "applied", _day(one.applied_at, zone), KIND, f"insight:{one.insight_id}")
    elif one.ended_at is not None:
        yield Observation(key, "applied", _day(one.ended_at, zone), KIND, f"insight:{one.insight_id}", False)
    if one.rating is not None and one.rated_at is not None and not LOW_TO < one.rating < HIGH_FROM:
        value = "liked" if one.rating >= HIGH_FROM else "disliked"
        rating = f"insight:{one.insight_id}:rating"
        yield Observation(f"liking.insight_{word_of(one.subject)}", value, _day(one.rated_at, zone), KIND, rating)


def _key(one: InsightReaction) -> str | None:
    key = f"insight.{word_of(one.subject)}"
    return key if word_of(one.subject) is not None and KEY.fullmatch(f"liking.insight_{word_of(one.subject)}") else None


def _day(at: datetime, zone: tzinfo) -> date:
    return at.astimezone(zone).date()
