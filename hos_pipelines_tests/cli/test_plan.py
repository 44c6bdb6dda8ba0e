"""`hos plan`: both plans of a day, as a page to print too; whatever is asked badly gets one sentence."""

from pathlib import Path

import pytest

from hos_pipelines.domain.guidance.routine.settled import QUESTION
from hos_pipelines.postgres.connection import connect, with_database
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.ports import free_port
from hos_pipelines_tests.postgres.lives import life, store

BODY = ("birth_date=1990-03-04", "sex=female", "height=168 cm", "weight=64.5 kg", "timezone=Europe/Berlin")
BADLY_ASKED: list[tuple[tuple[str, ...], str]] = [
    (("nobody",), "PROFILE: nobody is not enrolled; run `hos enroll nobody`."),
    (("anna", "--date", "soon"), "--date: 'soon' is no day; write it as 2026-11-02."),
    (("anna", "--date", "1900-01-01"), "--date: 1900-01-01 lies before any plan; give a day from 2000-01-01 on."),
    (
        ("anna", "--date", "2099-01-01"),
        "--date: 2099-01-01 is not planned yet; that is done the evening before.",
    ),
    (
        ("anna", "--date", "2026-10-01"),
        "--date: anna has no plan of 2026-10-01; plans are made for the day that comes: leave it out for that one.",
    ),
    (("anna", "--date", "2026-12-02"), "--date: 2026-12-02 is not planned yet; that is done the evening before."),
    (("anna", "--date", ""), "--date: '' is no day; write it as 2026-11-02."),
    (("anna", "--date", "2026-02-30"), "--date: '2026-02-30' is no day; write it as 2026-11-02."),
    (("anna", "--date", "1900-01-01", "--kind", "routine"), "--date: 1900-01-01 lies before any plan"),
    (("anna", "--kind", "sleep"), "'sleep' is not one of 'routine', 'nutrition', 'both'"),
    (("anna", "--html", "/"), "--html: "),
    (("", "--kind", "routine"), "PROFILE: "),
]
SILENT = """
INSERT INTO adaptation_states (profile_id, version, decided_on, holds_from, archetype, reason, because, state,
                               rule_version, recorded_at)
VALUES ('anna', 1, '2026-10-31', '2026-11-01', 'Foundation Builder', 'engagement_decline', 'So it is.',
        '{"stage": "MAINTAIN", "fewer_items": 1}', '1', '2026-10-31T06:00:00Z')
"""


@pytest.fixture
def known(hos: Hos, deployed: str) -> str:
    """Anna, who sleeps and says what she is; and Ben, of whom nothing is known."""
    hos("enroll", "anna", "ben").succeeded()
    with connect(deployed) as connection:
        store(connection, life("anna"))
    hos("analyze", "anna", "--type", "circadian").succeeded()
    hos("person", "anna", *(part for fact in BODY for part in ("--set", fact))).succeeded()
    return deployed


def test_both_plans_are_told_and_stay_as_they_are(hos: Hos, known: str, tmp_path: Path) -> None:
    page = tmp_path / "day.html"
    answer = hos("plan", "anna", "--html", str(page)).succeeded()
    plans = answer.json["plans"]
    assert set(plans) == {"routine", "nutrition"}
    assert plans["routine"]["plan_date"] == plans["nutrition"]["plan_date"]
    assert len(plans["routine"]["plan"]["time_blocks"]) == 5
    html = page.read_text()
    assert page.stat().st_mode & 0o077 == 0
    breakfast = plans["nutrition"]["plan"]["nutrition"]["Breakfast"]
    assert breakfast["meals"][0]["name"] in html
    assert "<svg" in html
    assert "<script" not in html
    assert hos("plan", "anna").succeeded().json["plans"] == plans
    day = plans["routine"]["plan_date"]
    assert hos("plan", "anna", "--date", day, "--kind", "routine").succeeded().json["plans"].keys() == {"routine"}


def test_who_has_said_nothing_is_told_what_is_lacking_and_has_a_plan_of_a_typical_night_once_a_zone_is_known(
    hos: Hos, known: str
) -> None:
    answer = hos("plan", "ben").succeeded()
    assert {one["refusal_code"] for one in answer.json["plans"].values()} == {"unknown_timezone"}
    assert "say it with hos person --set timezone=" in answer.stderr
    with connect(known) as connection:
        connection.execute("UPDATE profiles SET timezone = 'Europe/Berlin' WHERE profile_id = 'ben'")
    answer = hos("plan", "ben").succeeded()
    routine = answer.json["plans"]["routine"]
    assert (routine["status"], routine["plan"]["anchors"]["source"]) == ("ok", "default")
    assert "default_times" in routine["notes"]
    assert "a typical night from 23:00 to 07:00" in answer.stderr
    assert "numbers_refused" in answer.json["plans"]["nutrition"]["plan"]


def test_a_refused_plan_of_meals_is_told_with_its_reason_beside_the_routine(hos: Hos, known: str) -> None:
    hos("person", "anna", "--set", "diet=low_fodmap").succeeded()
    answer = hos("plan", "anna").succeeded()
    assert answer.json["plans"]["nutrition"]["refusal_code"] == "restriction_not_supported"
    assert answer.json["plans"]["routine"]["status"] == "ok"
    assert "No nutrition plan of" in answer.stderr


def test_where_no_food_is_named_the_hours_of_eating_are_told_in_the_command_and_on_the_page(
    hos: Hos, known: str, tmp_path: Path
) -> None:
    page = tmp_path / "day.html"
    hos("person", "anna", "--set", "health_flags=mao_inhibitor").succeeded()
    answer = hos("plan", "anna", "--html", str(page)).succeeded()
    html, blocks = page.read_text(), answer.json["plans"]["nutrition"]["plan"]["nutrition"]
    told = hos("plan", "anna", as_json=False).succeeded().stdout
    for name in ("Breakfast", "Lunch", "Dinner"):
        hours = blocks[name]["time_range"]
        assert blocks[name]["meals"] == []
        assert f"{hours}  {name}" in told
        assert name in html
        assert hours.partition("-")[0] in html
    assert "aged, cured or fermented" in html


def test_whatever_is_asked_badly_gets_one_sentence(hos: Hos, known: str) -> None:
    for arguments, sentence in BADLY_ASKED:
        hos("plan", *arguments).refused_with(sentence)
    with connect(known) as connection:
        assert connection.execute("SELECT count(*) FROM plans").fetchone() == (0,)


def test_who_has_fallen_silent_is_asked_in_the_command_and_on_the_page(hos: Hos, known: str, tmp_path: Path) -> None:
    with connect(known) as connection:
        connection.execute(SILENT)
    page = tmp_path / "day.html"
    answer = hos("plan", "anna", "--html", str(page)).succeeded()
    assert QUESTION in " ".join(answer.stderr.split())
    assert QUESTION in page.read_text()
    assert answer.json["plans"]["routine"]["plan"]["adaptation"]["question"] == QUESTION


@pytest.mark.parametrize("kind", ["routine", "nutrition", "both"])
def test_a_server_that_is_down_and_a_database_that_is_not_there_are_named(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("HOS_DATABASE_URL", f"postgresql://me@127.0.0.1:{free_port()}/hos")
    hos("plan", "anna", "--kind", kind).refused_with("HOS_DATABASE_URL: ", "cannot be reached", "Connection refused")
    monkeypatch.setenv("HOS_DATABASE_URL", with_database(deployed, "not_there"))
    hos("plan", "anna", "--kind", kind).refused_with("HOS_DATABASE_URL: ", "not_there")


def test_plans_are_made_though_dagsters_database_is_down(hos: Hos, known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", f"postgresql://me@127.0.0.1:{free_port()}/dagster")
    assert set(hos("plan", "anna").succeeded().json["plans"]) == {"routine", "nutrition"}


def test_whoever_was_erased_has_no_plan(hos: Hos, known: str) -> None:
    hos("plan", "anna").succeeded()
    with connect(known) as connection:
        connection.execute("UPDATE profiles SET status = 'erased' WHERE profile_id = 'anna'")
    hos("plan", "anna").refused_with("PROFILE: anna was erased and cannot come back.")
    with connect(known) as connection:
        connection.execute("DELETE FROM profiles WHERE profile_id = 'anna'")
        assert connection.execute("SELECT count(*) FROM plans").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM plan_items").fetchone() == (0,)
