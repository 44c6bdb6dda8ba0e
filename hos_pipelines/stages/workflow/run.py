"""One run of workflows, from top to bottom: begin, stage after stage, end; some people at a time, through all stages.

Each stage writes its rows and what became of it in one transaction, so that a workflow that was killed goes on where
it was. All stages of a workflow are made for one instant, whenever they are made.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS
from hos_pipelines.domain.profiles import NOT_ENROLLED
from hos_pipelines.domain.workflow.outcome import SETTLED, StageOutcome, WorkflowOutcome, WorkflowStatus
from hos_pipelines.domain.workflow.stages import STAGES, Stage, WorkflowSource, need_of
from hos_pipelines.postgres.connection import explain_failures
from hos_pipelines.postgres.workflow_store import BegunWorkflow, begin_workflows, read_sources, read_stage_outcomes
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.methods import METHODS
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.kept_sessions import KeptSessions
from hos_pipelines.stages.workflow.chunk import ChunkSurroundings, WorkflowChunk
from hos_pipelines.stages.workflow.workflow_request import MarkStage, WorkflowRequest

PEOPLE_AT_ONCE = 200

Fingerprints = Mapping[str, Mapping[Stage, str]]


def run_workflow(
    request: WorkflowRequest, settings: Settings, database: Database, now: Callable[[], datetime], mark: MarkStage
) -> list[WorkflowOutcome]:
    """Runs the workflows of people, due or not; one that fails leaves the others alone. `mark` is told stage by stage.

    Raises:
        DatabaseError: the database cannot be used; what was marked by then is stored, and each workflow can be gone on
            with by its id.
    """
    request = replace(request, stages=[stage for stage in STAGES if stage in request.stages])
    everybody, outcomes = list(request.people), list[WorkflowOutcome]()
    with explain_failures(), KeptSessions(database) as kept:
        around = ChunkSurroundings(settings, kept, now, mark)
        for start in range(0, len(everybody), PEOPLE_AT_ONCE):
            keys = everybody[start : start + PEOPLE_AT_ONCE]
            begun, fingerprints = _begin(request, kept, keys, now())
            outcomes += _not_begun(request, keys, begun, fingerprints)
            for as_of, some in _by_instant(begun):
                settled = _settled(kept, some, fingerprints)
                outcomes += WorkflowChunk(request, around, as_of, some, fingerprints, settled).run()
    return outcomes


def _begin(
    request: WorkflowRequest, database: Database, profile_ids: Sequence[str], now: datetime
) -> tuple[dict[str, BegunWorkflow], Fingerprints]:
    """Those of these whose workflow has begun, and what each stage rests on of everyone enrolled."""
    with database.session() as connection, connection.transaction():
        sources = read_sources(connection, profile_ids, now)
        fingerprints = {
            key: {stage: _fingerprint(stage, found) for stage in request.stages} for key, found in sources.items()
        }
        whole = {key: _digest(*stages.values()) for key, stages in fingerprints.items()}
        return begin_workflows(connection, request.start, request.people, whole, now), fingerprints


def _fingerprint(stage: Stage, found: Mapping[WorkflowSource, str]) -> str:
    """Of the rules of a stage and all that comes from outside and reaches it."""
    version = METHODS[stage].version if isinstance(stage, AnalysisType) else RULE_VERSIONS[stage]
    return _digest(version, *(f"{source}={found[source]}" for source in sorted(need_of(stage).rests_on)))


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def _not_begun(
    request: WorkflowRequest, keys: Sequence[str], begun: Mapping[str, BegunWorkflow], enrolled: Fingerprints
) -> list[WorkflowOutcome]:
    """Nothing is written of whoever is not enrolled, or whose id is another's workflow."""
    return [
        WorkflowOutcome(
            key,
            request.people[key],
            WorkflowStatus.FAILED,
            error=f"its id {request.people[key]} is the workflow of another." if key in enrolled else NOT_ENROLLED,
        )
        for key in keys
        if key not in begun
    ]


def _by_instant(begun: Mapping[str, BegunWorkflow]) -> Iterator[tuple[datetime, dict[str, BegunWorkflow]]]:
    for as_of in sorted({one.as_of for one in begun.values()}):
        yield as_of, {key: one for key, one in begun.items() if one.as_of == as_of}


def _settled(database: Database, begun: Mapping[str, BegunWorkflow], fingerprints: Fingerprints) -> list[StageOutcome]:
    """What earlier attempts have settled of these workflows, where what it rests on is the same."""
    before = [one.workflow_id for one in begun.values() if one.attempt > 1]
    if not before:
        return []
    with database.session() as connection:
        found = read_stage_outcomes(connection, before)
    return [
        one for one in found if one.status in SETTLED and one.fingerprint == fingerprints[one.profile_id].get(one.stage)
    ]
