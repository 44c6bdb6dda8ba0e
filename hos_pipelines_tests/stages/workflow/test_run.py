"""Workflows on PostgreSQL, without Dagster: every stage by its real need, recorded with what it made, gone on with."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.profiles import NOT_ENROLLED
from hos_pipelines.domain.workflow.outcome import StageOutcome
from hos_pipelines.domain.workflow.stages import STAGES, Stage
from hos_pipelines.postgres.profile_store import retire
from hos_pipelines.stages.analysis import analyse
from hos_pipelines.stages.guidance.by_kind import GUIDANCE_STAGES
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.workflow.choose import WorkflowChoice, requests_of
from hos_pipelines.stages.workflow.workflow_request import WorkflowRequest
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner
from hos_pipelines_tests.postgres.lives import enrol_people, life, store
from hos_pipelines_tests.stages.guidance.moving_clock import Clock
from hos_pipelines_tests.stages.workflow.conftest import PEOPLE, Run, nothing, say, statuses

NAMES = [stage.value for stage in STAGES]
EXECUTIONS = """
SELECT profile_id, status, success, errors, attempt, completed_at IS NOT NULL FROM workflow_executions ORDER BY 1
"""
RECORDED = "SELECT stage, status, reason, results, attempt FROM workflow_stages WHERE profile_id = %s ORDER BY stage"


def recorded(connection: Connection[Any], name: str = "anna") -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in connection.execute(RECORDED, (name,))}


def test_everybody_gets_all_stages_once_and_nothing_the_second_time(
    people: Connection[Any], runner: WorkflowRunner, run: Run
) -> None:
    marked: list[tuple[str, int]] = []
    first = run(is_due=True, mark=lambda stage, some: marked.append((stage.value, len(some))))
    assert set(first) == set(PEOPLE)
    made = statuses(first["anna"])
    assert set(made.values()) == {"done"}
    assert [name for name, _ in marked] == NAMES
    assert [row[1:] for row in people.execute(EXECUTIONS)] == 3 * [("done", True, {}, 1, True)]
    rows = recorded(people)
    assert set(rows) == set(NAMES)
    assert rows["circadian_analysis"][2]["status"] == "ok"
    standing = people.execute("SELECT fingerprint FROM guidance_states WHERE profile_id = 'anna' AND stage = 'memory'")
    assert standing.fetchone() == (rows["memory"][2]["fingerprint"],)
    second = run(*PEOPLE)
    assert {name for one in second.values() for name in statuses(one).values()} <= {"unchanged", "done"}


def test_nobody_is_due_once_their_stages_have_come_to_rest(runner: WorkflowRunner, run: Run, people: Any) -> None:
    run(is_due=True)
    run(is_due=True)
    assert runner.due() == []
    again = run(*PEOPLE)
    assert {one.status.value for one in again.values()} == {"unchanged"}
    assert set(statuses(again["ben"]).values()) == {"unchanged"}
    mine = again["ben"].workflow_id
    assert people.execute("SELECT count(*) FROM workflow_stages WHERE workflow_id = %s", (mine,)).fetchone() == (0,)
    ended = people.execute("SELECT status, success FROM workflow_executions WHERE workflow_id = %s", (mine,)).fetchone()
    assert ended == ("unchanged", True)


def test_whoever_is_known_by_nothing_is_told_what_each_stage_needs(connection: Connection[Any], run: Run) -> None:
    enrol_people(connection, "dora")
    outcome = run("dora", stages=["insights", "routine_plan", "memory", "adaptation"])["dora"]
    assert (outcome.status.value, set(statuses(outcome).values())) == ("refused", {"skipped"})
    assert [one.reason for one in outcome.stages.values()] == [
        "needs an analysis, and there is none yet.",
        "needs an analysis, or a word of the person, and there is none yet.",
        "needs an analysis, a check-in, a journal or a word of the person, and there is none yet.",
        "needs a plan with something to do, and there is none yet.",
    ]


def fail(monkeypatch: pytest.MonkeyPatch, kinds: Sequence[AnalysisType], name: str) -> None:
    """Lets analyses of one person fail."""
    original = analyse._analyse

    def failing(at: Any, material: Any) -> Any:
        if at.analysis_type in kinds and material.known.profile_id == name:
            raise RuntimeError("72.4 kg")
        return original(at, material)

    monkeypatch.setattr(analyse, "_analyse", failing)


def test_one_analysis_that_fails_costs_nobody_what_the_other_can_carry(
    people: Connection[Any], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, [AnalysisType.CIRCADIAN], "ben")
    outcomes = run(*PEOPLE)
    assert {one.status.value for key, one in outcomes.items() if key != "ben"} == {"done"}
    ben = statuses(outcomes["ben"])
    assert (outcomes["ben"].status.value, ben["circadian_analysis"]) == ("partial", "failed")
    assert {ben[name] for name in NAMES if name != "circadian_analysis"} == {"done"}
    assert "72.4" not in str(people.execute(EXECUTIONS).fetchall()) + str(recorded(people, "ben"))
    assert recorded(people, "ben")["circadian_analysis"][1].startswith("could not be analysed (RuntimeError")


def test_without_any_analysis_only_what_needs_one_is_skipped(
    people: Connection[Any], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, list(AnalysisType), "ben")
    outcome = run("ben")["ben"]
    ben = statuses(outcome)
    assert ben["insights"] == "skipped"
    assert outcome.stages[GuidanceKind.INSIGHTS].reason == (
        "needs an analysis: there is none yet, and behavior_analysis and circadian_analysis failed."
    )
    assert {ben["nutrition_plan"], ben["routine_plan"]} <= {"done", "refused"}
    assert ben["memory"] == "done"


def test_a_refused_plan_of_meals_is_no_failure_and_costs_no_other_stage(people: Connection[Any], run: Run) -> None:
    say(people, "anna", diet="low_fodmap")
    outcome = run("anna")["anna"]
    assert statuses(outcome)["nutrition_plan"] == "refused"
    assert outcome.stages[GuidanceKind.NUTRITION_PLAN].reason == "the day is refused a plan; `hos plan` says why."
    assert (outcome.status.value, outcome.status.is_success) == ("done", True)
    assert {statuses(outcome)[name] for name in ("routine_plan", "memory")} == {"done"}
    again = run("anna")["anna"]
    assert statuses(again)["nutrition_plan"] == "refused"


def test_what_stopped_goes_on_at_the_stage_that_failed_and_what_is_done_stays(
    people: Connection[Any], run: Run, clock: Clock
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        fail(patch, [AnalysisType.CIRCADIAN], "anna")
        first = run("anna")["anna"]
    clock.now += timedelta(minutes=5)
    told: list[str] = []
    second = run(workflow_ids=[str(first.workflow_id)], mark=lambda stage, _: told.append(stage.value))["anna"]
    assert (second.workflow_id, second.attempt, second.status.value) == (first.workflow_id, 2, "done")
    rows = recorded(people)
    assert rows["circadian_analysis"][0] == "done"
    assert (rows["behavior_analysis"][0], rows["behavior_analysis"][3]) == ("done", 1)
    assert (rows["insights"][0] in ("done", "unchanged"), rows["insights"][3]) == (True, 2)
    assert people.execute("SELECT count(*) FROM workflow_executions").fetchone() == (1,)
    third = run(workflow_ids=[str(first.workflow_id)])["anna"]
    assert {one.attempt for one in third.stages.values()} <= {1, 2}


def test_a_workflow_is_made_for_the_instant_it_began_at_unless_something_has_come(
    people: Connection[Any], run: Run, clock: Clock
) -> None:
    began = clock.now
    first = run("anna", stages=["circadian_analysis", "memory"])["anna"]
    clock.now += timedelta(minutes=30)
    run(workflow_ids=[str(first.workflow_id)])
    as_of = "SELECT as_of, started_at, attempted_at FROM workflow_executions"
    assert people.execute(as_of).fetchone() == (began, began, clock.now)
    store(people, life("anna", days=2))
    people.execute("UPDATE sync_state SET rows_changed = rows_changed + 60 WHERE profile_id = 'anna'")
    clock.now += timedelta(minutes=30)
    run(workflow_ids=[str(first.workflow_id)])
    assert people.execute(as_of).fetchone() == (clock.now, began, clock.now)


def test_what_is_said_while_a_workflow_runs_is_seen_by_the_next(
    people: Connection[Any], runner: WorkflowRunner, run: Run, clock: Clock
) -> None:
    run(*PEOPLE)
    run(*PEOPLE)

    def mark(stage: Stage, _outcomes: Sequence[ProfileOutcome]) -> None:
        if stage is AnalysisType.BEHAVIOR:
            people.execute(
                "INSERT INTO profile_facts (profile_id, fact_key, value, source, valid_from, recorded_at) "
                "VALUES ('anna', 'allergies', '[\"milk\"]', 'stated', %(at)s, %(at)s)",
                {"at": clock.now + timedelta(seconds=1)},
            )

    run("anna", is_forced=True, mark=mark)
    clock.now += timedelta(seconds=2)
    assert "anna" in runner.due()
    assert statuses(run("anna")["anna"])["nutrition_plan"] == "done"


def test_rows_that_the_database_refuses_fail_their_person_alone(
    people: Connection[Any], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.execute(
        "ALTER TABLE guidance_states ADD CONSTRAINT nothing_of_ben CHECK (profile_id <> 'ben' OR status IS NULL)"
    )
    outcomes = run(*PEOPLE)
    assert statuses(outcomes["ben"])["insights"] == "failed"
    assert outcomes["ben"].errors["insights"].startswith("could not be stored (CheckViolation")
    assert {statuses(outcomes[key])["insights"] for key in ("anna", "cleo")} == {"done"}


def test_whoever_writes_along_does_so_with_the_rows_or_not_at_all(
    people: Connection[Any], runner: WorkflowRunner
) -> None:
    people.execute("CREATE TABLE told (profile_id text, stage text)")

    def also(connection: Connection[Any], outcomes: Sequence[StageOutcome]) -> None:
        for one in outcomes:
            connection.execute("INSERT INTO told VALUES (%s, %s)", (one.profile_id, one.stage))
            if one.stage is GuidanceKind.INSIGHTS:
                raise RuntimeError("another has taken it over")

    with pytest.raises(RuntimeError, match="taken it over"):
        runner.run(WorkflowRequest({"anna": uuid4()}, "request", also=also), nothing)
    assert people.execute("SELECT stage FROM told ORDER BY 1").fetchall() == [
        ("behavior_analysis",),
        ("circadian_analysis",),
    ]
    assert set(recorded(people)) == {"behavior_analysis", "circadian_analysis"}
    assert people.execute("SELECT count(*) FROM user_insights").fetchone() == (0,)
    assert people.execute("SELECT status, completed_at FROM workflow_executions").fetchone() == ("running", None)


def test_an_attempt_that_is_over_records_nothing_any_more(people: Connection[Any], runner: WorkflowRunner) -> None:
    workflow_id = uuid4()

    def take_over(stage: Stage, _outcomes: Sequence[ProfileOutcome]) -> None:
        if stage is AnalysisType.BEHAVIOR:
            people.execute("UPDATE workflow_executions SET attempt = attempt + 1")

    asked = [AnalysisType.CIRCADIAN, AnalysisType.BEHAVIOR]
    runner.run(WorkflowRequest({"anna": workflow_id}, "request", asked), take_over)
    assert people.execute("SELECT status, attempt FROM workflow_executions").fetchall() == [("running", 2)]
    assert {name: row[3] for name, row in recorded(people).items()} == {"behavior_analysis": 1}


@pytest.mark.parametrize(
    ("choice", "sentence"),
    [
        ({"workflow_ids": ["7"]}, "workflow_ids: '7' is no id of a workflow; one looks like 7d0f0c52-6e0f-"),
        ({"workflow_ids": [str(uuid4())]}, "workflow_ids: there is no workflow "),
        ({}, "profile_ids: choose one of due, everyone, profile_ids and workflow_ids."),
        ({"is_due": True, "is_everyone": True}, "profile_ids: choose one of due, everyone,"),
        ({"is_due": True, "stages": ["sleep"]}, "stages: sleep is no stage; there are behavior_analysis, "),
        ({"is_due": True, "workflow_ids": [str(uuid4())]}, "workflow_ids: name whom to go on with; "),
        ({"workflow_ids": [str(uuid4())], "stages": ["memory"]}, "stages: are those a workflow has begun with; "),
    ],
)
def test_what_is_asked_badly_gets_a_sentence_and_writes_nothing(
    people: Connection[Any], runner: WorkflowRunner, choice: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match="^" + sentence.replace("(", r"\(")):
        requests_of(WorkflowChoice(**choice), runner)
    assert people.execute("SELECT count(*) FROM workflow_executions").fetchone() == (0,)


def test_an_id_of_another_and_whoever_is_not_enrolled_write_nothing(
    people: Connection[Any], runner: WorkflowRunner, run: Run
) -> None:
    mine = run("anna", stages=["memory"])["anna"].workflow_id
    assert mine is not None
    with pytest.raises(ValueError, match=f"workflow_ids: {mine} is the workflow of another"):
        run("ben", workflow_ids=[str(mine)])
    before = people.execute("SELECT * FROM workflow_executions").fetchall()
    retire(people, ["cleo"])
    asked = WorkflowRequest({"ben": mine, "cleo": uuid4(), "nobody": uuid4()}, "request")
    outcomes = {one.profile_id: one for one in runner.run(asked, nothing)}
    assert outcomes["ben"].error == f"its id {mine} is the workflow of another."
    assert {outcomes[key].error for key in ("cleo", "nobody")} == {NOT_ENROLLED}
    assert people.execute("SELECT * FROM workflow_executions").fetchall() == before


def test_a_run_that_is_repeated_goes_on_with_what_it_began(people: Connection[Any], run: Run, clock: Clock) -> None:
    run("anna", batch_id="run-1")
    people.execute("UPDATE workflow_executions SET status = 'running', success = NULL, completed_at = NULL")
    people.execute("DELETE FROM workflow_stages WHERE stage = 'memory'")
    again = run(*PEOPLE, batch_id="run-1")
    assert again["anna"].attempt == 2
    assert again["anna"].stages[AnalysisType.CIRCADIAN].attempt == 1
    assert run(*PEOPLE, batch_id="run-1") == {}
    run(*PEOPLE)
    people.execute("UPDATE workflow_executions SET status = 'running', success = NULL, completed_at = NULL")
    assert run(is_due=True) == {}
    clock.now += timedelta(hours=2)
    people.execute("UPDATE workflow_executions SET trigger = 'request' WHERE profile_id = 'ben'")
    assert set(run(is_due=True)) == {"anna", "cleo"}


def test_the_stages_of_guidance_are_all_of_a_workflow() -> None:
    assert set(STAGES) == {*AnalysisType, *GUIDANCE_STAGES}
    assert STAGES[:2] == (AnalysisType.BEHAVIOR, AnalysisType.CIRCADIAN)


def test_whoever_is_deleted_and_enrolled_again_is_analysed_again(people: Connection[Any], run: Run) -> None:
    run("anna")
    people.execute("DELETE FROM profiles WHERE profile_id = 'anna'")
    tracking = "SELECT count(*) FROM archetype_analysis_tracking WHERE user_id = 'anna'"
    assert people.execute(tracking).fetchone() == (0,)
    enrol_people(people, "anna")
    again = statuses(run("anna")["anna"])
    assert {again[kind.value] for kind in AnalysisType} == {"done"}
    assert people.execute("SELECT count(*) FROM analysis_results WHERE profile_id = 'anna'").fetchone() == (2,)
