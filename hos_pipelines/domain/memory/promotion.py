"""What it takes for something seen to be held to be true: enough days, far enough apart, seldom contradicted."""

from collections.abc import Sequence
from datetime import date, timedelta

from hos_pipelines.domain.memory.confidence import confidence_of
from hos_pipelines.domain.memory.evidence import ValueTally
from hos_pipelines.domain.memory.memory_key import category_of

LEAST_SUPPORTS = 3
LEAST_SPAN_DAYS = 7
LEAST_CONFIDENCE = 0.7
MOST_CONTRADICTED = 0.25
LEAST_KINDS = 2
SUPPORTS_OF_ONE_KIND = 5
LEAST_ALTERNATIVES = 2
RECENT = timedelta(days=28)
CONTRADICTED_BELOW = 0.4


def lacks_for_promotion(key: str, tally: ValueTally, offered: Sequence[str], today: date) -> str | None:
    """Why a value may not be held to be true yet; None where it may.

    At least 3 days of support that span 7, a confidence of 0.7, one contradiction to three supports at most, and two
    kinds of source or 5 days of support. A preference needs two alternatives that were offered: whoever was offered
    mornings alone does not prefer mornings.
    """
    supports, contradictions = len(tally.support), len(tally.contradiction)
    if supports < LEAST_SUPPORTS:
        return f"{supports} of {LEAST_SUPPORTS} days of support"
    span = (tally.support[-1] - tally.support[0]).days
    share = contradictions / (supports + contradictions)
    few_kinds = len(tally.kinds) < LEAST_KINDS
    gates = {
        f"{span} of {LEAST_SPAN_DAYS} days apart": span >= LEAST_SPAN_DAYS,
        f"{contradictions} days against {supports}": share <= MOST_CONTRADICTED,
        f"one kind of source, on {supports} of {SUPPORTS_OF_ONE_KIND} days": not few_kinds
        or supports >= SUPPORTS_OF_ONE_KIND,
        f"{len(set(offered))} of {LEAST_ALTERNATIVES} alternatives offered": had_choice(key, offered),
    }
    lacking = next((lack for lack, is_met in gates.items() if not is_met), None)
    if lacking is None and confidence_of(tally.support, tally.contradiction, today) < LEAST_CONFIDENCE:
        return f"less than {LEAST_CONFIDENCE} sure"
    return lacking


def had_choice(key: str, offered: Sequence[str]) -> bool:
    """Whether there was something to choose from, where that is needed to speak of a preference."""
    return not category_of(key).needs_choice or len(set(offered)) >= LEAST_ALTERNATIVES


def has_own_support(tally: ValueTally, today: date) -> bool:
    """Whether a value is alive by itself: 3 days of support within 28, and not as unsure as what is archived."""
    if sum(today - RECENT < day <= today for day in tally.support) < LEAST_SUPPORTS:
        return False
    return confidence_of(tally.support, tally.contradiction, today) >= CONTRADICTED_BELOW


def promoted_because(tally: ValueTally) -> str:
    """The reason of a promotion, by its counts."""
    span = (tally.support[-1] - tally.support[0]).days
    return (
        f"{len(tally.support)} days of support over {span}, {len(tally.contradiction)} against, "
        f"from {' and '.join(tally.kinds)}"
    )
