"""Delivered quality of sleep, what belongs before a professional, and weeks in which clocks change."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from hos_pipelines.domain.circadian.circadian_analysis import analyze_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines_tests.domain.circadian.sleepers import FIRST, LAST, history, night, sleeper


def daily(kind: str, value: float, unit: str, days: Iterable[int] = range(28)) -> list[StoredReading]:
    return [StoredReading(kind, (FIRST + timedelta(days=day)).isoformat(), f"{value:g}", unit) for day in days]


def analysed(*rows: list[StoredReading]) -> CircadianResult:
    return analyze_circadian(history([row for some in rows for row in some]))


def flagged(result: CircadianResult) -> list[list[str]]:
    return [one.fact_ids for one in result.red_flags]


def test_quality_is_the_median_of_what_is_delivered() -> None:
    usual = daily("sleep_efficiency", 0.91, "percentage", range(20))
    poor = daily("sleep_efficiency", 0.5, "percentage", range(20, 28))
    in_bed, asleep = daily("sleep_in_bed_duration", 510, "minute"), daily("sleep_duration", 460, "minute")
    facts = analysed(sleeper(), usual, poor, daily("sleep_latency", 12, "minute"), in_bed, asleep).facts
    medians = [facts[f"{name}_median"].value for name in ("sleep_efficiency", "sleep_latency", "awake")]
    assert medians == pytest.approx([0.91, 12.0, 50.0])


def test_quality_that_is_not_delivered_is_not_told() -> None:
    facts = analysed(sleeper(), daily("sleep_in_bed_duration", 510, "minute", [1, 2])).facts
    for name in ("sleep_efficiency_median", "sleep_latency_median", "awake_median"):
        assert (facts[name].value, facts[name].status, facts[name].n) == (None, Status.INSUFFICIENT, 0)


def test_more_asleep_than_in_bed_is_no_time_awake() -> None:
    facts = analysed(
        sleeper(), daily("sleep_in_bed_duration", 400, "minute"), daily("sleep_duration", 460, "minute")
    ).facts
    assert facts["awake_median"].value == 0.0


@pytest.mark.parametrize(
    ("hours", "ids"), [(4.75, [["sleep_mean"]]), (5.25, []), (8.0, []), (10.25, []), (11.0, [["sleep_mean"]])]
)
def test_weeks_of_very_short_or_very_long_sleep_go_to_a_professional(hours: float, ids: list[list[str]]) -> None:
    assert flagged(analysed(sleeper(hours=hours))) == ids


def test_a_few_nights_are_no_weeks() -> None:
    assert flagged(analysed(sleeper(hours=4.5, days=range(13)))) == []
    assert flagged(analysed(sleeper(hours=4.5, days=range(14)))) == [["sleep_mean"]]


@pytest.mark.parametrize(
    ("efficiency", "days", "ids"),
    [(0.8, 28, [["sleep_efficiency_median"]]), (0.8, 13, []), (0.85, 28, []), (0.93, 28, [])],
)
def test_weeks_of_low_efficiency_go_to_a_professional(efficiency: float, days: int, ids: list[list[str]]) -> None:
    delivered = daily("sleep_efficiency", efficiency, "percentage", range(28 - days, 28))
    assert flagged(analysed(sleeper(), delivered)) == ids


def test_a_drift_round_the_clock_goes_to_a_professional() -> None:
    rows = [row for day in range(28) for row in night(FIRST + timedelta(days=day), -2.0 + day / 2, 8.0)]
    assert flagged(analysed(rows)) == [["drift", "living"]]


def in_winter(rows: list[StoredReading], offset: str = "+01:00") -> list[StoredReading]:
    return [row._replace(value=(row.value or "").replace("+02:00", offset)) for row in rows]


@pytest.mark.parametrize(("days", "is_told"), [(1, True), (7, True), (8, False)])
def test_a_change_of_clocks_is_told_for_a_week(days: int, *, is_told: bool) -> None:
    before, after = sleeper(days=range(28 - days)), in_winter(sleeper(days=range(28 - days, 28)))
    result = analysed(before, after)
    assert [one.fact_ids for one in result.notes] == ([["clock_change_day"]] if is_told else [])
    assert ("clock_change_day" in result.facts) is is_told
    if is_told:
        assert result.facts["clock_change_day"].value == (LAST - timedelta(days=days - 1)).isoformat()


@pytest.mark.parametrize(
    "days", [[*range(14), 26, 27], [0, 3, 6, 9, 12, 15, 18, 20, 27]], ids=["two weeks without a record", "few nights"]
)
def test_when_clocks_changed_is_not_told_where_it_is_not_known_to_be_of_the_last_week(days: list[int]) -> None:
    summer, winter = [day for day in days if day < 18], [day for day in days if day >= 18]
    result = analysed(sleeper(days=summer), in_winter(sleeper(days=winter)))
    assert result.notes == []


def test_a_journey_is_no_change_of_clocks() -> None:
    assert analysed(sleeper(days=range(25)), in_winter(sleeper(days=range(25, 28)), "+05:00")).notes == []
