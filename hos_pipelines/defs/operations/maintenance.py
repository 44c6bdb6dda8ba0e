"""The nightly job: data and log past their age are deleted, memory is consolidated, what is missing is counted.

It deletes for good, so somebody turns its schedule on.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import dagster as dg
import psycopg

from hos_pipelines.adapters.instance.log_trimming import trim_dagster_log as trim_log
from hos_pipelines.environment import now, read_settings, real_now
from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.operations import maintenance

RETRIES = 3
RETRY_WAIT_S = 30


@dg.op(
    pool="housekeeping",
    description=(
        "Deletes readings, consumed webhooks, unreadable rows and ticks that are older than HOS_KEEP_… says, a few "
        "thousand rows at a time. Nothing is deleted under an analysis, which reads in one snapshot."
    ),
)
def delete_old_data(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    """Deletes what is past its age and tells how many rows of each table."""
    with _retry_when_away():
        counts = maintenance.delete_old_data(database, read_settings().keep.rules, now())
    _tell(context, "Deleted rows", counts)


@dg.op(
    pool="housekeeping",
    description=(
        "Deletes what nobody needs any more of Dagster's own log: superseded events, old log lines, runs and check "
        "results. What decides a partition's status or its latest metadata stays."
    ),
)
def trim_dagster_log(context: dg.OpExecutionContext) -> None:
    """Trims Dagster's log, whose clock is the real one."""
    with _retry_when_away():
        counts = trim_log(context.instance, read_settings(), real_now())
    if counts is None:
        context.log.info("Dagster keeps its log elsewhere than in this project's storage; nothing is trimmed.")
        return
    _tell(context, "Deleted of Dagster's log", counts)


@dg.op(
    pool="analysis",
    description=(
        "Consolidates everybody's memory as of now: what nobody confirms fades, what is contradicted is archived, and "
        "what came meanwhile is taken in."
    ),
)
def consolidate_memory(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    """Consolidates memory and tells of how many, and in how many anything changed."""
    with _retry_when_away():
        counts = maintenance.consolidate_memories(database, read_settings(), now())
    _tell(context, "Memories", counts)


@dg.op(
    pool="housekeeping",
    description="Counts the ranges that are missing, by stream. `hos gaps` lists them; the job fill_gaps pulls them.",
)
def list_gaps(context: dg.OpExecutionContext, database: dg.ResourceParam[Database]) -> None:
    """Counts what the ledger misses."""
    with _retry_when_away():
        counts = maintenance.count_gaps(database, read_settings(), now())
    _tell(context, "Gaps", counts)


@dg.job(
    description=(
        "Keeps the tables bounded: deletes data and Dagster log past their age, consolidates memory, and counts what "
        "is missing. The four steps do not depend on each other; one that fails stops none."
    ),
)
def nightly_maintenance() -> None:
    """Four steps side by side."""
    delete_old_data()
    trim_dagster_log()
    consolidate_memory()
    list_gaps()


nightly_maintenance_schedule = dg.ScheduleDefinition(
    job=nightly_maintenance,
    cron_schedule="0 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description=(
        "Every night at 03:00 UTC. It deletes for good what is older than HOS_KEEP_… says, so it is off until somebody "
        "turns it on; while it is off the tables grow."
    ),
)


@contextmanager
def _retry_when_away() -> Iterator[None]:
    """A database that went away or does not answer yet is tried again; nothing else gets better by waiting."""
    try:
        yield
    except (psycopg.OperationalError, DatabaseUnavailableError) as error:
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=RETRY_WAIT_S) from error


def _tell(context: dg.OpExecutionContext, what: str, counts: Mapping[str, int]) -> None:
    context.log.info("%s: %s.", what, ", ".join(f"{name} {count}" for name, count in counts.items()))
    context.add_output_metadata(counts)
