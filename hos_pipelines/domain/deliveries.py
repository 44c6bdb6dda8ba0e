"""What came in through the webhook door and what became of it. How Sahha signs and words it is known to `sahha`."""

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class DeliveryOutcome(StrEnum):
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
class ParsedDelivery:
    """What a delivery says when read by itself: the external ids with new data, or the fault that it says nothing."""

    external_ids: frozenset[str] = frozenset()
    fault: DeliveryOutcome | None = None

    def outcome(self, enrolled: Collection[str]) -> DeliveryOutcome:
        """What it is consumed as where these external ids are enrolled."""
        if self.fault is not None:
            return self.fault
        return DeliveryOutcome.UNKNOWN_PROFILE if self.external_ids.isdisjoint(enrolled) else DeliveryOutcome.DUE


@dataclass(frozen=True, slots=True)
class ConsumedDeliveries:
    """What became of some deliveries: how many had each outcome, who was marked, and the kinds nobody knows by name."""

    outcomes: Counter[DeliveryOutcome] = field(default_factory=Counter)
    profile_ids: frozenset[str] = frozenset()
    unknown_kinds: Counter[str] = field(default_factory=Counter)

    @property
    def deliveries(self) -> int:
        """How many they were."""
        return self.outcomes.total()

    def __add__(self, other: "ConsumedDeliveries") -> "ConsumedDeliveries":
        return ConsumedDeliveries(
            self.outcomes + other.outcomes,
            self.profile_ids | other.profile_ids,
            self.unknown_kinds + other.unknown_kinds,
        )
