"""Our connections to Sahha carry what httpx's own would, and what they cannot carry they say in httpx's terms."""

import asyncio
import gc
import random
import ssl
import time
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hos_pipelines.sahha import client as sahha_client
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.client import SahhaClient, sahha_session
from hos_pipelines.sahha.errors import MisconfiguredError, SahhaError, TransientError
from hos_pipelines.sahha.network import connections_to
from hos_pipelines_tests.faults.hostile_sahha import (
    GOOD_ROW,
    Act,
    Hostile,
    answer,
    cut,
    endless,
    hostile_sahha,
    once_and_gone,
)
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.sahha.transports import TRANSPORTS

DATES = (date(2026, 10, 1), date(2026, 11, 3))
ODD = [
    "a/b",
    "a?b#c",
    "50%41",
    "50%2541",
    "a+b&c=d",
    "ü x",
    "auth0|5f",
    "anna@x.org",
    ".",
    "..",
    "../y",
    "\\..\\",
    "%2e",
]
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
# A certificate for 127.0.0.1 that signs itself, with its key; made for these tests, good for nothing else.
TLS_PEM = Path(__file__).with_name("tls.pem")

Question = Callable[[SahhaClient], Awaitable[Any]]


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment names no proxy."""
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def ask(url: str, question: Question, **patience: Any) -> Any:
    """What a session without retries gets."""
    account = SahhaAccount(url, "id", "sécret", **({"request_delay_s": 0, "max_retries": 0, "timeout_s": 2} | patience))

    async def session() -> Any:
        async with sahha_session(account) as client:
            return await question(client)

    return asyncio.run(session())


def biomarkers_of(*names: str) -> Question:
    """Asks for these people's, one after the other."""

    async def question(client: SahhaClient) -> list[object]:
        return [await client.biomarkers(name, DATES) for name in names]

    return question


async def everything(client: SahhaClient) -> None:
    """One question of every kind, about people with odd ids."""
    await client.log_in()
    for name in ODD:
        await client.biomarkers(name, DATES)
        await client.scores(name, DATES)
        await client.archetypes(name, DATES)
        await client.lists(name)
    with suppress(SahhaError):
        await client.knows(ODD[0])
    assert [profile async for profile in client.all_profiles()] == []


def test_both_send_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: dict[str, list[bytes]] = {}
    hostile = Hostile()
    with hostile_sahha(hostile):
        for name, connect in TRANSPORTS.items():
            monkeypatch.setattr(sahha_client, "connections_to", connect)
            ask(hostile.url, everything)
            heard[name], hostile.heard = hostile.heard, []
    assert heard["ours"] == heard["httpx"]
    assert len(heard["ours"]) > 4 * len(ODD)
    assert b"/%2E%2E?" in b"".join(heard["ours"])


def test_no_cookie_is_kept(transport: str) -> None:
    baked = answer(b"[]", b"Set-Cookie: session=1; Path=/", b"Set-Cookie: other=2; Path=/; Domain=127.0.0.1")
    with hostile_sahha(Hostile({"anna": baked}, login=None)) as hostile:
        ask(hostile.url, biomarkers_of("anna", "anna", "ben"))
    assert len(hostile.heard) == 4
    assert not any(b"cookie" in one.lower() for one in hostile.heard)


def test_a_question_that_meets_the_end_of_a_kept_connection_is_asked_once_more_and_at_a_turn_of_its_own(
    transport: str,
) -> None:
    made: list[int] = []

    async def anna_then_ben(client: SahhaClient) -> None:
        await client.biomarkers("anna", DATES)
        try:
            await client.biomarkers("ben", DATES)
        finally:
            made.append(client.requests_made)

    with hostile_sahha(Hostile({"ben": cut(b"")})) as hostile, pytest.raises(TransientError, match="broke in the mid"):
        ask(hostile.url, anna_then_ben)
    assert [target.partition("?")[0].rpartition("/")[2] for target in hostile.asked] == ["token", "anna", "ben", "ben"]
    assert made == [3]  # the token is fetched within a question


def test_a_question_that_meets_the_end_of_a_new_connection_is_not_asked_again() -> None:
    login = answer(b'{"accountToken": "a.b.c"}', b"Connection: close")
    with (
        hostile_sahha(Hostile({"ben": cut(b"")}, login=login)) as hostile,
        pytest.raises(TransientError, match="broke in the mid"),
    ):
        ask(hostile.url, biomarkers_of("ben"))
    assert [target.partition("?")[0].rpartition("/")[2] for target in hostile.asked] == ["token", "ben"]


def test_a_login_that_is_cut_is_not_sent_again(transport: str) -> None:
    with hostile_sahha(Hostile(login=cut(b""))) as hostile, pytest.raises(TransientError, match="broke in the mid"):
        ask(hostile.url, lambda client: client.log_in())
    assert len(hostile.asked) == 1


def test_a_kept_connection_that_was_closed_costs_nobody_an_answer(transport: str) -> None:
    names = [f"p{number}" for number in range(20)]

    async def question(client: SahhaClient) -> list[list[object]]:
        answers = []
        for name in names:
            answers.append(await client.biomarkers(name, DATES))
            time.sleep(0.01)  # noqa: ASYNC251  the end arrives, and the loop has no time to see it
        return answers

    with hostile_sahha(Hostile(dict.fromkeys(names, once_and_gone()))) as hostile:
        assert ask(hostile.url, question) == [[]] * 20
    assert len(hostile.asked) == 21


FOREIGN = GOOD_ROW.replace(b"8123", b"666")


def twice(pause_s: float) -> Act:
    """An answer, and another that nobody asked for, on the same connection."""

    async def act(writer: asyncio.StreamWriter) -> None:
        await answer(b"[" + GOOD_ROW + b"]")(writer)
        await asyncio.sleep(pause_s)
        await answer(b"[" + FOREIGN + b"]")(writer)

    return act


@pytest.mark.parametrize("pause_s", [0, 0.05])
def test_an_answer_that_nobody_asked_for_is_never_the_next_ones(pause_s: float) -> None:
    async def question(client: SahhaClient) -> list[object]:
        for _ in range(5):
            with suppress(TransientError):
                await client.biomarkers("anna", DATES)
            await asyncio.sleep(0.1)
            with suppress(TransientError):
                rows = await client.biomarkers("ben", DATES)
                assert [row["value"] for row in rows if isinstance(row, dict)] == ["8123"]
        return await client.biomarkers("cleo", DATES)

    with hostile_sahha(Hostile({"anna": twice(pause_s)})) as hostile:
        assert len(ask(hostile.url, question)) == 1


def test_a_host_that_speaks_first_is_not_called_again_and_again() -> None:
    calls = []

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        calls.append(writer)
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")

    async def call() -> None:
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server, sahha_session(SahhaAccount(url, "id", "secret", 0, 0, concurrency=3)) as client:
            with pytest.raises(TransientError, match="broke in the middle"):
                await client.log_in()
            for writer in calls:
                writer.close()

    asyncio.run(call())
    assert 1 <= len(calls) <= 4


def test_a_slow_answer_holds_nobody_up(transport: str) -> None:
    async def question(client: SahhaClient) -> None:
        slow = asyncio.create_task(client.biomarkers("slow", DATES))
        for number in range(20):
            assert len(await client.biomarkers(f"good-{number}", DATES)) == 1
        assert not slow.done()
        slow.cancel()
        with suppress(asyncio.CancelledError):
            await slow

    with hostile_sahha(Hostile({"slow": endless(b" ", pause_s=0.01)})) as hostile:
        ask(hostile.url, question, timeout_s=30)


def test_a_silent_host_is_given_the_set_time(transport: str) -> None:
    async def wait(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)

    with (
        hostile_sahha(Hostile({"anna": wait})) as hostile,
        pytest.raises(TransientError, match=r"did not answer within 0\.2 s"),
    ):
        ask(hostile.url, biomarkers_of("anna"), timeout_s=0.2)


@pytest.mark.usefixtures("no_proxies")
def test_a_host_is_asked_over_tls_if_its_certificate_is_known(transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(TLS_PEM)
    tls.set_alpn_protocols(["h2", "http/1.1"])
    with hostile_sahha(Hostile(), tls) as hostile:
        with pytest.raises(TransientError, match="nothing answers"):
            ask(hostile.url, biomarkers_of("anna"))
        monkeypatch.setenv("SSL_CERT_FILE", str(TLS_PEM))
        assert len(ask(hostile.url, biomarkers_of("anna"))[0]) == 1


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize("file", ["/nonexistent", "/", __file__])
def test_a_file_without_certificates_is_named_by_its_variable(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", file)
    with pytest.raises(MisconfiguredError, match=r"^SSL_CERT_FILE: holds no certificates that can be read"):
        ask("https://127.0.0.1:1", biomarkers_of("anna"))


@pytest.mark.usefixtures("no_proxies")
def test_a_proxy_is_told_who_asks(transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with hostile_sahha(Hostile()) as hostile:
        monkeypatch.setenv("http_proxy", hostile.url.replace("//", "//us%40er:pa%3Ass@"))
        ask(hostile.url.replace("127.0.0.1", "sahha.invalid"), biomarkers_of("anna"))
    assert hostile.asked[0].startswith("http://sahha.invalid")
    assert all(b"Proxy-Authorization: Basic dXNAZXI6cGE6c3M=\r\n" in one for one in hostile.heard)


@pytest.mark.usefixtures("no_proxies")
def test_tls_goes_through_a_proxy_as_a_tunnel_and_a_refused_one_is_a_broken_connection(
    transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile_sahha(Hostile()) as hostile:
        monkeypatch.setenv("https_proxy", hostile.url)
        with pytest.raises(TransientError):
            ask("https://sahha.invalid:443", biomarkers_of("anna"), timeout_s=0.3)
        monkeypatch.setenv("https_proxy", hostile.url.replace("//", "//user:pass@"))
        with pytest.raises(TransientError):
            ask("https://sahha.invalid:443", biomarkers_of("anna"), timeout_s=0.3)
    assert hostile.asked == ["sahha.invalid:443"] * 2
    assert b"Proxy-Authorization" not in hostile.heard[0]
    assert b"Proxy-Authorization: Basic dXNlcjpwYXNz\r\n" in hostile.heard[1]


@pytest.mark.usefixtures("no_proxies")
@pytest.mark.parametrize(
    "proxy",
    [
        "proxy.example:3128", "socks5://proxy.example:1080", "http://", "//", "nonsense", "http://[::1", "http://a..b:1",
        f"http://{'a' * 64}:3128", "http://proxy.example:99999", "http://proxy.example:port", "http://proxy.example:0",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["https_proxy", "all_proxy"])
def test_a_proxy_that_is_none_is_named_by_its_variable(name: str, proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, proxy)
    with pytest.raises(MisconfiguredError, match=f"^{name.upper()}: is no address of an HTTP proxy"):
        connections_to("https://sandbox-api.sahha.ai", 8)


@pytest.fixture
def slow_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hostile]:
    """A Sahha whose every answer takes some milliseconds, in pieces, so that a cancellation can fall anywhere."""

    async def pieces(writer: asyncio.StreamWriter) -> None:
        for piece in (b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: 2\r\n\r\n", b"[", b"]"):
            await asyncio.sleep(0.001)
            writer.write(piece)

    with hostile_sahha(Hostile({f"p{number}": pieces for number in range(6)})) as hostile:
        yield hostile


def test_connections_close_when_a_session_is_cancelled_at_any_instant(slow_answers: Hostile) -> None:
    account = SahhaAccount(slow_answers.url, "id", "secret", request_delay_s=0, max_retries=3, concurrency=3)
    chance = random.Random(7)  # noqa: S311

    async def session() -> None:
        async with sahha_session(account) as client:
            await asyncio.gather(*(client.biomarkers(f"p{number}", DATES) for number in range(6)))

    async def cancelled() -> None:
        task = asyncio.create_task(session())
        await asyncio.sleep(chance.uniform(0, 0.025))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        for _ in range(200):
            asyncio.run(cancelled())
        gc.collect()
    assert [str(one.message) for one in told] == []
    wait_until(lambda: slow_answers.open_connections == 0, "the end of every connection")
