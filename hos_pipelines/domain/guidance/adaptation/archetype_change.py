"""Changing the coaching archetype: which changes go well together, and how a plan goes over from one to the other.

The table is the former system's and not symmetric. A change is proposed; it is made only where the person allows it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype

FB, TS, SI = Archetype.FOUNDATION_BUILDER, Archetype.TRANSFORMATION_SEEKER, Archetype.SYSTEMATIC_IMPROVER
PP, RR, CE = Archetype.PEAK_PERFORMER, Archetype.RESILIENCE_REBUILDER, Archetype.CONNECTED_EXPLORER

Fit = Literal["same", "good", "fair", "bad"]
Way = Literal["adaptive", "gradual_blend", "fresh_start"]
ProposedFor = Literal["strategy_ineffective", "ready_for_more", "stated"]

GOOD: dict[Archetype, tuple[Archetype, ...]] = {
    FB: (RR, SI),
    PP: (SI,),
    SI: (PP, FB),
    TS: (CE,),
    RR: (FB,),
    CE: (TS,),
}
BAD: dict[Archetype, tuple[Archetype, ...]] = {
    FB: (PP, TS),
    PP: (FB, RR, CE),
    SI: (CE,),
    TS: (FB, RR),
    RR: (PP, TS),
    CE: (PP, SI),
}
# How much each asks of a person, 1 to 10.
COMPLEXITY: dict[Archetype, int] = {FB: 2, RR: 3, CE: 5, SI: 6, TS: 8, PP: 9}

NEAR, FAR = 2, 5
ADAPTIVE_DAYS, BLEND_DAYS = 3, 7
COOL_DOWN_DAYS = 28
ROLLBACKS_TO_PROPOSE, INTENSE_DAYS_TO_PROPOSE = 2, 28


@dataclass(frozen=True, slots=True)
class Handover:
    """How a plan goes over: at once, by adapting, or by a blend over so many days."""

    way: Way
    days: int

    def share_of_new(self, day: int) -> float:
        """How much of the new archetype's fits holds on the day after the change, 0 to 1; linear in a blend."""
        return min(1.0, (day + 1) / self.days) if self.way == "gradual_blend" else 1.0


@dataclass(frozen=True, slots=True)
class ArchetypeRecord:
    """What speaks for a change: rollbacks of 28 days, days in INTENSIFY, and the last change of archetype."""

    stage: Stage
    stage_days: int
    rollbacks: int
    last_change: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another archetype, and what speaks for it."""

    archetype: Archetype
    reason: ProposedFor


def fit_between(old: Archetype, new: Archetype) -> Fit:
    """How a change from one to the other goes together."""
    if old is new:
        return "same"
    if new in GOOD[old]:
        return "good"
    return "bad" if new in BAD[old] else "fair"


def handover(old: Archetype, new: Archetype) -> Handover:
    """How a plan goes over from one archetype to another."""
    fit, apart = fit_between(old, new), abs(COMPLEXITY[new] - COMPLEXITY[old])
    if fit == "same":
        return Handover("adaptive", 0)
    if fit == "bad" or apart > FAR:
        return Handover("fresh_start", 0)
    if fit == "good" and apart <= NEAR:
        return Handover("adaptive", ADAPTIVE_DAYS)
    return Handover("gradual_blend", BLEND_DAYS)


def proposal(archetype: Archetype, record: ArchetypeRecord, today: date) -> Proposal | None:
    """The archetype to propose, if any: an easier one after two rollbacks, a harder one after four intense weeks.

    Only such as go well with the present one, and not within 28 days of the last change.
    """
    if record.last_change is not None and (today - record.last_change).days < COOL_DOWN_DAYS:
        return None
    candidates = sorted(GOOD[archetype], key=lambda other: (abs(COMPLEXITY[other] - COMPLEXITY[archetype]), other))
    if record.rollbacks >= ROLLBACKS_TO_PROPOSE:
        easier = [other for other in candidates if COMPLEXITY[other] < COMPLEXITY[archetype]]
        return Proposal((easier or candidates)[0], "strategy_ineffective")
    if record.stage is Stage.INTENSIFY and record.stage_days >= INTENSE_DAYS_TO_PROPOSE:
        harder = [other for other in candidates if COMPLEXITY[other] > COMPLEXITY[archetype]]
        return Proposal(harder[0], "ready_for_more") if harder else None
    return None
