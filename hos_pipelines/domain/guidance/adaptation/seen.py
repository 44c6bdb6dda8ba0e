"""What adaptation goes by, of one person at one instant: plan days and what was said of them, and what made days unlike
others. Days that are not over, or were spoken of too late, are not in it.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from hos_pipelines.domain.guidance.adaptation.verdict import Done
from hos_pipelines.domain.person.reporting import LEAST_REPORTING, ReportedDay, Reporting
from hos_pipelines.domain.profiles import Archetype

# How far back anything is looked at: four weeks before a word of up to four weeks ago.
LOOK_BACK_DAYS = 58
# Days that a journey, another zone or another roster leaves unlike others, the first among them.
UPHEAVAL_DAYS = 4
SAFETY_DAYS = 7
FEWEST_RATINGS = 3


@dataclass(frozen=True, slots=True)
class TaskSeen:
    """One task: on which days it was due and how much of it was done, and what was said of it.

    `done_at` holds the minute of the local day it was done, and by how many minutes that is off its plan.
    """

    done: Mapping[date, float] = field(default_factory=dict)
    done_at: Sequence[tuple[date, int, int]] = ()
    disliked: Sequence[date] = ()
    refused: Sequence[date] = ()

    def completion(self, since: date, until: date, unlike_others: AbstractSet[date]) -> Done:
        """What was done of it in a span, without days unlike others."""
        shares = [share for day, share in self.done.items() if since <= day <= until and day not in unlike_others]
        return Done(float(sum(shares)), len(shares))


@dataclass(frozen=True)
class SeenOfPerson:
    """What there is to go by; `settles` says from when on a day is judged.

    `days` are settled plan days, `planned` all days with a plan. `signs` are days on which a journal told in time of
    illness or pain, `told_late` those on which one does at all, for safety alone. `low` are days of low readiness,
    `away` of a journey or holiday, `upheavals` those on which hours or shifts changed. `is_flat` says whether sleep and
    steps have stood still for four weeks; None where that cannot be told. `series` are both by local day, as far back
    as a judgement that is due goes by them.
    """

    profile_id: str
    archetype: Archetype
    now: datetime
    today: date
    settles: Callable[[date], datetime]
    days: Sequence[ReportedDay] = ()
    planned: Sequence[date] = ()
    signs: frozenset[date] = frozenset()
    told_late: frozenset[date] = frozenset()
    low: frozenset[date] = frozenset()
    away: frozenset[date] = frozenset()
    upheavals: frozenset[date] = frozenset()
    ratings: Sequence[tuple[date, int]] = ()
    tasks: Mapping[str, TaskSeen] = field(default_factory=dict)
    goal_changes: Sequence[date] = ()
    allows_switch: bool = False
    is_flat: bool | None = None
    series: Mapping[str, Mapping[date, float]] = field(default_factory=dict)

    def is_settled(self, day: date) -> bool:
        """Whether a day is judged by now."""
        return self.settles(day) <= self.now

    @cached_property
    def unlike_others(self) -> frozenset[date]:
        """Days that say nothing of plans: away, ill, and some after another zone or roster."""
        after = (day + timedelta(days=n) for day in self.upheavals for n in range(UPHEAVAL_DAYS))
        return frozenset({*self.away, *self.signs, *after})

    @property
    def ill(self) -> frozenset[date]:
        """Days of illness or pain, whenever they were told of."""
        return self.signs | self.told_late

    def span(self, since: date, until: date) -> Reporting:
        """The settled plan days of a span."""
        return Reporting(tuple(one for one in self.days if since <= one.day <= until))

    def usual(self, since: date, until: date) -> Reporting:
        """The same without days unlike others."""
        unlike = self.unlike_others
        return Reporting(tuple(one for one in self.days if since <= one.day <= until and one.day not in unlike))

    def low_days(self, since: date, until: date) -> int:
        """How many days of a span had low readiness."""
        return sum(since <= day <= until for day in self.low)

    def satisfaction(self, since: date, until: date) -> float | None:
        """The mean rating of a span; None of fewer than three."""
        told = [rating for day, rating in self.ratings if since <= day <= until]
        return sum(told) / len(told) if len(told) >= FEWEST_RATINGS else None

    def warnings(self, until: date) -> list[date]:
        """Days of the last seven that ask for care: illness, pain, or three of low readiness."""
        since = until - timedelta(days=SAFETY_DAYS - 1)
        signs = [day for day in self.ill if since <= day <= until]
        low = [day for day in self.low if since <= day <= until]
        return sorted({*signs, *(low if len(low) >= LOW_DAYS else ())})

    @property
    def asks_for_care(self) -> bool:
        """Whether something of the last seven days does."""
        return bool(self.warnings(self.today))

    @property
    def is_held(self) -> bool:
        """Whether nothing may be made harder: something asks for care, or days are unlike others."""
        recent = {self.today - timedelta(days=n) for n in range(UPHEAVAL_DAYS)}
        return self.asks_for_care or not recent.isdisjoint(self.unlike_others)


LOW_DAYS = 3


def completed(span: Reporting) -> Done:
    """What was done of what was due; nothing where too little was said."""
    if span.rate is None or span.rate < LEAST_REPORTING:
        return Done(0.0, 0)
    return Done(float(sum(one.done for one in span.days)), span.due)


def reported(span: Reporting) -> Done:
    """On how many plan days anything was said."""
    return Done(float(span.reported_days), len(span.days))
