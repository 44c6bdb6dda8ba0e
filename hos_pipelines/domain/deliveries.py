"""What came in through the webhook door and what became of it. How Sahha signs and words it is known to `sahha`."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class Fate(StrEnum):
    """What a delivery is consumed as."""

    DUE = "due"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_PROFILE = "unknown_profile"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook request: the two headers that say what it is about, and the body byte for byte as it was signed.

    The signature covers the body alone; the headers are a hint that anyone on the way could have changed.
    """

    event_type: str
    external_id: str
    body: bytes = field(repr=False)

    @property
    def body_hash(self) -> str:
        """SHA-256 over event type, external id and body, hexadecimal: the same for a replay and for nothing else."""
        digest = hashlib.sha256()
        for part in (self.event_type.encode(), self.external_id.encode(), self.body):
            digest.update(b"%d:" % len(part))  # with its length before it, no part can run into the next
            digest.update(part)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a delivery says when read by itself: the external ids with new data, or the fault that it says nothing."""

    external_ids: frozenset[str] = frozenset()
    fault: Fate | None = None

    def fate(self, enrolled: Collection[str]) -> Fate:
        """What it is consumed as where these external ids are enrolled."""
        if self.fault is not None:
            return self.fault
        return Fate.UNKNOWN_PROFILE if self.external_ids.isdisjoint(enrolled) else Fate.DUE


@dataclass(frozen=True, slots=True)
class Consumed:
    """What became of some deliveries: how many met each fate, who was marked, and the kinds nobody knows by name."""

    fates: Counter[Fate] = field(default_factory=Counter)
    profile_ids: frozenset[str] = frozenset()
    unknown_kinds: Counter[str] = field(default_factory=Counter)

    @property
    def deliveries(self) -> int:
        """How many they were."""
        return self.fates.total()

    def __add__(self, other: "Consumed") -> "Consumed":
        return Consumed(
            self.fates + other.fates, self.profile_ids | other.profile_ids, self.unknown_kinds + other.unknown_kinds
        )
