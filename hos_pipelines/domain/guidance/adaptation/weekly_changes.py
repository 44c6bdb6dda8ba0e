"""Which change follows from a judged week, if any: less before more, what is in the way before what could be added."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hos_pipelines.domain.guidance.adaptation.change import Trigger, WeekFigures
from hos_pipelines.domain.guidance.adaptation.course import IntendedChange, Reasons
from hos_pipelines.domain.guidance.adaptation.decision import StageDecision
from hos_pipelines.domain.guidance.adaptation.levers import ACTIONS, BASELINE_DAYS, stage_lever
from hos_pipelines.domain.guidance.adaptation.seen import SeenOfPerson
from hos_pipelines.domain.guidance.adaptation.sentences import DOES, changes_text
from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.routine.experience import FEWEST_DUE, KEEP_FROM
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.guidance.routine.settled import QUESTION
from hos_pipelines.domain.person.reporting import LEAST_REPORTING, Reporting

OFF_MINUTES, OFF_TIMES = 90, 3
LONGER_MINUTES, LONGER_STILL = 5, 10
PLATEAU_DAYS, PLATEAU_FROM = 28, 0.75
HOUR = 60
HALF_A_DAY, DAY = 12 * HOUR, 24 * HOUR
WENT_WELL: Mapping[Stage, str] = {
    Stage.PROGRESS: "the plan grows by one small item",
    Stage.INTENSIFY: "one task that is done steadily gets a little longer",
}


@dataclass(frozen=True, slots=True)
class WeekSeen:
    """A week that is over, the state it was lived in, and what the table says of it."""

    since: date
    until: date
    week: Reporting
    figures: WeekFigures
    state: AdaptationState
    decision: StageDecision


def change_of_week(seen: SeenOfPerson, week: WeekSeen) -> IntendedChange | str:
    """The change that follows, or why there is none."""
    follows: list[Callable[[SeenOfPerson, WeekSeen], IntendedChange | str | None]] = [
        _asked_for_care,
        _silent,
        _less,
        _said_again,
        _other_hour,
        _more,
        _plateau,
    ]
    for step in follows:
        found = step(seen, week)
        if found is not None:
            return _unless_locked(found, week.state, seen.today)
    return week.decision.reason


def _unless_locked(found: IntendedChange | str, state: AdaptationState, today: date) -> IntendedChange | str:
    return "locked" if isinstance(found, IntendedChange) and state.is_locked(found.lever, today) else found


def _asked_for_care(seen: SeenOfPerson, week: WeekSeen) -> IntendedChange | str | None:
    """A warning is answered on its day (`safety`), and keeps plans as they are then."""
    if week.decision.reason == "safety" or seen.asks_for_care:
        return "safety"
    return "too_few_due" if week.decision.reason == "too_few_due" else None


def _silent(_seen: SeenOfPerson, week: WeekSeen) -> IntendedChange | str | None:
    if week.decision.reason != "engagement_decline":
        return None
    if week.state.fewer_items:
        return "engagement_decline"
    why = _because(week, "engagement_decline", DOES["engagement_decline"], ("week_reporting",), QUESTION)
    return IntendedChange("items", "fewer_items", why, {"fewer_items": 1})


def _less(_seen: SeenOfPerson, week: WeekSeen) -> IntendedChange | None:
    decision = week.decision
    if decision.stage is week.state.stage or decision.reason not in ("poor_adherence", "slipped"):
        return None
    trigger: Trigger = "poor_adherence" if decision.reason == "poor_adherence" else "slipped"
    return _stage(week, decision.stage, _because(week, trigger, DOES[trigger], ("week_completion",)))


def _said_again(_seen: SeenOfPerson, week: WeekSeen) -> IntendedChange | None:
    if not week.state.fewer_items or (week.week.rate or 0) < LEAST_REPORTING:
        return None
    why = _because(week, "engagement_recovered", DOES["engagement_recovered"], ("week_reporting",))
    return IntendedChange("items", "restore_items", why, {"fewer_items": 0})


def _other_hour(seen: SeenOfPerson, week: WeekSeen) -> IntendedChange | None:
    """A task done more than 90 minutes off its hour on three days goes to when it is really done."""
    for name in sorted(seen.tasks):
        off = [
            minute
            for day, minute, away in seen.tasks[name].done_at
            if week.since <= day <= week.until and abs(away) > OFF_MINUTES
        ]
        if len(off) < OFF_TIMES:
            continue
        minute = _middle(off)
        if abs((minute - week.state.moved.get(name, minute - DAY // 2) + DAY // 2) % DAY - DAY // 2) <= OFF_MINUTES:
            continue
        hour = f"{minute // HOUR:02d}:{minute % HOUR:02d}"
        what = f"one task was done more than {OFF_MINUTES} minutes off its hour on {len(off)} days and goes to {hour}"
        why = _because(week, "schedule_conflict", what, (f"task:{name}", "done_at"))
        return IntendedChange(f"hour:{name}", "move", why, {"moved": {**week.state.moved, name: minute}})
    return None


def _more(seen: SeenOfPerson, week: WeekSeen) -> IntendedChange | str | None:
    decision = week.decision
    if decision.stage is week.state.stage:
        return None
    facts = ("week_completion", "fortnight_completion")
    if decision.reason == "recovered":
        return _stage(week, decision.stage, _because(week, "recovered", DOES["recovered"], facts[:1]))
    if decision.stage is not Stage.INTENSIFY:
        return _stage(week, decision.stage, _because(week, "ready_for_more", WENT_WELL[decision.stage], facts))
    kept = steady_task(seen, week.until)
    if kept is None:
        return "no_kept_task"
    why = _because(week, "ready_for_more", WENT_WELL[Stage.INTENSIFY], (*facts, f"task:{kept}"))
    return _stage(week, Stage.INTENSIFY, why, {kept: LONGER_MINUTES})


def _plateau(seen: SeenOfPerson, week: WeekSeen) -> IntendedChange | None:
    """Much is done and nothing moves for four weeks: longer instead of more, or more instead of longer."""
    state, share = week.state, week.figures.completion
    if not seen.is_flat or seen.is_held or share is None or share < PLATEAU_FROM:
        return None
    if state.stage not in (Stage.PROGRESS, Stage.INTENSIFY) or state.dwell_days(week.until) < PLATEAU_DAYS:
        return None
    if state.holds_from is not None and (week.until - state.holds_from).days < PLATEAU_DAYS:
        return None
    facts = ("week_completion", "sleep_trend", "steps_trend")
    why = _because(week, "progress_plateau", DOES["progress_plateau"], facts)
    if state.stage is Stage.INTENSIFY:
        return IntendedChange("progress", "progress", why, {"stage": Stage.PROGRESS, "longer": {}})
    kept = steady_task(seen, week.until)
    if kept is None:
        return None
    return IntendedChange(f"longer:{kept}", "longer", why, {"longer": {kept: LONGER_STILL}})


def _stage(week: WeekSeen, stage: Stage, why: Reasons, longer: Mapping[str, int] | None = None) -> IntendedChange:
    differs: dict[str, Any] = {"stage": stage, "longer": dict(longer or {})}
    return IntendedChange(stage_lever(week.state.stage, stage), ACTIONS[stage], why, differs)


def _because(
    week: WeekSeen, trigger: Trigger, what: str, facts: tuple[str, ...], question: str | None = None
) -> Reasons:
    return Reasons(trigger, week.since, changes_text(week.figures, what), (*facts, f"week:{week.since}"), question)


def steady_task(seen: SeenOfPerson, until: date) -> str | None:
    """The task that is done most steadily over four weeks; None where none is kept."""
    since = until - timedelta(days=BASELINE_DAYS - 1)
    known = {name: task.completion(since, until, seen.unlike_others) for name, task in seen.tasks.items()}
    kept = {name: done for name, done in known.items() if done.due >= FEWEST_DUE and done.share >= KEEP_FROM}
    return min(kept, key=lambda name: (-kept[name].share, -kept[name].due, name), default=None)


def _middle(minutes: list[int]) -> int:
    """The median minute of a day; around midnight the day is taken from noon to noon."""
    if max(minutes) - min(minutes) > HALF_A_DAY:
        minutes = [(minute + HALF_A_DAY) % DAY for minute in minutes]
        return (int(statistics.median(minutes)) + HALF_A_DAY) % DAY
    return int(statistics.median(minutes))
