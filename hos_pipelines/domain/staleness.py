"""How old the readings beneath a result are, and what is left of it once they are old: what was, and no plan.

A result is made of readings alone and knows no clock; whoever shows or stores one passes it through here.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import overload

from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.behavior import stale as stale_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian import stale as stale_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.gates import Status

STALE_AFTER = timedelta(days=2)


def age_of(through: date, now: datetime) -> timedelta:
    """How long the newest local day with a reading has been over, by UTC; none while it may still go on."""
    return max(now - datetime.combine(through + timedelta(days=1), time(), UTC), timedelta(0))


def is_stale(through: date | None, now: datetime) -> bool:
    """Whether the newest reading is older than two days."""
    return through is not None and age_of(through, now) > STALE_AFTER


@overload
def as_seen(result: CircadianResult, now: datetime) -> CircadianResult: ...


@overload
def as_seen(result: BehaviorResult, now: datetime) -> BehaviorResult: ...


@overload
def as_seen(result: AnalysisResult, now: datetime) -> AnalysisResult: ...


def as_seen(result: AnalysisResult, now: datetime) -> AnalysisResult:
    """A result as it may be shown at this moment: a stale one says so, and plans nothing."""
    through = result.analysis_metadata.data_quality.through
    if through is None or not is_stale(through, now) or result.status in (Status.INSUFFICIENT, Status.STALE):
        return result
    lacking = f"newer readings: the newest are of {day_text(through)}"
    if isinstance(result, CircadianResult):
        return stale_circadian.without_plan(result, lacking)
    if isinstance(result, BehaviorResult):
        return stale_behavior.without_plan(result, lacking)
    raise TypeError(f"{type(result).__name__}: is no result whose plans are known.")
