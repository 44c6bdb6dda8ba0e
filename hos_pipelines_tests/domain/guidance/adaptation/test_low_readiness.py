"""Readiness that falls since plans ask for more: they are made easy at once, and what asked for more rests."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from hos_pipelines.domain.guidance.adaptation.adapt import adapt
from hos_pipelines.domain.guidance.adaptation.seen import SeenOfPerson, TaskSeen
from hos_pipelines.domain.guidance.adaptation.state import LOCK
from hos_pipelines.domain.guidance.routine.limits import Stage
from hos_pipelines.domain.profiles import Archetype
from hos_pipelines_tests.domain.guidance.adaptation.simulated import START, SimulatedPerson, settles


class TiredPerson(SimulatedPerson):
    """Does everything, and wakes with low readiness, or ill, on some days."""

    def __init__(self, low: Sequence[int], ill: Sequence[int] = ()) -> None:
        super().__init__(3, lambda _day, _stage: 1.0, np.random.default_rng(1))
        self.low = frozenset(START + timedelta(days=number) for number in low)
        self.ill = frozenset(START + timedelta(days=number) for number in ill)

    def judge(self, now: datetime) -> None:
        """Judges each morning, by what is known then."""
        today = now.date()
        seen = SeenOfPerson(
            profile_id="anna",
            archetype=Archetype.SYSTEMATIC_IMPROVER,
            now=now,
            today=today,
            settles=settles,
            days=tuple(self.days),
            planned=(*(one.day for one in self.days), today),
            low=frozenset(day for day in self.low if day <= today),
            signs=frozenset(day for day in self.ill if day <= today),
            tasks={"walk": TaskSeen(self.kept)},
        )
        self.record = self.record.with_rows(adapt(self.record, seen))
        self.due = now + timedelta(hours=12)


@pytest.mark.parametrize(
    ("low", "ill", "rests"),
    [((10, 11, 12), (), True), ((7, 11, 12), (), False), ((), (11,), False)],
    ids=["since the change", "partly before it", "an illness"],
)
def test_what_asked_for_more_rests_only_where_readiness_fell_since(
    low: tuple[int, ...], ill: tuple[int, ...], rests: bool
) -> None:
    life = TiredPerson(low, ill)
    life.live(13)
    progress, safety = sorted(life.record.changes, key=lambda one: one.to_version)
    assert (progress.lever, progress.standing, safety.trigger) == ("progress", "overtaken", "safety")
    state = life.record.states[-1].state
    assert state.stage is Stage.SIMPLIFY
    assert state.locked == ({"progress": safety.decided_on + LOCK} if rests else {})
    life.live(28)
    harder = [one.decided_on for one in life.record.changes if one.lever == "progress" and one is not progress]
    assert not any(day <= last_day(safety.decided_on) for day in harder) or not rests


def last_day(decided: date) -> date:
    return decided + LOCK
