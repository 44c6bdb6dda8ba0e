"""A gateway over real HTTP on a real PostgreSQL, and a sender that signs as Sahha does."""

import hmac
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from threading import Event, Thread
from urllib.parse import urlsplit

import httpx
import pytest
from pydantic import SecretStr

from hos_pipelines.gateway.app import WEBHOOK_PATH, create_gateway
from hos_pipelines.gateway.server import GatewayServer, listen, url_of
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database

SECRET = "geheim-ÿ+/="  # noqa: S105
RECEIVED_AT = datetime(2026, 11, 1, 12, tzinfo=UTC)
SCORE = "ScoreCreatedIntegrationEvent"
BODY = b'{"externalId":"anna","type":"sleep","score":0.8731}'


class Sender:
    """Posts to one gateway; `http` is the bare client, `url` its address."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self.http = http

    def post(self, body: bytes = BODY, **headers: str | bytes | None) -> httpx.Response:
        """Posts as Sahha would; `signature`, `event_type` and `external_id` replace a header, None leaves it out."""
        told = {"signature": signature(body), "event_type": SCORE, "external_id": "anna"} | headers
        names = {"signature": "X-Signature", "event_type": "X-Event-Type", "external_id": "X-External-Id"}
        sent = {names[name]: value for name, value in told.items() if value is not None}
        return self.http.post(WEBHOOK_PATH, content=body, headers=list(sent.items()))  # type: ignore[arg-type]

    @contextmanager
    def raw(self, head: str, body: bytes = b"") -> Iterator[socket.socket]:
        """A connection on which the head of a request, and so much of its body, has been sent."""
        address = urlsplit(self.url)
        with socket.create_connection((address.hostname, address.port), timeout=20) as wire:
            wire.sendall(head.replace("\n", "\r\n").encode() + b"Host: gateway\r\n\r\n" + body)
            yield wire


Start = Callable[..., Sender]


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode("utf-8"), body, sha256).hexdigest()


def answer_on(wire: socket.socket) -> str:
    """All that comes until the other side closes the connection."""
    received = b""
    while part := wire.recv(65536):
        received += part
    return received.decode()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts gateways that end with the test."""
    with ExitStack() as stack:

        def started(database_url: str, secret: str | None = SECRET) -> Sender:
            url = stack.enter_context(running_gateway(database_url, secret))
            http = httpx.Client(base_url=url, trust_env=False, timeout=30)
            return Sender(url, stack.enter_context(http))

        yield started


@pytest.fixture
def sender(start: Start, migrated_url: str) -> Sender:
    """A gateway with a secret, on a migrated database."""
    return start(migrated_url)


@contextmanager
def running_gateway(database_url: str, secret: str | None) -> Iterator[str]:
    """A gateway in a thread of its own for as long as the block runs; gives its URL."""
    settings = Settings.from_mapping({"HOS_DATABASE_URL": database_url})
    hidden = None if secret is None else SecretStr(secret)
    app = create_gateway(lambda: hidden, Database(lambda: settings), lambda: RECEIVED_AT)
    listening = Event()
    with listen("127.0.0.1", 0) as listener:
        server = GatewayServer(app, listening.set)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert listening.wait(30)
            yield url_of("127.0.0.1", listener)
        finally:
            server.should_exit = True
            thread.join()
