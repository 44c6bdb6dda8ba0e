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

from hos_pipelines.domain.usage import Usage

# Of a content in parts, those that are words to the reader.
SAID = frozenset({"text", "output_text"})


class NoReplyError(ValueError):
    """A body that is no reply of this API."""


class FailedReplyError(Exception):
    """A reply that is well-formed and says that it has failed; `code` is the server's, in small letters."""

    def __init__(self, code: object) -> None:
        super().__init__()
        self.code = str(code).lower()


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the text, in how far it is one, what it took and how long, in seconds.

    The model may have refused, may have been cut short by a limit of tokens, or a filter may have held its text back.
    """

    text: str
    usage: Usage
    latency_s: float
    is_refusal: bool = False
    is_cut: bool = False
    is_filtered: bool = False


Read = Callable[[bytes, float], Reply]


def _refusing(read: Callable[[dict[str, Any], float], Reply]) -> Read:
    @wraps(read)
    def read_refusal(body: bytes, latency_s: float) -> Reply:
        try:
            told = json.loads(body)
            if isinstance(failure := told.get("error"), dict):
                raise FailedReplyError(failure.get("code"))
            return read(told, latency_s)
        except (ValueError, AttributeError, LookupError, TypeError, RecursionError) as error:
            raise NoReplyError(type(error).__name__) from None

    return read_refusal


@_refusing
def chat_reply(body: dict[str, Any], latency_s: float) -> Reply:
    """The reply of a chat completion.

    Raises:
        NoReplyError: it is none.
        FailedReplyError: it is an error under a status of success.
    """
    found = ChatCompletion.construct(**body)
    choice, used = found.choices[0], found.usage
    details = used.prompt_tokens_details if used else None
    usage = _usage(used and used.prompt_tokens, details and details.cached_tokens, used and used.completion_tokens)
    return Reply(
        _text(choice.message.content),
        usage,
        latency_s,
        is_refusal=bool(choice.message.refusal),
        is_cut=choice.finish_reason == "length",
        is_filtered=choice.finish_reason == "content_filter",
    )


@_refusing
def responses_reply(body: dict[str, Any], latency_s: float) -> Reply:
    """The reply of a response.

    Raises:
        NoReplyError: it is none.
        FailedReplyError: it says that it has failed.
    """
    found = Response.construct(**body)
    used = found.usage
    details = used.input_tokens_details if used else None
    usage = _usage(used and used.input_tokens, details and details.cached_tokens, used and used.output_tokens)
    parts = [part for item in found.output if item.type == "message" for part in item.content]
    is_filtered = found.incomplete_details is not None and found.incomplete_details.reason == "content_filter"
    return Reply(
        _text(found.output_text),
        usage,
        latency_s,
        is_refusal=any(part.type == "refusal" for part in parts),
        is_cut=found.status == "incomplete" and not is_filtered,
        is_filtered=is_filtered,
    )


def _text(content: object) -> str:
    """What was said, in one piece or in parts, of which others are thoughts; nothing where a reply has no content."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part["type"] in SAID)
    if content is not None and not isinstance(content, str):
        raise TypeError("content")
    return content or ""


def _usage(fresh: object, cached: object, said: object) -> Usage:
    """Tokens as the server counts them; what it does not count is 0."""
    return Usage(*(count if isinstance(count, int) and count > 0 else 0 for count in (fresh, cached, said)))
