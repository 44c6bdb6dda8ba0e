"""The whole analysis: numbers only from facts, the same bytes for the same readings, nothing said without data."""

import json
import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.analysis_scope import AnalysisMode, AnalysisScope
from hos_pipelines.domain.behavior.behavior_analysis import analyze_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.behavior.wording import say_value
from hos_pipelines.domain.gates import RANK, Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines.domain.result_checks import broken_checks
from hos_pipelines_tests.domain.behavior.people import MONDAY, history, reading, readings

PARTS = set(BehaviorResult.model_fields) - {"status", "archetype", "facts", "analysis_metadata"}
SPOKEN = (
    "text",
    "evidence",
    "reason",
    "friction",
    "biomarker_support",
    "signature_summary",
    "justification",
    "recommendation",
    "mitigation_strategy",
)


def result_of(rows: list[StoredReading]) -> BehaviorResult:
    return analyze_behavior(history(rows))


def parts_of(result: BehaviorResult) -> Any:
    return json.loads(result.model_dump_json(include=PARTS))


def numbers(node: Any) -> Iterator[float]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from numbers(one)
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield node


def records(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from records(one)


def drawn(days: int, seed: int, spread: float, missing: list[int], dropped: set[str]) -> list[StoredReading]:
    return [row for row in readings(days, seed, spread, missing) if row.type not in dropped]


people = st.builds(
    drawn,
    st.integers(0, 60),
    st.integers(1, 1000),
    st.sampled_from([0.05, 0.3, 1.0, 3.0]),
    st.lists(st.integers(0, 59), max_size=30),
    st.sets(
        st.sampled_from(
            [
                "sleep_start_time",
                "sleep_duration",
                "steps",
                "exercise_duration",
                "heart_rate_resting",
                "score:readiness",
            ]
        ),
        max_size=4,
    ),
)


@settings(max_examples=60)
@given(people)
def test_every_number_in_a_part_is_the_value_of_a_fact(rows: list[StoredReading]) -> None:
    result = result_of(rows)
    known = {fact.value for fact in result.facts.values() if isinstance(fact.value, float)}
    assert [number for number in numbers(parts_of(result)) if number not in known] == []


@settings(max_examples=60)
@given(people)
def test_every_number_in_a_sentence_is_that_of_a_fact_it_cites(rows: list[StoredReading]) -> None:
    result = result_of(rows)
    for record in records(parts_of(result)):
        cited = [say_value(result.facts[fact_id]).removeprefix("-") for fact_id in record.get("fact_ids", [])]
        for key in SPOKEN:
            text = record.get(key) or ""
            for words in sorted(cited, key=len, reverse=True):
                text = text.replace(words, "")
            assert not re.search(r"\d", text), (key, record[key])


@settings(max_examples=60)
@given(people)
def test_every_result_passes_the_checks_and_cites_facts_that_say_something(rows: list[StoredReading]) -> None:
    result = result_of(rows)
    assert broken_checks(result) == {}
    for record in records(parts_of(result)):
        for fact_id in record.get("fact_ids", []):
            assert result.facts[fact_id].value is not None


@settings(max_examples=30)
@given(people, st.randoms(use_true_random=False))
def test_order_and_duplicates_of_readings_change_no_byte(rows: list[StoredReading], chance: random.Random) -> None:
    mixed = [*rows, *chance.sample(rows, len(rows) // 2)]
    chance.shuffle(mixed)
    assert result_of(mixed).model_dump_json() == result_of(rows).model_dump_json()


@settings(max_examples=30)
@given(st.integers(1, 200), st.integers(0, 40))
def test_fewer_days_never_make_a_behavior_surer(seed: int, days: int) -> None:
    """Rates may fall or rise with a day more; how sure they sound may only rise."""
    fewer, more = result_of(readings(days, seed)).facts, result_of(readings(days + 1, seed)).facts
    for fact_id in fewer.keys() & more.keys():
        if fact_id.endswith(("_adherence", "_median", "timing_sd", "typical_wake", "consistency_score")):
            assert RANK[fewer[fact_id].confidence] <= RANK[more[fact_id].confidence]


def test_nobody_without_readings_gets_an_answer() -> None:
    result = result_of([])
    assert result.status is Status.INSUFFICIENT
    assert result.analysis_metadata.data_quality.days == 0
    assert result.analysis_metadata.data_quality.first_day is None
    assert list(numbers(parts_of(result))) == []
    assert result.readiness_level is None
    assert result.primary_goal is None


@pytest.mark.parametrize(
    ("days", "status"),
    [(6, Status.INSUFFICIENT), (7, Status.PRELIMINARY), (27, Status.PRELIMINARY), (28, Status.OK)],
)
def test_the_status_follows_the_recorded_days(days: int, status: Status) -> None:
    assert result_of(readings(days)).status is status


def test_one_day_not_recorded_keeps_the_result_preliminary() -> None:
    result = result_of(readings(56, missing=[40]))
    assert result.status is Status.PRELIMINARY
    assert result.facts["recorded_days"].value == 27
    assert result.analysis_metadata.data_quality.missing_nights == 1


def test_only_the_last_four_weeks_are_judged() -> None:
    result = result_of(readings(56))
    assert result.facts["regular_wake_adherence"].n == 28
    assert result.facts["regular_wake_adherence"].window == "2026-02-02/2026-03-01"
    assert min(one["day"] for one in result.habit_analysis.calendar) == "2026-02-02"
    assert len(result.habit_analysis.calendar) == 5 * 28


def test_a_follow_up_counts_the_new_days_and_says_the_same_otherwise() -> None:
    person = history(readings(40))
    since = MONDAY + timedelta(days=36)
    first, again = analyze_behavior(person), analyze_behavior(person, AnalysisScope(AnalysisMode.FOLLOW_UP, since))
    assert again.facts["new_days"].value == 3
    assert first.facts == {fact_id: fact for fact_id, fact in again.facts.items() if fact_id != "new_days"}
    assert first.analysis_metadata.fingerprint == again.analysis_metadata.fingerprint


def test_a_zone_that_does_not_exist_is_no_reason_to_fail() -> None:
    person = history(readings(20))
    odd = type(person)(**{name: getattr(person, name) for name in person.__slots__} | {"timezone": "Mars/Olympus"})
    assert analyze_behavior(odd).status is Status.PRELIMINARY


def test_a_lasting_shift_of_the_pulse_is_dated_and_told() -> None:
    rows = [row for row in readings(56) if row.type != "heart_rate_resting"]
    for index in range(56):
        value = (52 if index < 30 else 58) + index % 3
        rows.append(reading("heart_rate_resting", MONDAY + timedelta(days=index), value, "bpm"))
    result = result_of(rows)
    pulse = result.baselines["heart_rate_resting"]
    assert pulse.change_day == MONDAY + timedelta(days=30)
    assert pulse.change_before == 53
    assert pulse.change_after == pytest.approx(58.961538, abs=1e-6)
    assert any("Resting heart rate: about 53 bpm on average before" in one.text for one in result.data_insights)


def test_fewer_steps_week_by_week_are_a_decline_and_fewer_beats_an_improvement() -> None:
    rows = [row for row in readings(28) if row.type not in ("steps", "heart_rate_resting")]
    for index in range(28):
        day = MONDAY + timedelta(days=index)
        rows += [
            reading("steps", day, 9000 - 100 * index, "count"),
            reading("heart_rate_resting", day, 65 - index / 4, "bpm"),
        ]
    result = result_of(rows)
    assert result.baselines["steps"].trend == "declining"
    assert result.facts["steps_trend_slope"].value == -100
    assert result.baselines["heart_rate_resting"].trend == "improving"
    indicators = {one.indicator: one for one in result.sophistication_assessment.readiness_indicators}
    assert indicators["optimization"].present


def shifted(name: str, before: float, after: float, unit: str, spread: float = 1.0) -> list[StoredReading]:
    """A series that lies at another level in the last two of eight weeks, with days that differ."""
    chance = np.random.default_rng(3)
    values = np.where(np.arange(56) >= 42, after, before) + spread * chance.normal(size=56)
    return [reading(name, MONDAY + timedelta(days=day), round(one, 1), unit) for day, one in enumerate(values.tolist())]


def with_series(name: str, rows: list[StoredReading]) -> BehaviorResult:
    return result_of([row for row in readings(56) if row.type != name] + rows)


def test_a_shift_and_a_trend_of_one_series_are_never_told_side_by_side() -> None:
    result = with_series("steps", shifted("steps", 8000, 4000, "count", 800))
    told = [one.text for one in result.data_insights if one.text.startswith("Steps")]
    assert len(told) == 1
    assert told[0] == "Steps: about 7987 on average before 2026-02-16, about 4054 since."
    steps = result.baselines["steps"]
    assert (steps.change_day, steps.trend) == (MONDAY + timedelta(days=42), None)
    q = result.facts["steps_change_q"]
    assert q.value == result.facts["steps_trend_q"].value
    assert isinstance(q.value, float)
    assert q.value < 0.1
    patterns = {one.pattern_type: one.trend for one in result.behavioral_signature.behavioral_patterns}
    assert patterns["activity"] == "declining"


def test_what_moves_a_heart_rate_besides_is_said_with_it() -> None:
    result = with_series("heart_rate_resting", shifted("heart_rate_resting", 55, 62, "bpm", 2))
    (told,) = (one.text for one in result.data_insights if one.text.startswith("Resting heart rate"))
    assert told.endswith("The menstrual cycle, alcohol, fever, heat and late meals move it too.")


@pytest.mark.parametrize(
    ("name", "prefix", "before", "after", "unit"),
    [
        ("sleep_debt", "sleep_debt", 0.5, 3.0, "hour"),
        ("score:sleep", "sleep_score", 0.8, 0.4, "index"),
        ("score:readiness", "readiness_score", 0.8, 0.4, "index"),
        ("score:wellbeing", "wellbeing_score", 0.8, 0.4, "index"),
        ("score:mental_wellbeing", "mental_wellbeing_score", 0.8, 0.4, "index"),
    ],
)
def test_what_is_made_of_a_rolling_week_is_never_tested_for_a_change(
    name: str, prefix: str, before: float, after: float, unit: str
) -> None:
    result = with_series(name, shifted(name, before, after, unit, 0.02))
    told = {fact_id for fact_id in result.facts if fact_id.startswith(prefix)}
    assert told == {f"{prefix}_{key}" for key in ("median", "mad", "latest", "z")}
    assert result.baselines[prefix].trend is None
    assert result.baselines[prefix].change_day is None


def test_stable_is_said_only_where_a_change_of_a_days_size_is_ruled_out() -> None:
    chance = np.random.default_rng(1)
    flat = np.resize([7000.0, 9000.0, 8000.0], 56) + 100 * chance.normal(size=56)
    rows = [
        reading("steps", MONDAY + timedelta(days=day), round(one), "count") for day, one in enumerate(flat.tolist())
    ]
    assert with_series("steps", rows).baselines["steps"].trend == "stable"
    month = [row for row in rows if row.local_date >= (MONDAY + timedelta(days=28)).isoformat()]
    assert with_series("steps", month).baselines["steps"].trend is None


def test_a_change_smaller_than_days_differ_is_not_told_however_credible() -> None:
    result = with_series("steps", [*_half_a_deviation_later()])
    assert result.facts["steps_trend_q"].value == pytest.approx(0, abs=0.05)
    assert not [one for one in result.data_insights if one.text.startswith("Steps")]
    assert result.baselines["steps"].trend is None


def _half_a_deviation_later() -> Iterator[StoredReading]:
    """Days that take turns, so regularly that half of their deviation is seen."""
    for index in range(56):
        steps = (9000, 7000, 8200, 7800)[index % 4] + (700 if index >= 28 else 0)
        yield reading("steps", MONDAY + timedelta(days=index), steps, "count")


def test_nobody_misses_days_before_the_first_reading() -> None:
    result = result_of(readings(14))
    assert result.facts["data_coverage"].value == 1.0
    assert result.facts["recorded_days"].value == 14
    assert result.analysis_metadata.data_quality.missing_nights == 0
    indicators = {one.indicator: one.present for one in result.sophistication_assessment.readiness_indicators}
    assert indicators["awareness"] is True


def test_nights_count_as_missing_from_the_first_recorded_one_on() -> None:
    rows = [row for row in readings(20) if not (row.type.startswith("sleep") and row.local_date < "2026-01-12")]
    quality = result_of(rows).analysis_metadata.data_quality
    assert (quality.days, quality.nights, quality.missing_nights) == (20, 13, 0)


def test_two_weeks_of_a_series_are_held_against_each_other_with_the_least_change_that_counts() -> None:
    facts = with_series("steps", shifted("steps", 8000, 8000, "count", 800)).facts
    this, before = facts["steps_week"], facts["steps_week_before"]
    assert (this.n, before.n, this.unit) == (7, 7, "count")
    assert this.interval is not None
    assert this.interval.least_change is not None
    assert 700 < this.interval.least_change < 1600


def test_exercise_that_is_not_delivered_is_missing_and_not_missed() -> None:
    result = result_of([row for row in readings(28) if row.type != "exercise_duration"])
    row = next(one for one in result.habit_analysis.behaviors if one.behavior == "exercise")
    assert row.adherence is None
    assert row.missing == ["exercise: days: has 0, needs 14"]


def test_the_keys_readers_depend_on_are_there() -> None:
    keys = {
        "behavioral_signature": {"primary_motivation", "consistency_score", "behavioral_patterns", "signature_summary"},
        "sophistication_assessment": {"score", "category", "level", "readiness_indicators", "growth_potential"},
        "habit_analysis": {"established_habits", "emerging_patterns", "friction_points"},
        "motivation_profile": {
            "primary_drivers",
            "engagement_style",
            "response_to_setbacks",
            "barrier_patterns",
            "optimal_motivation_tactics",
        },
        "personalized_strategy": {
            "recommended_approach",
            "habit_integration_method",
            "motivation_tactics",
            "barrier_mitigation",
            "archetype_customization",
        },
        "integration_recommendations": {"for_routine_agent", "for_nutrition_agent"},
    }
    parts = parts_of(result_of(readings(28)))
    assert {name: wanted - parts[name].keys() for name, wanted in keys.items()} == {name: set() for name in keys}
    assert {"primary_goal", "readiness_level", "recommendations", "data_insights", "baselines"} <= parts.keys()
