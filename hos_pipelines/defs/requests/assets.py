"""How requests are served: one unpartitioned asset over `analysis_requests`, with checks."""

from collections.abc import Iterator
from datetime import timedelta

import dagster as dg

from hos_pipelines.adapters.catalogue import code_reference
from hos_pipelines.defs.hourly import hourly
from hos_pipelines.environment import now
from hos_pipelines.postgres.request_service import RequestService, read_request_service
from hos_pipelines.stages.database import Database

SLOW = timedelta(seconds=60)
MOST_REFUSED, FEWEST = 0.2, 20
NAME = "request_service"


@dg.asset(
    name=NAME,
    group_name="operations",
    kinds={"python", "postgres"},
    pool="housekeeping",
    code_version="1",
    metadata=code_reference(__file__),
    tags={"layer": "operations"},
    check_specs=[
        dg.AssetCheckSpec(
            "none_waits_long", asset=NAME, description=f"No request has been open for more than {SLOW.seconds} seconds."
        ),
        dg.AssetCheckSpec("none_failed", asset=NAME, description="No request of the last day failed."),
        dg.AssetCheckSpec(
            "few_are_refused",
            asset=NAME,
            description=f"At most {MOST_REFUSED:.0%} of the requests of the last day were refused; told by reason.",
        ),
    ],
)
def request_service(database: dg.ResourceParam[Database]) -> Iterator[dg.MaterializeResult[None]]:
    """How long the requests of apps wait and take, how many fail, and how many are refused by reason."""
    with database.session() as connection:
        service = read_request_service(connection, now(), SLOW)
    yield dg.MaterializeResult(metadata=_service_metadata(service), check_results=list(_service_checks(service)))


def _service_metadata(service: RequestService) -> dict[str, int | float]:
    metadata: dict[str, int | float] = {"open": service.open, "ended": service.ended, "failed": service.failed}
    if service.oldest is not None:
        metadata["oldest_s"] = round(service.oldest.total_seconds(), 1)
    if service.p95_s is not None:
        metadata["p95_s"] = round(service.p95_s, 1)
    return metadata


def _service_checks(service: RequestService) -> Iterator[dg.AssetCheckResult]:
    """Of few requests a share says nothing."""
    warn = dg.AssetCheckSeverity.WARN
    yield dg.AssetCheckResult(
        check_name="none_waits_long", passed=not service.slow, severity=warn, metadata={"slow": service.slow}
    )
    yield dg.AssetCheckResult(
        check_name="none_failed", passed=not service.failed, severity=warn, metadata={"failed": service.failed}
    )
    yield dg.AssetCheckResult(
        check_name="few_are_refused",
        passed=service.ended < FEWEST or service.refused_share <= MOST_REFUSED,
        severity=warn,
        metadata={"share": round(service.refused_share, 4), "most": MOST_REFUSED, **service.refused},
    )


measure_requests = dg.define_asset_job(
    "measure_requests", selection=[request_service], description="Measures how requests are served."
)

measure_requests_schedule = hourly("measure_requests", minute=25)
