"""What becomes of one person's plans: a pure function of what is stored, what is seen, and an instant.

Safety comes at once and before everything; one other change at a time, judged before the next.
"""

from datetime import date, datetime, timedelta

from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.guidance.adaptation.archetype_change import (
    COOL_DOWN_DAYS,
    ArchetypeRecord,
    ProposedFor,
    handover,
    proposal,
)
from hos_pipelines.domain.guidance.adaptation.change import PlanChange, Trigger
from hos_pipelines.domain.guidance.adaptation.course import AdaptationCourse, IntendedChange, Reasons
from hos_pipelines.domain.guidance.adaptation.evaluating import evaluate_due
from hos_pipelines.domain.guidance.adaptation.judging import SIX_DAYS, closed_weeks, judge_weeks, next_week
from hos_pipelines.domain.guidance.adaptation.levers import expectation_of
from hos_pipelines.domain.guidance.adaptation.record import AdaptationFinding, AdaptationRecord
from hos_pipelines.domain.guidance.adaptation.seen import SAFETY_DAYS, SeenOfPerson
from hos_pipelines.domain.guidance.adaptation.state import LOCK, ArchetypeBlend
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype

RECENT = timedelta(days=28)
REST = timedelta(days=28)
DISLIKED_TIMES = 2
GOAL_DAYS = timedelta(days=14)
PROPOSED_FOR: dict[ProposedFor, str] = {
    "strategy_ineffective": "two changes were taken back in four weeks",
    "ready_for_more": "four weeks at the most demanding went well",
    "stated": "it was asked for",
}


def adapt(record: AdaptationRecord, seen: SeenOfPerson) -> AdaptationFinding:
    """The rows that are new or differ by now; the same again gives none."""
    course = AdaptationCourse(record, seen)
    closed = closed_weeks(course)
    if closed and not course.states:
        begun = {"stage_since": course.tomorrow}
        course.advance("begins", "Plans begin as they are for everybody.", None, None, begun)
    _note_archetype(course)
    _note_goal(course)
    _keep_safe(course)
    evaluate_due(course)
    judge_weeks(course, closed)
    _heed_words(course)
    _propose(course)
    return course.finding()


def next_moment(record: AdaptationRecord, seen: SeenOfPerson) -> datetime:
    """When something is due by time alone: a week that closes, or a change that is to be judged."""
    course = AdaptationCourse(record, seen)
    moments = [seen.settles(next_week(course) + SIX_DAYS)]
    if is_put_off(record, seen):
        moments.append(seen.settles(seen.today))
    if course.open is not None and course.open.watch is not None:
        moments.append(seen.settles(course.open.watch.monitor_to))
    return min(moments)


def is_put_off(record: AdaptationRecord, seen: SeenOfPerson) -> bool:
    """Whether a task is to rest, or an archetype allowed to change, as soon as another change has held for a day."""
    course = AdaptationCourse(record, seen)
    if course.open is not None or not _has_just_changed(course):
        return False
    return _unwanted(course) is not None or (seen.allows_switch and _standing_proposal(course) is not None)


def _note_archetype(course: AdaptationCourse) -> None:
    """Somebody else has changed the archetype: plans go over to it, and begin as usual."""
    new = course.seen.archetype
    old = course.states[-1].archetype if course.states else new
    if old is new:
        return
    course.overtake()
    for change in list(course.changes.values()):
        if change.standing == "proposed":
            course.close(change, "closed")
    because = f"The coaching archetype is {new} from now on, before it was {old}."
    _switch(course, old, new, Reasons("archetype_change", course.today, because, ("archetype",)))


def _switch(course: AdaptationCourse, old: Archetype, new: Archetype, why: Reasons) -> None:
    tomorrow = course.tomorrow
    blend = ArchetypeBlend(old, new, tomorrow) if handover(old, new).days else None
    differs = {"stage": Stage.MAINTAIN, "stage_since": tomorrow, "longer": {}, "fewer_items": 0, "blend": blend}
    intended = IntendedChange(f"archetype:{new}", "switch_archetype", why, differs)
    course.note(intended, "noted", (old, new))


def _note_goal(course: AdaptationCourse) -> None:
    """Another goal is planned for anew by itself; here it is noted, once."""
    for day in course.seen.goal_changes:
        why = Reasons(
            "goal_change", day, f"Another goal was stated on {day_text(day)}; plans are made anew.", ("goal",)
        )
        intended = IntendedChange("goal", "replan", why)
        if course.today - day <= GOAL_DAYS and course.id_of(intended) not in course.changes:
            course.note(intended, "noted")


def _keep_safe(course: AdaptationCourse) -> None:
    """Illness, pain or low readiness make plans easy at once, whatever else is under evaluation."""
    warnings = course.seen.warnings(course.today)
    if not warnings or course.state.stage is Stage.SIMPLIFY:
        return
    ill = [day for day in warnings if day in course.seen.ill]
    what = "A journal told of illness or pain" if ill else "Readiness was low on three days of seven"
    facts = tuple(f"journal:{day}" if day in course.seen.ill else f"readiness:{day}" for day in warnings)
    held_until = warnings[-1] + timedelta(days=SAFETY_DAYS)
    why = Reasons(
        "safety",
        warnings[0],
        f"{what}: plans are easy for now, and nothing is added up to {day_text(held_until)}.",
        facts,
    )
    locked = {} if ill else _locked_by(course.open, warnings[0], course.today)
    course.overtake()
    locked = {**course.state.locked, **locked}
    differs = {"stage": Stage.SIMPLIFY, "longer": {}, "held_until": held_until, "locked": locked}
    course.note(IntendedChange("safety", "simplify", why, differs), "noted")


def _locked_by(change: PlanChange | None, low_since: date, today: date) -> dict[str, date]:
    """The lever that asked for more before readiness fell, and rests now as if its change had been taken back."""
    if change is None or change.watch is None or low_since < change.watch.holds_from:
        return {}
    return {change.lever: today + LOCK} if expectation_of(change.lever).is_harder else {}


def _heed_words(course: AdaptationCourse) -> None:
    """A task rated 2 or less twice, or refused, rests for four weeks; the worst first, one at a time."""
    found = None if course.open is not None or _has_just_changed(course) else _unwanted(course)
    if found is None:
        return
    name, newest = found
    why = Reasons(
        "user_feedback",
        newest,
        "One task was rated 2 or less twice, or is not wanted again: it rests for four weeks.",
        (f"task:{name}", f"checkin:{newest}"),
    )
    resting = {task: until for task, until in course.state.resting.items() if until > course.today}
    course.pull(IntendedChange(f"task:{name}", "rest", why, {"resting": {**resting, name: course.today + REST}}))


def _has_just_changed(course: AdaptationCourse) -> bool:
    """Whether something else, safety excepted, was decided today, so that it holds from tomorrow."""
    return any(one.decided_on == course.today and one.reason not in ("begins", "safety") for one in course.states)


def _unwanted(course: AdaptationCourse) -> tuple[str, date] | None:
    """The task that is wanted least, and the day of the newest word of it."""
    seen, state, since = course.seen, course.state, course.today - RECENT
    unwanted: list[tuple[int, str, date]] = []
    for name, task in seen.tasks.items():
        if state.resting.get(name, date.min) > course.today or state.is_locked(f"task:{name}", course.today):
            continue
        disliked = [day for day in task.disliked if day > since]
        refused = [day for day in task.refused if day > since]
        if refused or len(disliked) >= DISLIKED_TIMES:
            unwanted.append((-len(refused) - len(disliked), name, max([*refused, *disliked])))
    return min(unwanted)[1:] if unwanted else None


def _propose(course: AdaptationCourse) -> None:
    """Another archetype is proposed, and changed to where the person allows that; never while a change is judged.

    Where anything else was decided today it is changed to a day later.
    """
    if course.open is not None or course.seen.asks_for_care:
        return
    seen, since = course.seen, course.today - RECENT
    standing = _standing_proposal(course)
    if standing is not None:
        _go_over(course, standing)
        return
    rolled_back = [
        one
        for one in course.changes.values()
        if one.standing == "rolled_back" and one.closed_on is not None and one.closed_on > since
    ]
    last = max((one.decided_on for one in course.changes.values() if one.to_archetype is not None), default=None)
    record = ArchetypeRecord(course.state.stage, course.state.dwell_days(course.today), len(rolled_back), last)
    found = proposal(seen.archetype, record, course.today)
    if found is None:
        return
    because = f"{found.archetype} may suit better: {PROPOSED_FOR[found.reason]}."
    facts = tuple(f"adaptation:{one.id}" for one in rolled_back) or ("stage_days",)
    trigger: Trigger = "strategy_ineffective" if found.reason == "strategy_ineffective" else "ready_for_more"
    why = Reasons(trigger, course.today, because, facts)
    intended = IntendedChange(f"archetype:{found.archetype}", "switch_archetype", why)
    proposed = course.note(intended, "proposed", (seen.archetype, found.archetype))
    _go_over(course, proposed)


def _go_over(course: AdaptationCourse, proposed: PlanChange) -> None:
    """Changes to the archetype that is proposed, where the person allows it and nothing else was decided today."""
    new = proposed.to_archetype
    if new is None or not course.seen.allows_switch or _has_just_changed(course):
        return
    course.close(proposed, "closed")
    course.archetype = new
    why = Reasons("archetype_change", course.today, proposed.because, proposed.fact_ids)
    _switch(course, course.seen.archetype, new, why)


def _standing_proposal(course: AdaptationCourse) -> PlanChange | None:
    recent = course.today - timedelta(days=COOL_DOWN_DAYS)
    return next(
        (one for one in course.changes.values() if one.standing == "proposed" and one.decided_on > recent), None
    )
