"""What somebody has done with each task, gathered from check-ins and journals of the last four weeks.

A day of which nothing was said counts for no task; of one that was spoken of, what was not named was not done.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from hos_pipelines.domain.guidance.routine.experience import FIRST_COMPLETION, Experience
from hos_pipelines.domain.person.checkin import Again, Checkin, Completion
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.reporting import checkins_in_time, report

LOOK_BACK, FRICTION_BACK = timedelta(days=28), timedelta(days=7)
FEWEST_TIMES = 4
LOWEST = 1


@dataclass(frozen=True, slots=True)
class Experiences:
    """By task; `own_mean` is the completion of all of them together, `usual_minutes` the median local minute done."""

    by_task: Mapping[str, Experience]
    own_mean: float
    usual_minutes: Mapping[str, int]


def experiences_of(
    engagement: Engagement, day: date, zone: tzinfo, settles: Callable[[date], datetime], at: datetime
) -> Experiences:
    """What is known at an instant for the plan of a day."""
    since = day - LOOK_BACK
    reporting = report(engagement, since, day - timedelta(days=1), settles, at)
    reported = {one.day for one in reporting.days if one.is_reported}
    tasks = {item.id.int: item.item_id for item in engagement.items}
    said: dict[str, list[Checkin]] = defaultdict(list)
    for checkin in checkins_in_time(engagement, settles):
        task = tasks.get(checkin.plan_item_id.int)
        if task is not None and checkin.planned_date in reported:
            said[task].append(checkin)
    days: dict[str, set[date]] = defaultdict(set)
    heard = {checkin.plan_item_id.int for checkin in engagement.checkins}
    for item in engagement.items:
        # What another plan stood for before the day was over was never asked for, unless something was said of it.
        stands = item.superseded_at is None or item.id.int in heard
        if item.is_counted and stands and since <= item.plan_date < day:
            days[item.item_id].add(item.plan_date)
    return Experiences(
        by_task={
            task: _experience(said.get(task, ()), planned, planned & reported, day) for task, planned in days.items()
        },
        own_mean=FIRST_COMPLETION if reporting.completion is None else reporting.completion,
        usual_minutes={
            task: minute for task, told in said.items() if (minute := _usual_minute(told, zone)) is not None
        },
    )


def _experience(said: Sequence[Checkin], planned: set[date], due: set[date], day: date) -> Experience:
    ratings = [one.satisfaction for one in said if one.satisfaction is not None]
    answers = [one.again for one in said if one.again is not None and one.planned_date >= day - FRICTION_BACK]
    return Experience(
        due=len(due),
        done=sum(one.status.share for one in said if one.planned_date in due),
        rating=statistics.fmean(ratings) if ratings else None,
        no=_share(answers, Again.NO),
        maybe=_share(answers, Again.MAYBE),
        low_ratings=sum(one.satisfaction == LOWEST or one.again is Again.NO for one in said),
        days_since_used=(day - max(planned)).days,
    )


def _share(answers: Sequence[Again], answer: Again) -> float:
    return answers.count(answer) / len(answers) if answers else 0.0


def _usual_minute(said: Iterable[Checkin], zone: tzinfo) -> int | None:
    """The median of when it was done, of at least four times; around midnight the day is taken from noon to noon."""
    done = [one.done_at.astimezone(zone) for one in said if one.done_at and one.status is not Completion.SKIPPED]
    if len(done) < FEWEST_TIMES:
        return None
    minutes = [moment.hour * 60 + moment.minute for moment in done]
    if max(minutes) - min(minutes) > 12 * 60:
        minutes = [(minute + 12 * 60) % (24 * 60) for minute in minutes]
        return (int(statistics.median(minutes)) + 12 * 60) % (24 * 60)
    return int(statistics.median(minutes))
