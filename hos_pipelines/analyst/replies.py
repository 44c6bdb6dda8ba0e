"""What a server sent, read as a reply: by Chat Completions or by Responses.

It is taken as the `openai` package takes it: what is new in a reply, or what a server of another make leaves out, is no
error. What is not there where it is needed is one.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from hos_pipelines.analyst.usage import Usage


class NoReplyError(ValueError):
    """A body that is no reply of this API."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the text, whether the model refused or was cut short, what it took and how long, in seconds."""

    text: str
    usage: Usage
    latency_s: float
    is_refusal: bool = False
    is_cut: bool = False


Read = Callable[[bytes, float], Reply]


def _refusing(read: Callable[[dict[str, Any], float], Reply]) -> Read:
    @wraps(read)
    def refused(body: bytes, latency_s: float) -> Reply:
        try:
            return read(json.loads(body), latency_s)
        except (ValueError, AttributeError, LookupError, TypeError) as error:
            raise NoReplyError(type(error).__name__) from None

    return refused


@_refusing
def chat_reply(body: dict[str, Any], latency_s: float) -> Reply:
    """The reply of a chat completion.

    Raises:
        NoReplyError: it is none.
    """
    found = ChatCompletion.construct(**body)
    choice, used = found.choices[0], found.usage
    details = used.prompt_tokens_details if used else None
    usage = _usage(used and used.prompt_tokens, details and details.cached_tokens, used and used.completion_tokens)
    is_refusal = bool(choice.message.refusal) or choice.finish_reason == "content_filter"
    return Reply(_text(choice.message.content), usage, latency_s, is_refusal, choice.finish_reason == "length")


@_refusing
def responses_reply(body: dict[str, Any], latency_s: float) -> Reply:
    """The reply of a response.

    Raises:
        NoReplyError: it is none.
    """
    found = Response.construct(**body)
    used = found.usage
    details = used.input_tokens_details if used else None
    usage = _usage(used and used.input_tokens, details and details.cached_tokens, used and used.output_tokens)
    parts = [part for item in found.output if item.type == "message" for part in item.content]
    is_refusal = any(part.type == "refusal" for part in parts)
    return Reply(_text(found.output_text), usage, latency_s, is_refusal, found.status == "incomplete")


def _text(content: object) -> str:
    """What was said; nothing where a reply has no content."""
    if content is not None and not isinstance(content, str):
        raise TypeError("content")
    return content or ""


def _usage(fresh: object, cached: object, said: object) -> Usage:
    """Tokens as the server counts them; what it does not count is 0."""
    return Usage(*(count if isinstance(count, int) and count > 0 else 0 for count in (fresh, cached, said)))
