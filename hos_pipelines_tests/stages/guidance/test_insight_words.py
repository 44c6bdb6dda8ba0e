"""Insights in a model's words, from readings to rows: proven, labelled, asked for once, and else the rules' own."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.measurements import Biomarker
from hos_pipelines.settings.settings import Settings
from hos_pipelines.simulator.model.behaviours import Behaviour
from hos_pipelines.simulator.model.server import RunningModelSimulator, running_model_simulator
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.analysis_runner import AnalysisRunner
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_runner import GuidanceRunner
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, night, reading, store
from hos_pipelines_tests.postgres.rows import NOON

PEOPLE = ("anna", "ben")
INSIGHTS = GuidanceKind.INSIGHTS
ILL = (
    Behaviour.INVENTED_NUMBER,
    Behaviour.SWAPPED_USERS,
    Behaviour.FLIPPED_DIRECTION,
    Behaviour.WRONG_SLOT,
    Behaviour.OWN_WORDS,
    Behaviour.SHUFFLED_WORDS,
    Behaviour.INJECTED,
    Behaviour.OTHER_LANGUAGE,
)
ROWS = """
SELECT profile_id, insight_id, title, content, action, engine, model_used, fallback_reason, fact_ids, effect
FROM user_insights ORDER BY profile_id, insight_id
"""


@pytest.fixture(scope="module")
def shared() -> Iterator[RunningModelSimulator]:
    with running_model_simulator(ModelSimulatorSettings(api_key="sk-test")) as running:
        yield running


@pytest.fixture
def model(shared: RunningModelSimulator) -> RunningModelSimulator:
    """A stand-in that was never asked."""
    shared.app.state.stand_in.tally.reset()
    return shared


def requests(model: RunningModelSimulator) -> int:
    return int(model.app.state.stand_in.tally.total)


@pytest.fixture
def analysed(connection: Connection[Any], migrated_url: str) -> Connection[Any]:
    """Two people who have slept and walked less for a week, analysed."""
    enrol_people(connection, *PEOPLE)
    store(connection, [one for name in PEOPLE for one in _days(name)])
    rules = of_deployment(migrated_url)
    AnalysisRunner(lambda: rules, Database(lambda: rules), lambda: NOON).run(
        AnalysisRequest(AnalysisType.BEHAVIOR, PEOPLE), lambda _: None
    )
    return connection


def _days(name: str) -> Iterator[Biomarker]:
    for back in range(42):
        day, is_late = TODAY - timedelta(days=back), back < 7
        yield from night(name, day, -1.0 + 0.1 * (back % 5), 7.5 + 0.1 * (back % 4) - 2 * is_late)
        yield reading(name, "steps", day, str(9000 + 400 * (back % 6) - 5000 * is_late), "count")


def of_deployment(url: str, model: RunningModelSimulator | None = None, name: str = "stand-in") -> Settings:
    spoken = {"HOS_ENGINE": "openai", "OPENAI_API_KEY": "sk-test", "HOS_OPENAI_MODEL": name}
    spoken |= {"HOS_OPENAI_MAX_RETRIES": "0"}
    address = {} if model is None else {"OPENAI_BASE_URL": model.base_url, **spoken}
    return Settings.from_mapping({"HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false", **address})


def told(connection: Connection[Any], settings: Settings, *, anew: bool = True) -> list[dict[str, Any]]:
    """The rows of a run, the first time or the next."""
    if anew:
        connection.execute("DELETE FROM user_insights")
        connection.execute("DELETE FROM guidance_states")
    outcomes = GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: NOON).run(
        INSIGHTS, PEOPLE, lambda _: None
    )
    assert not any(one.is_bad for one in outcomes)
    names = ("profile_id", "insight_id", "title", "content", "action", "engine", "model_used", "fallback_reason")
    return [dict(zip((*names, "fact_ids", "effect"), row, strict=True)) for row in connection.execute(ROWS)]


def test_a_models_choice_is_stored_in_our_words_and_asked_for_once(
    analysed: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    of_rules = told(analysed, of_deployment(migrated_url))
    assert len(of_rules) >= 2 * len(PEOPLE)
    assert {(one["engine"], one["model_used"], one["fallback_reason"]) for one in of_rules} == {("rules", None, None)}
    spoken = of_deployment(migrated_url, model)
    of_model = told(analysed, spoken)
    assert requests(model) == len(PEOPLE)
    assert {one["profile_id"] for one in of_model if one["engine"] == "openai"} == set(PEOPLE)
    assert {one["model_used"] for one in of_model if one["engine"] == "openai"} == {"stand-in"}
    assert any(one["content"] != other["content"] for one, other in zip(of_model, of_rules, strict=True))
    worded = {"content", "engine", "model_used"}
    for one, other in zip(of_model, of_rules, strict=True):
        assert {key: one[key] for key in one.keys() - worded} == {key: other[key] for key in other.keys() - worded}
    assert told(analysed, spoken, anew=False) == of_model
    assert told(analysed, spoken) == of_model
    assert requests(model) == len(PEOPLE)


def test_of_a_model_that_misstates_things_nothing_is_stored(
    analysed: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    of_rules = told(analysed, of_deployment(migrated_url))
    for number, behaviour in enumerate(ILL, 1):
        rows = told(analysed, of_deployment(migrated_url, model, f"stand-in/{behaviour.value}"))
        assert [one["content"] for one in rows] == [one["content"] for one in of_rules], behaviour
        assert {one["engine"] for one in rows} == {"rules"}
        assert all("could not be proven" in one["fallback_reason"] for one in rows)
        assert requests(model) == 2 * len(PEOPLE) * number


def test_where_the_model_fails_the_rules_words_are_told_with_the_reason(
    analysed: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    for behaviour in (Behaviour.SERVER_ERROR, Behaviour.TRUNCATED):
        rows = told(analysed, of_deployment(migrated_url, model, f"stand-in/{behaviour.value}"))
        assert rows
        assert {one["engine"] for one in rows} == {"rules"}
        assert all(one["fallback_reason"] for one in rows)


@pytest.mark.parametrize("behaviour", [Behaviour.WELL_BEHAVED, Behaviour.OWN_WORDS])
def test_what_words_took_is_among_the_counts_of_the_outcome(
    analysed: Connection[Any], migrated_url: str, model: RunningModelSimulator, behaviour: Behaviour
) -> None:
    settings = of_deployment(migrated_url, model, f"stand-in/{behaviour.value}")
    outcomes = GuidanceRunner(lambda: settings, Database(lambda: settings), lambda: NOON).run(
        INSIGHTS, PEOPLE, lambda _: None
    )
    for one in outcomes:
        assert one.counts["engine"] == ("openai" if behaviour is Behaviour.WELL_BEHAVED else "rules")
        assert one.counts.get("fallbacks", 0) == int(behaviour is Behaviour.OWN_WORDS)
        assert int(one.counts["tokens"]) > 100
        row = analysed.execute(
            "SELECT summary FROM guidance_states WHERE stage = 'insights' AND profile_id = %s", (one.profile_id,)
        ).fetchone()
        assert row is not None
        assert row[0]["tokens"] == one.counts["tokens"]


def test_no_request_names_anybody_or_holds_a_title_or_advice(
    analysed: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    rows = told(analysed, of_deployment(migrated_url, model))
    asked = str(model.app.state.stand_in.last_request)
    for one in rows:
        assert one["action"] not in asked
        assert one["insight_id"] not in asked
    assert not any(name in asked for name in PEOPLE)
