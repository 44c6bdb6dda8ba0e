"""The facts of sleep timing: their values on plain schedules, their gates, and what must hold of every history."""

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.timing_facts import add_timing_facts, windows_facts
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.gates import MEDIUM, RANK, Confidence, Status
from hos_pipelines.domain.history import Series
from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines.domain.sleep import sleep_standing
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines_tests.domain.circadian.strategies import any_window, every_night, night, read, recorded_nights

MONTH = "2024-01-01/2024-01-28"
COUNTS = {"nights", "missing_nights", "free_nights", "work_nights", "outlying_nights", "nap_days"}
CLOCK_SECONDS = {"msw", "msf", "msf_sc"}
SECONDS = {"sjl_rel", "sjl", "sjl_sc", "sd_week", "sd_work", "sd_free", "sloss_week"}
CLOCK_HOURS = {
    *("onset_work", "wake_work", "onset_free", "wake_free", "onset_mean", "wake_mean", "midpoint_mean"),
    *("usual_onset", "usual_wake"),
    *("dlmo", "dlmo_earliest", "dlmo_latest", "cbt_min", "cbt_min_earliest", "cbt_min_latest"),
}
HOURS = {
    *("duration_mean", "duration_sd", "onset_sd", "offset_sd", "midpoint_sd", "cpd", "cpd_about_mean"),
    *("lie_in", "midpoint_sd_within", "sleep_mean", "sleep_need", "sleep_debt_14", "sleep_debt_now"),
}
LABELS = {
    *("chronotype", "chronotype_munich", "living", "shift_work"),
    *("regularity_plain", "sleep_measure", "sleep_standing"),
}
PEOPLE = {"chronotype_share", "chronotype_percentile"}
ALL = COUNTS | CLOCK_SECONDS | SECONDS | CLOCK_HOURS | HOURS | LABELS | PEOPLE | {"sri"}
# Entered beside those of everybody where somebody lives that way.
OF_LIVING = {
    *("mode_1_onset", "mode_1_wake", "mode_1_nights", "mode_2_onset", "mode_2_wake", "mode_2_nights"),
    *("journey_hours", "drift"),
}
OF_FREE_DAYS = CLOCK_SECONDS | SECONDS | {"onset_work", "wake_work", "onset_free", "wake_free", "lie_in"}


def weeks_of(count: int, late: float = 2.0) -> list[SleepWindow]:
    """23:00 to 07:00 on work days, so many hours later at both ends on free ones."""
    return [night(day, -1 + (late if day % 7 >= 5 else 0), 8) for day in range(7 * count)]


def month(windows: list[SleepWindow], week: WorkWeek | None = None) -> FactSheet:
    """The facts of windows in the same 28 days, whichever nights they have."""
    sheet = FactSheet(MONTH)
    add_timing_facts(sheet, read(windows, week), week or WorkWeek())
    return sheet


def test_four_plain_weeks_have_the_facts_of_their_making() -> None:
    sheet, sleep = windows_facts(weeks_of(4), WorkWeek())
    assert len(sleep.nights) == 28
    expected = {
        "nights": 28,
        "missing_nights": 0,
        "free_nights": 8,
        "work_nights": 20,
        "outlying_nights": 0,
        "nap_days": 0,
        "msw": 3 * 3600,
        "msf": 5 * 3600,
        "msf_sc": 5 * 3600,
        "sjl": 7200,
        "sjl_rel": 7200,
        "sjl_sc": 7200,
        "sloss_week": 0,
        "sd_work": 28800,
        "sd_free": 28800,
        "sd_week": 28800,
        "duration_mean": 8,
        "duration_sd": 0,
        "onset_work": 23,
        "wake_work": 7,
        "usual_onset": 23,
        "usual_wake": 7,
        "onset_free": 1,
        "wake_free": 9,
        "sri": 100 - 200 * 7 * 4 / (27 * 24),
        "dlmo": 23,
        "dlmo_earliest": 21.5,
        "dlmo_latest": 0.5,
        "cbt_min": 6,
        "cbt_min_earliest": 4.5,
        "cbt_min_latest": 7.5,
        "lie_in": 2,
        "midpoint_sd_within": 0,
        "sleep_mean": 8,
        "sleep_need": 8,
        "sleep_debt_14": 0,
        "sleep_debt_now": 0,
        "chronotype_share": 28.5,
        "chronotype_percentile": 68.75,
    }
    assert {name: sheet.number(name) for name in expected} == pytest.approx(expected, abs=1e-6)
    assert {name: sheet[name].value for name in LABELS} == {
        "chronotype": "intermediate",
        "chronotype_munich": "intermediate",
        "living": "by night",
        "shift_work": "no",
        "regularity_plain": "fairly steady",
        "sleep_measure": "windows",
        "sleep_standing": "enough",
    }
    assert {fact.id for fact in sheet} == ALL
    assert {fact.status for fact in sheet} == {Status.OK}
    assert {fact.window for fact in sheet} == {MONTH}


def test_every_fact_has_its_unit() -> None:
    units = {fact.id: fact.unit for fact in month(weeks_of(4))}
    assert {units[name] for name in CLOCK_SECONDS} == {"second of the local day"}
    assert {units[name] for name in SECONDS} == {"second"}
    assert {units[name] for name in CLOCK_HOURS} == {"local hour"}
    assert {units[name] for name in HOURS} == {"hour"}
    assert units["sri"] == "index"


def test_what_rests_on_estimated_free_days_is_at_most_of_medium_confidence() -> None:
    sheet = month(weeks_of(4))
    assert {sheet[name].confidence for name in OF_FREE_DAYS | {"dlmo", "cbt_min", "sleep_need"}} == {MEDIUM}
    assert sheet["midpoint_mean"].confidence is Confidence.HIGH


def test_the_spread_of_timing_is_circular_and_of_length_linear() -> None:
    sheet = month(weeks_of(4))
    hours = np.repeat([0.0, 2.0], [20, 8])
    angles = np.exp(2j * np.pi * hours / 24)
    spread = np.sqrt(-2 * np.log(abs(angles.mean()))) * 24 / (2 * np.pi)
    for name in ("onset_sd", "offset_sd", "midpoint_sd"):
        assert sheet.number(name) == pytest.approx(float(spread), abs=1e-9)
    uneven = month([night(day, -1, 7 + day % 2) for day in range(10)])
    assert uneven.number("duration_sd") == pytest.approx(float(np.std([7, 8] * 5, ddof=1)))


def test_phase_deviation_is_about_the_chronotype_where_there_is_one() -> None:
    sheet = month(weeks_of(4))
    # From Monday to Monday: four work nights like the one before, to the weekend and back a jump of two hours.
    by_hand = (19 - 3) * 2 + 4 * 2 + 4 * 0 + 3 * 8**0.5
    assert sheet.number("cpd") == pytest.approx(by_hand / 27)
    assert "MSFsc" in sheet["cpd"].method
    about_mean = month(every_night(range(6), -1, 8))
    assert about_mean.number("cpd") == pytest.approx(0.0, abs=1e-9)
    assert "mean midsleep" in about_mean["cpd"].method


def test_nothing_recorded_is_counted_and_otherwise_left_open() -> None:
    sheet, sleep = windows_facts([], WorkWeek())
    assert sleep.nights == ()
    assert {fact.id for fact in sheet} == ALL
    assert {fact.value for fact in sheet if fact.id in COUNTS} == {0.0}
    assert {fact.status for fact in sheet if fact.id not in COUNTS} == {Status.INSUFFICIENT}
    assert sheet["sri"].missing == "pairs of consecutive nights: has 0, needs 5"


def test_one_night_is_no_habit() -> None:
    sheet, _ = windows_facts([night(1, -1, 8)], WorkWeek())
    assert {fact.id for fact in sheet if fact.value is not None} == COUNTS
    assert sheet["midpoint_mean"].missing == "nights: has 1, needs 3"


@pytest.mark.parametrize(
    ("days", "status", "missing"),
    [
        ([0, 1, 5], Status.INSUFFICIENT, "settled free nights: has 1, needs 2 and settled work nights: has 2, needs 3"),
        ([0, 1, 2, 5, 6], Status.PRELIMINARY, None),
        ([0, 1, 2, 3, 4, 7, 8, 9, 5, 6, 12], Status.PRELIMINARY, None),
        ([0, 1, 2, 3, 4, 7, 8, 9, 5, 6, 12, 13], Status.OK, None),
    ],
)
def test_a_chronotype_needs_free_and_work_nights(days: list[int], status: Status, missing: str | None) -> None:
    sheet = month(every_night(days, -1, 8))
    assert (sheet["msf_sc"].status, sheet["msf_sc"].missing) == (status, missing)
    assert sheet["chronotype"].status is status


def test_without_free_days_only_work_days_are_described() -> None:
    sheet = month(weeks_of(4, late=0), WorkWeek(frozenset()))
    said = {name for name in OF_FREE_DAYS if sheet[name].value is not None}
    assert said == {"msw", "sd_work", "sd_week", "onset_work", "wake_work"}
    assert {sheet[name].missing for name in ("msf_sc", "sjl", "chronotype", "dlmo")} == {
        "no free days in the work week"
    }
    assert sheet.number("midpoint_mean") == pytest.approx(3.0)
    assert sheet["sleep_debt_14"].status is Status.INSUFFICIENT


def test_without_work_days_there_is_no_jetlag() -> None:
    sheet = month(weeks_of(4, late=0), WorkWeek(frozenset(range(7))))
    assert [sheet.number(name) for name in ("msf_sc", "sjl", "sloss_week")] == [pytest.approx(10800), 0.0, 0.0]
    assert sheet["msw"].missing == "no work days in the work week"


def test_a_public_holiday_is_a_free_day() -> None:
    sheet = month(weeks_of(4), WorkWeek(holidays=frozenset({date(2024, 1, 1)})))
    assert (sheet.number("free_nights"), sheet.number("work_nights")) == (9.0, 19.0)


def test_a_journey_does_not_speak_for_the_chronotype() -> None:
    west = timezone(timedelta(hours=-5))
    away = [night(day, -1, 8, west) for day in range(28, 30)]
    sheet, _ = windows_facts(weeks_of(4) + away, WorkWeek())
    assert (sheet.number("nights"), sheet.number("work_nights"), sheet.number("free_nights")) == (30.0, 20.0, 8.0)
    assert sheet.number("msw") == pytest.approx(3 * 3600)


def test_naps_are_counted_and_no_part_of_midsleep() -> None:
    naps = [night(day, 14, 1) for day in (2, 4)] + [night(4, 17, 0.5)]
    plain, napping = month(weeks_of(4)), month(weeks_of(4) + naps)
    assert napping.number("nap_days") == 2.0
    assert napping.number("msf_sc") == plain.number("msf_sc")
    assert napping.number("duration_mean") == plain.number("duration_mean")


@pytest.mark.parametrize(
    ("windows", "missing"),
    [
        ([night(day, -1 if day % 14 < 7 else 8, 8) for day in range(28)], "changing hours"),
        ([night(day, (-3, -1, 1)[day % 3], 8) for day in range(28)], "nights nearer to each other"),
        ([night(day, (-1, 1)[day % 2], (10, 5)[day % 2]) for day in range(28)], "regularity index below 60"),
        (every_night([0, 1, 2, 5, 6], -1, 8), "regularity is not known"),
        (every_night([0, 1, 2, 3, 4, 7, 8, 9], -1, 8), "settled free nights: has 0"),
    ],
)
def test_no_phase_is_said_where_sleep_does_not_tell_it(windows: list[SleepWindow], missing: str) -> None:
    sheet = month(windows)
    for name in ("dlmo", "dlmo_latest", "cbt_min", "cbt_min_earliest"):
        assert sheet[name].value is None
        assert missing in (sheet[name].missing or "")


def test_reported_hours_asleep_go_before_the_length_of_windows() -> None:
    ordinals = np.array([date(2024, 1, day).toordinal() for day in range(1, 29)], dtype=np.int64)
    sheet, sleep = FactSheet(MONTH), read(weeks_of(4))
    standing = sleep_standing(sleep, WorkWeek(), Series(ordinals, np.full(28, 420.0)))
    add_timing_facts(sheet, sleep, WorkWeek(), standing)
    need = (8 * 7 + 10 * 8) / 18
    assert sheet.number("sleep_need") == pytest.approx(need)
    assert sheet.number("sleep_debt_14") == pytest.approx(14 * (need - 7))
    assert "reported" in sheet["sleep_need"].method


def test_debt_says_how_many_nights_it_had_to_guess() -> None:
    windows = [one for day, one in enumerate(weeks_of(4)) if day not in (20, 22, 27)]
    sheet = month(windows)
    assert sheet["sleep_debt_14"].n == 12  # counted back from the newest night
    assert "2 of the last 14 nights missing, taken as the 28-day median" in sheet["sleep_debt_14"].method
    gappy = month(weeks_of(2) + every_night(range(22, 28), -1, 8))
    assert gappy["sleep_debt_now"].missing == "nights of the last 14: has 6, needs 7"


def test_windows_that_cannot_be_believed_are_set_aside_and_leave_no_fact() -> None:
    strange = [night(1, 0, -2), night(3, 0, 40), night(6, 0, 0)]
    sheet, sleep = windows_facts(strange, WorkWeek())
    assert len(sleep.set_aside) == 3
    assert {fact.value for fact in sheet if fact.id not in COUNTS} == {None}


def test_one_day_sleep_among_free_nights_does_not_move_midsleep_and_is_counted() -> None:
    windows = [night(day, 8.0, 7) if day == 12 else one for day, one in enumerate(weeks_of(4))]
    sheet, plain = month(windows), month(weeks_of(4))
    assert sheet.number("outlying_nights") == 1.0
    assert sheet.number("msf_sc") == pytest.approx(plain.number("msf_sc"))
    assert sheet["msf"].n == 7


def test_what_is_compared_over_time_has_an_interval_and_its_least_change() -> None:
    chance = np.random.default_rng(5)
    windows = [night(day, -1 + chance.normal(0, 0.5), 8 + chance.normal(0, 0.5)) for day in range(28)]
    sheet = month(windows)
    for name in ("msf_sc", "sjl", "sri", "onset_sd", "offset_sd", "midpoint_sd", "duration_sd", "sleep_mean"):
        value, interval = sheet.number(name), sheet[name].interval
        assert value is not None
        assert interval is not None
        assert interval.low is not None
        assert interval.high is not None
        assert interval.low <= value <= interval.high
        assert (interval.least_change or 0) > 0


def test_plain_words_of_regularity_name_the_others_that_are_as_likely() -> None:
    chance = np.random.default_rng(1)
    sheet = month([night(day, -1 + chance.normal(0, 0.5), 8) for day in range(28)])
    told = sheet["regularity_plain"]
    assert (told.value, told.interval and told.interval.may_be) == ("steady", ("fairly steady",))


def test_who_lives_in_two_modes_has_them_told_and_no_usual_hour() -> None:
    sheet = month([night(day, -1 if day % 14 < 7 else 8, 8) for day in range(28)])
    modes = [sheet.number(name) for name in ("mode_1_onset", "mode_1_wake", "mode_2_onset", "mode_2_wake")]
    assert modes == pytest.approx([23.0, 7.0, 8.0, 16.0])
    assert {sheet[name].value for name in ("onset_mean", "wake_mean", "midpoint_mean", "regularity_plain")} == {None}
    assert (sheet["living"].value, sheet["shift_work"].value) == ("changing", "yes")


@settings(max_examples=60)
@given(st.lists(any_window(), max_size=30))
def test_whatever_the_windows_every_fact_is_there(windows: list[SleepWindow]) -> None:
    sheet, _ = windows_facts(windows, WorkWeek())
    assert ALL <= {fact.id for fact in sheet} <= ALL | OF_LIVING
    clock = [sheet.number(name) for name in CLOCK_HOURS] + [sheet.number(name) for name in CLOCK_SECONDS]
    assert all(number is None or number >= 0 for number in clock)
    assert all((sheet.number(name) or 0) < 24 for name in CLOCK_HOURS)
    assert all((sheet.number(name) or 0) < 86_400 for name in CLOCK_SECONDS)


@settings(max_examples=40)
@given(recorded_nights(), st.integers(-110, 110))
def test_sleeping_later_moves_every_clock_hour_and_no_length(windows: list[SleepWindow], minutes: int) -> None:
    by = timedelta(minutes=minutes)
    assume(all((one.end + by).hour < 12 for one in windows))  # at noon the sleep day ends, and with it what is known
    before, after = month(windows), month([SleepWindow(one.start + by, one.end + by) for one in windows])
    for names, day, moved in ((CLOCK_HOURS, 24, minutes / 60), (CLOCK_SECONDS, 86_400, minutes * 60)):
        for name in names:
            old, new = before.number(name), after.number(name)
            assert (old is None) == (new is None)
            if old is not None and new is not None:
                assert (new - old - moved + day / 2) % day - day / 2 == pytest.approx(0, abs=1e-4)
    for name in SECONDS | HOURS | COUNTS | {"sri"}:
        assert after.number(name) == pytest.approx(before.number(name), abs=1e-4)


@settings(max_examples=30)
@given(recorded_nights(), st.randoms())
def test_order_and_duplicates_of_windows_change_no_fact(windows: list[SleepWindow], chance: Random) -> None:
    mixed = windows + windows[::2]
    chance.shuffle(mixed)
    assert month(mixed).facts() == month(windows).facts()


@settings(max_examples=60)
@given(recorded_nights(latest_onset=60, shortest=420, longest=480), st.data())
def test_fewer_nights_never_make_a_fact_surer(windows: list[SleepWindow], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(windows), unique=True)) if windows else []
    less, more = month(kept), month(windows)
    of_interval = {"chronotype"}  # as sure as its midsleep lies within the edges, whatever the nights
    for fact in less:
        if fact.id not in of_interval:
            assert RANK[fact.confidence] <= RANK[more[fact.id].confidence], fact.id


@settings(max_examples=30)
@given(recorded_nights(), st.integers(-180, 60))
def test_another_label_of_the_same_instants_changes_no_length(windows: list[SleepWindow], minutes: int) -> None:
    def told(moment: datetime) -> datetime:
        return moment.astimezone(timezone((moment.utcoffset() or timedelta()) + timedelta(minutes=minutes)))

    before, after = month(windows), month([SleepWindow(told(one.start), told(one.end)) for one in windows])
    for name in SECONDS | HOURS | COUNTS | {"sri"}:
        assert after.number(name) == pytest.approx(before.number(name), abs=1e-4)


def test_the_window_of_a_file_is_its_first_and_last_night() -> None:
    windows = [SleepWindow(datetime(2024, 5, 1, 23, tzinfo=UTC), datetime(2024, 5, 2, 7, tzinfo=UTC)), night(0, -1, 8)]
    sheet, _ = windows_facts(windows, WorkWeek())
    assert sheet.window == "2024-01-01/2024-05-02"
    assert sheet.number("missing_nights") == 121.0
