"""What adaptation has settled for the plans of one person: the state the next plan reads, by the day it holds from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from hos_pipelines.domain.guidance.adaptation.archetype_change import handover
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype


@dataclass(frozen=True, slots=True)
class ArchetypeBlend:
    """A change of archetype, from the day it holds from on."""

    old: Archetype
    new: Archetype
    starts: date

    def shares(self, day: date) -> Mapping[Archetype, float]:
        """The share of each archetype on a day; they add up to 1."""
        if day < self.starts:
            return {self.old: 1.0}
        share = handover(self.old, self.new).share_of_new((day - self.starts).days)
        return {self.new: 1.0} if share >= 1 else {self.old: 1 - share, self.new: share}


@dataclass(frozen=True, slots=True)
class AdaptationState:
    """How plans are made from `holds_from` on. The state decided on day D is what the plan of D + 1 reads.

    `stage_since` is the first day of the stage. `fewer_items` takes so many tracked items off each day (the person has
    fallen silent), `moved` gives tasks a minute of the local day, `resting` are tasks not offered before a day, and
    `longer` gives kept tasks more minutes. `may_replace_from` is the first day a plan may replace a task again.
    `held_until` is the last day on which nothing may be made harder; `locked` holds levers that were rolled back, with
    the last day of their lock. `archetype` is that for which the stage was settled, where that is known: plans of
    another are made at MAINTAIN. Version 0 is that of whoever has no state yet.
    """

    version: int = 0
    stage: Stage = Stage.MAINTAIN
    holds_from: date | None = None
    stage_since: date | None = None
    fewer_items: int = 0
    moved: Mapping[str, int] = field(default_factory=dict)
    resting: Mapping[str, date] = field(default_factory=dict)
    longer: Mapping[str, int] = field(default_factory=dict)
    may_replace_from: date | None = None
    held_until: date | None = None
    locked: Mapping[str, date] = field(default_factory=dict)
    blend: ArchetypeBlend | None = None
    archetype: Archetype | None = None

    def dwell_days(self, day: date) -> int:
        """Whole days in the stage before a day; 0 of whoever has no state yet."""
        return 0 if self.stage_since is None else max(0, (day - self.stage_since).days)

    def is_held(self, day: date) -> bool:
        """Whether nothing may be made harder on a day."""
        return self.held_until is not None and day <= self.held_until

    def is_locked(self, lever: str, day: date) -> bool:
        """Whether a lever was rolled back and may not be pulled on a day."""
        until = self.locked.get(lever)
        return until is not None and day <= until

    def archetypes(self, stated: Archetype, day: date) -> Mapping[Archetype, float]:
        """The archetypes a plan of a day goes by; the profile's own where no change is under way."""
        if self.blend is None or self.blend.new is not stated:
            return {stated: 1.0}
        return self.blend.shares(day)


LOCK = timedelta(days=28)
