"""The job for people who lie scattered among the partitions, which a range cannot name."""

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.ingestion import FROM_THE_WATERMARK, Ingestion, StreamChoice
from hos_pipelines.adapters.io_manager import UpsertIOManager


class PeopleConfig(dg.Config):
    """Whom to pull, and how much of them."""

    profile_ids: list[str] = Field(description='The profiles, one or thousands: ["anna", "ben"].')
    days: int | None = Field(
        default=FROM_THE_WATERMARK,
        description="How many days back to pull, 1 to 3650. -1: from the watermark less the overlap.",
    )
    streams: list[StreamChoice] = Field(default=[], description="biomarkers, scores, sahha_archetypes. Empty: all.")


@dg.op(pool="sahha", description="Pulls the profiles named, whether or not they are due, and marks their partitions.")
def pull_people(
    context: dg.OpExecutionContext,
    config: PeopleConfig,
    ingestion: dg.ResourceParam[Ingestion],
    upsert: dg.ResourceParam[UpsertIOManager],
) -> None:
    """Commits chunk by chunk, as every refresh does."""
    upsert.refresh(context, ingestion.pull_people(config.profile_ids, config.days, config.streams))


@dg.job(
    description=(
        "Pulls the people named in the launchpad, however they lie among the partitions: name them in profile_ids, say "
        "in days how far back. For one person, a range or everybody, materialise the asset instead."
    ),
    executor_def=dg.in_process_executor,
)
def refresh_people() -> None:
    """One step: it holds Sahha's pool while it runs."""
    pull_people()
