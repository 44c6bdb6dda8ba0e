"""What a fact is about, in words: its series, behavior or zone of energy; of an association its two sides and when."""

import re
from collections.abc import Mapping
from functools import lru_cache

from hos_pipelines.domain.behavior.series import KINDS
from hos_pipelines.domain.behavior.signature import pair_words
from hos_pipelines.domain.facts import Fact

BEHAVIORS: Mapping[str, str] = {
    "regular_bedtime": "a regular bedtime",
    "regular_wake": "a regular wake time",
    "enough_sleep": "enough sleep",
    "active_day": "an active day",
    "exercise": "exercise",
}
ZONES: Mapping[str, str] = {
    "zone_peak": "high energy",
    "zone_maintenance": "moderate energy",
    "zone_recovery": "lower energy",
    "zone_sleep": "sleep",
}
SERIES: Mapping[str, str] = {kind.prefix: kind.title for kind in KINDS.values()}
# The longest first: `exercise_duration_median` is of a series, `exercise_adherence` of a behavior.
NAMES = dict(sorted({**BEHAVIORS, **ZONES, **SERIES}.items(), key=lambda pair: -len(pair[0])))
RHO = re.compile(r"Spearman rho of (?P<first>\S+) and (?P<second>\S+), lag (?P<lag>\d) d")
LAGS = {"0": "on the same day", "1": "the day after"}


@lru_cache(maxsize=2048)
def name_of(fact_id: str) -> str | None:
    """What it is about; None where it is no fact of a series, behavior or zone."""
    return next((name for start, name in NAMES.items() if fact_id.startswith(f"{start}_")), None)


def pair_of(rho: Fact) -> tuple[str, str, str] | None:
    """The two sides of an association, the second turned where they go against each other, and when."""
    told = RHO.match(rho.method)
    if told is None or not isinstance(rho.value, float):
        return None
    return *pair_words(told["first"], told["second"], rho.value), LAGS[told["lag"]]
