"""Runs mark what they commit, chunk by chunk and once: killed in the middle, over streams and analyses together."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.definitions import defs
from hos_pipelines.postgres.connection import connect
from hos_pipelines.stages.analysis import run as analysis_run
from hos_pipelines_tests.adapters.analysis_jobs import (
    BEHAVIOR,
    CIRCADIAN,
    END,
    EVERYONE,
    PEOPLE,
    REPORT,
    START,
    analysed,
    checks,
    materialized,
    run,
    run_due,
)
from hos_pipelines_tests.adapters.test_ingestion_runs import instance as ten_people
from hos_pipelines_tests.adapters.test_ingestion_runs import simulator
from hos_pipelines_tests.faults.worker import Worker
from hos_pipelines_tests.patience import wait_until

__all__ = ["simulator", "ten_people"]

STREAMS = ("biomarkers", "scores", "sahha_archetypes")


def marks(result: dg.ExecuteInProcessResult) -> Counter[tuple[str, str]]:
    """How often the log of a run marks each partition of each asset."""
    return Counter(
        (event.asset_key.to_user_string(), event.partition or "")
        for event in result.all_events
        if event.is_step_materialization and event.asset_key is not None
    )


def logged(instance: dg.DagsterInstance, run_id: str) -> Counter[tuple[str, str]]:
    """The same, as the instance has it."""
    found = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
    events = [record.event_log_entry.dagster_event for record in found]
    return Counter((one.asset_key.to_user_string(), one.partition or "") for one in events if one and one.asset_key)


def analyse_by_twos() -> bool:
    """A run over everyone, in a process of its own."""
    analysis_run.CHUNK_PROFILES = 2
    with dg.DagsterInstance.get() as instance:
        return run(instance, tags=EVERYONE).success


def test_a_run_killed_in_its_second_chunk_has_told_of_the_first(
    people: Connection[Any], stored_instance: dg.DagsterInstance, migrated_url: str, tmp_path: Path
) -> None:
    align_partitions(stored_instance, PEOPLE)
    with connect(migrated_url) as holder, holder.transaction():
        holder.execute("SELECT FROM profiles WHERE profile_id = 'cleo' FOR UPDATE")
        worker = Worker(dict(os.environ), tmp_path / "analyses.log", analyse_by_twos)
        wait_until(lambda: materialized(stored_instance) or not worker.is_running, "the mark of the first chunk")
        assert worker.is_running
        worker.kill()
    assert materialized(stored_instance) == {"anna", "ben"} == analysed(people)


@pytest.mark.parametrize("asset", [CIRCADIAN, REPORT])
def test_nobody_is_marked_twice_by_one_run(
    people: Connection[Any], stored_instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, asset: str
) -> None:
    monkeypatch.setattr(analysis_run, "CHUNK_PROFILES", 3)
    monkeypatch.setattr("hos_pipelines.stages.report.run.CHUNK_PROFILES", 3)
    align_partitions(stored_instance, PEOPLE)
    for needed in (CIRCADIAN, BEHAVIOR) if asset == REPORT else ():
        assert run_due(stored_instance, needed, profile_ids=PEOPLE).success
    result = run(stored_instance, asset, tags=EVERYONE)
    assert result.success
    assert marks(result) == logged(stored_instance, result.run_id) == Counter((asset, name) for name in PEOPLE)
    assert not stored_instance.get_records_for_run(result.run_id, of_type=dg.DagsterEventType.ASSET_OBSERVATION).records


def test_streams_and_both_analyses_in_one_run_follow_each_other_and_mark_everyone_once(
    ten_people: dg.DagsterInstance,
) -> None:
    together = dg.define_asset_job("together", [*STREAMS, CIRCADIAN, BEHAVIOR], executor_def=dg.in_process_executor)
    job = dg.Definitions.merge(defs(), dg.Definitions(jobs=[together])).resolve_job_def("together")
    names = ["sim-0001", "sim-0002", "sim-0003"]
    result = job.execute_in_process(instance=ten_people, tags={START: names[0], END: names[-1]})
    steps = [event.step_key for event in result.all_events if event.is_step_success]
    made = [step for step in steps if step in ("sahha_streams", CIRCADIAN, BEHAVIOR)]
    assert (made[0], len(made)) == ("sahha_streams", 3)
    assert marks(result) == Counter((asset, name) for asset in (*STREAMS, CIRCADIAN, BEHAVIOR) for name in names)
    assert {"gates_respected", "nobody_fails"} <= set(checks(ten_people, result))
