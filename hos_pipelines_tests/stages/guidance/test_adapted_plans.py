"""Plans and adaptation in turn on one clock: each day is planned, lived and spoken of, and the next plan follows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.stages.guidance.adapted_days import DAY, START

ROUTINE, ADAPTATION = GuidanceKind.ROUTINE_PLAN, GuidanceKind.ADAPTATION
FACTS = {"wake_time": "07:00", "sleep_time": "23:00", "timezone": "UTC", "birth_date": "1980-05-21"}
ITEMS = """
SELECT i.id, i.item_id FROM plan_items AS i JOIN plans AS l USING (plan_id)
WHERE l.superseded_at IS NULL AND i.superseded_at IS NULL AND i.is_trackable AND i.plan_date = %s
ORDER BY i.starts_at, i.id
"""
SAY = """
INSERT INTO task_checkins (id, profile_id, plan_item_id, planned_date, completion_status, recorded_at)
VALUES (md5('said' || %(item)s::text)::uuid, 'anna', %(item)s, %(day)s, %(status)s, %(at)s)
"""


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


class PlannedDays:
    """Anna's days: how many items each had, and how much of it she did."""

    def __init__(self, connection: Connection[Any], url: str) -> None:
        self.connection = connection
        self.settings = Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false"})
        self.day: date = START
        self.owed = 0.0
        self.items: list[int] = []

    def run(self, kind: GuidanceKind, at: datetime) -> None:
        """Runs a stage that is due."""
        runner = GuidanceRunner(lambda: self.settings, Database(lambda: self.settings), lambda: at)
        if "anna" in runner.due(kind):
            (outcome,) = runner.run(kind, ["anna"], nothing)
            assert not outcome.is_bad, outcome.error
            assert not any(count_violations(self.connection, kind, at).values())

    def live(self, days: int, most: int, share: float) -> None:
        """Does this share of what is planned, and no more than so many items a day."""
        for _ in range(days):
            morning = datetime.combine(self.day, time(6, 30), UTC)
            self.run(ADAPTATION, morning)
            self.run(ROUTINE, morning + timedelta(minutes=10))
            items = self.connection.execute(ITEMS, (self.day,)).fetchall()
            self.items.append(len(items))
            self.owed += min(most, len(items) * share)
            for item, _task in items:
                is_done = self.owed >= 1 - 1e-9
                self.owed -= is_done
                values = {"item": item, "day": self.day, "status": "completed" if is_done else "skipped"}
                self.connection.execute(SAY, values | {"at": morning + timedelta(hours=14)})
            self.owed = min(self.owed, 1.0)
            self.day += DAY


@pytest.fixture
def anna(connection: Connection[Any], migrated_url: str) -> PlannedDays:
    enrol_people(connection, "anna")
    connection.execute("UPDATE profiles SET timezone = 'UTC', archetype = 'Systematic Improver'")
    at = datetime.combine(START - DAY, time(12), UTC)
    say_facts(connection, "anna", [RawFact(key, value) for key, value in FACTS.items()], UTC, at)
    return PlannedDays(connection, migrated_url)


def test_plans_of_whoever_is_asked_too_much_shrink_and_grow_again(anna: PlannedDays) -> None:
    anna.live(21, most=9, share=0.66)
    usual = anna.items[-1]
    assert set(anna.items[8:]) == {4}
    anna.live(8, most=1, share=0.2)
    anna.live(1, most=9, share=1)
    row = anna.connection.execute("SELECT decided_on, action, standing FROM adaptations").fetchone()
    assert row is not None
    decided_on, *what = row
    assert what == ["simplify", "open"]
    by_day = {START + number * DAY: items for number, items in enumerate(anna.items)}
    assert by_day[decided_on] == usual, "the day it is decided on stays as it was planned"
    assert by_day[decided_on + DAY] == 2
    anna.live(12, most=9, share=1)
    told = anna.connection.execute("SELECT verdict, outcome FROM adaptation_evaluations").fetchall()
    assert told[0] == ("better", "kept")
    assert anna.items[-1] == usual
    why = anna.connection.execute(
        "SELECT bool_and(fact_ids && ARRAY(SELECT 'adaptation_state_' || version FROM adaptation_states)) "
        "FROM plan_items WHERE is_trackable AND plan_date = %s AND superseded_at IS NULL AND plan_id IS NOT NULL",
        (decided_on + DAY,),
    ).fetchone()
    assert why == (True,)


def test_plans_of_whoever_does_nearly_all_grow_and_then_last_longer(anna: PlannedDays) -> None:
    anna.live(34, most=9, share=1)
    assert max(anna.items) == 5
    longer = anna.connection.execute(
        "SELECT count(*) FROM plan_items WHERE reason = 'longer' AND plan_id IS NOT NULL"
    ).fetchone()
    assert longer is not None
    assert longer[0] > 0
