"""The checks of the analysis assets: what every result must hold, counted over a run, and how many lack data."""

from collections.abc import Iterator, Mapping

import dagster as dg

from hos_pipelines.adapters.analysis_runs import AnalysisBatch

MOST_INSUFFICIENT = 0.5
FEW_INSUFFICIENT = "few_insufficient"
BEHAVIOR_CHECKS = {
    "gates_respected": "No number is said with less data than its gate asks for; what is missing is named.",
    "facts_in_range": "Every fact lies where its unit allows: clock hours from 0 to 24, shares from 0 to 1.",
    "matches_schema": "Every result is what its published JSON schema says.",
    FEW_INSUFFICIENT: f"At most {MOST_INSUFFICIENT:.0%} of the active profiles have too little data for a result.",
}
CIRCADIAN_CHECKS = {
    **BEHAVIOR_CHECKS,
    "zones_tile_the_day": "The energy zones of every result cover each quarter of an hour exactly once.",
}
CHECKS = {"circadian_analysis": CIRCADIAN_CHECKS, "behavior_analysis": BEHAVIOR_CHECKS}
INSUFFICIENT = "insufficient_data"


def check_specs(asset: str, checks: Mapping[str, str]) -> list[dg.AssetCheckSpec]:
    """The specs of an asset's checks."""
    return [dg.AssetCheckSpec(name, asset=asset, description=text) for name, text in checks.items()]


def check_results(
    batch: AnalysisBatch, statuses: Mapping[str, int], checks: Mapping[str, str]
) -> Iterator[dg.AssetCheckResult]:
    """What the checks came to in this run; `statuses` counts the current results of all active profiles."""
    for name in checks:
        if name == FEW_INSUFFICIENT:
            continue
        broken = [one.profile_id for one in batch.analysed if name in one.broken_checks]
        yield dg.AssetCheckResult(
            check_name=name,
            passed=not broken,
            metadata={"results": len(batch.analysed), "broken": len(broken), "first": broken[0] if broken else ""},
        )
    total = sum(statuses.values())
    share = statuses.get(INSUFFICIENT, 0) / total if total else 0.0
    yield dg.AssetCheckResult(
        check_name=FEW_INSUFFICIENT,
        passed=share <= MOST_INSUFFICIENT,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"share": round(share, 4), "most": MOST_INSUFFICIENT, **statuses},
    )
