"""When complete workflows run: the job, and a schedule and a sensor that are off, beside the sensors of single stages.

Whoever a single stage's sensor has served is not due for it here, and the other way round: nothing is done twice, but
one of the two ways is enough.
"""

import dagster as dg

from hos_pipelines.adapters.workflow_steps import WorkflowConfig, run_workflows
from hos_pipelines.defs.analysis_automation import analysis_run_config, request_for_due
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner

EXAMPLE = """All stages of whoever is due, of the profiles configured, or of everyone: behaviour and circadian analysis,
insights, nutrition and routine plan, memory, adaptation, each by what it really needs. A stage that fails leaves alone
what does not need it. Rows: `workflow_executions`, `workflow_stages`; each stage that brought something new is a
materialisation of its asset.

In the launchpad: `ops: {workflows: {config: {profile_ids: [anna]}}}`; instead of profile_ids `due: true`,
`everyone: true`, or `workflow_ids: […]` to go on with what stopped; beside them `force: true`, `stages: [insights]`."""


@dg.op(
    name="workflows",
    pool="analysis",
    description="Runs all stages of some people at a time, each stage committed and marked before the next.",
)
def run_complete_workflow(
    context: dg.OpExecutionContext,
    config: WorkflowConfig,
    workflow_runner: dg.ResourceParam[WorkflowRunner],
    analysis_runner: dg.ResourceParam[AnalysisRunner],
    guidance_runner: dg.ResourceParam[GuidanceRunner],
) -> None:
    """Works set by set, so that a killed run goes on where it was."""
    run_workflows(context, config, workflow_runner, analysis_runner, guidance_runner)


@dg.job(name="complete_workflow", description=EXAMPLE)
def complete_workflow() -> None:
    """One step."""
    run_complete_workflow()


complete_workflow_nightly = dg.ScheduleDefinition(
    name="complete_workflow_nightly",
    job_name=complete_workflow.name,
    cron_schedule="30 6 * * *",
    execution_timezone="UTC",
    run_config=analysis_run_config(complete_workflow),
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Every night, all stages of whoever is due. Not needed while the sensors of the stages are on.",
)


@dg.sensor(
    name="complete_workflow_sensor",
    job_name=complete_workflow.name,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description=(
        "Starts a run for everyone who is due for any stage. To be turned on in place of the sensors of the stages: "
        "what one of them has made, the other finds made."
    ),
)
def complete_workflow_sensor(
    context: dg.SensorEvaluationContext, workflow_runner: dg.ResourceParam[WorkflowRunner]
) -> dg.RunRequest | dg.SkipReason:
    """Requests one run for all who are due or were left by a dead run; never while one is under way."""
    return request_for_due(
        context, complete_workflow, lambda: len(workflow_runner.due()) + len(workflow_runner.left_behind())
    )
