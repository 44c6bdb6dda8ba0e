"""`hos checkin` and `hos journal`: own items of own days, the newest word stands, and own words are shown nowhere."""

import json
import re
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos

ITEM = """
INSERT INTO plan_items (profile_id, item_id, plan_date, title, recorded_at)
VALUES (%s, %s, %s, 'Walk', '2026-10-25T12:00:00Z') RETURNING id::text
"""
TELL = """
INSERT INTO task_checkins (profile_id, plan_item_id, planned_date, completion_status, recorded_at)
SELECT profile_id, id, plan_date, %s, plan_date + interval '1 day' FROM plan_items WHERE id = %s RETURNING 1
"""
STANDS = """
SELECT completion_status, satisfaction_rating, user_notes, completed_at IS NULL, planned_date::text FROM task_checkins
"""


@pytest.fixture
def anna(hos: Hos, deployed: str) -> str:
    """Anna and bert, enrolled; it is noon (UTC) of 1 November 2026, and 1 in the night of the 2nd for anna."""
    hos("enroll", "anna", "--timezone", "Pacific/Auckland").succeeded()
    hos("enroll", "bert").succeeded()
    return deployed


def item(url: str, profile: str = "anna", day: str = "2026-11-01", name: str = "walk") -> str:
    [(key,)] = rows_of(url, ITEM, profile, name, day)
    return str(key)


def test_a_checkin_is_stored_once_corrected_and_its_item_is_known_by_name_too(hos: Hos, anna: str) -> None:
    key = item(anna)
    first = ["checkin", "anna", key, "--status", "completed", "--at", "07:30", "--satisfaction", "4"]
    outcomes = [
        hos(*arguments).succeeded().json["outcome"]
        for arguments in (first, first, ["checkin", "anna", "walk", "--note", "🚶 slow"], first)
    ]
    assert outcomes == ["stored", "unchanged", "corrected", "unchanged"]
    assert rows_of(anna, STANDS) == [("completed", 4, "🚶 slow", False, "2026-11-01")]
    assert rows_of(anna, "SELECT count(*), max(content ->> 'user_notes') FROM task_checkin_versions") == [(1, None)]
    hos("checkin", "anna", key, "--status", "skipped", "--reason", "no_time").succeeded()
    assert rows_of(anna, STANDS) == [("skipped", 4, "🚶 slow", True, "2026-11-01")]
    [listed] = hos("checkin", "anna").succeeded().json["items"]
    assert (listed["id"], listed["status"]) == (key, "skipped")
    assert "slow" not in hos("checkin", "anna", as_json=False).succeeded().stdout


def test_a_name_with_yesterday_is_the_item_of_yesterday(hos: Hos, anna: str) -> None:
    for day in ("2026-11-01", "2026-11-02", "2026-11-03"):
        item(anna, day=day)
    hos("checkin", "anna", "walk", "--day", "yesterday", "--status", "completed").succeeded()
    hos("checkin", "anna", "walk", "--status", "partial").succeeded()
    told = "SELECT completion_status, plan_date::text FROM task_checkins JOIN plan_items AS i ON i.id = plan_item_id"
    assert sorted(rows_of(anna, told)) == [("completed", "2026-11-01"), ("partial", "2026-11-02")]


def test_what_cannot_be_is_a_sentence_each_and_nothing_is_stored(hos: Hos, anna: str) -> None:
    own, others, old = item(anna), item(anna, "bert"), item(anna, day="2019-11-01", name="old")
    ahead = item(anna, day="2026-11-03", name="ahead")
    done = ["--status", "completed"]
    theirs = "is no item of this person's plans; `hos checkin PROFILE` lists them."
    bad = {
        (others, *done): f"ITEM: {others} {theirs}",
        (str(uuid4()), *done): theirs,
        ("nothing", *done): f"ITEM: nothing {theirs}",
        (own, *done, "--day", "2019-11-01"): "--day: 2019-11-01 is more than 60 days ago; check the year.",
        (old, *done): "--day: 2019-11-01 is more than 60 days ago; check the year.",
        (ahead, *done): "--day: 2026-11-03 has not come yet where the person lives; check it, or the device's clock.",
        (own, *done, "--day", "2026-10-31"): "--day: 2026-10-31 is not of the week of this item, which begins on",
        (own, *done, "--day", "yestarday"): "--day: 'yestarday' is no day; write it as 2026-11-02",
        ("\udcff", *done): theirs,
        ("walk", *done, "--day", "nul\x00"): "--day: ",
        (own, *done, "--at", "2026-11-01T14:00:00Z"): "--at: lies in the future; check it, or set the clock",
        (own, *done, "--at", "2026-10-01T14:00:00Z"): "--at: is not around 2026-11-01",
        (own, *done, "--at", "25:00"): "--at: '25:00' is no time of day; hours go from 00:00 to 23:59.",
        (own, "--status", "skipped", "--at", "07:30"): "--at: says when it was done, and --status that it was not",
        (own, *done, "--reason", "forgot"): "--reason: says why it was not done, and --status that it was",
        (own, "--satisfaction", "4"): "--status: nothing has been said of this item yet; give one of completed,",
        (own, *done, "--satisfaction", "6"): "6 is not in the range 1<=x<=5",
        (own, "--status", "done"): "'done' is not one of 'completed', 'partial', 'skipped'",
        (own, *done, "--note", "x" * 8001): "--note: has 8,001 bytes; 8,000 are the most: shorten it.",
        (own, *done, "--note", "a\x00b"): "--note: holds a NUL character, which is not kept; leave it out.",
    }
    for arguments, sentence in bad.items():
        hos("checkin", "anna", *arguments).refused_with(sentence)
    two = hos("checkin", "anna", own, *done, "--at", "25:00", "--note", "\x00").refused_with("Nothing was stored.")
    assert len(two.json["faults"]) == 2
    assert rows_of(anna, STANDS) == []


def test_a_journal_takes_its_fields_keeps_what_was_before_and_shows_no_words(
    hos: Hos, anna: str, tmp_path: Path
) -> None:
    words = tmp_path / "journal.json"
    words.write_text(json.dumps({"what_went_well": "a secret 🎉", "gratitude_notes": ["sun", "tea"], "is_ill": False}))
    first = ["journal", "anna", "--set", "energy_level=4", "--file", str(words)]
    answers = [hos(*first), hos(*first), hos("journal", "anna", "--set", "mood_rating=2"), hos(*first)]
    assert [one.succeeded().json["outcome"] for one in answers] == ["stored", "unchanged", "corrected", "unchanged"]
    assert all("secret" not in one.stdout + one.stderr for one in answers)
    stands = "SELECT journal_date::text, energy_level, mood_rating, is_ill, gratitude_notes FROM daily_journals"
    assert rows_of(anna, stands) == [("2026-11-02", 4, 2, False, ["sun", "tea"])]
    assert rows_of(anna, "SELECT content ->> 'mood_rating' FROM daily_journal_versions") == [(None,)]


def test_a_journal_that_cannot_be_is_refused_whole(hos: Hos, anna: str, tmp_path: Path) -> None:
    words = tmp_path / "journal.json"
    bad: dict[str, object] = {
        "energy_level: is no whole number from 1 to 5; give one.": {"energy_level": 6},
        "mood_rating: is no whole number from 1 to 5": {"mood_rating": 3.5},
        "is_ill: is neither yes nor no": {"is_ill": "perhaps"},
        "moood_rating: is no field of a journal (did you mean mood_rating?)": {"moood_rating": 3},
        "what_went_well: has 100,000 bytes; 8,000 are the most": {"what_went_well": "x" * 100_000},
        "what_was_challenging: holds a NUL character": {"what_was_challenging": "a\x00b"},
        "tomorrow_intentions: holds half a character": {"tomorrow_intentions": "\ud83d"},
        "gratitude_notes: is no list of at most 20 notes": {"gratitude_notes": ["x"] * 21},
        "gratitude_notes: has 8,020 bytes": {"gratitude_notes": ["x" * 401] * 20},
        "journal: says nothing": {},
    }
    for sentence, fields in bad.items():
        words.write_text(json.dumps(fields))
        hos("journal", "anna", "--file", str(words)).refused_with(sentence, "Nothing was stored.")
    words.write_text(json.dumps({"what_went_well": "x" * 1_000_000}))
    hos("journal", "anna", "--file", str(words)).refused_with("is larger than 256 kB", "Nothing was stored.")
    for day, sentence in {"2026-11-03": "has not come yet", "2019-01-01": "is more than 60 days ago"}.items():
        hos("journal", "anna", "--set", "energy_level=3", "--day", day).refused_with(f"--day: {day} {sentence}")
    assert rows_of(anna, "SELECT count(*) FROM daily_journals") == [(0,)]


def test_the_list_says_how_much_of_the_last_seven_settled_days_was_reported(hos: Hos, anna: str) -> None:
    days = [f"2026-10-{day}" for day in range(25, 32)]
    keys = [item(anna, day=day) for day in days]
    said = hos("checkin", "anna").succeeded()
    assert said.json["reporting"]["rate"] == 0.0
    assert "too little to say how much was done" in said.stderr
    for key, status in zip(keys, ["completed", "completed", "partial", "skipped"], strict=False):
        rows_of(anna, TELL, status, key)
    assert hos("checkin", "anna").succeeded().json["reporting"] == {
        "plan_days": 7,
        "reported_days": 4,
        "rate": 4 / 7,
        "due": 4,
        "reported": 4,
        "completion": 0.625,
    }


def test_every_statement_of_the_page_runs_as_an_app_sends_it(hos: Hos, anna: str) -> None:
    statements = re.findall(r"```sql\n(.*?)```", (PROJECT_ROOT / "docs" / "person.md").read_text(), re.DOTALL)
    with psycopg.connect(anna, autocommit=True) as app:
        counts = [app.execute(statement.encode()).rowcount for statement in statements]
        app.execute("UPDATE task_checkins SET completion_status = 'partial'")
        before = app.execute(statements[-1].encode()).fetchall()
    assert counts == [1, 1, 1, 1, 1, 0]
    assert [said for _, said in before] == ["completed"]
