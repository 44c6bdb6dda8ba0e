"""Makes of servers that speak OpenAI's API in ways of their own: what they refuse of a request, and how they say so.

The bodies are those that such servers have been seen to send.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from starlette.responses import Response

from hos_pipelines.simulator.answers import as_json
from hos_pipelines.simulator.model.failures import ApiError

Body = dict[str, Any]


class Dialect(StrEnum):
    """All but the first know chat completions alone, and less of a request than OpenAI does."""

    OPENAI = "openai"
    AZURE = "azure"
    NO_NEW_LIMIT = "no_new_limit"
    NO_SCHEMA = "no_schema"
    NO_SHAPE = "no_shape"
    NAMES_NOTHING = "names_nothing"


DIALECTS = tuple(dialect.value for dialect in Dialect)

_WRONG_KEY = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an "
    "active subscription and use a correct regional API endpoint for your resource."
)
_TOO_FAST = (
    "Requests to the ChatCompletions_Create Operation under Azure OpenAI API have exceeded token rate limit of your "
    "current pricing tier. Please retry after 1 second. Please go here: https://aka.ms/oai/quotaincrease if you would "
    "like to further increase the default rate limit."
)
_NO_DEPLOYMENT = (
    "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, "
    "please wait a moment and try again."
)
_NOT_FOUND = "Resource not found"
# By the code OpenAI gives an error: the code and the text of Azure.
_OF_AZURE = {
    "invalid_api_key": ("401", _WRONG_KEY),
    "model_not_found": ("DeploymentNotFound", _NO_DEPLOYMENT),
    "rate_limit_exceeded": ("429", _TOO_FAST),
    None: ("404", _NOT_FOUND),
}


def refusal(dialect: Dialect, api: str, body: Body) -> Response | None:
    """What this make says to a request that it does not take; None where it takes it."""
    if dialect is Dialect.OPENAI:
        return None
    if api == "responses":
        return _refuse(_NOT_FOUND, "404", 404)
    return _REFUSALS[dialect]("max_completion_tokens" in body, (body.get("response_format") or {}).get("type", "text"))


def tell(dialect: Dialect, error: ApiError) -> Response:
    """An error in the words of this make."""
    if dialect is not Dialect.AZURE or error.body.code not in _OF_AZURE:
        return error.response()
    code, message = _OF_AZURE[error.body.code]
    return as_json({"error": {"code": code, "message": message}}, error.status, error.headers)


def _azure(has_new_limit: bool, _shape: str) -> Response | None:  # noqa: FBT001  one signature for all makes
    return _refuse("Unrecognized request argument supplied: max_completion_tokens") if has_new_limit else None


def _strict_fields(has_new_limit: bool, _shape: str) -> Response | None:  # noqa: FBT001  as above
    fault = {
        "type": "extra_forbidden",
        "loc": ["body", "max_completion_tokens"],
        "msg": "Extra inputs are not permitted",
    }
    return as_json({"detail": [fault]}, 422) if has_new_limit else None


def _no_schema(_has_new_limit: bool, shape: str) -> Response | None:  # noqa: FBT001  as above
    text = "This response_format type is unavailable now"
    return _refuse(text, "invalid_request_error") if shape == "json_schema" else None


def _no_shape(_has_new_limit: bool, shape: str) -> Response | None:  # noqa: FBT001  as above
    return _refuse("'response_format' is not supported by this server") if shape != "text" else None


def _names_nothing(has_new_limit: bool, shape: str) -> Response | None:  # noqa: FBT001  as above
    return as_json({"message": "Bad Request"}, 400) if has_new_limit or shape == "json_schema" else None


_REFUSALS: dict[Dialect, Callable[[bool, str], Response | None]] = {
    Dialect.AZURE: _azure,
    Dialect.NO_NEW_LIMIT: _strict_fields,
    Dialect.NO_SCHEMA: _no_schema,
    Dialect.NO_SHAPE: _no_shape,
    Dialect.NAMES_NOTHING: _names_nothing,
}


def _refuse(message: str, code: str | None = None, status: int = 400) -> Response:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return as_json({"error": error}, status)
