"""The control routes under /simulator: behaviours and counts. For tests; OpenAI has none of them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from hos_pipelines.simulator.answers import as_json, failure
from hos_pipelines.simulator.controls import BadCommandError, refuse_bad_commands
from hos_pipelines.simulator.model.behaviours import BEHAVIOURS, Behaviour
from hos_pipelines.simulator.model.stand_in import StandIn


@refuse_bad_commands
async def queue_behaviour(request: Request) -> Response:
    """POST {"behaviour": name, "times": n or null}: for the next n requests not yet spoken for, or from then on."""
    body = await _command(request)
    name, times = body.get("behaviour"), body.get("times")
    if name not in BEHAVIOURS:
        raise BadCommandError(f"behaviour is unknown; send one of {', '.join(BEHAVIOURS)}.")
    if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
        raise BadCommandError("times must be a whole number from 1, or null for until cleared.")
    _stand_in(request).behaviours.put(Behaviour(name), times)
    return Response(status_code=204)


async def clear_behaviours(request: Request) -> Response:
    """DELETE: back to the default behaviour."""
    _stand_in(request).behaviours.clear()
    return Response(status_code=204)


async def show_requests(request: Request) -> Response:
    """GET: how many requests came, by API and by behaviour, and how many at once."""
    return as_json(_stand_in(request).tally.counts())


async def reset_requests(request: Request) -> Response:
    """DELETE: count from nothing again, and forget the last request."""
    _stand_in(request).tally.reset()
    _stand_in(request).last_request = None
    return Response(status_code=204)


async def show_last_request(request: Request) -> Response:
    """GET: the body of the last request whose key was right."""
    body = _stand_in(request).last_request
    return failure(404, "No request came yet; ask the model something first.") if body is None else as_json(body)


def _stand_in(request: Request) -> StandIn:
    stand_in: StandIn = request.app.state.stand_in
    return stand_in


async def _command(request: Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError as error:
        raise BadCommandError("The body is not JSON; send a JSON object.") from error
    if not isinstance(body, dict):
        raise BadCommandError("The body is not an object; send a JSON object.")
    return body
