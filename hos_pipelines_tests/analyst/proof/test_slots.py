"""Slots: each is rendered from its fact, and is not there where the fact does not bear it."""

import pytest

from hos_pipelines.analyst.proof.slots import Borne, render
from hos_pipelines.domain.circadian.advice_sources import CONSTANTS
from hos_pipelines.domain.facts import Fact, Interval
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines_tests.analyst.proof.claims import fact

PAIR = "Spearman rho of steps and sleep_duration, lag {lag} d, without weekday means"
FACTS = [
    fact("wake_free", 9.45, "local hour"),
    fact("wake_work", 5.88, "local hour"),
    fact("msf", 19688.0, "second of the local day", (19000.0, 20400.0)),
    fact("late_msf", 21488.0, "second of the local day", (21000.0, 22000.0)),
    fact("near_msf", 20388.0, "second of the local day", (20000.0, 20800.0)),
    fact("just_before_midnight", 23.9, "local hour"),
    fact("just_after_midnight", 0.2, "local hour"),
    fact("sleep_mean", 6.5, "hour", (6.3, 6.7)),
    fact("sleep_need", 7.75, "hour", (7.2, 8.2)),
    fact("sleep_want", 7.0, "hour", (6.6, 7.4)),
    fact("least_need", 7.0, "hour", method="at least: free nights follow short ones"),
    fact("sd_work", 23400.0, "second"),
    fact("much_sleep", 8.0, "hour", (7.8, 8.2)),
    fact("least_owed", -3.0, "hour", (-4.0, -2.0), method="at least: need - sleep"),
    fact("sleep_score_latest", 0.804, "index"),
    fact("sleep_score_median", 0.796, "index"),
    fact("sleep_score_z", 0.9, "z"),
    fact("steps_trend_slope", -150.0, "count per day"),
    fact("sleep_duration_trend_slope", 0.02, "hour per day"),
    fact("free_minus_work_wake", 0.6, "hour", (0.4, 0.8)),
    fact("lie_in", -0.6, "hour", (-0.8, -0.4)),
    fact("sjl_rel", 700.0, "second", (-300.0, 1700.0)),
    fact("sleep_debt_14", -3.0, "hour", (-5.0, -1.0)),
    fact("steps_z", -1.8, "z"),
    fact("steps_latest", 3000.0, "count"),
    fact("steps_median", 9000.0, "count"),
    fact("hrv_rmssd_z", 0.2, "z"),
    fact("hrv_rmssd_latest", 44.0, "millisecond"),
    fact("hrv_rmssd_median", 40.0, "millisecond"),
    fact("exercise_duration_z", -0.4, "z"),
    fact("exercise_duration_latest", 10.0, "minute"),
    fact("exercise_duration_median", 38.0, "minute"),
    fact("hrv_sdnn_z", -2.0, "z"),
    fact("active_day_adherence", 0.0, "share"),
    fact("steps_change_before", 6458.0, "count"),
    fact("steps_change_after", 10752.0, "count"),
    fact("steps_change_day", "2026-09-29", "label"),
    fact("sleep_duration_change_before", 7.2, "hour"),
    fact("sleep_duration_change_after", 7.2, "hour"),
    fact("exercise_adherence", 0.57, "share"),
    fact("regular_bedtime_adherence", 0.96, "share"),
    fact("enough_sleep_adherence", 0.39, "share"),
    fact("regular_wake_adherence", 0.594, "share"),
    fact("data_coverage", 0.1, "share"),
    fact("sleep_efficiency_median", 0.91, "share"),
    fact("heart_rate_resting_week", 63.6, "bpm", interval=Interval(None, None, 2.0)),
    fact("heart_rate_resting_week_before", 63.0, "bpm", interval=Interval(None, None, 2.0)),
    fact("heart_rate_resting_median", 60.0, "bpm"),
    fact("chronotype", "moderate_morning", "label"),
    fact("regularity_band", "medium", "label"),
    fact("rhr_flag", "usual", "label"),
    fact("energy_curve", [1.0, 2.0], "relative energy"),
    fact("zone_peak_2_start", 17.0, "local hour"),
    fact("zone_recovery_1_end", 6.0, "local hour"),
    fact("association_1_rho", -0.6, "rho", method=PAIR.format(lag=0)),
    fact("association_2_rho", 0.6, "rho", method=PAIR.format(lag=1)),
    Fact("nap_days", None, "day", 0, None, "made up", Confidence.NONE, Status.INSUFFICIENT, "windows of naps"),
]
OF = Borne({one.id: one for one in FACTS}, {"steps": -1, "sleep_duration": 0}, CONSTANTS)
RENDERED = {
    "wake_free": "09:27",
    "sleep_mean": "6 h 30 min",
    "least_need": "at least 7 h",
    "steps_trend_slope": "150 per day",
    "free_minus_work_wake": "36 min",
    "lie_in": "36 min",
    "chronotype": "moderate morning",
    "steps_change_day": "29 September 2026",
    "caffeine_hours": "8.8 hours",
    "settling_hours": "1 hour",
    "steps_trend_slope.way": "falling",
    "free_minus_work_wake.way": "later",
    "lie_in.way": "earlier",
    "sleep_debt_14.way": "ahead",
    "steps_z.way": "below",
    "hrv_rmssd_z.way": "close to",
    "steps_change_after.way": "up",
    "chronotype.level": "moderate morning",
    "regularity_band.level": "fairly steady",
    "rhr_flag.level": "as usual",
    "regular_bedtime_adherence.often": "on nearly every day",
    "exercise_adherence.often": "on about half of the days",
    "regular_wake_adherence.often": "on about half of the days",
    "enough_sleep_adherence.often": "on some days",
    "data_coverage.often": "on few days",
    "sleep_mean.versus.sleep_need": "less than",
    "sleep_need.versus.sleep_mean": "more than",
    "sleep_mean.versus.least_need": "less than",
    "sleep_mean.versus.sd_work": "the same as",
    "wake_free.versus.wake_work": "later than",
    "msf.versus.late_msf": "earlier than",
    "just_before_midnight.versus.just_after_midnight": "earlier than",
    "heart_rate_resting_week.versus.heart_rate_resting_median": "higher than",
    "steps_trend_slope.name": "steps",
    "heart_rate_resting_week.name": "resting heart rate",
    "exercise_adherence.name": "exercise",
    "zone_peak_2_start.name": "high energy",
    "zone_recovery_1_end.name": "lower energy",
    "steps_change_day.since": "since 29 September 2026",
    "association_1_rho.first": "more steps",
    "association_1_rho.second": "shorter sleep",
    "association_1_rho.lag": "on the same day",
    "association_2_rho.second": "longer sleep",
    "association_2_rho.lag": "the day after",
}
NOT_BORNE = {
    "nap_days": "a fact without a value",
    "energy_curve": "a curve",
    "nobody": "no fact",
    "": "nothing",
    "wake_free.way": "a clock time points nowhere",
    "sleep_duration_trend_slope.way": "a trend that is none, whatever its slope",
    "exercise_trend_slope.way": "a series nobody knows of",
    "sjl_rel.way": "a difference within chance",
    "sleep_duration_change_after.way": "a shift that shows in no figure",
    "sleep_mean.level": "a number is no category",
    "steps_change_day.level": "a day is no category",
    "sleep_efficiency_median.often": "a share that is no frequency",
    "sleep_mean.often": "no share",
    "sleep_mean.versus.sleep_want": "intervals that overlap",
    "msf.versus.near_msf": "clock times whose intervals overlap",
    "heart_rate_resting_week.versus.heart_rate_resting_week_before": "a difference below the least that counts",
    "sleep_mean.versus.wake_free": "a duration and a clock time",
    "steps_z.versus.sleep_efficiency_median": "other units",
    "sleep_mean.versus.nap_days": "a fact without a value",
    "much_sleep.versus.least_need": "more than what is needed at least",
    "least_need.versus.much_sleep": "less than something, of a bound from below",
    "least_owed": "a bound from below that is below 0",
    "sleep_score_z.way": "a difference that shows in no figure",
    "exercise_duration_z.way": "a value within a wide spread that is far from the usual one all the same",
    "hrv_sdnn_z.way": "a place beside what is not known",
    "active_day_adherence.often": "what was on no day",
    "sleep_mean.versus": "nothing to compare with",
    "sleep_mean.versus.sleep_need.way": "a slot of a slot",
    "sleep_mean.name": "a fact of no series",
    "chronotype.since": "no day of change",
    "steps_z.first": "no association",
    "caffeine_hours.way": "a constant points nowhere",
    "sleep_mean.value": "no slot of ours",
    "sleep_mean.way.sleep_need": "more than it takes",
}


@pytest.mark.parametrize("expression", RENDERED)
def test_a_slot_is_rendered_from_its_fact(expression: str) -> None:
    assert render(expression, OF) == RENDERED[expression]


@pytest.mark.parametrize("expression", NOT_BORNE, ids=NOT_BORNE.values())
def test_a_slot_is_not_there_where_its_fact_does_not_bear_it(expression: str) -> None:
    assert render(expression, OF) is None


@pytest.mark.parametrize("course", [1, -1, 0, None])
def test_a_trend_goes_where_its_series_is_found_to_go_and_not_where_its_slope_points(course: int | None) -> None:
    for slope in (-150.0, 150.0):
        one = fact("steps_trend_slope", slope, "count per day")
        told = render("steps_trend_slope.way", Borne({one.id: one}, {} if course is None else {"steps": course}))
        assert told == {1: "rising", -1: "falling"}.get(course or 0)


@pytest.mark.parametrize(
    ("percent", "often"),
    [
        (99, "on nearly every day"), (95, "on nearly every day"), (94, "on most days"), (60, "on most days"),
        (59, "on about half of the days"), (40, "on about half of the days"), (39, "on some days"),
        (15, "on some days"), (14, "on few days"), (1, "on few days"),
    ],
)  # fmt: skip
def test_how_often_goes_by_the_share_as_it_is_shown(percent: int, often: str) -> None:
    for share in (percent / 100, (percent - 0.4) / 100, (percent + 0.4) / 100):
        assert often_of(share) == often


def test_all_days_are_all_of_them_and_none_are_not_few() -> None:
    assert (often_of(1.0), often_of(0.999), often_of(0.001), often_of(0.0)) == (
        "on all days", "on nearly every day", "on few days", None,
    )  # fmt: skip


def often_of(share: float) -> str | None:
    one = fact("exercise_adherence", share, "share")
    return render("exercise_adherence.often", Borne({one.id: one}, {}))
