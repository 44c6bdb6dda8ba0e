"""What can be changed, and what is expected of it: which lever each change pulls, and by what it is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hos_pipelines.domain.guidance.adaptation.change import Action, Metric, Watch
from hos_pipelines.domain.guidance.adaptation.seen import SeenOfPerson, completed, reported
from hos_pipelines.domain.guidance.adaptation.verdict import Done
from hos_pipelines.domain.guidance.routine.limits import Stage

WEEK = 7
BASELINE_DAYS, WASHOUT_DAYS, MONITORED_DAYS, EXTENDED_DAYS = 28, 1, 7, 14
ORDER = (Stage.SIMPLIFY, Stage.MAINTAIN, Stage.PROGRESS, Stage.INTENSIFY)
ACTIONS: Mapping[Stage, Action] = {
    Stage.SIMPLIFY: "simplify",
    Stage.MAINTAIN: "maintain",
    Stage.PROGRESS: "progress",
    Stage.INTENSIFY: "intensify",
}

StageLever = Literal["simplify", "recover", "ease", "progress", "intensify"]

TAKEN_BACK = "it is clearly worse than before, it fell by a fifth, or it is rated 2 or less"
TAKEN_BACK_HARDER = f"{TAKEN_BACK}, or readiness is low on 3 of 7 days"
TAKEN_BACK_EASIER = f"enough is done for the stage before, and {TAKEN_BACK}"
TAKEN_BACK_REST = "what is done is clearly worse than before, or fell by a fifth"
TAKEN_BACK_SILENT = "clearly less is said than before"


@dataclass(frozen=True, slots=True)
class Expectation:
    """The measure a lever is judged by, the share it is to reach or keep, and whether it asks more of the person.

    `extends`: where the first judgement settles nothing there is a second, a week later. Nobody is kept in the easiest
    plans for the sake of a verdict.
    """

    metric: Metric
    expected: float
    rollback_when: str
    is_harder: bool = False
    extends: bool = True


# By lever, without the task it is about. What makes plans easier is to raise what is done; what makes them harder is
# not to lower it.
EXPECTATIONS: Mapping[str, Expectation] = {
    "simplify": Expectation("completion", 0.60, TAKEN_BACK_EASIER, extends=False),
    "ease": Expectation("completion", 0.75, TAKEN_BACK_EASIER),
    "recover": Expectation("completion", 0.60, TAKEN_BACK_HARDER, is_harder=True),
    "progress": Expectation("completion", 0.70, TAKEN_BACK_HARDER, is_harder=True),
    "intensify": Expectation("completion", 0.75, TAKEN_BACK_HARDER, is_harder=True),
    "longer": Expectation("completion", 0.70, TAKEN_BACK_HARDER, is_harder=True),
    "items": Expectation("reporting", 0.50, TAKEN_BACK_SILENT),
    "hour": Expectation("task_completion", 0.60, TAKEN_BACK_HARDER),
    "task": Expectation("completion", 0.60, TAKEN_BACK_REST),
}


def stage_lever(old: Stage, new: Stage) -> StageLever:
    """The lever that a change of stage pulls."""
    if ORDER.index(new) < ORDER.index(old):
        return "simplify" if new is Stage.SIMPLIFY else "ease"
    if new is Stage.MAINTAIN:
        return "recover"
    return "progress" if new is Stage.PROGRESS else "intensify"


def expectation_of(lever: str) -> Expectation:
    """What is expected of a lever."""
    return EXPECTATIONS[lever.partition(":")[0]]


def watch(seen: SeenOfPerson, lever: str, trigger_from: date, holds_from: date) -> Watch:
    """How a change is judged: against the four weeks before the week that set it off."""
    expected = expectation_of(lever)
    first, last = trigger_from - timedelta(days=BASELINE_DAYS), trigger_from - timedelta(days=1)
    monitor_from = holds_from + timedelta(days=WASHOUT_DAYS)
    monitor_to = monitor_from + timedelta(days=MONITORED_DAYS - 1)
    return Watch(
        metric=expected.metric,
        expected=expected.expected,
        baseline_from=first,
        baseline_to=last,
        baseline=measured(seen, expected.metric, lever.partition(":")[2], first, last),
        holds_from=holds_from,
        monitor_from=monitor_from,
        monitor_to=monitor_to,
        evaluate_on=monitor_to + timedelta(days=1),
        rollback_when=f"{expected.rollback_when}.",
    )


def measured(seen: SeenOfPerson, metric: Metric, task: str, since: date, until: date) -> Done:
    """A measure over the usual days of a span."""
    if metric == "task_completion":
        known = seen.tasks.get(task)
        return Done(0.0, 0) if known is None else known.completion(since, until, seen.unlike_others)
    span = seen.usual(since, until)
    return reported(span) if metric == "reporting" else completed(span)
