"""Archetypes: closed calendar weeks and months only, from two weeks of data."""

from datetime import date, datetime

from hos_pipelines.simulator.archetypes import LADDERS
from hos_pipelines_tests.simulator.conftest import Caller, Start

_KEYS = ["id", "name", "value", "dataType", "periodicity", "startDateTime", "endDateTime", "ordinality", "version"]


def test_without_dates_the_latest_closed_week_and_month_are_told(caller: Caller) -> None:
    rows = caller.archetypes("sim-0001")
    assert all(list(row) == _KEYS for row in rows)
    windows = {(row["periodicity"], row["startDateTime"], row["endDateTime"]) for row in rows}
    assert windows == {
        ("weekly", "2026-10-19T00:00:00+09:00", "2026-10-25T00:00:00+09:00"),
        ("monthly", "2026-10-01T00:00:00+09:00", "2026-10-31T00:00:00+09:00"),
    }


def test_the_week_appears_when_it_is_over(start: Start) -> None:
    caller = start()
    wanted = {"periodicity": "weekly", "name": "activity_level"}
    caller.clock(at="2026-11-01T14:00:00Z")
    assert caller.archetypes("sim-0001", **wanted)[0]["startDateTime"].startswith("2026-10-19")
    caller.clock(at="2026-11-01T23:00:00Z")
    assert caller.archetypes("sim-0001", **wanted)[0]["startDateTime"].startswith("2026-10-26")


def test_values_stand_on_the_rung_their_ordinality_says(caller: Caller) -> None:
    for number in range(1, 26):
        for row in caller.archetypes(f"sim-{number:04d}", startDateTime="2026-01-01", endDateTime="2026-11-01"):
            if row["dataType"] == "categorical":
                assert (row["name"], row["ordinality"]) == ("sleep_pattern", 0)
            else:
                assert LADDERS[row["name"]][row["ordinality"]] == row["value"]


def test_weeks_run_from_monday_to_the_start_of_sunday_and_need_two_weeks_of_data(caller: Caller) -> None:
    rows = caller.archetypes("sim-0001", periodicity="weekly", startDateTime="2026-01-01", endDateTime="2026-11-01")
    starts = {datetime.fromisoformat(row["startDateTime"]).date() for row in rows}
    ends = {datetime.fromisoformat(row["endDateTime"]).date() for row in rows}
    assert {day.weekday() for day in starts} == {0}
    assert {day.weekday() for day in ends} == {6}
    assert min(ends) == date(2026, 10, 4)


def test_bounds_pick_the_periods_they_touch(caller: Caller) -> None:
    rows = caller.archetypes("sim-0001", periodicity="weekly", startDateTime="2026-10-14", endDateTime="2026-10-14")
    assert {row["startDateTime"][:10] for row in rows} == {"2026-10-12"}


def test_kinds_are_told_apart(caller: Caller) -> None:
    beds = {
        person: caller.archetypes(person, name="bed_schedule", periodicity="monthly")[0]
        for person in ("sim-0001", "sim-0002")
    }
    assert beds["sim-0001"]["ordinality"] < beds["sim-0002"]["ordinality"]
