"""The form of a model's answer: claims, each put in place of a passage and resting on facts."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MOST_CLAIMS = 60
MOST_CHARACTERS = 500
MOST_CITED = 20


class Claim(BaseModel):
    """A sentence or two for one passage. Numbers are placeholders `{{fact_id.tag}}`, filled in by us."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    passage: str
    text: str
    fact_ids: list[str]


class Answer(BaseModel):
    """All claims, the most important first: their order is that of the sections' sentences."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    claims: Annotated[list[Claim], Field(max_length=MOST_CLAIMS)]


class AnswerError(ValueError):
    """Text that is no answer; says where it departs from the form, never what it holds."""


def read_answer(text: str) -> Answer:
    """The answer a model's text is.

    Raises:
        AnswerError: it is no JSON, or not of this form.
    """
    try:
        return Answer.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the answer"
        raise AnswerError(f"{where}: {first['msg']}") from None


def answer_schema() -> dict[str, Any]:
    """The JSON schema of an answer, in the strict subset that structured outputs take."""
    claim = {
        "type": "object",
        "properties": {
            "passage": {"type": "string", "description": "The key of the passage this stands in place of."},
            "text": {"type": "string", "description": "One or two sentences; every number is a placeholder."},
            "fact_ids": {
                "type": "array",
                "items": {"type": "string"},
                "description": "The ids, with their tag, of all facts this rests on.",
            },
        },
        "required": ["passage", "text", "fact_ids"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {"claims": {"type": "array", "items": claim}},
        "required": ["claims"],
        "additionalProperties": False,
    }
