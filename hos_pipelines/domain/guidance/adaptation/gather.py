"""From what was asked and said to what adaptation goes by. Of a person's words only levels and switches are read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from hos_pipelines.domain.guidance.adaptation.seen import LOOK_BACK_DAYS, SeenOfPerson, TaskSeen
from hos_pipelines.domain.person.checkin import Again, Checkin, Completion, SkipReason
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.plan_item import PlanItem
from hos_pipelines.domain.person.reporting import checkins_in_time, journals_in_time, report, settling
from hos_pipelines.domain.profiles import Archetype

LOW_RATING = 2
HALF_A_DAY, DAY = 12 * 60, 24 * 60


@dataclass(frozen=True, slots=True)
class KnownOfAdapted:
    """What is known of a person beside what they were asked: days of low readiness, of another offset or roster, of
    another goal, whether another archetype may be set, whether sleep and steps stand still, and both by local day.
    """

    profile_id: str
    archetype: Archetype
    zone: tzinfo
    low: frozenset[date] = frozenset()
    upheavals: frozenset[date] = frozenset()
    goal_changes: Sequence[date] = ()
    allows_switch: bool = False
    is_flat: bool | None = None
    series: Mapping[str, Mapping[date, float]] = field(default_factory=dict)


@dataclass(slots=True)
class _Told:
    """One task, while it is gathered."""

    done: dict[date, float] = field(default_factory=dict)
    done_at: list[tuple[date, int, int]] = field(default_factory=list)
    disliked: list[date] = field(default_factory=list)
    refused: list[date] = field(default_factory=list)


def seen_of(known: KnownOfAdapted, engagement: Engagement, now: datetime) -> SeenOfPerson:
    """What there is to go by at an instant."""
    today = now.astimezone(known.zone).date()
    settles = settling(engagement, known.zone)
    since = today - timedelta(days=LOOK_BACK_DAYS)
    days = report(engagement, since, today, settles, now).days
    reported = {one.day for one in days if one.is_reported}
    in_time, journals = checkins_in_time(engagement, settles), journals_in_time(engagement, settles)
    standing = {item.plan_date for item in engagement.items if item.is_counted and item.superseded_at is None}
    travels = {one.planned_date for one in in_time if one.skip_reason is SkipReason.TRAVELLING}
    away = {one.journal_date for one in journals if one.is_travelling or one.is_on_holiday}
    return SeenOfPerson(
        profile_id=known.profile_id,
        archetype=known.archetype,
        now=now,
        today=today,
        settles=settles,
        days=days,
        planned=sorted({*standing, *(one.day for one in days)}),
        signs=frozenset(one.journal_date for one in journals if one.is_ill or one.has_pain),
        told_late=frozenset(one.journal_date for one in engagement.journals if one.is_ill or one.has_pain),
        low=known.low,
        away=frozenset(away | travels),
        upheavals=known.upheavals,
        ratings=[(one.planned_date, one.satisfaction) for one in in_time if one.satisfaction is not None],
        tasks=_tasks(engagement.items, in_time, reported, known.zone),
        goal_changes=known.goal_changes,
        allows_switch=known.allows_switch,
        is_flat=known.is_flat,
        series=known.series,
    )


def _tasks(
    items: Sequence[PlanItem], said: Sequence[Checkin], reported: set[date], zone: tzinfo
) -> dict[str, TaskSeen]:
    """By task what was due and done of it; what another plan stood for counts where something was said of it."""
    by_item: defaultdict[int, list[Checkin]] = defaultdict(list)
    for one in said:
        by_item[one.plan_item_id.int].append(one)
    found: defaultdict[str, _Told] = defaultdict(_Told)
    for item in items:
        if not item.is_counted:
            continue
        told, task = by_item.get(item.id.int, ()), found[item.item_id]
        if item.superseded_at is None and item.plan_date in reported:
            task.done.setdefault(item.plan_date, 0.0)
        for one in told:
            _add(task, item, one, reported, zone)
    return {
        name: TaskSeen(one.done, sorted(one.done_at), sorted(one.disliked), sorted(one.refused))
        for name, one in sorted(found.items())
        if one.done or one.disliked or one.refused
    }


def _add(task: _Told, item: PlanItem, one: Checkin, reported: set[date], zone: tzinfo) -> None:
    day = one.planned_date
    if day in reported:
        task.done[day] = one.status.share
    if one.satisfaction is not None and one.satisfaction <= LOW_RATING:
        task.disliked.append(day)
    if one.again is Again.NO:
        task.refused.append(day)
    if one.done_at is not None and item.scheduled_time is not None and one.status is not Completion.SKIPPED:
        done = one.done_at.astimezone(zone)
        minute = done.hour * 60 + done.minute
        task.done_at.append((day, minute, _apart(minute, item.scheduled_time)))


def _apart(minute: int, planned: time) -> int:
    """By how many minutes it was done after its hour; negative before."""
    return (minute - planned.hour * 60 - planned.minute + HALF_A_DAY) % DAY - HALF_A_DAY
