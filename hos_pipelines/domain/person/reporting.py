"""What was due, what was reported, and what is not known: silence is not a refusal.

An item is due only on a day on which the person said anything: of an item, or of the day in a journal. A day on which
nothing was said is unreported, and says nothing of whether anything was done.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from hos_pipelines.domain.person.checkin import Checkin
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.person.journal import Journal

SETTLES_AFTER_BED = timedelta(hours=6)
LATEST_REPORT = timedelta(hours=48)
LEAST_REPORTING = 0.5


@dataclass(frozen=True, slots=True)
class ReportedDay:
    """One day with items that count. `planned` are all of them, `due` none on a day that is unreported."""

    day: date
    planned: int
    due: int
    reported: int
    done: float
    is_reported: bool


@dataclass(frozen=True, slots=True)
class Reporting:
    """The plan days of a span, oldest first."""

    days: tuple[ReportedDay, ...]

    @property
    def due(self) -> int:
        """How many items were due."""
        return sum(one.due for one in self.days)

    @property
    def reported(self) -> int:
        """Of how many items something was said."""
        return sum(one.reported for one in self.days)

    @property
    def reported_days(self) -> int:
        """On how many of the plan days anything was said."""
        return sum(one.is_reported for one in self.days)

    @property
    def rate(self) -> float | None:
        """The share of plan days on which anything was said; None without any."""
        return self.reported_days / len(self.days) if self.days else None

    @property
    def completion(self) -> float | None:
        """The share of what was due that was done, partly done counting half; None where too little was said."""
        rate = self.rate
        if rate is None or rate < LEAST_REPORTING or self.due == 0:
            return None
        return sum(one.done for one in self.days) / self.due


def settles_at(day: date, zone: tzinfo, bed: datetime | None = None) -> datetime:
    """From when on a plan day is judged: six hours after bed, and after its local midnight."""
    midnight = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return (midnight if bed is None else max(midnight, bed.astimezone(UTC))) + SETTLES_AFTER_BED


def settling(engagement: Engagement, zone: tzinfo) -> Callable[[date], datetime]:
    """From when on each day of these is judged; of a day without a plan the bed is taken to be at midnight."""
    return cache(lambda day: settles_at(day, zone, engagement.beds.get(day)))


def checkins_in_time(engagement: Engagement, settles: Callable[[date], datetime]) -> list[Checkin]:
    """What was said of items within 48 h of their day, as it stood at the end of them."""
    latest = cache(lambda day: settles(day) + LATEST_REPORT)
    told = (one.as_told_until(latest(one.planned_date)) for one in engagement.checkins)
    return [one for one in told if one is not None]


def journals_in_time(engagement: Engagement, settles: Callable[[date], datetime]) -> list[Journal]:
    """What was said of days within 48 h of them, as it stood at the end of those."""
    latest = cache(lambda day: settles(day) + LATEST_REPORT)
    told = (one.as_told_until(latest(one.journal_date)) for one in engagement.journals)
    return [one for one in told if one is not None]


def report(
    engagement: Engagement, since: date, until: date, settles: Callable[[date], datetime], at: datetime
) -> Reporting:
    """The plan days of one person from `since` to `until` that are settled at an instant, and what was said of them.

    What is told more than 48 h after its day has settled, a correction too, is kept and counts for nothing here: what
    stood by then counts, so that a judgement comes out the same whenever it is made. An item that another plan stands
    for counts where something was said of it.
    """
    open_days = {one.journal_date for one in journals_in_time(engagement, settles)}
    told: dict[int, dict[date, Checkin]] = {}  # by the number of the item, since a UUID is hashed ten times as slowly
    for checkin in checkins_in_time(engagement, settles):
        told.setdefault(checkin.plan_item_id.int, {})[checkin.planned_date] = checkin
        open_days.add(checkin.planned_date)
    by_day: defaultdict[date, list[Checkin | None]] = defaultdict(list)
    for item in engagement.items:
        if item.is_counted:
            said = told.get(item.id.int, {})
            for day, one in said.items():
                by_day[day].append(one)
            if item.superseded_at is None and item.plan_date not in said:
                by_day[item.plan_date].append(None)
    return Reporting(
        tuple(
            _reported_day(day, said, is_reported=day in open_days)
            for day, said in sorted(by_day.items())
            if since <= day <= until and settles(day) <= at
        )
    )


def _reported_day(day: date, said: Sequence[Checkin | None], *, is_reported: bool) -> ReportedDay:
    reported = [one for one in said if one is not None]
    return ReportedDay(
        day,
        planned=len(said),
        due=len(said) if is_reported else 0,
        reported=len(reported),
        done=sum(one.status.share for one in reported),
        is_reported=is_reported,
    )
