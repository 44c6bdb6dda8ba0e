"""Why plans change or stay, in sentences: what was seen, never blame, and of effects only what came since."""

from collections.abc import Mapping

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.guidance.adaptation.change import PlanChange, WeekFigures
from hos_pipelines.domain.guidance.adaptation.verdict import Difference, Done, RollbackReason

STAYS: Mapping[str, str] = {
    "poor_adherence": "plans are as easy as they get",
    "steady": "so plans stay as they are",
    "too_few_due": "too little to go by: at least 10 items due, or 5 days of which something is said",
    "safety": "and something asks for care, so plans stay easy",
    "engagement_decline": "fewer items were tried already; the question stands",
    "locked": "the next step was taken back before and rests for four weeks",
    "no_kept_task": "no task is done steadily enough to be made longer",
    "under_evaluation": "another change is under evaluation; one thing at a time",
    "just_changed": "plans have just changed otherwise",
    "life_context": "days were unlike others (a journey, an illness, other hours), so nothing is concluded",
    "judged_late": "judged too late to act upon",
}
DOES: Mapping[str, str] = {
    "poor_adherence": "the plan goes back to what works best, one item early and one late",
    "engagement_decline": "the plan asks for one item less",
    "engagement_recovered": "the item that was left out comes back",
    "recovered": "the plan goes back to its usual size",
    "slipped": "the plan asks a little less",
    "progress_plateau": "another lever is tried, as sleep and steps have stood still for four weeks",
}
TAKEN_BACK: Mapping[RollbackReason, str] = {
    "worse": "clearly worse than before",
    "fell": "a fifth or more below before",
    "satisfaction": "rated 2 or less",
    "readiness": "readiness was low on three days of seven",
}


def percent(share: float) -> str:
    """`62 %`."""
    return f"{100 * share:.0f} %"


def week_text(figures: WeekFigures) -> str:
    """What a week came to."""
    if figures.completion is None:
        return f"Of {count_text(figures.planned_days, 'plan day')} something was said on {figures.reported_days}"
    return f"{percent(figures.completion)} of {count_text(figures.due, 'item')} done in seven days"


def stays_text(figures: WeekFigures, reason: str) -> str:
    """Why plans stay as they are."""
    return f"{week_text(figures)}; {STAYS[reason]}."


def changes_text(figures: WeekFigures, what: str) -> str:
    """What follows from a week."""
    return f"{week_text(figures)}: {what}."


def evaluated_text(change: PlanChange, before: Done, after: Done, difference: Difference | None) -> str:
    """Before and since, with the interval."""
    of = {"completion": "done", "reporting": "days spoken of", "task_completion": "of that task done"}
    what = of[change.watch.metric] if change.watch is not None else "done"
    if difference is None:
        return f"Since the change {after.due} were due, before it {before.due}: too little to compare"
    return (
        f"{percent(after.share)} {what} since, {percent(before.share)} before "
        f"({100 * difference.value:+.0f} points, {100 * difference.low:+.0f} to {100 * difference.high:+.0f})"
    )
