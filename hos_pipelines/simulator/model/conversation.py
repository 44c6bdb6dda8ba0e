"""What a request to either API says: the model, the prompt, whether to repair. Refuses what OpenAI refuses."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from hos_pipelines.simulator.model.failures import bad_request
from hos_pipelines.simulator.model.speech import tokens_in
from hos_pipelines.simulator.model.strict_schema import departure

Body = dict[str, Any]
_FORMAT_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_FORMATS = ("text", "json_object", "json_schema")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One request.

    `prompt` is the last user message before the model first spoke; `sent` is every text there is, `most_tokens` the
    limit set for the answer. A repair is a request that holds an earlier answer of the model.
    """

    model: str
    prompt: str
    sent: str
    is_repair: bool
    most_tokens: int | None

    @property
    def tokens(self) -> int:
        """About how many tokens were sent."""
        return tokens_in(self.sent)


@dataclass(frozen=True, slots=True)
class _Turn:
    role: str
    text: str


def read_chat(body: Body) -> Conversation:
    """A request to /chat/completions.

    Raises:
        ApiError: OpenAI would refuse it, or it wants a stream.
    """
    _refuse_stream(body)
    form = _schema_form(body.get("response_format"), "response_format")
    if form is not None:
        _check_schema(form.get("json_schema"), "response_format.json_schema")
    most = _limit(body, "max_completion_tokens") or _limit(body, "max_tokens")
    return _conversation(body, _turns(body.get("messages"), "messages"), most)


def read_response(body: Body) -> Conversation:
    """A request to /responses.

    Raises:
        ApiError: OpenAI would refuse it, or it wants a stream or what was stored.
    """
    _refuse_stream(body)
    if body.get("previous_response_id") is not None:
        # Nothing is kept here, so no id can be known.
        raise bad_request(
            "Previous response not found; the stand-in keeps none.",
            "previous_response_id",
            "previous_response_not_found",
        )
    _refuse_no_object(body, "reasoning")
    _refuse_no_object(body, "text")
    form = _schema_form((body.get("text") or {}).get("format"), "text.format")
    if form is not None:
        _check_schema(form, "text.format")
    given = body.get("input")
    turns = [_Turn("user", given)] if isinstance(given, str) else _turns(given, "input")
    if isinstance(body.get("instructions"), str):
        turns.insert(0, _Turn("developer", body["instructions"]))
    return _conversation(body, turns, _limit(body, "max_output_tokens"))


def _conversation(body: Body, turns: list[_Turn], most_tokens: int | None) -> Conversation:
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise bad_request("You must provide a model parameter.", "model")
    first_round = takewhile(lambda turn: turn.role != "assistant", turns)
    asked = [turn.text for turn in first_round if turn.role == "user"]
    return Conversation(
        model,
        asked[-1] if asked else "",
        "\n".join(turn.text for turn in turns),
        any(turn.role == "assistant" for turn in turns),
        most_tokens,
    )


def _turns(given: object, param: str) -> list[_Turn]:
    if not isinstance(given, list) or not given:
        raise bad_request(f"Invalid '{param}': expected messages, one at least.", param)
    # Reasoning and other items without a role are sent back along with messages; they say nothing to us.
    return [
        _turn(message, f"{param}[{at}]")
        for at, message in enumerate(given)
        if not (isinstance(message, dict) and message.get("type", "message") != "message")
    ]


def _turn(message: object, param: str) -> _Turn:
    if not isinstance(message, dict) or not isinstance(message.get("role"), str):
        raise bad_request(f"Invalid '{param}': expected an object with a role.", param)
    content = message.get("content")
    if isinstance(content, list):
        return _Turn(message["role"], "\n".join(_part_texts(content)))
    # A model that refused has said nothing.
    if content is None and message["role"] == "assistant":
        return _Turn("assistant", "")
    if not isinstance(content, str):
        raise bad_request(f"Invalid type for '{param}.content': expected a text or a list.", f"{param}.content")
    return _Turn(message["role"], content)


def _part_texts(parts: Iterable[object]) -> list[str]:
    return [part["text"] for part in parts if isinstance(part, dict) and isinstance(part.get("text"), str)]


def _refuse_stream(body: Body) -> None:
    if body.get("stream"):
        raise bad_request("The stand-in does not stream; send stream=false or leave it out.", "stream")


def _refuse_no_object(body: Body, param: str) -> None:
    if not isinstance(body.get(param) or {}, dict):
        raise bad_request(f"Invalid type for '{param}': expected an object.", param)


def _limit(body: Body, param: str) -> int | None:
    value = body.get(param)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
        raise bad_request(f"Invalid '{param}': expected a whole number from 1.", param)
    return value


def _schema_form(form: object, param: str) -> Body | None:
    if form is None:
        return None
    if not isinstance(form, dict) or form.get("type") not in _FORMATS:
        raise bad_request(f"Invalid '{param}.type': expected one of {', '.join(_FORMATS)}.", f"{param}.type")
    return form if form["type"] == "json_schema" else None


def _check_schema(form: object, param: str) -> None:
    name = form.get("name") if isinstance(form, dict) else None
    if not isinstance(form, dict) or not isinstance(name, str) or not _FORMAT_NAME.fullmatch(name):
        raise bad_request(f"Missing or invalid '{param}.name': expected letters, digits, - and _.", f"{param}.name")
    schema = form.get("schema")
    if not isinstance(schema, dict):
        raise bad_request(f"Missing required parameter: '{param}.schema'.", f"{param}.schema")
    wrong = departure(schema) if form.get("strict") else None
    if wrong:
        message = f"Invalid schema for response_format '{name}': {wrong}"
        raise bad_request(message, f"{param}.schema", "invalid_json_schema")
