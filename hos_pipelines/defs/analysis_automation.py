"""When analyses run by themselves: a sensor and a daily schedule each, independent of one another.

They read and write our own database only. The sensors are on from the start; the schedules repeat what they do once a
day, for whoever turns the sensors off.
"""

from typing import Any

import dagster as dg

from hos_pipelines.adapters.laboratory import Laboratory
from hos_pipelines.defs.behavior.assets import behavior_analysis
from hos_pipelines.defs.circadian.assets import circadian_analysis
from hos_pipelines.defs.report.assets import analysis_report
from hos_pipelines.defs.unfinished import unfinished_runs

analyze_circadian = dg.define_asset_job(
    "analyze_circadian",
    selection=[circadian_analysis],
    description="The circadian analysis of one profile, a range of them, whoever is due, or the profiles configured.",
    executor_def=dg.in_process_executor,
)

analyze_behavior = dg.define_asset_job(
    "analyze_behavior",
    selection=[behavior_analysis],
    description="The behaviour analysis of one profile, a range of them, whoever is due, or the profiles configured.",
    executor_def=dg.in_process_executor,
)

make_reports = dg.define_asset_job(
    "make_reports",
    selection=[analysis_report],
    description="The page of one profile or a range of them, from the stored results, when somebody wants to look.",
    executor_def=dg.in_process_executor,
)

SENSOR_TEXT = "Starts a run for everyone with enough new or changed readings, or a new night, since the last analysis."
SCHEDULE_TEXT = "Every night, whoever is due. Not needed while the sensor is on."


@dg.sensor(
    job=analyze_circadian,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=SENSOR_TEXT,
)
def circadian_sensor(
    context: dg.SensorEvaluationContext, laboratory: dg.ResourceParam[Laboratory]
) -> dg.RunRequest | dg.SkipReason:
    """Requests one run for all who are due; never while one is under way."""
    return _requested(context, laboratory, circadian_analysis, analyze_circadian.name)


@dg.sensor(
    job=analyze_behavior,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description=SENSOR_TEXT,
)
def behavior_sensor(
    context: dg.SensorEvaluationContext, laboratory: dg.ResourceParam[Laboratory]
) -> dg.RunRequest | dg.SkipReason:
    """Requests one run for all who are due; never while one is under way."""
    return _requested(context, laboratory, behavior_analysis, analyze_behavior.name)


def analysis_run_config(
    asset: dg.AssetsDefinition, profile_ids: list[str] | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """The configuration of a run over the profiles named, or over everyone who is due."""
    config = {"due": True} if profile_ids is None else {"profile_ids": profile_ids}
    return {"ops": {asset.op.name: {"config": config}}}


circadian_schedule = dg.ScheduleDefinition(
    name="circadian_nightly",
    job=analyze_circadian,
    cron_schedule="10 4 * * *",
    execution_timezone="UTC",
    run_config=analysis_run_config(circadian_analysis),
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=SCHEDULE_TEXT,
)

behavior_schedule = dg.ScheduleDefinition(
    name="behavior_nightly",
    job=analyze_behavior,
    cron_schedule="40 4 * * *",
    execution_timezone="UTC",
    run_config=analysis_run_config(behavior_analysis),
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=SCHEDULE_TEXT,
)


def _requested(
    context: dg.SensorEvaluationContext, laboratory: Laboratory, asset: dg.AssetsDefinition, job_name: str
) -> dg.RunRequest | dg.SkipReason:
    if unfinished_runs(context.instance, job_name):
        return dg.SkipReason("An earlier run is still under way.")
    due = laboratory.due_count(asset.key.to_user_string())
    if not due:
        return dg.SkipReason("Nobody is due.")
    context.log.info("%d profiles are due.", due)
    return dg.RunRequest(run_config=analysis_run_config(asset))
