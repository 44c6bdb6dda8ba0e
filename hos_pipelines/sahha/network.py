"""Connections to Sahha: aiohttp's under httpx's client, because they take half the processor time of httpx's own.

Sends what httpx has written, byte by byte, once, and hands on what comes; knows nothing of limits, turns and retries.
"""

import asyncio
import select
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import ClassVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakSet

import aiohttp
import httpx
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict
from yarl import URL

from hos_pipelines.sahha.errors import MisconfiguredError

# As long as httpx keeps them: servers commonly close what has been idle for 5 s or more.
IDLE_S = 5.0
LONGEST_HEADER = 2**16
TLS = "https"
PROXY_SCHEMES = ("http", TLS)
# What aiohttp would add on its own where a request does not say it.
ADDED_BY_AIOHTTP = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class Connections(httpx.AsyncBaseTransport):
    """At most so many connections at once, through a proxy if one is named. Opened by the first request."""

    def __init__(self, most: int, proxy: str | None = None) -> None:
        self._most = most
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request, its body still to be read; as compressed as it comes.

        Raises:
            EndedWhileAskedError: the connection was one kept from before, and has ended; the request may be sent again.
            httpx.TransportError: as httpx's own connections do.
        """
        FreshRequest.is_on_kept_connection.set(False)
        if self._session is None:
            self._session = self._open(request.url.scheme)
        with _errors_of_httpx():
            try:
                answer = await self._ask(self._session, request)
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
                if isinstance(error, aiohttp.ClientConnectorError) or not FreshRequest.is_on_kept_connection.get():
                    raise
                raise EndedWhileAskedError(str(error)) from error
        return httpx.Response(answer.status, headers=answer.raw_headers, stream=AnswerBody(answer))

    async def aclose(self) -> None:
        """Closes all connections."""
        if self._session is not None:
            await self._session.close()

    async def _ask(self, session: aiohttp.ClientSession, request: httpx.Request) -> aiohttp.ClientResponse:
        for _ in range(self._most):  # each is closed with its error, and no more are kept
            with suppress(StaleConnectionError):
                return await _send(session, request)
        return await _send(session, request)

    def _open(self, scheme: str) -> aiohttp.ClientSession:
        # Reading all certificates takes some 40 ms, which an address without TLS need not pay.
        tls = _tls() if TLS in (scheme, urlsplit(self._proxy or "").scheme) else True
        connector = aiohttp.TCPConnector(
            limit=self._most, ssl=tls, keepalive_timeout=IDLE_S, resolver=aiohttp.ThreadedResolver()
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            request_class=FreshRequest,
            skip_auto_headers=ADDED_BY_AIOHTTP,
            auto_decompress=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            proxy=self._proxy,
        )
        # A request that fails on a connection kept from before would be sent again here, with no turn of its own.
        session._retry_connection = False  # noqa: SLF001  there is no public way; a test counts what is sent
        return session


class EndedWhileAskedError(httpx.RemoteProtocolError):
    """A connection kept from before was closed just as a request went over it: nothing of an answer has come."""


class StaleConnectionError(aiohttp.ServerDisconnectedError):
    """A kept connection is closed, or holds something that nobody asked for. Nothing was sent over it."""


class FreshRequest(aiohttp.ClientRequest):
    """A request that is sent only where its answer is the next to come: what lies there before is somebody else's."""

    _asked: ClassVar[WeakSet[object]] = WeakSet()
    is_on_kept_connection: ClassVar[ContextVar[bool]] = ContextVar("is_on_kept_connection", default=False)

    async def send(self, conn: "aiohttp.connector.Connection") -> aiohttp.ClientResponse:
        """Writes the request.

        Raises:
            StaleConnectionError: the connection cannot be used again.
        """
        protocol = conn.protocol
        if protocol is None or protocol.should_close or (protocol in self._asked and _is_readable(conn.transport)):
            raise StaleConnectionError
        self.is_on_kept_connection.set(protocol in self._asked)
        self._asked.add(protocol)
        return await super().send(conn)


class AnswerBody(httpx.AsyncByteStream):
    """The body of an answer, read once; its connection is free again after the last byte, and closed before it."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    def __aiter__(self) -> "AnswerBody":
        return self

    async def __anext__(self) -> bytes:
        """The next bytes, as many as have come.

        Raises:
            httpx.TransportError: none come in time, or no more where there should be some.
        """
        with _errors_of_httpx():
            piece = await self._answer.content.readany()
        if not piece:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """Lets go of the connection."""
        self._answer.close()


def connections_to(base_url: str, most: int) -> Connections:
    """Connections for an account, through the proxy that the environment names for its address, if any.

    Raises:
        MisconfiguredError: it names one that cannot be used.
    """
    url, proxies = urlsplit(base_url), getproxies()
    name = next((name for name in (url.scheme, "all") if proxies.get(name)), None)
    if name is None or proxy_bypass(url.hostname or ""):
        return Connections(most)
    if not _is_proxy(proxies[name]):
        raise MisconfiguredError(
            f"{name.upper()}_PROXY: is no address of an HTTP proxy; use one such as http://proxy.example:3128, or list "
            "Sahha's host in NO_PROXY."
        )
    return Connections(most, proxies[name])


async def _send(session: aiohttp.ClientSession, request: httpx.Request) -> aiohttp.ClientResponse:
    seconds = request.extensions["timeout"]
    return await session.request(
        request.method,
        _as_httpx_writes(request.url),
        headers=CIMultiDict((name.decode(), value.decode()) for name, value in request.headers.raw),
        data=request.content or None,
        allow_redirects=False,
        timeout=aiohttp.ClientTimeout(
            connect=seconds["pool"], sock_connect=seconds["connect"], sock_read=seconds["read"]
        ),
    )


def _is_readable(transport: asyncio.Transport | None) -> bool:
    """Whether something has arrived that the event loop has not read yet: an end, or an answer to nothing."""
    socket = None if transport is None else transport.get_extra_info("socket")
    if socket is None or socket.fileno() < 0:
        return True
    look = select.poll()
    look.register(socket.fileno(), select.POLLIN)
    return bool(look.poll(0))


def _is_proxy(address: str) -> bool:
    try:
        proxy = urlsplit(address)
        is_host = bool((proxy.hostname or "").encode("idna"))  # as it is written when its address is looked up
        is_port = proxy.port != 0
    except ValueError:
        return False
    return is_host and is_port and proxy.scheme in PROXY_SCHEMES


def _tls() -> ssl.SSLContext:
    """httpx's settings: its certificates, or those of SSL_CERT_FILE and SSL_CERT_DIR.

    Raises:
        MisconfiguredError: the file holds none.
    """
    try:
        context = httpx.create_ssl_context()
    except OSError as error:  # an error of OpenSSL is one, too
        raise MisconfiguredError(
            f"SSL_CERT_FILE: holds no certificates that can be read ({type(error).__name__}); name a file in PEM "
            "format, or unset it."
        ) from error
    context.set_alpn_protocols(["http/1.1"])
    return context


def _as_httpx_writes(url: httpx.URL) -> URL:
    """The address as httpx writes it, which aiohttp would write anew: `%2E%2E` as the folder above. Without a user."""
    return URL(f"{url.scheme}://{url.netloc.decode()}{url.raw_path.decode()}", encoded=True)


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        kind = httpx.ConnectTimeout if isinstance(error, aiohttp.ConnectionTimeoutError) else httpx.ReadTimeout
        raise kind(str(error)) from error
    except aiohttp.ClientConnectorError as error:
        raise httpx.ConnectError(str(error)) from error
    except aiohttp.ClientHttpProxyError as error:
        raise httpx.ProxyError(str(error)) from error
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise httpx.UnsupportedProtocol(str(error)) from error
    except aiohttp.ClientOSError as error:
        raise httpx.ReadError(str(error)) from error
    except (aiohttp.ClientError, HttpProcessingError) as error:
        raise httpx.RemoteProtocolError(str(error)) from error
