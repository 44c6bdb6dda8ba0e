"""What a refresh makes of a Sahha that refuses, is elsewhere, or answers for some people only."""

import os
import signal
import socket

import pytest

from hos_pipelines_tests.cli.answers import STREAMS, rows_of, snapshot
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.fixed_sahha import FixedSahha, Row
from hos_pipelines_tests.cli.truth import expected, stored

PEOPLE = ("anna", "bert", "carl")
STEPS: Row = {
    "id": "b1", "category": "activity", "type": "steps", "periodicity": "daily", "aggregation": "total",
    "value": "8123", "unit": "count", "valueType": "integer",
    "startDateTime": "2026-10-30T00:00:00+02:00", "endDateTime": "2026-10-30T23:59:59+02:00",
}  # fmt: skip
SLEEP: Row = {
    "id": "s1", "type": "sleep", "state": "high", "score": 0.8, "scoreDateTime": "2026-10-30T00:00:00+02:00",
    "createdAtUtc": "2026-10-30T04:00:00Z", "factors": [], "dataSources": ["sleep"], "version": 1,
}  # fmt: skip
LEVEL: Row = {
    "id": "a1", "name": "activity_level", "value": "active", "dataType": "ordinal", "ordinality": 2, "version": 1,
    "periodicity": "weekly", "startDateTime": "2026-10-19T00:00:00Z", "endDateTime": "2026-10-26T00:00:00Z",
}  # fmt: skip
OF_STREAM = dict(zip(STREAMS, (STEPS, SLEEP, LEVEL), strict=True))
HTML = (200, "text/html", b"<!DOCTYPE html><html><body>A web site, not an API</body></html>")
NOT_FOUND = (404, "application/json", b'{"title": "Not Found"}')
TOO_MANY = (429, "application/json", b"{}")


@pytest.fixture
def enrolled(hos: Hos, beside_fixed_sahha: str, fixed_sahha: FixedSahha) -> str:
    """Three people, one row of each stream each; gives the address of their database."""
    fixed_sahha.rows = {(stream, who): [row] for stream, row in OF_STREAM.items() for who in PEOPLE}
    hos("enroll", *PEOPLE).succeeded()
    fixed_sahha.asked.clear()
    return beside_fixed_sahha


def nothing_changes(hos: Hos, url: str, *sentence: str) -> None:
    """Both ways to the account are refused with the sentence, and no row is different afterwards."""
    before = snapshot(url)
    hos("refresh", *PEOPLE).refused_with(*sentence)
    hos("enroll", "--all").refused_with(*sentence)
    assert snapshot(url) == before


def test_wrong_credentials_are_named_and_nobody_is_asked_for(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHHA_CLIENT_SECRET", "hunter2")
    nothing_changes(hos, enrolled, "SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: Sahha refuses them (401)", "Sahha dashboard")
    answer = hos("refresh", *PEOPLE)
    assert "hunter2" not in answer.stdout + answer.stderr
    assert not [asked for asked in fixed_sahha.asked if "/profile/" in asked]


def test_where_sahha_falls_silent_in_the_middle_those_who_were_not_asked_are_counted_and_the_rest_is_left(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"SAHHA_MAX_RETRIES": "0", "SAHHA_CONCURRENCY": "1", "HOS_BATCH_SIZE": "8"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("hos_pipelines.stages.refresh.plan_pulls.CHUNK_PROFILES", 2)
    people = [f"p{number}" for number in range(10)]
    fixed_sahha.rows |= {(stream, who): [row] for stream, row in OF_STREAM.items() for who in people}
    hos("enroll", *people).succeeded()
    fixed_sahha.asked.clear()
    fixed_sahha.pages[r"/api/v1/profile/\w+/p[2-9]"] = (503, "application/json", b"{}")
    answer = hos("refresh", *people)
    answer.refused_with("Sahha is taken to be down (Sahha answers 503.); 2 profiles were not asked", "4 of 8 profiles")
    assert (answer.json["users"], answer.json["failed"]) == (10, 4)
    assert answer.counted("inserted") == dict.fromkeys(STREAMS, 2)
    assert not [asked for asked in fixed_sahha.asked if "/p8" in asked or "/p9" in asked]


@pytest.mark.parametrize("missing", ["SAHHA_CLIENT_ID", "SAHHA_CLIENT_SECRET"])
def test_missing_credentials_are_named(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.delenv(missing)
    nothing_changes(hos, enrolled, f"{missing}: is not set; take it from the Sahha dashboard and put it into .env.")
    assert fixed_sahha.asked == []


def test_use_sahha_direct_false_calls_nobody(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("USE_SAHHA_DIRECT", "false")
    nothing_changes(hos, enrolled, "USE_SAHHA_DIRECT: is false, so Sahha is not called; set it to true to fetch.")
    assert fixed_sahha.asked == []
    assert hos("status").succeeded().json["profiles"] == {"active": 3}


def test_a_host_where_nothing_listens_is_named(hos: Hos, enrolled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        monkeypatch.setenv("SAHHA_API_BASE_URL", address)
        nothing_changes(hos, enrolled, f"SAHHA_API_BASE_URL: nothing answers at {address}; check the address")


@pytest.mark.parametrize(("page", "said"), [(HTML, "something other than JSON"), (NOT_FOUND, "answers 404")])
def test_a_host_that_is_not_sahha_is_named(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha, page: tuple[int, str, bytes], said: str
) -> None:
    fixed_sahha.pages = {".*": page}
    nothing_changes(hos, enrolled, "SAHHA_API_BASE_URL: ", said, "use https://sandbox-api.sahha.ai")


@pytest.mark.parametrize("address", ["ftp://api.sahha.ai", "http://127.0.0.1:abc", "sahha", "http://exa mple.org"])
def test_an_address_that_is_none_is_refused_before_anyone_is_asked(
    hos: Hos, enrolled: str, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("SAHHA_API_BASE_URL", address)
    nothing_changes(hos, enrolled, "SAHHA_API_BASE_URL: must be a web address such as https://sandbox-api.sahha.ai")


def test_the_host_may_be_written_with_its_api_path(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHHA_API_BASE_URL", f"{fixed_sahha.url}/api/v1/")
    assert hos("refresh", *PEOPLE).succeeded().counted("inserted") == dict.fromkeys(STREAMS, 3)


@pytest.mark.parametrize("status", [404, 410])
def test_a_profile_sahha_does_not_know_is_paused_while_the_others_arrive(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    fixed_sahha.pages = {"/api/v1/profile/.*/bert": (status, "application/json", b"{}")}
    answer = hos("refresh", *PEOPLE).refused_with("1 of 3 profiles failed", "bert: gone", str(status))
    assert rows_of(enrolled, "SELECT DISTINCT status FROM profiles") == [("active",)]
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-01T13:00:00Z")
    hos("refresh", "bert").refused_with("bert: gone")
    assert answer.json["failed"] == 1
    assert answer.json["failures"]["bert"].startswith("gone: ")
    assert answer.counted("inserted") == dict.fromkeys(STREAMS, 2)
    for stream, row in OF_STREAM.items():
        assert stored(enrolled, stream) == expected(stream, [("anna", row), ("carl", row)])
    assert rows_of(enrolled, "SELECT profile_id, status FROM profiles ORDER BY 1") == [
        ("anna", "active"), ("bert", "paused"), ("carl", "active"),
    ]  # fmt: skip
    streams = hos("status", "bert").succeeded().json["streams"]
    assert {(state["last_outcome"], state["watermark"]) for state in streams.values()} == {("gone", None)}


def test_a_profile_that_is_found_again_goes_on_with_all_its_rows(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha
) -> None:
    hos("refresh", *PEOPLE).succeeded()
    fixed_sahha.pages = {"/api/v1/profile/.*/bert": NOT_FOUND}
    hos("refresh", *PEOPLE).refused_with("bert: gone")
    assert rows_of(enrolled, "SELECT count(*) FROM biomarkers WHERE profile_id = 'bert'") == [(1,)]
    fixed_sahha.pages = {}
    hos("refresh", *PEOPLE).succeeded()
    assert rows_of(enrolled, "SELECT DISTINCT status FROM profiles") == [("active",)]


def test_a_rate_limit_on_one_person_is_told_as_such_and_holds_nobody_else(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha
) -> None:
    fixed_sahha.pages = {"/api/v1/profile/score/carl": TOO_MANY}
    answer = hos("refresh", *PEOPLE).refused_with("1 of 3 profiles failed", "carl: rate_limited", "429")
    assert answer.counted("inserted") == {"biomarkers": 3, "scores": 2, "sahha_archetypes": 3}
    state = "SELECT stream, last_outcome, watermark IS NULL FROM sync_state WHERE profile_id = 'carl' ORDER BY 1"
    assert rows_of(enrolled, state) == [
        ("biomarkers", "updated", False), ("sahha_archetypes", "updated", False), ("scores", "rate_limited", True),
    ]  # fmt: skip
    assert rows_of(enrolled, "SELECT DISTINCT status FROM profiles") == [("active",)]


def test_a_web_page_in_place_of_one_persons_rows_fails_that_person_only(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha
) -> None:
    fixed_sahha.pages = {"/api/v1/profile/biomarker/anna": HTML}
    answer = hos("refresh", *PEOPLE).refused_with("anna: failed", "HTML", "SAHHA_API_BASE_URL")
    assert answer.counted("inserted") == {"biomarkers": 2, "scores": 3, "sahha_archetypes": 3}


def test_rows_without_a_readable_time_go_to_quarantine_and_are_counted(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha
) -> None:
    spoilt: list[Row] = [
        STEPS | {"id": "x1", "type": "floors", "startDateTime": None},
        STEPS | {"id": "x2", "type": "floors", "startDateTime": "not-a-date"},
        STEPS | {"id": "x3", "type": "floors", "endDateTime": "2026-10-30T25:00:00+02:00"},
        STEPS | {"id": "x4", "type": "floors", "startDateTime": "2026-10-30T00:00:00"},
    ]
    fixed_sahha.rows["biomarkers", "anna"] = [spoilt[0], STEPS, *spoilt[1:]]
    fixed_sahha.rows["scores", "bert"] = [SLEEP | {"scoreDateTime": None}]
    fixed_sahha.rows["sahha_archetypes", "bert"] = [LEVEL, LEVEL | {"id": "a2", "startDateTime": "yesterday"}]
    answer = hos("refresh", *PEOPLE).succeeded()
    assert answer.counted("quarantined") == {"biomarkers": 4, "scores": 1, "sahha_archetypes": 1}
    assert answer.counted("inserted") == {"biomarkers": 3, "scores": 2, "sahha_archetypes": 3}
    assert stored(enrolled, "biomarkers") == expected("biomarkers", [(who, STEPS) for who in PEOPLE])
    kept = rows_of(
        enrolled,
        "SELECT payload::jsonb, reason FROM quarantine WHERE profile_id = 'anna' ORDER BY payload::jsonb->'id'",
    )
    assert [payload for payload, _ in kept] == spoilt
    assert [reason.partition(":")[0] for _, reason in kept] == [
        "startDateTime", "startDateTime", "endDateTime", "startDateTime",
    ]  # fmt: skip
    hos("refresh", *PEOPLE).succeeded()
    assert rows_of(enrolled, "SELECT count(*), min(times_seen), max(times_seen) FROM quarantine") == [(6, 2, 2)]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_refresh_fails_and_keeps_what_was_committed(
    hos: Hos, enrolled: str, fixed_sahha: FixedSahha, monkeypatch: pytest.MonkeyPatch, ending: signal.Signals
) -> None:
    answer_as_ever = fixed_sahha.answer

    def interrupt(method: str, target: str, authorization: str | None, body: bytes) -> tuple[int, str, bytes]:
        if "/profile/score/" in target:
            os.kill(os.getpid(), ending)
        return answer_as_ever(method, target, authorization, body)

    monkeypatch.setattr(fixed_sahha, "answer", interrupt)
    answer = hos("refresh", "anna").refused_with("")
    # The broken connection can be noticed before the interrupt is; it is then the reason given.
    assert "interrupted; what was committed stays" in answer.json["error"] or "anna: failed" in answer.json["error"]
    # Both streams of a chunk are one transaction: all of what was pulled of it by then, or nothing.
    assert stored(enrolled, "biomarkers") in ([], expected("biomarkers", [("anna", STEPS)]))
    assert stored(enrolled, "scores") == []
    watermarks = "SELECT count(*) FROM sync_state WHERE stream = 'scores' AND watermark IS NOT NULL"
    assert rows_of(enrolled, watermarks) == [(0,)]
