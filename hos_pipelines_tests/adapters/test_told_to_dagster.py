"""What Dagster's own tables hold of what is told: instants apart, sentences without frames, runs that have a home."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from psycopg import Connection

from hos_pipelines.adapters.instance.run_origin import PROCESS_TAG, process_is_gone
from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.adapters.step_events import report_materializations
from hos_pipelines.cli.instance import open_instance
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.errors import DatabaseError
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.project import PROJECT_ROOT

KEYS = [f"user-{number}" for number in range(300)]
people = dg.DynamicPartitionsDefinition(name="profiles")
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@dg.asset(partitions_def=people, output_required=False)
def marked(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
    for part in (KEYS[:100], KEYS[100:]):
        report_materializations(context, [dg.AssetMaterialization("marked", partition=key) for key in part])
    yield from ()


@dg.asset(partitions_def=people)
def plain() -> None:
    """Marked by Dagster itself."""


@dg.asset
def gives_up() -> None:
    raise dg.Failure("profile_ids: is empty; name one.", allow_retries=False)


@dg.asset
def foreseen() -> None:
    raise DatabaseError("HOS_DATABASE_URL: cannot be reached.")


@dg.asset
def unforeseen() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("asset", [marked, plain])
def test_events_of_a_batch_are_a_millisecond_apart_in_order_and_not_in_the_future(
    stored_instance: dg.DagsterInstance, dagster_tables: Connection[Any], asset: dg.AssetsDefinition
) -> None:
    stored_instance.add_dynamic_partitions("profiles", KEYS)
    dg.materialize([asset], instance=stored_instance, tags={START: KEYS[0], END: KEYS[-1]})
    rows = dagster_tables.execute(
        "SELECT partition, (extract(epoch FROM timestamp) * 1000)::bigint FROM event_logs "
        "WHERE dagster_event_type = 'ASSET_MATERIALIZATION' AND partition IS NOT NULL ORDER BY id"
    ).fetchall()
    instants = [instant for _, instant in rows]
    assert len(set(instants)) == len(KEYS)
    assert instants == sorted(instants)
    assert instants[-1] <= time.time() * 1000 + len(KEYS)


def test_a_step_that_gives_up_says_its_sentence_and_no_frames(
    stored_instance: dg.DagsterInstance, dagster_tables: Connection[Any]
) -> None:
    told = {}
    for asset in (gives_up, foreseen, unforeseen):
        run = dg.materialize([asset], instance=stored_instance, raise_on_error=False)
        entries = stored_instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
        [event] = [entry.get_dagster_event() for entry in entries]
        failure = event.step_failure_data.error
        assert failure is not None
        told[asset.key.to_user_string()] = (event.message, failure)
    message, error = told["gives_up"]
    assert message == error.message == "profile_ids: is empty; name one."
    assert (list(error.stack), error.cause) == ([], None)
    message, error = told["foreseen"]
    assert message == error.message == "HOS_DATABASE_URL: cannot be reached."
    cause = told["unforeseen"][1].cause
    assert cause is not None
    assert cause.stack


def test_a_run_of_a_command_has_a_home_and_a_process(stored_instance: dg.DagsterInstance) -> None:
    run_id = dg.materialize([all_well], instance=stored_instance).run_id
    run = stored_instance.get_run_by_id(run_id)
    assert run is not None
    assert run.remote_job_origin is not None
    assert run.remote_job_origin.repository_origin.get_label() == "__repository__@hos_pipelines"
    assert run.tags["dagster/code_location"] == "hos_pipelines"
    assert not process_is_gone(run.tags)
    host, number, _ = run.tags[PROCESS_TAG].split(":")
    assert int(number) == os.getpid()
    assert process_is_gone({PROCESS_TAG: f"{host}:{number}:1.00"})
    assert not process_is_gone({PROCESS_TAG: f"elsewhere:{number}:1.00"})
    assert not process_is_gone({})


@dg.asset
def all_well() -> None:
    """Nothing is wrong with it."""


def test_dg_launch_takes_a_range_of_partitions(deployment: str, connection: Connection[Any], tmp_path: Path) -> None:
    names = ["sim-0001", "sim-0002", "sim-0003"]
    enrol(connection, [Enrolment(name, name) for name in names], now(), by_hand=True)
    with open_instance(read_settings()) as instance:
        align_partitions(instance, names)
        program = Path(sys.executable).with_name("dg")
        command = [str(program), "launch", "--assets", "biomarkers", "--partition-range", "sim-0001...sim-0002"]
        done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        assert set(instance.get_materialized_partitions(dg.AssetKey("biomarkers"))) == set(names[:2])
    rows = connection.execute("SELECT DISTINCT profile_id FROM biomarkers ORDER BY 1").fetchall()
    assert [name for (name,) in rows] == names[:2]
