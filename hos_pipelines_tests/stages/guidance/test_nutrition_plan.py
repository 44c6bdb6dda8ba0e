"""Nutrition plans on PostgreSQL, without Dagster: made, made again, withdrawn, refused; never with what is left out."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.guidance.nutrition.nutrition_plan import METHOD_VERSION
from hos_pipelines.domain.guidance.routine.plan import RULES_VERSION
from hos_pipelines.libraries.shipped import shipped_food_library
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan, refusal_counts
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import BERLIN, enrol_people, life, reading, store
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

NUTRITION, ROUTINE = GuidanceKind.NUTRITION_PLAN, GuidanceKind.ROUTINE_PLAN
BODY = {"birth_date": "1990-03-04", "sex": "female", "height": "168 cm", "weight": "64.5 kg"}
ITEMS = """
SELECT time_block, library_id, starts_at FROM plan_items
WHERE profile_id = %s AND source = 'nutrition_plan' AND superseded_at IS NULL ORDER BY starts_at
"""


@pytest.fixture
def anna(connection: Connection[Any], settings: Settings) -> Connection[Any]:
    """Somebody with four analysed weeks, and somebody else of whom nothing is known."""
    enrol_people(connection, "anna", "nobody")
    store(connection, life("anna"))
    AnalysisRunner(lambda: settings, Database(lambda: settings), lambda: NOON).run(
        AnalysisRequest(AnalysisType.CIRCADIAN, ["anna"]), nothing
    )
    return connection


def nothing(_chunk: Sequence[ProfileOutcome]) -> None:
    """Marks nobody."""


def say(connection: Connection[Any], clock: Clock, **facts: object) -> None:
    """Says facts of anna, a minute later."""
    clock.now += timedelta(minutes=1)
    say_facts(connection, "anna", [RawFact(key, value) for key, value in facts.items()], UTC, clock.now)
    clock.now += timedelta(minutes=1)


def make(runner: GuidanceRunner, name: str = "anna", kind: GuidanceKind = NUTRITION) -> ProfileOutcome:
    (outcome,) = runner.run(kind, [name], nothing)
    return outcome


def stored(connection: Connection[Any], name: str = "anna", kind: str = "nutrition") -> StoredPlan:
    found = read_plan(connection, name, kind)
    assert found is not None
    return found


def foods_of(plan: StoredPlan) -> set[str]:
    blocks = [block for block in plan.plan["nutrition"].values() if isinstance(block, dict) and "meals" in block]
    return {food["food_id"] for block in blocks for meal in block["meals"] for food in meal["foods"]}


def marks_of(plan: StoredPlan) -> set[str]:
    foods = shipped_food_library().foods
    return {str(mark) for food in foods_of(plan) for mark in foods[food].marks}


def is_clean(connection: Connection[Any], at: datetime) -> bool:
    return not any(count_violations(connection, NUTRITION, at).values())


def test_the_versions_of_the_stages_are_those_of_their_rules() -> None:
    assert RULE_VERSIONS[NUTRITION] == METHOD_VERSION
    assert RULE_VERSIONS[ROUTINE] == RULES_VERSION


def test_meals_of_the_routine_lie_at_the_hours_of_the_plan_of_meals_or_beside_the_edge_of_a_block(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock, **BODY)
    make(runner)
    make(runner, kind=ROUTINE)
    tasks = {task["id"]: task for block in stored(anna, kind="routine").plan["time_blocks"] for task in block["tasks"]}
    meals = stored(anna).plan["nutrition"]
    named = {"nut_first_meal": "Breakfast", "frame_main_meal": "Lunch", "nut_last_meal_3h": "Dinner"}
    for task, block in named.items():
        apart = datetime.fromisoformat(tasks[task]["starts_at"]) - datetime.fromisoformat(meals[block]["starts_at"])
        assert abs(apart) <= timedelta(minutes=30)


def test_meals_are_planned_once_as_items_of_the_frame_in_the_day_of_the_routine(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock, **BODY)
    assert runner.due(NUTRITION) == ["anna"]
    assert (make(runner).outcome, make(runner).outcome) == ("new", "unchanged")
    assert runner.due(NUTRITION) == []
    make(runner, kind=ROUTINE)
    meals, routine = stored(anna), stored(anna, kind="routine")
    assert (meals.plan_date, meals.wakes_at, meals.beds_at) == (routine.plan_date, routine.wakes_at, routine.beds_at)
    assert meals.status == "ok"
    assert meals.plan["nutrition"]["nutritional_info"]["calories"] > 1200
    items = anna.execute(ITEMS, ("anna",)).fetchall()
    assert [row[0] for row in items][:2] == ["Early_Morning", "Breakfast"]
    counted = anna.execute("SELECT count(*) FROM plan_items WHERE source = 'nutrition_plan' AND is_trackable")
    assert counted.fetchone() == (0,)
    assert is_clean(anna, clock.now)


def planned_by_the_evening(anna: Connection[Any], runner: GuidanceRunner, clock: Clock) -> StoredPlan:
    """The plan of the running day, two hours before bed, when that of the next is made too."""
    say(anna, clock, **BODY)
    make(runner)
    first = stored(anna)
    assert first.beds_at is not None
    clock.now = first.beds_at - timedelta(hours=2)
    make(runner)
    return first


def test_an_allergy_makes_the_meals_again_and_withdraws_the_evening_that_is_left(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    first = planned_by_the_evening(anna, runner, clock)
    assert stored(anna).plan_date == first.plan_date + timedelta(days=1)
    say(anna, clock, allergies="milk, tree_nut, egg")
    make(runner, kind=ROUTINE)
    assert runner.due(NUTRITION) == ["anna"]
    assert make(runner).status == "ok"
    standing = anna.execute("SELECT plan_date FROM plans WHERE kind = 'nutrition' AND superseded_at IS NULL")
    assert standing.fetchall() == [(first.plan_date + timedelta(days=1),)]
    assert not marks_of(stored(anna)) & {"milk", "tree_nut", "egg", "milk?", "tree_nut?", "egg?"}
    assert {row[2] >= clock.now for row in anna.execute(ITEMS, ("anna",))} == {True}
    assert is_clean(anna, clock.now)


def test_a_medicine_that_foods_may_harm_with_withdraws_the_evening_that_is_left_and_leaves_hours_alone(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    first = planned_by_the_evening(anna, runner, clock)
    say(anna, clock, health_flags="mao_inhibitor")
    make(runner, kind=ROUTINE)
    assert make(runner).status == "partial"
    plan = stored(anna)
    standing = anna.execute("SELECT plan_date FROM plans WHERE kind = 'nutrition' AND superseded_at IS NULL")
    assert standing.fetchall() == [(first.plan_date + timedelta(days=1),)]
    assert plan.plan["restrictions"] == ["mao_inhibitor"]
    assert (plan.plan["energy"], marks_of(plan)) == (None, set())
    assert anna.execute(ITEMS, ("anna",)).fetchall() == []
    assert is_clean(anna, clock.now)


def test_both_plans_are_due_again_when_what_is_left_out_changes(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock, **BODY)
    make(runner)
    make(runner, kind=ROUTINE)
    say(anna, clock, diet="vegan")
    assert (runner.due(NUTRITION), runner.due(ROUTINE)) == (["anna"], ["anna"])


def test_vegan_with_coeliac_disease_and_a_nut_allergy_gets_such_meals_or_the_role_that_ran_empty(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock, **BODY, diet="vegan", allergies="tree_nut, coeliac")
    outcome, plan = make(runner), stored(anna)
    if outcome.status == "refused":
        assert plan.refusal_code == "not_feasible"
        assert "ran empty" in str(plan.refusal)
    else:
        forbidden = {"meat", "fish", "milk", "egg", "honey", "tree_nut", "tree_nut?", "gluten", "gluten?", "wheat"}
        assert not marks_of(plan) & forbidden
    assert is_clean(anna, clock.now)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"health_flags": "pregnancy"}, "pregnancy"),
        ({"health_flags": "kidney_disease"}, "kidney_disease"),
        ({"health_flags": "eating_disorder"}, "eating_disorder"),
        ({"birth_date": "2009-05-01"}, "below_19"),
        ({"opt_out_of_numbers": True}, "opt_out_of_numbers"),
    ],
)
def test_whoever_gets_no_figures_gets_meals_without_a_number(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock, facts: dict[str, object], code: str
) -> None:
    say(anna, clock, **{**BODY, **facts})
    assert make(runner).status == "partial"
    plan = stored(anna)
    assert plan.plan["numbers_refused"]["code"] == code
    assert list(plan.notes) == [code]
    assert plan.plan["energy"] is None
    assert plan.plan["nutrition"]["nutritional_info"] is None
    assert refusal_counts(anna, NUTRITION, clock.now) == {f"without numbers: {code}": 1}
    assert is_clean(anna, clock.now)


def test_an_age_that_is_not_known_gives_no_figures(anna: Connection[Any], runner: GuidanceRunner) -> None:
    make(runner)
    assert stored(anna).plan["numbers_refused"]["code"] == "adult_status_unknown"


def test_a_goal_to_lose_weight_is_answered_with_the_reason_below_a_healthy_weight(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock, **{**BODY, "weight": "48 kg", "goal": "lose_weight"})
    assert make(runner).status == "partial"
    plan = stored(anna).plan
    assert plan["goal_refused"] is not None
    assert plan["energy"]["planned"] >= plan["energy"]["need_from"]


def test_a_refused_plan_of_meals_holds_none_and_leaves_the_routine_alone(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock, **BODY)
    make(runner)
    make(runner, kind=ROUTINE)
    routine = stored(anna, kind="routine")
    say(anna, clock, diet="low_fodmap")
    assert make(runner).status == "refused"
    plan = stored(anna)
    assert (plan.status, plan.refusal_code) == ("refused", "restriction_not_supported")
    assert anna.execute(ITEMS, ("anna",)).fetchall() == []
    assert stored(anna, kind="routine") == routine
    assert refusal_counts(anna, NUTRITION, clock.now) == {"refused: restriction_not_supported": 1}
    assert is_clean(anna, clock.now)


def test_the_energy_of_activity_that_was_measured_narrows_what_is_needed(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock, **BODY)
    days = [NOON.date() - timedelta(days=back) for back in range(28)]
    store(anna, [reading("anna", "active_energy_burned", day, "420", "kcal", zone=BERLIN) for day in days])
    make(runner)
    energy = stored(anna).plan["energy"]
    assert energy["confidence"] == "medium"
    assert energy["activity"] == ["inactive"]
    assert "active_energy_burned_median" in energy["fact_ids"]


def test_meals_of_the_days_before_are_not_eaten_again_at_once(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock
) -> None:
    say(anna, clock, **BODY)
    make(runner)
    first = stored(anna)
    meals: dict[date, set[str]] = {first.plan_date: {row[1] for row in anna.execute(ITEMS, ("anna",))}}
    assert first.beds_at is not None
    clock.now = first.beds_at - timedelta(hours=1)
    make(runner)
    second = stored(anna)
    rows = anna.execute(
        "SELECT library_id FROM plan_items WHERE source = 'nutrition_plan' AND plan_date = %s "
        "AND time_block IN ('Breakfast', 'Lunch', 'Dinner')",
        (second.plan_date,),
    )
    assert not {row[0] for row in rows} & meals[first.plan_date]


def test_an_allergy_that_is_committed_after_something_newer_is_not_overlooked(
    anna: Connection[Any], runner: GuidanceRunner, clock: Clock, migrated_url: str
) -> None:
    say(anna, clock, **BODY)
    with connect(migrated_url) as app:
        with app.transaction():
            app.execute(
                "INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) "
                "VALUES ('anna', 'allergies', '[\"egg\"]', 'stated', %(now)s, %(now)s)",
                {"now": clock.now},
            )
            say(anna, clock, goal="sleep_better")
            make(runner)
            make(runner, kind=ROUTINE)
            assert runner.due(NUTRITION) == []
        assert "anna" in runner.due(NUTRITION)
        assert "anna" in runner.due(ROUTINE)
    make(runner)
    assert stored(anna).plan["restrictions"] == ["egg"]
