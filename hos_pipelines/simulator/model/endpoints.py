"""The API's endpoints. Order of checks: delay, key, body, model, behaviour."""

from asyncio import timeout
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hos_pipelines.simulator.answers import CutAnswer, as_json
from hos_pipelines.simulator.model.behaviours import BEHAVIOURS, Behaviour
from hos_pipelines.simulator.model.conversation import Conversation, read_chat, read_response
from hos_pipelines.simulator.model.dialects import refusal, tell
from hos_pipelines.simulator.model.failures import (
    ApiError,
    bad_request,
    insufficient_quota,
    invalid_api_key,
    invalid_url,
    rate_limited,
    server_error,
)
from hos_pipelines.simulator.model.reply import CREATED_AT, SimulatedReply, chat_completion, response
from hos_pipelines.simulator.model.stand_in import NAMED_PREFIX, StandIn


@dataclass(frozen=True, slots=True)
class _Api:
    """One of the two ways to ask: its name, how a request is read and how a reply is written."""

    name: str
    read: Callable[[dict[str, Any]], Conversation]
    write: Callable[[SimulatedReply, dict[str, Any]], dict[str, Any]]


_CHAT = _Api("chat", read_chat, chat_completion)
_RESPONSES = _Api("responses", read_response, response)


async def chat_completions(request: Request) -> Response:
    """POST /v1/chat/completions."""
    return await _ask(request, _CHAT)


async def responses(request: Request) -> Response:
    """POST /v1/responses."""
    return await _ask(request, _RESPONSES)


async def models(request: Request) -> Response:
    """GET /v1/models: the names that choose a behaviour. Any other name is known as well."""
    try:
        _check_key(request)
    except ApiError as error:
        return error.response()
    names = ["stand-in", *(f"{NAMED_PREFIX}{name}" for name in BEHAVIOURS)]
    data = [{"id": name, "object": "model", "created": CREATED_AT, "owned_by": "hos"} for name in names]
    return as_json({"object": "list", "data": data})


async def unknown_url(request: Request, _error: Exception) -> Response:
    """Any other address or method."""
    stand_in: StandIn = request.app.state.stand_in
    return tell(stand_in.settings.dialect, invalid_url(request.method, request.url.path))


async def _ask(request: Request, api: _Api) -> Response:
    stand_in: StandIn = request.app.state.stand_in
    with stand_in.tally.request(api.name):
        body = await _body(request)
        await _pause(request, stand_in.settings.latency_ms / 1000)
        try:
            _check_key(request)
            answer = await _respond(request, api, body)
        except ApiError as error:
            answer = tell(stand_in.settings.dialect, error)
        answer.headers["x-request-id"] = f"req_{stand_in.tally.total}"
        return answer


async def _respond(request: Request, api: _Api, body: dict[str, Any] | None) -> Response:
    stand_in: StandIn = request.app.state.stand_in
    if body is None:
        raise bad_request("We could not parse the JSON body of your request; it has to be an object.")
    stand_in.last_request = body
    if (refused := refusal(stand_in.settings.dialect, api.name, body)) is not None:
        return refused
    conversation = api.read(body)
    behaviour = stand_in.behaviour_for(conversation.model)
    _fail(behaviour, conversation, stand_in.settings.retry_after_s)
    if behaviour is Behaviour.SLOW:
        await _pause(request, stand_in.settings.slow_s)
    answer = as_json(api.write(stand_in.reply(api.name, conversation, behaviour), body))
    if behaviour is Behaviour.CUT:
        return CutAnswer(answer.body, headers=dict(answer.headers))
    return answer


def _fail(behaviour: Behaviour, conversation: Conversation, retry_after_s: float) -> None:
    if behaviour is Behaviour.RATE_LIMITED:
        raise rate_limited(conversation.model, retry_after_s)
    if behaviour is Behaviour.QUOTA:
        raise insufficient_quota()
    if behaviour is Behaviour.SERVER_ERROR:
        raise server_error()


def _check_key(request: Request) -> None:
    held = request.app.state.stand_in.settings.api_key
    given = request.headers.get("authorization", "")
    if held is not None and not compare_digest(given.encode(), f"Bearer {held}".encode()):
        raise invalid_api_key()


async def _body(request: Request) -> dict[str, Any] | None:
    try:
        body = await request.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


async def _pause(request: Request, seconds: float) -> None:
    """Wait, or stop waiting as soon as the caller has given up. Only once the body was read."""
    if not seconds:
        return
    with suppress(TimeoutError):
        async with timeout(seconds):
            while (await request.receive())["type"] != "http.disconnect":
                pass
