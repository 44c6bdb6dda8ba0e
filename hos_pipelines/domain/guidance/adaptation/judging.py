"""Judging weeks of plans: seven days from one with a plan on, once the last has settled; one change follows at most.

A change begins a new week after its day of washout, so that no week mixes two ways of planning.

Late words open a week again: the same rule in the state it was judged in, and the same row. The change it led to is
withdrawn where it would be another one now, as long as nothing newer rests on it; else the row stays as it was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from hos_pipelines.domain.guidance.adaptation.change import JudgedWeek, WeekDecision, WeekFigures
from hos_pipelines.domain.guidance.adaptation.course import AdaptationCourse, IntendedChange
from hos_pipelines.domain.guidance.adaptation.decision import PlanStanding, decide
from hos_pipelines.domain.guidance.adaptation.evaluating import REOPENS
from hos_pipelines.domain.guidance.adaptation.levers import WEEK
from hos_pipelines.domain.guidance.adaptation.record import AdaptationRecord
from hos_pipelines.domain.guidance.adaptation.seen import SeenOfPerson
from hos_pipelines.domain.guidance.adaptation.sentences import STAYS, stays_text, week_text
from hos_pipelines.domain.guidance.adaptation.state import AdaptationState
from hos_pipelines.domain.guidance.adaptation.weekly_changes import WeekSeen, change_of_week

SIX_DAYS = timedelta(days=WEEK - 1)
FORTNIGHT_DAYS = timedelta(days=13)
EARLIEST = date(1900, 1, 1)


def judge_weeks(course: AdaptationCourse, closed: Sequence[date]) -> None:
    """Judges the weeks that are over, by their first days, and again what late words have changed."""
    for week in sorted(course.weeks.values(), key=lambda one: one.week_from):
        if course.seen.is_settled(week.week_to) and course.seen.now <= course.seen.settles(week.week_to) + REOPENS:
            _judge_again(course, week)
    for start in closed:
        if start == closed[-1]:
            course.keep_week(_judge(course, start))
        else:
            course.keep_week(_row(course, start, course.held_on(start), "skipped", "judged_late"))


def last_closed_week(record: AdaptationRecord, seen: SeenOfPerson) -> date | None:
    """The first day of the last week that is over, judged or not; None before the first."""
    course = AdaptationCourse(record, seen)
    return max([*closed_weeks(course), *(week.week_from for week in record.weeks)], default=None)


def next_week(course: AdaptationCourse) -> date:
    """The first day of the week that is not judged yet: one with a plan, or the first that may be one."""
    last = _not_before(course) - timedelta(days=1)
    return next((day for day in course.seen.planned if day > last), max(course.today, last + timedelta(days=1)))


def closed_weeks(course: AdaptationCourse) -> list[date]:
    """The first days of weeks that are over and not judged."""
    return list(_closed(course))


def _closed(course: AdaptationCourse) -> Iterator[date]:
    last = _not_before(course) - timedelta(days=1)
    for day in course.seen.planned:
        if day > last:
            last = day + SIX_DAYS
            if not course.seen.is_settled(last):
                return
            yield day


def _not_before(course: AdaptationCourse) -> date:
    """After the last judged week, and from when on plans are made as they are now."""
    after = max((week.week_to + timedelta(days=1) for week in course.weeks.values()), default=EARLIEST)
    if course.open is not None and course.open.watch is not None:
        return max(after, course.open.watch.monitor_from)
    if not course.states or course.states[-1].reason in ("begins", "judged_anew"):
        return after
    return max(after, course.states[-1].holds_from)


def _judge(course: AdaptationCourse, start: date) -> JudgedWeek:
    seen, state = course.seen, course.state
    until = start + SIX_DAYS
    if _is_unlike_others(seen, start, until):
        return _row(course, start, course.held_on(start), "skipped", "life_context")
    if course.open is not None:
        return _row(course, start, state, "waiting", "under_evaluation")
    if course.states and course.states[-1].decided_on == course.today and course.states[-1].reason != "begins":
        return _row(course, start, course.held_on(start), "waiting", "just_changed")
    return _followed(course, start, state, _decide(course, start, state))


def _decide(course: AdaptationCourse, start: date, state: AdaptationState) -> IntendedChange | str:
    """What follows from a week in a state: a change, or why there is none."""
    seen, until = course.seen, start + SIX_DAYS
    week = seen.span(start, until)
    decision = decide(
        PlanStanding(
            stage=state.stage,
            dwell_days=state.dwell_days(until + timedelta(days=1)),
            week=week,
            fortnight=seen.span(_fortnight_from(state, start, until), until),
            low_readiness_days=seen.low_days(start, until),
            illness_or_pain=any(start <= day <= until for day in seen.signs),
            held=seen.is_held or state.is_held(course.today),
        )
    )
    return change_of_week(seen, WeekSeen(start, until, week, _figures(seen, state, start), state, decision))


def _judge_again(course: AdaptationCourse, week: JudgedWeek) -> None:
    seen, state = course.seen, course.state_of(week.state_version)
    figures = _figures(seen, state, week.week_from)
    if figures == week.figures:
        return
    again = replace(week, figures=figures, reopened=week.reopened + 1)
    if week.decision in ("waiting", "skipped"):
        course.keep_week(replace(again, because=stays_text(figures, week.reason)))
        return
    if not _can_move(course, week):
        # Figures and reason are of one judgement: the row stays as it was decided.
        return
    made = None if week.change_id is None else course.changes[week.change_id]
    follows = _decide(course, week.week_from, state)
    if made is not None and (isinstance(follows, str) or course.id_of(follows) != made.id):
        course.close(made, "withdrawn")
        if isinstance(follows, str):
            because = f"{week_text(figures)}: the week is judged anew."
            course.advance("judged_anew", because, made.id, state, {"stage_since": state.stage_since})
    elif made is not None and isinstance(follows, IntendedChange):
        course.keep_week(replace(again, because=follows.why.because))
        course.changes[made.id] = replace(made, because=follows.why.because, fact_ids=follows.why.fact_ids)
        return
    anew = _followed(course, week.week_from, state, follows)
    course.keep_week(replace(anew, judged_on=week.judged_on, reopened=again.reopened))


def _followed(
    course: AdaptationCourse, start: date, state: AdaptationState, follows: IntendedChange | str
) -> JudgedWeek:
    """The row of a week that was decided, with the change made where one follows."""
    if isinstance(follows, str):
        return _row(course, start, state, "kept", follows)
    made = course.pull(follows, state)
    row = _row(course, start, state, "changed", made.trigger)
    return replace(row, because=made.because, change_id=made.id)


def _can_move(course: AdaptationCourse, week: JudgedWeek) -> bool:
    """Whether nothing newer rests on what the week led to."""
    if course.seen.asks_for_care:
        return False
    if week.change_id is None:
        return course.open is None and course.state.version == week.state_version
    made = course.changes.get(week.change_id)
    return made is not None and made.standing == "open" and course.rests_on(made)


def _is_unlike_others(seen: SeenOfPerson, start: date, until: date) -> bool:
    """Whether a journey, a holiday or other hours fall into a week; an illness is answered by the table."""
    after = seen.unlike_others - seen.signs
    return any(start <= day <= until for day in after)


def _fortnight_from(state: AdaptationState, start: date, until: date) -> date:
    """Up to fourteen days, from the present stage on: another cap is another share."""
    since = until - FORTNIGHT_DAYS
    return since if state.stage_since is None else min(start, max(since, state.stage_since))


def _figures(seen: SeenOfPerson, state: AdaptationState, start: date) -> WeekFigures:
    until = start + SIX_DAYS
    week = seen.span(start, until)
    return WeekFigures(
        planned_days=len(week.days),
        reported_days=week.reported_days,
        due=week.due,
        done=float(sum(one.done for one in week.days)),
        completion=week.completion,
        fortnight_completion=seen.span(_fortnight_from(state, start, until), until).completion,
        low_readiness_days=seen.low_days(start, until),
        is_ill_or_in_pain=any(start <= day <= until for day in seen.signs),
    )


def _row(
    course: AdaptationCourse, start: date, state: AdaptationState, decision: WeekDecision, reason: str
) -> JudgedWeek:
    figures = _figures(course.seen, state, start)
    return JudgedWeek(
        week_from=start,
        week_to=start + SIX_DAYS,
        judged_on=course.today,
        state_version=state.version,
        stage=state.stage,
        figures=figures,
        decision=decision,
        reason=reason,
        because=stays_text(figures, reason) if reason in STAYS else "",
    )
