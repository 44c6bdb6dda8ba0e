"""When an analysis runs by itself: the job, the sensor and the nightly schedule of one kind, twins from one make.

They read and write our own database only. The sensors are on from the start; the schedules repeat what they do once a
day, for whoever turns the sensors off. Those who are due are seldom a range of partitions, and of an asset that depends
on partitioned ones Dagster starts no run without partitions: their runs are of a plain job that marks the partitions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import dagster as dg

from hos_pipelines.adapters.analysis_runs import AnalysisConfig
from hos_pipelines.adapters.analysis_steps import analyse_many
from hos_pipelines.adapters.unfinished_runs import unfinished_runs
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.environment import real_now
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner


@dataclass(frozen=True, slots=True)
class AnalysisAutomation:
    """The definitions by which one kind of analysis runs by itself."""

    of_due: dg.JobDefinition
    sensor: dg.SensorDefinition
    schedule: dg.ScheduleDefinition


def automate(analysis_type: AnalysisType, *, name: str, adjective: str, nightly: str) -> AnalysisAutomation:
    """The automation of an analysis. `name` is the short name in what it makes; `nightly` a cron line, UTC."""
    of_due = _job_of_due(analysis_type, name, adjective)
    return AnalysisAutomation(
        of_due,
        _sensor(analysis_type, name, of_due),
        dg.ScheduleDefinition(
            name=f"{name}_nightly",
            job_name=of_due.name,
            cron_schedule=nightly,
            execution_timezone="UTC",
            run_config=analysis_run_config(of_due),
            default_status=dg.DefaultScheduleStatus.STOPPED,
            description="Every night, whoever is due. Not needed while the sensor is on.",
        ),
    )


def analysis_run_config(
    job: dg.JobDefinition, profile_ids: list[str] | None = None
) -> dict[str, dict[str, dict[str, Any]]]:
    """The configuration of a run over the profiles named, or over everyone who is due."""
    config = {"due": True} if profile_ids is None else {"profile_ids": profile_ids}
    return {"ops": {node.name: {"config": config} for node in job.nodes}}


def _job_of_due(analysis_type: AnalysisType, name: str, adjective: str) -> dg.JobDefinition:
    @dg.op(
        name=f"due_{name}",
        pool="analysis",
        description=f"Stores the {adjective} analyses of many and marks the partitions of those it brought something "
        "new.",
    )
    def analyse(
        context: dg.OpExecutionContext, config: AnalysisConfig, analysis_runner: dg.ResourceParam[AnalysisRunner]
    ) -> None:
        """Analyses chunk by chunk, each committed and marked before the next."""
        analyse_many(context, analysis_type, config, analysis_runner)

    @dg.job(
        name=f"analyze_due_{name}",
        description=f"The {adjective} analysis of whoever is due, or of the profiles configured.",
    )
    def of_due() -> None:
        """One step."""
        analyse()

    return of_due


def _sensor(analysis_type: AnalysisType, name: str, job: dg.JobDefinition) -> dg.SensorDefinition:
    @dg.sensor(
        name=f"{name}_sensor",
        job_name=job.name,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a run for everyone with enough new or changed readings, or a new night, since the last "
        "analysis.",
    )
    def when_due(
        context: dg.SensorEvaluationContext, analysis_runner: dg.ResourceParam[AnalysisRunner]
    ) -> dg.RunRequest | dg.SkipReason:
        """Requests one run for all who are due; never while one is under way."""
        return request_for_due(context, job, lambda: len(analysis_runner.due(analysis_type)))

    return when_due


def request_for_due(
    context: dg.SensorEvaluationContext, job: dg.JobDefinition, count: Callable[[], int]
) -> dg.RunRequest | dg.SkipReason:
    """One run of a job for all who are due; never while one is under way."""
    if unfinished_runs(context.instance, job.name, real_now()):
        return dg.SkipReason("An earlier run is still under way.")
    due = count()
    if not due:
        return dg.SkipReason("Nobody is due.")
    context.log.info("%d profiles are due.", due)
    return dg.RunRequest(run_config=analysis_run_config(job))
