"""What happens to batches and ticks whose runs died, by what Dagster knows of the runs."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.lost_runs import MOST_RUNS
from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import (
    lost_ticks_sensor,
    refresh_active_users,
    refresh_batches_sensor,
    refresh_profiles,
    refresh_run_config,
    tick_run_config,
)
from hos_pipelines.defs.ingestion.planning import plan_refresh
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.planner import begin_batch
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.defs.test_automation import TICK, plan

FAILURE, CANCELED = dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED
STARTING, STARTED = dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED
NAME = "2026-11-01T12:00Z"
BATCH = f"{NAME}:0"


@pytest.fixture
def people(deployment: str, connection: Connection[Any]) -> Connection[Any]:
    enrol(connection, [Enrolment(name, name) for name in ("anna", "ben", "cleo")], now(), by_hand=True)
    return connection


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.instance_for_test() as temporary:
        yield temporary


def batch_run(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> None:
    add_run(instance, refresh_profiles.name, refresh_run_config(batch_id=BATCH), status)


def add_run(instance: dg.DagsterInstance, job: str, config: dict[str, Any], status: dg.DagsterRunStatus) -> None:
    """A run as Dagster keeps it."""
    instance.add_run(dg.DagsterRun(job, run_config=config, status=status))


def requested(instance: dg.DagsterInstance) -> list[str | None]:
    """The run keys of the batches that the sensor asks runs for."""
    with dg.build_sensor_context(instance=instance, resources={"database": Database(read_settings)}) as context:
        requests = refresh_batches_sensor(context)
        assert isinstance(requests, Iterator)
        return [one.run_key for one in requests if isinstance(one, dg.RunRequest)]


def planned_again(instance: dg.DagsterInstance) -> str | None:
    """The run key of the tick that is to be planned again."""
    with dg.build_sensor_context(instance=instance, resources={"database": Database(read_settings)}) as context:
        request = lost_ticks_sensor(context)
    return request.run_key if isinstance(request, dg.RunRequest) else None


def leased(people: Connection[Any]) -> int:
    row = people.execute("SELECT count(DISTINCT profile_id) FROM sync_state WHERE lease IS NOT NULL").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("is_begun", [True, False])
def test_a_batch_whose_run_died_is_run_again_at_once_and_given_back_after_the_third(
    people: Connection[Any], instance: dg.DagsterInstance, is_begun: bool
) -> None:
    plan(instance)
    assert requested(instance) == [BATCH]
    for number in range(2, MOST_RUNS + 1):
        batch_run(instance, FAILURE)
        if is_begun:
            begin_batch(people, BATCH, now())
        assert requested(instance) == [f"{BATCH}#{number}"]
        assert leased(people) == 3
    batch_run(instance, FAILURE)
    assert requested(instance) == []
    assert leased(people) == 0


@pytest.mark.parametrize("status", [STARTING, STARTED])
def test_a_batch_whose_run_is_only_slow_keeps_its_profiles(
    people: Connection[Any], instance: dg.DagsterInstance, status: dg.DagsterRunStatus
) -> None:
    plan(instance)
    batch_run(instance, FAILURE)
    batch_run(instance, status)
    assert requested(instance) == []
    assert leased(people) == 3


def test_a_batch_that_a_person_canceled_is_not_begun_again_and_gives_its_profiles_back(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    plan(instance)
    batch_run(instance, CANCELED)
    assert requested(instance) == []
    assert leased(people) == 0


def test_a_begun_batch_that_dagster_knows_no_run_of_is_run_again(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    plan(instance)
    begin_batch(people, BATCH, now())
    assert requested(instance) == [f"{BATCH}#1"]


def test_the_next_tick_takes_over_who_was_leased_to_batches_whose_runs_died(
    people: Connection[Any], instance: dg.DagsterInstance
) -> None:
    plan(instance)
    batch_run(instance, FAILURE)
    with dg.build_schedule_context(
        instance=instance, scheduled_execution_time=TICK, resources={"database": Database(read_settings)}
    ) as context:
        assert isinstance(refresh_active_users(context), dg.RunRequest)
    assert leased(people) == 0


@pytest.mark.parametrize(
    ("ends", "key"),
    [([], None), ([FAILURE], f"{NAME}#2"), ([FAILURE] * 2, f"{NAME}#3"), ([FAILURE] * MOST_RUNS, None),
     ([FAILURE, STARTING], None), ([CANCELED], None)],
)  # fmt: skip
def test_a_tick_whose_planning_was_lost_is_planned_again(
    people: Connection[Any], instance: dg.DagsterInstance, ends: list[dg.DagsterRunStatus], key: str | None
) -> None:
    for status in ends:
        add_run(instance, plan_refresh.name, tick_run_config(NAME), status)
    assert planned_again(instance) == key
    job = defs().resolve_job_def(plan_refresh.name)
    assert job.execute_in_process(instance=instance, run_config=tick_run_config(NAME)).success
    assert planned_again(instance) is None


def test_a_tick_that_failed_for_a_reason_of_its_own_is_left_to_the_next(
    people: Connection[Any], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = defs().resolve_job_def(plan_refresh.name)
    monkeypatch.setenv("SAHHA_CLIENT_SECRET", "wrong")
    assert not job.execute_in_process(instance=instance, run_config=tick_run_config(NAME), raise_on_error=False).success
    assert planned_again(instance) is None
    monkeypatch.setenv("SAHHA_CLIENT_SECRET", "simulator")
    unreachable = Settings.from_mapping({"HOS_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing"})
    later = job.execute_in_process(
        instance=instance,
        run_config=tick_run_config(f"{NAME} later"),
        resources={"database": Database(lambda: unreachable)},
        raise_on_error=False,
    )
    assert not later.success
    assert planned_again(instance) == f"{NAME} later#2"
