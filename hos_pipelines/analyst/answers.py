"""The form of a model's answer: claims, each put in place of a passage."""

import re
from itertools import islice
from json import JSONDecoder
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_CLAIMS = 60
MOST_CHARACTERS = 1500
# Where an object may begin; a placeholder's braces are none.
BRACE = re.compile(r'\{(?=\s*["}])')
MOST_BRACES = 200
CUT = "EOF while parsing"


class Claim(BaseModel):
    """Some of our sentences for one passage, whose slots `{{fact_id.tag}}` we fill in.

    What else a model adds to it, such as the facts that answers of the first prompt named, is passed over.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    passage: str
    text: str


class Answer(BaseModel):
    """All claims, the most important first: their order is that of the sections' sentences."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    claims: Annotated[list[Claim], Field(max_length=MOST_CLAIMS)]


class AnswerError(ValueError):
    """Text that is no answer; says where it departs from the form, never what it holds.

    `is_cut` where it begins as one and ends in the middle, whatever the server says of it.
    """

    def __init__(self, message: str, *, is_cut: bool = False) -> None:
        super().__init__(message)
        self.is_cut = is_cut


def read_answer(text: str) -> Answer:
    """The answer a model's text is, or holds: within a fence, behind its thoughts, or with a word before or after.

    Raises:
        AnswerError: it holds no JSON, or none of this form.
    """
    try:
        return Answer.model_validate_json(_object_in(text))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the answer"
        raise AnswerError(f"{where}: {first['msg']}", is_cut=CUT in first["msg"]) from None


def _object_in(text: str) -> str:
    """The last object with claims within a text, as it stands there; the text from its first brace where there is none.

    What a model thinks aloud may hold a draft, which the answer follows.
    """
    decoder, found, place = JSONDecoder(), None, 0
    starts = list(islice(BRACE.finditer(text), MOST_BRACES))
    for start in starts:
        if start.start() < place:
            continue
        try:
            value, place = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and "claims" in value:
            found = text[start.start() : place]
    return found or (text[starts[0].start() :] if starts else text)


def answer_schema() -> dict[str, Any]:
    """The JSON schema of an answer, in the strict subset that structured outputs take."""
    claim = {
        "type": "object",
        "properties": {
            "passage": {"type": "string", "description": "The key of the passage this stands in place of."},
            "text": {"type": "string", "description": "Listed sentences, each copied whole, slots included."},
        },
        "required": ["passage", "text"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"claims": {"type": "array", "items": claim}},
        "required": ["claims"],
        "additionalProperties": False,
    }
