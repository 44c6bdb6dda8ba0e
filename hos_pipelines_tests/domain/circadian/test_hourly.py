"""Hourly activity: how rows become local hours, what is set aside, and the facts of the rhythm."""

from datetime import datetime, timedelta
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.domain.circadian.hourly import Hourly, hourly_facts, read_hourly
from hos_pipelines.domain.gates import Confidence, Status

MONDAY = datetime(2024, 1, 1)  # noqa: DTZ001 - rows without an offset are local
FACTS = {
    *("is", "iv", "ra", "l5", "m10", "l5_start_hour", "m10_start_hour"),
    *("cosinor_mesor", "cosinor_amplitude", "cosinor_peak_hour", "cosinor_r2", "cosinor_p", "cosinor_harmonics"),
    *("rhythm_peak_hour", "rhythm_trough_hour"),
}


def rows(values: list[float], start: datetime = MONDAY) -> list[tuple[str, str]]:
    return [((start + timedelta(hours=hour)).isoformat(), str(value)) for hour, value in enumerate(values)]


def wave(days: int, peak: float = 15.5) -> list[float]:
    """A wave sampled on the hour."""
    hours = np.arange(days * 24)
    return [float(value) for value in 100 + 50 * np.cos(2 * np.pi * (hours - peak) / 24)]


def test_hours_run_from_the_first_midnight_to_the_last() -> None:
    hourly = read_hourly(rows([1, 2, 3], MONDAY + timedelta(hours=22)))
    assert str(hourly.first_day) == "2024-01-01"
    assert (hourly.days, hourly.whole_days, hourly.window) == (2, 0, "2024-01-01/2024-01-02")
    assert hourly.values[22:25].tolist() == [1, 2, 3]
    assert np.isnan(hourly.values).sum() == 45


def test_samples_of_one_hour_are_averaged() -> None:
    hourly = read_hourly([("2024-01-01T08:00:00", "10"), ("2024-01-01T08:30:00", "20"), ("2024-01-01 08:59", "60")])
    assert hourly.values[8] == 30.0


def test_an_offset_is_not_converted_and_a_repeated_hour_is_averaged() -> None:
    hourly = read_hourly([("2024-10-27T02:00:00+02:00", "10"), ("2024-10-27T02:00:00+01:00", "30")])
    assert hourly.values[2] == 20.0
    assert hourly.set_aside == ()


def test_the_hour_a_change_of_clocks_leaves_out_is_missing() -> None:
    day = [(f"2024-03-31T{hour:02d}:00:00", "5") for hour in range(24) if hour != 2]
    hourly = read_hourly(day)
    assert np.flatnonzero(np.isnan(hourly.values)).tolist() == [2]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (("yesterday", "5"), "has no ISO date and time"),
        (("", ""), "has no ISO date and time"),
        (("2024-01-01T08:00:00", ""), "is no number"),
        (("2024-01-01T08:00:00", "many"), "is no number"),
        (("2024-01-01T08:00:00", "1_000"), "is no number"),
        (("2024-01-01T08:00:00", "nan"), "is not finite"),
        (("2024-01-01T08:00:00", "inf"), "is not finite"),
        (("9999-01-01T08:00:00", "5"), "lies years from the others"),
        (("2024-01-01T00:00:00", "9"), "is a second value of the same time"),
    ],
)
def test_a_row_that_cannot_be_read_is_set_aside(row: tuple[str, str], reason: str) -> None:
    plain = rows([1.0] * 48)
    hourly = read_hourly([*plain, row])
    assert [aside.reason for aside in hourly.set_aside] == [reason]
    assert hourly.values.tolist() == read_hourly(plain).values.tolist()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=5)), max_size=10))
def test_whatever_the_rows_say_nothing_is_raised(strange: list[tuple[str, str]]) -> None:
    hourly = read_hourly(strange)
    assert {fact.id for fact in hourly_facts(hourly)} == FACTS


@settings(max_examples=25)
@given(st.randoms())
def test_order_and_duplicates_of_rows_do_not_matter(chance: Random) -> None:
    plain = rows(wave(4))
    mixed = plain + plain[::3]
    chance.shuffle(mixed)
    assert hourly_facts(read_hourly(mixed)).facts() == hourly_facts(read_hourly(plain)).facts()


def test_a_plain_wave_has_the_facts_of_its_making() -> None:
    sheet = hourly_facts(read_hourly(rows(wave(14))))
    assert {fact.id for fact in sheet} == FACTS
    assert {fact.status for fact in sheet} == {Status.OK}
    assert sheet.number("is") == pytest.approx(1.0)
    assert sheet.number("cosinor_mesor") == pytest.approx(100)
    assert sheet.number("cosinor_amplitude") == pytest.approx(50)
    assert sheet.number("cosinor_peak_hour") == pytest.approx(15.5)
    assert sheet.number("rhythm_peak_hour") == pytest.approx(15.5)
    assert sheet.number("rhythm_trough_hour") == pytest.approx(3.5)
    assert sheet.number("cosinor_harmonics") == 1.0
    assert sheet.number("l5_start_hour") == 1.5  # from 1:00 and from 2:00 the five hours are alike
    counted = sheet["is"]
    assert (counted.n, counted.confidence, counted.window) == (14, Confidence.HIGH, "2024-01-01/2024-01-14")


def test_samples_of_every_ten_minutes_are_placed_where_they_lie() -> None:
    moments = [MONDAY + timedelta(minutes=10 * place) for place in range(7 * 144)]
    fine = [
        (moment.isoformat(), str(100 + 50 * np.cos(2 * np.pi * (moment.hour + moment.minute / 60 - 15.5) / 24)))
        for moment in moments
    ]
    assert hourly_facts(read_hourly(fine)).number("cosinor_peak_hour") == pytest.approx(15.5)


def test_below_three_whole_days_nothing_is_said() -> None:
    sheet = hourly_facts(read_hourly(rows(wave(2) + [50.0] * 20)))
    assert {fact.status for fact in sheet} == {Status.INSUFFICIENT}
    assert sheet["iv"].missing == "whole days of hourly data: has 2, needs 3"


def test_where_no_rhythm_is_found_no_peak_is_told() -> None:
    noise = np.random.default_rng(12).uniform(0, 100, 24 * 7)
    sheet = hourly_facts(Hourly(MONDAY.date(), noise, np.arange(noise.size, dtype=np.float64), ()))
    p = sheet.number("cosinor_p")
    assert p is not None
    assert p > 0.05
    assert {sheet[name].missing for name in ("cosinor_peak_hour", "rhythm_peak_hour", "rhythm_trough_hour")} == {
        "no rhythm found"
    }
    assert sheet["cosinor_amplitude"].status is Status.OK


def test_days_alike_in_every_hour_have_no_rhythm_at_all() -> None:
    sheet = hourly_facts(read_hourly(rows([5.0] * 24 * 7)))
    assert sheet["is"].missing == "cannot be computed from these data"
    assert sheet["l5_start_hour"].value is None
    assert sheet.number("l5") == 5.0
