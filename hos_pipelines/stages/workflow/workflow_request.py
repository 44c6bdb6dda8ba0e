"""What a run of workflows is asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection

from hos_pipelines.domain.workflow.outcome import StageOutcome, WorkflowOutcome
from hos_pipelines.domain.workflow.stages import STAGES, Stage
from hos_pipelines.postgres.workflow_store import WorkflowStart
from hos_pipelines.settings.model import Engine
from hos_pipelines.stages.profile_outcome import ProfileOutcome

# Told of what became of a stage, chunk by chunk, once it is committed.
MarkStage = Callable[[Stage, Sequence[ProfileOutcome]], None]
# Write along: in each transaction in which stages are recorded, and in that in which workflows end. What they raise
# takes the transaction back and ends the run.
AlsoStages = Callable[[Connection[Any], Sequence[StageOutcome]], None]
AlsoEnds = Callable[[Connection[Any], Sequence[WorkflowOutcome]], None]


def _nothing_else(_connection: Connection[Any], _outcomes: Sequence[object]) -> None:
    """Nobody writes along."""


@dataclass(frozen=True, slots=True)
class WorkflowRequest:
    """Whom workflows are for, each under an id of its own: a new one, or that of one to go on with.

    Stages run in their order, whatever the order they are asked for in. By force those run too that have not moved.
    """

    people: Mapping[str, UUID]
    trigger: str
    stages: Sequence[Stage] = STAGES
    is_forced: bool = False
    batch_id: str | None = None
    run_id: str | None = None
    engine: Engine | None = None
    also: AlsoStages = _nothing_else
    also_at_end: AlsoEnds = _nothing_else

    @property
    def start(self) -> WorkflowStart:
        """What its workflows are begun with."""
        return WorkflowStart(self.trigger, self.stages, self.is_forced, self.batch_id, self.run_id)
