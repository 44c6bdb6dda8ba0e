"""Evidence: what one local day shows of one key; and the days that speak for a value and against it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from hos_pipelines.domain.memory.layers import SourceKind


class Observation(NamedTuple):
    """What one source shows of one key on one local day: a value, or that the value did not hold.

    Of two with the same id and key one stands for the other: a correction takes the place of what it corrects.
    """

    key: str
    value: str
    day: date
    kind: SourceKind
    evidence_id: str
    supports: bool = True


class Offer(NamedTuple):
    """What a plan of ours offered for a key on a day. It is exposure, and no evidence."""

    key: str
    value: str
    day: date


@dataclass(frozen=True, slots=True)
class ValueTally:
    """The local days that support a value and those that speak against it, each once and in order.

    A day with both is a day of support: on it the value was seen.
    """

    value: str
    support: tuple[date, ...] = ()
    contradiction: tuple[date, ...] = ()
    kinds: tuple[SourceKind, ...] = ()
    evidence_ids: tuple[str, ...] = ()


class Tallies:
    """The days for and against each value of one key, whatever the order of the evidence."""

    def __init__(self, evidence: Iterable[Observation]) -> None:
        self._shown: dict[str, list[Observation]] = {}
        self._denied: dict[str, set[date]] = {}
        self._tallied: dict[str, ValueTally] = {}
        for one in evidence:
            if one.supports:
                self._shown.setdefault(one.value, []).append(one)
            else:
                self._denied.setdefault(one.value, set()).add(one.day)
        self.days = {one.day for seen in self._shown.values() for one in seen}

    @property
    def values(self) -> list[str]:
        """The values that are shown, by name."""
        return sorted(self._shown)

    def of(self, value: str) -> ValueTally:
        """The tally of one value: each day that shows another, or that it did not hold, contradicts it."""
        if value not in self._tallied:
            self._tallied[value] = self._tally(value)
        return self._tallied[value]

    def _tally(self, value: str) -> ValueTally:
        seen = sorted(self._shown.get(value, ()), key=attrgetter("day", "evidence_id"))
        support = dict.fromkeys(one.day for one in seen)
        return ValueTally(
            value,
            tuple(support),
            tuple(sorted((self.days | self._denied.get(value, set())) - support.keys())),
            tuple(sorted({one.kind for one in seen})),
            tuple(dict.fromkeys(one.evidence_id for one in seen)),
        )


def newest_by_id(held: Iterable[Observation], seen: Iterable[Observation]) -> tuple[Observation, ...]:
    """Each piece of evidence once: what is seen now stands for what was held under its id, in an order of its own."""
    fresh: dict[tuple[str, str], Observation] = {}
    for one in seen:
        place = (one.evidence_id, one.key)
        fresh[place] = max(fresh[place], one) if place in fresh else one
    by_id = {**{(one.evidence_id, one.key): one for one in held}, **fresh}
    return tuple(sorted(by_id.values(), key=attrgetter("day", "value", "kind", "evidence_id")))
