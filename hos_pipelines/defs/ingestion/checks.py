"""The checks of the tables of readings, each over everybody at once, and when they run."""

from collections.abc import Iterator

import dagster as dg

from hos_pipelines.adapters.table_quality_checks import quality_results, quality_specs
from hos_pipelines.defs.hourly import hourly
from hos_pipelines.domain.sync import Stream
from hos_pipelines.environment import now
from hos_pipelines.postgres.table_quality import read_quality
from hos_pipelines.stages.database import Database


@dg.multi_asset_check(
    name="table_checks",
    specs=quality_specs(),
    can_subset=True,
    pool="housekeeping",
    description="Measures the tables of readings with a few queries each; what is too large is sampled.",
)
def table_checks(
    context: dg.AssetCheckExecutionContext, database: dg.ResourceParam[Database]
) -> Iterator[dg.AssetCheckResult]:
    """Reads our own database only."""
    chosen = {(key.asset_key.to_user_string(), key.name) for key in context.selected_asset_check_keys}
    with database.session() as connection:
        for stream in Stream:
            if not any(asset == stream for asset, _ in chosen):
                continue
            for result in quality_results(read_quality(connection, stream, now())):
                if (stream.value, result.check_name) in chosen:
                    yield result


check_tables = dg.define_asset_job(
    "check_tables",
    selection=dg.AssetSelection.checks(table_checks),
    description="Duplicates, future readings, nulls, unknown names, quarantine, rows a person, watermarks, by table.",
)

check_tables_schedule = hourly("check_tables", minute=50)
