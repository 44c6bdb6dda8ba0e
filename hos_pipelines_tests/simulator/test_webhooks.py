"""Webhooks: the body of the newest event, and headers a receiver can verify."""

import hmac
import json
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from hos_pipelines_tests.simulator.conftest import Caller, Start

_SECRET = "geheim-ÿ+/="  # noqa: S105


class _Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        _received.append((dict(self.headers), self.rfile.read(length)))
        self.send_response(202)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


_received: list[tuple[dict[str, str], bytes]] = []


@pytest.fixture
def receiver() -> Iterator[str]:
    _received.clear()
    with HTTPServer(("127.0.0.1", 0), _Receiver) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("event", "event_type", "key"),
    [
        ("score", "ScoreCreatedIntegrationEvent", "factors"),
        ("biomarker", "BiomarkerCreatedIntegrationEvent", "periodicity"),
        ("archetype", "ArchetypeCreatedIntegrationEvent", "ordinality"),
    ],
)
def test_an_event_is_signed_over_its_raw_bytes_and_names_its_person(
    start: Start, receiver: str, event: str, event_type: str, key: str
) -> None:
    caller = start(webhook_url=receiver, webhook_secret=_SECRET)
    answer = caller.http.post("/simulator/webhooks", json={"external_id": "sim-0012", "event": event})
    assert (answer.status_code, answer.json()) == (200, {"status": 202})
    [(headers, body)] = _received
    assert headers["X-Signature"] == hmac.new(_SECRET.encode("utf-8"), body, sha256).hexdigest()
    assert headers["X-External-Id"] == "sim-0012"
    assert headers["X-Event-Type"] == event_type
    told = json.loads(body)
    assert {"profileId", "accountId", "externalId", "id", "createdAtUtc", "version", key} <= told.keys()
    assert told["externalId"] == "sim-0012"


def test_an_event_tells_the_row_the_api_tells(start: Start, receiver: str) -> None:
    caller = start(webhook_url=receiver)
    caller.http.post("/simulator/webhooks", json={"external_id": "sim-0012", "event": "score"})
    told, row = json.loads(_received[0][1]), caller.scores("sim-0012")[0]
    assert {key: told[key] for key in row} == row


@pytest.mark.parametrize(
    "body", [{"external_id": "sim-0001", "event": "birthday"}, {"external_id": "x", "event": "score"}]
)
def test_an_unknown_event_or_person_is_400(start: Start, receiver: str, body: dict[str, str]) -> None:
    assert start(webhook_url=receiver).http.post("/simulator/webhooks", json=body).status_code == 400
    assert _received == []


def test_without_an_address_the_answer_says_so(caller: Caller) -> None:
    answer = caller.http.post("/simulator/webhooks", json={"external_id": "sim-0001", "event": "score"})
    assert (answer.status_code, answer.json()["title"]) == (
        400,
        "webhook_url is not set; start the simulator with one.",
    )


def test_a_receiver_that_is_not_there_is_502(start: Start) -> None:
    answer = start(webhook_url="http://127.0.0.1:9/hook").http.post(
        "/simulator/webhooks", json={"external_id": "sim-0001", "event": "score"}
    )
    assert answer.status_code == 502
