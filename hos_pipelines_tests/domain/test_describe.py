"""Descriptions and units stand in the schema alone."""

from typing import Annotated

import pytest
from pydantic import BaseModel, ValidationError

from hos_pipelines.domain.behavior import habit_results, motivation_results, results
from hos_pipelines.domain.describe import describe


class Nap(BaseModel):
    hours: Annotated[float | None, describe("How long it lasted.", "hour", ge=0)]
    note: Annotated[str, describe("What was said of it.")] = ""


def test_a_property_says_what_it_means_and_in_which_unit() -> None:
    properties = Nap.model_json_schema()["properties"]
    assert (properties["hours"]["description"], properties["hours"]["unit"]) == ("How long it lasted.", "hour")
    assert properties["note"]["unit"] == "text"


def test_a_described_property_keeps_its_bounds_and_needs_a_value() -> None:
    with pytest.raises(ValidationError):
        Nap(hours=-1)
    with pytest.raises(ValidationError):
        Nap.model_validate({})


def test_every_property_of_a_behavior_result_has_a_description_and_a_unit() -> None:
    schema = results.BehaviorResult.model_json_schema(mode="serialization")
    own = {
        name for room in (results, habit_results, motivation_results) for name in vars(room) if name in schema["$defs"]
    }
    lacking = [
        f"{name}.{key}"
        for name in own
        for key, value in schema["$defs"][name].get("properties", {}).items()
        if key not in ("status", "missing", "fact_ids") and not {"description", "unit"} <= value.keys()
    ]
    assert len(own) > 20
    assert lacking == []
