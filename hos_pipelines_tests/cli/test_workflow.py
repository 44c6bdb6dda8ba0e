"""`hos workflow PROFILE`: every stage told, gone on with by its id, and what is asked badly refused."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from psycopg import Connection

from hos_pipelines.domain.workflow.stages import STAGES
from hos_pipelines.postgres.connection import connect
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.postgres.lives import enrol_people, life, store
from hos_pipelines_tests.stages.workflow.conftest import BODY, say

NAMES = [stage.value for stage in STAGES]


@pytest.fixture
def anna(deployed: str) -> Iterator[Connection[Any]]:
    with connect(deployed) as session:
        enrol_people(session, "anna", "ben")
        store(session, life("anna"))
        say(session, "anna", **BODY)
        yield session


def test_all_stages_are_told_as_they_are_done_and_in_a_table(hos: Hos, anna: Connection[Any]) -> None:
    answer = hos("workflow", "anna").succeeded()
    assert [one["stage"] for one in answer.json["stages"]] == NAMES
    made = {one["stage"]: one["status"] for one in answer.json["stages"]}
    assert {made[name] for name in NAMES[:2]} == {"done"}
    assert (answer.json["status"], answer.json["success"], answer.json["attempt"]) == ("done", True, 1)
    assert "circadian_analysis: new" in answer.stderr
    assert all(name in answer.stdout for name in (*NAMES, "never analysed before.", "seconds"))
    again = hos("workflow", "anna", "--resume", answer.json["workflow_id"]).succeeded()
    assert (again.json["workflow_id"], again.json["attempt"]) == (answer.json["workflow_id"], 2)
    assert {one["attempt"] for one in again.json["stages"]} == {1}
    forced = hos("workflow", "anna", "--force", "--stage", "memory").succeeded()
    assert [(one["stage"], one["status"]) for one in forced.json["stages"]] == [("memory", "unchanged")]
    assert forced.json["workflow_id"] != answer.json["workflow_id"]


def test_what_is_asked_badly_gets_a_sentence_and_writes_nothing(hos: Hos, anna: Connection[Any]) -> None:
    mine = hos("workflow", "anna", "--stage", "circadian_analysis").succeeded().json["workflow_id"]
    before = anna.execute("SELECT * FROM workflow_executions").fetchall()
    unknown = str(uuid4())
    for arguments, sentence in (
        (["nobody"], "PROFILE: nobody is not enrolled; run `hos enroll nobody`."),
        (["ben", "--resume", mine], f"--resume: {mine} is the workflow of another; leave it out to begin a new one."),
        (
            ["anna", "--resume", unknown],
            f"--resume: there is no workflow {unknown}; leave it out to begin a new one.",
        ),
        (
            ["anna", "--resume", "it"],
            "--resume: 'it' is no id of a workflow; one looks like 7d0f0c52-6e0f-4c0e-9c59-4f7a1d6c2b10.",
        ),
        (
            ["anna", "--resume", mine, "--force"],
            "--resume: goes on as the workflow was begun; leave out --force and --stage.",
        ),
    ):
        hos("workflow", *arguments).refused_with(sentence)
    assert anna.execute("SELECT * FROM workflow_executions").fetchall() == before


def test_a_stage_that_fails_is_named_with_the_way_to_go_on(hos: Hos, anna: Connection[Any]) -> None:
    anna.execute(
        "ALTER TABLE guidance_states ADD CONSTRAINT nothing CHECK (stage <> 'insights' OR status IS NULL) NOT VALID"
    )
    answer = hos("workflow", "anna").refused_with("PROFILE: insights of anna failed; `hos workflow --resume")
    assert (answer.json["status"], answer.json["success"]) == ("partial", False)
    anna.execute("ALTER TABLE guidance_states DROP CONSTRAINT nothing")
    again = hos("workflow", "anna", "--resume", answer.json["workflow_id"]).succeeded()
    assert {one["stage"]: one["attempt"] for one in again.json["stages"]}["circadian_analysis"] == 1
    assert {one["stage"]: one["status"] for one in again.json["stages"]}["insights"] == "done"


def test_of_somebody_who_is_deleted_meanwhile_nobody_is_told_to_go_on(
    hos: Hos, anna: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = hos("workflow", "anna", "--stage", "memory").succeeded().json["workflow_id"]

    def leave(_: str) -> None:
        anna.execute("DELETE FROM profiles WHERE profile_id = 'anna'")

    monkeypatch.setattr("hos_pipelines.cli.workflow.say", leave)
    answer = hos("workflow", "anna", "--resume", mine)
    answer.refused_with("PROFILE: anna is not enrolled; run `hos enroll anna`.")
    assert "--resume" not in answer.stderr


def test_whoever_is_deleted_between_two_stages_is_not_told_that_all_is_done(
    hos: Hos, anna: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(line: str) -> None:
        if ":" in line:
            anna.execute("DELETE FROM profiles WHERE profile_id = 'anna'")

    monkeypatch.setattr("hos_pipelines.cli.workflow.say", leave)
    hos("workflow", "anna", "--force").refused_with("PROFILE: anna is not enrolled; run `hos enroll anna`.")
    assert anna.execute("SELECT count(*) FROM workflow_executions").fetchone() == (0,)
