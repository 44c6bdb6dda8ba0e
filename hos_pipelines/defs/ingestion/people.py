"""The job for people who lie scattered among the partitions, which a range cannot name."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.refresh_runs import FROM_THE_WATERMARK, StreamChoice, refresh_in_step, scope_of_people
from hos_pipelines.stages.refresh.run import Refresh


class PeopleConfig(dg.Config):
    """Whom to pull, and how much of them."""

    profile_ids: list[str] = Field(description='The profiles, one or thousands: ["anna", "ben"].')
    days: int | None = Field(
        default=FROM_THE_WATERMARK,
        description="How many days back to pull, 1 to 3650. -1: from the watermark less the overlap.",
    )
    streams: list[StreamChoice] = Field(default=[], description="biomarkers, scores, sahha_archetypes. Empty: all.")


@dg.op(
    pool="sahha",
    out={"rows": dg.Out(io_manager_key="upsert", is_required=False)},
    description="Pulls the profiles named, whether or not they are due, and marks their partitions.",
)
def pull_people(
    context: dg.OpExecutionContext, config: PeopleConfig, refresh: dg.ResourceParam[Refresh]
) -> Iterator[dg.Output[None]]:
    """Commits chunk by chunk, as every refresh does."""
    scope = scope_of_people(config.profile_ids, config.days, config.streams)
    refresh_in_step(context, refresh, scope, output="rows")
    yield from ()  # the rows have been handed over by then


@dg.job(
    description=(
        "Pulls the people named in the launchpad, however they lie among the partitions: name them in profile_ids, say "
        "in days how far back. For one person, a range or everybody, materialise the asset instead."
    ),
)
def refresh_people() -> None:
    """One step: it holds Sahha's pool while it runs."""
    pull_people()
