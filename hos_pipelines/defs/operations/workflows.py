"""How complete workflows go: one unpartitioned asset over what is recorded of them, with checks."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.catalogue import code_reference
from hos_pipelines.adapters.unfinished_runs import UNFINISHED
from hos_pipelines.defs.hourly import hourly
from hos_pipelines.environment import now
from hos_pipelines.postgres.workflow_health import WorkflowHealth, workflow_health
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner

MOST_FAILED = 0.05
MOST_SKIPPED = 0.5
RUNS_ASKED = 1000


@dg.asset(
    name="workflow_health",
    group_name="operations",
    kinds={"python", "postgres"},
    pool="housekeeping",
    code_version="1",
    metadata=code_reference(__file__),
    tags={"layer": "operations"},
    check_specs=[
        dg.AssetCheckSpec(
            "none_is_stuck",
            asset="workflow_health",
            description="No workflow has begun more than an hour ago, has not ended, and has no run any more.",
        ),
        dg.AssetCheckSpec(
            "few_stages_fail",
            asset="workflow_health",
            description=f"At most {MOST_FAILED:.0%} of the stages of the last day failed; the reasons are counted.",
        ),
        dg.AssetCheckSpec(
            "few_stages_are_skipped",
            asset="workflow_health",
            description=f"At most {MOST_SKIPPED:.0%} of the stages of the last day had nothing to go by.",
        ),
    ],
)
def workflow_health_asset(
    context: dg.AssetExecutionContext,
    database: dg.ResourceParam[Database],
    workflow_runner: dg.ResourceParam[WorkflowRunner],
) -> Iterator[dg.MaterializeResult[None]]:
    """How the complete workflows of the last day have gone, and whether any is stuck. Counts and reasons, of nobody."""
    with database.session() as connection:
        health = workflow_health(connection, now())
    stuck = _without_run(context.instance, workflow_runner)
    yield dg.MaterializeResult(
        metadata={"stuck": stuck, "stages": health.stages, **health.statuses},
        check_results=[
            dg.AssetCheckResult(
                check_name="none_is_stuck",
                passed=not stuck,
                severity=dg.AssetCheckSeverity.WARN,
                description="The job complete_workflow with due goes on with them." if stuck else None,
                metadata={"stuck": stuck},
            ),
            _share_check("few_stages_fail", health, "failed", MOST_FAILED),
            _share_check("few_stages_are_skipped", health, "skipped", MOST_SKIPPED),
        ],
    )


workflow_health_job = dg.define_asset_job(
    "measure_workflows",
    selection=[workflow_health_asset],
    description="Counts how complete workflows have gone, and those that are stuck.",
)

workflow_health_schedule = hourly("measure_workflows", minute=35)


def _without_run(instance: dg.DagsterInstance, runner: WorkflowRunner) -> int:
    """How many workflows nobody goes on with any more."""
    stuck = runner.stuck()
    named = sorted({one.run_id for one in stuck if one.run_id is not None})[:RUNS_ASKED]
    alive = (
        {run.run_id for run in instance.get_runs(dg.RunsFilter(run_ids=named, statuses=UNFINISHED))} if named else set()
    )
    return sum(one.run_id not in alive for one in stuck)


def _share_check(name: str, health: WorkflowHealth, status: str, most: float) -> dg.AssetCheckResult:
    share = health.share(status)
    return dg.AssetCheckResult(
        check_name=name,
        passed=share <= most,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"share": round(share, 4), "most": most, "reasons": dg.MetadataValue.json(health.told(status))},
    )
