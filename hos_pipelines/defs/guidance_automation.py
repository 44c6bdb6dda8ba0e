"""When a stage of guidance runs by itself: the job, the sensor and the nightly schedule of one, from one make.

As for the analyses: the sensors are on from the start and the schedules repeat what they do once a day.
"""

import dagster as dg

from hos_pipelines.adapters.guidance_steps import GuidanceConfig, guide_many
from hos_pipelines.defs.analysis_automation import AnalysisAutomation, analysis_run_config, request_for_due
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner


def automate_guidance(kind: GuidanceKind, *, what: str, when: str, nightly: str) -> AnalysisAutomation:
    """The automation of a stage: `what` it makes and `when` somebody is due, in words; `nightly` a cron line, UTC."""
    of_due = _job_of_due(kind, what)
    return AnalysisAutomation(
        of_due,
        _sensor(kind, when, of_due),
        dg.ScheduleDefinition(
            name=f"{kind}_nightly",
            job_name=of_due.name,
            cron_schedule=nightly,
            execution_timezone="UTC",
            run_config=analysis_run_config(of_due),
            default_status=dg.DefaultScheduleStatus.STOPPED,
            description="Every night, whoever is due. Not needed while the sensor is on.",
        ),
    )


def _job_of_due(kind: GuidanceKind, what: str) -> dg.JobDefinition:
    @dg.op(
        name=f"due_{kind}",
        pool="analysis",
        description=f"Stores {what} of many people and marks the partitions of those it brought something new.",
    )
    def guide(
        context: dg.OpExecutionContext, config: GuidanceConfig, guidance_runner: dg.ResourceParam[GuidanceRunner]
    ) -> None:
        """Works chunk by chunk, each committed and marked before the next."""
        guide_many(context, kind, config, guidance_runner)

    @dg.job(
        name=f"make_due_{kind}", description=f"{what.capitalize()} of whoever is due, or of the profiles configured."
    )
    def of_due() -> None:
        """One step."""
        guide()

    return of_due


def _sensor(kind: GuidanceKind, when: str, job: dg.JobDefinition) -> dg.SensorDefinition:
    @dg.sensor(
        name=f"{kind}_sensor",
        job_name=job.name,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=f"Starts a run for everyone of whom {when} since the last time.",
    )
    def when_due(
        context: dg.SensorEvaluationContext, guidance_runner: dg.ResourceParam[GuidanceRunner]
    ) -> dg.RunRequest | dg.SkipReason:
        """Requests one run for all who are due; never while one is under way."""
        return request_for_due(context, job, lambda: len(guidance_runner.due(kind)))

    return when_due
