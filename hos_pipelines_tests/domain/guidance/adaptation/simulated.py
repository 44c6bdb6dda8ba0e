"""People who live with their plans in memory: each day so many items, each done by chance; judged when it is due."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial

import numpy as np

from hos_pipelines.domain.guidance.adaptation.adapt import adapt, next_moment
from hos_pipelines.domain.guidance.adaptation.record import AdaptationRecord
from hos_pipelines.domain.guidance.adaptation.seen import SeenOfPerson, TaskSeen
from hos_pipelines.domain.guidance.adaptation.state_json import state_on
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.person.reporting import ReportedDay, settles_at
from hos_pipelines.domain.profiles import Archetype

START = date(2026, 9, 7)
MORNING = time(6, 30)
settles = cache(partial(settles_at, zone=UTC))
MORE = {Stage.SIMPLIFY: None, Stage.MAINTAIN: 0, Stage.PROGRESS: 1, Stage.INTENSIFY: 0}


def items_of(stage: Stage, cap: int) -> int:
    """How many items a day has."""
    more = MORE[stage]
    return min(cap, 2) if more is None else cap + more


@dataclass
class SimulatedPerson:
    """One life; `share` gives the chance that an item is done, by the day's number and the stage."""

    cap: int
    share: Callable[[int, Stage], float]
    chance: np.random.Generator
    record: AdaptationRecord = field(default_factory=AdaptationRecord)
    days: list[ReportedDay] = field(default_factory=list)
    easy_days: int = 0
    kept: dict[date, float] = field(default_factory=dict)
    due: datetime | None = None

    def live(self, days: int) -> None:
        """So many days, one after the other."""
        for number in range(len(self.days), len(self.days) + days):
            day = START + timedelta(days=number)
            stage = state_on([one.state for one in self.record.states], day).stage
            self.easy_days += stage is Stage.SIMPLIFY
            items = items_of(stage, self.cap)
            done = float(self.chance.binomial(items, self.share(number, stage)))
            self.days.append(ReportedDay(day, items, items, items, done, is_reported=True))
            self.kept[day] = 1.0
            now = datetime.combine(day + timedelta(days=1), MORNING, UTC)
            if self.due is None or now >= self.due:
                self.judge(now)

    def judge(self, now: datetime) -> None:
        """Judges what is due."""
        seen = SeenOfPerson(
            profile_id="anna",
            archetype=Archetype.SYSTEMATIC_IMPROVER,
            now=now,
            today=now.date(),
            settles=settles,
            days=tuple(self.days),
            planned=(*(one.day for one in self.days), now.date()),
            tasks={"walk": TaskSeen(self.kept)},
        )
        self.record = self.record.with_rows(adapt(self.record, seen))
        self.due = next_moment(self.record, seen)
