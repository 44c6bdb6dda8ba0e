"""Times told in UTC (`Z`) are read by the clock of whoever lived by them, where their time zone is known."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from hos_pipelines.domain.history import END, START, read_history
from hos_pipelines.domain.nights import read_nights
from hos_pipelines.domain.utc_times import NO_ZONE, day_told, window_date
from hos_pipelines.sahha.translate import Whose, translate_archetypes, translate_biomarkers, translate_scores
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.fixed_sahha import FixedSahha, Row

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Asia/Kolkata", "Pacific/Honolulu")
NEWEST = date(2026, 10, 31)
DAYS = [NEWEST - timedelta(days=back) for back in range(21)]  # the clocks of Berlin change on 25 October
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def instant(day: date, clock: time, zone: str) -> str:
    """A local time, told in UTC."""
    local = datetime.combine(day, clock, ZoneInfo(zone))
    return local.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def rows_of_person(zone: str) -> tuple[list[Row], list[Row], list[Row]]:
    """Nights from 23:00 to 07:00 and days of somebody in this zone, every time of which is told in UTC."""
    biomarkers: list[Row] = []
    for day in DAYS:
        before = day - timedelta(days=1)
        night = {
            "category": "sleep", "periodicity": "daily", "aggregation": "none", "unit": "datetime",
            "startDateTime": instant(before, time(18), zone), "endDateTime": instant(day, time(17, 59, 59), zone),
        }  # fmt: skip
        biomarkers += [
            night | {"id": f"s{day}", "type": START, "value": instant(before, time(23), zone)},
            night | {"id": f"e{day}", "type": END, "value": instant(day, time(7), zone)},
            {
                "id": f"a{day}", "category": "activity", "type": "steps", "periodicity": "daily", "value": "8000",
                "aggregation": "total", "unit": "count", "startDateTime": instant(day, time(), zone),
                "endDateTime": instant(day, time(23, 59, 59), zone),
            },
        ]  # fmt: skip
    scores = [
        {"id": f"c{day}", "type": "sleep", "score": 0.5, "scoreDateTime": instant(day, time(), zone)} for day in DAYS
    ]
    week = {"id": "w", "name": "sleep_pattern", "value": "x", "startDateTime": instant(DAYS[7], time(), zone)}
    return biomarkers, scores, [week]


@pytest.mark.parametrize("zone", ZONES)
def test_days_and_offsets_of_whoever_has_a_zone_are_those_of_its_clocks(zone: str) -> None:
    whose = Whose("anna", "anna", NOON, ZoneInfo(zone))
    biomarkers, scores, archetypes = rows_of_person(zone)
    rows = translate_biomarkers(biomarkers, whose).rows
    assert [row.local_date for row in rows] == [day for day in DAYS for _ in range(3)]
    assert {row.utc_offset_minutes for row in rows} == {
        int(offset.total_seconds()) // 60
        for day in [*DAYS, DAYS[-1] - timedelta(days=1)]
        if (offset := datetime.combine(day, time(18), ZoneInfo(zone)).utcoffset()) is not None
    }
    assert [row.local_date for row in translate_scores(scores, whose).rows] == DAYS
    assert [row.local_date for row in translate_archetypes(archetypes, whose).rows] == [DAYS[7]]
    assert rows[0].value == biomarkers[0]["value"]  # the text stays as delivered


@pytest.mark.parametrize("zone", ZONES)
def test_nights_follow_the_zone_and_its_changes_of_clocks(zone: str) -> None:
    told = [
        (row["type"], day.isoformat(), row["value"], "datetime")
        for day in DAYS
        for row in rows_of_person(zone)[0]
        if row["id"] in (f"s{day}", f"e{day}")
    ]
    history = read_history("anna", told, "Foundation Builder", zone)
    nights = read_nights(history.windows, zone=ZoneInfo(zone)).nights
    assert [(night.day, night.onset.hour, night.wake.hour) for night in nights] == [(day, 23, 7) for day in DAYS[::-1]]
    assert history.has_utc_times
    assert sum(night.hours != 8 for night in nights) == (zone == "Europe/Berlin")


def test_an_offset_that_is_written_out_is_believed() -> None:
    whose = Whose("anna", "anna", NOON, ZoneInfo("Europe/Berlin"))
    rows = rows_of_person("UTC")[0][:3]
    written = [{name: str(value).replace("Z", "+00:00") for name, value in row.items()} for row in rows]
    assert {row.utc_offset_minutes for row in translate_biomarkers(written, whose).rows} == {0}


def test_a_day_cut_at_midnight_of_utc_is_the_local_day_most_of_it_lies_in() -> None:
    start = datetime(2026, 7, 10, tzinfo=UTC)
    for zone in ZONES[:3]:
        assert window_date(start, start + timedelta(seconds=86_399), ZoneInfo(zone)) == start.date()
        assert day_told(start, ZoneInfo(zone)) == start.date()
    assert window_date(start, None, ZoneInfo("America/New_York")) == date(2026, 7, 9)
    assert window_date(start, start + timedelta(hours=2), ZoneInfo("Asia/Tokyo")) == start.date()


@pytest.fixture
def pulled(hos: Hos, beside_fixed_sahha: str, fixed_sahha: FixedSahha) -> str:
    """Anna of New York, whose times are told in UTC and whose zone nobody knows."""
    streams = ("biomarkers", "scores", "sahha_archetypes")
    rows = rows_of_person("America/New_York")
    fixed_sahha.rows = {(stream, "anna"): found for stream, found in zip(streams, rows, strict=True)}
    hos("enroll", "anna").succeeded()
    hos("refresh", "anna", "--days", "30").succeeded()
    return beside_fixed_sahha


def onset_of(hos: Hos) -> tuple[Any, str]:
    fact = (
        hos("analyze", "anna", "--type", "circadian", "--force")
        .succeeded()
        .json["circadian_analysis"]["facts"]["usual_onset"]
    )
    return round(fact["value"], 6), fact["method"]


def test_without_a_zone_it_is_said_and_with_one_everything_follows(hos: Hos, pulled: str) -> None:
    hours, method = onset_of(hos)
    assert (hours, method.endswith(NO_ZONE)) == (3.0, True)  # 23:00 in New York, by clocks of UTC
    assert set(rows_of(pulled, "SELECT utc_offset_minutes FROM biomarkers")) == {(0,)}
    hos("enroll", "anna", "--timezone", "America/New_York").succeeded()
    hours, method = onset_of(hos)  # from the times as delivered
    assert (hours, method.endswith("times told in UTC are read in America/New_York")) == (23.0, True)
    hos("refresh", "anna").succeeded()  # asks again for all there is
    days = rows_of(pulled, "SELECT DISTINCT local_date, utc_offset_minutes FROM biomarkers WHERE type = 'steps'")
    assert sorted(days) == [(day, -240) for day in sorted(DAYS)]


def test_times_of_a_file_are_read_in_its_zone_or_offset(hos: Hos, tmp_path: Any) -> None:
    zone = "America/New_York"
    windows = [
        f"{instant(day - timedelta(days=1), time(23), zone)},{instant(day, time(7), zone)}" for day in DAYS
    ]  # fmt: skip
    plain, beside = tmp_path / "plain.csv", tmp_path / "beside.csv"
    plain.write_text("\n".join(["start,end", *windows]))
    beside.write_text("\n".join(["start,end,offset", *(f"{window},-04:00" for window in windows)]))
    told = {}
    for name, arguments in (
        ("zone", [str(plain), "--timezone", zone]), ("offset", [str(beside)]), ("neither", [str(plain)]),
    ):  # fmt: skip
        fact = hos("analyze", "--windows", *arguments).succeeded().json["facts"]["usual_onset"]
        told[name] = (round(fact["value"], 6), fact["method"].rpartition("; ")[2])
    assert told["zone"] == (23.0, "times told in UTC are read in America/New_York")
    assert told["offset"][0] == 23.0
    assert told["neither"] == (3.0, NO_ZONE)
