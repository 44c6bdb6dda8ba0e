"""Runs of the real analysis assets in this process, against PostgreSQL."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.partitions import PARTITIONS_NAME, align_partitions
from hos_pipelines.domain.analysis_result import AnalysisResult
from hos_pipelines.domain.analysis_scope import AnalysisScope, AnalysisType
from hos_pipelines.domain.history import History
from hos_pipelines.domain.in_step import Steps
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.postgres.report_store import read_report
from hos_pipelines.stages.analysis.methods import METHODS
from hos_pipelines_tests.adapters.analysis_jobs import (
    ALLOWED,
    BEHAVIOR,
    CHECKS,
    CIRCADIAN,
    END,
    EVERYONE,
    PEOPLE,
    REPORT,
    REPORT_ALLOWED,
    START,
    analysed,
    checks,
    events,
    materialized,
    refusal,
    run,
    run_due,
    stored,
)
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, night, reading, store

Change = Callable[[AnalysisResult], AnalysisResult]


def change_results_of(monkeypatch: pytest.MonkeyPatch, profile_id: str, change: Change) -> None:
    """From now on the circadian result of this one person is what `change` makes of it."""
    method = METHODS[AnalysisType.CIRCADIAN]

    def analyze(history: History, scope: AnalysisScope, week: WorkWeek) -> Steps[AnalysisResult]:
        result = yield from method.analyze(history, scope, week)
        return change(result) if history.profile_id == profile_id else result

    monkeypatch.setitem(METHODS, AnalysisType.CIRCADIAN, replace(method, analyze=analyze))


def stumble(_result: AnalysisResult) -> AnalysisResult:
    raise ValueError("could not convert string to float: '72.4 kg'")


def beyond_midnight(result: AnalysisResult) -> AnalysisResult:
    """The result with a clock hour that no clock shows."""
    fact = next(one for one in result.facts.values() if one.unit == "local hour" and isinstance(one.value, float))
    return result.model_copy(update={"facts": {**result.facts, fact.id: replace(fact, value=30.0)}})


@pytest.mark.parametrize("asset", [CIRCADIAN, BEHAVIOR])
def test_a_range_materialises_everyone_with_counts_and_no_health_value(
    instance: dg.DagsterInstance, people: Connection[Any], asset: str
) -> None:
    result = run(instance, asset, tags=EVERYONE)
    assert result.success
    told = events(instance, asset)
    assert sorted(name for name, _ in told) == PEOPLE
    for name, metadata in told:
        assert set(metadata) == ALLOWED
        assert (metadata["outcome"], metadata["status"], metadata["mode"]) == ("new", "ok", "initial")
        assert metadata["nights"] == 28
        facts = json.loads(stored(people, name, asset).result)["facts"]
        assert metadata["facts"] == len(facts)
    expected = CHECKS | {"zones_tile_the_day"} if asset == CIRCADIAN else CHECKS
    assert checks(instance, result) == dict.fromkeys(expected, True)
    assert analysed(people, asset) == set(PEOPLE)


def test_one_person_whose_readings_make_the_analysis_raise_fails_alone_and_is_the_only_one_named(
    instance: dg.DagsterInstance, people: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hos_pipelines.stages.analysis.run.CHUNK_PROFILES", 2)
    change_results_of(monkeypatch, "ben", stumble)
    result = run(instance, tags=EVERYONE)
    others = set(PEOPLE) - {"ben"}
    error = "could not be analysed (ValueError at test_analysis_runs.py:LINE)."
    assert re.sub(r":\d+\)", ":LINE)", refusal(result)) == (
        f"1 of 4 profiles failed, the results of the others are stored. First: ben: {error}"
    )
    failure = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert failure is not None
    told = failure.metadata["failed_profiles"].value
    assert isinstance(told, dict)
    assert {name: re.sub(r":\d+\)", ":LINE)", text) for name, text in told.items()} == {"ben": error}
    assert materialized(instance) == others == analysed(people)
    assert set(dict(events(instance))["anna"]) == ALLOWED
    assert checks(instance, result)["gates_respected"]
    assert not any(
        "72.4" in entry.user_message + str(entry.dagster_event) for entry in instance.all_logs(result.run_id)
    )
    assert run(instance, BEHAVIOR, tags=EVERYONE).success
    assert analysed(people, BEHAVIOR) == set(PEOPLE)


def test_a_result_that_breaks_a_check_is_not_stored_and_the_check_fails(
    instance: dg.DagsterInstance, people: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    change_results_of(monkeypatch, "cleo", beyond_midnight)
    others = set(PEOPLE) - {"cleo"}
    for result in (run(instance, tags=EVERYONE), run_due(instance, profile_ids=PEOPLE)):
        assert "First: cleo: its result breaks facts_in_range" in refusal(result)
        assert checks(instance, result) == dict.fromkeys(CHECKS | {"zones_tile_the_day"}, True) | {
            "facts_in_range": False
        }
        assert materialized(instance) == others == analysed(people)


def test_a_run_over_whoever_is_due_leaves_the_rest_alone_and_reports_what_is_new(
    instance: dg.DagsterInstance, people: Connection[Any]
) -> None:
    assert run_due(instance, due=True).success
    assert sorted(name for name, _ in events(instance)) == PEOPLE
    before = {name: stored(people, name) for name in PEOPLE}
    store(people, [*night("ben", TODAY + timedelta(days=1)), reading("cleo", "steps", TODAY, "1", "count")])
    assert run_due(instance, due=True).success
    [(name, metadata)] = events(instance)[len(PEOPLE) :]
    assert (name, metadata["outcome"], metadata["mode"], metadata["nights"]) == ("ben", "new", "follow_up", 28)
    assert stored(people, "ben").news_since == TODAY
    assert {name: stored(people, name) for name in PEOPLE if name != "ben"} == {
        name: it for name, it in before.items() if name != "ben"
    }
    result = run_due(instance, due=True)
    assert result.success
    assert len(events(instance)) == len(PEOPLE) + 1
    assert checks(instance, result) == dict.fromkeys(CHECKS | {"zones_tile_the_day"}, True)


def test_readings_the_analysis_does_not_look_at_leave_the_stored_result_and_count_as_seen(
    instance: dg.DagsterInstance, people: Connection[Any]
) -> None:
    run(instance, tags={START: "anna", END: "anna"})
    before = people.execute("SELECT created_at, result FROM analysis_results").fetchall()
    store(people, [reading("anna", "weight", TODAY - timedelta(days=back), "70", "kg") for back in range(100)])
    seen = "SELECT s.rows_changed - t.rows_seen FROM sync_state AS s, archetype_analysis_tracking AS t "
    mine = f"{seen} WHERE s.profile_id = 'anna' AND s.stream = 'biomarkers'"
    apart = people.execute(mine).fetchone()
    assert run_due(instance, profile_ids=["anna", "anna"]).success
    assert len(events(instance)) == 1
    assert run(instance, partition_key="anna").success
    assert [metadata["outcome"] for _, metadata in events(instance)] == ["new", "unchanged"]
    assert set(events(instance)[1][1]) <= ALLOWED
    assert people.execute("SELECT created_at, result FROM analysis_results").fetchall() == before
    assert apart is not None
    assert people.execute(mine).fetchone() == (apart[0] - 100,)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "profile_ids: is empty, and due is not set; set one of the two."),
        (
            {"due": True, "profile_ids": ["anna"]},
            "profile_ids: must be empty beside due, which finds its profiles itself.",
        ),
    ],
)
def test_a_run_that_names_nobody_or_names_people_in_two_ways_is_refused_in_one_sentence(
    instance: dg.DagsterInstance, people: Connection[Any], values: dict[str, Any], sentence: str
) -> None:
    assert refusal(run_due(instance, **values)) == sentence
    assert materialized(instance) == analysed(people) == set()


def test_a_reversed_range_is_refused_instead_of_running_over_nobody(instance: dg.DagsterInstance) -> None:
    said = refusal(run(instance, tags={START: "dora", END: "anna"}))
    assert said == "partitions: the range holds nobody; its start must not come after its end."
    assert materialized(instance) == set()


@pytest.mark.parametrize("key", ["nobody", "'; DROP TABLE profiles; --"])
def test_a_partition_that_is_nobodys_fails_alone(
    instance: dg.DagsterInstance, people: Connection[Any], key: str
) -> None:
    instance.add_dynamic_partitions(PARTITIONS_NAME, [key])
    result = run(instance, tags={START: "dora", END: key})
    assert f"First: {key}: is not enrolled, or is retired; run `hos enroll` with its external id, " in refusal(result)
    assert materialized(instance) == analysed(people) == {"dora"}


def test_whoever_leaves_while_they_are_analysed_is_named_and_nothing_of_theirs_is_stored(
    instance: dg.DagsterInstance, people: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(result: AnalysisResult) -> AnalysisResult:
        people.execute("UPDATE profiles SET status = 'retired' WHERE profile_id = 'anna'")
        return result

    change_results_of(monkeypatch, "anna", leave)
    said = refusal(run(instance, tags={START: "anna", END: "ben"}))
    assert said.endswith("First: anna: left while it was analysed; nothing was stored.")
    assert materialized(instance) == analysed(people) == {"ben"}


def strange_lives() -> dict[str, list[Any]]:
    """People whose data are hardly to be believed, by what is wrong with them."""
    days = [TODAY - timedelta(days=back) for back in range(28)]
    zeros = [
        reading("zeros", kind, day, "0", unit)
        for day in days
        for kind, unit in (("steps", "count"), ("sleep_duration", "minute"), ("heart_rate_resting", "bpm"))
    ]
    naive = [
        row._replace(value=row.value and row.value.removesuffix("+01:00"))
        for day in days
        for row in night("naive", day)
    ]
    texts = ["", "null", "NaN", "-inf", "1e999", "yesterday", "23:15", "x" * 10_000]
    odd = [
        reading("odd", kind, day, texts[(index + shift) % len(texts)], "furlong" if index == 9 else None)
        for index, day in enumerate(days)
        for shift, kind in enumerate(("steps", "sleep_start_time", "sleep_end_time", "sleep_duration"))
    ]
    return {
        "zeros": zeros,
        "long": [row for day in days for row in night("long", day, -1.0, 40.0)],
        "naive": naive,
        "odd": odd,
        "once": night("once", TODAY),
        "nothing": [],
    }


def test_data_hardly_to_be_believed_give_too_little_data_and_what_is_set_aside_and_never_an_error(
    instance: dg.DagsterInstance, people: Connection[Any]
) -> None:
    lives = strange_lives()
    enrol_people(people, *lives)
    store(people, [row for rows in lives.values() for row in rows])
    for asset in (CIRCADIAN, BEHAVIOR):
        result = run_due(instance, asset, profile_ids=list(lives))
        assert result.success
        assert materialized(instance, asset) == set(lives)
        results = {name: json.loads(stored(people, name, asset).result) for name in lives}
        assert {name: it["status"] for name, it in results.items()} == dict.fromkeys(lives, "insufficient_data")
        qualities = {name: it["analysis_metadata"]["data_quality"] for name, it in results.items()}
        assert {name: it["nights"] for name, it in qualities.items()} == dict.fromkeys(lives, 0) | {"once": 1}
        assert all(qualities[name]["set_aside"] for name in ("zeros", "long", "naive", "odd"))
        assert checks(instance, result) == dict.fromkeys(checks(instance, result), True) | {"few_insufficient": False}
    assert qualities["naive"]["set_aside"]["sleep_end_time: has no UTC offset"] == 28
    assert qualities["long"]["set_aside"]["sleep_window: lasts more than 16 hours: not worn"] == 28


def test_a_report_is_kept_as_html_and_its_event_shows_no_picture_unless_that_is_wanted(
    instance: dg.DagsterInstance, people: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for asset in (CIRCADIAN, BEHAVIOR):
        run_due(instance, asset, profile_ids=["anna", "ben"])
    assert run(instance, REPORT, partition_key="anna").success
    report = read_report(people, "anna")
    assert report is not None
    assert report.html.startswith("<!")
    assert "<svg" in report.html
    [(_, metadata)] = events(instance, REPORT)
    assert set(metadata) == REPORT_ALLOWED
    assert metadata["bytes"] == len(report.html.encode())
    monkeypatch.setenv("HOS_PICTURES_IN_EVENTS", "true")
    assert run(instance, REPORT, partition_key="anna").success
    shown = events(instance, REPORT)[1][1]
    assert set(shown) > REPORT_ALLOWED
    assert all(shown[name].startswith("![") for name in set(shown) - REPORT_ALLOWED)


def test_a_report_on_somebody_without_results_fails_alone_with_a_sentence(
    instance: dg.DagsterInstance, people: Connection[Any]
) -> None:
    for asset in (CIRCADIAN, BEHAVIOR):
        run_due(instance, asset, profile_ids=["anna"])
    said = refusal(run(instance, REPORT, tags={START: "anna", END: "ben"}))
    assert said.startswith("1 of 2 profiles failed")
    assert said.endswith("First: ben: has no circadian_analysis yet; materialise it first.")
    assert materialized(instance, REPORT) == {"anna"}
    assert people.execute("SELECT profile_id FROM analysis_reports").fetchall() == [("anna",)]
    said = refusal(run(instance, REPORT, tags={START: "dora", END: "anna"}))
    assert said == "partitions: the range holds nobody; its start must not come after its end."


def test_on_a_stored_instance_a_failed_run_leaves_the_good_marked_the_bad_failed_and_its_check_failed(
    people: Connection[Any], stored_instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    align_partitions(stored_instance, PEOPLE)
    change_results_of(monkeypatch, "cleo", beyond_midnight)
    assert not run(stored_instance, tags=EVERYONE).success
    others = set(PEOPLE) - {"cleo"}
    assert materialized(stored_instance) == others == analysed(people)
    [verdict] = stored_instance.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(dg.AssetKey(CIRCADIAN), "facts_in_range"), limit=10
    )
    assert verdict.status.value == "FAILED"
    assert verdict.event is not None
    evaluation = verdict.event.get_dagster_event().event_specific_data
    assert isinstance(evaluation, dg.AssetCheckEvaluation)
    told = {name: it.value for name, it in evaluation.metadata.items()}
    assert told == {"results": 4, "broken": 1, "first": "cleo"}
