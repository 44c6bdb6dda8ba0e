"""Requests answered by the stages on PostgreSQL, without Dagster: once, whole, and after kills as without."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from hos_pipelines.domain.requests.asked import Ask, RequestView
from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.domain.requests.request_batches import LEASE, MOST_ATTEMPTS, gave_up_text
from hos_pipelines.postgres.request_store import cancel_request, file_request, read_progress, read_request
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.requests import answered_stages
from hos_pipelines.stages.requests.answer_surroundings import AnsweredBatch
from hos_pipelines.stages.requests.pulled import PulledPerson
from hos_pipelines.stages.requests.request_runner import RequestRunner
from hos_pipelines_tests.postgres.lives import enrol_people, life, scores, store
from hos_pipelines_tests.stages.guidance.moving_clock import Clock

PEOPLE = ["anna", "ben", "cleo"]
ROWS = """
SELECT (SELECT count(*) FROM analysis_results), (SELECT count(*) FROM plans), (SELECT count(*) FROM plan_items),
       (SELECT count(*) FROM user_insights), (SELECT count(*) FROM profile_facts)
"""


class Answering:
    """Claims and answers, with a present that tests move on; notes what is marked."""

    def __init__(self, connection: Connection[Any], settings: Settings) -> None:
        self.connection, self.clock = connection, Clock()
        self.runner = RequestRunner(lambda: settings, Database(lambda: settings), self.clock)
        self.marked: list[tuple[str, str]] = []
        self.pulled: Mapping[str, PulledPerson] = {}

    def ask(self, who: str, kind: RequestKind, **more: Any) -> str:
        return file_request(self.connection, Ask(who, kind, **more), self.clock())

    def view(self, request_id: str) -> RequestView:
        found = read_request(self.connection, request_id)
        assert found is not None
        return found

    def stages(self, request_id: str) -> list[tuple[str, str]]:
        return [(one.stage, one.status) for one in read_progress(self.connection, request_id)]

    def rows(self) -> tuple[int, ...]:
        row: tuple[int, ...] | None = self.connection.execute(ROWS).fetchone()
        assert row is not None
        return row

    def answer(self) -> list[AnsweredBatch]:
        """Everything that waits now."""
        self.runner.claim()
        batches = [batch for batch in self.runner.open_batches() if not batch.is_begun]
        return [self.runner.answer(batch.batch_id, batch.attempt, self.pull, self.mark) for batch in batches]

    def pull(self, profile_ids: Sequence[str]) -> Mapping[str, PulledPerson]:
        return {key: self.pulled[key] for key in profile_ids if key in self.pulled}

    def mark(self, stage: str, outcomes: Sequence[ProfileOutcome]) -> None:
        self.marked += [(stage, one.profile_id) for one in outcomes if not one.is_bad]


@pytest.fixture
def answering(connection: Connection[Any], migrated_url: str) -> Answering:
    """Three people with four weeks of data."""
    enrol_people(connection, *PEOPLE)
    store(connection, [row for name in PEOPLE for row in life(name)], [one for name in PEOPLE for one in scores(name)])
    account = {"SAHHA_API_BASE_URL": "http://127.0.0.1:9", "SAHHA_CLIENT_ID": "x", "SAHHA_CLIENT_SECRET": "x"}
    return Answering(connection, Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, **account}))


def test_two_identical_requests_run_once_and_end_together(answering: Answering) -> None:
    first, second = answering.ask("anna", RequestKind.CIRCADIAN), answering.ask("anna", RequestKind.CIRCADIAN)
    answering.answer()
    one, other = answering.view(first), answering.view(second)
    assert (one.status, other.status, other.duplicate_of) == ("done", "done", first)
    assert one.completed_at == other.completed_at
    assert answering.marked == [("circadian_analysis", "anna")]
    assert answering.stages(first) == [("circadian_analysis", "done")]
    assert answering.connection.execute("SELECT count(*) FROM analysis_results").fetchone() == (1,)


def test_requests_of_many_people_and_kinds_are_one_run_and_each_hears_of_their_own(answering: Answering) -> None:
    filed = {
        "anna": answering.ask("anna", RequestKind.CIRCADIAN),
        "ben": answering.ask("ben", RequestKind.BEHAVIOR, force=True),
        "cleo": answering.ask("cleo", RequestKind.ROUTINE, preferences={"wake_time": "07:00", "sleep_time": "23:00"}),
        "nobody": answering.ask("nobody", RequestKind.ROUTINE),
    }
    (answered,) = answering.answer()
    assert {who: answering.view(key).status for who, key in filed.items()} == {
        "anna": "done",
        "ben": "done",
        "cleo": "done",
        "nobody": "refused",
    }
    assert dict(answered.ended) == {"done": 3, "refused": 1}
    assert answering.runner.open_batches() == []


def test_what_a_person_asks_for_twice_is_answered_in_turn(answering: Answering) -> None:
    first = answering.ask("anna", RequestKind.ROUTINE, preferences={"wake_time": "06:00", "sleep_time": "22:00"})
    answering.clock.now += timedelta(seconds=1)
    second = answering.ask("anna", RequestKind.ROUTINE, preferences={"wake_time": "09:00", "sleep_time": "01:00"})
    (answered,) = answering.answer()
    assert answered.requests == 2
    assert [answering.view(key).status for key in (first, second)] == ["done", "done"]
    assert answering.rows()[1] == 2


def test_complete_is_every_stage_with_its_progress_under_the_id_of_the_request(answering: Answering) -> None:
    request_id = answering.ask("anna", RequestKind.COMPLETE, preferences={"birth_date": "1990-05-01", "sex": "female"})
    answering.answer()
    found = answering.view(request_id)
    assert found.status in ("done", "partial"), found
    assert found.workflow_id == request_id
    stages = answering.stages(request_id)
    assert [stage for stage, _ in stages][:2] == ["behavior_analysis", "circadian_analysis"]
    assert not {"waiting", "running"} & {status for _, status in stages}
    row = answering.connection.execute("SELECT status, trigger FROM workflow_executions").fetchone()
    assert row is not None
    assert (row[0] != "running", row[1]) == (True, "request")


def test_a_plan_that_is_refused_refuses_the_request_with_its_own_reason(answering: Answering) -> None:
    request_id = answering.ask("anna", RequestKind.NUTRITION, preferences={"diet": ["low_fodmap"]})
    answering.answer()
    found = answering.view(request_id)
    assert (found.status, found.refusal_code) == ("refused", "restriction_not_supported")
    assert found.refusal
    assert answering.stages(request_id) == [("nutrition_plan", "refused")]


def test_too_little_data_is_a_refusal_that_says_so(answering: Answering, connection: Connection[Any]) -> None:
    enrol_people(connection, "new")
    request_id = answering.ask("new", RequestKind.CIRCADIAN)
    answering.answer()
    assert (answering.view(request_id).status, answering.view(request_id).refusal_code) == (
        "refused",
        "not_enough_data",
    )


def test_an_analysis_that_is_not_due_stands_unless_it_is_forced(answering: Answering) -> None:
    answering.ask("anna", RequestKind.CIRCADIAN)
    answering.answer()
    again, forced = (
        answering.ask("anna", RequestKind.CIRCADIAN),
        answering.ask("anna", RequestKind.CIRCADIAN, force=True),
    )
    answering.answer()
    assert answering.view(again).status == answering.view(forced).status == "done"
    assert answering.stages(again) == [("circadian_analysis", "unchanged")]


def test_killed_before_the_run_begins_or_before_it_ends_the_next_attempt_answers_once(
    answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = answering.ask("anna", RequestKind.ROUTINE, preferences={"wake_time": "07:00", "sleep_time": "23:00"})
    answering.runner.claim()  # the daemon dies here
    answering.runner.claim()
    assert [batch.attempt for batch in answering.runner.open_batches()] == [1]
    with monkeypatch.context() as dying:
        dying.setattr(answered_stages, "finish_requests", _die)
        with pytest.raises(_KilledError):
            answering.answer()
    assert answering.view(request_id).status == "running"
    assert answering.rows()[1] == 0  # the plan and the end of its request are one transaction
    answering.clock.now += LEASE
    answering.answer()
    found = answering.view(request_id)
    assert (found.status, found.attempt) == ("done", 2)
    rows = answering.rows()
    assert rows[1] == 1
    third = answering.ask("anna", RequestKind.ROUTINE)
    answering.answer()
    assert answering.view(third).status == "done"
    assert answering.rows() == rows


def test_killed_after_its_rows_and_before_its_end_the_stages_are_unchanged_and_it_ends(
    answering: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = answering.ask("anna", RequestKind.COMPLETE)
    with monkeypatch.context() as dying:
        dying.setattr(answered_stages, "finish_requests", _die)
        with pytest.raises(_KilledError):
            answering.answer()
    before = answering.rows()
    assert before[0] == 2
    answering.clock.now += LEASE
    answering.answer()
    assert answering.view(request_id).completed_at is not None
    assert answering.rows()[:2] == before[:2]
    assert answering.connection.execute("SELECT count(*) FROM workflow_executions").fetchone() == (1,)


def test_what_a_zombie_writes_is_taken_back(answering: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    request_id = answering.ask("anna", RequestKind.CIRCADIAN)
    answering.runner.claim()
    (batch,) = answering.runner.open_batches()
    workflow = answered_stages.AnsweredStages.workflow

    def after_the_lease(stages: answered_stages.AnsweredStages, **more: Any) -> Any:
        answering.clock.now += LEASE
        answering.runner.claim()
        return workflow(stages, **more)

    monkeypatch.setattr(answered_stages.AnsweredStages, "workflow", after_the_lease)
    answered = answering.runner.answer(batch.batch_id, batch.attempt, answering.pull, answering.mark)
    monkeypatch.undo()
    assert answered.lost is not None
    assert answering.rows()[0] == 0
    assert answering.marked == []
    assert answering.view(request_id).status == "claimed"
    answering.answer()
    assert answering.view(request_id).status == "done"
    assert answering.rows()[0] == 1


def test_cancelled_while_it_waits_for_its_run_it_is_not_answered(answering: Answering) -> None:
    request_id = answering.ask("anna", RequestKind.CIRCADIAN)
    answering.runner.claim()
    assert cancel_request(answering.connection, request_id)
    answering.answer()
    assert (answering.view(request_id).status, answering.rows()[0]) == ("cancelled", 0)


def test_a_pull_that_fails_for_a_while_is_tried_three_times(answering: Answering) -> None:
    request_id = answering.ask("anna", RequestKind.REFRESH)
    other = answering.ask("ben", RequestKind.REFRESH)
    answering.pulled = {"anna": PulledPerson("failed", "503.", is_passing=True), "ben": PulledPerson("updated")}
    for _ in range(4):
        answering.answer()
        answering.clock.now += timedelta(minutes=10)
    assert (answering.view(request_id).status, answering.view(request_id).attempt) == ("failed", 3)
    assert answering.view(other).status == "done"
    answering.pulled = {"anna": PulledPerson("unchanged")}
    again = answering.ask("anna", RequestKind.REFRESH)
    answering.answer()
    assert answering.view(again).status == "done"


def test_where_sahha_may_not_be_asked_a_refresh_is_refused(connection: Connection[Any], migrated_url: str) -> None:
    enrol_people(connection, "anna")
    settings = Settings.from_mapping({"HOS_DATABASE_URL": migrated_url, "USE_SAHHA_DIRECT": "false"})
    answering = Answering(connection, settings)
    request_id = answering.ask("anna", RequestKind.REFRESH)
    answering.answer()
    found = answering.view(request_id)
    assert (found.status, found.refusal_code) == ("refused", "sahha_is_off")


class _KilledError(Exception):
    pass


def _die(*_arguments: object) -> None:
    raise _KilledError


def test_somebody_who_is_deleted_in_the_midst_costs_nobody_else_their_answer(
    answering: Answering, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    filed = {who: answering.ask(who, RequestKind.COMPLETE) for who in PEOPLE}
    mark = answering.mark

    def delete_ben(stage: str, outcomes: Sequence[ProfileOutcome]) -> None:
        mark(stage, outcomes)
        connection.execute("DELETE FROM profiles WHERE profile_id = 'ben'")

    monkeypatch.setattr(answering, "mark", delete_ben)
    (answered,) = answering.answer()
    assert answered.lost is None
    assert {who: answering.view(filed[who]).status for who in ("anna", "cleo")} == {
        "anna": "partial",
        "cleo": "partial",
    }
    assert connection.execute("SELECT count(*) FROM analysis_requests").fetchone() == (2,)


def test_the_workflow_of_a_request_that_is_given_up_is_over_too(
    answering: Answering, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id = answering.ask("anna", RequestKind.CIRCADIAN)

    def killed(*_args: object) -> None:
        raise SystemExit

    monkeypatch.setattr(answered_stages.AnsweredStages, "_write_along", killed)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(SystemExit):
            answering.answer()
        answering.clock.now += LEASE + timedelta(minutes=1)
    answering.answer()
    assert answering.view(request_id).status == "failed"
    rows = connection.execute("SELECT status, success, errors ->> 'request' FROM workflow_executions").fetchall()
    assert rows == [("failed", False, gave_up_text(MOST_ATTEMPTS))]


def test_a_request_under_the_id_of_anothers_workflow_is_told_so(
    answering: Answering, connection: Connection[Any]
) -> None:
    theirs = answering.ask("anna", RequestKind.CIRCADIAN)
    answering.answer()
    connection.execute("DELETE FROM analysis_requests")
    connection.execute(
        "INSERT INTO analysis_requests (id, profile_id, kind) VALUES (%s, 'ben', 'circadian')", (theirs,)
    )
    answering.clock.now += timedelta(minutes=1)
    answering.answer()
    found = answering.view(theirs)
    assert (found.status, found.error) == ("failed", f"circadian_analysis: its id {theirs} is the workflow of another.")
