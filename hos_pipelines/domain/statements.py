"""A sentence with the facts it rests on, and what else is a piece of a part of a result."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from hos_pipelines.domain.describe import FACT_IDS, describe


class Record(BaseModel):
    """A piece of a part."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Statement(Record):
    """A sentence and the facts it rests on."""

    text: Annotated[str, describe("The sentence.")]
    fact_ids: Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]
