import json
import logging
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import Connection, sql

from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.gateway import body as body_module
from hos_pipelines.gateway import sessions
from hos_pipelines.gateway.app import WEBHOOK_PATH
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.simulator.server import running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.stages.operations.webhook_intake import consume_inbox
from hos_pipelines_tests.gateway.conftest import (
    BODY,
    RECEIVED_AT,
    SCORE,
    SECRET,
    Sender,
    Start,
    answer_on,
    running_gateway,
    signature,
)
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.ports import free_port
from hos_pipelines_tests.postgres.sessions import sessions_beside

MIB = 1024 * 1024
POST = f"POST {WEBHOOK_PATH} HTTP/1.1\n"


def inbox(connection: Connection[Any]) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT external_id, times_seen, consumed_as FROM webhook_inbox ORDER BY id").fetchall()


def told(answer: httpx.Response) -> tuple[int, Any]:
    return answer.status_code, answer.json()


def test_a_signed_webhook_is_committed_before_it_is_answered(sender: Sender, connection: Connection[Any]) -> None:
    assert told(sender.post()) == (202, {"stored": True})
    columns = "event_type, external_id, body, received_at, times_seen, consumed_at"
    rows = connection.execute(f"SELECT {columns} FROM webhook_inbox").fetchall()  # noqa: S608  our columns
    assert rows == [(SCORE, "anna", BODY, RECEIVED_AT, 1, None)]


def test_a_replay_is_answered_and_kept_once_before_and_after_it_was_consumed(
    sender: Sender, connection: Connection[Any]
) -> None:
    enrol(connection, [Enrolment("anna", "anna")], RECEIVED_AT, by_hand=True)
    assert [told(sender.post()) for _ in range(2)] == [(202, {"stored": True}), (202, {"stored": False})]
    consume_inbox(connection, RECEIVED_AT)
    assert told(sender.post()) == (202, {"stored": False})
    assert consume_inbox(connection, RECEIVED_AT)[0].deliveries == 0
    assert inbox(connection) == [("anna", 3, "due")]
    assert connection.execute("SELECT change_count FROM profiles").fetchall() == [(1,)]


def test_one_webhook_sent_many_times_at_once_is_one_row(sender: Sender, connection: Connection[Any]) -> None:
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: sender.post(), range(64)))
    assert {answer.status_code for answer in answers} == {202}
    assert [answer.json()["stored"] for answer in answers].count(True) == 1
    assert inbox(connection) == [("anna", 64, None)]


@pytest.mark.parametrize(
    "forged",
    [None, "", "0" * 64, signature(BODY, "another"), signature(BODY + b" "), f"sha256={signature(BODY)}", b"\xff" * 64],
    ids=["missing", "empty", "zeros", "another secret", "another body", "prefixed", "no ascii"],
)
def test_a_forged_webhook_is_refused_and_leaves_nothing(
    sender: Sender, connection: Connection[Any], forged: str | bytes | None
) -> None:
    assert told(sender.post(signature=forged)) == (401, {"error": "X-Signature: is not accepted."})
    assert inbox(connection) == []


def test_a_signature_in_capitals_is_accepted(sender: Sender) -> None:
    assert sender.post(signature=signature(BODY).upper()).status_code == 202


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        ({"event_type": None}, "X-Event-Type: must have 1 to 200 printable characters."),
        ({"event_type": "e" * 201}, "X-Event-Type: must have 1 to 200 printable characters."),
        ({"external_id": None}, "X-External-Id: must have 1 to 100 printable characters."),
        ({"external_id": ""}, "X-External-Id: must have 1 to 100 printable characters."),
        ({"external_id": "x" * 101}, "X-External-Id: must have 1 to 100 printable characters."),
        ({"external_id": b"an\xc2\x85na"}, "X-External-Id: must have 1 to 100 printable characters."),
    ],
)
def test_a_header_that_cannot_be_kept_is_named(
    sender: Sender, connection: Connection[Any], headers: dict[str, Any], sentence: str
) -> None:
    assert told(sender.post(**headers)) == (400, {"error": sentence})
    assert inbox(connection) == []


def test_an_id_beyond_ascii_and_an_unknown_kind_are_kept(sender: Sender, connection: Connection[Any]) -> None:
    assert sender.post(external_id="Àna".encode(), event_type="FooEvent").status_code == 202
    assert inbox(connection) == [("Àna", 1, None)]


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff\xfe", b"not json", b"x" * MIB], ids=["empty", "bytes", "text", "1 MiB"]
)
def test_whatever_is_signed_is_kept_as_it_is(sender: Sender, connection: Connection[Any], body: bytes) -> None:
    assert sender.post(body).status_code == 202
    assert connection.execute("SELECT body FROM webhook_inbox").fetchall() == [(body,)]


def test_without_a_secret_nothing_is_let_in_and_the_setting_is_named(
    start: Start, migrated_url: str, connection: Connection[Any]
) -> None:
    closed = start(migrated_url, None)
    answer = closed.post()
    assert answer.status_code == 503
    assert answer.json()["error"].startswith("SAHHA_WEBHOOK_SECRET: is not set")
    assert inbox(connection) == []
    assert told(closed.http.get("/health")) == (200, {"database": "ok", "webhooks": "closed"})


def test_a_body_declared_too_large_is_refused_before_any_of_it_is_sent(sender: Sender) -> None:
    for length in (MIB + 1, 50 * MIB, 10**19):
        with sender.raw(f"{POST}Content-Length: {length}\n") as wire:
            answer = answer_on(wire)
        assert answer.startswith("HTTP/1.1 413 ")
        assert answer.endswith('{"error":"body: must have at most 1048576 bytes."}')


@pytest.mark.parametrize("chunked", [False, True], ids=["with Content-Length", "chunked"])
def test_a_body_of_50_mb_is_refused_unread_and_fills_no_memory(
    sender: Sender, connection: Connection[Any], chunked: bool
) -> None:
    part, sent = bytes(65536), 0

    def parts() -> Iterator[bytes]:
        nonlocal sent
        while sent < 50 * MIB:
            sent += len(part)
            yield part

    headers = {"X-Event-Type": SCORE, "X-External-Id": "anna", "X-Signature": "0" * 64}
    if not chunked:
        headers["Content-Length"] = str(50 * MIB)
    tracemalloc.start()
    try:
        answer = sender.http.post(WEBHOOK_PATH, content=parts(), headers=headers)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 413
    assert sent < 50 * MIB
    assert peak < 8 * MIB
    assert inbox(connection) == []


@pytest.mark.parametrize("path", [WEBHOOK_PATH, "/nowhere"])
def test_an_endless_body_is_cut_off(sender: Sender, path: str) -> None:
    part = b"10000\r\n" + bytes(65536) + b"\r\n"
    with sender.raw(f"POST {path} HTTP/1.1\nTransfer-Encoding: chunked\n") as wire, pytest.raises(ConnectionError):
        wire.sendall(part * (50 * MIB // len(part)))


def test_a_body_that_does_not_arrive_is_given_up(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_module, "BODY_WITHIN_S", 0.05)
    with sender.raw(f"{POST}Content-Length: 100\n", b"{") as wire:
        assert answer_on(wire).startswith("HTTP/1.1 408 ")


def test_a_sender_that_leaves_halfway_harms_nobody(sender: Sender, connection: Connection[Any]) -> None:
    with sender.raw(f"{POST}Content-Length: 100\n", b"{"):
        pass
    assert sender.post().status_code == 202
    assert inbox(connection) == [("anna", 1, None)]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", WEBHOOK_PATH, 405), ("POST", "/webhooks/other", 404)])
def test_anything_else_is_refused_as_json_too(sender: Sender, method: str, path: str, status: int) -> None:
    answer = sender.http.request(method, path)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_health_says_whether_database_and_door_are_open(sender: Sender) -> None:
    assert told(sender.http.get("/health")) == (200, {"database": "ok", "webhooks": "open"})


def test_a_database_nobody_serves_is_503_so_that_sahha_tries_again(start: Start) -> None:
    away = start(f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere")
    sentence = {"error": "database: is away; send the request again later."}
    assert told(away.post()) == (503, sentence)
    assert told(away.http.get("/health")) == (503, sentence)


@contextmanager
def shut(server: EmbeddedServer, url: str) -> Iterator[None]:
    """The database turns every session out and lets none in."""
    name = url.partition("?")[0].rpartition("/")[2]
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with connect(server.url("postgres")) as session:
        session.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        turn_out(session, name)
        yield
        session.execute(allow.format(sql.Identifier(name), sql.SQL("true")))


def turn_out(session: Connection[Any], name: str) -> None:
    session.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
        (name,),
    )


def test_a_database_that_goes_away_is_503_until_it_is_back(
    sender: Sender, server: EmbeddedServer, migrated_url: str
) -> None:
    assert sender.post().status_code == 202
    with shut(server, migrated_url):
        assert sender.post(b"second").status_code == 503
        assert sender.http.get("/health").status_code == 503
    assert told(sender.post(b"second")) == (202, {"stored": True})


def test_sessions_that_were_cut_meanwhile_cost_no_webhook(
    sender: Sender, server: EmbeddedServer, migrated_url: str
) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: sender.post(), range(32)))
    with connect(server.url("postgres")) as session:
        turn_out(session, migrated_url.partition("?")[0].rpartition("/")[2])
    assert told(sender.post(b"second")) == (202, {"stored": True})


def test_a_commit_that_cannot_happen_is_never_answered_as_done(
    start: Start, migrated_url: str, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "PATIENCE_S", 1)
    sender = start(migrated_url)
    with connection.transaction():
        connection.execute("LOCK TABLE webhook_inbox IN ACCESS EXCLUSIVE MODE")
        assert sender.post().status_code == 503
    assert inbox(connection) == []
    assert told(sender.post()) == (202, {"stored": True})


def test_many_senders_at_once_are_all_served(sender: Sender, connection: Connection[Any]) -> None:
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda number: sender.post(b"%d" % number), range(200)))
    assert {answer.status_code for answer in answers} == {202}
    assert len(inbox(connection)) == 200
    assert 1 <= len(sessions_beside(connection)) <= sessions.MOST


def test_the_sessions_end_with_the_gateway(migrated_url: str, connection: Connection[Any]) -> None:
    with running_gateway(migrated_url, SECRET) as url, httpx.Client(base_url=url, trust_env=False) as http:
        assert Sender(url, http).post().status_code == 202
        pids = sessions_beside(connection)
    assert pids
    gone = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s) AND datname = current_database()"
    wait_until(lambda: connection.execute(gone, (pids,)).fetchone() == (0,), "the end of the sessions")


def test_nothing_a_request_brings_is_logged(
    sender: Sender, start: Start, connection: Connection[Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    away = start(f"postgresql://nobody@127.0.0.1:{free_port()}/nowhere")
    connection.execute("ALTER TABLE webhook_inbox ADD CONSTRAINT refuses_anna CHECK (external_id <> 'anna')")
    answers = [sender.post(), sender.post(signature="forged-signature"), sender.post(event_type=None), away.post()]
    assert [answer.status_code for answer in answers] == [503, 401, 400, 503]
    ours = [record.getMessage() for record in caplog.records if record.name.startswith(("hos_pipelines", "uvicorn"))]
    assert ours == [
        f"The database does not serve the gateway ({kind}); see `hos doctor`."
        for kind in ("CheckViolation", "DatabaseUnavailableError")
    ]
    for private in ("0.8731", signature(BODY), "forged-signature", SECRET):
        assert private not in "".join(answer.text for answer in answers)
        assert private not in "".join(ours)


@pytest.mark.parametrize("event", ["score", "biomarker", "archetype"])
def test_a_webhook_of_the_simulator_makes_its_person_due(
    sender: Sender, connection: Connection[Any], event: str
) -> None:
    enrol(connection, [Enrolment(f"p-{name}", name) for name in ("sim-0001", "sim-0002")], RECEIVED_AT, by_hand=True)
    settings = SimulatorSettings(users=3, days=30, webhook_url=f"{sender.url}{WEBHOOK_PATH}", webhook_secret=SECRET)
    with running_simulator(settings) as sahha:
        command = {"external_id": "sim-0002", "event": event}
        answer = httpx.post(f"{sahha.url}/simulator/webhooks", json=command, trust_env=False, timeout=30)
    assert told(answer) == (200, {"status": 202})
    row = connection.execute("SELECT body FROM webhook_inbox").fetchone()
    assert row is not None
    assert json.loads(row[0])["externalId"] == "sim-0002"
    consumed, _ = consume_inbox(connection, RECEIVED_AT)
    assert consumed.profile_ids == {"p-sim-0002"}


def test_a_webhook_of_a_simulator_with_another_secret_is_refused(sender: Sender, connection: Connection[Any]) -> None:
    settings = SimulatorSettings(users=1, days=10, webhook_url=f"{sender.url}{WEBHOOK_PATH}", webhook_secret="other")  # noqa: S106
    with running_simulator(settings) as sahha:
        command = {"external_id": "sim-0001", "event": "score"}
        answer = httpx.post(f"{sahha.url}/simulator/webhooks", json=command, trust_env=False, timeout=30)
    assert answer.json() == {"status": 401}
    assert inbox(connection) == []


def test_a_database_of_another_version_takes_nothing_in(
    start: Start, connection: Connection[Any], migrated_url: str
) -> None:
    connection.execute("DELETE FROM _yoyo_migration WHERE migration_id LIKE '0006%'")
    assert start(migrated_url).post().status_code == 503
    with pytest.raises(psycopg.errors.UndefinedColumn):
        connection.execute("SELECT no_such_column FROM webhook_inbox")
    assert inbox(connection) == []
