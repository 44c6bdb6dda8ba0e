"""When analyses run by themselves: a sensor and a daily schedule each, independent of one another.

They read and write our own database only. The sensors are on from the start; the schedules repeat what they do once a
day, for whoever turns the sensors off. Those who are due are seldom a range of partitions, and of an asset that depends
on partitioned ones Dagster starts no run without partitions: their runs are of a plain job that marks the partitions.
"""

from typing import Any

import dagster as dg

from hos_pipelines.adapters.analysis_runs import AnalysisConfig
from hos_pipelines.adapters.analysis_steps import analyse_many
from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.report.assets import analysis_report
from hos_pipelines.defs.unfinished import unfinished_runs
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner

analyze_circadian = dg.define_asset_job(
    "analyze_circadian",
    selection=[circadian_analysis],
    description="The circadian analysis of one profile or a range of them.",
    executor_def=dg.in_process_executor,
)

analyze_behavior = dg.define_asset_job(
    "analyze_behavior",
    selection=[behavior_analysis],
    description="The behaviour analysis of one profile or a range of them.",
    executor_def=dg.in_process_executor,
)

make_reports = dg.define_asset_job(
    "make_reports",
    selection=[analysis_report],
    description="The page of one profile or a range of them, from the stored results, when somebody wants to look.",
    executor_def=dg.in_process_executor,
)


@dg.op(pool="analysis")
def due_circadian(
    context: dg.OpExecutionContext, config: AnalysisConfig, analysis_runner: dg.ResourceParam[AnalysisRunner]
) -> None:
    """Stores the circadian analyses of many and marks the partitions of those it brought something new."""
    analyse_many(context, AnalysisType.CIRCADIAN, config, analysis_runner)


@dg.op(pool="analysis")
def due_behavior(
    context: dg.OpExecutionContext, config: AnalysisConfig, analysis_runner: dg.ResourceParam[AnalysisRunner]
) -> None:
    """Stores the behaviour analyses of many and marks the partitions of those it brought something new."""
    analyse_many(context, AnalysisType.BEHAVIOR, config, analysis_runner)


@dg.job(executor_def=dg.in_process_executor)
def analyze_due_circadian() -> None:
    """The circadian analysis of whoever is due, or of the profiles configured."""
    due_circadian()


@dg.job(executor_def=dg.in_process_executor)
def analyze_due_behavior() -> None:
    """The behaviour analysis of whoever is due, or of the profiles configured."""
    due_behavior()


SENSOR_TEXT = "Starts a run for everyone with enough new or changed readings, or a new night, since the last analysis."
SCHEDULE_TEXT = "Every night, whoever is due. Not needed while the sensor is on."


@dg.sensor(
    job_name=analyze_due_circadian.name,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=SENSOR_TEXT,
)
def circadian_sensor(
    context: dg.SensorEvaluationContext, analysis_runner: dg.ResourceParam[AnalysisRunner]
) -> dg.RunRequest | dg.SkipReason:
    """Requests one run for all who are due; never while one is under way."""
    return _request_run(context, analysis_runner, AnalysisType.CIRCADIAN, analyze_due_circadian)


@dg.sensor(
    job_name=analyze_due_behavior.name,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=SENSOR_TEXT,
)
def behavior_sensor(
    context: dg.SensorEvaluationContext, analysis_runner: dg.ResourceParam[AnalysisRunner]
) -> dg.RunRequest | dg.SkipReason:
    """Requests one run for all who are due; never while one is under way."""
    return _request_run(context, analysis_runner, AnalysisType.BEHAVIOR, analyze_due_behavior)


def analysis_run_config(
    job: dg.JobDefinition, profile_ids: list[str] | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """The configuration of a run over the profiles named, or over everyone who is due."""
    config = {"due": True} if profile_ids is None else {"profile_ids": profile_ids}
    return {"ops": {node.name: {"config": config} for node in job.nodes}}


circadian_schedule = dg.ScheduleDefinition(
    name="circadian_nightly",
    job_name=analyze_due_circadian.name,
    cron_schedule="10 4 * * *",
    execution_timezone="UTC",
    run_config=analysis_run_config(analyze_due_circadian),
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=SCHEDULE_TEXT,
)

behavior_schedule = dg.ScheduleDefinition(
    name="behavior_nightly",
    job_name=analyze_due_behavior.name,
    cron_schedule="40 4 * * *",
    execution_timezone="UTC",
    run_config=analysis_run_config(analyze_due_behavior),
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=SCHEDULE_TEXT,
)


def _request_run(
    context: dg.SensorEvaluationContext, runner: AnalysisRunner, analysis_type: AnalysisType, job: dg.JobDefinition
) -> dg.RunRequest | dg.SkipReason:
    if unfinished_runs(context.instance, job.name):
        return dg.SkipReason("An earlier run is still under way.")
    due = len(runner.due(analysis_type))
    if not due:
        return dg.SkipReason("Nobody is due.")
    context.log.info("%d profiles are due.", due)
    return dg.RunRequest(run_config=analysis_run_config(job))
