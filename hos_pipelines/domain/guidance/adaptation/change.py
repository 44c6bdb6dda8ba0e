"""What adaptation keeps of a person, a row each: changes, their evaluations, judged weeks, versions of the state."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from hos_pipelines.domain.guidance.adaptation.body import BodyShift
from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.adaptation.verdict import Difference, Done, RollbackReason, Verdict
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype

# Ids are made of what they name, so that two machines give the same.
OUR_CHANGES = UUID("b3a1d6de-2f1f-5b0f-8d06-0f6c2d1f9a57")

Trigger = Literal[
    "safety",
    "poor_adherence",
    "engagement_decline",
    "engagement_recovered",
    "recovered",
    "slipped",
    "ready_for_more",
    "progress_plateau",
    "schedule_conflict",
    "user_feedback",
    "goal_change",
    "archetype_change",
    "strategy_ineffective",
]
Action = Literal[
    "simplify",
    "maintain",
    "progress",
    "intensify",
    "fewer_items",
    "restore_items",
    "move",
    "rest",
    "longer",
    "replan",
    "switch_archetype",
]
Metric = Literal["completion", "reporting", "task_completion"]
ChangeStanding = Literal["open", "closed", "rolled_back", "withdrawn", "overtaken", "proposed", "noted"]
Outcome = Literal["kept", "extended", "closed", "rolled_back"]
WeekDecision = Literal["changed", "kept", "waiting", "skipped"]


@dataclass(frozen=True, slots=True)
class Watch:
    """How a change is judged: by which measure, against what, over which days, and when.

    `expected` is the share that the measure is to reach, or to keep; `task` names the one that is judged by itself.
    """

    metric: Metric
    expected: float
    baseline_from: date
    baseline_to: date
    baseline: Done
    holds_from: date
    monitor_from: date
    monitor_to: date
    evaluate_on: date
    rollback_when: str
    is_extended: bool = False


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One change of how plans are made. `watch` is None of what is not judged: safety, a goal, another archetype."""

    id: UUID
    decided_on: date
    trigger: Trigger
    action: Action
    lever: str
    because: str
    fact_ids: Sequence[str]
    from_version: int
    to_version: int
    standing: ChangeStanding
    watch: Watch | None = None
    question: str | None = None
    from_archetype: Archetype | None = None
    to_archetype: Archetype | None = None
    closed_on: date | None = None

    @property
    def task(self) -> str | None:
        """The task it is about; None where it is about whole days."""
        return self.lever.partition(":")[2] or None


@dataclass(frozen=True, slots=True)
class ChangeEvaluation:
    """One judgement of a change; `difference` is None where either side has nothing due.

    `body` is how sleep and steps have moved since, of a judgement over a fortnight, as known when it was made.
    """

    change_id: UUID
    attempt: int
    evaluated_on: date
    monitor_from: date
    monitor_to: date
    verdict: Verdict
    difference: Difference | None
    after: Done
    satisfaction: float | None
    low_readiness_days: int
    rollback_reason: RollbackReason | None
    outcome: Outcome
    because: str
    reopened: int = 0
    body: tuple[BodyShift, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """What seven days of plans came to."""

    planned_days: int
    reported_days: int
    due: int
    done: float
    completion: float | None
    fortnight_completion: float | None
    low_readiness_days: int
    is_ill_or_in_pain: bool


@dataclass(frozen=True, slots=True)
class JudgedWeek:
    """Seven days of plans as they were judged, in the state they were judged in."""

    week_from: date
    week_to: date
    judged_on: date
    state_version: int
    stage: Stage
    figures: WeekFigures
    decision: WeekDecision
    reason: str
    because: str
    change_id: UUID | None = None
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class StateVersion:
    """One version of the state, and why it was made."""

    state: AdaptationState
    decided_on: date
    holds_from: date
    archetype: Archetype
    reason: str
    because: str
    change_id: UUID | None = None

    @property
    def version(self) -> int:
        """Its number, from 1."""
        return self.state.version


def change_uuid(profile_id: str, since: date, trigger: Trigger, action: Action, lever: str) -> UUID:
    """The id of a change: `since` is the day of what set it off, the first of its week."""
    name = f"{profile_id}|{since}|{trigger}|{action}|{lever}"
    return UUID(bytes=hashlib.sha256(OUR_CHANGES.bytes + name.encode()).digest()[:16], version=5)
