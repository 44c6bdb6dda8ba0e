"""Judging a change on its day, once more after a week where that settled nothing, and taking back what did harm.

Late words open a judgement again: same rule, same row. What it led to is undone as long as nothing newer rests on it.
"""

from dataclasses import replace
from datetime import date, timedelta

from hos_pipelines.domain.guidance.adaptation.body import BodyShift, body_shifts, body_text
from hos_pipelines.domain.guidance.adaptation.change import ChangeEvaluation, Outcome, PlanChange, Watch
from hos_pipelines.domain.guidance.adaptation.course import AdaptationCourse
from hos_pipelines.domain.guidance.adaptation.decision import ENTRY
from hos_pipelines.domain.guidance.adaptation.levers import (
    EXTENDED_DAYS,
    MONITORED_DAYS,
    ORDER,
    expectation_of,
    measured,
)
from hos_pipelines.domain.guidance.adaptation.record import AdaptationRecord
from hos_pipelines.domain.guidance.adaptation.sentences import TAKEN_BACK, evaluated_text
from hos_pipelines.domain.guidance.adaptation.state import LOCK, AdaptationState
from hos_pipelines.domain.guidance.adaptation.verdict import (
    LEAST_BASELINE_DUE,
    Done,
    Monitored,
    RollbackReason,
    difference,
    rollback_reason,
    verdict_of,
)
from hos_pipelines.domain.person.reporting import LATEST_REPORT

# How long after its last day has settled a judgement is looked at again: as long as words count, and two hours for the
# run that reads the last of them. What is deleted or corrected after that changes none.
REOPENS = LATEST_REPORT + timedelta(hours=2)
READINESS_DAYS = 7
JUDGED = ("open", "closed", "rolled_back")
OUTCOMES = {
    "rolled_back": "it is taken back",
    "kept": "it stays",
    "extended": "it is judged once more in a week",
    "closed": "it stays, unproven",
}
STAYS_THOUGH_WORSE = "less than before; it stays all the same, as it makes plans easier"


def evaluate_due(course: AdaptationCourse) -> None:
    """Judges what is due, oldest first."""
    for change in sorted(course.changes.values(), key=lambda one: one.decided_on):
        if change.watch is not None and change.standing in JUDGED:
            for attempt in (1, 2):
                if not _judge(course, course.changes[change.id], attempt):
                    break


def compared_from(record: AdaptationRecord) -> date | None:
    """The first day of the baseline of whatever may be judged over a fortnight, and has not been."""
    judged = {one.change_id for one in record.evaluations if one.attempt == 2}  # noqa: PLR2004  the last there is
    waiting = (
        one.watch.baseline_from
        for one in record.changes
        if one.watch is not None and one.id not in judged and (one.standing == "open" or one.watch.is_extended)
    )
    return min(waiting, default=None)


def judged_until(watched: Watch, attempt: int) -> date:
    """The last day a judgement goes by."""
    return watched.monitor_from + timedelta(days=(MONITORED_DAYS, EXTENDED_DAYS)[attempt - 1] - 1)


def _judge(course: AdaptationCourse, change: PlanChange, attempt: int) -> bool:
    """Makes or remakes one judgement; whether there may be another after it."""
    seen, watched = course.seen, change.watch
    if watched is None or not seen.is_settled(judged_until(watched, attempt)):
        return False
    stored = course.evaluations.get((change.id, attempt))
    if stored is not None and seen.now > seen.settles(judged_until(watched, attempt)) + REOPENS:
        return stored.outcome == "extended"
    body = _body(course, watched, attempt) if stored is None else stored.body
    made = _evaluation(course, change, watched, attempt, body)
    if stored is not None:
        as_stored = replace(made, evaluated_on=stored.evaluated_on, reopened=stored.reopened)
        if as_stored == stored or not _can_move(course, change):
            return stored.outcome == "extended"
        made = replace(as_stored, reopened=stored.reopened + 1)
    course.keep_evaluation(made)
    _follow(course, change, made)
    return made.outcome == "extended"


def _can_move(course: AdaptationCourse, change: PlanChange) -> bool:
    """Whether nothing newer rests on what a judgement led to."""
    newest = course.states[-1]
    is_last = newest.change_id == change.id and not course.seen.asks_for_care
    return is_last and (course.open is None or course.open.id == change.id)


def _body(course: AdaptationCourse, watched: Watch, attempt: int) -> tuple[BodyShift, ...]:
    """How sleep and steps have moved: a week of either is too short to tell."""
    if attempt == 1:
        return ()
    before, since = (watched.baseline_from, watched.baseline_to), (watched.monitor_from, judged_until(watched, attempt))
    return body_shifts(course.seen.series, before, since, course.seen.unlike_others)


def _evaluation(
    course: AdaptationCourse, change: PlanChange, watched: Watch, attempt: int, body: tuple[BodyShift, ...]
) -> ChangeEvaluation:
    seen, until = course.seen, judged_until(watched, attempt)
    before = watched.baseline
    after = measured(seen, watched.metric, change.task or "", watched.monitor_from, until)
    low = seen.low_days(until - timedelta(days=READINESS_DAYS - 1), until)
    satisfaction = seen.satisfaction(watched.monitor_from, until)
    verdict = verdict_of(before, after)
    reason = _reason(course, change, after, rollback_reason(before, Monitored(after, satisfaction, low)))
    outcome: Outcome = "closed"
    if reason is not None:
        outcome = "rolled_back"
    elif verdict == "better":
        outcome = "kept"
    elif verdict == "inconclusive" and attempt == 1 and _may_extend(change, before):
        outcome = "extended"
    told = difference(before, after) if before.due and after.due else None
    why = "" if reason is None else f", {TAKEN_BACK[reason]}"
    follows = STAYS_THOUGH_WORSE if (verdict, outcome) == ("worse", "closed") else OUTCOMES[outcome]
    verdict_text = f"{evaluated_text(change, before, after, told)}{why}: {follows}."
    return ChangeEvaluation(
        change_id=change.id,
        attempt=attempt,
        evaluated_on=course.today,
        monitor_from=watched.monitor_from,
        monitor_to=until,
        verdict=verdict,
        difference=told,
        after=after,
        satisfaction=satisfaction,
        low_readiness_days=low,
        rollback_reason=reason,
        outcome=outcome,
        because=f"{verdict_text} {body_text(body)}".rstrip(),
        body=body,
    )


def _may_extend(change: PlanChange, before: Done) -> bool:
    """Whether a second week can settle what the first did not: not with too little to compare it with."""
    return before.due >= LEAST_BASELINE_DUE and expectation_of(change.lever).extends


def _reason(
    course: AdaptationCourse, change: PlanChange, after: Done, reason: RollbackReason | None
) -> RollbackReason | None:
    """What speaks for taking it back, of this lever: low readiness is no reason to ask for more again.

    What makes plans easier answers a fall: it is no harm that less is done than before the fall, as long as more is
    than in the week that set it off, and nobody goes back to a stage whose share they have not reached. Nothing is made
    harder while something asks for care, and a task nobody likes does not come back by ratings.
    """
    if not expectation_of(change.lever).is_harder:
        helps = reason in ("worse", "fell") and _is_above_its_week(course, change, after)
        if course.seen.is_held or reason == "readiness" or helps or _is_below_former(course, change, after):
            return None
    return None if reason == "satisfaction" and change.action in ("rest", "fewer_items", "restore_items") else reason


def _is_below_former(course: AdaptationCourse, change: PlanChange, after: Done) -> bool:
    """Whether a change led to an easier stage, and less is done than whoever enters the former one has to do."""
    former, eased = course.state_of(change.from_version).stage, course.state_of(change.to_version).stage
    return ORDER.index(eased) < ORDER.index(former) and (not after.due or after.share < ENTRY[former])


def _is_above_its_week(course: AdaptationCourse, change: PlanChange, after: Done) -> bool:
    """Whether more was done than in the week that set a change off."""
    watched = change.watch
    week = None if watched is None else course.weeks.get(watched.baseline_to + timedelta(days=1))
    if watched is None or week is None or not after.due or watched.metric == "task_completion":
        return False
    figures = week.figures
    if watched.metric == "reporting":
        return after.share * figures.planned_days > figures.reported_days
    return figures.completion is not None and after.share > figures.completion


def _follow(course: AdaptationCourse, change: PlanChange, made: ChangeEvaluation) -> None:
    if made.outcome == "rolled_back":
        if change.standing != "rolled_back":
            _take_back(course, change, made)
        return
    if change.standing == "rolled_back":
        _put_back(course, change, made)
        change = course.changes[change.id]
    watched = change.watch
    if made.outcome == "extended" and watched is not None:
        until = judged_until(watched, 2)
        longer = replace(watched, monitor_to=until, evaluate_on=until + timedelta(days=1), is_extended=True)
        course.changes[change.id] = replace(change, standing="open", closed_on=None, watch=longer)
    elif change.standing != "closed":
        course.close(change, "closed")


def _take_back(course: AdaptationCourse, change: PlanChange, made: ChangeEvaluation) -> None:
    """The stored former state as a new version; the lever rests for 28 days."""
    if not course.rests_on(change) and course.states[-1].change_id != change.id:
        course.close(change, "closed")
        return
    now, former = course.state, course.state_of(change.from_version)
    locked = {**now.locked, change.lever: course.today + LOCK}
    course.close(change, "rolled_back")
    course.advance("rolled_back", made.because, change.id, None, _as_in(course, former) | {"locked": locked})


def _put_back(course: AdaptationCourse, change: PlanChange, made: ChangeEvaluation) -> None:
    """Late words have shown that it need not have been taken back."""
    made_by_it = course.state_of(change.to_version)
    locked = {lever: until for lever, until in course.state.locked.items() if lever != change.lever}
    course.close(change, "closed")
    course.advance("put_back", made.because, change.id, None, _as_in(course, made_by_it) | {"locked": locked})


def _as_in(course: AdaptationCourse, other: AdaptationState) -> dict[str, object]:
    """What another version says of plans, for a new one."""
    names = ("stage", "fewer_items", "moved", "resting", "longer")
    return {name: getattr(other, name) for name in names} | {"may_replace_from": course.today + timedelta(days=1)}
