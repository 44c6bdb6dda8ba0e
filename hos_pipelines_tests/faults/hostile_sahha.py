"""A Sahha that means harm: raw sockets that answer each person with what breaks clients, and everybody else well."""

import asyncio
import json
import ssl
import zlib
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import unquote, urlsplit

MEGABYTE = 2**20
ROW = {
    "id": "b1", "category": "activity", "type": "steps", "periodicity": "daily", "aggregation": "total",
    "value": "8123", "unit": "count", "valueType": "integer",
    "startDateTime": "2026-10-30T00:00:00+02:00", "endDateTime": "2026-10-30T23:59:59+02:00",
}  # fmt: skip
GOOD_ROW = json.dumps(ROW).encode()

Act = Callable[[StreamWriter], Awaitable[None]]


@dataclass
class Hostile:
    """What it does about whom, at the login and at the search; whose tokens it saw, and where."""

    acts: Mapping[str, Act] = field(default_factory=dict)
    login: Act | None = None
    search: Callable[[int], Act] | None = None
    url: str = ""
    elsewhere: str = ""
    asked: list[str] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    open_connections: int = 0
    carried_elsewhere: list[bytes] = field(default_factory=list)


def answer(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> Act:
    """A whole answer."""

    async def act(writer: StreamWriter) -> None:
        lines = [b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), b"Content-Type: application/json", *headers]
        writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        await writer.drain()

    return act


def endless(piece: bytes, *, times: int = 10**9, pause_s: float = 0.0, head: bytes = b"") -> Act:
    """A body without a length that goes on for so many pieces."""

    async def act(writer: StreamWriter) -> None:
        writer.write(head or b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        for _ in range(times):
            writer.write(piece)
            await writer.drain()
            if pause_s:
                await asyncio.sleep(pause_s)
        writer.close()

    return act


def zipped(size_mb: int) -> Act:
    """A small body that is large once it is decompressed."""
    packer = zlib.compressobj(9, wbits=31)
    body = b"".join(packer.compress(b" " * MEGABYTE) for _ in range(size_mb)) + packer.flush()
    return answer(body, b"Content-Encoding: gzip")


def redirect(location: str) -> Act:
    """Elsewhere."""
    return answer(b"", b"Location: " + location.encode(), status=b"302 Found")


def cut(sent: bytes) -> Act:
    """So much, and no more."""

    async def act(writer: StreamWriter) -> None:
        writer.write(sent)
        await writer.drain()
        writer.close()

    return act


def once_and_gone() -> Act:
    """A good answer on a connection that was said to be kept, and is closed."""

    async def act(writer: StreamWriter) -> None:
        await answer(b"[]", b"Connection: keep-alive")(writer)
        writer.close()

    return act


@contextmanager
def hostile_sahha(hostile: Hostile, tls: ssl.SSLContext | None = None) -> Iterator[Hostile]:
    """Runs it, and beside it the host to which it redirects, which notes what it is sent."""
    loop = asyncio.new_event_loop()
    ready: list[asyncio.Server] = []

    async def serve() -> None:
        main = await asyncio.start_server(lambda r, w: _converse(hostile, r, w), "127.0.0.1", 0, ssl=tls)
        other = await asyncio.start_server(lambda r, w: _overhear(hostile, r, w), "127.0.0.1", 0)
        hostile.url, hostile.elsewhere = (
            f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}" for server in (main, other)
        )
        ready.extend((main, other))

    loop.run_until_complete(serve())
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield hostile
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        for server in ready:
            server.close()
        loop.run_until_complete(asyncio.sleep(0.05))
        loop.close()


async def _overhear(hostile: Hostile, reader: StreamReader, writer: StreamWriter) -> None:
    hostile.carried_elsewhere.append(await reader.readuntil(b"\r\n\r\n"))
    await answer(b"[]")(writer)


async def _converse(hostile: Hostile, reader: StreamReader, writer: StreamWriter) -> None:
    hostile.open_connections += 1
    with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
        while not writer.is_closing():
            raw = await reader.readuntil(b"\r\n\r\n")
            head = raw.decode("latin-1")
            target, length = head.split(" ", 2)[1], 0
            for line in head.split("\r\n"):
                if line.lower().startswith("content-length:"):
                    length = int(line.partition(":")[2])
            hostile.heard.append(raw + await reader.readexactly(length))
            hostile.asked.append(target)
            await _act_for(hostile, target)(writer)
    writer.close()
    hostile.open_connections -= 1


def _act_for(hostile: Hostile, target: str) -> Act:
    url = urlsplit(target)
    if url.path.endswith("/oauth/account/token"):
        return hostile.login or answer(b'{"accountToken": "token-of-the-account", "expiresIn": 86400}')
    if url.path.endswith("/account/profile/search"):
        page = int(url.query.partition("currentPage=")[2].partition("&")[0])
        return hostile.search(page) if hostile.search else answer(b'{"items": [], "totalCount": 0}')
    who = unquote(url.path.rpartition("/")[2])
    if who in hostile.acts:
        return hostile.acts[who]
    return answer(b"[" + GOOD_ROW + b"]") if "/biomarker/" in url.path else answer(b"[]")
