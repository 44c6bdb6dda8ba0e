"""Plans and adaptation together over weeks: what is done is judged, what is settled is planned from the next day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.adaptation_store import read_states
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

ROUTINE, ADAPTATION = GuidanceKind.ROUTINE_PLAN, GuidanceKind.ADAPTATION
FIRST = date(2026, 9, 7)
CHECKIN = """
INSERT INTO task_checkins (id, profile_id, plan_item_id, planned_date, completion_status, recorded_at)
SELECT gen_random_uuid(), profile_id, id, plan_date,
       CASE WHEN row_number() OVER (ORDER BY item_id) <= %(done)s * count(*) OVER () THEN 'completed'
            ELSE 'skipped' END, %(now)s
FROM plan_items WHERE plan_date = %(day)s AND is_trackable AND superseded_at IS NULL
"""


@dataclass
class Life:
    """Somebody in Berlin whose plans are made, spoken of and judged day by day."""

    connection: Connection[Any]
    runner: GuidanceRunner
    clock: Clock
    plans: list[StoredPlan] = field(default_factory=list)

    def live(self, days: int, done: float | None) -> None:
        """Days on which such a share of what is planned is done; of None nothing is said."""
        for _ in range(days):
            day = FIRST + timedelta(days=len(self.plans))
            self.clock.now = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
            self._run(ADAPTATION)
            self._run(ROUTINE)
            found = read_plan(self.connection, "anna", "routine", day)
            assert found is not None
            self.plans.append(found)
            self.clock.now += timedelta(hours=15)
            if done is not None:
                self.connection.execute(CHECKIN, {"done": done, "now": self.clock.now, "day": day})
            # The evening plans the next day, which the morning may make again.
            self._run(ROUTINE)

    def _run(self, kind: GuidanceKind) -> None:
        for outcome in self.runner.run(kind, ["anna"], nothing):
            assert not outcome.is_bad or "analyse first" in str(outcome.error), outcome.error

    def told(self, name: str) -> list[Any]:
        """By day what plans say of adaptation."""
        return [plan.plan["adaptation"][name] for plan in self.plans]

    def reasons(self) -> list[list[str]]:
        """By day the reasons of counted items."""
        return [
            [
                task["reason"]
                for block in plan.plan["time_blocks"]
                for task in block["tasks"]
                if task["role"] == "counted"
            ]
            for plan in self.plans
        ]


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


@pytest.fixture
def life(connection: Connection[Any], runner: GuidanceRunner, clock: Clock) -> Life:
    enrol_people(connection, "anna")
    connection.execute("UPDATE profiles SET timezone = 'Europe/Berlin', archetype = 'Systematic Improver'")
    at = datetime(2026, 9, 6, 12, tzinfo=UTC)
    facts = [RawFact("wake_time", "07:00"), RawFact("sleep_time", "23:00"), RawFact("birth_date", "1990-03-04")]
    say_facts(connection, "anna", facts, UTC, at)
    return Life(connection, runner, clock)


def in_order(values: Sequence[Any]) -> list[Any]:
    """Without the same twice in a row."""
    return [value for place, value in enumerate(values) if not place or value != values[place - 1]]


def test_every_plan_is_of_the_state_that_held_on_its_day(life: Life) -> None:
    life.live(8, 1.0)
    life.live(20, 0.3)
    life.live(10, None)
    assert len(set(life.told("version"))) >= 3
    for plan in life.plans:
        held = read_states(life.connection, ["anna"], plan.plan_date)["anna"]
        told = plan.plan["adaptation"]
        assert (told["version"], told["stage"]) == (held.version, held.stage.value)
    assert not any(count_violations(life.connection, ROUTINE, life.clock.now).values())


def test_who_does_everything_gets_one_item_more_and_then_one_that_lasts_longer(life: Life) -> None:
    life.live(45, 1.0)
    assert in_order(life.told("stage"))[:3] == ["MAINTAIN", "PROGRESS", "INTENSIFY"]
    of_stage = list(zip(life.told("stage"), life.reasons(), strict=True))
    assert max(len(reasons) for stage, reasons in of_stage if stage == "MAINTAIN") == 4
    progress = [reasons for stage, reasons in of_stage if stage == "PROGRESS"]
    assert len(progress[0]) == 5
    assert "added" in progress[0]
    intense = [reasons for stage, reasons in of_stage if stage == "INTENSIFY"]
    assert intense
    for reasons in intense:
        assert len(reasons) <= 4
        assert reasons.count("longer") == 1


def test_who_is_asked_too_much_has_one_item_in_each_half_of_the_day_until_it_goes_better(life: Life) -> None:
    life.live(10, 1.0)
    while life.told("stage")[-1] != "SIMPLIFY" and len(life.plans) < 30:
        life.live(1, 0.2)
    assert life.told("stage")[-1] == "SIMPLIFY"
    assert len(life.reasons()[-1]) <= 2
    life.live(16, 1.0)
    assert ("SIMPLIFY", "MAINTAIN") in pairwise(in_order(life.told("stage")))


def test_who_falls_silent_has_fewer_items_and_is_asked_until_they_speak_again(life: Life) -> None:
    life.live(10, 0.8)
    life.live(16, None)
    asked = [bool(question) for question in life.told("question")]
    assert not any(asked[:10])
    assert asked[-1]
    assert "SIMPLIFY" not in life.told("stage")
    assert len(life.reasons()[-1]) < 4
    life.live(21, 0.8)
    assert life.told("question")[-1] is None
