"""Workflows killed with SIGKILL at every stage, and gone on with: the rows are those of workflows nobody has killed."""

import os
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection, sql

from hos_pipelines.domain.workflow.stages import STAGES
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.workflow.workflow_request import WorkflowRequest
from hos_pipelines.stages.workflow.workflow_runner import WorkflowRunner
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.conftest import TEMPLATE
from hos_pipelines_tests.faults.deployment import temporary_database
from hos_pipelines_tests.faults.test_killed_commands import BLOCKED, GONE
from hos_pipelines_tests.faults.worker import Worker
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.postgres.lives import enrol_people, life, scores, store
from hos_pipelines_tests.postgres.rows import NOON
from hos_pipelines_tests.stages.workflow.conftest import BODY, say

PEOPLE = {"anna": UUID(int=1), "ben": UUID(int=2)}
HOLD = 20_241
Row = dict[str, Any]
# Whoever is about to record a stage, or the end, waits for whoever holds it up.
BREAKPOINT = sql.SQL(
    """
CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock({hold}); RETURN NEW; END $$;
CREATE TRIGGER held_up BEFORE INSERT ON workflow_stages
    FOR EACH ROW WHEN (NEW.stage = {stage}) EXECUTE FUNCTION hold_up();
CREATE TRIGGER held_up BEFORE UPDATE ON workflow_executions
    FOR EACH ROW WHEN (NEW.status = {stage}) EXECUTE FUNCTION hold_up();
"""
)
NO_BREAKPOINT = """
DROP TRIGGER IF EXISTS held_up ON workflow_stages; DROP TRIGGER IF EXISTS held_up ON workflow_executions;
DROP FUNCTION IF EXISTS hold_up
"""
# Attempts are told apart by these; everything else is to be the same, instants included.
OF_ATTEMPTS = ("attempt", "attempted_at", "started_at", "completed_at")
MADE = (
    "analysis_results",
    "archetype_analysis_tracking",
    "guidance_states",
    "user_insights",
    "plans",
    "plan_items",
    "longterm_memory",
    "shortterm_memory",
    "working_memory",
    "meta_memory",
    "memory_consolidation",
    "adaptations",
    "adaptation_evaluations",
    "adaptation_weeks",
    "adaptation_states",
    "workflow_executions",
    "workflow_stages",
)


def people_of(connection: Connection[Any]) -> None:
    """Two people with four weeks each, who said who they are."""
    enrol_people(connection, *PEOPLE)
    rows = [row for name in PEOPLE for row in life(name)]
    store(connection, rows, [row for name in PEOPLE for row in scores(name)])
    for name in PEOPLE:
        say(connection, name, **BODY)


def complete() -> bool:
    """Runs the workflows, as a step does."""
    runner = WorkflowRunner(read_settings, Database(read_settings), now)
    outcomes = runner.run(WorkflowRequest(PEOPLE, "named"), lambda _stage, _outcomes: None)
    return all(one.status.is_success for one in outcomes)


def environment(url: str, at: datetime) -> Mapping[str, str]:
    return {**os.environ, "HOS_DATABASE_URL": url, "USE_SAHHA_DIRECT": "false", "HOS_VIRTUAL_NOW": at.isoformat()}


def killed_at(url: str, stage: str, at: datetime, folder: Path) -> None:
    """One attempt that is killed when it is about to commit this stage of both people."""
    with connect(url) as holder:
        holder.execute(NO_BREAKPOINT)
        holder.execute(BREAKPOINT.format(hold=sql.Literal(HOLD), stage=sql.Literal(stage)))
        holder.execute("SELECT pg_advisory_lock(%s)", (HOLD,))
        worker = Worker(environment(url, at), folder / "workflow.log", complete)
        [(pid,)] = wait_until(lambda: holder.execute(BLOCKED).fetchall(), f"a workflow that records {stage}")
        worker.kill()
        holder.execute("SELECT pg_advisory_unlock(%s)", (HOLD,))
        wait_until(lambda: holder.execute(GONE, (pid,)).fetchone() == (0,), "the end of its session")
        holder.execute(NO_BREAKPOINT)


def rows(url: str) -> dict[str, list[Row]]:
    """All that workflows leave, without what tells attempts apart and without numbers that a sequence gives."""
    return {
        table: [
            {name: value for name, value in row.items() if not (name == "id" and isinstance(value, int))}
            | (dict.fromkeys(OF_ATTEMPTS) if table.startswith("workflow") else {})
            for (row,) in rows_of(url, f"SELECT to_jsonb(t) FROM {table} AS t ORDER BY to_jsonb(t) - 'id'::text")  # noqa: S608
        ]
        for table in MADE
    }


def different(some: Mapping[str, list[Row]], others: Mapping[str, list[Row]]) -> list[object]:
    """Table, column and both values, wherever rows are not the same."""
    nothing: Row = {}
    found: list[object] = []
    for table in MADE:
        pairs: Iterable[tuple[Row, Row]] = zip_longest(some[table], others[table], fillvalue=nothing)
        for one, other in pairs:
            names = sorted({*one, *other})
            found += [
                (table, name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)
            ]
    return found


@pytest.mark.parametrize("each", [len(PEOPLE)])
def test_a_workflow_killed_at_every_stage_ends_with_the_rows_of_one_that_never_was(
    server: EmbeddedServer, tmp_path: Path, each: int
) -> None:
    with temporary_database(server.url(), TEMPLATE) as struck, temporary_database(server.url(), TEMPLATE) as calm:
        for url in (struck, calm):
            with connect(url) as session:
                people_of(session)
        assert Worker(environment(calm, NOON), tmp_path / "calm.log", complete).wait()
        moments = [*(stage.value for stage in STAGES), "done"]
        for number, stage in enumerate(moments):
            killed_at(struck, stage, NOON + number * timedelta(minutes=1), tmp_path)
            recorded = rows_of(struck, "SELECT count(*) FROM workflow_stages")
            assert recorded in ([(each * number,)], [(each * (number - 1),)]), stage
        last = NOON + len(moments) * timedelta(minutes=1)
        assert Worker(environment(struck, last), tmp_path / "last.log", complete).wait()
        assert different(rows(struck), rows(calm)) == []
        attempts = rows_of(struck, "SELECT attempt FROM workflow_executions")
        assert attempts == [(len(moments) + 1,)] * each
