"""The API's errors, with OpenAI's bodies. Raised wherever a request cannot be answered, sent by the endpoints."""

from dataclasses import dataclass, field

from starlette.responses import Response

from hos_pipelines.simulator.answers import as_json

_INVALID = "invalid_request_error"


@dataclass(frozen=True)
class ErrorBody:
    """What an error says."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


@dataclass(eq=False)
class ApiError(Exception):
    """An answer that is an error."""

    status: int
    body: ErrorBody
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """It as OpenAI sends it."""
        return as_json({"error": self.body}, self.status, self.headers)


def bad_request(message: str, param: str | None = None, code: str | None = None) -> ApiError:
    """400: the request's body is at fault."""
    return ApiError(400, ErrorBody(message, _INVALID, param, code))


def invalid_api_key() -> ApiError:
    """401. OpenAI repeats part of the key; nothing here does."""
    message = "Incorrect API key provided: ****. You can find your API key at https://platform.openai.com/api-keys."
    return ApiError(401, ErrorBody(message, _INVALID, code="invalid_api_key"))


def model_not_found(model: str) -> ApiError:
    """404: nobody knows this model."""
    message = f"The model `{model}` does not exist or you do not have access to it."
    return ApiError(404, ErrorBody(message, _INVALID, code="model_not_found"))


def invalid_url(method: str, path: str) -> ApiError:
    """404: nothing is served there."""
    return ApiError(404, ErrorBody(f"Invalid URL ({method} {path})", _INVALID))


def rate_limited(model: str, seconds: float) -> ApiError:
    """429 that passes: says twice how long to wait, as OpenAI does."""
    message = f"Rate limit reached for {model} on tokens per min (TPM). Please try again in {seconds:g}s."
    headers = {"Retry-After": f"{seconds:g}", "retry-after-ms": f"{seconds * 1000:g}"}
    return ApiError(429, ErrorBody(message, "tokens", code="rate_limit_exceeded"), headers)


def insufficient_quota() -> ApiError:
    """429 that waiting does not cure."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return ApiError(429, ErrorBody(message, "insufficient_quota", code="insufficient_quota"))


def server_error() -> ApiError:
    """500."""
    message = "The server had an error while processing your request. Sorry about that!"
    return ApiError(500, ErrorBody(message, "server_error"))
