"""Which engine a deployment's settings open, and what it finds in the ledger on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.analyst.engines import Case, RulesAnalyst, Written
from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst
from hos_pipelines.settings.model import Engine
from hos_pipelines.settings.settings import Settings
from hos_pipelines.simulator.model.server import RunningModelSimulator, running_model_simulator
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.stages.analysis.engine import open_analyst
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.postgres.lives import enrol_people
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.postgres.sessions import sessions_beside
from hos_pipelines_tests.report.people import known

CALLS = """
SELECT profile_id, round, called_at, outcome, tokens, input_tokens, cached_tokens, output_tokens, cost_usd, latency_s
FROM model_calls ORDER BY id
"""


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna", "ben")
    return connection


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
    total: int = model.app.state.stand_in.tally.total
    return total


def settings(url: str, **more: str) -> Settings:
    return Settings.from_mapping({"HOS_DATABASE_URL": url, **more})


def spoken(model: RunningModelSimulator, **more: str) -> dict[str, str]:
    """The settings of a deployment with the stand-in for its model."""
    given = {"HOS_ENGINE": "openai", "OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": model.base_url}
    return {**given, "HOS_OPENAI_MODEL": "stand-in", **more}


def written(given: Settings, engine: Engine | None = None) -> list[Written]:
    """What the engine of these settings makes of both of anna's results."""
    report = known()
    with open_analyst(given.model, engine, Database(lambda: given), lambda: NOON) as analyst:
        outcomes = analyst.write([Case("anna", report.circadian), Case("anna", report.behavior)])
    return [replace(one, violations=tuple(one.violations)) for one in outcomes]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"HOS_ENGINE": "openai"},
        {"HOS_ENGINE": "rules", "OPENAI_API_KEY": "sk-test"},
        {"OPENAI_API_KEY": "sk-test"},
    ],
    ids=["nothing", "no key", "a key and the rules", "a key alone"],
)
def test_without_a_key_or_where_it_is_not_chosen_the_rules_write(migrated_url: str, more: dict[str, str]) -> None:
    given = settings(migrated_url, **more)
    with open_analyst(given.model, None, Database(lambda: given), lambda: NOON) as analyst:
        assert isinstance(analyst, RulesAnalyst)
        [one] = analyst.write([Case("anna", known().circadian)])
    assert one == Written(known().circadian)


def test_the_engine_asked_for_goes_before_the_deployments_but_not_before_a_missing_key(
    people: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    keyed = settings(migrated_url, **spoken(model, HOS_ENGINE="rules"))
    assert {one.result.analysis_metadata.engine for one in written(keyed, "openai")} == {"openai"}
    assert {one.result.analysis_metadata.engine for one in written(keyed)} == {"rules"}
    keyless = settings(migrated_url)
    assert {one.result.analysis_metadata.engine for one in written(keyless, "openai")} == {"rules"}
    assert requests(model) == 2


def test_where_it_is_chosen_the_model_writes_and_what_it_wrote_is_there_for_the_next_run(
    people: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    given = settings(migrated_url, **spoken(model))
    first = written(given)
    assert [one.result.analysis_metadata.engine for one in first] == ["openai"] * 2
    calls = people.execute("SELECT profile_id, outcome, tokens, called_at FROM model_calls ORDER BY id").fetchall()
    assert calls == [("anna", "answered", one.usage.tokens, NOON) for one in first]
    marks = people.execute("SELECT analysis_type, fingerprint FROM model_answers ORDER BY 1 DESC").fetchall()
    assert marks == [
        (one.result.analysis_metadata.analysis_type, one.result.analysis_metadata.fingerprint) for one in first
    ]
    assert written(given) == [replace(one, requests=0) for one in first]
    assert requests(model) == 2


def test_what_could_not_be_proven_is_there_for_the_next_run_too(
    people: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    given = settings(migrated_url, **spoken(model, HOS_OPENAI_MODEL="stand-in/injected"))
    first = written(given)
    assert written(given) == [replace(one, requests=0) for one in first]
    assert requests(model) == 4
    stored = people.execute("SELECT answer, reason FROM model_answers").fetchall()
    assert sorted(stored) == sorted((None, one.fallback_reason) for one in first)


def test_the_days_ceiling_holds_for_the_runs_of_a_day_together(
    people: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    given = settings(migrated_url, **spoken(model, HOS_OPENAI_DAY_TOKENS="12000"))
    engines = [one.result.analysis_metadata.engine for _ in range(2) for one in written(given)]
    assert engines.count("openai") < 4
    taken = people.execute("SELECT sum(tokens) FROM model_calls").fetchone()
    assert taken is not None
    assert taken[0] <= 12_000


@pytest.mark.parametrize("is_remote", [True, False], ids=["somebody else's server", "a list that lacks the model"])
def test_a_model_without_a_price_is_never_asked_and_every_result_says_why(
    people: Connection[Any], migrated_url: str, model: RunningModelSimulator, tmp_path: Path, is_remote: bool
) -> None:
    prices = tmp_path / "prices.toml"
    prices.write_text('["gpt-other"]\ninput = 1.0\noutput = 1.0\n', encoding="utf-8")
    more = {"OPENAI_BASE_URL": "https://models.invalid/v1"} if is_remote else {"HOS_OPENAI_PRICES": str(prices)}
    given = settings(migrated_url, **spoken(model, **more))
    for one in written(given):
        metadata = one.result.analysis_metadata
        assert "HOS_OPENAI_PRICES" in str(metadata.fallback_reason)
        assert (metadata.engine, metadata.model_used, one.is_final) == ("rules", "stand-in", False)
    assert people.execute(CALLS).fetchall() == []
    assert requests(model) == 0


def test_an_account_is_as_the_settings_say(migrated_url: str) -> None:
    assert settings(migrated_url).model.account is None
    account = settings(
        migrated_url,
        OPENAI_API_KEY="sk-test",
        HOS_OPENAI_CONCURRENCY="7",
        HOS_OPENAI_TIMEOUT="12.5",
        HOS_OPENAI_DAY_USD="3",
        HOS_OPENAI_API="responses",
    ).model.account
    assert account is not None
    assert (account.model, account.base_url, account.api_key) == ("gpt-5-mini", None, "sk-test")
    assert (account.concurrency, account.timeout_s, account.day_usd, account.api) == (7, 12.5, 3.0, "responses")


def test_a_run_that_fails_closes_what_it_opened(
    people: Connection[Any], migrated_url: str, model: RunningModelSimulator
) -> None:
    given = settings(migrated_url, **spoken(model))

    def fail() -> None:
        with open_analyst(given.model, None, Database(lambda: given), lambda: NOON) as analyst:
            assert isinstance(analyst, OpenAIAnalyst)
            raise KeyError("the run fails for another reason")

    with pytest.raises(KeyError):
        fail()
    wait_until(lambda: sessions_beside(people) == [], "the end of the sessions of the run")
