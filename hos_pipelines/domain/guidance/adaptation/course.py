"""The course of one run over one person: what is stored, what becomes of it, and what differs at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hos_pipelines.domain.guidance.adaptation.change import (
    Action,
    ChangeEvaluation,
    ChangeStanding,
    JudgedWeek,
    PlanChange,
    StateVersion,
    Trigger,
    change_uuid,
)
from hos_pipelines.domain.guidance.adaptation.levers import watch
from hos_pipelines.domain.guidance.adaptation.record import AdaptationFinding, AdaptationRecord
from hos_pipelines.domain.guidance.adaptation.seen import SeenOfPerson
from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.adaptation.state_json import state_on
from hos_pipelines.domain.profiles import Archetype


@dataclass(frozen=True, slots=True)
class Reasons:
    """What sets a change off, since which day, and what is said of it; `fact_ids` are what it rests on."""

    trigger: Trigger
    since: date
    because: str
    fact_ids: Sequence[str]
    question: str | None = None


@dataclass(frozen=True, slots=True)
class IntendedChange:
    """A change that is not made yet: which lever, what is done, why, and what differs in the state."""

    lever: str
    action: Action
    why: Reasons
    differs: Mapping[str, Any] = field(default_factory=dict)


class AdaptationCourse:
    """Holds rows as they are by now; what is decided today holds from tomorrow."""

    def __init__(self, record: AdaptationRecord, seen: SeenOfPerson) -> None:
        self.seen = seen
        self.today = seen.today
        self.archetype: Archetype | None = None
        self._record = record
        self.states = list(record.states)
        self.changes = {one.id: one for one in record.changes}
        self.evaluations = {(one.change_id, one.attempt): one for one in record.evaluations}
        self.weeks = {one.week_from: one for one in record.weeks}

    @property
    def state(self) -> AdaptationState:
        """The newest state; that of whoever has none is version 0."""
        return self.states[-1].state if self.states else AdaptationState()

    @property
    def tomorrow(self) -> date:
        """From when on holds what is decided today; not before what is decided already, whatever zone comes next."""
        following = self.today + timedelta(days=1)
        return max(following, self.states[-1].holds_from) if self.states else following

    @property
    def open(self) -> PlanChange | None:
        """The change under evaluation; there is one at most."""
        return next((one for one in self.changes.values() if one.standing == "open"), None)

    def held_on(self, day: date) -> AdaptationState:
        """The state that plans of a day were made by."""
        return state_on([one.state for one in self.states], day)

    def state_of(self, version: int) -> AdaptationState:
        """A former state, as it was stored."""
        return next((one.state for one in self.states if one.version == version), AdaptationState())

    def advance(
        self,
        reason: str,
        because: str,
        change_id: UUID | None = None,
        base: AdaptationState | None = None,
        differs: Mapping[str, Any] | None = None,
    ) -> AdaptationState:
        """Another version of the state, from the newest or another one; a stage that differs begins when it holds."""
        tomorrow = self.tomorrow
        former, new = base or self.state, dict(differs or {})
        if new.get("stage", former.stage) is not self.state.stage and "stage_since" not in new:
            new["stage_since"] = tomorrow
        archetype = self.archetype or self.seen.archetype
        new |= {"version": self.state.version + 1, "holds_from": tomorrow, "archetype": archetype}
        state = replace(former, **new)
        self.states.append(StateVersion(state, self.today, tomorrow, archetype, reason, because, change_id))
        return state

    def id_of(self, intended: IntendedChange) -> UUID:
        """The id a change has, or would have."""
        why = intended.why
        return change_uuid(self.seen.profile_id, why.since, why.trigger, intended.action, intended.lever)

    def pull(self, intended: IntendedChange, base: AdaptationState | None = None) -> PlanChange:
        """Makes a change that will be judged, from the present state or a former one."""
        why, former = intended.why, base or self.state
        watched = watch(self.seen, intended.lever, why.since, self.tomorrow)
        differs = {"may_replace_from": watched.evaluate_on, **intended.differs}
        change_id = self.id_of(intended)
        state = self.advance(why.trigger, why.because, change_id, former, differs)
        change = PlanChange(
            id=change_id,
            decided_on=self.today,
            trigger=why.trigger,
            action=intended.action,
            lever=intended.lever,
            because=why.because,
            fact_ids=tuple(why.fact_ids),
            from_version=former.version,
            to_version=state.version,
            standing="open",
            watch=watched,
            question=why.question,
        )
        self.changes[change.id] = change
        return change

    def note(
        self,
        intended: IntendedChange,
        standing: ChangeStanding,
        archetypes: tuple[Archetype, Archetype] | None = None,
    ) -> PlanChange:
        """Makes what is not judged, or notes what is proposed; `archetypes` are the old and the new one."""
        why, former = intended.why, self.state.version
        change_id = self.id_of(intended)
        if intended.differs:
            self.advance(why.trigger, why.because, change_id, None, intended.differs)
        old, new = archetypes or (None, None)
        change = PlanChange(
            id=change_id,
            decided_on=self.today,
            trigger=why.trigger,
            action=intended.action,
            lever=intended.lever,
            because=why.because,
            fact_ids=tuple(why.fact_ids),
            from_version=former,
            to_version=self.state.version,
            standing=standing,
            from_archetype=old,
            to_archetype=new,
            closed_on=None if standing == "proposed" else self.today,
        )
        self.changes[change.id] = change
        return change

    def close(self, change: PlanChange, standing: ChangeStanding) -> None:
        """Ends the evaluation of a change."""
        self.changes[change.id] = replace(change, standing=standing, closed_on=self.today)

    def overtake(self) -> None:
        """What is under evaluation is not judged any more."""
        if self.open is not None:
            self.close(self.open, "overtaken")

    def rests_on(self, change: PlanChange) -> bool:
        """Whether the newest state is the one this change made, so that it can be taken back."""
        return self.state.version == change.to_version

    def keep_week(self, week: JudgedWeek) -> None:
        """Notes a judged week."""
        self.weeks[week.week_from] = week

    def keep_evaluation(self, evaluation: ChangeEvaluation) -> None:
        """Notes a judgement of a change."""
        self.evaluations[evaluation.change_id, evaluation.attempt] = evaluation

    def finding(self) -> AdaptationFinding:
        """What is new or differs."""
        record = self._record
        return AdaptationFinding(
            states=tuple(self.states[len(record.states) :]),
            changes=tuple(one for one in self.changes.values() if one not in record.changes),
            evaluations=tuple(one for one in self.evaluations.values() if one not in record.evaluations),
            weeks=tuple(one for one in self.weeks.values() if one not in record.weeks),
            archetype=self.archetype,
        )
