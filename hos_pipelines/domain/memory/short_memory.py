"""A row of short-term memory: what the last 30 days show of one key; and how new evidence is noted in it."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from hos_pipelines.domain.memory.evidence import Observation, Offer, Tallies, ValueTally, newest_by_id
from hos_pipelines.domain.memory.layers import SHORT_TERM_DAYS, SourceKind
from hos_pipelines.domain.memory.strength import half_life_of, has_faded, lasting_days


@dataclass(frozen=True)
class ShortMemory:
    """What was seen of one key: the evidence, at least one of it in support, and what was on offer."""

    key: str
    evidence: tuple[Observation, ...]
    offered: tuple[str, ...] = ()
    exposures: int = 0

    @property
    def first_day(self) -> date:
        """The first local day of its evidence."""
        return min(one.day for one in self.evidence)

    @property
    def last_day(self) -> date:
        """The last local day of its evidence."""
        return max(one.day for one in self.evidence)

    @cached_property
    def tallies(self) -> Tallies:
        """The days for and against each value."""
        return Tallies(self.evidence)

    def leading(self) -> ValueTally:
        """The value of most days; of equals the one seen last, then the first by name."""
        tallies = self.tallies
        return min(
            (tallies.of(value) for value in tallies.values),
            key=lambda one: (-len(one.support), -one.support[-1].toordinal(), one.value),
        )

    def payload(self) -> dict[str, Any]:
        """What it came to, as the log keeps it."""
        leading = self.leading()
        return {
            "key": self.key,
            "value": leading.value,
            "support_days": [day.isoformat() for day in leading.support],
            "contradiction_days": [day.isoformat() for day in leading.contradiction],
            "evidence_ids": list(leading.evidence_ids),
        }


def days_left(key: str, last: date, today: date) -> int:
    """In how many days a row is let go if nothing more is seen of it: once it has faded, after 30 days at most."""
    lasts = min(SHORT_TERM_DAYS, lasting_days(half_life_of(key)))
    return (last - today).days + lasts


def note(
    held: Mapping[str, ShortMemory],
    seen: Sequence[Observation],
    offers: Iterable[Offer],
    today: date,
    *,
    whole: AbstractSet[SourceKind] = frozenset(),
) -> dict[str, ShortMemory]:
    """Short-term memory with what was seen: the same whatever the order, and however often it is given.

    Of the kinds of source in `whole`, `seen` is all there is of the last 30 days: what was noted of them before and is
    not among it was taken back. Evidence older than 30 days, or of days to come, is let go, and so is a row that has
    faded or that nothing supports any more.
    """
    since, kept = today - timedelta(days=SHORT_TERM_DAYS), list[Observation]()
    for row in held.values():
        kept += [one for one in row.evidence if one.kind not in whole]
    by_key: dict[str, list[Observation]] = {}
    for one in newest_by_id(kept, seen):
        if since < one.day <= today:
            by_key.setdefault(one.key, []).append(one)
    offered: dict[str, list[str]] = {}
    for offer in offers:
        if since < offer.day <= today:
            offered.setdefault(offer.key, []).append(offer.value)
    return {
        key: ShortMemory(key, tuple(evidence), tuple(sorted(set(offered.get(key, ())))), len(offered.get(key, ())))
        for key, evidence in sorted(by_key.items())
        if any(one.supports for one in evidence) and not has_faded(key, evidence[-1].day, today)
    }
