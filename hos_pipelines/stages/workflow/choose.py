"""Whom a run of workflows is for, and under which ids: new ones, those named, or those a dead run has left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from hos_pipelines.domain.workflow.stages import STAGE_NAMED, STAGES, Stage, in_order
from hos_pipelines.postgres.workflow_store import StoredWorkflow
from hos_pipelines.settings.model import Engine
from hos_pipelines.stages.workflow.workflow_request import WorkflowRequest
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner


@dataclass(frozen=True, slots=True)
class WorkflowChoice:
    """What somebody asks for: whoever is due, everyone, people by their ids, or workflows to go on with.

    Beside workflows people may be named: nobody else's are gone on with. No stage named means all.
    """

    is_due: bool = False
    is_everyone: bool = False
    profile_ids: Sequence[str] = ()
    workflow_ids: Sequence[str] = ()
    stages: Sequence[str] = ()
    is_forced: bool = False
    engine: Engine | None = None
    trigger: str = "named"
    batch_id: str | None = None
    run_id: str | None = None


def requests_of(choice: WorkflowChoice, runner: WorkflowRunner) -> list[WorkflowRequest]:
    """What is to run. A run that is repeated goes on with what it has begun and does nothing twice.

    Raises:
        ValueError: nobody is chosen, or in two ways, or what is named is not there; the text says what to mend.
    """
    stages = _stages_of(choice)
    if choice.workflow_ids:
        return _resumed(choice, _named(choice, runner))
    if sum((choice.is_due, choice.is_everyone, bool(choice.profile_ids))) != 1:
        raise ValueError("profile_ids: choose one of due, everyone, profile_ids and workflow_ids.")
    unfinished, ended = ([], set()) if choice.batch_id is None else runner.of_batch(choice.batch_id)
    if choice.is_due:
        unfinished = [*unfinished, *(one for one in runner.left_behind() if one.batch_id != choice.batch_id)]
    newest = {one.profile_id: one for one in unfinished}
    trigger, people = _people(choice, runner)
    new = [key for key in dict.fromkeys(people) if key not in ended and key not in newest]
    found = _resumed(choice, newest.values())
    if new:
        ids = {key: uuid4() for key in new}
        found.append(
            WorkflowRequest(
                ids, trigger, stages, choice.is_forced, choice.batch_id, choice.run_id, engine=choice.engine
            )
        )
    return found


def parse_workflow_id(text: str) -> UUID:
    """An id as it was written.

    Raises:
        ValueError: it is none; the text says what one looks like.
    """
    try:
        return UUID(text)
    except ValueError:
        like = "one looks like 7d0f0c52-6e0f-4c0e-9c59-4f7a1d6c2b10"
        raise ValueError(f"workflow_ids: {text[:60]!r} is no id of a workflow; {like}.") from None


def _stages_of(choice: WorkflowChoice) -> tuple[Stage, ...]:
    if not choice.stages:
        return STAGES
    if choice.workflow_ids:
        raise ValueError("stages: are those a workflow has begun with; leave them out beside workflow_ids.")
    try:
        return in_order(choice.stages)
    except ValueError as error:
        raise ValueError(f"stages: {error}.") from None


def _people(choice: WorkflowChoice, runner: WorkflowRunner) -> tuple[str, Sequence[str]]:
    if choice.is_due:
        return "due", runner.due()
    if choice.is_everyone:
        return "everyone", runner.everyone()
    return choice.trigger, choice.profile_ids


def _named(choice: WorkflowChoice, runner: WorkflowRunner) -> list[StoredWorkflow]:
    if choice.is_due or choice.is_everyone:
        raise ValueError("workflow_ids: name whom to go on with; leave them out beside due and everyone.")
    asked = [parse_workflow_id(text) for text in dict.fromkeys(choice.workflow_ids)]
    known = runner.known(asked)
    for one in asked:
        if one not in known:
            raise ValueError(f"workflow_ids: there is no workflow {one}; leave it out to begin a new one.")
        if choice.profile_ids and known[one].profile_id not in choice.profile_ids:
            raise ValueError(f"workflow_ids: {one} is the workflow of another; leave it out to begin a new one.")
    whose = [known[one].profile_id for one in asked]
    if len(set(whose)) < len(whose):
        raise ValueError("workflow_ids: name one workflow of a person at a time.")
    return [known[one] for one in asked]


def _resumed(choice: WorkflowChoice, stored: Iterable[StoredWorkflow]) -> list[WorkflowRequest]:
    """Those begun alike go on together."""
    alike: dict[tuple[str, tuple[str, ...], bool], dict[str, UUID]] = {}
    for one in stored:
        alike.setdefault((one.trigger, tuple(one.stages), one.is_forced), {})[one.profile_id] = one.workflow_id
    return [
        WorkflowRequest(
            ids,
            trigger,
            [STAGE_NAMED[name] for name in stages if name in STAGE_NAMED],
            is_forced,
            choice.batch_id,
            choice.run_id,
            engine=choice.engine,
        )
        for (trigger, stages, is_forced), ids in alike.items()
    ]
