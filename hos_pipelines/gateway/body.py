"""Reads a request's body without ever holding more of it than is allowed."""

import asyncio
from contextlib import aclosing

from starlette.exceptions import HTTPException
from starlette.requests import Request

LARGEST_BODY = 1024 * 1024
BODY_WITHIN_S = 30


async def read_body(request: Request) -> bytes:
    """The body, of at most 1 MiB; a longer one is not read, or only so far.

    Raises:
        HTTPException: 413 where it is too long, 408 where it does not arrive.
        ClientDisconnect: the sender left before the end.
    """
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or len(declared) > len(str(LARGEST_BODY)) or int(declared) > LARGEST_BODY:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN_S), aclosing(request.stream()) as stream:
            async for chunk in stream:
                body += chunk
                if len(body) > LARGEST_BODY:
                    raise _too_large()
    except TimeoutError:
        raise HTTPException(408, f"body: did not arrive within {BODY_WITHIN_S} s; send it again.") from None
    return bytes(body)


def _too_large() -> HTTPException:
    return HTTPException(413, f"body: must have at most {LARGEST_BODY} bytes.")
