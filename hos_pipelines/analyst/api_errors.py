"""What the errors of the `openai` package mean for us, told without a word of a body, a prompt or a key."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import openai

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.analyst.errors import (
    BrokenReplyError,
    MisconfiguredModelError,
    ModelError,
    TransientModelError,
    UnusableReplyError,
)
from hos_pipelines.analyst.replies import NoReplyError

KEY_TROUBLE = (openai.AuthenticationError, openai.PermissionDeniedError)
TEMPORARY = (openai.RateLimitError, openai.InternalServerError)
QUOTA, UNKNOWN_MODEL = "insufficient_quota", "model_not_found"


class OtherWayError(Exception):
    """The server does not know this way of asking; it may know the other."""


@contextmanager
def explained(account: ModelAccount) -> Iterator[None]:
    """Turns what the package raises into errors of ours.

    Raises:
        ModelError: the request came to nothing.
        OtherWayError: the address knows no such way of asking, and the account does not insist on it.
    """
    try:
        yield
    except (openai.OpenAIError, NoReplyError) as error:
        raise _meaning(error, account) from None
    except httpx2.HTTPError:
        # A body is read past the package, so what breaks there is not one of its errors.
        raise BrokenReplyError("the connection to the model broke in the middle of a reply.") from None


def _meaning(error: Exception, account: ModelAccount) -> Exception:
    if isinstance(error, openai.APITimeoutError):
        return BrokenReplyError(f"the model did not answer within {account.timeout_s:g} s.")
    if isinstance(error, openai.APIConnectionError):
        return TransientModelError(f"OPENAI_BASE_URL: nothing answers at {account.place}; check address and network.")
    if isinstance(error, KEY_TROUBLE):
        return MisconfiguredModelError(
            f"OPENAI_API_KEY: {account.place} answers {error.status_code}; check the key, and that it may use "
            f"{account.model}."
        )
    if isinstance(error, openai.NotFoundError):
        return _not_found(error, account)
    return _of_status(error, account.place)


def _not_found(error: openai.NotFoundError, account: ModelAccount) -> Exception:
    """A 404 is about the model where it says so, else about the path."""
    names_model = re.search(rf"\b{re.escape(account.model)}\b", error.message) is not None
    if account.api == "auto" and error.code != UNKNOWN_MODEL and not names_model:
        return OtherWayError()
    return MisconfiguredModelError(f"HOS_OPENAI_MODEL: {account.place} does not know the model {account.model}.")


def _of_status(error: Exception, place: str) -> ModelError:
    if isinstance(error, openai.RateLimitError) and error.code == QUOTA:
        return MisconfiguredModelError(f"OPENAI_API_KEY: {place} says that the quota of this key is used up.")
    if isinstance(error, TEMPORARY):
        return TransientModelError(f"{place} answers {error.status_code}.", _retry_after_s(error))
    if isinstance(error, openai.APIStatusError):
        return UnusableReplyError(f"{place} answers {error.status_code} to the request.")
    return UnusableReplyError(f"{place} answers something that is no reply of this API.")


def _retry_after_s(error: openai.APIStatusError) -> float | None:
    for name, seconds in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(error.response.headers[name]) * seconds)
        except (KeyError, ValueError):
            continue
    return None
