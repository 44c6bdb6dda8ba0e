"""Requests that get no answer: OpenAI's client raises for each what it would raise for OpenAI."""

import asyncio
import time
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI

from hos_pipelines_tests.simulator.model.asking import APIS, SCHEMA, Api, Asker, prompt
from hos_pipelines_tests.simulator.model.conftest import Start

both = pytest.mark.parametrize("api", APIS)


@both
def test_another_key_is_refused(asker: Asker, api: Api) -> None:
    stranger = Asker(asker.client.with_options(api_key="sk-other"), asker.http)
    with pytest.raises(openai.AuthenticationError) as refused:
        stranger.said(api, prompt())
    assert refused.value.code == "invalid_api_key"
    assert "sk-other" not in refused.value.message
    with pytest.raises(openai.AuthenticationError):
        stranger.client.models.list()
    assert asker.counts()["by_behaviour"] == {}


def test_without_a_key_of_its_own_it_takes_any(start: Start) -> None:
    asker = start(api_key=None)
    assert Asker(asker.client.with_options(api_key="sk-other"), asker.http).claims("chat", prompt())


@both
@pytest.mark.parametrize("model", ["no-such-model", "gpt-gone", "stand-in/kind"])
def test_an_unknown_model_is_not_found(asker: Asker, api: Api, model: str) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        asker.said(api, prompt(), model)
    assert (refused.value.code, refused.value.type) == ("model_not_found", "invalid_request_error")


@both
def test_a_rate_limit_passes_and_the_client_waits_as_long_as_told(asker: Asker, api: Api) -> None:
    asker.behave("rate_limited", times=3)
    with pytest.raises(openai.RateLimitError) as limited:
        asker.said(api, prompt())
    assert limited.value.code == "rate_limit_exceeded"
    headers = limited.value.response.headers
    assert (headers["retry-after"], headers["retry-after-ms"]) == ("0.05", "50")
    patient = Asker(asker.client.with_options(max_retries=2), asker.http)
    began = time.monotonic()
    assert patient.claims(api, prompt())
    assert 0.1 <= time.monotonic() - began < 0.6
    assert asker.counts()["by_behaviour"] == {"rate_limited": 3, "well_behaved": 1}


@both
def test_a_quota_that_is_used_up_is_a_rate_limit_of_another_code(asker: Asker, api: Api) -> None:
    with pytest.raises(openai.RateLimitError) as limited:
        asker.said(api, prompt(), "stand-in/quota")
    assert limited.value.code == "insufficient_quota"
    assert "retry-after" not in limited.value.response.headers


@both
def test_a_server_error_is_one(asker: Asker, api: Api) -> None:
    with pytest.raises(openai.InternalServerError) as failed:
        asker.said(api, prompt(), "stand-in/server_error")
    assert (failed.value.status_code, failed.value.type) == (500, "server_error")
    assert failed.value.request_id == "req_1"


@both
def test_a_cut_connection_is_a_connection_error(asker: Asker, api: Api) -> None:
    with pytest.raises(openai.APIConnectionError) as failed:
        asker.said(api, prompt(), "stand-in/cut")
    assert not isinstance(failed.value, openai.APITimeoutError)
    assert asker.claims(api, prompt())


@both
def test_a_slow_answer_times_out_and_is_well_for_those_who_wait(start: Start, api: Api) -> None:
    asker = start(slow_s=0.3)
    began = time.monotonic()
    assert asker.claims(api, prompt(), "stand-in/slow") == asker.claims(api, prompt())
    assert time.monotonic() - began >= 0.3
    hasty = Asker(asker.client.with_options(timeout=0.1), asker.http)
    with pytest.raises(openai.APITimeoutError):
        hasty.said(api, prompt(), "stand-in/slow")


def test_who_gives_up_holds_nothing_up(start: Start) -> None:
    asker = start(slow_s=60.0)
    with pytest.raises(openai.APITimeoutError):
        asker.client.with_options(timeout=0.1).responses.create(model="stand-in/slow", input="Hello.")
    began = time.monotonic()
    assert asker.claims("chat", prompt())
    assert time.monotonic() - began < 2


def test_latency_is_added_to_every_answer_and_requests_run_side_by_side(start: Start) -> None:
    asker = start(latency_ms=200)

    async def ask_eight_times() -> None:
        async with AsyncOpenAI(base_url=str(asker.client.base_url), api_key="stand-in") as client:
            await asyncio.gather(*(client.responses.create(model="gpt-test", input=prompt()) for _ in range(8)))

    began = time.monotonic()
    asyncio.run(ask_eight_times())
    assert 0.2 <= time.monotonic() - began < 1.4
    assert asker.counts() == {
        "total": 8, "chat": 0, "responses": 8, "by_behaviour": {"well_behaved": 8}, "in_flight_most": 8,
    }  # fmt: skip


def test_a_stream_is_refused_with_a_reason(asker: Asker) -> None:
    with pytest.raises(openai.BadRequestError, match="does not stream"):
        asker.client.chat.completions.create(
            model="gpt-test", messages=[{"role": "user", "content": "Hello."}], stream=True
        )
    with pytest.raises(openai.BadRequestError, match="does not stream"):
        asker.client.responses.create(model="gpt-test", input="Hello.", stream=True)


_MESSAGES = [{"role": "user", "content": "Hello."}]
_OPEN_SCHEMA = {"type": "object", "properties": {"claims": SCHEMA["properties"]["claims"]}, "required": ["claims"]}
_BROKEN = SCHEMA | {"properties": {"claims": "array"}}
_OPTIONAL = SCHEMA | {"required": []}


@pytest.mark.parametrize(
    ("path", "body", "param"),
    [
        ("chat/completions", {"messages": _MESSAGES}, "model"),
        ("chat/completions", {"model": "m"}, "messages"),
        ("chat/completions", {"model": "m", "messages": [{"content": "Hello."}]}, "messages[0]"),
        ("chat/completions", {"model": "m", "messages": [{"role": "user"}]}, "messages[0].content"),
        ("chat/completions", {"model": "m", "messages": _MESSAGES, "max_tokens": 0}, "max_tokens"),
        ("chat/completions", {"model": "m", "messages": _MESSAGES, "response_format": "json"}, "response_format.type"),
        (
            "chat/completions",
            {"model": "m", "messages": _MESSAGES, "response_format": {"type": "json_schema", "name": "a"}},
            "response_format.json_schema.name",
        ),
        ("responses", {"model": "m"}, "input"),
        ("responses", {"model": "m", "input": "Hello.", "text": "json"}, "text"),
        ("responses", {"model": "m", "input": "Hello.", "previous_response_id": "resp_1"}, "previous_response_id"),
        (
            "responses",
            {"model": "m", "input": "Hello.", "text": {"format": {"type": "json_schema", "name": "a"}}},
            "text.format.schema",
        ),
    ],
)
def test_a_request_openai_would_refuse_is_refused(asker: Asker, path: str, body: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        asker.client.post(f"/{path}", cast_to=object, body=body)
    assert (refused.value.param, refused.value.type) == (param, "invalid_request_error")


@pytest.mark.parametrize(
    ("schema", "why"),
    [(_OPEN_SCHEMA, "additionalProperties"), (_OPTIONAL, "required"), (_BROKEN, "an object was expected")],
)
def test_a_strict_schema_has_to_be_closed_and_to_require_everything(
    asker: Asker, schema: dict[str, Any], why: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=why) as refused:
        asker.client.responses.create(
            model="gpt-test",
            input="Hello.",
            text={"format": {"type": "json_schema", "name": "answer", "strict": True, "schema": schema}},
        )
    assert refused.value.code == "invalid_json_schema"


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_refused_as_such(asker: Asker, content: bytes) -> None:
    answer = asker.http.post("/v1/responses", content=content, headers={"Authorization": "Bearer stand-in"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_any_other_address_is_an_invalid_url(asker: Asker) -> None:
    with pytest.raises(openai.NotFoundError, match="Invalid URL"):
        asker.client.embeddings.create(model="gpt-test", input="Hello.")
    assert asker.http.get("/v1/responses").json()["error"]["message"] == "Invalid URL (GET /v1/responses)"
