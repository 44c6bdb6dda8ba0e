"""Servers of other makes over real HTTP: older forms as a second try, remembered; and the right setting to blame."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hos_pipelines.analyst.account import Api, ModelAccount
from hos_pipelines.analyst.answers import answer_schema, read_answer
from hos_pipelines.analyst.client import Message, model_session
from hos_pipelines.analyst.engines import Case
from hos_pipelines.analyst.errors import (
    MisconfiguredModelError,
    ModelError,
    TransientModelError,
    UnusableReplyError,
)
from hos_pipelines.analyst.openai_analyst import OpenAIAnalyst
from hos_pipelines.analyst.prices import Unpriced
from hos_pipelines.analyst.replies import Reply
from hos_pipelines.simulator.model.app import create_model_app
from hos_pipelines.simulator.model.dialects import Dialect
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.simulator.server import running_app
from hos_pipelines_tests.analyst.ledger import MemoryLedger
from hos_pipelines_tests.analyst.people import circadian
from hos_pipelines_tests.report.people import known
from hos_pipelines_tests.simulator.model.asking import prompt

KEY = "sk-test-4711"
MESSAGES = [Message("system", "Write JSON."), Message("user", prompt())]
OLDER = {
    Dialect.AZURE: ("max_tokens", "json_schema", 1),
    Dialect.NO_NEW_LIMIT: ("max_tokens", "json_schema", 1),
    Dialect.NO_SCHEMA: ("max_completion_tokens", "json_object", 1),
    Dialect.NO_SHAPE: ("max_completion_tokens", None, 2),
    Dialect.NAMES_NOTHING: ("max_tokens", "json_object", 1),
}


async def one_by_one(account: ModelAccount, times: int) -> list[Reply]:
    async with model_session(account) as client:
        return [await client.ask(MESSAGES, answer_schema()) for _ in range(times)]


def ask(account: ModelAccount) -> Reply:
    return asyncio.run(one_by_one(account, 1))[0]


@contextmanager
def server_of(dialect: Dialect, **settings: Any) -> Iterator[tuple[ModelAccount, Any]]:
    """An account with a stand-in of this make, and its state."""
    app = create_model_app(ModelSimulatorSettings(dialect=dialect, api_key=KEY, **settings))
    with running_app(app) as running:
        yield ModelAccount("stand-in", KEY, f"{running.url}/v1", max_retries=0), app.state.stand_in


@pytest.mark.parametrize("dialect", OLDER)
def test_a_make_that_refuses_the_newer_form_gets_the_older_one_and_that_is_remembered(dialect: Dialect) -> None:
    limit, shape, refused = OLDER[dialect]
    with server_of(dialect) as (account, stand_in):
        replies = asyncio.run(one_by_one(account, 3))
        body = stand_in.last_request
        assert stand_in.tally.total == 3 + refused
    assert all(read_answer(reply.text).claims for reply in replies)
    assert {name for name in body if name.startswith("max_")} == {limit}
    assert body.get("response_format", {}).get("type") == shape


@pytest.mark.parametrize("dialect", OLDER)
def test_a_second_try_takes_no_room_of_its_own_and_the_ledger_holds_one_entry_a_reply(dialect: Dialect) -> None:
    ledger = MemoryLedger()
    with server_of(dialect) as (account, stand_in), OpenAIAnalyst(account, Unpriced(), ledger) as analyst:
        outcomes = analyst.write([Case(f"profile-{number}", circadian(known())) for number in range(3)])
        refused = stand_in.tally.total - 3
    assert [(one.fallback_reason, one.requests) for one in outcomes] == [(None, 1)] * 3
    assert ledger.outcomes == ["answered"] * 3
    assert sum(entry.tokens for entry in ledger.entries) == sum(one.usage.tokens for one in outcomes)
    assert refused >= OLDER[dialect][2]


def test_several_who_find_out_at_once_all_get_their_reply() -> None:
    async def at_once(account: ModelAccount) -> list[Reply]:
        async with model_session(account) as client:
            return await asyncio.gather(*(client.ask(MESSAGES, answer_schema()) for _ in range(6)))

    with server_of(Dialect.NAMES_NOTHING) as (account, _):
        assert len({reply.text for reply in asyncio.run(at_once(replace(account, concurrency=6)))}) == 1


class Saying:
    """A server that answers every request alike, as it is told, and what it was asked since."""

    def __init__(self) -> None:
        self.app = Starlette(routes=[Route("/{path:path}", self._say, methods=["POST"])])
        self.url = ""

    def account(self, status: int, body: object, **settings: Any) -> ModelAccount:
        """An account with it; from now on it says this."""
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self._answer = (body, status)
        return ModelAccount("gpt-test", KEY, f"{self.url}/v1", max_retries=0, **settings)

    async def _say(self, request: Request) -> Response:
        self.seen.append((request.url.path, await request.json()))
        return JSONResponse(*self._answer)


@pytest.fixture(scope="module")
def saying() -> Iterator[Saying]:
    """One server for all."""
    one = Saying()
    with running_app(one.app) as running:
        one.url = running.url
        yield one


def openai_error(message: str, code: str | None = None, param: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}}


def azure_error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


NO_DEPLOYMENT = azure_error("DeploymentNotFound", "The API deployment for this resource does not exist.")
QUOTA = {"error": {"message": "You exceeded your current quota.", "type": "insufficient_quota", "code": None}}
AZURE_SLOW = azure_error(
    "429", "Requests have exceeded call rate limit of your tier. See https://aka.ms/oai/quotaincrease for more quota."
)
WRONG_KEY = azure_error("401", "Access denied due to invalid subscription key or wrong API endpoint.")
TOO_MUCH = openai_error(
    "max_tokens is too large: 6000. This model supports at most 4096 completion tokens", None, "max"
)
TOO_LONG = openai_error("This model's maximum context length is 4096 tokens", "context_length_exceeded")
GONE = openai_error("The requested model 'gpt-test' does not exist.", "model_not_found", "model")
UNKNOWN, KEY_WRONG, ADDRESS = "HOS_OPENAI_MODEL: ", "OPENAI_API_KEY: ", "OPENAI_BASE_URL: "
WRONG, LATER, NOT_THIS = MisconfiguredModelError, TransientModelError, UnusableReplyError
BLAMES: list[tuple[int, object, type[ModelError], str]] = [
    (404, NO_DEPLOYMENT, WRONG, UNKNOWN),
    (404, openai_error("The model `gpt-test` does not exist", "model_not_found"), WRONG, UNKNOWN),
    (400, GONE, WRONG, UNKNOWN),
    (400, openai_error("Model Not Exist"), WRONG, UNKNOWN),
    (400, {"object": "error", "message": "Invalid model: gpt-test", "code": 1500}, WRONG, UNKNOWN),
    (403, openai_error("Project does not have access to it", "model_not_found"), WRONG, UNKNOWN),
    (404, {"error": "model 'gpt-test' not found, try pulling it first"}, WRONG, UNKNOWN),
    (401, WRONG_KEY, WRONG, "OPENAI_API_KEY, OPENAI_BASE_URL: "),
    (401, openai_error("Incorrect API key", "invalid_api_key"), WRONG, KEY_WRONG),
    (404, azure_error("404", "Resource not found"), WRONG, ADDRESS),
    (400, azure_error("BadRequest", "API version not supported"), WRONG, ADDRESS),
    (404, {"detail": "Not Found"}, WRONG, ADDRESS),
    (429, QUOTA, WRONG, KEY_WRONG),
    (429, azure_error("insufficient_quota", "You exceeded your current quota"), WRONG, KEY_WRONG),
    (402, openai_error("Insufficient Balance"), WRONG, KEY_WRONG),
    (429, AZURE_SLOW, LATER, "127.0.0.1"),
    (429, openai_error("Rate limit reached", "rate_limit_exceeded"), LATER, "127.0.0.1"),
    (400, TOO_MUCH, WRONG, "HOS_OPENAI_MAX_OUTPUT_TOKENS: "),
    (400, TOO_LONG, NOT_THIS, UNKNOWN),
    (400, azure_error("content_filter", "The response was filtered"), NOT_THIS, "the content filter of "),
    (400, {"message": "Bad Request"}, NOT_THIS, "127.0.0.1"),
]


@pytest.mark.parametrize("api", ["auto", "responses", "chat_completions"])
@pytest.mark.parametrize("blame", BLAMES, ids=lambda blame: f"{blame[0]} {blame[1]}"[:60])
def test_the_sentence_names_the_setting_that_mends_it(
    saying: Saying, blame: tuple[int, object, type[ModelError], str], api: Api
) -> None:
    status, body, kind, sentence = blame
    with pytest.raises(ModelError) as error:
        ask(saying.account(status, body, api=api))
    if sentence == "OPENAI_BASE_URL: " and api != "auto" and status == 404:
        sentence = "HOS_OPENAI_API: "
        assert "OPENAI_BASE_URL" in str(error.value)
    assert (type(error.value), str(error.value)[: len(sentence)]) == (kind, sentence)
    assert KEY not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "This is not a chat model and thus not supported in the v1/chat/completions endpoint.",
        "This model is only supported in v1/responses and not in v1/chat/completions.",
        "The chatCompletion operation does not work with the specified model, gpt-test.",
    ],
)
def test_a_model_that_knows_the_other_way_alone_is_asked_that_way(saying: Saying, text: str) -> None:
    body = openai_error(text, param="model")
    with pytest.raises(MisconfiguredModelError):
        ask(saying.account(400, body))
    assert [path for path, _ in saying.seen] == ["/v1/chat/completions", "/v1/responses"]
    with pytest.raises(MisconfiguredModelError) as error:
        ask(saying.account(400, body, api="chat_completions"))
    assert str(error.value).startswith("HOS_OPENAI_API: ")


def test_a_request_refused_for_itself_is_sent_no_more_than_twice_and_never_again_once_a_form_has_passed(
    saying: Saying,
) -> None:
    with pytest.raises(UnusableReplyError):
        ask(saying.account(400, {"message": "Bad Request"}))
    assert len(saying.seen) == 2
    answers = [JSONResponse({"choices": [{"message": {"content": "Fine."}}]}), JSONResponse({}, 400)]
    seen: list[object] = []

    async def then_not(request: Request) -> Response:
        seen.append(request)
        return answers[min(len(seen) - 1, 1)]

    with (
        running_app(Starlette(routes=[Route("/v1/chat/completions", then_not, methods=["POST"])])) as running,
        pytest.raises(UnusableReplyError),
    ):
        asyncio.run(one_by_one(ModelAccount("m", KEY, f"{running.url}/v1", max_retries=0), 2))
    assert len(seen) == 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": {"code": 402, "message": "Insufficient credits"}}, MisconfiguredModelError),
        ({"error": {"code": "rate_limit_exceeded", "message": "slow down"}}, TransientModelError),
        ({"status": "failed", "error": {"code": "server_error", "message": "no"}, "output": []}, TransientModelError),
        ({"error": {"code": "model_not_found", "message": "no"}}, MisconfiguredModelError),
    ],
)
def test_a_failure_under_a_status_of_success_is_one(
    saying: Saying, body: dict[str, Any], kind: type[ModelError]
) -> None:
    for api in ("chat_completions", "responses"):
        with pytest.raises(ModelError) as error:
            ask(saying.account(200, body, api=api))
        assert type(error.value) is kind
        assert json.dumps(body) not in str(error.value)


def test_azure_says_what_it_says_and_is_understood() -> None:
    with server_of(Dialect.AZURE, unknown_models=("gone",)) as (account, stand_in):
        changes: list[tuple[dict[str, Any], str]] = [
            ({"api_key": "wrong"}, "OPENAI_API_KEY, OPENAI_BASE_URL: "),
            ({"model": "gone"}, "HOS_OPENAI_MODEL: "),
            ({"model": "stand-in/quota"}, "OPENAI_API_KEY: "),
            ({"model": "stand-in/rate_limited"}, "127.0.0.1"),
        ]
        for changed, sentence in changes:
            with pytest.raises(ModelError, match=f"^{sentence}"):
                ask(replace(account, **changed))
        assert stand_in.tally.counts()["responses"] == 0
