"""`hos analyze PROFILE`: made where that is due, else told as stored with its age; and shown in Dagster by counts."""

import json
import re
from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from hos_pipelines.cli.instance import open_instance
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.fact_order import SECTIONS, in_order
from hos_pipelines.environment import read_settings
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.cli.answers import Answer, rows_of
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


def unwrapped(answer: Answer) -> str:
    """What is told to people, on one line."""
    return " ".join(answer.stdout.rpartition("{")[0].split())


def labelled(answer: Answer) -> dict[str, str]:
    """The lines of the brief by their labels."""
    lines: dict[str, str] = {}
    label = ""
    for line in answer.stdout.splitlines()[1:]:
        if line.startswith("{") or not line:
            break
        label = line[:12].strip() or label
        lines[label] = f"{lines.get(label, '')} {line[12:].strip()}".strip()
    return lines


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
        ((stored,),) = rows_of(pulled, "SELECT result::text FROM analysis_results WHERE analysis_type = %s", name)
        assert RESULTS[name].model_validate_json(stored).model_dump_json() == typed(name, told)
    assert answer.json["circadian_analysis"]["facts"]["nights"]["value"] == 28
    assert "just now on data through 1 November 2026 from sahha (never analysed before)" in unwrapped(answer)


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
    assert "Analysed 2 days ago on data through 1 November 2026 from sahha (nothing has changed" in unwrapped(later)


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
    lines = labelled(answer)
    assert lines["Stale"].startswith("The newest reading is 2 days old.")
    assert lines["Today"] == "Nothing is planned from old data."
    assert not {"Zones", "Missing"} & lines.keys()
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


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("retired", f"is retired; `hos retire --undo {SOMEONE}` takes it up"),
        ("erased", "was erased and cannot come back."),
    ],
)
def test_whoever_is_not_enrolled_or_has_left_is_refused(hos: Hos, pulled: str, status: str, said: str) -> None:
    hos("analyze", "nobody").refused_with("PROFILE: nobody is not enrolled; run `hos enroll nobody`.")
    rows_of(pulled, "UPDATE profiles SET status = %s RETURNING 1", status)
    for command in ("analyze", "report"):
        hos(command, SOMEONE).refused_with(f"PROFILE: {SOMEONE} {said}")
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
    assert "from database_fallback" in labelled(answer)["How old"]
    assert labelled(answer)["Fallback"].startswith("Sahha was not asked or did not answer.")
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


def test_ten_lines_at_80_columns_in_the_words_of_the_page_and_no_colour(hos: Hos, pulled: str) -> None:
    answer = hos("analyze", SOMEONE, as_json=False).succeeded()
    heading, *lines = answer.stdout.splitlines()
    assert heading == f"{SOMEONE}, Foundation Builder: up to 1 November 2026, newest reading 0 min old"
    assert max(map(len, [heading, *lines])) <= 80
    assert "\x1b" not in answer.stdout
    assert list(labelled(answer)) == [
        "Type", "Usual sleep", "Sleep", "Balance", "Zones", "Today", "Stands out", "How sure", "How old",
    ]  # fmt: skip
    page = hos("report", SOMEONE).succeeded()
    assert labelled(page) | {"How old": ""} == labelled(answer) | {"How old": ""}
    ((html,),) = rows_of(pulled, "SELECT html FROM analysis_reports")
    words = re.sub(r"\s+", " ", re.sub(r"<sup>.*?</sup>|<[^>]+>", "", html))
    assert labelled(answer)["Type"].partition(": ")[0] in words
    assert labelled(answer)["Today"] in words


def test_facts_are_told_when_asked_for_section_by_section_in_clock_times(hos: Hos, pulled: str) -> None:
    answer = hos("analyze", SOMEONE, "--facts", as_json=False).succeeded()
    titles = [line for line in answer.stdout.splitlines() if line in SECTIONS]
    assert titles == [one for one in SECTIONS if one in titles]
    assert titles[:3] == ["When sleep happens", "How much sleep", "Type and body clock"]
    assert max(map(len, answer.stdout.splitlines())) <= 80
    usual = next(line for line in answer.stdout.splitlines() if line.startswith("  Usually falls asleep "))
    assert re.search(r" \d\d:\d\d ", usual)
    assert "When sleep happens" not in hos("analyze", SOMEONE, as_json=False).succeeded().stdout


def test_facts_in_json_stand_in_the_order_in_which_they_are_read(hos: Hos, pulled: str) -> None:
    for answer in (hos("analyze", SOMEONE).succeeded(), hos("analyze", SOMEONE).succeeded()):
        for name in BOTH:
            told = answer.json[name]
            assert [one for ids in told["fact_sections"].values() for one in ids] == list(told["facts"])
            assert list(told["fact_sections"]) == [one for one in SECTIONS if one in told["fact_sections"]]
            assert list(told["facts"]) == in_order(told["facts"])
    circadian = answer.json["circadian_analysis"]
    assert next(iter(circadian["facts"])) == "living"


def test_one_type_is_told_alone(hos: Hos, pulled: str) -> None:
    behavior = labelled(hos("analyze", SOMEONE, "--type", "behavior").succeeded())
    assert not {"Type", "Usual sleep", "Balance", "Zones"} & behavior.keys()
    assert {"Rhythm", "Today", "Stands out", "How sure", "How old"} <= behavior.keys()
    circadian = labelled(hos("analyze", SOMEONE, "--type", "circadian").succeeded())
    assert {"Type", "Zones", "Today", "How old"} <= circadian.keys()
    assert "Rhythm" not in circadian


def test_analyses_of_different_age_say_so_each(hos: Hos, pulled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hos("analyze", SOMEONE, "--type", "circadian").succeeded()
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-01T15:00:00Z")
    told = labelled(hos("analyze", SOMEONE).succeeded())["How old"]
    assert told.startswith("Sleep and energy analysed 3 h ago on data through 1 November 2026")
    assert "Habits analysed just now" in told
