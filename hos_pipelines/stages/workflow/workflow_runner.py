"""The workflows of this deployment, for whoever asks for them; knows no numpy until one is run."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.workflow.outcome import StageOutcome, WorkflowOutcome
from hos_pipelines.postgres.guidance_store import due_for_guidance
from hos_pipelines.postgres.profile_store import enrolled_profile_ids
from hos_pipelines.postgres.workflow_store import (
    StoredWorkflow,
    ended_of_batch,
    read_stage_outcomes,
    read_unfinished,
    read_workflows,
)
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages import on_demand
from hos_pipelines.stages.analysis.who import due_profiles
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.workflow.workflow_request import MarkStage, WorkflowRequest

# Whoever is not gone on with for so long has no run any more: a run begins each workflow when its turn has come.
STUCK_AFTER = timedelta(hours=1)
OF_REQUESTS = "request"


class WorkflowRunner:
    """Says who is due, and runs workflows with this deployment's settings, database and clock."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def due(self) -> list[str]:
        """Whoever is due for a stage now, each once, in the order of the stages."""
        with self._database.session() as connection:
            now = self._now()
            due = [key for kind in AnalysisType for key in due_profiles(connection, kind, now)]
            due += [key for kind in GuidanceKind for key in due_for_guidance(connection, kind, now)]
        return list(dict.fromkeys(due))

    def everyone(self) -> list[str]:
        """Everybody enrolled."""
        with self._database.session() as connection:
            return enrolled_profile_ids(connection)

    def run(self, request: WorkflowRequest, mark: MarkStage) -> list[WorkflowOutcome]:
        """Runs and stores; `mark` is told of each stage of some people once it is committed.

        Raises:
            DatabaseError: the database cannot be used.
        """
        return on_demand.run_workflow(request, self._read_settings(), self._database, self._now, mark)

    def known(self, workflow_ids: Sequence[UUID]) -> dict[UUID, StoredWorkflow]:
        """Those of these workflows that there are."""
        with self._database.session() as connection:
            return read_workflows(connection, workflow_ids)

    def stuck(self) -> list[StoredWorkflow]:
        """Those that have begun, have not ended, and that no run goes on with."""
        with self._database.session() as connection:
            return read_unfinished(connection, attempted_before=self._now() - STUCK_AFTER)

    def left_behind(self) -> list[StoredWorkflow]:
        """Those of them that the next run of whoever is due goes on with; requests have leases of their own."""
        return [one for one in self.stuck() if one.trigger != OF_REQUESTS]

    def of_batch(self, batch_id: str) -> tuple[list[StoredWorkflow], set[str]]:
        """Of those begun together, those that have not ended; and whose have."""
        with self._database.session() as connection:
            return read_unfinished(connection, batch_id=batch_id), ended_of_batch(connection, batch_id)

    def stages(self, workflow_id: UUID) -> list[StageOutcome]:
        """What is recorded of the stages of a workflow."""
        with self._database.session() as connection:
            return read_stage_outcomes(connection, [workflow_id])
