"""Facts as a reader expects to see them."""

import pytest

from hos_pipelines.domain.behavior.wording import (
    CLOCK,
    HOURS,
    LABEL,
    MINUTES,
    SHARE,
    duration_text,
    later_or_earlier,
    number_text,
    say_value,
)
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
        (7.0, HOURS, "7 h"),
        (6.9999, HOURS, "7 h"),
        (7.0833333, HOURS, "7 h 05 min"),
        (0.6, HOURS, "36 min"),
        (52.4, "bpm", "52 bpm"),
        (44.6, "millisecond", "45 ms"),
        (121.8, MINUTES, "122 min"),
        (51.3, "points", "51 points"),
        (-0.2, "kcal", "0 kcal"),
        (1.0, "day", "1 day"),
        (2.0, "day", "2 days"),
        (8214.4, "count", "8214"),
        ("below", LABEL, "below"),
    ],
)
def test_a_fact_is_said_in_its_unit(value: float | str, unit: str, text: str) -> None:
    assert say_value(FactSheet(None).add("fact", value, unit, Basis.of(TIMING, 20, "test"))) == text


def test_a_fact_without_a_value_cannot_be_said() -> None:
    with pytest.raises(TypeError, match="fact: has no value"):
        say_value(FactSheet(None).add("fact", None, "index", Basis.of(TIMING, 0, "test")))


def test_nothing_is_said_to_be_minus_nothing() -> None:
    assert number_text(-0.001) == "0"
    assert duration_text(-0.001) == "0 min"


@pytest.mark.parametrize(
    ("hours", "text"),
    [(0.6, "36 min later"), (-1.0, "1 h earlier"), (0.0, None), (0.005, None), (-0.005, None)],
)
def test_a_difference_of_less_than_a_minute_is_none(hours: float, text: str | None) -> None:
    assert later_or_earlier(hours) == text
