"""Runs of the real assets and IO manager in this process, against PostgreSQL and the simulator."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import httpx
import pandas as pd
import pytest
from psycopg import Connection

from hos_pipelines.adapters.database import Database
from hos_pipelines.adapters.io_manager import UpsertIOManager
from hos_pipelines.adapters.partitions import PARTITIONS_NAME, align_partitions
from hos_pipelines.definitions import defs
from hos_pipelines.defs.automation import refresh_run_config
from hos_pipelines.defs.environment import now, read_settings
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings

PEOPLE = [f"sim-{number:04d}" for number in range(1, 11)]
BIOMARKERS = dg.AssetKey("biomarkers")
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    """Ten synthetic people."""
    with running_simulator(SimulatorSettings(users=10, days=10)) as running:
        yield running


@pytest.fixture
def instance(deployment: str, connection: Connection[Any]) -> Iterator[dg.DagsterInstance]:
    """An instance whose partitions are the simulator's ten people."""
    enrol(connection, [Enrolment(name, name) for name in PEOPLE], now(), by_hand=True)
    with dg.DagsterInstance.ephemeral() as ephemeral:
        align_partitions(ephemeral, PEOPLE)
        yield ephemeral


def run(instance: dg.DagsterInstance, **arguments: Any) -> dg.ExecuteInProcessResult:
    job = defs().resolve_job_def("refresh_profiles")
    return job.execute_in_process(instance=instance, raise_on_error=False, **arguments)


def materialized(instance: dg.DagsterInstance, asset: str = "biomarkers") -> set[str]:
    return set(instance.get_materialized_partitions(dg.AssetKey(asset)))


def latest_metadata(instance: dg.DagsterInstance, key: str) -> dict[str, Any]:
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=BIOMARKERS, asset_partitions=[key]), limit=1
    ).records
    assert records[0].asset_materialization is not None
    return {name: value.value for name, value in records[0].asset_materialization.metadata.items()}


def fail(simulator: RunningSimulator, external_id: str, kind: str) -> None:
    httpx.post(f"{simulator.url}/simulator/faults", json={"external_id": external_id, "kind": kind}).raise_for_status()


def test_one_partition_brings_one_persons_rows_and_says_how_they_met_the_table(
    instance: dg.DagsterInstance, connection: Connection[Any]
) -> None:
    assert run(instance, partition_key="sim-0002").success
    rows = connection.execute("SELECT profile_id, count(*) FROM biomarkers GROUP BY 1").fetchall()
    assert [name for name, _ in rows] == ["sim-0002"]
    metadata = latest_metadata(instance, "sim-0002")
    assert metadata["inserted"] == rows[0][1]
    assert metadata["outcome"] == "updated"
    assert (metadata["updated"], metadata["unchanged"], metadata["stale"], metadata["quarantined"]) == (0, 0, 0, 0)
    assert metadata["watermark"] == now().timestamp()
    assert metadata["newest_reading"] == now().timestamp()
    assert materialized(instance) == {"sim-0002"}


def test_one_bad_person_in_a_range_of_ten_shows_alone_as_failed(
    instance: dg.DagsterInstance, connection: Connection[Any], simulator: RunningSimulator
) -> None:
    fail(simulator, "sim-0003", "500")
    result = run(instance, tags={START: "sim-0001", END: "sim-0010"})
    assert not result.success
    good = set(PEOPLE) - {"sim-0003"}
    for asset in ("biomarkers", "scores", "sahha_archetypes"):
        assert materialized(instance, asset) == good
    written = connection.execute("SELECT DISTINCT profile_id FROM biomarkers").fetchall()
    assert {name for (name,) in written} == good
    state = connection.execute("SELECT watermark, last_outcome FROM sync_state WHERE profile_id = 'sim-0003'")
    assert set(state.fetchall()) == {(None, "failed")}
    assert latest_metadata(instance, "sim-0001")["inserted"] > 0


def test_a_batch_without_partitions_marks_those_that_changed(
    instance: dg.DagsterInstance, connection: Connection[Any]
) -> None:
    batch = ["sim-0001", "sim-0004"]
    assert run(instance, run_config=refresh_run_config(profile_ids=batch, days=5)).success
    assert materialized(instance) == set(batch)
    before = len(instance.fetch_materializations(BIOMARKERS, limit=100).records)
    assert run(instance, run_config=refresh_run_config(profile_ids=batch, days=5)).success
    assert len(instance.fetch_materializations(BIOMARKERS, limit=100).records) == before == len(batch)
    outcomes = connection.execute("SELECT DISTINCT last_outcome FROM sync_state WHERE stream = 'biomarkers'")
    assert outcomes.fetchall() == [("unchanged",)]


def test_a_gone_person_in_a_batch_is_paused_and_the_others_go_on(
    instance: dg.DagsterInstance, connection: Connection[Any], simulator: RunningSimulator
) -> None:
    fail(simulator, "sim-0002", "410")
    assert not run(instance, run_config=refresh_run_config(profile_ids=PEOPLE)).success
    paused = connection.execute("SELECT profile_id FROM profiles WHERE status = 'paused'").fetchall()
    assert paused == [("sim-0002",)]
    assert materialized(instance) == set(PEOPLE) - {"sim-0002"}


@pytest.mark.parametrize("key", ["nobody", "'; DROP TABLE profiles; --", "an e-mail@example.org"])
def test_a_partition_typed_by_hand_that_is_nobodys_fails_alone(
    instance: dg.DagsterInstance, connection: Connection[Any], key: str
) -> None:
    instance.add_dynamic_partitions(PARTITIONS_NAME, [key])
    result = run(instance, tags={START: "sim-0010", END: key})
    assert not result.success
    assert materialized(instance) == {"sim-0010"}
    failure = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert failure is not None
    assert failure.description is not None
    assert key in failure.description
    assert "enrol" in failure.description
    assert connection.execute("SELECT count(*) FROM profiles").fetchone() == (10,)


def test_a_run_that_names_nobody_is_refused_with_the_remedy(instance: dg.DagsterInstance) -> None:
    result = run(instance)
    failure = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert failure is not None
    assert (
        failure.description
        == "profile_ids: is empty, and the run has neither partitions nor a batch_id; name one of the three."
    )


def test_a_reversed_range_is_refused_instead_of_running_over_nobody(instance: dg.DagsterInstance) -> None:
    result = run(instance, tags={START: "sim-0010", END: "sim-0001"})
    assert not result.success
    assert materialized(instance) == set()


def test_wrong_credentials_stop_the_run_before_anyone_is_touched(
    instance: dg.DagsterInstance, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHHA_CLIENT_SECRET", "hunter2")
    result = run(instance, run_config=refresh_run_config(profile_ids=PEOPLE))
    assert not result.success
    said = "".join(str(event.event_specific_data) for event in result.get_step_failure_events())
    assert "SAHHA_CLIENT_ID / SAHHA_CLIENT_SECRET" in said
    assert "hunter2" not in said
    assert connection.execute("SELECT count(*) FROM sync_state").fetchone() == (0,)


def test_an_input_loads_the_rows_of_the_runs_partitions_with_the_look_back_asked_for(
    instance: dg.DagsterInstance, connection: Connection[Any]
) -> None:
    run(instance, run_config=refresh_run_config(profile_ids=PEOPLE))
    loaded: list[pd.DataFrame] = []

    @dg.asset(
        partitions_def=profiles_partitions,
        ins={"biomarkers": dg.AssetIn(input_manager_key="upsert", metadata={"lookback_days": 3})},
    )
    def steps(biomarkers: pd.DataFrame) -> None:
        loaded.append(biomarkers)

    upstream = dg.AssetSpec("biomarkers", partitions_def=profiles_partitions)
    manager = UpsertIOManager(Database(read_settings), now)
    tags = {START: "sim-0001", END: "sim-0002"}
    result = dg.materialize(
        [upstream, steps], selection=[steps], instance=instance, tags=tags, resources={"upsert": manager}
    )
    assert result.success
    [frame] = loaded
    assert set(frame["profile_id"]) == {"sim-0001", "sim-0002"}
    assert frame["local_date"].min().isoformat() == "2026-10-29"
    expected = connection.execute(
        "SELECT count(*) FROM biomarkers WHERE profile_id = ANY(%s) AND local_date >= '2026-10-29'",
        (["sim-0001", "sim-0002"],),
    ).fetchone()
    assert expected is not None
    assert 0 < len(frame) <= expected[0]
