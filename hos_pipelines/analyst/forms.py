"""In which form an answer is asked for. Other makes of servers refuse what is new in OpenAI's and know the older parts.

Seen: `max_completion_tokens` refused with 422 by one make and with 400 by another, `json_schema` by two, one of which
takes nothing but plain text in its place.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal


class RequestPart(StrEnum):
    """What of a request a server may refuse."""

    LIMIT = "limit"
    SHAPE = "shape"
    STORE = "store"


Limit = Literal["max_completion_tokens", "max_tokens"]
Shape = Literal["json_schema", "json_object", "text"]
OLDER_SHAPES: dict[Shape, Shape] = {"json_schema": "json_object", "json_object": "text"}


@dataclass(frozen=True, slots=True)
class Form:
    """How the most tokens and the shape of an answer are said, and whether not to keep what is sent."""

    limit: Limit = "max_completion_tokens"
    shape: Shape = "json_schema"
    has_store: bool = True

    def without(self, refused: frozenset[RequestPart]) -> "Form | None":
        """The next older form without what was refused; all that has an older one where nothing was named.

        None where there is no older one.
        """
        parts = refused or frozenset((RequestPart.LIMIT, RequestPart.SHAPE))
        older = self
        if RequestPart.LIMIT in parts:
            older = replace(older, limit="max_tokens")
        if RequestPart.SHAPE in parts and (refused or self.shape == "json_schema"):
            older = replace(older, shape=OLDER_SHAPES.get(self.shape, self.shape))
        if RequestPart.STORE in parts:
            older = replace(older, has_store=False)
        return None if older == self else older

    def chat(self, name: str, schema: dict[str, Any], most_tokens: int) -> dict[str, Any]:
        """What of a chat completion's body is a matter of form."""
        shapes: dict[Shape, dict[str, Any]] = {
            "json_schema": {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": name, "strict": True, "schema": schema},
                }
            },
            "json_object": {"response_format": {"type": "json_object"}},
            "text": {},
        }
        return {self.limit: most_tokens, **shapes[self.shape]}

    def response(self, name: str, schema: dict[str, Any], most_tokens: int) -> dict[str, Any]:
        """What of a response's body is a matter of form; its limit has one name."""
        shapes: dict[Shape, dict[str, Any]] = {
            "json_schema": {
                "text": {"format": {"type": "json_schema", "name": name, "strict": True, "schema": schema}}
            },
            "json_object": {"text": {"format": {"type": "json_object"}}},
            "text": {},
        }
        store = {"store": False} if self.has_store else {}
        return {"max_output_tokens": most_tokens, **store, **shapes[self.shape]}
