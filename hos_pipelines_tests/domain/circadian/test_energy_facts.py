from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.energy_facts import IRREGULAR, UNFIT
from hos_pipelines.domain.circadian.three_process import ThreeProcess
from hos_pipelines.domain.circadian.two_process import TwoProcess
from hos_pipelines.domain.facts import Fact, FactSheet
from hos_pipelines.domain.gates import LOW, MEDIUM, Status
from hos_pipelines.domain.history import StoredReading
from hos_pipelines.domain.nights import SleepWindow
from hos_pipelines_tests.domain.circadian.sleepers import FIRST, LAST, equilibrium, night, sleeper, told


def energy_facts(sheet: FactSheet) -> list[Fact]:
    names = ("energy_", "predicted_", "zone_", "sleep_pressure_", "second_opinion")
    return [fact for fact in sheet if fact.id.startswith(names)]


def test_a_regular_sleeper_gets_the_zones_of_the_design() -> None:
    sheet, day = told(sleeper())
    assert day is not None
    assert [(name, run.start / 4, run.slots / 4) for name, run in day.zoned.named_runs][1:7] == [
        ("zone_maintenance_1", 7.25, 1.0),
        ("zone_peak_1", 8.25, 2.5),
        ("zone_maintenance_2", 10.75, 2.5),
        ("zone_recovery_2", 13.25, 2.25),
        ("zone_maintenance_3", 15.5, 2.5),
        ("zone_peak_2", 18.0, 2.25),
    ]
    assert (sheet.number("predicted_wake"), sheet.number("predicted_bed")) == (7.0, 23.0)
    assert sheet.number("energy_phase") == 18.0
    assert (sheet.number("zone_peak_1_start"), sheet.number("zone_peak_1_end")) == (8.25, 10.75)
    assert sheet.number("zone_sleep_minutes") == 480.0


def test_the_curve_has_96_levels_from_0_to_100_and_is_relative() -> None:
    curve = told(sleeper())[0]["energy_curve"]
    assert isinstance(curve.value, list)
    assert len(curve.value) == 96
    assert (min(curve.value), max(curve.value)) == (0.0, 100.0)
    assert curve.unit == "relative energy"


def test_energy_is_never_told_with_more_than_medium_confidence() -> None:
    assert {fact.confidence for fact in energy_facts(told(sleeper())[0])} == {MEDIUM}


def test_a_work_day_after_a_free_night_wakes_on_time_and_a_free_evening_ends_late() -> None:
    rows = sleeper(later=1.5, lie_in=0.5)
    friday = LAST - timedelta(days=2)  # the 30th of October
    before_friday = [row for row in rows if row.local_date < friday.isoformat()]
    sheet, day = told(before_friday, friday - timedelta(days=1))
    assert day is not None
    assert (day.day, day.day_type) == (friday, "work")
    assert sheet.number("predicted_wake") == 7.0
    assert sheet.number("predicted_bed") == 0.5
    assert sheet.number("predicted_next_wake") == 9.0


def test_without_free_nights_the_average_of_all_nights_stands_in() -> None:
    sheet, day = told(sleeper(days=range(5)), FIRST + timedelta(days=4))
    assert day is not None
    assert day.day_type == "all"
    assert "all nights" in sheet["predicted_wake"].method
    assert "all nights" in sheet["energy_phase"].method


def test_sleep_pressure_is_that_of_the_forced_equilibrium() -> None:
    sheet, _ = told(sleeper())
    wake, bed = equilibrium(TwoProcess(), 16)
    assert sheet.number("sleep_pressure_wake") == pytest.approx(wake, abs=1e-3)
    assert sheet.number("sleep_pressure_bed") == pytest.approx(bed, abs=1e-3)


def test_the_second_opinion_is_the_peak_of_the_three_process_model() -> None:
    assert ThreeProcess().phase == 16.8
    assert told(sleeper())[0].number("second_opinion_peak_hour") == 16.75


@pytest.mark.parametrize("nights", [0, 1, 2])
def test_fewer_than_three_nights_say_nothing_and_what_is_missing(nights: int) -> None:
    sheet, day = told(sleeper(days=range(28 - nights, 28)))
    assert day is None
    assert {fact.id for fact in energy_facts(sheet)} == {
        "energy_curve",
        "energy_phase",
        "predicted_wake",
        "predicted_bed",
        "predicted_next_wake",
        "sleep_pressure_wake",
        "sleep_pressure_bed",
        "second_opinion_peak_hour",
    }
    for fact in energy_facts(sheet):
        assert fact.status is Status.INSUFFICIENT
        assert fact.missing == f"nights: has {nights}, needs 3"


def test_a_night_that_was_not_recorded_is_the_usual_night_and_costs_confidence() -> None:
    whole, whole_day = told(sleeper())
    gaps, gaps_day = told(sleeper(days=[day for day in range(28) if day not in (16, 18, 20, 22, 25)]))
    assert whole_day is not None
    assert gaps_day is not None
    assert gaps_day.zoned == whole_day.zoned
    assert (gaps["energy_curve"].confidence, whole["energy_curve"].confidence) == (LOW, MEDIUM)
    assert "5 of the last 14 nights missing" in gaps["energy_curve"].method


def test_one_short_night_before_changes_the_curve_of_the_day_after() -> None:
    rows = sleeper(days=range(27))
    usual = told(rows + night(LAST, -1.0, 8.0))[0]
    short = told(rows + night(LAST, 2.0, 5.0))[0]
    assert (short.number("sleep_pressure_wake") or 0) > (usual.number("sleep_pressure_wake") or 0)
    assert short["energy_curve"].value != usual["energy_curve"].value


def test_a_nap_lowers_sleep_pressure() -> None:
    start = datetime(LAST.year, LAST.month, LAST.day, 14, tzinfo=timezone(timedelta(hours=2)))
    nap = SleepWindow(start, start + timedelta(minutes=90))
    usual = told(sleeper(hours=6.0))[0].number("sleep_pressure_wake")
    napped = told(sleeper(hours=6.0), naps=[nap])[0].number("sleep_pressure_wake")
    assert usual is not None
    assert napped is not None
    assert napped < usual


@pytest.mark.parametrize(
    ("beds", "missing"),
    [([-2, 4, 9, 16] * 7, UNFIT["changing"]), (list(np.random.default_rng(1).uniform(-6, 6, 28)), IRREGULAR)],
    ids=["by day and by night", "at any hour of the night"],
)
def test_sleep_all_over_the_clock_leaves_no_day_to_predict(beds: list[float], missing: str) -> None:
    rows = [row for day, bed in enumerate(beds) for row in night(FIRST + timedelta(days=day), bed, 3.5)]
    sheet, day = told(rows)
    assert day is None
    assert {fact.missing for fact in energy_facts(sheet)} == {missing}


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (sleeper(bed=8.0), "by day"),
        ([row for day in range(28) for row in night(FIRST + timedelta(days=day), -1 + 0.5 * day, 8)], "drifting"),
        ([*sleeper(days=range(16)), *sleeper(bed=5.0, days=range(16, 28))], "moved"),
    ],
)
def test_nobody_whose_body_clock_is_not_known_gets_a_predicted_day(rows: list[StoredReading], kind: str) -> None:
    sheet, day = told(rows)
    assert sheet["living"].value == kind
    assert day is None
    assert {fact.missing for fact in energy_facts(sheet)} == {UNFIT[kind]}


@given(bed=st.integers(-16, 12), slots=st.integers(20, 40), shift=st.integers(1, 20))
@settings(max_examples=20)
def test_sleep_moved_by_quarters_moves_every_zone_by_as_many_slots(bed: int, slots: int, shift: int) -> None:
    assume(bed / 4 + shift / 4 + slots / 8 < 9)  # from there on it is sleep by day, and no day is predicted
    _, one = told(sleeper(bed=bed / 4, hours=slots / 4))
    _, other = told(sleeper(bed=(bed + shift) / 4, hours=slots / 4))
    assert one is not None
    assert other is not None
    assert [(run.zone, (run.start + shift) % 96, run.slots) for run in one.zoned.runs] == list(other.zoned.runs)


@given(st.integers(18, 36))
@settings(max_examples=10)
def test_zones_of_facts_tile_the_day(slots: int) -> None:
    sheet, _ = told(sleeper(hours=slots / 4, later=1.0))
    minutes = [sheet.number(f"zone_{zone}_minutes") or 0 for zone in ("peak", "maintenance", "recovery", "sleep")]
    assert sum(minutes) == 1440
