"""Plans in a model's words, from facts to rows: proven, labelled, counted, asked for once, and else the rules' own."""

from collections.abc import Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.postgres.guidance_checks import count_violations
from hos_pipelines.postgres.plan_store import read_plan
from hos_pipelines.settings.settings import Settings
from hos_pipelines.simulator.model.behaviours import Behaviour
from hos_pipelines.simulator.model.server import RunningModelSimulator, running_model_simulator
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines.stages.person.say_facts import RawFact, say_facts
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.stages.guidance.moving_clock import Clock
from hos_pipelines_tests.stages.guidance.test_insight_words import of_deployment

PLANS = {GuidanceKind.ROUTINE_PLAN: "routine", GuidanceKind.NUTRITION_PLAN: "nutrition"}
FACTS = {"birth_date": "1990-03-04", "sex": "female", "height": "168 cm", "weight": "64.5 kg"}
ITEMS = """
SELECT to_jsonb(i) - '{title,because,engine,recorded_at,plan_id}'::text[] FROM plan_items AS i
WHERE superseded_at IS NULL ORDER BY starts_at, item_id
"""
WORDS_BY_ID = "SELECT id, ARRAY[title, because] FROM plan_items WHERE superseded_at IS NULL"
TITLES = "SELECT title, because, engine FROM plan_items WHERE superseded_at IS NULL ORDER BY starts_at, item_id"


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningModelSimulator]:
    with running_model_simulator(ModelSimulatorSettings(api_key="sk-test")) as running:
        yield running


@pytest.fixture
def model(shared: RunningModelSimulator) -> RunningModelSimulator:
    """A stand-in that was never asked."""
    shared.app.state.stand_in.tally.reset()
    return shared


@pytest.fixture
def anna(connection: Connection[Any], clock: Clock) -> Connection[Any]:
    """Somebody in Berlin who leaves out peanuts and milk."""
    enrol_people(connection, "anna")
    say(connection, clock, **FACTS, timezone="Europe/Berlin", allergies="peanut, milk")
    return connection


def say(connection: Connection[Any], clock: Clock, **facts: object) -> None:
    """Says facts of anna, a minute later."""
    clock.now += timedelta(minutes=1)
    say_facts(connection, "anna", [RawFact(key, value) for key, value in facts.items()], UTC, clock.now)
    clock.now += timedelta(minutes=1)


def planned(
    connection: Connection[Any], settings: Settings, clock: Clock, *, anew: bool = True
) -> dict[GuidanceKind, ProfileOutcome]:
    """What a run of both stages came to, the first time or the next."""
    if anew:
        connection.execute("TRUNCATE plans, plan_items, guidance_states CASCADE")
    runner, found = GuidanceRunner(lambda: settings, Database(lambda: settings), clock), {}
    for kind in PLANS:
        (found[kind],) = runner.run(kind, ["anna"], lambda _: None)
        assert not found[kind].is_bad, found[kind].error
        assert not any(count_violations(connection, kind, clock()).values())
    return found


def rows(connection: Connection[Any], query: str = TITLES) -> list[Any]:
    return connection.execute(query).fetchall()


def requests(model: RunningModelSimulator) -> int:
    return int(model.app.state.stand_in.tally.total)


def test_a_models_choice_is_stored_labelled_and_counted_and_asked_for_once(
    anna: Connection[Any], migrated_url: str, model: RunningModelSimulator, clock: Clock
) -> None:
    of_rules = planned(anna, of_deployment(migrated_url), clock)
    plain, plain_items = rows(anna), rows(anna, ITEMS)
    assert {one[2] for one in plain} == {"rules"}
    assert all("tokens" not in one.counts for one in of_rules.values())
    spoken = of_deployment(migrated_url, model)
    told = planned(anna, spoken, clock)
    assert requests(model) == len(PLANS)
    worded = rows(anna)
    assert rows(anna, ITEMS) == plain_items
    assert any(one[0] != other[0] for one, other in zip(worded, plain, strict=True))
    assert any(one[1] != other[1] for one, other in zip(worded, plain, strict=True))
    assert "openai" in {one[2] for one in worded}
    for kind, name in PLANS.items():
        counts = told[kind].counts
        assert (counts["engine"], counts["model"], counts["requests"]) == ("openai", "stand-in", 1)
        assert int(counts["tokens"]) > 300
        summary = anna.execute("SELECT summary FROM guidance_states WHERE stage = %s", (kind.value,)).fetchone()
        assert summary is not None
        assert summary[0]["tokens"] == counts["tokens"]
        found = read_plan(anna, "anna", name)
        assert found is not None
        assert (found.engine, found.model_used, found.fallback_reason) == ("openai", "stand-in", None)
        titles = {title for title, _, engine in worded if engine == "openai"}
        assert any(title in str(found.plan) for title in titles)
    assert {one.outcome for one in planned(anna, spoken, clock, anew=False).values()} == {"unchanged"}
    planned(anna, spoken, clock)
    assert rows(anna) == worded
    assert requests(model) == len(PLANS)


def test_another_engine_moves_no_plan_until_what_it_is_made_from_moves(
    anna: Connection[Any], migrated_url: str, model: RunningModelSimulator, clock: Clock
) -> None:
    rules, spoken = of_deployment(migrated_url), of_deployment(migrated_url, model)
    planned(anna, rules, clock)
    assert {one.outcome for one in planned(anna, spoken, clock, anew=False).values()} == {"unchanged"}
    assert requests(model) == 0
    say(anna, clock, allergies="peanut, milk, egg")
    assert {one.outcome for one in planned(anna, spoken, clock, anew=False).values()} == {"new"}
    assert requests(model) == len(PLANS)


def test_a_plan_that_stands_again_has_the_words_its_items_have(
    anna: Connection[Any], migrated_url: str, model: RunningModelSimulator, clock: Clock
) -> None:
    planned(anna, of_deployment(migrated_url), clock)
    say(anna, clock, allergies="peanut, milk, egg")
    planned(anna, of_deployment(migrated_url), clock, anew=False)
    say(anna, clock, allergies="peanut, milk")
    planned(anna, of_deployment(migrated_url, model), clock, anew=False)
    for name in PLANS.values():
        found = read_plan(anna, "anna", name)
        assert found is not None
        assert found.engine == "openai"
        titles = anna.execute(
            "SELECT title, because FROM plan_items WHERE superseded_at IS NULL AND source = %s", (f"{name}_plan",)
        ).fetchall()
        assert all(text in str(found.plan) or repr(text)[1:-1] in str(found.plan) for row in titles for text in row)


def test_an_item_keeps_the_words_of_its_day_when_the_day_is_planned_again_and_only_what_is_new_is_asked_about(
    anna: Connection[Any], migrated_url: str, model: RunningModelSimulator, clock: Clock
) -> None:
    spoken = of_deployment(migrated_url, model)
    planned(anna, spoken, clock)
    first = dict(anna.execute(WORDS_BY_ID).fetchall())
    assert requests(model) == len(PLANS)
    say(anna, clock, allergies="peanut, milk, egg, soy, gluten, fish, tree_nut")
    told = planned(anna, spoken, clock, anew=False)
    assert told[GuidanceKind.ROUTINE_PLAN].counts["requests"] == 0
    again = dict(anna.execute(WORDS_BY_ID).fetchall())
    kept = first.keys() & again.keys()
    assert len(kept) > 6
    assert {key: again[key] for key in kept} == {key: first[key] for key in kept}
    assert again.keys() - first.keys()
    assert requests(model) == len(PLANS) + 1
    prompt = str(model.app.state.stand_in.last_request)
    meals = anna.execute("SELECT DISTINCT item_id FROM plan_items WHERE id = ANY(%s)", (list(kept),)).fetchall()
    assert not any(f"title/lunch_{name}." in prompt or f"title/{name}." in prompt for (name,) in meals)
    say(anna, clock, allergies="peanut, milk")
    planned(anna, spoken, clock, anew=False)
    assert dict(anna.execute(WORDS_BY_ID).fetchall()) == first
    assert requests(model) == len(PLANS) + 1


@pytest.mark.parametrize("behaviour", [Behaviour.SMUGGLED_FOOD, Behaviour.DOSE, Behaviour.SERVER_ERROR, Behaviour.CUT])
def test_what_cannot_be_proven_or_had_is_told_in_the_rules_words_with_the_reason(
    anna: Connection[Any], migrated_url: str, model: RunningModelSimulator, clock: Clock, behaviour: Behaviour
) -> None:
    planned(anna, of_deployment(migrated_url), clock)
    plain = rows(anna)
    told = planned(anna, of_deployment(migrated_url, model, f"stand-in/{behaviour.value}"), clock)
    assert rows(anna) == plain
    for kind, name in PLANS.items():
        assert (told[kind].counts["engine"], told[kind].counts["fallbacks"]) == ("rules", 1)
        found = read_plan(anna, "anna", name)
        assert found is not None
        assert (found.engine, found.model_used) == ("rules", f"stand-in/{behaviour.value}")
        assert found.fallback_reason == told[kind].counts["fallback_reason"]


def test_a_refused_plan_and_one_of_a_word_nobody_knows_are_not_asked_about(
    anna: Connection[Any], migrated_url: str, model: RunningModelSimulator, clock: Clock
) -> None:
    say(anna, clock, diet="low_fodmap")
    told = planned(anna, of_deployment(migrated_url, model), clock)
    assert told[GuidanceKind.NUTRITION_PLAN].status == "refused"
    assert told[GuidanceKind.ROUTINE_PLAN].status != "refused"
    assert requests(model) == 0
    assert {one[2] for one in rows(anna)} == {"rules"}
