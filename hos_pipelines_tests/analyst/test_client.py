"""One question over real HTTP: both ways of asking, every failure and its sentence, patience, and how much at once."""

import asyncio
import gzip
import json
import logging
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hos_pipelines.analyst import client as client_module
from hos_pipelines.analyst.account import Api, ModelAccount
from hos_pipelines.analyst.answers import answer_schema, read_answer
from hos_pipelines.analyst.client import Message, ModelClient, model_session
from hos_pipelines.analyst.errors import (
    BrokenReplyError,
    MisconfiguredModelError,
    ModelError,
    OversizedReplyError,
    TransientModelError,
    UnusableReplyError,
)
from hos_pipelines.analyst.replies import Reply
from hos_pipelines.domain.usage import NOTHING
from hos_pipelines.simulator.model.app import create_model_app
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.simulator.server import running_app
from hos_pipelines_tests.analyst.conftest import KEY, Server
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.ports import free_port
from hos_pipelines_tests.simulator.model.asking import prompt

TOLD_IN_CONFIDENCE = "Her grandmother's birthday is on Thursday."
MESSAGES = [Message("system", f"Write. {TOLD_IN_CONFIDENCE}"), Message("user", prompt())]
SPACES = b" " * 65_536
CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
WAYS: dict[Api, str] = {"chat_completions": "chat", "responses": "responses"}
both = pytest.mark.parametrize("api", WAYS)
Answering = Callable[[Request], Awaitable[Response]]


async def asked(account: ModelAccount, times: int = 1) -> list[Reply]:
    async with model_session(account) as client:
        return await asyncio.gather(*(_asked_in_a_lane(client) for _ in range(times)))


async def _asked_in_a_lane(client: ModelClient) -> Reply:
    async with client.lane():
        return await client.ask(MESSAGES, answer_schema())


def ask(account: ModelAccount) -> Reply:
    [reply] = asyncio.run(asked(account))
    return reply


def refused(account: ModelAccount) -> ModelError:
    with pytest.raises(ModelError) as error:
        ask(account)
    return error.value


class Answerer:
    """A server that answers everything as it is told, and an account with it."""

    def __init__(self) -> None:
        self.answer: Answering
        self.asked = 0
        self.app = Starlette(routes=[Route("/{path:path}", self._answered, methods=["POST"])])
        self.account: ModelAccount

    def says(self, body: bytes | str, status: int = 200, **headers: str) -> ModelAccount:
        """The account with the server, which from now on says this."""

        async def say(_request: Request) -> Response:
            return Response(body, status, {name.replace("_", "-"): value for name, value in headers.items()})

        return self.does(say)

    def does(self, answer: Answering) -> ModelAccount:
        """As `says`, with any answer."""
        self.answer, self.asked = answer, 0
        return self.account

    async def _answered(self, request: Request) -> Response:
        self.asked += 1
        return await self.answer(request)


@pytest.fixture(scope="module")
def answerer() -> Iterator[Answerer]:
    """A server for the whole module; each test tells it anew what to say."""
    one = Answerer()
    with running_app(one.app) as running:
        one.account = ModelAccount("gpt-test", KEY, f"{running.url}/v1", max_retries=0)
        yield one


@contextmanager
def knowing_only(*paths: str) -> Iterator[tuple[ModelAccount, list[str]]]:
    """An account with a stand-in that serves these paths alone, and the paths it is asked for."""
    app = create_model_app(ModelSimulatorSettings(api_key=KEY))
    app.router.routes = [route for route in app.router.routes if isinstance(route, Route) and route.path in paths]
    seen: list[str] = []

    async def noting(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["path"])
        await app(scope, receive, send)

    with running_app(noting) as running:  # type: ignore[arg-type]
        yield ModelAccount("stand-in", KEY, f"{running.url}/v1", max_retries=0), seen


@both
def test_a_reply_holds_the_answer_and_what_it_took_either_way(model_server: Server, api: Api) -> None:
    reply = ask(model_server.account(api=api))
    sections = {claim.passage.partition("/")[0] for claim in read_answer(reply.text).claims}
    assert sections == {"sleep_pattern", "advice"}
    assert reply.usage.input_tokens == -(-len("\n".join(one.text for one in MESSAGES)) // 4)
    assert reply.usage.output_tokens == -(-len(reply.text) // 4)
    assert reply.usage.cached_tokens == 0
    assert 0 < reply.latency_s < 5
    assert (reply.is_refusal, reply.is_cut) == (False, False)
    assert model_server.counts[WAYS[api]] == model_server.total == 1


def test_both_ways_say_the_same(model_server: Server) -> None:
    first, second = (ask(model_server.account(api=api)) for api in WAYS)
    assert replace(first, latency_s=0) == replace(second, latency_s=0)


@both
def test_what_the_server_had_at_hand_is_told_apart(api: Api) -> None:
    app = create_model_app(ModelSimulatorSettings(api_key=None, cached_share=0.5))
    with running_app(app) as running:
        used = ask(ModelAccount("stand-in", KEY, f"{running.url}/v1", api=api)).usage
    assert used.cached_tokens == used.input_tokens // 2 > 0


@both
def test_a_request_asks_for_the_schema_strictly_and_for_no_more_than_allowed(model_server: Server, api: Api) -> None:
    account = model_server.account(api=api, most_output_tokens=4321)
    ask(account)
    body = model_server.last_request
    turns = [{"role": one.role, "content": one.text} for one in MESSAGES]
    form = {"name": "analysis_answer", "strict": True, "schema": answer_schema()}
    if api == "responses":
        assert body == {
            "model": account.model,
            "input": turns,
            "max_output_tokens": 4321,
            "store": False,
            "text": {"format": {"type": "json_schema", **form}},
        }
    else:
        assert body == {
            "model": account.model,
            "messages": turns,
            "max_completion_tokens": 4321,
            "response_format": {"type": "json_schema", "json_schema": form},
        }


@both
@pytest.mark.parametrize(("behaviour", "marks"), [("refusal", (True, False)), ("truncated", (False, True))])
def test_a_refusal_and_an_answer_cut_short_are_replies_that_say_so(
    model_server: Server, api: Api, behaviour: str, marks: tuple[bool, bool]
) -> None:
    reply = ask(model_server.account(behaviour, api=api))
    assert (reply.is_refusal, reply.is_cut) == marks
    assert reply.usage.output_tokens > 0


def test_a_server_of_ones_own_is_asked_by_chat_where_nothing_is_said(model_server: Server) -> None:
    ask(model_server.account())
    assert model_server.counts["chat"] == model_server.total == 1


def test_a_server_that_knows_only_responses_is_asked_so_from_the_second_try_on() -> None:
    with knowing_only(RESPONSES) as (account, seen):
        replies = asyncio.run(_one_by_one(account, 3))
    assert len(replies) == 3
    assert seen == [CHAT, RESPONSES, RESPONSES, RESPONSES]


def test_several_who_find_out_at_once_that_a_server_knows_only_responses_all_get_their_reply() -> None:
    with knowing_only(RESPONSES) as (account, seen):
        replies = asyncio.run(asked(replace(account, concurrency=8), 8))
    assert {reply.text for reply in replies} == {replies[0].text}
    assert seen.count(RESPONSES) == 8


@pytest.mark.parametrize("api", ["auto", "chat_completions"])
def test_a_server_that_knows_only_chat_is_asked_by_chat(api: Api) -> None:
    with knowing_only(CHAT) as (account, seen):
        asyncio.run(_one_by_one(replace(account, api=api), 2))
    assert seen == [CHAT, CHAT]


def test_a_server_that_knows_neither_way_is_a_wrong_address() -> None:
    with knowing_only() as (account, seen):
        error = refused(account)
    assert isinstance(error, MisconfiguredModelError)
    assert str(error) == (
        f"OPENAI_BASE_URL: {account.place} knows neither chat completions nor responses; "
        "check the address, which usually ends in /v1."
    )
    assert seen == [CHAT, RESPONSES]


def test_where_one_way_is_insisted_on_the_other_is_not_tried() -> None:
    with knowing_only(CHAT) as (account, seen):
        assert isinstance(refused(replace(account, api="responses")), MisconfiguredModelError)
    assert seen == [RESPONSES]


async def _one_by_one(account: ModelAccount, times: int) -> list[Reply]:
    async with model_session(account) as client:
        return [await client.ask(MESSAGES, answer_schema()) for _ in range(times)]


@both
@pytest.mark.parametrize(
    ("behaviour", "kind", "sentence"),
    [
        ("rate_limited", TransientModelError, "{place} answers 429."),
        ("quota", MisconfiguredModelError, "OPENAI_API_KEY: {place} says that the quota of this key is used up."),
        ("server_error", TransientModelError, "{place} answers 500."),
        ("cut", BrokenReplyError, "the connection to the model broke in the middle of a reply."),
        ("slow", BrokenReplyError, "the model did not answer within 0.2 s."),
        ("huge", OversizedReplyError, "the model's reply is larger than 256 kB."),
        (
            "no-such-behaviour",
            MisconfiguredModelError,
            "HOS_OPENAI_MODEL: {place} does not know the model stand-in/no-such-behaviour.",
        ),
    ],
)
def test_each_failure_is_of_its_class_and_says_what_failed(
    model_server: Server, api: Api, behaviour: str, kind: type[ModelError], sentence: str
) -> None:
    account = model_server.account(behaviour, api=api, timeout_s=0.2 if behaviour == "slow" else 10)
    error = refused(account)
    assert type(error) is kind
    assert str(error) == sentence.format(place=account.place)
    assert model_server.total == 1


@pytest.mark.parametrize("api", ["auto", *WAYS])
def test_a_model_nobody_knows_is_told_from_a_way_nobody_knows(model_server: Server, api: Api) -> None:
    error = refused(model_server.account(model="gpt-gone", api=api))
    assert type(error) is MisconfiguredModelError
    assert str(error).startswith("HOS_OPENAI_MODEL: 127.0.0.1:")
    assert model_server.total == 1


def test_a_wrong_key_is_told_without_the_key(model_server: Server) -> None:
    account = model_server.account(api_key="sk-wrong-0815")
    error = refused(account)
    assert type(error) is MisconfiguredModelError
    assert str(error) == (
        f"OPENAI_API_KEY: {account.place} answers 401; check the key, and that it may use stand-in/well_behaved."
    )


def test_an_address_where_nothing_listens_may_be_reached_later() -> None:
    account = ModelAccount("gpt-test", KEY, f"http://127.0.0.1:{free_port()}/v1", max_retries=0)
    error = refused(account)
    assert type(error) is TransientModelError
    assert str(error) == f"OPENAI_BASE_URL: nothing answers at {account.place}; check address and network."


def _echo(status: int) -> Answering:
    async def echo(request: Request) -> Response:
        text = f"{request.headers['authorization']} sent {(await request.body()).decode()}"
        body = json.dumps({"error": {"message": text, "code": text, "type": text, "param": text}})
        return Response(body, status, media_type="application/json")

    return echo


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, TransientModelError),
        (400, UnusableReplyError),
        (401, MisconfiguredModelError),
        (403, MisconfiguredModelError),
        (404, MisconfiguredModelError),
        (409, UnusableReplyError),
        (422, UnusableReplyError),
        (429, TransientModelError),
        (500, TransientModelError),
        (503, TransientModelError),
    ],
)
def test_no_error_repeats_the_key_the_prompt_or_the_body_whatever_the_server_says(
    answerer: Answerer, status: int, kind: type[ModelError]
) -> None:
    error = refused(answerer.does(_echo(status)))
    assert type(error) is kind
    told = f"{error!r} {error.__cause__!r} {repr(error.__context__) if not error.__suppress_context__ else ''}"
    for secret in (KEY, TOLD_IN_CONFIDENCE, "Bearer", "sent", "messages"):
        assert secret not in told


@pytest.mark.parametrize(
    "body",
    [b"<html>Welcome</html>", b"", b"[]", b"null", b'{"choices": 1}', b'{"choices": []}', b"\xff\xfe", b'"\\ud800"'],
)
@both
def test_what_is_no_reply_of_the_api_is_unusable(answerer: Answerer, api: Api, body: bytes) -> None:
    assert type(refused(replace(answerer.says(body), api=api))) is UnusableReplyError


def test_a_reply_without_usage_took_nothing_that_is_known(answerer: Answerer) -> None:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello."}}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "gpt-test", "choices": [choice]}
    reply = ask(answerer.says(json.dumps(body)))
    assert (reply.text, reply.usage) == ("Hello.", NOTHING)


@both
def test_an_endless_reply_is_not_read_to_its_end(api: Api) -> None:
    with endless() as (account, sent):
        assert type(refused(replace(account, api=api))) is OversizedReplyError
    assert sum(sent) < 32 * 1024 * 1024


@contextmanager
def endless() -> Iterator[tuple[ModelAccount, list[int]]]:
    """An account with a server that says nothing but spaces for as long as it is heard, and how many it said."""
    sent: list[int] = []

    def speak(listener: socket.socket) -> None:
        with listener.accept()[0] as heard, suppress(OSError):
            heard.recv(65_536)
            heard.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n")
            for _ in range(10_000):
                heard.sendall(SPACES)
                sent.append(len(SPACES))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=speak, args=(listener,))
        thread.start()
        yield ModelAccount("gpt-test", KEY, f"http://127.0.0.1:{listener.getsockname()[1]}/v1", max_retries=0), sent
        thread.join(10)


def test_a_reply_that_is_large_only_once_unpacked_is_too_large(answerer: Answerer) -> None:
    packed = gzip.compress(b" " * 5_000_000)
    assert type(refused(answerer.says(packed, Content_Encoding="gzip"))) is OversizedReplyError


def test_replies_are_asked_for_unpacked(answerer: Answerer) -> None:
    encodings = []

    async def note(request: Request) -> Response:
        encodings.append(request.headers["accept-encoding"])
        return Response("{}")

    refused(answerer.does(note))
    assert encodings == ["identity"]


def test_after_a_rate_limit_the_client_waits_as_long_as_asked(model_server: Server) -> None:
    model_server.behave("rate_limited", 1)
    began = time.monotonic()
    assert ask(model_server.account(model="gpt-test", max_retries=1)).text
    assert 0.3 <= time.monotonic() - began < 2
    assert model_server.counts["by_behaviour"] == {"rate_limited": 1, "well_behaved": 1}


def test_while_one_waits_for_a_rate_limit_nobody_else_asks(model_server: Server) -> None:
    model_server.behave("rate_limited", 1)

    async def one_then_another() -> float:
        async with model_session(model_server.account(model="gpt-test", max_retries=1)) as client:
            first = asyncio.create_task(client.ask(MESSAGES, answer_schema()))
            limited = {"rate_limited": 1}
            await asyncio.to_thread(wait_until, lambda: model_server.counts["by_behaviour"] == limited, "the limit")
            await asyncio.sleep(0.05)
            began = time.monotonic()
            await client.ask(MESSAGES, answer_schema())
            waited = time.monotonic() - began
            await first
        return waited

    assert asyncio.run(one_then_another()) > 0.1


def test_nobody_waits_longer_than_a_minute_however_long_the_server_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert client_module.LONGEST_RETRY_AFTER_S == 60
    monkeypatch.setattr(client_module, "LONGEST_RETRY_AFTER_S", 0.05)
    app = create_model_app(ModelSimulatorSettings(api_key=KEY, retry_after_s=600, behaviour="rate_limited"))
    began = time.monotonic()
    with running_app(app) as running:
        refused(ModelAccount("gpt-test", KEY, f"{running.url}/v1", max_retries=1))
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("retry_after", ["soon", "-5", "Wed, 21 Oct 2026 07:28:00 GMT", "nan"])
def test_a_wait_that_cannot_be_read_is_no_reason_to_fail(answerer: Answerer, retry_after: str) -> None:
    account = answerer.says("{}", 429, Retry_After=retry_after)
    assert type(refused(replace(account, max_retries=1))) is TransientModelError
    assert answerer.asked == 2


@pytest.mark.parametrize("retries", [0, 1])
@pytest.mark.parametrize(
    ("behaviour", "is_tried_again"),
    [("server_error", True), ("cut", False), ("quota", False), ("huge", False), ("refusal", False)],
)
def test_only_what_may_pass_and_has_cost_nothing_is_tried_again_at_once(
    model_server: Server, behaviour: str, is_tried_again: bool, retries: int
) -> None:
    account = model_server.account(behaviour, max_retries=retries)
    if behaviour == "refusal":
        ask(account)
    else:
        refused(account)
    assert model_server.total == 1 + is_tried_again * retries


def test_no_more_are_under_way_at_once_than_the_account_allows() -> None:
    app = create_model_app(ModelSimulatorSettings(api_key=KEY, latency_ms=60))
    with running_app(app) as running:
        asyncio.run(asked(ModelAccount("stand-in", KEY, f"{running.url}/v1", concurrency=3), 9))
        counts = app.state.stand_in.tally.counts()
    assert (counts["total"], counts["in_flight_most"]) == (9, 3)


def test_no_more_are_sent_in_a_minute_than_the_account_allows(model_server: Server) -> None:
    async def three() -> None:
        async with model_session(model_server.account(requests_per_minute=2)) as client:
            await asyncio.gather(*(_within(client, 0.5) for _ in range(3)))

    with pytest.raises(TimeoutError):
        asyncio.run(three())
    assert model_server.total == 2


async def _within(client: ModelClient, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        await client.ask(MESSAGES, answer_schema())


def test_neither_key_nor_prompt_nor_answer_reaches_the_log(
    model_server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    text = ask(model_server.account()).text
    for secret in (KEY, TOLD_IN_CONFIDENCE, text[:40], "sleep_pattern"):
        assert secret not in caplog.text


def test_an_account_shows_neither_its_key_nor_what_else_its_address_holds() -> None:
    account = ModelAccount("gpt-test", KEY, "https://anna:geheim@models.example:8443/openai/v1?token=4711")
    assert KEY not in repr(account)
    assert account.place == "models.example:8443/openai/v1"
    assert ModelAccount("gpt-test", KEY).place == "api.openai.com"
