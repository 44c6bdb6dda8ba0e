"""`hos status`: one screen for whoever is on call, true with and without Dagster; its end tells of staleness."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from hos_pipelines.cli.automation_state import AutomationState
from hos_pipelines.cli.labelled import print_lines
from hos_pipelines.cli.servers import start_schedule
from hos_pipelines.cli.status_screen import overview_lines
from hos_pipelines.domain.freshness import is_tick_late
from hos_pipelines_tests.cli.answers import Answer, rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.processes import running_hos
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.ports import free_port

KEYS = {
    "clock_stands_still_at",
    "database", "profiles", "last_tick", "schedule", "daemon", "data_source", "due", "under_way", "failing",
    "freshness", "streams", "quarantine", "webhooks", "analyses_due", "plans", "requests", "stale",
}  # fmt: skip
LABELS = [
    "Database", "Clock", "People", "Last tick", "Schedule", "Daemon", "Sahha", "Due now", "Failing", "Fresh", "Rows",
    "Quarantine", "Webhooks", "Analyses", "Plans", "Requests", "Stale",
]  # fmt: skip
MOST_LINES, COLUMNS = 24, 80
ENROLLED = """
INSERT INTO profiles (profile_id, external_id, enrolled_at)
SELECT 'p' || n, 'p' || n, '2026-10-01T00:00:00Z' FROM generate_series(1, %s) AS n
"""
PULLED = """
INSERT INTO sync_state (profile_id, stream, watermark, last_outcome, last_attempt_at, last_success_at, attempts)
SELECT profile_id, stream, %s, 'updated', %s, %s, 0
FROM profiles CROSS JOIN unnest(ARRAY['biomarkers', 'scores', 'sahha_archetypes']) AS stream
"""
FAILED = """
UPDATE sync_state SET attempts = 3, last_outcome = %s, last_error = %s, last_attempt_at = %s, next_due_at = %s
WHERE profile_id = %s AND stream = %s
"""
PLANS = """
INSERT INTO plans (plan_id, profile_id, kind, plan_date, status, refusal_code, refusal, zone, notes, plan, rule_version,
                   library_version, fingerprint, made_at, superseded_at)
SELECT gen_random_uuid(), person, kind, %(day)s::date + later, status, code, code, 'UTC', '{}', '{}', '1', '1', '1',
       %(at)s, CASE WHEN is_superseded THEN %(at)s END
FROM (VALUES ('p1', 'routine', 0, 'refused', 'no_plan', false), ('p1', 'routine', 1, 'ok', NULL, false),
             ('p2', 'routine', 0, 'ok', NULL, false), ('p2', 'routine', 0, 'partial', NULL, true),
             ('p3', 'routine', 1, 'partial', NULL, false), ('p4', 'routine', 0, 'refused', 'not_an_adult', false),
             ('p5', 'routine', -9, 'ok', NULL, false), ('p1', 'nutrition', 0, 'refused', 'unknown_timezone', false),
             ('p2', 'nutrition', 0, 'refused', 'not_feasible', false))
     AS made (person, kind, later, status, code, is_superseded)
"""
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
REAL = datetime(2026, 11, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def screen(answer: Answer) -> list[str]:
    """What people see."""
    return [line for line in answer.stdout.splitlines() if not line.startswith("{")]


def line(answer: Answer, label: str) -> str:
    """The text beside a label, unwrapped."""
    text, is_open = "", False
    for one in screen(answer):
        is_open = one.startswith(f"{label} ") if not one.startswith(" ") else is_open
        text += f" {one[13:]}" if is_open else ""
    return text.strip()


def people(url: str, count: int, pulled_at: datetime = NOON) -> None:
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(ENROLLED, (count,))
        session.execute(PULLED, (pulled_at, pulled_at, pulled_at))


def test_an_empty_database_without_a_dagster_home_is_said_to_be_so_and_left_so(
    hos: Hos, deployed: str, tmp_path: Path
) -> None:
    answer = hos("status").succeeded()
    assert [one.split("  ")[0] for one in screen(answer) if not one.startswith(" ")] == LABELS
    assert line(answer, "People") == "nobody yet; `hos enroll --all`"
    assert line(answer, "Last tick") == "none yet"
    assert line(answer, "Schedule").startswith("not known: no Dagster home at ")
    assert line(answer, "Stale") == "nobody older than 26 h"
    assert set(answer.json) == KEYS
    assert answer.json["schedule"] == {"is_on": None, "on_since": None, "maintenance_is_on": None}
    assert not (tmp_path / "hos-home" / "dagster").exists()


def test_plans_that_stand_are_counted_and_those_refused_by_reason(hos: Hos, deployed: str) -> None:
    people(deployed, 5)
    with psycopg.connect(deployed, autocommit=True) as session:
        session.execute(PLANS, {"day": NOON.date(), "at": NOON})
    answer = hos("status")
    assert line(answer, "Plans") == (
        "routines 3 made (1 in part), 1 refused: not an adult 1; "
        "meals 0 made, 2 refused: not feasible 1, unknown timezone 1"
    )
    assert answer.json["plans"]["routine"] == {
        "ok": 2, "partial": 1, "refused": 1, "refused_because": {"not_an_adult": 1},
    }  # fmt: skip


def test_everything_is_on_one_screen_without_colour(hos: Hos, deployed: str) -> None:
    hos("enroll", "--all").succeeded()
    hos("refresh", "--all").succeeded()
    answer = hos("status").succeeded()
    lines = screen(answer)
    assert len(lines) <= MOST_LINES
    assert max(map(len, lines)) <= COLUMNS
    assert "\x1b" not in answer.stdout
    assert line(answer, "People") == "6 active"
    assert line(answer, "Schedule").startswith("off: turn on refresh_active_users in the UI")
    assert line(answer, "Daemon") == "never seen; `hos up` starts it"
    assert line(answer, "Sahha") == "answers (breaker closed)"
    assert line(answer, "Failing") == "nobody"
    assert line(answer, "Analyses") == "due: circadian 6 people, behavior 6 people"
    assert answer.json["analyses_due"] == {"circadian_analysis": 6, "behavior_analysis": 6}


def test_without_sahha_it_says_so(hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USE_SAHHA_DIRECT", "false")
    assert line(hos("status").succeeded(), "Sahha") == "database_fallback USE_SAHHA_DIRECT is false."


def test_who_fails_is_counted_by_reason_and_named_when_asked_for(hos: Hos, deployed: str) -> None:
    people(deployed, 4)
    again = NOON + HOUR
    for who, stream, outcome, reason in (
        ("p1", "biomarkers", "failed", "Sahha answers 503."),
        ("p1", "scores", "failed", "Sahha answers 503."),
        ("p2", "scores", "failed", "Sahha answers 503."),
        ("p3", "scores", "rate_limited", "Sahha answers 429: too many requests."),
    ):
        rows_of(deployed, FAILED + " RETURNING 1", outcome, reason, NOON, again, who, stream)
    rows_of(deployed, "UPDATE sync_state SET last_success_at = NULL WHERE profile_id = 'p3' RETURNING 1")
    paused = "UPDATE profiles SET status = 'paused', status_reason = 'gone: nobody' WHERE profile_id = 'p4' RETURNING 1"
    rows_of(deployed, paused)
    answer = hos("status").succeeded()
    assert line(answer, "Failing") == (
        "3 people: 2 “Sahha answers 503.”, 1 “Sahha answers 429: too many requests.”; --failing names them"
    )
    assert answer.json["failing"] == {
        "people": 3,
        "reasons": [
            {"reason": "Sahha answers 503.", "people": 2},
            {"reason": "Sahha answers 429: too many requests.", "people": 1},
        ],
    }
    named = hos("status", "--failing").succeeded()
    streams = [(one["profile_id"], one["stream"], one["status"]) for one in named.json["failing"]["streams"]]
    assert streams == [
        ("p3", "scores", "active"),
        ("p4", None, "paused"),
        ("p1", "biomarkers", "active"),
        ("p1", "scores", "active"),
        ("p2", "scores", "active"),
    ]
    text = " ".join(" ".join(screen(named)).split())
    assert "p3 scores rate_limited, never pulled since enrolled on 1 October 2026, 00:00 UTC, 3 attempts:" in text
    assert (
        "p1 biomarkers failed, no good pull since 1 November 2026, 12:00 UTC, 3 attempts: Sahha answers 503.; tried "
        "again from 1 November 2026, 13:00 UTC, which this clock never comes to; `hos refresh p1` tries now"
    ) in text
    assert "p4 paused: gone: nobody" in text
    assert max(map(len, screen(named))) <= COLUMNS


def test_a_clock_that_stands_still_is_said_to_and_a_real_one_is_not_mentioned(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    still = hos("status").succeeded()
    assert line(still, "Clock") == (
        "stands still at 1 November 2026, 12:00 UTC: no wait ends; whoever was active stays due"
    )
    assert still.json["clock_stands_still_at"] == str(NOON)
    monkeypatch.delenv("HOS_VIRTUAL_NOW")
    real = hos("status").succeeded()
    assert line(real, "Clock") == ""
    assert real.json["clock_stands_still_at"] is None
    people(deployed, 1)
    rows_of(deployed, FAILED + " RETURNING 1", "failed", "Sahha answers 503.", NOON, NOON + HOUR, "p1", "scores")
    text = " ".join(" ".join(screen(hos("status", "--failing"))).split())
    assert "tried again from 1 November 2026, 13:00 UTC" in text
    assert "never comes to" not in text


def test_it_ends_with_2_when_data_of_active_people_is_too_old(hos: Hos, deployed: str) -> None:
    people(deployed, 4, NOON - 25 * HOUR)
    assert hos("status").succeeded().json["stale"]["is_stale"] is False
    older = "UPDATE sync_state SET watermark = %s WHERE profile_id = 'p1' AND stream = %s RETURNING 1"
    rows_of(deployed, older, NOON - 26 * HOUR, "sahha_archetypes")
    assert hos("status").exit_code == 0, "archetypes are weekly and monthly"
    rows_of(deployed, older, NOON - 26 * HOUR, "scores")
    answer = hos("status")
    assert (answer.exit_code, answer.stderr) == (2, "")
    assert line(answer, "Stale") == "1 person older than 26 h"
    assert answer.json["stale"] == {"is_stale": True, "people": 1, "older_than_hours": 26, "tick_is_late": False}
    assert hos("status", "--most-stale", "25").exit_code == 0
    assert hos("status", "--most-stale", "24").exit_code == 2
    rows_of(deployed, "UPDATE profiles SET status = 'paused' WHERE profile_id = 'p1' RETURNING 1")
    assert hos("status").exit_code == 0


def test_whoever_was_never_pulled_is_stale_once_enrolled_for_long(hos: Hos, deployed: str) -> None:
    new = "INSERT INTO profiles (profile_id, external_id, enrolled_at) VALUES ('new', 'new', %s) RETURNING 1"
    rows_of(deployed, new, NOON - HOUR)
    assert hos("status").exit_code == 0
    rows_of(deployed, "UPDATE profiles SET enrolled_at = %s RETURNING 1", NOON - 27 * HOUR)
    assert hos("status").exit_code == 2


def test_wrong_arguments_end_with_1_since_2_says_stale(hos: Hos, deployed: str) -> None:
    for arguments, said in (
        (("--bogus",), "No such option"),
        (("--most-stale", "101"), "--most-stale"),
        (("p1", "--failing"), "--failing: "),
        (("p1", "p2"), "unexpected"),
    ):
        assert hos("status", *arguments).refused_with(said).exit_code == 1


def test_quarantine_and_webhooks_are_counted_with_their_age(hos: Hos, deployed: str) -> None:
    people(deployed, 2)
    rows_of(
        deployed,
        "INSERT INTO quarantine (profile_id, stream, payload_hash, payload, reason, first_seen_at, last_seen_at) "
        "SELECT 'p1', 'scores', n::text, '{}', 'no time', %s, %s FROM generate_series(1, 3) AS n RETURNING 1",
        NOON,
        NOON - 3 * HOUR,
    )
    rows_of(
        deployed,
        "INSERT INTO webhook_inbox (body_hash, event_type, external_id, body, received_at) "
        "VALUES ('a', 'ScoreCreatedIntegrationEvent', 'p1', '{}', %s) RETURNING 1",
        NOON - timedelta(seconds=90),
    )
    answer = hos("status").succeeded()
    assert line(answer, "Quarantine") == "3 rows of 1 person, the newest 3 h ago"
    assert line(answer, "Webhooks") == "1 waiting, the oldest for 90 s"
    assert (answer.json["quarantine"]["rows"], answer.json["webhooks"]["waiting"]) == (3, 1)


def test_a_dagster_database_that_cannot_be_used_is_named_beside_all_that_is_known(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "hos-home" / "dagster").mkdir(parents=True)
    (tmp_path / "hos-home" / "dagster" / "dagster.yaml").touch()
    monkeypatch.setenv("HOS_DAGSTER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    answer = hos("status").refused_with("HOS_DAGSTER_DATABASE_URL: ")
    assert answer.exit_code == 1
    assert line(answer, "Schedule") == "not known: Dagster's records cannot be read"
    assert set(answer.json) == {*KEYS, "error"}


def test_one_profile_is_told_by_stream(hos: Hos, deployed: str) -> None:
    hos("enroll", "sim-0001", "--timezone", "Europe/Berlin").succeeded()
    hos("refresh", "sim-0001").succeeded()
    answer = hos("status", "sim-0001").succeeded()
    text = " ".join(" ".join(screen(answer)).split())
    assert text.startswith("sim-0001 active, Foundation Builder, Europe/Berlin biomarkers ")
    assert "rows; updated 0 s ago; newest reading 1 November 2026" in text
    assert max(map(len, screen(answer))) <= COLUMNS


def test_a_running_deployment_shows_schedule_and_daemon(hos: Hos, deployed: str) -> None:
    port = free_port()
    with running_hos("up", "--port", str(port), "--json") as (_, told):
        assert "url" in told
        start_schedule(f"http://127.0.0.1:{port}", "refresh_active_users")
        alive = wait_until(lambda: (found := hos("status")).json["daemon"]["is_alive"] and found, "a heartbeat", 1)
    assert alive.exit_code == 0
    assert alive.json["schedule"]["is_on"] is True
    assert line(alive, "Schedule").startswith("on since ")
    assert line(alive, "Daemon").startswith("alive, heartbeat ")


@pytest.mark.parametrize(
    ("tick_age", "on_for", "under_way", "is_late"),
    [
        (2 * HOUR, 3 * HOUR, 0, True),
        (None, 3 * HOUR, 0, True),
        (1 * HOUR, 3 * HOUR, 0, False),
        (2 * HOUR, None, 0, False),
        (200 * HOUR, 1 * HOUR, 0, False),
        (2 * HOUR, 3 * HOUR, 5, False),
    ],
    ids=["late", "never", "on time", "off", "just turned on", "under way"],
)
def test_a_tick_is_late_only_where_one_should_have_come(
    tick_age: timedelta | None, on_for: timedelta | None, under_way: int, is_late: bool
) -> None:
    assert is_tick_late(tick_age, on_for, under_way) is is_late


def test_a_state_tells_silence_and_how_long_it_is_on() -> None:
    silent = AutomationState(REAL, is_on=True, on_since=REAL - HOUR, heartbeat_at=REAL - HOUR)
    assert (silent.on_for, silent.heartbeat_age, silent.is_alive) == (HOUR, HOUR, False)
    assert AutomationState(REAL, is_on=True, heartbeat_at=REAL).is_alive is True
    assert AutomationState(REAL, is_on=False).on_for is None
    assert AutomationState(REAL, unknown="not known: why").is_alive is None


def test_the_fullest_screen_has_24_lines_of_80_columns(
    hos: Hos, deployed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = hos("status").succeeded().json
    answer["clock_stands_still_at"] = None  # a demo's alone
    answer["profiles"] = dict.fromkeys(("active", "paused", "retired", "erased"), 123_456)
    answer["last_tick"] = {
        "planned_at": NOON - timedelta(days=40), "tick": "2026-11-01T12:00Z", "profiles_changed": 100_000,
        "profiles_due": 100_000, "batches": 1_000, "search_requests": 1_000, "requests_planned": 200_000,
        "requests_saved": 200_000,
    }  # fmt: skip
    answer["data_source"] = {"name": "database_fallback", "since": NOON, "reason": "Sahha is down and " * 20}
    answer["failing"] = {
        "people": 100_000,
        "reasons": [{"reason": f"SAHHA_API_BASE_URL: {number} nothing answers there " * 9, "people": 100_000}
                    for number in range(9)],
    }  # fmt: skip
    age = timedelta(hours=23, minutes=59)
    ages = {"median_age_minutes": 1439.0, "p99_age_minutes": 1439.0}
    answer["freshness"] = dict.fromkeys(answer["streams"], ages)
    for stream in answer["streams"].values():
        stream |= {"rows": 123_456_789, "rows_estimated": True}
    answer["due"] = answer["under_way"] = 100_000
    answer["quarantine"] = {"rows": 100_000, "people": 100_000, "newest_at": NOON - age}
    answer["webhooks"] = {"waiting": 100_000, "oldest_at": NOON - age}
    answer["analyses_due"] = dict.fromkeys(answer["analyses_due"], 100_000)
    answer["stale"] = {"people": 100_000, "older_than_hours": 26, "tick_is_late": True}
    troubled = ("ASSET", "BACKFILL", "MONITORING")
    state = AutomationState(REAL, True, REAL, False, REAL, troubled)
    print_lines(overview_lines(answer, state, NOON))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= MOST_LINES, "\n".join(lines)
    assert max(map(len, lines)) <= COLUMNS
