"""Runs that answer requests, in this process and as the sensor asks for them; and that a place is left for them."""

import os
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.request_runs import JOB, RUN_KEY
from hos_pipelines.definitions import defs
from hos_pipelines.defs.requests.automation import requests_sensor
from hos_pipelines.domain.requests.asked import Ask, RequestView
from hos_pipelines.domain.requests.kinds import RequestKind
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.request_store import file_request, read_progress, read_request
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.requests.request_runner import RequestRunner
from hos_pipelines_tests.adapters import analysis_jobs
from hos_pipelines_tests.adapters.analysis_jobs import events
from hos_pipelines_tests.postgres.rows import NOON

SAID = {"wake_time": "07:00", "sleep_time": "23:00", "weight": 71.25}


def ask(people: Connection[Any], who: str, kind: RequestKind = RequestKind.CIRCADIAN, **more: Any) -> str:
    return file_request(people, Ask(who, kind, **more), NOON)


def view(people: Connection[Any], request_id: str) -> RequestView:
    found = read_request(people, request_id)
    assert found is not None
    return found


def sense(instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    runner = RequestRunner(read_settings, Database(read_settings), now)
    with dg.build_sensor_context(instance=instance, resources={"request_runner": runner}) as context:
        return list(requests_sensor.evaluate_tick(context).run_requests or ())


def run(instance: dg.DagsterInstance, request: dg.RunRequest) -> dg.ExecuteInProcessResult:
    job = defs().resolve_job_def(JOB)
    return job.execute_in_process(
        instance=instance, run_config=request.run_config, tags=request.tags, raise_on_error=False
    )


def create(instance: dg.DagsterInstance, request: dg.RunRequest, status: dg.DagsterRunStatus) -> None:
    """A run of this request that is where Dagster says it is."""
    job = defs().resolve_job_def(JOB)
    tags = {**request.tags, RUN_KEY: str(request.run_key)}
    instance.create_run_for_job(job, run_config=request.run_config, tags=tags, status=status)


def test_requests_become_one_run_that_marks_what_it_has_made_and_tells_nobody_what_was_said(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    first = ask(people, "anna")
    second = ask(people, "ben", RequestKind.ROUTINE, preferences=SAID)
    third = ask(people, "gone")
    (request,) = sense(instance)
    assert request.tags["dagster/priority"] == "10"
    assert [one.run_key for one in sense(instance)] == [request.run_key]  # until it has begun
    result = run(instance, request)
    assert result.success
    assert sense(instance) == []
    assert [view(people, key).status for key in (first, second, third)] == ["done", "done", "refused"]
    assert [partition for partition, _ in events(instance)] == ["anna"]
    assert [partition for partition, _ in events(instance, "routine_plan")] == ["ben"]
    assert not any("71.25" in str(event) for event in result.all_events)
    niceness = os.nice(0)
    assert run(instance, request).success  # the same again has nothing to do
    assert analysis_jobs.run(instance, tags={"dagster/partition": "cleo"}).success
    assert os.nice(0) == niceness  # only a run's own process gives way
    assert len(events(instance)) == 2


def test_a_run_that_died_before_it_began_has_another_key_and_one_that_died_after_gives_its_requests_back(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    request_id = ask(people, "anna")
    (first,) = sense(instance)
    create(instance, first, dg.DagsterRunStatus.FAILURE)
    (second,) = sense(instance)
    batch, attempt = str(second.run_key).split(":")
    assert (f"{batch}:1", attempt) == (first.run_key, "2")
    people.execute("UPDATE request_batches SET started_at = now()")
    people.execute("UPDATE analysis_requests SET status = 'running'")
    create(instance, second, dg.DagsterRunStatus.FAILURE)
    (third,) = sense(instance)
    assert str(third.run_key).split(":")[0] != batch
    assert run(instance, first).success
    assert run(instance, second).success
    assert events(instance) == []
    assert run(instance, third).success
    found = view(people, request_id)
    assert (found.status, found.attempt) == ("done", 2)
    assert len(events(instance)) == 1


def test_a_batch_whose_runs_never_begin_is_given_back_after_three(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    ask(people, "anna")
    keys = []
    for _ in range(4):
        (request,) = sense(instance)
        keys.append(str(request.run_key).split(":"))
        create(instance, request, dg.DagsterRunStatus.FAILURE)
    assert [attempt for _, attempt in keys] == ["1", "2", "3", "1"]
    assert len({batch for batch, _ in keys}) == 2
    assert people.execute("SELECT status, attempt FROM analysis_requests").fetchall() == [("claimed", 2)]


def test_a_batch_whose_run_has_not_begun_yet_is_held(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    ask(people, "anna")
    (request,) = sense(instance)
    create(instance, request, dg.DagsterRunStatus.STARTING)
    people.execute("UPDATE analysis_requests SET lease_until = '2026-11-01T11:00:00Z'")
    assert [one.run_key for one in sense(instance)] == [request.run_key]
    assert people.execute("SELECT status, attempt FROM analysis_requests").fetchall() == [("claimed", 1)]


def test_complete_marks_each_stage_that_was_done(people: Connection[Any], instance: dg.DagsterInstance) -> None:
    request_id = ask(people, "anna", RequestKind.COMPLETE, preferences={"birth_date": "1990-05-01", "sex": "female"})
    (request,) = sense(instance)
    assert run(instance, request).success
    done = [one.stage for one in read_progress(people, request_id) if one.status == "done"]
    assert {"behavior_analysis", "circadian_analysis", "routine_plan"} <= set(done)
    assert [stage for stage in done if not events(instance, stage)] == []


def test_every_step_is_of_a_pool_and_the_queue_has_room_for_all_of_them(stored_instance: dg.DagsterInstance) -> None:
    """So no night can take the place of requests: runs of the other pools never fill the queue."""
    concurrency = stored_instance.get_concurrency_config()
    most, per_pool = concurrency.run_queue_config, concurrency.pool_config.default_pool_limit
    assert most is not None
    assert per_pool is not None
    jobs = defs().get_repository_def().get_all_jobs()
    assert [f"{job.name}: {op.name}" for job in jobs for op in _ops_of(job) if not op.pool] == []
    pools = {op.pool for job in jobs for op in _ops_of(job)}
    assert most.max_concurrent_runs >= len(pools) * per_pool
    assert [job.name for job in jobs if "requests" in {op.pool for op in _ops_of(job)}] == [JOB]


def _ops_of(job: dg.JobDefinition) -> list[dg.OpDefinition]:
    return [node for node in job.all_node_defs if isinstance(node, dg.OpDefinition)]


@pytest.mark.parametrize("config", [{"batch_id": "7"}, {"batch_id": "00000000-0000-0000-0000-000000000007"}])
def test_a_batch_that_there_is_none_of_is_nothing_to_do(
    people: Connection[Any], instance: dg.DagsterInstance, config: dict[str, str]
) -> None:
    del people
    job = defs().resolve_job_def(JOB)
    result = job.execute_in_process(
        instance=instance, run_config={"ops": {"answer_batch": {"config": config}}}, raise_on_error=False
    )
    assert result.success == (config["batch_id"] != "7")
