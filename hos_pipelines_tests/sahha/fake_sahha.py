"""A Sahha behind httpx.MockTransport: logs callers in, answers as told, and remembers every request."""

import asyncio
import json
from asyncio import sleep
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any, TypeVar
from urllib.parse import parse_qs

import httpx

from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.auth import TOKEN_PATH
from hos_pipelines.sahha.client import SahhaClient, sahha_session

URL = "https://sandbox-api.sahha.ai"
CLIENT_ID = "client-id-5d1c"
CLIENT_SECRET = "client-secret-9f2e"  # noqa: S105

Answer = Callable[[], httpx.Response]
Result = TypeVar("Result")


def answer(status: int = 200, **content: Any) -> Answer:
    """An answer to give as often as asked for, such as `answer(json=[])`."""
    return partial(httpx.Response, status, **content)


def broken(error: Exception) -> Answer:
    """No answer at all: the connection fails."""

    def fail() -> httpx.Response:
        raise error

    return fail


def streamed(status: int, body: object) -> httpx.Response:
    """A JSON answer whose body still has to be read, as every answer from a real network."""

    async def pieces() -> AsyncIterator[bytes]:
        yield json.dumps(body).encode()

    return httpx.Response(status, content=pieces())


class FakeSahha:
    """Gives its answers in turn, the last one for ever; refuses the `expired` Authorizations.

    What it is asked at the same time it takes in at the same time, and answers afterwards.
    """

    def __init__(self, *answers: Answer, login: Answer | None = None) -> None:
        self.answers = list(answers) or [answer(json=[])]
        self.login = login
        self.logins: list[httpx.Request] = []
        self.requests: list[httpx.Request] = []
        self.authorizations: list[str] = []
        self.expired: set[str] = set()
        self.expires_in: object = 86400

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        authorization = request.headers.get("Authorization", "")
        await sleep(0)
        if request.url.path == TOKEN_PATH:
            self.logins.append(request)
            body = {"accountToken": f"token-{len(self.logins)}", "expiresIn": self.expires_in, "tokenType": "Account"}
            return self.login() if self.login else streamed(200, body)
        self.requests.append(request)
        self.authorizations.append(authorization)
        if authorization in self.expired:
            return streamed(401, {"title": "Unauthorized", "statusCode": 401})
        return self.answers.pop(0)() if len(self.answers) > 1 else self.answers[0]()

    def ask(self, question: Callable[[SahhaClient], Awaitable[Result]], **account: Any) -> Result:
        """What a client session gets out of this Sahha; by default it neither waits nor tries again."""

        async def session() -> Result:
            patience = {"request_delay_s": 0.0, "max_retries": 0} | account
            asking = SahhaAccount(URL, CLIENT_ID, CLIENT_SECRET, **patience)
            async with sahha_session(asking, httpx.MockTransport(self)) as client:
                return await question(client)

        return asyncio.run(session())

    @property
    def pages(self) -> list[int]:
        """The pages of the profile search that were asked for."""
        return [int(parse_qs(request.url.query.decode())["currentPage"][0]) for request in self.requests]
