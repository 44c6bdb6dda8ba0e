"""What the step of complete workflows does: run them, mark each stage really done, and fail where somebody failed."""

from collections import Counter, defaultdict
from collections.abc import Sequence

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.analysis_checks import CHECKS, check_results
from hos_pipelines.adapters.analysis_marks import mark_news
from hos_pipelines.adapters.analysis_runs import EngineConfig
from hos_pipelines.adapters.analysis_steps import report_checks
from hos_pipelines.adapters.giving_way import give_way
from hos_pipelines.adapters.guidance_checks import check_guidance
from hos_pipelines.adapters.sentences import failure_of_some, refusal
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.workflow.outcome import WorkflowOutcome, WorkflowStatus
from hos_pipelines.domain.workflow.stages import Stage
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.workflow.choose import WorkflowChoice, requests_of
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner

BAD = (WorkflowStatus.FAILED, WorkflowStatus.PARTIAL)


class WorkflowConfig(EngineConfig):
    """Whom complete workflows are for."""

    due: bool = Field(default=False, description="Everyone who is due for a stage, and whom a dead run has left.")
    everyone: bool = Field(default=False, description="Everyone enrolled, due or not.")
    profile_ids: list[str] = Field(default=[], description="The profiles, due or not.")
    workflow_ids: list[str] = Field(
        default=[], description="Workflows to go on with, by workflow_executions.workflow_id."
    )
    stages: list[str] = Field(default=[], description="Some stages, by the names of their assets. Empty: all.")
    force: bool = Field(default=False, description="Stages as well that have not moved since they were made.")


def run_workflows(
    context: dg.OpExecutionContext,
    config: WorkflowConfig,
    runner: WorkflowRunner,
    analyses: AnalysisRunner,
    guidance: GuidanceRunner,
) -> None:
    """Runs workflows and marks each stage of whom it brought something new.

    Raises:
        dagster.Failure: the run names nobody, or some failed; what else was made is stored and marked.
    """
    made: defaultdict[Stage, list[ProfileOutcome]] = defaultdict(list)

    def mark(stage: Stage, outcomes: Sequence[ProfileOutcome]) -> None:
        mark_news(context, stage.value)(outcomes)
        made[stage] += outcomes

    try:
        requests = requests_of(_choice(context, config), runner)
    except ValueError as error:
        raise refusal(str(error)) from None
    give_way(context)
    outcomes = [one for request in requests for one in runner.run(request, mark)]
    context.log.info(workflow_summary(outcomes))
    for stage, some in made.items():
        _check(context, stage, some, analyses, guidance)
    if (failure := failure_of_workflows(outcomes)) is not None:
        raise failure


def workflow_summary(outcomes: Sequence[WorkflowOutcome]) -> str:
    """How many workflows came to what, and how many stages, in a line."""
    whole = Counter(one.status.value for one in outcomes)
    parts = Counter(stage.status.value for one in outcomes for stage in one.stages.values())
    told = ", ".join(f"{number} {name}" for name, number in sorted(whole.items()))
    stages = ", ".join(f"{number} {name}" for name, number in sorted(parts.items()))
    of_stages = f"; stages: {stages}" if stages else ""
    return f"complete_workflow: {count_text(len(outcomes), 'profile')} ({told or 'nobody is due'}){of_stages}"


def failure_of_workflows(outcomes: Sequence[WorkflowOutcome]) -> dg.Failure | None:
    """What a step ends with where something failed; who, at which stage and why is in it."""
    bad = {one.profile_id: _why(one) for one in outcomes if one.status in BAD}
    if not bad:
        return None
    first, why = next(iter(bad.items()))
    return failure_of_some(
        f"{len(bad)} of {count_text(len(outcomes), 'workflow')} failed or failed in part, what else was made is "
        f"stored. First: {first}: {why}",
        bad,
    )


def _why(one: WorkflowOutcome) -> str:
    return one.error or "; ".join(f"{stage} {error}" for stage, error in one.errors.items())


def _choice(context: dg.OpExecutionContext, config: WorkflowConfig) -> WorkflowChoice:
    """A run that Dagster repeats goes on with what the first has begun."""
    return WorkflowChoice(
        config.due,
        config.everyone,
        config.profile_ids,
        config.workflow_ids,
        config.stages,
        config.force,
        config.chosen,
        batch_id=context.run.root_run_id or context.run_id,
        run_id=context.run_id,
    )


def _check(
    context: dg.OpExecutionContext,
    stage: Stage,
    outcomes: Sequence[ProfileOutcome],
    analyses: AnalysisRunner,
    guidance: GuidanceRunner,
) -> None:
    if isinstance(stage, AnalysisType):
        checks = list(check_results(outcomes, analyses.status_counts(stage), CHECKS[stage.value]))
    else:
        tables = guidance.status_counts(stage), guidance.violations(stage), guidance.refusal_counts(stage)
        checks = list(check_guidance(stage, outcomes, *tables))
    report_checks(context, stage.value, checks)
