"""Runs whose results a model puts into words: the stand-in over real HTTP, PostgreSQL, Dagster's events and checks."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg
import httpx
import pytest
from psycopg import Connection

from hos_pipelines.analyst.prompt_files import PROMPT_VERSION
from hos_pipelines.definitions import defs
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.simulator.model.server import RunningModelSimulator, running_model_simulator
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines_tests.adapters.analysis_jobs import (
    CIRCADIAN,
    EVERYONE,
    PEOPLE,
    checks,
    events,
    run,
    run_due,
    stored,
)

OPENAI = {"ops": {CIRCADIAN: {"config": {"engine": "openai"}}}}
RULES = {"ops": {CIRCADIAN: {"config": {"engine": "rules"}}}}
WRITING = {"engine", "model", "requests", "tokens", "latency_s", "cost_usd"}
KEY = "sk-test-of-nobody"


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningModelSimulator]:
    """The stand-in as the deployment's model."""
    with running_model_simulator(ModelSimulatorSettings(api_key=KEY, retry_after_s=0.05)) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("HOS_ENGINE", "openai")
        monkeypatch.setenv("HOS_OPENAI_MAX_RETRIES", "0")
        yield running


def requests(model: RunningModelSimulator) -> int:
    return int(httpx.get(f"{model.url}/simulator/requests").json()["total"])


def behave(model: RunningModelSimulator, name: str, times: int | None = None) -> None:
    httpx.post(f"{model.url}/simulator/behaviour", json={"behaviour": name, "times": times}).raise_for_status()


def without_history(result: str) -> dict[str, Any]:
    """A result less who made it when, and less the one fact that counts what is new since the last."""
    parts: dict[str, Any] = json.loads(result)
    del parts["analysis_metadata"]
    parts["facts"].pop("new_nights", None)
    return parts


def few_fallbacks(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    """What the check of the model's part came to: its verdict and its figures."""
    told = [entry.dagster_event for entry in instance.all_logs(result.run_id)]
    found = [event.event_specific_data for event in told if event is not None]
    one = next(it for it in found if isinstance(it, dg.AssetCheckEvaluation) and it.check_name == "few_fallbacks")
    return {"passed": one.passed, **{name: value.value for name, value in one.metadata.items()}}


def test_where_it_is_chosen_everyones_result_is_in_the_models_words_and_its_cost_in_the_metadata(
    instance: dg.DagsterInstance, people: Connection[Any], model: RunningModelSimulator
) -> None:
    result = run(instance, tags=EVERYONE)
    assert result.success
    for name, metadata in events(instance):
        one = stored(people, name)
        assert (one.engine, one.model, one.prompt_version, one.fallback_reason) == (
            "openai",
            "gpt-5-mini",
            PROMPT_VERSION,
            None,
        )
        assert one.tokens > 0
        assert one.cost_usd is not None
        assert one.cost_usd > 0
        assert set(metadata) >= WRITING
        assert (metadata["engine"], metadata["tokens"]) == ("openai", one.tokens)
        assert CircadianResult.model_validate_json(one.result).analysis_metadata.engine == "openai"
    check = few_fallbacks(instance, result)
    assert (check["passed"], check["asked"], check["fallbacks"]) == (True, 4, 0)
    assert check["requests"] == 4 == requests(model)
    assert check["tokens"] == sum(stored(people, name).tokens for name in PEOPLE)
    calls = people.execute("SELECT outcome, count(*), sum(tokens) FROM model_calls GROUP BY outcome").fetchall()
    assert calls == [("answered", 4, check["tokens"])]


def test_unchanged_data_is_not_asked_about_again_by_reruns_backfills_or_the_other_way_of_running(
    instance: dg.DagsterInstance, people: Connection[Any], model: RunningModelSimulator
) -> None:
    run(instance, tags=EVERYONE)
    before = requests(model)
    assert run(instance, tags=EVERYONE, run_config=OPENAI).success
    assert run_due(instance, profile_ids=PEOPLE, engine="openai").success
    people.execute("DELETE FROM analysis_results")
    people.execute("UPDATE archetype_analysis_tracking SET fingerprint = NULL")
    assert run(instance, tags=EVERYONE).success
    assert {stored(people, name).engine for name in PEOPLE} == {"openai"}
    assert requests(model) == before == 4


def test_the_launchpad_overrides_the_engine_and_going_back_costs_nothing(
    instance: dg.DagsterInstance, people: Connection[Any], model: RunningModelSimulator
) -> None:
    for config, engine in ((RULES, "rules"), (OPENAI, "openai"), (RULES, "rules"), (OPENAI, "openai")):
        assert run(instance, partition_key="anna", run_config=config).success
        assert stored(people, "anna").engine == engine
    assert requests(model) == 1


def test_a_key_alone_chooses_nothing(
    instance: dg.DagsterInstance,
    people: Connection[Any],
    model: RunningModelSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HOS_ENGINE")
    assert run(instance, tags=EVERYONE).success
    assert {stored(people, name).engine for name in PEOPLE} == {"rules"}
    assert requests(model) == 0


def test_without_a_key_the_rules_write_and_the_run_says_so_once(
    instance: dg.DagsterInstance, people: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_ENGINE", "openai")
    result = run(instance, tags=EVERYONE)
    assert result.success
    told = [entry.user_message for entry in instance.all_logs(result.run_id) if entry.dagster_event is None]
    assert [text for text in told if "OPENAI_API_KEY" in text] == [
        "OPENAI_API_KEY is not set: the analyses are written by rules."
    ]
    assert {stored(people, name).engine for name in PEOPLE} == {"rules"}


@pytest.mark.parametrize("behaviour", ["invented_number", "flipped_direction", "swapped_users", "injected", "not_json"])
def test_what_cannot_be_proven_twice_is_the_rules_and_the_check_warns(
    instance: dg.DagsterInstance, people: Connection[Any], model: RunningModelSimulator, behaviour: str
) -> None:
    run(instance, tags=EVERYONE, run_config=RULES)
    by_rules = {name: without_history(stored(people, name).result) for name in PEOPLE}
    behave(model, behaviour)
    result = run(instance, tags=EVERYONE)
    assert result.success
    for name in PEOPLE:
        one = stored(people, name)
        assert (one.engine, one.tokens > 0) == ("rules", True)
        assert (one.fallback_reason or "").startswith("the model's answer could not be proven, twice (")
        assert one.violations
        assert json.loads(one.result)["analysis_metadata"]["fallback_reason"] == one.fallback_reason
        assert without_history(one.result) == by_rules[name]
    check = few_fallbacks(instance, result)
    assert (check["passed"], check["fallback_rate"]) == (False, 1.0)
    assert check["violations"] == sum(len(stored(people, name).violations) for name in PEOPLE)
    assert checks(instance, result)["gates_respected"]
    before = requests(model)
    assert run(instance, tags=EVERYONE).success
    assert requests(model) == before


def test_one_persons_bad_answer_is_nobody_elses(
    instance: dg.DagsterInstance, people: Connection[Any], model: RunningModelSimulator
) -> None:
    behave(model, "invented_number", times=2)
    assert run(instance, partition_key="anna").success
    assert run(instance, tags=EVERYONE).success
    assert {name: stored(people, name).engine for name in PEOPLE} == {
        "anna": "rules", "ben": "openai", "cleo": "openai", "dora": "openai",
    }  # fmt: skip


def test_a_model_that_is_down_moves_no_watermark_and_is_asked_again_when_it_is_back(
    instance: dg.DagsterInstance, people: Connection[Any], model: RunningModelSimulator
) -> None:
    seen = "SELECT user_id, rows_seen, analysis_timestamp, failures FROM archetype_analysis_tracking ORDER BY 1"
    behave(model, "server_error")
    assert run_due(instance, due=True).success
    assert people.execute(seen).fetchall() == [(name, 0, None, 1) for name in PEOPLE]
    for name in PEOPLE:
        assert (stored(people, name).engine, "answers 500" in (stored(people, name).fallback_reason or "")) == (
            "rules", True,
        )  # fmt: skip
    behave(model, "well_behaved")
    assert run_due(instance, due=True).success
    assert {stored(people, name).engine for name in PEOPLE} == {"rules"}
    people.execute("UPDATE archetype_analysis_tracking SET next_due_at = next_due_at - interval '1 day'")
    assert run_due(instance, due=True).success
    assert {stored(people, name).engine for name in PEOPLE} == {"openai"}
    assert all(rows > 0 and failures == 0 for _, rows, _, failures in people.execute(seen).fetchall())


def test_ceilings_stop_the_asking_and_not_the_run(
    instance: dg.DagsterInstance,
    people: Connection[Any],
    model: RunningModelSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOS_OPENAI_CONCURRENCY", "1")
    monkeypatch.setenv("HOS_OPENAI_DAY_TOKENS", "18000")
    assert run(instance, tags=EVERYONE).success
    engines = [stored(people, name).engine for name in PEOPLE]
    assert sorted(set(engines)) == ["openai", "rules"]
    reasons = {stored(people, name).fallback_reason for name in PEOPLE} - {None}
    assert reasons == {
        (
            "HOS_OPENAI_DAY_TOKENS, HOS_OPENAI_DAY_USD: the ceiling of 18,000 tokens or 20 US dollars leaves no room "
            "for another request today."
        )
    }
    ((spent,),) = people.execute("SELECT sum(tokens) FROM model_calls").fetchall()
    assert 0 < spent <= 18_000


def test_no_key_prompt_or_word_of_the_model_is_in_any_log_or_event(
    instance: dg.DagsterInstance, people: Connection[Any], model: RunningModelSimulator
) -> None:
    behave(model, "injected")
    result = run(instance, tags=EVERYONE, run_config=OPENAI)
    everything = " ".join(repr(entry) for entry in instance.all_logs(result.run_id))
    for secret in (KEY, "insomnia", "melatonin", "# Sentences", "In short"):
        assert secret not in everything
    sent = httpx.get(f"{model.url}/simulator/requests/last").text
    assert not any(name in sent for name in PEOPLE)


@pytest.mark.parametrize("kind", ["routine_plan", "nutrition_plan"])
def test_what_the_words_of_a_plan_took_is_in_the_metadata_of_its_partition_and_counted_by_the_check(
    people: Connection[Any], instance: dg.DagsterInstance, model: RunningModelSimulator, kind: str
) -> None:
    assert run(instance, CIRCADIAN, tags=EVERYONE, run_config=RULES).success
    asked = requests(model)
    job = defs().resolve_job_def(f"make_{kind}")
    result = job.execute_in_process(instance=instance, raise_on_error=False, tags=EVERYONE)
    assert result.success
    told = dict(events(instance, kind))
    worded = {name: metadata for name, metadata in told.items() if "engine" in metadata}
    assert requests(model) == asked + len(worded)
    assert worded
    for metadata in worded.values():
        assert metadata.keys() >= {"engine", "model", "requests", "tokens", "latency_s", "cost_usd"}
        assert (metadata["engine"], metadata["requests"]) == ("openai", 1)
    figures = few_fallbacks(instance, result)
    assert (figures["asked"], figures["fallbacks"]) == (len(worded), 0)
    assert figures["tokens"] == sum(int(metadata["tokens"]) for metadata in worded.values())
