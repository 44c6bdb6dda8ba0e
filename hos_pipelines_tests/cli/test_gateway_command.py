"""`hos gateway` as a user starts it."""

import hmac
import signal
import socket
from hashlib import sha256

import httpx
import pytest

from hos_pipelines_tests.cli.answers import Answer, rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.processes import STATUS, running_hos

SECRET = "geheim"  # noqa: S105


@pytest.fixture
def configured(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A secret and a migrated database; gives its address."""
    monkeypatch.setenv("HOS_DATABASE_URL", migrated_url)
    monkeypatch.setenv("SAHHA_WEBHOOK_SECRET", SECRET)
    return migrated_url


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_gateway_takes_webhooks_in_until_it_is_told_to_end(configured: str, ending: signal.Signals) -> None:
    body = b'{"externalId": "anna"}'
    headers = {
        "X-Signature": hmac.new(SECRET.encode(), body, sha256).hexdigest(),
        "X-Event-Type": "ScoreCreatedIntegrationEvent",
        "X-External-Id": "anna",
    }
    with running_hos("gateway", "--port", "0", "--json") as (process, line):
        told = Answer(0, line, "").json
        assert told["webhooks"] == f"{told['url']}/webhooks/sahha"
        answer = httpx.post(told["webhooks"], content=body, headers=headers, trust_env=False, timeout=30)
        assert (answer.status_code, answer.json()) == (202, {"stored": True})
        process.send_signal(ending)
        assert process.wait(timeout=30) == STATUS[ending]
    assert rows_of(configured, "SELECT external_id, body FROM webhook_inbox") == [("anna", body)]


def test_the_gateway_does_not_start_without_a_secret(
    hos: Hos, configured: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHHA_WEBHOOK_SECRET", " ")
    hos("gateway", "--port", "0").refused_with("SAHHA_WEBHOOK_SECRET: is not set; take it from the Sahha dashboard")


def test_the_gateway_does_not_start_on_a_schema_of_another_version(hos: Hos, configured: str) -> None:
    rows_of(configured, "DELETE FROM _yoyo_migration WHERE migration_id LIKE '0006%%' RETURNING 1")
    hos("gateway", "--port", "0").refused_with("schema: the database is older than this code", "run `hos migrate`")


def test_the_gateway_names_a_port_that_is_taken_and_a_host_that_is_none(hos: Hos, configured: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        hos("gateway", "--port", port).refused_with("--port: ", port, "is taken", "choose another port")
    for host in ("no host", "x" * 64 + ".example"):
        hos("gateway", "--port", "0", "--host", host).refused_with("--host, --port: ", host, "cannot be used")
