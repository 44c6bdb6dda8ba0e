"""What becomes of the stages of a workflow, and of it by them. Reasons are sentences, without health values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from hos_pipelines.domain.workflow.stages import Stage


class StageStatus(StrEnum):
    """Whether a stage has made something, stays as it is, has nothing to go by, failed, or refuses with a reason."""

    DONE = "done"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"
    REFUSED = "refused"


# What a workflow that goes on does not do again, while what it rests on is the same.
SETTLED = frozenset({StageStatus.DONE, StageStatus.UNCHANGED, StageStatus.REFUSED})


class WorkflowStatus(StrEnum):
    """What became of a workflow: `partial` where some stages failed, `refused` where none could be given at all."""

    RUNNING = "running"
    DONE = "done"
    UNCHANGED = "unchanged"
    PARTIAL = "partial"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def is_success(self) -> bool:
        """Whether every stage has all it could have."""
        return self in (WorkflowStatus.DONE, WorkflowStatus.UNCHANGED)


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """What became of one stage of one person. `results` are counts and states; `error` where it failed."""

    profile_id: str
    workflow_id: UUID
    stage: Stage
    status: StageStatus
    reason: str
    fingerprint: str
    attempt: int
    started_at: datetime
    completed_at: datetime
    results: Mapping[str, int | str | float] = field(default_factory=dict)
    error: str | None = None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.completed_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class WorkflowOutcome:
    """What became of the workflow of one person. Where it could not begin there are no stages, and `error` says why."""

    profile_id: str
    workflow_id: UUID | None
    status: WorkflowStatus
    stages: Mapping[Stage, StageOutcome] = field(default_factory=dict)
    error: str | None = None
    attempt: int = 0

    @property
    def errors(self) -> dict[str, str]:
        """By stage that failed, why."""
        return {stage.value: one.error for stage, one in self.stages.items() if one.error is not None}


def status_of(stages: Mapping[Stage, StageOutcome]) -> WorkflowStatus:
    """What a workflow came to by its stages."""
    seen = {one.status for one in stages.values()}
    if StageStatus.FAILED in seen:
        return WorkflowStatus.PARTIAL if seen & SETTLED else WorkflowStatus.FAILED
    if StageStatus.DONE in seen:
        return WorkflowStatus.DONE
    return WorkflowStatus.UNCHANGED if StageStatus.UNCHANGED in seen else WorkflowStatus.REFUSED
