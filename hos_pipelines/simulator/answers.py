"""HTTP answers: JSON rows, Sahha's error bodies, and the broken answers that faults send. No decision is made here."""

from asyncio import timeout
from http import HTTPStatus

import orjson
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

_JSON = "application/json; charset=utf-8"
_HTML = (
    "<!DOCTYPE html><html><head><title>Service unavailable</title></head><body><h1>Please try again</h1></body></html>"
)


def as_json(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A compact JSON answer."""
    return Response(orjson.dumps(content), status, headers=headers, media_type=_JSON)


def failure(status: int, title: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """An error with Sahha's body: title, statusCode, location, errors."""
    phrase = HTTPStatus(status).phrase
    content = {"title": title or phrase, "statusCode": status, "location": "domain", "errors": []}
    return as_json(content, status, headers)


def bad_request() -> Response:
    """400 as Sahha sends it: plain text."""
    return Response("Bad Request", 400, media_type="text/plain")


def internal_error() -> Response:
    """The 500 that real sample profiles return."""
    return failure(500, "An internal exception has occurred.")


def too_many() -> Response:
    """429 with a second to wait."""
    return failure(429, headers={"Retry-After": "1"})


def web_page() -> Response:
    """What a proxy in front of the API sends: HTML with status 200."""
    return Response(_HTML, media_type="text/html")


class CutAnswer(Response):
    """Promises a whole body, sends half, and lets the server drop the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        half = bytes(self.body)[: max(1, len(self.body) // 2)]
        await send({"type": "http.response.body", "body": half, "more_body": True})


class LateAnswer(Response):
    """Answers 504 only after `seconds`, or stops as soon as the caller has given up."""

    def __init__(self, seconds: float) -> None:
        super().__init__(status_code=504)
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with timeout(self._seconds):
                await _wait_for_disconnect(receive)
        except TimeoutError:
            await super().__call__(scope, receive, send)


async def _wait_for_disconnect(receive: Receive) -> None:
    message: Message = {}
    while message.get("type") != "http.disconnect":
        message = await receive()
