"""A state of adaptation, and changes of it, as people are told them."""

from collections.abc import Iterator, Mapping
from datetime import date

from hos_pipelines.domain.count_text import count_text
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.guidance.adaptation.change import Action, ChangeStanding, PlanChange
from hos_pipelines.domain.guidance.adaptation.sentences import percent
from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.routine.limits import Stage

STAGES: Mapping[Stage, str] = {
    Stage.SIMPLIFY: "Plans are easy: one item early and one late.",
    Stage.MAINTAIN: "Plans are of their usual size.",
    Stage.PROGRESS: "Plans hold one small item more than usual.",
    Stage.INTENSIFY: "Plans are of their usual size, with one task made longer.",
}
ACTIONS: Mapping[Action, str] = {
    "simplify": "Made easy",
    "maintain": "Usual size",
    "progress": "One item more",
    "intensify": "One task longer",
    "fewer_items": "One item less",
    "restore_items": "The item less is back",
    "move": "A task at another hour",
    "rest": "A task rests",
    "longer": "A task longer still",
    "replan": "Planned anew",
    "switch_archetype": "Another archetype",
}
STANDINGS: Mapping[ChangeStanding, str] = {
    "open": "under evaluation",
    "closed": "stays",
    "rolled_back": "taken back",
    "withdrawn": "withdrawn: its week was judged anew",
    "overtaken": "overtaken",
    "proposed": "proposed",
    "noted": "made",
}
METRICS = {
    "completion": "of what is due done",
    "reporting": "of days spoken of",
    "task_completion": "of that task done",
}


def state_lines(state: AdaptationState, day: date) -> Iterator[str]:
    """How plans are made on a day, a sentence each."""
    since = f" Since {day_text(state.stage_since)}." if state.stage_since and state.stage_since <= day else ""
    yield f"{STAGES[state.stage]}{since}"
    if state.fewer_items:
        yield f"{count_text(state.fewer_items, 'item')} less is asked for each day."
    for task, minute in sorted(state.moved.items()):
        yield f"{_name(task)} stands at {minute // 60:02d}:{minute % 60:02d}, when it is really done."
    for task, until in sorted(state.resting.items()):
        if until > day:
            yield f"{_name(task)} rests until {day_text(until)}."
    for task, minutes in sorted(state.longer.items()):
        yield f"{_name(task)} takes {count_text(minutes, 'minute')} more."
    if state.is_held(day) and state.held_until is not None:
        yield f"Nothing is added up to {day_text(state.held_until)}."
    for lever, until in sorted(state.locked.items()):
        if until >= day:
            yield f"What was taken back is not tried again up to {day_text(until)}: {_name(lever)}."
    if state.blend is not None and len(state.blend.shares(day)) > 1:
        yield f"Plans go over from {state.blend.old} to {state.blend.new}."


def judged_line(change: PlanChange) -> str | None:
    """When and by what a change will be judged; None of what is not."""
    watched = change.watch
    if watched is None:
        return None
    again = " once more" if watched.is_extended else ""
    return (
        f"It will be judged{again} on {day_text(watched.evaluate_on)}, by {day_text(watched.monitor_from)} to "
        f"{day_text(watched.monitor_to)} against {_before(change)}; expected: {percent(watched.expected)} "
        f"{METRICS[watched.metric]}. It is taken back if {watched.rollback_when}"
    )


def _before(change: PlanChange) -> str:
    watched = change.watch
    if watched is None or not watched.baseline.due:
        return "no days before it, so that little can be told"
    return f"{percent(watched.baseline.share)} of {watched.baseline.due} in the weeks before"


def _name(key: str) -> str:
    words = key.replace("_", " ").replace(":", " of ")
    return words[:1].upper() + words[1:]
