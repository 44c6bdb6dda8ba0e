"""The schedule of what looks at our own database once an hour; it is on from the start."""

import dagster as dg


def hourly(job_name: str, *, minute: int) -> dg.ScheduleDefinition:
    """The schedule of a job, by the job's name, at so many minutes past each hour, UTC."""
    return dg.ScheduleDefinition(
        name=job_name,
        job_name=job_name,
        cron_schedule=f"{minute} * * * *",
        execution_timezone="UTC",
        description="Hourly. Reads the database only.",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
