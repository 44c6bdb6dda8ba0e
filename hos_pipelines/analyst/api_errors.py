"""What the errors of the `openai` package mean for us, told without a word of a body, a prompt or a key.

Makes of servers say the same thing with other numbers and codes: an unknown model is 404 or 400, a used-up account 402
or 429. What is looked for is what they have been seen to say; what is told names the setting that mends it.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import openai

from hos_pipelines.analyst.account import Api, ModelAccount
from hos_pipelines.analyst.errors import (
    BrokenReplyError,
    MisconfiguredModelError,
    ModelError,
    TransientModelError,
    UnusableReplyError,
)
from hos_pipelines.analyst.forms import RequestPart
from hos_pipelines.analyst.replies import FailedReplyError, NoReplyError

KEY_TROUBLE = (openai.AuthenticationError, openai.PermissionDeniedError)
TEMPORARY = (openai.RateLimitError, openai.InternalServerError)
OF_FORM = (openai.BadRequestError, openai.UnprocessableEntityError)
PAYMENT_REQUIRED = 402
MOST_READ = 4000

UNKNOWN_MODEL = frozenset({"model_not_found", "deploymentnotfound", "unknown_model", "invalid_model"})
USED_UP = frozenset(
    {"insufficient_quota", "quotaexceeded", "insufficient_balance", "billing_hard_limit_reached", "billing_not_active"}
)
FILTERED = frozenset({"content_filter", "content_policy_violation"})
TOO_LONG = frozenset({"context_length_exceeded", "string_above_max_length"})

SAYS_UNKNOWN = re.compile(
    r"\b(model|deployment)\b.{0,250}?\b(does not exist|do not exist|not exist|not found|not a valid model)\b"
    r"|\binvalid model\b",
    re.DOTALL,
)
SAYS_OTHER_WAY = re.compile(
    r"only supported in (v1/)?(responses|chat)|not supported (in|with) the (v1/)?(responses|chat)|not a chat model"
    r"|operation does not work with the specified model"
)
SAYS_VERSION = re.compile(r"\bapi[- ]version\b")
SAYS_TOO_MUCH = re.compile(
    r"max\w*_tokens.{0,80}?(too large|too high|at most|exceed|less than|must be (<|below|between))"
)
SAYS_ENDPOINT = re.compile(r"wrong api endpoint|regional api endpoint")
NAMED_PARTS = {
    RequestPart.LIMIT: re.compile(r"max_completion_tokens"),
    RequestPart.SHAPE: re.compile(r"response_format|json_schema|json_object|text\.format|structured output"),
    RequestPart.STORE: re.compile(r"[\"'`]store[\"'`]|parameter:? store\b"),
}


class OtherWayError(Exception):
    """The server does not know this way of asking; it may know the other."""


class OtherFormError(Exception):
    """The server refuses the request, because of the parts named or without naming any; an older form may pass.

    `meaning` is what it comes to where none does.
    """

    def __init__(self, parts: frozenset[RequestPart], meaning: ModelError) -> None:
        super().__init__()
        self.parts = parts
        self.meaning = meaning


@contextmanager
def translate_errors(account: ModelAccount, api: Api) -> Iterator[None]:
    """Turns what the package raises into errors of ours.

    Raises:
        ModelError: the request came to nothing.
        OtherWayError: the address knows no such way of asking, and the account does not insist on it.
        OtherFormError: the request is refused, perhaps for its form.
    """
    try:
        yield
    except FailedReplyError as error:
        raise _failed_reply_error(error, account) from None
    except NoReplyError:
        raise UnusableReplyError(f"{account.place} answers something that is no reply of this API.") from None
    except openai.APIStatusError as error:
        raise _of_status(error, account, api) from None
    except openai.APITimeoutError:
        raise BrokenReplyError(f"the model did not answer within {account.timeout_s:g} s.") from None
    except openai.APIConnectionError:
        raise TransientModelError(
            f"OPENAI_BASE_URL: nothing answers at {account.place}; check address and network."
        ) from None
    except openai.OpenAIError:
        raise UnusableReplyError(f"{account.place} answers something that is no reply of this API.") from None
    except httpx2.HTTPError:
        # A body is read past the package, so what breaks there is not one of its errors.
        raise BrokenReplyError("the connection to the model broke in the middle of a reply.") from None


def _of_status(error: openai.APIStatusError, account: ModelAccount, api: Api) -> Exception:
    codes, text = _codes_and_text(error)
    if codes & USED_UP or error.status_code == PAYMENT_REQUIRED:
        return _quota_error(account)
    if isinstance(error, TEMPORARY):
        return TransientModelError(f"{account.place} answers {error.status_code}.", _retry_after_s(error))
    return _of_address(error, account, api, codes, text) or _of_request(error, account, codes, text)


def _of_address(
    error: openai.APIStatusError, account: ModelAccount, api: Api, codes: set[str], text: str
) -> Exception | None:
    """What is wrong with where and for which model is asked, whatever is asked; None where it is not that."""
    if SAYS_OTHER_WAY.search(text) or "operationnotsupported" in codes:
        return _other_way_error(account, api)
    if codes & UNKNOWN_MODEL:
        return _unknown_model_error(account)
    if isinstance(error, KEY_TROUBLE):
        return _key_error(error, account, text)
    if SAYS_VERSION.search(text):
        return MisconfiguredModelError(
            f"OPENAI_BASE_URL: {account.place} asks for another api-version; give its address that needs none, which "
            "ends in /openai/v1."
        )
    if isinstance(error, openai.NotFoundError):
        names_model = re.search(rf"\b{re.escape(account.model.lower())}\b", text) is not None
        return (
            _unknown_model_error(account)
            if names_model or SAYS_UNKNOWN.search(text)
            else _other_way_error(account, api)
        )
    return None


def _of_request(error: openai.APIStatusError, account: ModelAccount, codes: set[str], text: str) -> Exception:
    meaning = UnusableReplyError(f"{account.place} answers {error.status_code} to the request.")
    if codes & FILTERED:
        return UnusableReplyError(f"the content filter of {account.place} refuses the request.")
    if codes & TOO_LONG:
        return UnusableReplyError(
            f"HOS_OPENAI_MODEL: {account.model} takes less than the request and an answer of "
            "HOS_OPENAI_MAX_OUTPUT_TOKENS; take a model of a longer context, or lower the limit."
        )
    if SAYS_TOO_MUCH.search(text):
        return MisconfiguredModelError(
            f"HOS_OPENAI_MAX_OUTPUT_TOKENS: {account.place} lets {account.model} answer with fewer than "
            f"{account.most_output_tokens} tokens; lower it."
        )
    parts = frozenset(part for part, named in NAMED_PARTS.items() if named.search(text))
    if not parts and isinstance(error, OF_FORM) and SAYS_UNKNOWN.search(text):
        return _unknown_model_error(account)
    return OtherFormError(parts, meaning) if isinstance(error, OF_FORM) else meaning


def _other_way_error(account: ModelAccount, api: Api) -> Exception:
    if account.api == "auto":
        return OtherWayError()
    return MisconfiguredModelError(
        f"HOS_OPENAI_API: {account.place} does not speak {api.replace('_', ' ')} with {account.model}; set it to auto, "
        "or check the address in OPENAI_BASE_URL, which usually ends in /v1."
    )


def _unknown_model_error(account: ModelAccount) -> ModelError:
    return MisconfiguredModelError(f"HOS_OPENAI_MODEL: {account.place} does not know the model {account.model}.")


def _quota_error(account: ModelAccount) -> ModelError:
    return MisconfiguredModelError(f"OPENAI_API_KEY: {account.place} says that the quota of this key is used up.")


def _key_error(error: openai.APIStatusError, account: ModelAccount, text: str) -> ModelError:
    if SAYS_ENDPOINT.search(text):
        return MisconfiguredModelError(
            f"OPENAI_API_KEY, OPENAI_BASE_URL: {account.place} answers {error.status_code}; the key is not one of this "
            "address. Check both."
        )
    return MisconfiguredModelError(
        f"OPENAI_API_KEY: {account.place} answers {error.status_code}; check the key, and that it may use "
        f"{account.model}."
    )


def _failed_reply_error(error: FailedReplyError, account: ModelAccount) -> ModelError:
    """A reply that says it has failed, under a status of success."""
    if error.code in USED_UP or error.code == str(PAYMENT_REQUIRED):
        return _quota_error(account)
    if error.code in UNKNOWN_MODEL:
        return _unknown_model_error(account)
    if error.code in FILTERED:
        return UnusableReplyError(f"the content filter of {account.place} refuses the request.")
    return TransientModelError(f"{account.place} answers that it has failed.")


def _codes_and_text(error: openai.APIStatusError) -> tuple[set[str], str]:
    """The codes of an error and its text, in small letters, to look into and never to tell."""
    codes = {str(one).lower() for one in (error.code, error.type) if one is not None}
    body = error.body if isinstance(error.body, str) else json.dumps(error.body, default=str)
    return codes, body[:MOST_READ].lower()


def _retry_after_s(error: openai.APIStatusError) -> float | None:
    for name, seconds in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(error.response.headers[name]) * seconds)
        except (KeyError, ValueError):
            continue
    return None
