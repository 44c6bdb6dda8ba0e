"""Processes that refresh as a run worker does, through the real jobs on the configured instance, and may be killed."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from hos_pipelines.adapters import marking
from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_profiles, refresh_run_config, tick_run_config
from hos_pipelines.defs.ingestion.planning import plan_refresh
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.profile_store import enrolled_profile_ids
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.patience import PATIENCE_S
from hos_pipelines_tests.postgres.waiting import waiting_batches

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pytest", "hos_pipelines_tests.faults.warm"])
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"

Task = Callable[..., bool]


class Worker:
    """One process at a task; its environment is the given one and nothing else."""

    def __init__(self, environment: Mapping[str, str], log: Path, task: Task, *arguments: object) -> None:
        self._process = FORKS.Process(target=_work, args=(dict(environment), log, task, arguments), daemon=True)
        self._process.start()

    @property
    def is_running(self) -> bool:
        return self._process.is_alive()

    def interrupt(self) -> None:
        """Presses Ctrl-C."""
        if self.is_running and self._process.pid is not None:
            os.kill(self._process.pid, signal.SIGINT)
        self._process.join(PATIENCE_S)

    def kill(self) -> None:
        """Ends it without a chance to do anything about it, where it has not ended by itself."""
        if self.is_running:
            self._process.kill()
        self._process.join()

    def join(self) -> None:
        """Until it has ended, in whatever way."""
        self._process.join(PATIENCE_S)

    def wait(self) -> bool:
        """Whether all its runs went well, once it has ended by itself."""
        self._process.join(PATIENCE_S)
        if self.is_running:
            self.kill()
            pytest.fail(f"the worker did not end within {PATIENCE_S} s.")
        return self._process.exitcode == 0


def open_instance() -> bool:
    """Lets Dagster make its tables, which several processes at once can fail at."""
    with dg.DagsterInstance.get():
        return True


def plan_tick(tick: str) -> bool:
    """Plans a tick and leaves its batches waiting."""
    with dg.DagsterInstance.get() as instance:
        return _run(instance, plan_refresh.name, tick_run_config(tick))


def limit_pool(pool: str, runs: int) -> bool:
    """Lets so many runs of a pool go at a time."""
    with dg.DagsterInstance.get() as instance:
        instance.event_log_storage.set_concurrency_slots(pool, runs)
    return True


def refresh_tick(tick: str) -> bool:
    """Plans a tick and runs every batch that waits, one after another, whichever tick it is of."""
    with dg.DagsterInstance.get() as instance:
        went_well = [_run(instance, plan_refresh.name, tick_run_config(tick))]
        with Database(read_settings).session() as connection:
            waiting = waiting_batches(connection, now())
        went_well += [_run(instance, refresh_profiles.name, refresh_run_config(batch_id=batch)) for batch in waiting]
    return all(went_well)


def refresh_people(people: list[str]) -> bool:
    """One run over these people, without partitions."""
    with dg.DagsterInstance.get() as instance:
        return _run(instance, refresh_profiles.name, refresh_run_config(profile_ids=people))


def die_before_telling(task: Task, *arguments: object) -> bool:
    """A task whose process is killed when something is committed that Dagster is to be told of."""
    setattr(marking, "report_materializations", lambda *_: os.kill(os.getpid(), signal.SIGKILL))  # noqa: B010
    return task(*arguments)


def repeat_batches(batch_ids: list[str]) -> bool:
    """Runs batches that a killed worker had begun, as the daemon repeats a crashed run."""
    with dg.DagsterInstance.get() as instance:
        went_well = [_run(instance, refresh_profiles.name, refresh_run_config(batch_id=one)) for one in batch_ids]
    return all(went_well)


def refresh_one(profile_id: str) -> bool:
    """One run about one person."""
    with dg.DagsterInstance.get() as instance:
        return _run(instance, refresh_profiles.name, refresh_run_config(profile_ids=[profile_id]))


def backfill(days: int) -> bool:
    """One run over the partitions of everyone enrolled."""
    with Database(read_settings).session() as connection:
        everyone = enrolled_profile_ids(connection)
    with dg.DagsterInstance.get() as instance:
        align_partitions(instance, everyone)
        tags = {RANGE_START: everyone[0], RANGE_END: everyone[-1]}
        return _run(instance, refresh_profiles.name, refresh_run_config(days=days), tags)


@cache
def jobs() -> Mapping[str, dg.JobDefinition]:
    """The jobs by name, loaded once."""
    return {name: defs().resolve_job_def(name) for name in (plan_refresh.name, refresh_profiles.name)}


def _run(
    instance: dg.DagsterInstance, job: str, run_config: Mapping[str, Any], tags: Mapping[str, str] | None = None
) -> bool:
    result = jobs()[job].execute_in_process(
        instance=instance, run_config={**run_config, **QUIET}, tags=dict(tags or {}), raise_on_error=False
    )
    return result.success


def _work(environment: dict[str, str], log: Path, task: Task, arguments: tuple[object, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    sys.exit(0 if task(*arguments) else 1)
