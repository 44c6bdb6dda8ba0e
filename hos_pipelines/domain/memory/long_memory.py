"""A row of long-term memory: one version of what is held to be true of a person under one key."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hos_pipelines.domain.memory.confidence import STATED_CONFIDENCE, confidence_of, decay
from hos_pipelines.domain.memory.evidence import ValueTally
from hos_pipelines.domain.memory.layers import COUNTED_DAYS, RULE_VERSION, Source, SourceKind, Standing
from hos_pipelines.domain.memory.moment import MemoryMoment

EVIDENCE_IDS_KEPT = 20
DECIMALS = 4


@dataclass(frozen=True, slots=True)
class LongMemory:
    """What is held to be true. `valid_from` and `valid_to` are local days in the world, `recorded_at` and `expired_at`
    UTC instants in this system. `confidence` is as of `judged_on`.
    """

    key: str
    value: str
    version: int
    source: Source
    standing: Standing
    support_days: tuple[date, ...]
    contradiction_days: tuple[date, ...]
    kinds: tuple[SourceKind, ...]
    evidence_ids: tuple[str, ...]
    confidence: float
    judged_on: date
    valid_from: date
    valid_to: date | None
    last_confirmed: date
    recorded_at: datetime
    expired_at: datetime | None
    rule_version: str = RULE_VERSION

    @property
    def tally(self) -> ValueTally:
        """Its counts."""
        return ValueTally(self.value, self.support_days, self.contradiction_days, self.kinds, self.evidence_ids)

    def counted(self, today: date) -> float:
        """The confidence by its counts alone, as of a day."""
        return confidence_of(self.support_days, self.contradiction_days, today)

    def current(self, today: date) -> float:
        """How sure it is as of a day: what was stated stays certain, what was learned decays without support."""
        if self.source is Source.STATED:
            return STATED_CONFIDENCE
        return round(self.counted(today) * decay((today - self.last_confirmed).days), DECIMALS)

    def judged(self, today: date) -> "LongMemory":
        """With its confidence as of a day."""
        return replace(self, confidence=self.current(today), judged_on=today)

    def closed(self, standing: Standing, valid_to: date, at: datetime) -> "LongMemory":
        """No longer held to be true, from `valid_to` on in the world; never before it began."""
        return replace(self, standing=standing, valid_to=max(valid_to, self.valid_from), expired_at=at)

    def payload(self) -> dict[str, Any]:
        """The row as the log keeps it: enough to put it back."""
        return {
            "key": self.key,
            "value": self.value,
            "version": self.version,
            "source": self.source.value,
            "standing": self.standing.value,
            "support_days": [day.isoformat() for day in self.support_days],
            "contradiction_days": [day.isoformat() for day in self.contradiction_days],
            "kinds": [kind.value for kind in self.kinds],
            "evidence_ids": list(self.evidence_ids),
            "confidence": self.confidence,
            "judged_on": self.judged_on.isoformat(),
            "valid_from": self.valid_from.isoformat(),
            "valid_to": None if self.valid_to is None else self.valid_to.isoformat(),
            "last_confirmed": self.last_confirmed.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "expired_at": None if self.expired_at is None else self.expired_at.isoformat(),
            "rule_version": self.rule_version,
        }

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> "LongMemory":
        """The row that the log kept."""
        return cls(
            **{name: payload[name] for name in ("key", "value", "version", "confidence", "rule_version")},
            support_days=tuple(map(date.fromisoformat, payload["support_days"])),
            contradiction_days=tuple(map(date.fromisoformat, payload["contradiction_days"])),
            source=Source(payload["source"]),
            standing=Standing(payload["standing"]),
            kinds=tuple(map(SourceKind, payload["kinds"])),
            evidence_ids=tuple(payload["evidence_ids"]),
            judged_on=date.fromisoformat(payload["judged_on"]),
            valid_from=date.fromisoformat(payload["valid_from"]),
            valid_to=None if payload["valid_to"] is None else date.fromisoformat(payload["valid_to"]),
            last_confirmed=date.fromisoformat(payload["last_confirmed"]),
            recorded_at=datetime.fromisoformat(payload["recorded_at"]),
            expired_at=None if payload["expired_at"] is None else datetime.fromisoformat(payload["expired_at"]),
        )


def learned(key: str, version: int, tally: ValueTally, standing: Standing, now: MemoryMoment) -> LongMemory:
    """A new row of what was learned."""
    row = LongMemory(
        key=key,
        value=tally.value,
        version=version,
        source=Source.LEARNED,
        standing=standing,
        support_days=tally.support,
        contradiction_days=tally.contradiction,
        kinds=tally.kinds,
        evidence_ids=tally.evidence_ids[-EVIDENCE_IDS_KEPT:],
        confidence=0.0,
        judged_on=now.today,
        valid_from=tally.support[0],
        valid_to=None,
        last_confirmed=tally.support[-1],
        recorded_at=now.at,
        expired_at=None,
    )
    return row.judged(now.today)


def counted_since(days: tuple[date, ...], today: date) -> tuple[date, ...]:
    """The days that still count."""
    first = today - timedelta(days=COUNTED_DAYS)
    return tuple(day for day in days if day >= first)
