"""The control routes under /simulator: clock, faults, tokens, counts, webhooks. For tests; Sahha has none of them."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from functools import wraps
from math import isfinite
from typing import Any, cast

import httpx
from starlette.requests import Request
from starlette.responses import Response

from hos_pipelines.simulator import answers, responses
from hos_pipelines.simulator.faults import DEFAULT_TIMEOUT_S, FAULT_KINDS, LONGEST_TIMEOUT_S, Fault, FaultKind
from hos_pipelines.simulator.person_view import PersonView
from hos_pipelines.simulator.simulation import Simulation
from hos_pipelines.simulator.webhooks import EVENT_TYPES, deliver, event_body
from hos_pipelines.simulator.wire import iso

_LONGEST_MOVE_HOURS = 24 * 3660
_YEARS = range(1990, 2201)
Endpoint = Callable[[Request], Awaitable[Response]]


class BadCommandError(Exception):
    """A control request that cannot be followed; the text says which field and what to send."""


def refuse_bad_commands(endpoint: Endpoint) -> Endpoint:
    """Turn a BadCommandError into a 400 that carries its sentence."""

    @wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadCommandError as error:
            return answers.failure(400, str(error))

    return answer


@refuse_bad_commands
async def move_clock(request: Request) -> Response:
    """POST {"at": ISO} or {"advance_hours": n}: move the virtual clock. Answers where it stands."""
    simulation, body = await _command(request)
    if "at" in body:
        simulation.clock.move_to(_instant(body["at"]))
    else:
        hours = _number(body, "advance_hours", -_LONGEST_MOVE_HOURS, _LONGEST_MOVE_HOURS)
        simulation.clock.advance(hours)
    return answers.as_json({"at": iso(simulation.clock.now())})


async def show_clock(request: Request) -> Response:
    """GET: the virtual instant, UTC."""
    simulation: Simulation = request.app.state.simulation
    return answers.as_json({"at": iso(simulation.clock.now())})


@refuse_bad_commands
async def set_fault(request: Request) -> Response:
    """POST {"external_id", "kind", "times": n or null, "seconds"}: make one person's next answers fail."""
    simulation, body = await _command(request)
    view = _person(simulation, body)
    if body.get("kind") not in FAULT_KINDS:
        raise BadCommandError(f"kind is unknown; send one of {', '.join(FAULT_KINDS)}.")
    times = body.get("times")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise BadCommandError("times must be a whole number from 1, or null for until cleared.")
    seconds = _number(body, "seconds", 0, LONGEST_TIMEOUT_S) if "seconds" in body else DEFAULT_TIMEOUT_S
    simulation.faults.put(view.person.external_id, Fault(cast("FaultKind", body["kind"]), times, seconds))
    return Response(status_code=204)


async def clear_faults(request: Request) -> Response:
    """DELETE: forget every fault set for a person."""
    request.app.state.simulation.faults.clear()
    return Response(status_code=204)


async def expire_tokens(request: Request) -> Response:
    """POST: every token issued so far becomes invalid."""
    request.app.state.simulation.tokens.expire_all()
    return Response(status_code=204)


async def show_requests(request: Request) -> Response:
    """GET: how many API requests came, by endpoint and by status."""
    return answers.as_json(request.app.state.simulation.tally.counts())


async def reset_requests(request: Request) -> Response:
    """DELETE: count from nothing again."""
    request.app.state.simulation.tally.reset()
    return Response(status_code=204)


@refuse_bad_commands
async def set_response(request: Request) -> Response:
    """POST {"external_id", "day", "onset", "sleep", "steps"}: what a lived day does to readings."""
    simulation, body = await _command(request)
    view = _person(simulation, body)
    response = responses.Response(
        int(_number(body, "onset", -responses.LARGEST_SHIFT_MINUTES, responses.LARGEST_SHIFT_MINUTES)),
        int(_number(body, "sleep", -responses.LARGEST_SHIFT_MINUTES, responses.LARGEST_SHIFT_MINUTES)),
        int(_number(body, "steps", -responses.MOST_STEPS, responses.MOST_STEPS)),
    )
    if not simulation.respond(view, _day(body), response):
        raise BadCommandError("lives_from is not set, so that nobody lives here; start the simulator with a day.")
    return Response(status_code=204)


@refuse_bad_commands
async def send_webhook(request: Request) -> Response:
    """POST {"external_id", "event"}: post the newest such event to the webhook address. Answers its status."""
    simulation, body = await _command(request)
    view, event, settings = _person(simulation, body), body.get("event"), simulation.settings
    if event not in EVENT_TYPES:
        raise BadCommandError(f"event is unknown; send one of {', '.join(EVENT_TYPES)}.")
    if settings.webhook_url is None:
        raise BadCommandError("webhook_url is not set; start the simulator with one.")
    payload = event_body(view, str(event))
    if payload is None:
        raise BadCommandError(
            f"{view.person.external_id} has no {event} yet; move the clock on or choose another event."
        )
    try:
        status = await deliver(
            settings.webhook_url, payload, settings.webhook_secret, view.person.external_id, str(event)
        )
    except httpx.HTTPError as error:
        return answers.failure(502, f"The webhook receiver did not answer ({type(error).__name__}); is it listening?")
    return answers.as_json({"status": status})


async def _command(request: Request) -> tuple[Simulation, dict[str, Any]]:
    try:
        body = await request.json()
    except ValueError as error:
        raise BadCommandError("The body is not JSON; send a JSON object.") from error
    if not isinstance(body, dict):
        raise BadCommandError("The body is not an object; send a JSON object.")
    return request.app.state.simulation, body


def _person(simulation: Simulation, body: dict[str, Any]) -> PersonView:
    view = simulation.view(str(body.get("external_id")))
    if view is None:
        raise BadCommandError("external_id is nobody here; send one such as sim-0001.")
    return view


def _instant(text: object) -> datetime:
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise BadCommandError("at is no instant; send one such as 2026-11-01T12:00:00Z.") from error
    if instant.utcoffset() is None or instant.year not in _YEARS:
        raise BadCommandError("at needs an offset and a year from 1990 to 2200; send one such as 2026-11-01T12:00:00Z.")
    return instant


def _day(body: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(str(body.get("day")))
    except ValueError as error:
        raise BadCommandError("day is no day; send one such as 2026-11-01.") from error


def _number(body: dict[str, Any], key: str, low: float, high: float) -> float:
    value = body.get(key)
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not isfinite(value)
        or not low <= value <= high
    ):
        raise BadCommandError(f"{key} must be a number from {low} to {high}.")
    return float(value)
