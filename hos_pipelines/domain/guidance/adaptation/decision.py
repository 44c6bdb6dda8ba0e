"""The weekly decision how demanding plans are, with exits apart from entries so that a steady person is left in peace.

Evaluated once per seven plan days. Bare thresholds evaluated daily change the plan of a steady person six to eleven
times in eight weeks, this table about twice (`benchmarks`). Exactly an edge belongs to the better side.
"""

from dataclasses import dataclass
from typing import Literal

from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.person.reporting import LEAST_REPORTING, Reporting

FEWEST_DUE, FEWEST_REPORTED = 10, 5
TOO_MUCH = 0.50
LEAVE_SIMPLIFY = 0.60
LEAVE_PROGRESS = 0.65
ENTER_PROGRESS, ENTER_PROGRESS_FORTNIGHT = 0.75, 0.72
LEAVE_INTENSIFY = 0.75
ENTER_INTENSIFY, ENTER_INTENSIFY_FORTNIGHT = 0.80, 0.85
ENTRY = {Stage.MAINTAIN: LEAVE_SIMPLIFY, Stage.PROGRESS: ENTER_PROGRESS, Stage.INTENSIFY: ENTER_INTENSIFY}
DWELL_DAYS = FORTNIGHT = 14
LOW_READINESS_DAYS = 3

Reason = Literal[
    "safety", "engagement_decline", "too_few_due", "poor_adherence", "recovered", "slipped", "ready_for_more", "steady"
]


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """What is known at the end of a plan week; `fortnight` holds up to fourteen days, the week among them.

    `dwell_days` counts days in the present stage, `held` says that nothing may be made harder (after an illness, a
    journey, a shift of hours or a safety stop).
    """

    stage: Stage
    dwell_days: int
    week: Reporting
    fortnight: Reporting
    low_readiness_days: int = 0
    illness_or_pain: bool = False
    held: bool = False


@dataclass(frozen=True, slots=True)
class StageDecision:
    """The stage of the next week, and why."""

    stage: Stage
    reason: Reason


def decide(standing: PlanStanding) -> StageDecision:
    """The stage of the next plan week."""
    stage, week, share = standing.stage, standing.week, standing.week.completion
    if standing.illness_or_pain or standing.low_readiness_days >= LOW_READINESS_DAYS:
        return StageDecision(Stage.SIMPLIFY, "safety")
    if week.days and week.reported_days < LEAST_REPORTING * len(week.days):
        return StageDecision(stage, "engagement_decline")
    if share is None or (week.due < FEWEST_DUE and week.reported_days < FEWEST_REPORTED):
        return StageDecision(stage, "too_few_due")
    if share < TOO_MUCH:
        return StageDecision(Stage.SIMPLIFY, "poor_adherence")
    return _less(stage, share) or _more(standing, share) or StageDecision(stage, "steady")


def _less(stage: Stage, share: float) -> StageDecision | None:
    if stage is Stage.INTENSIFY and share < LEAVE_INTENSIFY:
        return StageDecision(Stage.PROGRESS, "slipped")
    if stage is Stage.PROGRESS and share < LEAVE_PROGRESS:
        return StageDecision(Stage.MAINTAIN, "slipped")
    return None


def _more(standing: PlanStanding, share: float) -> StageDecision | None:
    if standing.stage is Stage.SIMPLIFY:
        return StageDecision(Stage.MAINTAIN, "recovered") if share >= LEAVE_SIMPLIFY else None
    fortnight = standing.fortnight.completion
    if standing.held or fortnight is None:
        return None
    if standing.stage is Stage.MAINTAIN and share >= ENTER_PROGRESS and fortnight >= ENTER_PROGRESS_FORTNIGHT:
        return StageDecision(Stage.PROGRESS, "ready_for_more")
    if (
        standing.stage is Stage.PROGRESS
        and standing.dwell_days >= DWELL_DAYS
        and len(standing.fortnight.days) >= FORTNIGHT
        and share >= ENTER_INTENSIFY
        and fortnight >= ENTER_INTENSIFY_FORTNIGHT
    ):
        return StageDecision(Stage.INTENSIFY, "ready_for_more")
    return None
