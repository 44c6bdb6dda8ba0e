"""`hos analyze PROFILE`: made where that is due, else told as stored with its age; and shown in Dagster by counts."""

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from hos_pipelines.cli.instance import open_instance
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.environment import read_settings
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos

BOTH = ("circadian_analysis", "behavior_analysis")
RESULTS: dict[str, type[CircadianResult] | type[BehaviorResult]] = {
    "circadian_analysis": CircadianResult,
    "behavior_analysis": BehaviorResult,
}
SOMEONE = "sim-0001"
COUNTS = {
    "outcome", "status", "mode", "nights", "facts", "facts_insufficient", "readings", "data_source",
    "data_age_minutes",
}  # fmt: skip

WRITING = {
    "engine", "model", "prompt_version", "fingerprint", "tokens", "cost", "requests", "violations", "fallback_reason",
}  # fmt: skip

Told = dict[str, Any]


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    """Two synthetic people with four weeks of history."""
    with running_simulator(SimulatorSettings(users=2, days=28)) as running:
        yield running


@pytest.fixture
def pulled(hos: Hos, deployed: str) -> str:
    """One of them is enrolled and pulled; gives the address of the database."""
    hos("enroll", SOMEONE).succeeded()
    hos("refresh", SOMEONE, "--days", "30").succeeded()
    return deployed


def typed(name: str, answer: Told) -> str:
    """The part of an answer that is the result itself, as the bytes of its type."""
    result = RESULTS[name]
    return result.model_validate_json(json.dumps({key: answer[key] for key in result.model_fields})).model_dump_json()


def materializations(name: str) -> list[dg.AssetMaterialization]:
    """Those of one analysis of SOMEONE, newest first."""
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(name), asset_partitions=[SOMEONE])
    with open_instance(read_settings()) as instance:
        records = instance.fetch_materializations(wanted, limit=100).records
    return [one.asset_materialization for one in records if one.asset_materialization is not None]


def test_the_first_time_both_analyses_are_made_and_stored(hos: Hos, pulled: str) -> None:
    answer = hos("analyze", SOMEONE).succeeded()
    assert (answer.json["profile_id"], answer.json["external_id"]) == (SOMEONE, SOMEONE)
    for name in BOTH:
        told = answer.json[name]
        assert (told["decision"], told["reason"]) == ("fresh_analysis", "never analysed before")
        assert (told["mode"], told["engine"], told["age_hours"]) == ("initial", "rules", 0)
        assert (told["data_source"], told["data_age_hours"]) == ("sahha", 0)
        assert told["data_through"] == "2026-11-01"
        assert told["analyzed_at"] == "2026-11-01T12:00:00+00:00"
        assert told["fingerprint"] == told["analysis_metadata"]["fingerprint"]
        assert f"{name}: {told['status']}, fresh_analysis (never analysed before), analysed 0.0 h ago" in answer.stderr
        ((stored,),) = rows_of(pulled, "SELECT result::text FROM analysis_results WHERE analysis_type = %s", name)
        assert RESULTS[name].model_validate_json(stored).model_dump_json() == typed(name, told)
    assert answer.json["circadian_analysis"]["facts"]["nights"]["value"] == 28


def test_a_second_time_the_stored_result_is_told_byte_for_byte(hos: Hos, pulled: str) -> None:
    first = hos("analyze", SOMEONE).succeeded().json
    again = hos("analyze", SOMEONE).succeeded().json
    for name in BOTH:
        assert (again[name]["decision"], again[name]["reason"]) == ("memory_cache", "nothing has changed since")
        assert typed(name, again[name]) == typed(name, first[name])
        assert {key: value for key, value in again[name].items() if first[name][key] != value}.keys() == {
            "decision", "reason", "threshold",
        }  # fmt: skip
    assert rows_of(pulled, "SELECT count(*) FROM analysis_results") == [(2,)]


def test_a_stored_result_says_how_old_it_and_its_data_are(
    hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hos("analyze", SOMEONE).succeeded()
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-03T18:30:00Z")
    later = hos("analyze", SOMEONE).succeeded()
    for name in BOTH:
        told = later.json[name]
        # The newest local day with a reading has been over for twelve hours less than the result is old.
        assert (told["decision"], told["age_hours"], told["data_age_hours"]) == ("memory_cache", 54.5, 42.5)
        assert told["analyzed_at"] == "2026-11-01T12:00:00+00:00"
    assert "analysed 54.5 h ago on data through 2026-11-01 from sahha" in later.stderr


def test_a_stored_result_of_old_readings_says_so_and_plans_nothing(
    hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hos("analyze", SOMEONE).succeeded().json
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-04T00:00:00Z")
    assert [hos("analyze", SOMEONE).succeeded().json[name]["status"] for name in BOTH] == [
        first[name]["status"] for name in BOTH
    ]
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-04T00:00:01Z")
    answer = hos("analyze", SOMEONE).succeeded()
    circadian, behavior = (answer.json[name] for name in BOTH)
    assert (circadian["status"], behavior["status"]) == ("stale", "stale")
    assert first[BOTH[0]]["schedule_recommendations"]["recommendations"]
    assert circadian["schedule_recommendations"]["recommendations"] == []
    assert circadian["energy_zone_analysis"]["predicted_day"] is None
    assert behavior["recommendations"] == []
    assert circadian["facts"]["msf_sc"] == first[BOTH[0]]["facts"]["msf_sc"]
    assert f"{BOTH[0]}: stale, memory_cache" in answer.stderr
    stored = rows_of(pulled, "SELECT analysis_type, status FROM analysis_results ORDER BY 1 DESC")
    assert stored == [(name, first[name]["status"]) for name in BOTH]


def test_a_result_first_made_of_old_readings_is_stored_as_stale(
    hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-20T12:00:00Z")
    answer = hos("analyze", SOMEONE).succeeded().json
    for name in BOTH:
        assert (answer[name]["status"], answer[name]["data_age_hours"]) == ("stale", 18 * 24 + 12)
    assert rows_of(pulled, "SELECT DISTINCT status FROM analysis_results") == [("stale",)]


def test_force_confirms_a_result_that_comes_out_the_same(
    hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = hos("analyze", SOMEONE).succeeded().json
    events = len(materializations(BOTH[0]))
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-02T12:00:00Z")
    forced = hos("analyze", SOMEONE, "--force").succeeded().json
    for name in BOTH:
        told = forced[name]
        assert (told["decision"], told["reason"], told["age_hours"]) == ("fresh_analysis", "asked for by force", 0)
        assert (told["data_age_hours"], told["fingerprint"]) == (12, first[name]["fingerprint"])
        assert typed(name, told) == typed(name, first[name])
    assert rows_of(pulled, "SELECT count(*) FROM analysis_results") == [(2,)]
    assert len(materializations(BOTH[0])) == events


def test_new_readings_lead_to_a_follow_up_beside_the_result_before(
    hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch, simulator: RunningSimulator
) -> None:
    first = hos("analyze", SOMEONE, "--type", "circadian").succeeded().json["circadian_analysis"]
    simulator.app.state.simulation.clock.advance(26)
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-02T14:00:00Z")
    hos("refresh", SOMEONE).succeeded()
    told = hos("analyze", SOMEONE, "--type", "circadian").succeeded().json["circadian_analysis"]
    assert (told["decision"], told["reason"], told["mode"]) == ("fresh_analysis", "a new night", "follow_up")
    assert told["analysis_metadata"]["since"] == first["data_through"]
    assert told["facts"]["new_nights"]["value"] == 1
    assert told["fingerprint"] != first["fingerprint"]
    assert rows_of(pulled, "SELECT count(*) FROM analysis_results") == [(2,)]


@pytest.mark.parametrize(("kind", "name"), [("circadian", BOTH[0]), ("behavior", BOTH[1])])
def test_a_type_is_analysed_alone(hos: Hos, pulled: str, kind: str, name: str) -> None:
    answer = hos("analyze", SOMEONE, "--type", kind).succeeded().json
    assert set(answer) == {"profile_id", "external_id", name, *WRITING}
    assert rows_of(pulled, "SELECT analysis_type FROM analysis_results") == [(name,)]


def test_a_profile_goes_by_its_external_id_too(hos: Hos, pulled: str) -> None:
    rows_of(pulled, "UPDATE profiles SET external_id = 'anna@example.org' RETURNING 1")
    answer = hos("analyze", "anna@example.org", "--type", "circadian").succeeded().json
    assert (answer["profile_id"], answer["external_id"]) == (SOMEONE, "anna@example.org")


@pytest.mark.parametrize("status", ["retired", "erased"])
def test_whoever_is_not_enrolled_or_has_left_is_refused(hos: Hos, pulled: str, status: str) -> None:
    hos("analyze", "nobody").refused_with("PROFILE: nobody is not enrolled; run `hos enroll nobody`.")
    rows_of(pulled, "UPDATE profiles SET status = %s RETURNING 1", status)
    for command in ("analyze", "report"):
        hos(command, SOMEONE).refused_with(f"PROFILE: {SOMEONE} is not enrolled")
    assert rows_of(pulled, "SELECT count(*) FROM analysis_results") == [(0,)]


def test_somebody_without_a_single_reading_is_told_what_is_missing(hos: Hos, deployed: str) -> None:
    hos("enroll", SOMEONE).succeeded()
    answer = hos("analyze", SOMEONE).succeeded().json
    for name in BOTH:
        told = answer[name]
        assert (told["status"], told["data_through"], told["data_age_hours"]) == ("insufficient_data", None, None)
        assert {fact["value"] for fact in told["facts"].values() if fact["status"] != "ok"} <= {None}
    assert "settled free nights: has 0" in answer["circadian_analysis"]["facts"]["msf_sc"]["missing"]


def test_dagster_is_shown_counts_and_no_health_value(hos: Hos, pulled: str) -> None:
    before = {name: len(materializations(name)) for name in BOTH}
    answer = hos("analyze", SOMEONE).succeeded().json
    for name in BOTH:
        newest, *older = materializations(name)
        assert len(older) == before[name]
        assert newest.partition == SOMEONE
        assert set(newest.metadata) == COUNTS
        told = {key: value.value for key, value in newest.metadata.items()}
        assert (told["outcome"], told["mode"], told["status"]) == ("new", "initial", answer[name]["status"])
        assert told["nights"] == answer[name]["analysis_metadata"]["data_quality"]["nights"]
        assert told["facts"] == len(answer[name]["facts"])
    hos("analyze", SOMEONE).succeeded()
    assert {name: len(materializations(name)) for name in BOTH} == {name: before[name] + 1 for name in BOTH}


def test_without_sahha_an_analysis_says_that_it_rests_on_the_database(
    hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USE_SAHHA_DIRECT", "false")
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-02T18:00:00Z")
    answer = hos("analyze", SOMEONE).succeeded()
    for name in BOTH:
        told = answer.json[name]
        assert (told["data_source"], told["data_age_hours"]) == ("database_fallback", 18)
        assert materializations(name)[0].metadata["data_source"].value == "database_fallback"
    assert "from database_fallback" in answer.stderr
    monkeypatch.setenv("USE_SAHHA_DIRECT", "true")
    assert hos("analyze", SOMEONE, "--force").succeeded().json[BOTH[0]]["data_source"] == "sahha"


def test_a_country_given_at_enrolment_says_which_days_are_free(hos: Hos, pulled: str) -> None:
    hos("enroll", SOMEONE, "--country", "sa").succeeded()
    assert rows_of(pulled, "SELECT country FROM profiles") == [("SA",)]
    hos("enroll", SOMEONE).succeeded()
    assert rows_of(pulled, "SELECT country FROM profiles") == [("SA",)], "what is not said keeps its value"
    told = hos("analyze", SOMEONE, "--type", "circadian").succeeded().json["circadian_analysis"]
    assert told["analysis_metadata"]["free_days"].startswith("estimated: friday, saturday")
    hos("enroll", SOMEONE, "--country", "DE").succeeded()
    forced = hos("analyze", SOMEONE, "--type", "circadian", "--force").succeeded().json["circadian_analysis"]
    assert forced["analysis_metadata"]["free_days"].startswith("estimated: saturday, sunday")
    assert forced["fingerprint"] != told["fingerprint"]


def test_a_country_that_is_none_is_refused_and_changes_nothing(hos: Hos, deployed: str) -> None:
    hos("enroll", SOMEONE).succeeded()
    for country in ("XX", "Germany", "", "D\n"):
        hos("enroll", SOMEONE, "--country", country).refused_with("--country: ", "give an ISO code such as DE or SA")
        hos("enroll", "sim-0002", "--country", country).refused_with("--country: ")
    assert rows_of(deployed, "SELECT profile_id, country FROM profiles") == [(SOMEONE, None)]
