"""The checks of every result: a sound one passes, and each thing that may be wrong with one breaks its own check."""

from dataclasses import replace
from math import inf, nan
from typing import Any

import pytest

from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import LOW, Status
from hos_pipelines.domain.result_checks import broken_checks, write_result
from hos_pipelines_tests.domain.circadian.sleepers import history, sleeper

SOUND = analyze_circadian(history(sleeper(), "Foundation Builder"))
FEW = analyze_circadian(history(sleeper(days=range(2)), "Foundation Builder"))


def with_fact(fact: Fact) -> CircadianResult:
    return SOUND.model_copy(update={"facts": {**SOUND.facts, fact.id: fact}})


@pytest.mark.parametrize("result", [SOUND, FEW], ids=["a month", "two nights"])
def test_a_sound_result_breaks_nothing_and_reads_back(result: CircadianResult) -> None:
    assert broken_checks(result) == {}
    text, misfits = write_result(result)
    assert misfits == {}
    assert CircadianResult.model_validate_json(text) == result


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_a_fact_without_a_number_of_json_breaks_the_schema_in_any_unit(value: float) -> None:
    broken = broken_checks(with_fact(replace(SOUND.facts["timing_steadiness"], value=value)))
    assert broken["matches_schema"] == "facts.timing_steadiness.value is no number of JSON"
    curve = SOUND.facts["energy_curve"].value
    assert isinstance(curve, list)
    broken = broken_checks(with_fact(replace(SOUND.facts["energy_curve"], value=[*curve[1:], value])))
    assert broken["matches_schema"] == "facts.energy_curve.value is no number of JSON"


def test_a_part_without_a_number_of_json_breaks_the_schema() -> None:
    phase = SOUND.phase.model_copy(update={"energy_phase": nan})
    assert broken_checks(SOUND.model_copy(update={"phase": phase})) == {
        "matches_schema": "phase holds no number of JSON"
    }
    windows = SOUND.energy_zone_analysis.peak_windows
    odd = [windows[0].model_copy(update={"energy_level": inf}), *windows[1:]]
    zones = SOUND.energy_zone_analysis.model_copy(update={"peak_windows": odd})
    broken = broken_checks(SOUND.model_copy(update={"energy_zone_analysis": zones}))
    assert broken == {"matches_schema": "energy_zone_analysis holds no number of JSON"}


@pytest.mark.parametrize("change", [{"n": -1}, {"confidence": 1.5}, {"confidence": "certain"}])
def test_a_fact_out_of_its_bounds_breaks_the_schema(change: dict[str, Any]) -> None:
    odd = replace(SOUND.facts["sri"], **change)
    assert broken_checks(with_fact(odd)) == {"matches_schema": "facts.sri has a count or confidence out of bounds"}


@pytest.mark.parametrize("name", ["unit", "n", "method", "confidence"])
def test_a_fact_that_lacks_a_field_breaks_the_schema(name: str) -> None:
    lacking: dict[str, Any] = {name: None}
    broken = broken_checks(with_fact(replace(SOUND.facts["sri"], **lacking)))
    assert broken["matches_schema"] == "facts.sri lacks what every fact has"


@pytest.mark.parametrize("fact_id", ["Sri", "1st", ""])
def test_an_id_that_is_none_breaks_the_schema(fact_id: str) -> None:
    assert set(broken_checks(with_fact(replace(SOUND.facts["sri"], id=fact_id)))) == {"matches_schema"}


def test_a_fact_under_another_s_id_breaks_the_schema() -> None:
    odd = SOUND.model_copy(update={"facts": {**SOUND.facts, "sri": SOUND.facts["cpd"]}})
    assert set(broken_checks(odd)) == {"matches_schema"}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"archetype": 5}, "archetype"),
        ({"facts": {"sri": replace(SOUND.facts["sri"], unit=5)}}, "facts.sri.unit"),  # type: ignore[arg-type]
        ({"energy_timeline": [replace(SOUND.energy_timeline[0], time=7)]}, "energy_timeline.0.time"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_of_its_type_is_told_by_its_place_and_never_by_its_value(
    change: dict[str, object], where: str
) -> None:
    text, misfits = write_result(SOUND.model_copy(update=change))
    assert (text, misfits) == ("", {"matches_schema": where})


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"motivation_message": None}, "energy_timeline lacks what every slot has"),
        ({"energy_level": 101.0}, "energy_timeline has a level out of bounds"),
        ({"zone": "noon"}, "energy_timeline has a zone that is none, or in the looks of another"),
    ],
)
def test_a_slot_that_is_none_breaks_the_schema(change: dict[str, Any], what: str) -> None:
    slots = [replace(SOUND.energy_timeline[0], **change), *SOUND.energy_timeline[1:]]
    assert broken_checks(SOUND.model_copy(update={"energy_timeline": slots})) == {"matches_schema": what}


@pytest.mark.parametrize(
    ("fact_id", "value"),
    [("predicted_wake", 24.5), ("msf", -1.0), ("sri", 101.0), ("energy_curve", [50.0, 100.5]), ("cpd", nan)],
)
def test_a_number_its_unit_does_not_allow_is_out_of_range(fact_id: str, value: float | list[float]) -> None:
    assert "facts_in_range" in broken_checks(with_fact(replace(SOUND.facts[fact_id], value=value)))


def test_certainty_without_data_breaks_the_gates() -> None:
    lacking = next(fact for fact in FEW.facts.values() if fact.status is Status.INSUFFICIENT)
    changes: tuple[dict[str, Any], ...] = ({"confidence": LOW}, {"missing": None})
    for change in changes:
        odd = FEW.model_copy(update={"facts": {**FEW.facts, lacking.id: replace(lacking, **change)}})
        assert set(broken_checks(odd)) == {"gates_respected"}


def test_citing_what_is_no_fact_and_hiding_what_is_missing_break_the_gates() -> None:
    citing = SOUND.phase.model_copy(update={"fact_ids": ["phase_of_the_moon"]})
    silent = SOUND.rhythm.model_copy(update={"missing": []})
    assert broken_checks(SOUND.model_copy(update={"phase": citing})) == {
        "gates_respected": "phase_of_the_moon is cited and no fact"
    }
    assert broken_checks(SOUND.model_copy(update={"rhythm": silent})) == {
        "gates_respected": "Rhythm does not say what is missing"
    }


def test_a_nested_part_is_checked_like_any_other() -> None:
    pattern = SOUND.biomarker_insights.sleep_pattern_analysis.model_copy(update={"fact_ids": ["dreams"]})
    insights = SOUND.biomarker_insights.model_copy(update={"sleep_pattern_analysis": pattern})
    broken = broken_checks(SOUND.model_copy(update={"biomarker_insights": insights}))
    assert broken == {"gates_respected": "dreams is cited and no fact"}


def test_windows_that_leave_a_gap_or_overlap_do_not_tile_the_day() -> None:
    zones = SOUND.energy_zone_analysis
    gap = zones.model_copy(update={"sleep_windows": []})
    twice = zones.model_copy(update={"peak_windows": [*zones.peak_windows, zones.peak_windows[0]]})
    for odd in (gap, twice):
        broken = broken_checks(SOUND.model_copy(update={"energy_zone_analysis": odd}))
        assert broken == {"zones_tile_the_day": "the windows do not add up to a day"}
    short = SOUND.model_copy(update={"energy_timeline": SOUND.energy_timeline[1:]})
    assert set(broken_checks(short)) == {"zones_tile_the_day"}
