"""How fresh everyone is: one unpartitioned asset over sync_state, with checks, since Dagster knows no freshness per
partition.
"""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from hos_pipelines.adapters.catalogue import code_reference
from hos_pipelines.defs.hourly import hourly
from hos_pipelines.domain.freshness import stale_after
from hos_pipelines.domain.sync import LIVE_STREAMS, Stream
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.freshness import StreamFreshness, stream_freshness
from hos_pipelines.stages.data_source import SAHHA, DataSource, read_data_source
from hos_pipelines.stages.database import Database

MOST_STALE = 0.05
MOST_FAILING = 0.05


@dg.asset(
    deps=[stream.value for stream in Stream],
    group_name="operations",
    kinds={"python", "postgres"},
    pool="housekeeping",
    code_version="1",
    metadata=code_reference(__file__),
    tags={"layer": "operations"},
    freshness_policy=dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=3), warn_window=timedelta(minutes=90)),
    check_specs=[
        dg.AssetCheckSpec("sahha_answers", asset="data_freshness", description="Sahha may be asked and answers."),
        dg.AssetCheckSpec(
            "few_are_stale",
            asset="data_freshness",
            description=f"At most {MOST_STALE:.0%} of the active profiles missed the last full sweep.",
        ),
        dg.AssetCheckSpec(
            "few_are_failing",
            asset="data_freshness",
            description=f"The last pull of at most {MOST_FAILING:.0%} of the active profiles failed.",
        ),
    ],
)
def data_freshness(
    database: dg.ResourceParam[Database],
) -> Iterator[dg.MaterializeResult[None]]:
    """How old what the database holds is, per stream over all active profiles.

    Says `database_fallback` while Sahha may not be asked or is taken to be down: analyses then rest on what was
    fetched before, and this is how old that is.
    """
    settings, instant = read_settings(), now()
    with database.session() as connection:
        source = read_data_source(connection, settings.sahha, instant)
        streams = stream_freshness(connection, instant, stale_after(settings.sync.rules))
    yield dg.MaterializeResult(metadata=_metadata(source, streams), check_results=list(_checks(source, streams)))


freshness_job = dg.define_asset_job(
    "measure_freshness",
    selection=[data_freshness],
    description="Measures how old what the database holds is.",
)

freshness_schedule = hourly("measure_freshness", minute=20)


def _metadata(source: DataSource, streams: list[StreamFreshness]) -> dict[str, str | int | float]:
    metadata: dict[str, str | int | float] = {"data_source": source.name, "source_reason": source.reason or ""}
    for one in streams:
        metadata[f"{one.stream}_profiles"] = one.profiles
        metadata[f"{one.stream}_never_pulled"] = one.profiles - one.synced
        metadata[f"{one.stream}_failing"] = one.failing
        metadata[f"{one.stream}_stale"] = one.stale
        for name, age in (("median", one.median_age), ("p99", one.p99_age)):
            if age is not None:
                metadata[f"{one.stream}_age_{name}_minutes"] = round(age / timedelta(minutes=1), 1)
    return metadata


def _checks(source: DataSource, streams: list[StreamFreshness]) -> Iterator[dg.AssetCheckResult]:
    yield dg.AssetCheckResult(
        check_name="sahha_answers",
        passed=source.name == SAHHA,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"reason": source.reason or ""},
    )
    live = [one for one in streams if one.stream in list(LIVE_STREAMS)]
    stale = max((one.stale / one.profiles for one in live), default=0.0)
    failing = max((one.failing / one.profiles for one in live), default=0.0)
    yield _share_check("few_are_stale", stale, MOST_STALE)
    yield _share_check("few_are_failing", failing, MOST_FAILING)


def _share_check(name: str, share: float, most: float) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name=name,
        passed=share <= most,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"share": round(share, 4), "most": most},
    )
