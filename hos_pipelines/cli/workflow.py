"""`hos workflow`: all stages of one person, told as they are done; gone on with by its id where it stopped."""

from collections.abc import Sequence
from typing import Any

import click
import dagster as dg

from hos_pipelines.adapters.analysis_marks import outcome_metadata
from hos_pipelines.cli.database import open_database
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.cli.output import CommandError, json_option, print_json, print_rows, say
from hos_pipelines.cli.profile_lookup import require_profile
from hos_pipelines.domain.workflow.outcome import StageOutcome, WorkflowOutcome
from hos_pipelines.domain.workflow.stages import STAGES, Stage
from hos_pipelines.environment import now, read_settings
from hos_pipelines.pointers import command
from hos_pipelines.stages.profile_outcome import NEW, ProfileOutcome
from hos_pipelines.stages.workflow.choose import WorkflowChoice, requests_of
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner

# What a choice calls its parts, and what they are called here.
OPTIONS = {"workflow_ids:": "--resume:", "stages:": "--stage:"}


@click.command()
@click.argument("profile")
@click.option("--force", is_flag=True, help="Run stages as well that have not moved since they were made.")
@click.option("--resume", "workflow_id", metavar="ID", help="Go on with a workflow that stopped, where it stopped.")
@click.option(
    "--stage",
    "stages",
    multiple=True,
    type=click.Choice([stage.value for stage in STAGES]),
    help="This stage alone; may be given several times.",
)
@json_option
def workflow(profile: str, force: bool, workflow_id: str | None, stages: tuple[str, ...], as_json: bool) -> None:
    """Run all stages of PROFILE (profile id or external id): analyses, insights, plans, memory, adaptation.

    What has not moved is left as it is. A stage that fails leaves alone what does not need it.
    """
    if workflow_id is not None and (force or stages):
        raise CommandError("--resume: goes on as the workflow was begun; leave out --force and --stage.")
    with open_database().session() as connection:
        profile_id = str(require_profile(connection, profile)["profile_id"])
    choice = WorkflowChoice(
        profile_ids=[profile_id],
        workflow_ids=[] if workflow_id is None else [workflow_id],
        stages=stages,
        is_forced=force,
        trigger="command",
    )
    outcome = _run(choice)
    answer = _answer(outcome)
    _require_still_there(profile_id, answer)
    if outcome.error is not None:
        raise CommandError(f"PROFILE: {profile_id} {outcome.error}")
    _tell(outcome)
    if outcome.errors:
        failed = " and ".join(outcome.errors)
        again = command("workflow", profile_id, options=["--resume", str(outcome.workflow_id)])
        raise CommandError(f"PROFILE: {failed} of {profile_id} failed; `{again}` goes on there.", answer)
    if as_json:
        print_json(answer)


def _require_still_there(profile_id: str, answer: dict[str, Any]) -> None:
    """Of somebody who left meanwhile nothing is done, and nobody goes on."""
    try:
        with open_database().session() as connection:
            require_profile(connection, profile_id)
    except CommandError as error:
        raise CommandError(error.message, answer) from None


def _run(choice: WorkflowChoice) -> WorkflowOutcome:
    """One workflow, each stage told when it is done; what is new is shown in the UI as well."""
    runner, news = WorkflowRunner(read_settings, open_database(), now), list[tuple[Stage, ProfileOutcome]]()

    def mark(stage: Stage, outcomes: Sequence[ProfileOutcome]) -> None:
        for one in outcomes:
            say(f"{stage}: {one.error or one.outcome}")
            if one.outcome == NEW:
                news.append((stage, one))

    try:
        (request,) = requests_of(choice, runner)
    except ValueError as error:
        sentence = str(error)
        for name, option in OPTIONS.items():
            sentence = sentence.replace(name, option, 1) if sentence.startswith(name) else sentence
        raise CommandError(sentence) from None
    say(f"Workflow {next(iter(request.people.values()))} of {next(iter(request.people))}.")
    try:
        (outcome,) = runner.run(request, mark)
    finally:
        _record(news)
    return outcome


def _record(news: Sequence[tuple[Stage, ProfileOutcome]]) -> None:
    if not news:
        return
    with open_instance(read_settings()) as instance:
        for stage, outcome in news:
            instance.report_runless_asset_event(
                dg.AssetMaterialization(stage.value, partition=outcome.profile_id, metadata=outcome_metadata(outcome))
            )


def _tell(outcome: WorkflowOutcome) -> None:
    rows: list[list[object]] = [
        [one.stage, one.status, one.reason, f"{one.seconds:.1f}"] for one in outcome.stages.values()
    ]
    title = f"{outcome.profile_id}: {outcome.status}, attempt {outcome.attempt} of workflow {outcome.workflow_id}"
    print_rows(title, ["stage", "outcome", "why", "seconds"], rows, is_whole=True)


def _answer(outcome: WorkflowOutcome) -> dict[str, Any]:
    return {
        "profile_id": outcome.profile_id,
        "workflow_id": str(outcome.workflow_id),
        "status": outcome.status.value,
        "success": outcome.status.is_success,
        "attempt": outcome.attempt,
        "stages": [_stage_answer(one) for one in outcome.stages.values()],
    }


def _stage_answer(one: StageOutcome) -> dict[str, Any]:
    return {
        "stage": one.stage.value,
        "status": one.status.value,
        "reason": one.reason,
        "error": one.error,
        "seconds": round(one.seconds, 3),
        "results": dict(one.results),
        "attempt": one.attempt,
    }
