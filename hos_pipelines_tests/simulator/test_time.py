"""What the virtual clock changes: open windows, the flip, late revisions, the sign that something changed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hos_pipelines.simulator.people import person_at
from hos_pipelines.simulator.records import PARTS, Part, revisions
from hos_pipelines_tests.simulator.conftest import ALL_CATEGORIES, Caller, Row, Start, by_slot

_TOKYO = "sim-0001"


def _steps(caller: Caller, day: str) -> Row:
    return by_slot(caller.biomarkers(_TOKYO, "activity", types="steps"))["steps", day]


def test_an_open_day_grows_with_the_clock_and_stays_intraday(start: Start) -> None:
    caller = start(at=datetime(2026, 10, 31, 23, tzinfo=UTC))
    seen = []
    for _ in range(12):
        seen.append(_steps(caller, "2026-11-01"))
        caller.clock(advance_hours=1)
    counts = [int(row["value"]) for row in seen]
    assert counts == sorted(counts)
    assert counts[0] < counts[5] < counts[-1]
    assert {row["periodicity"] for row in seen} == {"intraday"}
    assert len({row["id"] for row in seen}) == 1


def test_a_window_flips_to_daily_exactly_flip_after_hours_past_its_end_and_keeps_its_id(start: Start) -> None:
    caller = start(flip_after_hours=12)
    caller.clock(at="2026-11-02T02:59:59Z")
    before = _steps(caller, "2026-11-01")
    caller.clock(at="2026-11-02T03:00:00Z")
    after = _steps(caller, "2026-11-01")
    assert (before["periodicity"], after["periodicity"]) == ("intraday", "daily")
    assert before["id"] == after["id"]


def test_a_flip_delay_of_zero_settles_a_window_as_it_ends(start: Start) -> None:
    caller = start(flip_after_hours=0)
    caller.clock(at="2026-11-01T15:00:00Z")
    assert _steps(caller, "2026-11-01")["periodicity"] == "daily"


def test_a_night_appears_only_after_waking(start: Start) -> None:
    caller = start()
    caller.clock(at="2026-11-01T17:00:00Z")
    assert ("sleep_duration", "2026-11-02") not in by_slot(caller.biomarkers(_TOKYO))
    caller.clock(at="2026-11-01T23:00:00Z")
    night = by_slot(caller.biomarkers(_TOKYO))["sleep_duration", "2026-11-02"]
    assert night["periodicity"] == "intraday"


def test_nothing_is_delivered_from_the_future(start: Start) -> None:
    caller = start()
    for number in range(1, 26):
        for row in caller.biomarkers(f"sim-{number:04d}"):
            assert datetime.fromisoformat(row["startDateTime"]) <= datetime(2026, 11, 1, 12, tzinfo=UTC)
            if row["valueType"] == "datetime":
                assert datetime.fromisoformat(row["value"]) <= datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("part", "name"), [("sleep", "sleep_end_time"), ("activity", "steps")])
def test_a_late_revision_changes_the_value_and_the_scores_stamp_at_one_instant(
    start: Start, part: str, name: str
) -> None:
    caller = start(days=60)
    number, day, moment = _a_revision(part)
    person = f"sim-{number:04d}"
    seen = []
    for instant in (moment - timedelta(seconds=1), moment):
        caller.clock(at=instant.isoformat())
        rows = by_slot(caller.biomarkers(person, "sleep", "activity", types=name))
        score = next(
            row
            for row in caller.scores(person, types="sleep" if part == "sleep" else "activity")
            if row["scoreDateTime"].startswith(day)
        )
        seen.append((rows[name, day]["value"], rows[name, day]["periodicity"], score["createdAtUtc"]))
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] == seen[1][1] == "daily"
    assert datetime.fromisoformat(seen[0][2]) < datetime.fromisoformat(seen[1][2]) == moment
    page = caller.search(searchParameter=person)
    assert datetime.fromisoformat(page["items"][0]["dataLastReceivedAtUtc"]) >= moment


def revised_at(number: int, day: date, part: Part) -> datetime | None:
    return revisions(person_at(7, number), day)[PARTS.index(part)]


def _a_revision(part: str) -> tuple[int, str, datetime]:
    for number in range(1, 9):
        for back in range(5, 40):
            day = (datetime(2026, 11, 1, tzinfo=UTC) - timedelta(days=back)).date()
            moment = revised_at(number - 1, day, "sleep" if part == "sleep" else "activity")
            if moment is not None:
                return number, str(day), moment
    raise AssertionError("no revision among 280 person-days")


def test_about_one_value_in_twenty_is_revised_one_to_three_days_after_its_day() -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC).date()
    days = [first + timedelta(days=step) for step in range(200)]
    revised = [
        (day, moment) for index in range(24) for day in days if (moment := revised_at(index, day, "sleep")) is not None
    ]
    assert 0.035 < len(revised) / (24 * 200) < 0.065
    for day, moment in revised:
        ended = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
        assert timedelta(hours=10) <= moment - ended <= timedelta(days=3, hours=14)


def test_backfilled_scores_share_one_computation_time_and_later_ones_do_not(start: Start) -> None:
    caller = start()
    profile = caller.http.get("/api/v1/account/profile/sim-0012").json()
    stamps = [(row["scoreDateTime"][:10], row["createdAtUtc"]) for row in caller.scores("sim-0012", types="sleep")]
    backfilled = [stamp for day, stamp in stamps if day < "2026-09-27"]
    assert set(backfilled) == {profile["createdAtUtc"]}
    assert len({stamp for day, stamp in stamps if day > "2026-10-05"}) > 20


def test_the_change_stamp_moves_whenever_the_bytes_do(start: Start) -> None:
    caller = start()
    people = [f"sim-{number:04d}" for number in range(1, 26)]
    recent = {"startDateTime": "2026-10-27"}
    known: dict[str, tuple[str, bytes]] = {}
    for _ in range(14):
        stamps = {item["externalId"]: item["dataLastReceivedAtUtc"] for item in caller.search(pageSize=100)["items"]}
        for person in people:
            content = caller.get("biomarker", person, categories=ALL_CATEGORIES, **recent).content
            content += caller.get("score", person, **recent).content
            if person in known and known[person][1] != content:
                assert stamps[person] > known[person][0]
            known[person] = (stamps[person], content)
        caller.clock(advance_hours=3.1)


def test_some_people_are_idle_while_others_sent_a_moment_ago(caller: Caller) -> None:
    now = datetime(2026, 11, 1, 12, tzinfo=UTC)
    ages = [
        now - datetime.fromisoformat(item["dataLastReceivedAtUtc"]) for item in caller.search(pageSize=100)["items"]
    ]
    assert min(ages) < timedelta(minutes=15)
    assert max(ages) > timedelta(hours=3)


def test_a_running_clock_starts_at_the_instant_and_moves(start: Start) -> None:
    caller = start(running=True)
    first = datetime.fromisoformat(caller.http.get("/simulator/clock").json()["at"])
    assert timedelta(0) <= first - datetime(2026, 11, 1, 12, tzinfo=UTC) < timedelta(seconds=30)
    caller.clock(at="2026-12-01T00:00:00Z")
    assert caller.http.get("/simulator/clock").json()["at"].startswith("2026-12-01T00:00:")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"at": "soon"},
        {"at": "2026-11-01T12:00:00"},
        {"advance_hours": "2"},
        {"advance_hours": 1e12},
        {"at": "9999-01-01T00:00:00Z"},
    ],
)
def test_a_clock_command_that_makes_no_sense_is_400_with_a_remedy(caller: Caller, body: object) -> None:
    answer = caller.http.post("/simulator/clock", json=body)
    assert answer.status_code == 400
    assert "send" in answer.json()["title"] or "must be" in answer.json()["title"]
