"""The checks of the guidance assets: what every person's rows must hold, what the tables must, how many lack data."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from hos_pipelines.adapters.analysis_checks import (
    FALLBACKS_TEXT,
    FEW_FALLBACKS,
    FEW_INSUFFICIENT,
    INSUFFICIENT,
    MOST_INSUFFICIENT,
    check_fallbacks,
)
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.stages.profile_outcome import ProfileOutcome

SHARE_TEXT = f"At most {MOST_INSUFFICIENT:.0%} of the active profiles have too little data for any."
REFUSED_TEXT = f"At most {MOST_INSUFFICIENT:.0%} of the active profiles are refused a plan; the share is by reason."
GUIDANCE_CHECKS: Mapping[GuidanceKind, Mapping[str, str]] = {
    GuidanceKind.INSIGHTS: {
        "evidence_exists": "Every insight rests on facts that are stored with it.",
        "five_at_most": "Nobody has more than five insights at once; none is a good answer.",
        FEW_INSUFFICIENT: SHARE_TEXT,
        FEW_FALLBACKS: FALLBACKS_TEXT,
    },
    GuidanceKind.MEMORY: {
        "working_within_a_day": "Working memory holds nothing longer than 24 hours and one nightly maintenance.",
        "short_term_within_thirty_days": "Short-term memory holds nothing longer than 30 days and one maintenance.",
        "one_value_is_held": "Of each key one value is held to be true, or several are contested and none is.",
        "nothing_forgotten_is_held": "What a person had forgotten is in no layer, and in no step of the log.",
        FEW_INSUFFICIENT: SHARE_TEXT,
    },
    GuidanceKind.ROUTINE_PLAN: {
        "blocks_tile": "The five blocks of every plan follow each other from waking to bed.",
        "items_in_their_blocks": "Every item lies within its block and its day, and no two of a plan overlap.",
        "caps_hold": "No plan has more than six counted items.",
        "every_item_has_a_fact": "Every item names the facts it rests on, and why.",
        FEW_INSUFFICIENT: REFUSED_TEXT,
        FEW_FALLBACKS: FALLBACKS_TEXT,
    },
    GuidanceKind.NUTRITION_PLAN: {
        "restrictions_hold": "No plan holds a food its person leaves out, and a refused one holds no meal.",
        "energy_adds_up": "The energy of every plan is that of its meals, and what a block lacks of its own is told.",
        "meals_in_their_day": "Every meal lies between waking and bed, and no two of a plan overlap.",
        "every_item_has_a_fact": "Every meal names the facts it rests on, and why.",
        FEW_INSUFFICIENT: REFUSED_TEXT,
        FEW_FALLBACKS: FALLBACKS_TEXT,
    },
    GuidanceKind.ADAPTATION: {
        "changes_are_judged": "Every change is judged within three days of the day it was to be judged on.",
        "one_change_at_a_time": "Nobody has two changes under evaluation at once; safety and the person go first.",
        "versions_without_gap": "Versions of a state follow each other without a gap, and none holds before the last.",
        "changes_made_their_state": "Every change under evaluation has the version of the state it made.",
        "weeks_do_not_overlap": "No day is judged in two weeks.",
        "changes_per_person": "People have at most two changes in 28 days on average.",
        "share_inconclusive": "At most 98 % of the judgements of 28 days settle nothing.",
        "reporting_rate": "Something is said of at least 30 % of the plan days of 28 days.",
        FEW_INSUFFICIENT: SHARE_TEXT,
    },
}
REFUSED = "refused"
# By figure: the least and the most it may be.
BOUNDS: Mapping[str, tuple[float, float]] = {
    "changes_per_person": (0.0, 2.0),
    "share_inconclusive": (0.0, 0.98),
    "reporting_rate": (0.3, 1.0),
}


def check_guidance(
    kind: GuidanceKind,
    outcomes: Sequence[ProfileOutcome],
    statuses: Mapping[str, int],
    violations: Mapping[str, int],
    refusals: Mapping[str, int],
) -> Iterator[dg.AssetCheckResult]:
    """What the checks came to: of this run, and of the tables as they are; `statuses` counts all active profiles.

    `refusals` counts those who are refused a plan, or its figures, by reason.
    """
    for name in GUIDANCE_CHECKS[kind]:
        if name in (FEW_INSUFFICIENT, FEW_FALLBACKS) or name in BOUNDS:
            continue
        broken = [one.profile_id for one in outcomes if name in one.broken_checks]
        rows = violations.get(name, 0)
        yield dg.AssetCheckResult(
            check_name=name,
            passed=not broken and not rows,
            metadata={
                "results": len(outcomes),
                "broken": len(broken),
                "first": broken[0] if broken else "",
                "rows": rows,
            },
        )
    total = sum(statuses.values())
    share = (statuses.get(INSUFFICIENT, 0) + statuses.get(REFUSED, 0)) / total if total else 0.0
    yield dg.AssetCheckResult(
        check_name=FEW_INSUFFICIENT,
        passed=share <= MOST_INSUFFICIENT,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"share": round(share, 4), "most": MOST_INSUFFICIENT, **statuses, **refusals},
    )
    if FEW_FALLBACKS in GUIDANCE_CHECKS[kind]:
        yield check_fallbacks(outcomes)


def check_figures(kind: GuidanceKind, figures: Mapping[str, float]) -> Iterator[dg.AssetCheckResult]:
    """Whether what a stage comes to lies within its bounds; a figure that cannot be told yet passes."""
    for name in GUIDANCE_CHECKS[kind]:
        if name in BOUNDS:
            (least, most), value = BOUNDS[name], figures.get(name)
            told: dict[str, float] = {} if value is None else {"value": round(value, 4)}
            yield dg.AssetCheckResult(
                check_name=name,
                passed=value is None or least <= value <= most,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={**told, "least": least, "most": most},
            )
