"""The job that pulls what is missing, whomever it is missing of."""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.refresh_runs import refresh_in_step, scope_of_gaps
from hos_pipelines.stages.refresh.run import Refresh


class GapsConfig(dg.Config):
    """Whose gaps to fill."""

    profile_ids: list[str] = Field(default=[], description="The profiles. Empty: everyone who has a gap.")


@dg.op(
    pool="sahha",
    out={"rows": dg.Out(io_manager_key="upsert", is_required=False)},
    description="Finds the ranges that are missing and pulls nothing but them, stream by stream.",
)
def pull_gaps(
    context: dg.OpExecutionContext, config: GapsConfig, refresh: dg.ResourceParam[Refresh]
) -> Iterator[dg.Output[None]]:
    """Commits chunk by chunk, as every refresh does, and marks the partitions that changed."""
    refresh_in_step(context, refresh, scope_of_gaps(config.profile_ids, refresh), output="rows")
    yield from ()  # the rows have been handed over by then


@dg.job(
    description=(
        "Pulls what is missing: ranges between a profile's first contact and its watermark that were never pulled, or "
        "only in vain, as far back as readings are kept. It finds the profiles itself, unless the launchpad names "
        "some. `hos gaps` lists what it would pull."
    ),
)
def fill_gaps() -> None:
    """One step: it holds Sahha's pool while it runs."""
    pull_gaps()
