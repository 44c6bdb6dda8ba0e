"""A fact of a person with its source and validity, and which of several holds: the newest of the best source."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hos_pipelines.domain.person.fact_keys import QUANTITIES, FactKey, FactSource

SOURCES = tuple(FactSource)


@dataclass(frozen=True, slots=True)
class ProfileFact:
    """One row. `value` is in the unit of its key, and None where its source takes back what it said before.

    It holds in the person's life from `valid_from` up to `valid_to`; `recorded_at` is when it came to be known here.
    `id` is the row of `profile_facts`; None where it was read from a biomarker or the profile. `has_lapsed` says that
    it is older than such a value is good for.
    """

    key: FactKey
    value: Any
    source: FactSource
    valid_from: datetime
    recorded_at: datetime
    valid_to: datetime | None = None
    id: int | None = None
    has_lapsed: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether it was known and valid at that instant."""
        return self.recorded_at <= at and self.valid_from <= at and (self.valid_to is None or at < self.valid_to)

    def is_old(self, at: datetime) -> bool:
        """Whether it says no more how somebody is at that instant, as a weight of last year."""
        quantity = QUANTITIES.get(self.key)
        return quantity is not None and quantity.lasts is not None and at - self.valid_from > quantity.lasts


def facts_at(facts: Iterable[ProfileFact], at: datetime) -> Mapping[FactKey, ProfileFact]:
    """What holds at an instant: of each source the newest, of these the best source, in the order of the keys.

    Of a source the one valid since latest is the newest, then the one recorded last. What has lapsed gives way to what
    a lesser source says that has not. A source that took back what it said says nothing.
    """
    newest: dict[tuple[FactKey, FactSource], ProfileFact] = {}
    for fact in by_age(one for one in facts if one.holds(at)):
        newest[fact.key, fact.source] = fact
    found = {}
    for key in FactKey:
        said = [newest[key, source] for source in SOURCES if (key, source) in newest]
        best = min((one for one in said if one.value is not None), key=lambda one: _rank(one, at), default=None)
        if best is not None:
            found[key] = _marked(best, at)
    return found


def facts_to_come(facts: Iterable[ProfileFact], at: datetime) -> list[ProfileFact]:
    """What is known at an instant and holds later only, in the order in which it begins.

    Of what one source says from one moment on, the last word counts.
    """
    known = [one for one in by_age(facts) if one.recorded_at <= at < one.valid_from]
    return list({(one.key, one.source, one.valid_from): one for one in known}.values())


def by_age(facts: Iterable[ProfileFact]) -> list[ProfileFact]:
    """Oldest first: by when they began to hold, then by when they were recorded."""
    return sorted(facts, key=lambda one: (one.valid_from, one.recorded_at, one.id or 0))


def _rank(fact: ProfileFact, at: datetime) -> tuple[bool, int]:
    return fact.is_old(at), SOURCES.index(fact.source)


def _marked(fact: ProfileFact, at: datetime) -> ProfileFact:
    return replace(fact, has_lapsed=True) if fact.is_old(at) else fact
