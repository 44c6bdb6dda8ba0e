import json
import re
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.analysis_result import Part
from hos_pipelines.domain.analysis_scope import AnalysisMode, AnalysisScope
from hos_pipelines.domain.behavior.wording import duration_text
from hos_pipelines.domain.circadian.circadian_analysis import METHOD_VERSION, analyze_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.clock_text import clock_text
from hos_pipelines.domain.gates import LOW, MEDIUM, Confidence, Status
from hos_pipelines.domain.history import StoredReading, read_history
from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines.domain.result_checks import broken_checks
from hos_pipelines.domain.statements import Statement
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.circadian.sleepers import FIRST, LAST, history, night, sleeper
from hos_pipelines_tests.domain.circadian.strategies import any_window, recorded_nights

EXTRAS = [
    StoredReading("sleep_debt", LAST.isoformat(), "-1.5", "hour"),
    StoredReading("sleep_duration", LAST.isoformat(), "430", "minute"),
    StoredReading("steps", (FIRST + timedelta(days=3)).isoformat(), "9000", "count"),
    StoredReading("sleep_start_time", (FIRST + timedelta(days=4)).isoformat(), "late", "datetime"),
]
SAID_NUMBER = re.compile(r"\d+:\d+|\d+ h \d+ min|\d+ h|\d+ min|\d+")
LATE_SLEEPER = sleeper(bed=1.0, hours=7.0, lie_in=1.0, later=1.0)
KEYS = {
    "status",
    "archetype",
    "facts",
    "analysis_metadata",
    "chronotype_assessment",
    "energy_zone_analysis",
    "schedule_recommendations",
    "biomarker_insights",
    "integration_recommendations",
    "energy_timeline",
    "timeline_metadata",
    "summary",
    "regularity",
    "rhythm",
    "phase",
    "sleep_need",
    "red_flags",
    "notes",
}


def analysed(rows: list[StoredReading], archetype: str = "Foundation Builder") -> CircadianResult:
    return analyze_circadian(history(rows, archetype))


EMPTY = analysed([])


def parts(result: CircadianResult) -> list[Part]:
    return [part for name in type(result).model_fields if isinstance(part := getattr(result, name), Part)]


def test_a_whole_month_says_everything() -> None:
    result = analysed(LATE_SLEEPER)
    assert result.status is Status.OK
    assert set(json.loads(result.model_dump_json())) == KEYS
    assert result.chronotype_assessment.primary_type == "moderate_evening"
    assert result.summary.optimal_wake_window == "07:30-08:30"
    assert result.summary.optimal_sleep_window == "01:00-08:00"
    assert result.energy_zone_analysis.predicted_day == LAST + timedelta(days=1)
    assert result.rhythm.status is Status.INSUFFICIENT
    assert result.rhythm.missing == ["hourly readings: Sahha delivers no hourly readings"]


def test_the_timeline_has_each_quarter_once_and_agrees_with_the_windows() -> None:
    result = analysed(LATE_SLEEPER)
    timeline = result.energy_timeline
    assert [slot.slot_index for slot in timeline] == list(range(96))
    assert [timeline[slot].time for slot in (0, 1, 95)] == ["00:00", "00:15", "23:45"]
    zones = result.energy_zone_analysis
    for zone, windows in (
        ("peak", zones.peak_windows),
        ("maintenance", zones.maintenance_windows),
        ("recovery", zones.recovery_windows),
        ("sleep", zones.sleep_windows),
    ):
        told = {time for window in windows for time in times(window.time_range)}
        assert told == {slot.time for slot in timeline if slot.zone == zone}
    assert [slot.energy_level for slot in timeline] == result.facts["energy_curve"].value
    assert all(before.zone == after.zone for before, after in pairwise(timeline) if before.time == "02:00")


def times(time_range: str) -> list[str]:
    start, end = (int(clock[:2]) * 4 + int(clock[3:]) // 15 for clock in time_range.split("-"))
    slots = range(start, end if end > start else end + 96)
    return [f"{slot % 96 // 4:02d}:{slot % 4 * 15:02d}" for slot in slots]


def test_productive_windows_are_the_better_maintenance_windows() -> None:
    zones = analysed(sleeper()).energy_zone_analysis
    assert [window.time_range for window in zones.productive_windows] == ["07:15-08:15"]
    assert all(window in zones.maintenance_windows for window in zones.productive_windows)
    others = [window for window in zones.maintenance_windows if window not in zones.productive_windows]
    worst = min(window.energy_level for window in zones.productive_windows)
    assert all(window.energy_level < worst for window in others)


def test_every_cited_fact_exists_and_every_insufficient_part_says_what_is_missing() -> None:
    for rows in (LATE_SLEEPER, sleeper(days=range(4)), []):
        result = analysed(rows)
        for part in parts(result):
            assert set(part.fact_ids) <= set(result.facts)
            assert part.missing or part.status is not Status.INSUFFICIENT


def displays(value: float, unit: str) -> set[str]:
    """How a number may be written: a clock time, hours and minutes, or whole per cent."""
    hours = value / 3600 if "second" in unit else value
    return {clock_text(hours), duration_text(hours), f"{value:.0f}"}


def statements(result: CircadianResult) -> list[Statement]:
    insights, plans = result.biomarker_insights, result.integration_recommendations
    alone = [plans.for_behavior_agent.energy_aware_goal_setting, plans.for_routine_agent.recovery_prioritization]
    return [
        *result.chronotype_assessment.supporting_evidence,
        *insights.sleep_pattern_analysis.statements,
        *plans.for_behavior_agent.habit_timing_optimization,
        *(one for one in alone if one is not None),
    ]


TWO_SHIFTS = [*sleeper(days=[*range(7), *range(14, 21)]), *sleeper(bed=6.0, days=[*range(7, 14), *range(21, 28)])]


@pytest.mark.parametrize(
    "rows",
    [
        LATE_SLEEPER,
        sleeper(bed=0.5, hours=5.5),
        sleeper(days=range(5)),
        TWO_SHIFTS,
        sleeper(bed=-4.0),
        sleeper(bed=6.0),
    ],
    ids=["late", "short", "five nights", "two shifts", "before everybody", "after everybody"],
)
def test_every_number_in_a_sentence_is_one_of_its_facts(rows: list[StoredReading]) -> None:
    result = analysed(rows)
    assert statements(result)
    for statement in statements(result):
        values = [(fact.value, fact.unit) for fact in (result.facts[fact_id] for fact_id in statement.fact_ids)]
        known = {text for value, unit in values if isinstance(value, float) for text in displays(value, unit)}
        text = statement.text.replace(" of 100 people", "").replace("the 7 h advised for adults", "")
        assert set(SAID_NUMBER.findall(text)) <= known, statement.text


def test_messages_are_the_same_every_time() -> None:
    first, again = analysed(LATE_SLEEPER), analysed(list(reversed(LATE_SLEEPER)))
    assert [slot.motivation_message for slot in first.energy_timeline] == [
        slot.motivation_message for slot in again.energy_timeline
    ]
    assert all(slot.motivation_message for slot in first.energy_timeline)


@pytest.mark.parametrize("rows", [[], EXTRAS[:1], sleeper(days=[26, 27])], ids=["nothing", "no night", "two nights"])
def test_too_little_keeps_the_keys_and_invents_nothing(rows: list[StoredReading]) -> None:
    result = analysed(rows)
    assert result.status is Status.INSUFFICIENT
    assert set(json.loads(result.model_dump_json())) == KEYS
    assert result.energy_timeline == []
    assert result.timeline_metadata.total_slots == 0
    assert result.chronotype_assessment.primary_type is None
    assert result.chronotype_assessment.confidence is Confidence.NONE
    assert result.chronotype_assessment.confidence_score is None
    assert result.summary.total_peak_minutes is None
    assert result.summary.optimal_wake_window is None
    assert result.biomarker_insights.circadian_health_score is None
    assert result.schedule_recommendations.recommendations == []
    assert result.integration_recommendations.for_routine_agent.activity_intensity_by_time == []


def test_a_few_nights_are_preliminary() -> None:
    result = analysed(sleeper(days=range(5)))
    assert result.status is Status.PRELIMINARY
    assert result.chronotype_assessment.status is Status.INSUFFICIENT
    assert len(result.energy_timeline) == 96


def test_nights_without_recent_ones_still_say_what_is_usual_with_less_confidence() -> None:
    early = sleeper(days=range(12))
    steps = StoredReading("steps", LAST.isoformat(), "9000", "count")
    recent, old = analysed(sleeper(days=range(16, 28))), analysed([*early, steps])
    assert (old.facts["energy_curve"].confidence, recent.facts["energy_curve"].confidence) == (LOW, MEDIUM)
    assert old.analysis_metadata.data_quality.missing_nights == 16


def test_only_the_last_28_days_count() -> None:
    before = [row for day in range(1, 20) for row in night(FIRST - timedelta(days=day), 3.0, 5.0)]
    inside, more = analysed(sleeper()), analysed([*before, *sleeper()])
    assert more.facts == inside.facts
    assert more.analysis_metadata.data_quality.nights == 28


def test_metadata_say_what_the_result_rests_on() -> None:
    metadata = analysed([*LATE_SLEEPER, *EXTRAS]).analysis_metadata
    assert metadata.method_version == METHOD_VERSION
    assert metadata.engine == "rules"
    assert metadata.model_used is None
    assert metadata.token_usage == 0
    assert metadata.free_days == "estimated: saturday, sunday"
    quality = metadata.data_quality
    assert (quality.first_day, quality.through) == (FIRST, LAST)
    assert (quality.nights, quality.missing_nights, quality.naps) == (28, 0, 0)
    assert quality.set_aside == {"sleep_start_time: is no date and time": 1}


def test_what_sahha_says_of_sleep_debt_is_passed_on_as_it_came() -> None:
    result = analysed([*LATE_SLEEPER, *EXTRAS])
    assert result.sleep_need.sahha_sleep_debt == -1.5
    assert result.facts["sahha_sleep_debt"].unit == "hour"
    absent = analysed(LATE_SLEEPER).facts["sahha_sleep_debt"]
    assert (absent.value, absent.missing) == (None, "a sleep_debt reading of the last days")


@pytest.mark.parametrize(("days_ago", "value"), [(0, -1.5), (2, -1.5), (3, None), (20, None)])
def test_what_sahha_says_of_sleep_debt_stands_only_while_it_is_current(days_ago: int, value: float | None) -> None:
    day = LAST - timedelta(days=days_ago)
    result = analysed([*LATE_SLEEPER, StoredReading("sleep_debt", day.isoformat(), "-1.5", "hour")])
    assert result.sleep_need.sahha_sleep_debt == value


def test_a_follow_up_counts_the_new_nights() -> None:
    scope = AnalysisScope(AnalysisMode.FOLLOW_UP, LAST - timedelta(days=3))
    result = analyze_circadian(history(LATE_SLEEPER), scope)
    assert result.facts["new_nights"].value == 3.0
    assert result.analysis_metadata.mode is AnalysisMode.FOLLOW_UP
    assert "new_nights" not in analysed(LATE_SLEEPER).facts


def test_other_free_days_make_another_chronotype() -> None:
    friday = analyze_circadian(history(LATE_SLEEPER), week=WorkWeek(frozenset({4, 5})))
    assert friday.chronotype_assessment.social_jetlag != analysed(LATE_SLEEPER).chronotype_assessment.social_jetlag
    assert friday.analysis_metadata.free_days == "estimated: friday, saturday"


def test_steadiness_of_timing_is_not_told_as_health() -> None:
    result = analysed(LATE_SLEEPER)
    health = result.facts["circadian_health_score"]
    assert (health.value, health.status) == (None, Status.INSUFFICIENT)
    assert "steadiness of timing" in (health.missing or "")
    assert result.biomarker_insights.circadian_health_score is None


def test_the_score_of_a_steady_sleeper_is_full_and_of_a_jet_lagged_one_is_not() -> None:
    assert analysed(sleeper()).biomarker_insights.timing_steadiness == 100.0
    jagged = analysed(sleeper(later=2.0, lie_in=0.0)).biomarker_insights.timing_steadiness
    # Midsleep SD 0.9 h, duration SD 0 h, social jetlag 2 h: (0.6 + 1 + 0.5) / 3.
    assert jagged == pytest.approx(70, abs=1.5)


def test_a_name_that_is_no_time_zone_is_passed_over() -> None:
    plain = analyze_circadian(read_history("somebody", LATE_SLEEPER, "Foundation Builder"))
    odd = analyze_circadian(read_history("somebody", LATE_SLEEPER, "Foundation Builder", "Mars/Olympus"))
    assert odd.facts == plain.facts


def test_nobody_s_id_is_in_the_result() -> None:
    assert "somebody" not in analysed(LATE_SLEEPER).model_dump_json()


@given(st.randoms(use_true_random=False), st.lists(st.integers(0, 59), max_size=10))
@settings(max_examples=15)
def test_order_and_duplicates_change_no_byte(random: Random, again: list[int]) -> None:
    rows = [*LATE_SLEEPER, *EXTRAS]
    shuffled = [*rows, *(rows[index] for index in again)]
    random.shuffle(shuffled)
    assert analysed(shuffled).model_dump_json() == analysed(rows).model_dump_json()


def delivered(windows: list[SleepWindow], minutes: list[int]) -> list[StoredReading]:
    """Windows and durations as the database holds them; of windows that end on one day the last one stands."""
    by_day = {window.end.date().isoformat(): window for window in windows}
    times = [
        StoredReading(kind, day, moment.isoformat(), "datetime")
        for day, window in by_day.items()
        for kind, moment in (("sleep_start_time", window.start), ("sleep_end_time", window.end))
    ]
    durations = [
        StoredReading("sleep_duration", day, str(length), "minute")
        for day, length in zip(by_day, minutes, strict=False)
    ]
    return times + durations


@given(st.lists(any_window(), max_size=30) | recorded_nights(), st.lists(st.integers(1, 1440), max_size=28))
@settings(max_examples=80, deadline=None)
def test_whatever_is_delivered_the_result_passes_every_check(windows: list[SleepWindow], minutes: list[int]) -> None:
    result = analysed(delivered(windows, minutes))
    assert broken_checks(result) == {}
    assert set(EMPTY.facts) <= set(result.facts)
    advice = {one.kind for one in result.schedule_recommendations.recommendations}
    assert ("sleep_extension" in advice) is (result.sleep_need.standing == "short")


@given(st.sets(st.integers(0, 27)), st.integers(-8, 16), st.integers(12, 44))
@settings(max_examples=40)
def test_any_nights_make_a_result_that_reads_back(days: set[int], bed: int, slots: int) -> None:
    result = analysed(sleeper(bed=bed / 4, hours=slots / 4, days=sorted(days)))
    assert CircadianResult.model_validate_json(result.model_dump_json()) == result
    assert len(result.energy_timeline) in (0, 96)
    assert (result.status is Status.INSUFFICIENT) == (result.analysis_metadata.data_quality.nights < 3)
