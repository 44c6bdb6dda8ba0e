"""The account token as an httpx auth flow: kept until an hour before its end, renewed on a 401."""

import asyncio
import math
import re
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx

from hos_pipelines.sahha.errors import MisconfiguredError, RateLimitedError, TransientError
from hos_pipelines.sahha.retry_after import retry_after_s

RENEW_BEFORE_END_S = 3600
USUAL_LIFETIME_S = 86_400.0
SHORTEST_LIFETIME_S = 60.0
# What goes into a header is visible ASCII; the longest of those seen has some 2,000 characters.
TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
TOKEN_PATH = "/api/v1/oauth/account/token"  # noqa: S105


class AccountToken(httpx.Auth):
    """Puts `Authorization: account <token>` on requests, whoever sends them and however many at once.

    Raises, from the request it rides on:
        MisconfiguredError: the credentials are refused, or the host is not Sahha's.
        RateLimitedError: it asks for fewer logins.
        TransientError: the token endpoint is down; the request may be tried again.
    """

    def __init__(self, base_url: str, client_id: str, client_secret: str, clock: Callable[[], float]) -> None:
        self._url = base_url + TOKEN_PATH
        self._credentials = {"clientId": client_id, "clientSecret": client_secret}
        self._clock = clock
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._renew_at = 0.0

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sends the request with a token; once more with a fresh one where the first was refused."""
        async with self._lock:
            if self._token is None or self._clock() >= self._renew_at:
                await self._accept_unread((yield self._login_for(request)))
        used = self._token
        request.headers["Authorization"] = f"account {used}"
        response = yield request
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return
        async with self._lock:
            if self._token == used:
                await self._accept_unread((yield self._login_for(request)))
        request.headers["Authorization"] = f"account {self._token}"
        yield request

    def token_request(self) -> httpx.Request:
        """The request that logs in."""
        return httpx.Request("POST", self._url, json=self._credentials, headers={"Accept": "application/json"})

    def _login_for(self, request: httpx.Request) -> httpx.Request:
        """A login on behalf of a request: httpx gives no time-outs to what an auth flow sends, so it lends its own."""
        login = self.token_request()
        login.extensions = request.extensions
        return login

    async def _accept_unread(self, response: httpx.Response) -> None:
        await response.aread()
        self.accept(response)

    def accept(self, response: httpx.Response) -> None:
        """Takes the token out of a login's answer."""
        status = response.status_code
        if (
            status in (httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS)
            or status >= httpx.codes.INTERNAL_SERVER_ERROR
        ):
            kind = RateLimitedError if status == httpx.codes.TOO_MANY_REQUESTS else TransientError
            raise kind(f"the Sahha login answers {status}; it may be down for a moment.", retry_after_s(response))
        if status in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise MisconfiguredError(
                f"SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET: Sahha refuses them ({status}); take the pair of this "
                "environment (sandbox and production differ) from the Sahha dashboard."
            )
        if status != httpx.codes.OK:
            raise MisconfiguredError(f"SAHHA_API_BASE_URL: {self._url} answers {status}, so {_EXPECTED_HOST}")
        self._keep(self._parse(response))

    def _parse(self, response: httpx.Response) -> dict[str, Any]:
        try:
            body = response.json()
        except (ValueError, RecursionError) as error:
            raise MisconfiguredError(
                f"SAHHA_API_BASE_URL: {self._url} answers something other than JSON, so {_EXPECTED_HOST}"
            ) from error
        token = body.get("accountToken") if isinstance(body, dict) else None
        if isinstance(token, str) and token and not TOKEN.fullmatch(token):
            raise MisconfiguredError(
                f"SAHHA_API_BASE_URL: {self._url} answers with an accountToken that is none, so {_EXPECTED_HOST}"
            )
        if not isinstance(token, str) or not token:
            raise MisconfiguredError(
                f"SAHHA_API_BASE_URL: {self._url} answers without an accountToken, so {_EXPECTED_HOST}"
            )
        return dict(body)

    def _keep(self, body: dict[str, Any]) -> None:
        lifetime = _lifetime_s(body.get("expiresIn"))
        self._token = body["accountToken"]
        self._renew_at = self._clock() + max(lifetime - RENEW_BEFORE_END_S, lifetime / 2)


def _lifetime_s(said: object) -> float:
    """How long a token may be used, a minute at least: one that ends earlier is renewed on the 401."""
    try:
        lifetime = float(said)  # type: ignore[arg-type]
    except (OverflowError, TypeError, ValueError):
        return USUAL_LIFETIME_S
    return max(lifetime, SHORTEST_LIFETIME_S) if 0 < lifetime < math.inf else USUAL_LIFETIME_S


_EXPECTED_HOST = (
    "this is not a Sahha host; use https://sandbox-api.sahha.ai or https://api.sahha.ai "
    "(paths below it start with /api/v1)."
)
