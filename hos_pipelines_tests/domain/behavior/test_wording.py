"""Facts as a reader expects to see them."""

import pytest

from hos_pipelines.domain.behavior.wording import CLOCK, HOURS, LABEL, SHARE, duration_text, number_text, said
from hos_pipelines.domain.facts import Basis, FactSheet
from hos_pipelines.domain.gates import TIMING


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (23.5, CLOCK, "23:30"),
        (23.9999, CLOCK, "00:00"),
        (1.4166667, HOURS, "1 h 25 min"),
        (-0.5, HOURS, "-30 min"),
        (0.725, SHARE, "72 %"),
        (55.0, "bpm", "55 bpm"),
        (1.0, "day", "1 day"),
        (2.0, "day", "2 days"),
        (8214.4, "count", "8214"),
        ("below", LABEL, "below"),
    ],
)
def test_a_fact_is_said_in_its_unit(value: float | str, unit: str, text: str) -> None:
    assert said(FactSheet(None).add("fact", value, unit, Basis.of(TIMING, 20, "test"))) == text


def test_a_fact_without_a_value_cannot_be_said() -> None:
    with pytest.raises(TypeError, match="fact: has no value"):
        said(FactSheet(None).add("fact", None, "index", Basis.of(TIMING, 0, "test")))


def test_nothing_is_said_to_be_minus_nothing() -> None:
    assert number_text(-0.001) == "0"
    assert duration_text(-0.001) == "0 min"
