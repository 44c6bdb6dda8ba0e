"""The synthetic people: their truth, and that the rows tell it."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from hos_pipelines.simulator.people import KINDS, Kind, external_id_of, index_of, person_at
from hos_pipelines.simulator.schedule import sleeping_hours, true_night, wall_minutes
from hos_pipelines_tests.simulator.conftest import Caller, Start, by_slot

_DAYS = [date(2026, 9, 21) + timedelta(days=step) for step in range(35)]


def _onsets(kind: Kind) -> list[int]:
    return [wall_minutes(true_night(person_at(7, KINDS.index(kind)), day))[0] for day in _DAYS]


def _profile(caller: Caller, number: int) -> dict[str, Any]:
    profile: dict[str, Any] = caller.http.get(f"/api/v1/account/profile/sim-{number:04d}").json()
    return profile


def test_kinds_sleep_as_their_names_say() -> None:
    assert fmean(_onsets("lark")) < -75 < fmean(_onsets("intermediate")) < 30 < fmean(_onsets("owl"))
    assert pstdev(_onsets("irregular")) > 3 * pstdev(_onsets("lark"))
    shifted = dict(zip(_DAYS, _onsets("weekend_shifted"), strict=True))
    weekend = fmean(onset for day, onset in shifted.items() if day.weekday() >= 5)
    assert weekend - fmean(onset for day, onset in shifted.items() if day.weekday() < 5) > 100
    assert any(onset > 420 for onset in _onsets("shift_worker"))
    assert any(onset < 120 for onset in _onsets("shift_worker"))


@given(st.integers(0, 400), st.integers(0, 999), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
@settings(max_examples=300)
def test_every_night_lies_in_its_own_sleep_day_and_after_the_night_before(index: int, seed: int, day: date) -> None:
    person = person_at(seed, index)
    night, before = true_night(person, day), true_night(person, day - timedelta(days=1))
    onset, wake = wall_minutes(night)
    assert -360 <= onset < wake <= 1080
    assert 60 <= night.minutes <= 960
    assert before.wake.timestamp() < night.onset.timestamp()
    assert night.nap is None or night.wake.timestamp() < night.nap[0].timestamp() < night.nap[1].timestamp()


@given(st.integers(0, 4000), st.integers(0, 999), st.dates(date(2020, 1, 1), date(2030, 12, 31)))
@settings(max_examples=300)
def test_every_night_at_home_lies_in_the_hours_its_person_may_sleep(index: int, seed: int, day: date) -> None:
    person = person_at(seed, index)
    onset, wake = wall_minutes(true_night(person, day))
    earliest, latest = sleeping_hours(person)
    assert person.away_zone is not None or earliest <= onset < wake <= latest


def test_kinds_come_round_in_the_order_of_the_setting(start: Start) -> None:
    everyone, few = start(), start(kinds=("wearable", "phone_only"))
    for number in range(1, 9):
        sources = [source["sourceName"] for source in _profile(few, number)["dataSources"]]
        assert sources == (["phone", "wearable"] if number % 2 else ["phone"])
    names = {row["type"] for row in few.biomarkers("sim-0002")}
    assert "steps" in names
    assert not {"sleep_deep_duration", "heart_rate_resting"} & names
    # The same account without the setting is beside it in this process, and keeps its own people.
    assert [source["sourceName"] for source in _profile(everyone, 2)["dataSources"]] == ["phone", "wearable"]


def test_naming_all_kinds_is_naming_none(start: Start) -> None:
    none, every = start(), start(kinds=KINDS)
    for number in (1, 7, 13, 25):
        assert none.biomarkers(f"sim-{number:04d}") == every.biomarkers(f"sim-{number:04d}")
    assert none.search(pageSize=25) == every.search(pageSize=25)


@given(st.integers(0, 999_999))
def test_an_external_id_names_its_person_and_nobody_else(index: int) -> None:
    assert index_of(external_id_of(index), 1_000_000) == index


def test_delivered_nights_are_the_true_nights_once_revisions_are_through(caller: Caller) -> None:
    for index in range(12):
        person = person_at(7, index)
        rows = by_slot(caller.biomarkers(person.external_id, "sleep", endDateTime="2026-10-28"))
        days = [date.fromisoformat(day) for name, day in rows if name == "sleep_start_time" and day < "2026-10-28"]
        assert days
        for day in days:
            night = true_night(person, day)
            told = [datetime.fromisoformat(rows[f"sleep_{name}_time", str(day)]["value"]) for name in ("start", "end")]
            assert told == [night.onset, night.wake]


def test_the_end_of_daylight_saving_shows_as_a_change_of_offset(start: Start) -> None:
    caller = start(at=datetime(2026, 11, 4, 12, tzinfo=ZoneInfo("UTC")))
    rows = by_slot(caller.biomarkers("sim-0008"))
    day = rows["steps", "2026-11-01"]
    assert (day["startDateTime"], day["endDateTime"]) == ("2026-11-01T00:00:00-04:00", "2026-11-01T23:59:59-05:00")
    assert rows["steps", "2026-10-31"]["endDateTime"].endswith("-04:00")
    assert rows["sleep_end_time", "2026-11-01"]["value"].endswith("-05:00")
    assert int(rows["activity_sedentary_duration", "2026-11-01"]["value"]) < 1440


def test_a_traveller_changes_offsets_from_one_day_to_the_next_and_back(caller: Caller) -> None:
    rows = by_slot(caller.biomarkers("sim-0007", "activity", types="steps"))
    offsets = [rows[key]["endDateTime"][19:] for key in sorted(rows)]
    assert {"-04:00", "+02:00"} <= set(offsets)
    assert sum(one != two for one, two in pairwise(offsets)) >= 4


def test_a_nap_adds_to_the_sleep_of_its_day_and_not_to_the_night(caller: Caller) -> None:
    person = person_at(7, KINDS.index("napper"))
    rows = by_slot(caller.biomarkers(person.external_id, "sleep", endDateTime="2026-10-28"))
    napped = [day for day in _DAYS if true_night(person, day).nap is not None and str(day) < "2026-10-28"]
    assert napped
    for day in napped:
        night = true_night(person, day)
        assert float(rows["sleep_in_bed_duration", str(day)]["value"]) > night.minutes
