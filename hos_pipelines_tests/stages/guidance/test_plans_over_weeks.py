"""Routine plans of the same person over weeks: what is replaced stays away, and superseded plans shrink."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.plan_store import read_plan
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.stages.guidance.annas_routines import counted, enrol_anna, make, say
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

ROUTINE = GuidanceKind.ROUTINE_PLAN
TODAY = date(2026, 11, 1)
CHECKIN = """
INSERT INTO task_checkins (id, profile_id, plan_item_id, planned_date, completion_status, recorded_at)
SELECT gen_random_uuid(), profile_id, id, plan_date,
       CASE WHEN item_id = ANY(%(failing)s) THEN 'skipped' ELSE 'completed' END, %(now)s
FROM plan_items WHERE plan_date = %(day)s AND is_trackable AND superseded_at IS NULL
"""


@pytest.fixture
def anna(connection: Connection[Any]) -> Connection[Any]:
    enrol_anna(connection)
    return connection


def test_plans_of_four_weeks_replace_one_task_a_week_and_hold_it(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    anna.execute("UPDATE profiles SET archetype = 'Peak Performer'")
    failing: list[str] = []
    replaced: dict[int, str] = {}
    planned: dict[int, list[str]] = {}
    for day in range(28):
        clock.now = NOON + timedelta(days=day)
        _, plan = make(anna, runner)
        planned[day] = counted(plan)
        failing = failing or planned[0][:3]
        for task in plan.plan["adaptation"]["replaced"]:
            assert day not in replaced
            replaced[day] = task
        # Five good days make habits of them; then they are done no more.
        skipped = failing if day >= 5 else []
        anna.execute(CHECKIN, {"failing": skipped, "day": plan.plan_date, "now": clock.now})
    assert len(replaced) >= 2
    days = sorted(replaced)
    assert all(later - earlier >= 7 for earlier, later in pairwise(days))
    for day, task in replaced.items():
        assert all(task not in planned.get(day + after, ()) for after in range(7))
    # Planned twice, the day replaces what it has replaced.
    anna.execute("DELETE FROM guidance_states")
    assert make(anna, runner)[1].plan == plan.plan


def test_what_a_superseded_plan_held_goes_when_its_day_is_past_and_comes_back_with_it(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    _, first = make(anna, runner)
    clock.now += timedelta(minutes=5)
    say(anna, clock.now, work_hours="09:00-17:00")
    make(anna, runner)
    sizes = "SELECT superseded_at IS NULL, plan <> '{}' FROM plans WHERE plan_date = %s ORDER BY 1"
    for days, is_kept in ((1, True), (2, False)):
        clock.now = NOON + timedelta(days=days)
        make(anna, runner)
        assert anna.execute(sizes, (TODAY,)).fetchall() == [(False, is_kept), (True, True)]
    items = anna.execute("SELECT count(*) FROM plan_items WHERE plan_date = %s", (TODAY,)).fetchone()
    assert items is not None
    assert items[0] >= 3
    # The same inputs once more: the plan that was emptied stands again, whole.
    anna.execute("DELETE FROM profile_facts WHERE fact_key = 'work_hours'")
    clock.now = NOON
    anna.execute("UPDATE guidance_states SET checked_at = NULL")
    assert make(anna, runner)[0] == "new"
    assert read_plan(anna, "anna", "routine", TODAY) == first
