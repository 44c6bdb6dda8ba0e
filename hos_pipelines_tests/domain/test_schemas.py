"""The published JSON schemas are those of the results."""

import json
from pathlib import Path

import pytest

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.stages.analysis.methods import RESULTS

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


@pytest.mark.parametrize("analysis_type", AnalysisType)
def test_the_published_schema_is_that_of_the_result(analysis_type: AnalysisType) -> None:
    wanted = json.dumps(RESULTS[analysis_type].model_json_schema(mode="serialization"), indent=1, sort_keys=True) + "\n"
    published = SCHEMAS / f"{analysis_type}.json"
    assert published.read_text() == wanted, f"{published} is not that of the model; write its model_json_schema there."


def test_no_schema_is_left_over() -> None:
    assert {file.stem for file in SCHEMAS.iterdir()} == set(AnalysisType)
