"""Speaks to a model through the `openai` package: one question, one reply, and errors that say what to do next.

Both of its ways are spoken, Responses and Chat Completions, with structured output. The server is asked not to keep
what is sent (`store` is false), and what is sent names nobody.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from aiolimiter import AsyncLimiter
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random_exponential

from hos_pipelines.analyst.account import Api, ModelAccount
from hos_pipelines.analyst.api_errors import OtherFormError, OtherWayError, translate_errors
from hos_pipelines.analyst.errors import (
    MisconfiguredModelError,
    OversizedReplyError,
    TransientModelError,
)
from hos_pipelines.analyst.forms import Form
from hos_pipelines.analyst.replies import Reply, chat_reply, responses_reply

MOST_REPLY_BYTES = 256 * 1024
LONGEST_RETRY_AFTER_S = 60.0
OPENAI = "https://api.openai.com/v1"
NAME = "analysis_answer"

# Set by OPENAI_LOG, these would write whole prompts into the run's log.
for _name in ("openai", "httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    text: str


class ModelClient:
    """One model behind one address, for one event loop; asks as often a minute as the account allows."""

    def __init__(self, account: ModelAccount, client: AsyncOpenAI) -> None:
        self._account = account
        self._client = client
        self._lanes = asyncio.Semaphore(account.concurrency)
        self._minute = AsyncLimiter(account.requests_per_minute, 60)
        self._hold_until = 0.0
        self._form, self._has_passed = Form(), False
        self._api: Api = account.api
        if account.api == "auto":
            self._api = "responses" if account.base_url is None else "chat_completions"

    async def ask(self, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """The reply to a conversation, tried again where that may help and the failed try has cost nothing.

        Raises:
            ModelError: there is none; the class says whether anybody's next request can do better.
        """
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(_costs_nothing_to_try_again),
            stop=stop_after_attempt(1 + self._account.max_retries),
            wait=_patience,
            reraise=True,
        ):
            with attempt:
                return await self._either(messages, schema)
        raise AssertionError("the last attempt either returns or raises")

    def lane(self) -> asyncio.Semaphore:
        """To be held around `ask`: there are as many as requests may be under way at once."""
        return self._lanes

    async def _either(self, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """By the one way, or, of a server that is found not to speak it, by the other from then on."""
        try:
            return await self._in_some_form(messages, schema)
        except OtherWayError:
            self._api = "chat_completions" if self._account.base_url is None else "responses"
        try:
            return await self._in_some_form(messages, schema)
        except OtherWayError:
            raise MisconfiguredModelError(
                f"OPENAI_BASE_URL: {self._account.place} knows neither chat completions nor responses; "
                "check the address, which usually ends in /v1."
            ) from None

    async def _in_some_form(self, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """In the form that is known to pass, else in ever older ones; the first that passes is used from then on.

        A refusal costs nothing. Once a form has passed, a refusal that names no part is about the request itself.
        """
        form, refusal = self._form, None
        while True:
            try:
                reply = await self._in_turn(form, messages, schema)
            except OtherFormError as error:
                refusal = refusal or error
                older = form.without(error.parts) if error.parts or not self._has_passed else None
                if older is None:
                    raise refusal.meaning from None
                form = older
            else:
                self._form, self._has_passed = form, True
                return reply

    async def _in_turn(self, form: Form, messages: Sequence[Message], schema: dict[str, Any]) -> Reply:
        """One request at its turn; after a 429 everyone waits for as long as the server asks."""
        await asyncio.sleep(max(0.0, self._hold_until - time.monotonic()))
        async with self._minute:
            ask = self._ask_responses if self._api == "responses" else self._ask_chat
            started = time.monotonic()
            try:
                with translate_errors(self._account, self._api):
                    return await ask(form, messages, schema, lambda: time.monotonic() - started)
            except TransientModelError as error:
                if error.retry_after_s is not None:
                    pause = min(error.retry_after_s, LONGEST_RETRY_AFTER_S)
                    self._hold_until = max(self._hold_until, time.monotonic() + pause)
                raise

    async def _ask_chat(
        self, form: Form, messages: Sequence[Message], schema: dict[str, Any], latency: Callable[[], float]
    ) -> Reply:
        async with self._client.chat.completions.with_streaming_response.create(
            model=self._account.model,
            messages=[_turn(one) for one in messages],
            **form.chat(NAME, schema, self._account.most_output_tokens),
        ) as response:
            return chat_reply(await _read_bounded(response.iter_bytes()), latency())

    async def _ask_responses(
        self, form: Form, messages: Sequence[Message], schema: dict[str, Any], latency: Callable[[], float]
    ) -> Reply:
        async with self._client.responses.with_streaming_response.create(
            model=self._account.model,
            input=[{"role": one.role, "content": one.text} for one in messages],
            **form.response(NAME, schema, self._account.most_output_tokens),
        ) as response:
            return responses_reply(await _read_bounded(response.iter_bytes()), latency())


@asynccontextmanager
async def model_session(account: ModelAccount) -> AsyncIterator[ModelClient]:
    """A client whose connections close with the block; bound to the running event loop."""
    # The package's own retries are off: they would pay for a reply that is too large again and again.
    async with AsyncOpenAI(
        api_key=account.api_key,
        base_url=account.base_url or OPENAI,
        timeout=account.timeout_s,
        max_retries=0,
        default_headers={"Accept-Encoding": "identity"},
    ) as client:
        yield ModelClient(account, client)


def _turn(message: Message) -> ChatCompletionMessageParam:
    if message.role == "system":
        return {"role": "system", "content": message.text}
    if message.role == "user":
        return {"role": "user", "content": message.text}
    return {"role": "assistant", "content": message.text}


async def _read_bounded(chunks: AsyncIterator[bytes]) -> bytes:
    """A body.

    Raises:
        OversizedReplyError: it is longer than any answer can be; the rest is not read.
    """
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_REPLY_BYTES:
            raise OversizedReplyError(f"the model's reply is larger than {MOST_REPLY_BYTES // 1024} kB.")
    return bytes(body)


def _costs_nothing_to_try_again(error: BaseException) -> bool:
    return isinstance(error, TransientModelError) and not error.may_have_cost


def _patience(state: RetryCallState) -> float:
    """What the server asks for, up to a minute; else exponential with full jitter from half a second."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TransientModelError) and error.retry_after_s is not None:
        return min(error.retry_after_s, LONGEST_RETRY_AFTER_S)
    return wait_random_exponential(multiplier=0.5, max=30)(state)
