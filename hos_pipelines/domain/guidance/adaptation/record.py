"""What is stored of one person's adaptation, and what is to be written of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hos_pipelines.domain.guidance.adaptation.change import ChangeEvaluation, JudgedWeek, PlanChange, StateVersion
from hos_pipelines.domain.profiles import Archetype


@dataclass(frozen=True, slots=True)
class AdaptationRecord:
    """The newest versions of the state, oldest first; changes, evaluations and weeks of the last ten weeks."""

    states: Sequence[StateVersion] = ()
    changes: Sequence[PlanChange] = ()
    evaluations: Sequence[ChangeEvaluation] = ()
    weeks: Sequence[JudgedWeek] = ()

    def with_rows(self, found: "AdaptationFinding") -> "AdaptationRecord":
        """What is stored once these rows are written."""
        changes = {one.id: one for one in (*self.changes, *found.changes)}
        evaluations = {(one.change_id, one.attempt): one for one in (*self.evaluations, *found.evaluations)}
        weeks = {one.week_from: one for one in (*self.weeks, *found.weeks)}
        return AdaptationRecord(
            (*self.states, *found.states), tuple(changes.values()), tuple(evaluations.values()), tuple(weeks.values())
        )


@dataclass(frozen=True, slots=True)
class AdaptationFinding:
    """The rows that are new or differ, and the archetype to change to, where the person allows it."""

    states: Sequence[StateVersion] = ()
    changes: Sequence[PlanChange] = ()
    evaluations: Sequence[ChangeEvaluation] = ()
    weeks: Sequence[JudgedWeek] = ()
    archetype: Archetype | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be written."""
        return not (self.states or self.changes or self.evaluations or self.weeks)
