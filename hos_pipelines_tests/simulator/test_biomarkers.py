"""Biomarker rows: shape, order, identities, and the weekly figures computed again from the delivered nights."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from hos_pipelines_tests.simulator.conftest import Caller, Row, Start, by_slot, slot

_KEYS = [
    "id", "category", "type", "periodicity", "aggregation", "value", "unit", "valueType",
    "startDateTime", "endDateTime",
]  # fmt: skip
_EVERYONE = [f"sim-{number:04d}" for number in range(1, 26)]
_WEARABLE_ONLY = {"sleep_deep_duration", "sleep_rem_duration", "sleep_efficiency", "heart_rate_resting", "vo2_max"}


def _number(rows: dict[tuple[str, str], Row], name: str, day: str) -> float:
    return float(rows[name, day]["value"])


def _days(rows: dict[tuple[str, str], Row], name: str) -> list[str]:
    return sorted(day for kind, day in rows if kind == name)


@pytest.mark.parametrize("person", _EVERYONE)
def test_rows_have_the_keys_of_the_wire_in_its_order_and_text_values(caller: Caller, person: str) -> None:
    rows = caller.biomarkers(person)
    assert all(list(row) == _KEYS for row in rows)
    assert all(isinstance(row["value"], str) for row in rows)
    assert {row["valueType"] for row in rows} <= {"integer", "double", "datetime"}
    assert all(row["id"][14] == "5" for row in rows)


@pytest.mark.parametrize("person", _EVERYONE)
def test_a_slot_is_never_delivered_twice_and_ids_are_unique(caller: Caller, person: str) -> None:
    rows = caller.biomarkers(person)
    assert Counter(slot(row) for row in rows).most_common(1)[0][1] == 1
    assert len({row["id"] for row in rows}) == len(rows)


def test_the_newest_window_comes_first_and_types_are_mixed_inside_it(caller: Caller) -> None:
    rows = caller.biomarkers("sim-0012")
    ends = [row["endDateTime"] for row in rows]
    assert ends == sorted(ends, reverse=True)
    orders = {
        tuple(row["type"] for row in rows if row["endDateTime"].startswith(f"2026-10-{day}T23"))
        for day in range(10, 20)
    }
    assert len(orders) > 1


def test_windows_are_labelled_as_the_2025_wire_labels_them(caller: Caller) -> None:
    rows = by_slot(caller.biomarkers("sim-0001"))
    day = "2026-10-20"
    assert _window(rows["steps", day]) == ("2026-10-20T00:00:00+09:00", "2026-10-20T23:59:59+09:00")
    assert _window(rows["sleep_duration", day]) == ("2026-10-19T18:00:00+09:00", "2026-10-20T17:59:59+09:00")
    assert _window(rows["sleep_debt", day]) == ("2026-10-12T18:00:00+09:00", "2026-10-20T17:59:59+09:00")


def _window(row: Row) -> tuple[str, str]:
    return row["startDateTime"], row["endDateTime"]


def test_whole_minutes_are_printed_without_seconds_and_half_minutes_with_them(caller: Caller) -> None:
    values = [row["value"] for row in caller.biomarkers("sim-0001", "sleep", types="sleep_mid_time")]
    assert {len(value) for value in values} == {len("2025-07-11T06:00+12:00"), len("2025-07-11T06:00:30+12:00")}
    assert all(value[16] != ":" or value[17:19] == "30" for value in values)


@pytest.mark.parametrize("person", _EVERYONE)
def test_the_identities_of_the_real_rows_hold_on_closed_days(caller: Caller, person: str) -> None:
    rows = by_slot(caller.biomarkers(person, endDateTime="2026-10-30"))
    for day in _days(rows, "sleep_duration"):
        onset, middle, wake = (
            datetime.fromisoformat(rows[f"sleep_{name}_time", day]["value"]) for name in ("start", "mid", "end")
        )
        assert middle.timestamp() - onset.timestamp() == wake.timestamp() - middle.timestamp() > 0
        assert str(wake.date()) == day
        if ("sleep_efficiency", day) in rows:
            share = _number(rows, "sleep_duration", day) / _number(rows, "sleep_in_bed_duration", day)
            assert _number(rows, "sleep_efficiency", day) == pytest.approx(share, abs=0.0005)
    for day in _days(rows, "steps"):
        levels = [f"activity_{level}_intensity_duration" for level in ("low", "medium", "high")]
        active = sum(_number(rows, level, day) for level in levels if (level, day) in rows)
        assert _number(rows, "active_duration", day) == active
        asleep = _number(rows, "sleep_duration", day) if ("sleep_duration", day) in rows else 0
        assert _number(rows, "activity_sedentary_duration", day) == 1440 - asleep - active


@pytest.mark.parametrize("person", _EVERYONE)
def test_weekly_figures_follow_from_the_delivered_nights(caller: Caller, person: str) -> None:
    rows = by_slot(caller.biomarkers(person, "sleep"))
    nights = {date.fromisoformat(day): _night(rows, day) for day in _days(rows, "sleep_duration")}
    for day in nights:
        week = [nights.get(day - timedelta(days=back)) for back in range(6, -1, -1)]
        known = [night for night in week if night]
        pairs = [(one, two) for one, two in pairwise(week) if one and two]
        if len(known) < 3:
            assert ("sleep_debt", str(day)) not in rows
            continue
        short = [max(0.0, 8 - minutes / 60) for _, _, minutes in known]
        debt = len(known) / 8 * (short[-1] + 3 * sum(short[:-1]) / (len(short) - 1))
        assert _number(rows, "sleep_debt", str(day)) == pytest.approx(debt, abs=0.00051)
        if pairs:
            differing = sum(len(_asleep(one) ^ _asleep(two)) for one, two in pairs)
            regularity = 1 - differing / (1440 * len(pairs))
            assert _number(rows, "sleep_regularity", str(day)) == pytest.approx(regularity, abs=0.00051)


def _night(rows: dict[tuple[str, str], Row], day: str) -> tuple[int, int, float]:
    midnight = datetime.fromisoformat(day)
    onset, wake = (
        datetime.fromisoformat(rows[f"sleep_{name}_time", day]["value"]).replace(tzinfo=None)
        for name in ("start", "end")
    )
    bounds = [int((moment - midnight).total_seconds()) // 60 for moment in (onset, wake)]
    return bounds[0], bounds[1], _number(rows, "sleep_duration", day)


def _asleep(night: tuple[int, int, float]) -> set[int]:
    return set(range(night[0], night[1]))


def test_the_first_weekly_figure_needs_three_nights(caller: Caller) -> None:
    rows = by_slot(caller.biomarkers("sim-0001", "sleep"))
    assert _days(rows, "sleep_debt") == _days(rows, "sleep_duration")[2:]
    assert _days(rows, "sleep_regularity") == _days(rows, "sleep_duration")[2:]


def test_a_wearable_gives_25_to_40_rows_a_day_and_a_phone_no_wearable_type(caller: Caller) -> None:
    wearable, phone = (
        caller.biomarkers(person, startDateTime="2026-10-20", endDateTime="2026-10-29")
        for person in ("sim-0012", "sim-0011")
    )
    per_day = Counter(slot(row)[1] for row in wearable)
    assert all(25 <= per_day[f"2026-10-{day}"] <= 40 for day in range(20, 30))
    assert {row["type"] for row in wearable} >= _WEARABLE_ONLY
    assert not _WEARABLE_ONLY & {row["type"] for row in phone}
    assert "vitals" not in {row["category"] for row in phone}


def test_a_gap_is_a_missing_row_and_never_a_zero(caller: Caller) -> None:
    rows = by_slot(caller.biomarkers("sim-0009"))
    expected = {str(date(2026, 10, 1) + timedelta(days=step)) for step in range(30)}
    assert expected - set(_days(rows, "sleep_duration"))
    assert expected - set(_days(rows, "steps"))
    assert all(float(row["value"]) > 0 for row in rows.values() if row["type"] in ("sleep_duration", "steps"))


def test_history_reaches_fourteen_days_behind_the_connection(caller: Caller) -> None:
    connected = datetime.fromisoformat(caller.http.get("/api/v1/account/profile/sim-0001").json()["createdAtUtc"])
    local = (connected + timedelta(hours=9)).date()
    rows = by_slot(caller.biomarkers("sim-0001"))
    assert _days(rows, "steps")[0] == str(local - timedelta(days=14))


def test_the_2024_format_has_exclusive_ends_envelopes_and_trailing_dots(start: Start) -> None:
    caller = start(wire_format="2024", users=13)
    rows = caller.biomarkers("sim-0001") + caller.biomarkers("sim-0012")
    assert all(list(row) == [_KEYS[0], *_ENVELOPE, *_KEYS[1:]] for row in rows)
    indexed = by_slot(caller.biomarkers("sim-0001"))
    assert _window(indexed["steps", "2026-10-20"]) == ("2026-10-20T00:00:00+09:00", "2026-10-21T00:00:00+09:00")
    assert _window(indexed["sleep_debt", "2026-10-20"]) == ("2026-10-13T18:00:00+09:00", "2026-10-20T18:00:00+09:00")
    assert {row["unit"] for row in rows if row["type"] == "sleep_regularity"} == {"index"}
    assert {row["valueType"] for row in rows if row["type"] == "steps"} == {"long"}
    assert {row["valueType"] for row in rows} == {"long", "double", "datetime"}
    assert any(row["value"].endswith(".") for row in rows)
    assert all(len(row["value"]) == 25 for row in rows if row["valueType"] == "datetime")
    assert all(row["externalId"] in ("sim-0001", "sim-0012") for row in rows)
    assert {row["receivedAtUtc"][-5:] for row in rows} == {".000Z"}


_ENVELOPE = ["requestId", "profileId", "accountId", "externalId", "receivedAtUtc"]


def test_both_formats_tell_the_same_numbers(start: Start) -> None:
    lean, old = (start(wire_format=year).biomarkers("sim-0012", "activity") for year in ("2025", "2024"))
    assert {(slot(row), row["value"]) for row in lean} == {(slot(row), row["value"]) for row in old}
