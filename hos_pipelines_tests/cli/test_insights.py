"""`hos insights PROFILE`: what stands out, what people say of it, and what is refused."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.measurements import Biomarker
from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.postgres.lives import TODAY, enrol_people, life, reading, store

TOLD = "SELECT insight_id, rating, applied_at IS NOT NULL, acknowledged_at IS NOT NULL FROM user_insights"
SHORT_DAYS = 14
SLEEP = "sleep_duration"


@pytest.fixture
def anna(deployed: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection[Any]]:
    """Eight weeks, in the last two of which nights are 70 minutes shorter and nothing else is different."""
    monkeypatch.setenv("HOS_VIRTUAL_NOW", f"{TODAY}T12:00:00Z")
    with connect(deployed) as session:
        enrol_people(session, "anna", "ben")
        store(session, [shortened(row) for row in life("anna", days=56, through=TODAY - timedelta(days=1))])
        store(session, [reading("ben", "steps", TODAY - timedelta(days=back), "7000", "count") for back in range(5)])
        yield session


def shortened(row: Biomarker) -> Biomarker:
    if row.type != "sleep_duration" or row.local_date is None or (TODAY - row.local_date).days > SHORT_DAYS:
        return row
    return reading(row.profile_id, row.type, row.local_date, str(int(row.value or 0) - 70), "minute")


def test_what_stands_out_is_told_once_and_what_is_said_of_it_is_kept(
    hos: Hos, anna: Connection[Any], deployed: str
) -> None:
    hos("insights", "anna").refused_with("anna has no insights to be made from yet: analyse first. `hos analyze anna`")
    hos("analyze", "anna").succeeded()
    first = hos("insights", "anna").succeeded()
    (one,) = [one for one in first.json["insights"] if one["subject"] == SLEEP]
    assert (one["kind"], one["direction"], one["category"]) == ("shift", "down", "sleep")
    assert one["interval_low"] <= -70 / 60 <= one["interval_high"] < 0
    assert one["window_to"] == str(TODAY - timedelta(days=1))
    assert set(one["fact_ids"]) == set(one["evidence"])
    assert first.json["status"] == "ok"
    assert one["action"] in " ".join(first.stdout.split())
    again = hos("insights", "anna").succeeded()
    assert again.json["insights"] == first.json["insights"]
    name = one["insight_id"]
    hos("insights", "anna", "--rate", name[:6], "2").succeeded()
    hos("insights", "anna", "--applied", name).succeeded()
    assert (name, 2, True, True) in rows_of(deployed, TOLD)
    after = hos("insights", "anna").succeeded()
    assert [one["insight_id"] for one in after.json["insights"]] == [
        one["insight_id"] for one in first.json["insights"]
    ]


def test_what_stands_advises_for_as_long_as_new_days_come(
    hos: Hos, anna: Connection[Any], deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hos("analyze", "anna").succeeded()
    first = hos("insights", "anna").succeeded().json["insights"]
    later = TODAY + timedelta(days=5)
    monkeypatch.setenv("HOS_VIRTUAL_NOW", f"{later}T12:00:00Z")
    through = later - timedelta(days=1)
    store(anna, [shortened(row) for row in life("anna", days=61, through=through) if row.local_date is not None])
    hos("analyze", "anna").succeeded()
    (again,) = [one for one in hos("insights", "anna").succeeded().json["insights"] if one["subject"] == SLEEP]
    assert again["insight_id"] in [one["insight_id"] for one in first]
    assert again["action"]
    assert again["last_confirmed_at"] > again["first_shown_at"]
    with connect(deployed) as session:
        session.execute("SELECT set_config('hos.now', %s, false)", (f"{later}T12:00:00Z",))
        seen = session.execute(
            "SELECT status, action IS NOT NULL FROM current_insights WHERE subject = %s", (SLEEP,)
        ).fetchall()
        session.execute("SELECT set_config('hos.now', %s, false)", (f"{later + timedelta(days=4)}T12:00:00Z",))
        old = session.execute(
            "SELECT status, action IS NOT NULL FROM current_insights WHERE subject = %s", (SLEEP,)
        ).fetchall()
    assert (seen, old) == ([("ok", True)], [("stale", False)])


def test_too_few_days_are_said_to_be(hos: Hos, anna: Connection[Any]) -> None:
    hos("analyze", "ben").succeeded()
    answer = hos("insights", "ben").succeeded()
    assert answer.json["insights"] == []
    assert answer.json["status"] in ("insufficient_data", "preliminary")
    assert "sleep: days: has 0, needs 14" in answer.json["missing"]
    assert "Not enough data" in answer.stdout


def test_old_readings_advise_nothing_for_today(
    hos: Hos, anna: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    hos("analyze", "anna").succeeded()
    assert hos("insights", "anna").succeeded().json["insights"]
    monkeypatch.setenv("HOS_VIRTUAL_NOW", f"{TODAY + timedelta(days=4)}T12:00:00Z")
    later = hos("insights", "anna").succeeded()
    assert later.json["status"] == "stale"
    assert [one["action"] for one in later.json["insights"]] == [None] * len(later.json["insights"])
    assert "What to do" not in later.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("anna", "--rate", "abcd", "6"), "6 is not in the range 1<=x<=5"),
        (("anna", "--rate", "abcd", "good"), "'good' is not a valid integer"),
        (("anna", "--rate", "a\x00bcd", "1"), "ID: anna has no insight"),
        (("anna", "--applied", "ab"), "ID: 'ab' is too short; give 4 characters or more"),
        (("anna", "--applied", "%%%%"), "ID: anna has no insight '%%%%'; `hos insights anna` lists them."),
        (("anna", "--acknowledge", "\u2728\u2728\u2728\u2728"), "ID: anna has no insight"),
        (("anna", "--applied", "abcd", "--acknowledge", "abcd"), "say one at a time"),
        (("nobody",), "PROFILE: nobody is not enrolled"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_meant_is_named_and_changes_nothing(
    hos: Hos, anna: Connection[Any], deployed: str, arguments: tuple[str, ...], sentence: str
) -> None:
    hos("insights", *arguments).refused_with(sentence)
    assert rows_of(deployed, TOLD) == []


def test_nobody_says_anything_of_another_persons_insight(hos: Hos, anna: Connection[Any], deployed: str) -> None:
    hos("analyze", "anna").succeeded()
    name = hos("insights", "anna").succeeded().json["insights"][0]["insight_id"]
    hos("insights", "ben", "--rate", name, "1").refused_with(f"ID: ben has no insight {name!r}")
    assert {row[1] for row in rows_of(deployed, TOLD)} == {None}
