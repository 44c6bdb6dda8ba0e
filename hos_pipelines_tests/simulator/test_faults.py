"""Faults on demand and by chance: each kind does on the wire what its name says, and only as often as told."""

import time

import httpx
import pytest

from hos_pipelines.simulator.faults import FAULT_KINDS, FaultBook
from hos_pipelines_tests.simulator.conftest import Caller, Row, Start, slot

_ME, _OTHER = "sim-0003", "sim-0004"


def _good(caller: Caller) -> list[Row]:
    return caller.biomarkers(_OTHER, "activity", endDateTime="2026-10-20")


def _rows(caller: Caller) -> list[Row]:
    return caller.biomarkers(_ME, "activity", endDateTime="2026-10-20")


@pytest.mark.parametrize(("kind", "status"), [("401", 401), ("404", 404), ("410", 410), ("429", 429), ("500", 500)])
def test_a_refusal_hits_one_person_as_often_as_told(start: Start, kind: str, status: int) -> None:
    caller = start()
    caller.fault(_ME, "unauthorized" if kind == "401" else kind, times=2)
    seen = [caller.get("score", _ME).status_code for _ in range(3)]
    assert seen == [status, status, 200]
    assert caller.get("score", _OTHER).status_code == 200


def test_a_429_says_how_long_to_wait_and_a_500_has_the_real_body(start: Start) -> None:
    caller = start()
    caller.fault(_ME, "429", times=1)
    assert caller.get("score", _ME).headers["Retry-After"] == "1"
    caller.fault(_ME, "500", times=1)
    assert caller.get("score", _ME).json() == {
        "title": "An internal exception has occurred.", "statusCode": 500, "location": "domain", "errors": [],
    }  # fmt: skip


def test_a_cut_connection_breaks_in_the_middle_of_the_body(start: Start) -> None:
    caller = start()
    caller.fault(_ME, "cut", times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        caller.get("score", _ME)
    assert caller.get("score", _ME).status_code == 200


def test_a_timeout_keeps_silent_and_other_people_are_still_served(start: Start) -> None:
    caller = start()
    caller.fault(_ME, "timeout", times=1)
    began = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        caller.http.get(f"/api/v1/profile/score/{_ME}", timeout=0.3)
    assert caller.get("score", _OTHER).status_code == 200
    assert time.monotonic() - began < 5


def test_a_bounded_timeout_ends_in_504(start: Start) -> None:
    caller = start()
    caller.fault(_ME, "timeout", times=1, seconds=0.1)
    assert caller.get("score", _ME).status_code == 504


def test_a_web_page_comes_with_status_200(start: Start) -> None:
    caller = start()
    caller.fault(_ME, "html", times=1)
    answer = caller.get("score", _ME)
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


def test_malformed_rows_stand_among_all_the_good_ones(start: Start) -> None:
    caller = start()
    good = _rows(caller)
    caller.fault(_ME, "malformed")
    spoilt = _rows(caller)
    assert [row for row in spoilt if row in good] == good
    bad = [row for row in spoilt if row not in good]
    assert len(bad) == 4
    assert spoilt[-1] in good
    assert sum(row["startDateTime"] is None for row in bad) == 1
    assert sum(row["endDateTime"] == "not-a-date" for row in bad) == 1
    assert sum("type" not in row for row in bad) == 1
    assert sum(isinstance(row["value"], dict) for row in bad) == 1


def test_a_foreign_row_carries_another_persons_external_id(start: Start) -> None:
    caller = start()
    good = _rows(caller)
    caller.fault(_ME, "foreign", times=1)
    extra = [row for row in _rows(caller) if row not in good]
    assert [row["externalId"] for row in extra] == ["sim-0001"]


def test_a_collision_is_a_second_row_of_one_slot_with_another_aggregation(start: Start) -> None:
    caller = start()
    good = _rows(caller)
    caller.fault(_ME, "collision", times=1)
    extra = [row for row in _rows(caller) if row not in good]
    twin = next(row for row in good if slot(row) == slot(extra[0]))
    assert len(extra) == 1
    assert extra[0]["aggregation"] != twin["aggregation"]
    assert extra[0]["startDateTime"] == twin["startDateTime"]


def test_an_empty_answer_has_no_rows_and_slow_only_takes_its_time(start: Start) -> None:
    caller = start()
    full = caller.get("score", _ME).content
    caller.fault(_ME, "empty", times=1)
    assert caller.get("score", _ME).content == b"[]"
    caller.fault(_ME, "slow", times=1)
    began = time.monotonic()
    assert caller.get("score", _ME).content == full
    assert time.monotonic() - began >= 0.05


def test_every_kind_is_survived_by_every_endpoint(start: Start) -> None:
    caller = start()
    for kind in FAULT_KINDS:
        for path in ("biomarker", "score", "archetypes"):
            caller.fault(_ME, kind, times=1, seconds=0)
            try:
                answer = caller.get(path, _ME, categories="sleep")
            except httpx.RemoteProtocolError:
                assert kind == "cut"
                continue
            assert answer.status_code in (200, 401, 404, 410, 429, 500, 504)
    assert caller.get("score", _ME).status_code == 200


def test_cleared_faults_are_gone(start: Start) -> None:
    caller = start()
    caller.fault(_ME, "500")
    assert [caller.get("score", _ME).status_code for _ in range(3)] == [500, 500, 500]
    caller.http.delete("/simulator/faults").raise_for_status()
    assert caller.get("score", _ME).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"external_id": "sim-9999", "kind": "500"}, {"external_id": _ME, "kind": "fire"}, {"external_id": _ME},
        {"external_id": _ME, "kind": "500", "times": 0}, {"external_id": _ME, "kind": "500", "times": "2"},
        {"external_id": _ME, "kind": "timeout", "seconds": 1e9}, [1],
    ],
)  # fmt: skip
def test_a_fault_that_makes_no_sense_is_400(caller: Caller, body: object) -> None:
    answer = caller.http.post("/simulator/faults", json=body)
    assert answer.status_code == 400
    assert len(answer.json()["title"]) > 20


def test_chance_faults_come_at_their_rate_in_a_seeded_order_and_spare_the_token(start: Start) -> None:
    def outcomes() -> list[str]:
        caller = start(fault_rate=0.3)
        return [_outcome(caller) for _ in range(120)]

    first = outcomes()
    assert first == outcomes()
    failed = sum(outcome != "good" for outcome in first)
    assert 20 <= failed <= 60
    caller = start(fault_rate=1.0)
    assert caller.http.headers["Authorization"].startswith("account ey")


def _outcome(caller: Caller) -> str:
    try:
        answer = caller.get("score", _ME, endDateTime="2026-09-25")
    except httpx.RemoteProtocolError:
        return "cut"
    if answer.status_code != 200:
        return str(answer.status_code)
    if not answer.headers["content-type"].startswith("application/json"):
        return "html"
    return "malformed" if any("type" not in row for row in answer.json()) else "good"


def test_the_rate_of_chance_faults_is_the_share_asked_for() -> None:
    book = FaultBook(7, 0.1)
    hits = sum(book.next_for(None) is not None for _ in range(20_000))
    assert 1_850 < hits < 2_150


def test_requests_are_counted_by_endpoint_and_status_until_reset(start: Start) -> None:
    caller = start()
    caller.get("score", _ME)
    caller.get("biomarker", _ME)
    caller.get("score", "nobody")
    assert caller.http.get("/simulator/requests").json() == {
        "total": 4,
        "by_endpoint": {"biomarkers": 1, "scores": 2, "token": 1},
        "by_status": {"200": 2, "400": 1, "404": 1},
    }
    caller.http.delete("/simulator/requests").raise_for_status()
    assert caller.http.get("/simulator/requests").json()["total"] == 0
