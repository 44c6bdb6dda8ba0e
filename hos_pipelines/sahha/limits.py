"""What one exchange with Sahha may take, whatever it sends: seconds from the request to the last byte, and bytes of
body after decompression. Beyond that the connection is closed.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Iterator

import httpx

from hos_pipelines.sahha.auth import TOKEN_PATH
from hos_pipelines.sahha.errors import EndlessError, MisconfiguredError, PermanentError, SahhaError, TransientError

# 400 days of a person with every type come to about 3 MB; a run holds as many answers as it asks at once, 8 by default.
MOST_BYTES = 16 * 2**20
# A connection and the first byte may each take up to a time-out; a body of 3 MB takes a second on a slow line.
TIMEOUTS_AN_ANSWER = 2.0
# As much as is decompressed at once, before the size of the whole is checked: a gzip bomb takes no more.
PIECE_BYTES = 2**16

TOO_LONG = f"is longer than {MOST_BYTES // 2**20} MB; pull fewer days at a time"

PLAIN = ("", "identity")
ZIPPED = ("gzip", "x-gzip", "deflate")
LONGEST_LENGTH = 20
EITHER_HEADER = 32 + zlib.MAX_WBITS


class LimitedTransport(httpx.AsyncBaseTransport):
    """Hands on what another transport answers, decompressed and within the limits.

    Raises, from whatever reads the answer:
        EndlessError: it is not complete in time.
        PermanentError: it is too long, or in an encoding that was not asked for.
        MisconfiguredError: the same of a login, which concerns everybody.
        TransientError: it is compressed, and broken.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, timeout_s: float) -> None:
        self._transport = transport
        self._longest_s = TIMEOUTS_AN_ANSWER * timeout_s

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request; the headers are here, the body is limited as it is read."""
        end = asyncio.get_running_loop().time() + self._longest_s
        try:
            async with asyncio.timeout_at(end):
                response = await self._transport.handle_async_request(request)
        except TimeoutError as error:
            raise EndlessError(self._longest_s) from error
        response.stream = LimitedBody(response, end, self._longest_s, _is_login(request))
        response.headers.pop("Content-Encoding", None)
        return response

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._transport.aclose()


class LimitedBody(httpx.AsyncByteStream):
    """The body of an answer, read once."""

    def __init__(self, response: httpx.Response, end: float, longest_s: float, is_login: bool) -> None:  # noqa: FBT001
        assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101  as every async transport answers
        self._stream = response.stream
        self._encoding = response.headers.get("Content-Encoding", "").strip().lower()
        self._announced = _announced_length(response)
        self._end = end
        self._longest_s = longest_s
        self._is_login = is_login

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The bytes as they were before compression.

        Raises as LimitedTransport.
        """
        if self._encoding not in (*PLAIN, *ZIPPED):
            raise self._refusal("comes in an encoding that was not asked for")
        if self._announced > MOST_BYTES:
            raise self._refusal(TOO_LONG)
        unzip = Unzip() if self._encoding in ZIPPED else None
        received = given = 0
        async for piece in self._pieces():
            received += len(piece)
            for plain in unzip.pieces(piece) if unzip else (piece,):
                given += len(plain)
                if max(given, received) > MOST_BYTES:
                    raise self._refusal(TOO_LONG)
                yield plain
        if unzip and received and not unzip.is_complete:
            raise TransientError("the connection to Sahha broke in the middle of an answer.")

    async def aclose(self) -> None:
        """Lets go of the connection."""
        await self._stream.aclose()

    async def _pieces(self) -> AsyncIterator[bytes]:
        pieces = aiter(self._stream)
        while True:
            try:
                async with asyncio.timeout_at(self._end):
                    piece = await anext(pieces)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise EndlessError(self._longest_s) from error
            yield piece

    def _refusal(self, what: str) -> SahhaError:
        if self._is_login:
            return MisconfiguredError(
                f"SAHHA_API_BASE_URL: the answer to the login {what}, so this is not a Sahha host."
            )
        return PermanentError(f"Sahha's answer {what}.")


class Unzip:
    """Decompresses gzip and zlib a little at a time, several members one after the other."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(EITHER_HEADER)

    @property
    def is_complete(self) -> bool:
        """Whether the last member has come to its end."""
        return self._member.eof

    def pieces(self, zipped: bytes) -> Iterator[bytes]:
        """What comes of some more bytes, never much at once.

        Raises:
            TransientError: they are broken.
        """
        try:
            while zipped:
                if self._member.eof:
                    self._member = zlib.decompressobj(EITHER_HEADER)
                yield self._member.decompress(zipped, PIECE_BYTES)
                zipped = self._member.unconsumed_tail or self._member.unused_data
        except zlib.error as error:
            raise TransientError("the connection to Sahha broke in the middle of an answer.") from error


def _is_login(request: httpx.Request) -> bool:
    return request.url.path.endswith(TOKEN_PATH)


def _announced_length(response: httpx.Response) -> int:
    """How many bytes the headers speak of; the connection itself refuses a length that is no number."""
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < LONGEST_LENGTH else 0
