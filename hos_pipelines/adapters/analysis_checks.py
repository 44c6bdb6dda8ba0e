"""The checks of the analysis assets: what every result must hold, counted over a run, and how many lack data."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.stages.profile_outcome import ProfileOutcome

MOST_INSUFFICIENT = 0.5
FEW_INSUFFICIENT = "few_insufficient"
MOST_FALLBACKS = 0.1
FEW_FALLBACKS = "few_fallbacks"
FALLBACKS_TEXT = f"Of the results a model was to write, at most {MOST_FALLBACKS:.0%} rest on the rules' words."
BEHAVIOR_CHECKS = {
    "gates_respected": "No number is said with less data than its gate asks for; what is missing is named.",
    "facts_in_range": "Every fact lies where its unit allows: clock hours from 0 to 24, shares from 0 to 1.",
    "matches_schema": "Every result is what its published JSON schema says.",
    FEW_INSUFFICIENT: f"At most {MOST_INSUFFICIENT:.0%} of the active profiles have too little data for a result.",
    FEW_FALLBACKS: FALLBACKS_TEXT,
}
CIRCADIAN_CHECKS = {
    **BEHAVIOR_CHECKS,
    "zones_tile_the_day": "The energy zones of every result cover each quarter of an hour exactly once.",
}
CHECKS = {"circadian_analysis": CIRCADIAN_CHECKS, "behavior_analysis": BEHAVIOR_CHECKS}
INSUFFICIENT = "insufficient_data"


def writing_totals(outcomes: Sequence[ProfileOutcome]) -> dict[str, int | float]:
    """What the writing of a run took: results a model was to write, those it did not, tokens, cost, seconds."""
    told = [one.counts for one in outcomes if "engine" in one.counts]
    fallbacks = sum(_number(counts, "fallbacks") for counts in told)
    by_model = sum(counts["engine"] == "openai" for counts in told)
    asked, answered = int(by_model + fallbacks), [counts for counts in told if counts["requests"]]
    latency = sum(_number(counts, "latency_s") for counts in answered)
    return {
        "asked": asked,
        "fallbacks": int(fallbacks),
        "fallback_rate": round(fallbacks / asked, 4) if asked else 0.0,
        "requests": int(sum(_number(counts, "requests") for counts in told)),
        "tokens": int(sum(_number(counts, "tokens") for counts in answered)),
        "cost_usd": round(sum(_number(counts, "cost_usd") for counts in answered), 6),
        "mean_latency_s": round(latency / len(answered), 3) if answered else 0.0,
        "violations": int(sum(_number(counts, name) for counts in answered for name in counts if _is_violation(name))),
    }


def writing_text(outcomes: Sequence[ProfileOutcome]) -> str:
    """What a model wrote and took, in words that follow others; empty where none was asked."""
    totals = writing_totals(outcomes)
    if not totals["asked"]:
        return ""
    return (
        f"; written by a model: {totals['asked'] - totals['fallbacks']} of {totals['asked']}, "
        f"{count_text(int(totals['requests']), 'request')}, {count_text(int(totals['tokens']), 'token')}, "
        f"{totals['cost_usd']} US dollars"
    )


def _number(counts: Mapping[str, int | str | float], name: str) -> float:
    value = counts.get(name, 0)
    return 0.0 if isinstance(value, str) else float(value)


def _is_violation(name: str) -> bool:
    return name.startswith("violations_")


def check_specs(asset: str, checks: Mapping[str, str]) -> list[dg.AssetCheckSpec]:
    """The specs of an asset's checks."""
    return [dg.AssetCheckSpec(name, asset=asset, description=text) for name, text in checks.items()]


def check_results(
    outcomes: Sequence[ProfileOutcome], statuses: Mapping[str, int], checks: Mapping[str, str]
) -> Iterator[dg.AssetCheckResult]:
    """What the checks came to in this run; `statuses` counts the current results of all active profiles."""
    for name in checks:
        if name in (FEW_INSUFFICIENT, FEW_FALLBACKS):
            continue
        broken = [one.profile_id for one in outcomes if name in one.broken_checks]
        yield dg.AssetCheckResult(
            check_name=name,
            passed=not broken,
            metadata={"results": len(outcomes), "broken": len(broken), "first": broken[0] if broken else ""},
        )
    total = sum(statuses.values())
    share = statuses.get(INSUFFICIENT, 0) / total if total else 0.0
    yield dg.AssetCheckResult(
        check_name=FEW_INSUFFICIENT,
        passed=share <= MOST_INSUFFICIENT,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"share": round(share, 4), "most": MOST_INSUFFICIENT, **statuses},
    )
    yield check_fallbacks(outcomes)


def check_fallbacks(outcomes: Sequence[ProfileOutcome]) -> dg.AssetCheckResult:
    """How many of those a model was to write in this run are in the rules' words, and what it took."""
    totals = writing_totals(outcomes)
    return dg.AssetCheckResult(
        check_name=FEW_FALLBACKS,
        passed=totals["fallback_rate"] <= MOST_FALLBACKS,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"most": MOST_FALLBACKS, **totals},
    )
