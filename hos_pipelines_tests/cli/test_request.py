"""`hos request` and `hos requests`: filed as apps do, followed to the end, and every bad input in one sentence."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from types import SimpleNamespace

import pytest

from hos_pipelines.cli.followed_request import RequestStory, follow
from hos_pipelines.domain.requests.asked import Ask
from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.request_store import file_request, read_progress, read_request
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.requests.request_runner import RequestRunner
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.patience import PATIENCE_S

TIMES = '{"wake_time": "07:00", "sleep_time": "23:00"}'


@pytest.fixture
def anna(hos: Hos, deployed: str) -> str:
    hos("enroll", "anna", "--timezone", "Europe/Berlin").succeeded()
    return deployed


def answer_all() -> None:
    """What the daemon and a run do."""
    runner = RequestRunner(read_settings, Database(read_settings), now)
    runner.claim()
    for batch in runner.open_batches():
        if not batch.is_begun:
            runner.answer(batch.batch_id, batch.attempt, lambda _: {}, lambda *_: None)


def test_where_no_daemon_runs_the_request_is_filed_and_it_says_how_to_start_one(hos: Hos, anna: str) -> None:
    answer = hos("request", "anna", "routine", "--preferences", TIMES, "--key", "k", "--priority", "3")
    assert answer.exit_code == 3
    assert (answer.json["status"], answer.json["priority"]) == ("requested", 3)
    assert "hos up" in answer.stderr
    again = hos("request", "anna", "routine", "--preferences", TIMES, "--key", "k", "--no-follow").succeeded()
    assert (again.json["status"], again.json["duplicate_of"]) == ("duplicate", answer.json["id"])
    answer_all()
    done = hos("request", "anna", "routine", "--preferences", TIMES, "--key", "k").succeeded()
    assert (done.json["status"], [stage["status"] for stage in done.json["stages"]]) == ("done", ["done"])
    assert rows_of(anna, "SELECT count(*) FROM plans WHERE kind = 'routine'") == [(1,)]
    listed = hos("requests", "--profile", "anna", "--status", "done").succeeded()
    assert len(listed.json["requests"]) == 3
    assert listed.json["open"] == 0


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["anna"], ["KIND", "routine"]),
        (["anna", "horoscope"], ["kind", "'horoscope'", "routine"]),
        (["nobody", "routine"], ["PROFILE", "nobody", "hos enroll"]),
        (["anna", "routine", "--archetype", "Couch Potato"], ["archetype", "Couch Potato", "Peak Performer"]),
        (["anna", "routine", "--timezone", "Mars/Olympus"], ["timezone", "Mars/Olympus", "Europe/Berlin"]),
        (["anna", "routine", "--for", "tomorrow"], ["--for", "'tomorrow'", "2026-11-02"]),
        (["anna", "routine", "--for", "9999-12-31"], ["--for", "9999-12-31", "14 days"]),
        (["anna", "routine", "--timezone", "Factory"], ["timezone", "'Factory'", "Europe/Berlin"]),
        (["", "routine"], ["PROFILE", "is empty"]),
        (["anna", "routine", "--preferences", '{"weight": 1e5000}'], ["--preferences", "too large", "1e5000"]),
        (["anna", "routine", "--preferences", '{"weight": [-1e999]}'], ["--preferences", "too large", "-1e999"]),
        (["anna", "routine", "--preferences", '{"weight": 1' + "0" * 5000 + "}"], ["--preferences", "too large"]),
        (["anna", "routine", "--preferences", "[1]"], ["--preferences", "no object"]),
        (["anna", "routine", "--preferences", '"goal"'], ["--preferences", "no object"]),
        (["anna", "routine", "--preferences", "null"], ["--preferences", "no object"]),
        (["anna", "routine", "--key", ""], ["--key", "200"]),
        (["anna", "routine", "--key", "x" * 201], ["--key", "200"]),
        (["anna", "routine", "--preferences", "missing.json"], ["--preferences", "missing.json", "cannot be read"]),
        (["anna", "routine", "--preferences", "{"], ["--preferences", "no JSON"]),
        (["anna", "routine", "--preferences", '{"goal": 1, "goal": 2}'], ["--preferences", "goal", "twice"]),
        (["anna", "routine", "--preferences", '{"goal": "a\\u0000b"}'], ["--preferences", "NUL"]),
        (["anna", "routine", "--preferences", '{"goal": "\\ud800"}'], ["--preferences", "half a character"]),
        (["--cancel", "7"], ["--cancel", "'7'", "hos requests"]),
        (["--cancel", "00000000-0000-0000-0000-000000000007"], ["--cancel", "there is no request"]),
        (["anna", "routine", "--cancel", "7"], ["--cancel", "leave out PROFILE"]),
    ],
)
def test_what_cannot_be_asked_for_is_one_sentence_and_nothing_is_filed(
    hos: Hos, anna: str, arguments: list[str], parts: list[str]
) -> None:
    hos("request", *arguments).refused_with(*parts)
    assert rows_of(anna, "SELECT count(*) FROM analysis_requests") == [(0,)]


def test_preferences_that_are_too_large_are_refused_before_they_are_sent(hos: Hos, anna: str, tmp_path: Path) -> None:
    large = tmp_path / "large.json"
    for size, part in ((20_000, "16,384"), (1_000_000, "256 kB")):
        large.write_text(json.dumps({"goal": "x" * size}))
        hos("request", "anna", "routine", "--preferences", str(large)).refused_with("--preferences", part)
    assert rows_of(anna, "SELECT count(*) FROM analysis_requests") == [(0,)]


def test_what_is_refused_ends_with_its_code_and_sentence(hos: Hos, anna: str) -> None:
    sunlight = ["nutrition", "--preferences", '{"diet": ["sunlight"]}', "--key", "k"]
    hos("request", "anna", *sunlight, "--no-follow").succeeded()
    yesterday = hos("request", "anna", "routine", "--for", "2026-10-31", "--no-follow").succeeded().json["id"]
    answer_all()
    assert rows_of(anna, "SELECT refusal_code FROM analysis_requests ORDER BY requested_at, kind") == [
        ("unknown_restriction",),
        ("day_is_over",),
    ]
    hos("request", "--cancel", yesterday).refused_with("--cancel", "is refused already")
    hos("request", "anna", "routine", "--key", "again", "--preferences", TIMES, "--no-follow").succeeded()
    reused = hos("request", "anna", "complete", "--key", "again")
    reused.refused_with("key_reused", "idempotency_key")
    assert reused.json["status"] == "refused"


def test_cancel(hos: Hos, anna: str) -> None:
    request_id = hos("request", "anna", "routine", "--no-follow").succeeded().json["id"]
    assert hos("request", "--cancel", request_id).succeeded().json["status"] == "cancelled"
    with connect(anna) as session:
        session.execute("INSERT INTO analysis_requests (profile_id, kind) VALUES ('anna', 'insights')")
        session.execute(
            "UPDATE analysis_requests SET status = 'claimed', batch_id = gen_random_uuid(), lease_until = now() "
            "WHERE kind = 'insights'"
        )
        session.execute("UPDATE analysis_requests SET status = 'running' WHERE kind = 'insights'")
    [(running,)] = rows_of(anna, "SELECT id::text FROM analysis_requests WHERE kind = 'insights'")
    hos("request", "--cancel", str(running)).refused_with("--cancel", "is running")


@pytest.fixture
def stories(anna: str) -> Iterator[list[RequestStory]]:
    """A request as it was when it was filed, and whatever was read of it since."""
    with connect(anna) as session:
        request_id = file_request(session, Ask("anna", RequestKind.ROUTINE, preferences=json.loads(TIMES)), now())
        found = read_request(session, request_id)
        assert found is not None
        yield [RequestStory(found, [])]


def read(url: str, request_id: str) -> RequestStory:
    with connect(url) as session:
        found = read_request(session, request_id)
        assert found is not None
        return RequestStory(found, read_progress(session, request_id))


def test_a_request_is_followed_until_it_has_ended(
    anna: str, stories: list[RequestStory], capsys: pytest.CaptureFixture[str]
) -> None:
    answering = Thread(target=answer_all)
    answering.start()
    story = follow(stories[0], lambda: read(anna, stories[0].view.id), lambda: True, PATIENCE_S)
    answering.join()
    assert story.view.status == "done"
    assert "routine_plan done" in capsys.readouterr().err


def test_what_was_followed_and_is_not_answered_ends_with_a_code_of_its_own(
    hos: Hos, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sentence in ("No daemon runs", "Not answered after 1 s"):
        answer = hos("request", "anna", "routine", "--preferences", TIMES, "--key", "k", "--wait", "1")
        answer.refused_with("--wait", "not answered yet", "hos requests")
        assert answer.exit_code == 3
        assert sentence in answer.stderr
        monkeypatch.setattr("hos_pipelines.cli.request.read_state", lambda _: SimpleNamespace(is_alive=True))
    assert len(rows_of(anna, "SELECT id FROM analysis_requests")) == 2
    assert "with 3" in " ".join(hos("request", "--help", as_json=False).stdout.split())


def test_nobody_is_waited_for_for_ever(anna: str, stories: list[RequestStory]) -> None:
    begun = datetime.now(UTC)
    assert follow(stories[0], lambda: read(anna, stories[0].view.id), lambda: True, 0.1).view.completed_at is None
    assert (
        follow(stories[0], lambda: read(anna, stories[0].view.id), lambda: False, PATIENCE_S).view.completed_at is None
    )
    assert datetime.now(UTC) - begun < timedelta(seconds=PATIENCE_S)
