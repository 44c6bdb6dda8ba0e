"""What is read of a day that is not over, and of a day of two time zones: nothing half lived, no night nobody slept."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.history import END, MIDDLE, OTHER_SLEEP, SLEEP_TIMES, START, Row, read_history
from hos_pipelines.domain.measurements import Biomarker
from hos_pipelines.domain.nights import read_nights
from hos_pipelines.domain.sync import Stream
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.postgres.reads import load_rows
from hos_pipelines_tests.postgres.lives import BERLIN, TODAY, enrol_people, reading, score, store
from hos_pipelines_tests.postgres.rows import NOON

WANTED = {
    Stream.BIOMARKERS: ("steps", "exercise_duration", "heart_rate_resting", "sleep_duration", *SLEEP_TIMES),
    Stream.SCORES: ("activity", "readiness"),
}
YESTERDAY = TODAY - timedelta(days=1)
THREE_DAYS_AGO = TODAY - timedelta(days=3)
EARLY_NEXT_DAY = datetime(2026, 11, 2, 5, 42, tzinfo=BERLIN)
HOME, AWAY = timezone(timedelta(hours=2)), timezone(timedelta(hours=11))


@pytest.fixture
def anna(connection: Connection[Any]) -> Connection[Any]:
    enrol_people(connection, "anna")
    return connection


def intraday(kind: str, day: date, value: str, unit: str = "count", observed_at: datetime = NOON) -> Biomarker:
    """A reading of a local day whose window was still open, or not yet closed by Sahha."""
    return reading("anna", kind, day, value, unit, observed_at=observed_at)._replace(periodicity="intraday")


def bound(
    kind: str, day: date, value: str, *, zone: timezone, observed_at: datetime = NOON, unit: str = "datetime"
) -> Biomarker:
    """A sleep reading of the window from 18:00 to 18:00 that ends on this local day."""
    start = datetime.combine(day - timedelta(days=1), time(18), zone)
    plain = intraday(kind, day, value, unit, observed_at)
    offset = (zone.utcoffset(None) or timedelta()) // timedelta(minutes=1)
    return plain._replace(
        start_date_time=start, end_date_time=start + timedelta(seconds=86_399), utc_offset_minutes=offset
    )


def night(day: date, onset: time, wake: time, *, zone: timezone, observed_at: datetime = NOON) -> list[Biomarker]:
    """Start, middle, end and duration of a night that begins and ends at these clock times."""
    end = datetime.combine(day, wake, zone)
    start = datetime.combine(day if onset < wake else day - timedelta(days=1), onset, zone)
    moments = {START: start, MIDDLE: start + (end - start) / 2, END: end}
    rows = [
        bound(kind, day, moment.isoformat(timespec="minutes"), zone=zone, observed_at=observed_at)
        for kind, moment in moments.items()
    ]
    minutes = (end - start) // timedelta(minutes=1)
    return [*rows, bound("sleep_duration", day, str(minutes), zone=zone, observed_at=observed_at, unit="minute")]


def loaded(connection: Connection[Any], today: date = TODAY) -> list[Row]:
    """What is read of Anna, in order."""
    rows = load_readings(connection, WANTED, ["anna"], 56, today).get("anna", [])
    return sorted(((kind, day, value, unit) for kind, day, value, unit in rows), key=lambda row: row[:2])


def values(connection: Connection[Any], today: date = TODAY) -> dict[tuple[str, str], str | None]:
    """The values read, by type and local day."""
    return {(kind, day): value for kind, day, value, _ in loaded(connection, today)}


def test_a_window_that_was_not_over_when_it_was_seen_is_running(anna: Connection[Any]) -> None:
    store(anna, [intraday("steps", TODAY, "217"), reading("anna", "steps", YESTERDAY, "8000", "count")])
    assert values(anna) == {("steps", "2026-11-01"): None, ("steps", "2026-10-31"): "8000"}


@pytest.mark.parametrize(
    ("kind", "value", "unit"), [("exercise_duration", "0", "minute"), ("heart_rate_resting", "61", "bpm")]
)
def test_any_type_of_the_running_day_is_running(anna: Connection[Any], kind: str, value: str, unit: str) -> None:
    store(anna, [intraday(kind, TODAY, value, unit)])
    assert values(anna) == {(kind, "2026-11-01"): None}


def test_a_day_last_seen_at_noon_stays_running_however_old(anna: Connection[Any]) -> None:
    seen = NOON - timedelta(days=3)
    store(anna, [intraday("steps", THREE_DAYS_AGO, "3100", observed_at=seen)], observed_at=seen)
    store(anna, [reading("anna", "steps", YESTERDAY, "8000", "count")])
    assert values(anna)["steps", THREE_DAYS_AGO.isoformat()] is None


def test_an_older_day_that_was_over_when_it_was_seen_counts_although_it_is_not_closed(anna: Connection[Any]) -> None:
    """Sahha calls a day intraday for hours after it is over."""
    store(anna, [intraday("steps", YESTERDAY, "7400"), intraday("steps", TODAY, "217")])
    assert values(anna) == {("steps", "2026-10-31"): "7400", ("steps", "2026-11-01"): None}


def test_the_newest_day_is_running_until_it_is_closed_or_another_begins(anna: Connection[Any]) -> None:
    """Its window is over, but a phone that sent nothing since the afternoon has not told the evening."""
    open_row = intraday("steps", TODAY, "5200", observed_at=EARLY_NEXT_DAY)
    store(anna, [open_row], observed_at=EARLY_NEXT_DAY)
    tomorrow = TODAY + timedelta(days=1)
    assert values(anna, tomorrow) == {("steps", "2026-11-01"): None}
    later = EARLY_NEXT_DAY + timedelta(hours=3)
    store(anna, [intraday("steps", tomorrow, "90", observed_at=later)], observed_at=later)
    assert values(anna, tomorrow) == {("steps", "2026-11-01"): "5200", ("steps", "2026-11-02"): None}


def test_a_closed_window_of_the_newest_day_counts(anna: Connection[Any]) -> None:
    row = reading("anna", "steps", TODAY, "9100", "count", observed_at=EARLY_NEXT_DAY)
    store(anna, [row], observed_at=EARLY_NEXT_DAY)
    assert values(anna, TODAY + timedelta(days=1)) == {("steps", "2026-11-01"): "9100"}


def test_scores_of_the_running_day_are_running_and_those_of_older_days_count(anna: Connection[Any]) -> None:
    store(
        anna,
        [intraday("steps", TODAY, "217"), reading("anna", "steps", YESTERDAY, "8000", "count")],
        [score("anna", day, 0.5, kind) for day in (YESTERDAY, TODAY) for kind in ("activity", "readiness")],
    )
    found = {key: value for key, value in values(anna).items() if key[0].startswith("score:")}
    assert found == {
        ("score:activity", "2026-10-31"): "0.5",
        ("score:activity", "2026-11-01"): None,
        ("score:readiness", "2026-10-31"): "0.5",
        ("score:readiness", "2026-11-01"): None,
    }


def test_the_night_just_finished_counts_although_its_window_is_open_until_the_evening(anna: Connection[Any]) -> None:
    store(anna, [*night(TODAY, time(23, 10), time(6, 50), zone=BERLIN), intraday("steps", TODAY, "217")])
    found = values(anna)
    assert found[START, "2026-11-01"] == "2026-10-31T23:10+01:00"
    assert found[MIDDLE, "2026-11-01"] == "2026-11-01T03:00+01:00"
    assert found[END, "2026-11-01"] == "2026-11-01T06:50+01:00"
    assert found["steps", "2026-11-01"] is None


def offsets(connection: Connection[Any]) -> set[str]:
    """The offsets of the sleep times read of today."""
    found = values(connection)
    return {value[-6:] for kind in SLEEP_TIMES if (value := found.get((kind, "2026-11-01"))) is not None}


def test_of_two_windows_of_one_local_day_the_longer_sleep_gives_all_its_types(anna: Connection[Any]) -> None:
    later = NOON + timedelta(hours=2)
    store(anna, night(TODAY, time(23), time(7), zone=HOME))
    store(anna, night(TODAY, time(2), time(8), zone=AWAY, observed_at=later), observed_at=later)
    assert anna.execute("SELECT count(*), count(DISTINCT local_date) FROM biomarkers").fetchone() == (8, 1)
    found = values(anna)
    assert found[START, "2026-11-01"] == "2026-10-31T23:00+02:00"
    assert found[MIDDLE, "2026-11-01"] == "2026-11-01T03:00+02:00"
    assert found[END, "2026-11-01"] == "2026-11-01T07:00+02:00"
    assert found["sleep_duration", "2026-11-01"] == "480"
    assert found[OTHER_SLEEP, "2026-11-01"] == "2026-11-01T02:00+11:00/2026-11-01T08:00+11:00"


@pytest.mark.parametrize("first", ["night", "doze"])
def test_a_doze_on_a_plane_beside_the_night_is_a_nap_with_a_duration_of_its_own(
    anna: Connection[Any], first: str
) -> None:
    """Seen in either order: the one seen last is not the day's, and its hour and a half is not the night's."""
    later = NOON + timedelta(hours=2)
    whole = night(TODAY, time(23, 30), time(7), zone=HOME)
    doze = night(TODAY, time(5), time(6, 30), zone=AWAY)
    before, after = (whole, doze) if first == "night" else (doze, whole)
    store(anna, before)
    store(anna, [row._replace(observed_at=later) for row in after], observed_at=later)
    history = read_history("anna", loaded(anna), "Foundation Builder")
    sleep = read_nights(history.windows)
    assert [(one.onset.hour, one.wake.hour, one.hours) for one in sleep.nights] == [(23, 7, 7.5)]
    assert [(one.start.hour, one.end.hour) for one in sleep.naps] == [(5, 6)]
    assert history.of("sleep_duration").values.tolist() == [450]
    assert history.set_aside == ()
    rows = load_rows(anna, Stream.BIOMARKERS, ["anna"])
    by_window = {len(set(part["type"])) for _, part in rows.groupby("start_date_time")}
    assert (len(rows), by_window) == (8, {4})


def test_what_a_longer_window_lacks_is_not_taken_from_a_shorter_one(anna: Connection[Any]) -> None:
    whole = [row for row in night(TODAY, time(23), time(7), zone=HOME) if row.type != "sleep_duration"]
    store(anna, [*whole, *night(TODAY, time(13), time(14, 30), zone=AWAY)])
    found = values(anna)
    assert ("sleep_duration", "2026-11-01") not in found
    assert found[END, "2026-11-01"] == "2026-11-01T07:00+02:00"


@pytest.mark.parametrize("kind", ["steps", "sleep_duration"])
@pytest.mark.parametrize("open_seen_last", [False, True])
def test_on_the_day_of_a_clock_change_a_closed_row_stands_for_an_open_one(
    anna: Connection[Any], kind: str, *, open_seen_last: bool
) -> None:
    """Its window was delivered with the end of the offset before the change, an hour off."""
    later = NOON + timedelta(hours=2)
    closed = reading("anna", kind, YESTERDAY, "480", "count" if kind == "steps" else "minute")
    assert closed.end_date_time is not None
    opened = closed._replace(
        periodicity="intraday", value="120", end_date_time=closed.end_date_time + timedelta(hours=1)
    )
    for row, seen in ((closed, NOON), (opened, later)) if open_seen_last else ((opened, NOON), (closed, later)):
        store(anna, [row._replace(observed_at=seen)], observed_at=seen)
    store(anna, [reading("anna", "steps", TODAY, "90", "count", observed_at=later)], observed_at=later)
    assert values(anna)[kind, YESTERDAY.isoformat()] == "480"
    rows = load_rows(anna, Stream.BIOMARKERS, ["anna"])
    assert rows[rows["local_date"] == YESTERDAY]["value"].tolist() == ["480"]


@pytest.mark.parametrize("revised", [START, MIDDLE, END])
def test_a_revision_of_one_type_leaves_no_night_of_two_windows(anna: Connection[Any], revised: str) -> None:
    second, third = NOON + timedelta(hours=2), NOON + timedelta(hours=4)
    at_home = night(TODAY, time(23), time(7), zone=HOME)
    store(anna, at_home)
    store(anna, night(TODAY, time(2), time(8), zone=AWAY, observed_at=second), observed_at=second)
    again = [row._replace(observed_at=third, value=_later(row.value)) for row in at_home if row.type == revised]
    store(anna, again, observed_at=third)
    assert len(offsets(anna)) == 1


def _later(value: str | None) -> str:
    assert value is not None
    return (datetime.fromisoformat(value) + timedelta(minutes=4)).isoformat(timespec="minutes")


@pytest.mark.parametrize("lacking", [START, END])
def test_a_window_that_lacks_an_end_does_not_take_the_place_of_a_whole_one(anna: Connection[Any], lacking: str) -> None:
    later = NOON + timedelta(hours=2)
    store(anna, night(TODAY, time(23), time(7), zone=HOME))
    half = [row for row in night(TODAY, time(2), time(8), zone=AWAY, observed_at=later) if row.type != lacking]
    store(anna, half, observed_at=later)
    assert offsets(anna) == {"+02:00"}


def test_a_history_holds_the_night_and_sets_the_running_day_aside(anna: Connection[Any]) -> None:
    steps = [reading("anna", "steps", TODAY - timedelta(days=back), "8000", "count") for back in range(1, 5)]
    store(
        anna,
        [*night(TODAY, time(23), time(7), zone=BERLIN), *steps, intraday("steps", TODAY, "217")],
        [score("anna", TODAY, 0.1, "activity")],
    )
    history = read_history("anna", loaded(anna), "Foundation Builder")
    assert [window.end for window in history.windows] == [datetime(2026, 11, 1, 6, tzinfo=UTC)]
    assert (history.through, len(history.of("steps")), len(history.of("score:activity"))) == (TODAY, 4, 0)
    assert {"steps", "score:activity"} <= {aside.what for aside in history.set_aside if aside.day == TODAY}
