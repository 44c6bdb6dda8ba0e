"""Dagster's storage at scale on real PostgreSQL: each private piece it stands on, by what it leaves in the tables."""

import json
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from multiprocessing.queues import SimpleQueue
from typing import Any

import dagster as dg
import psycopg
import pytest
from dagster._core.storage.partition_status_cache import (  # noqa: TID251  what the UI shows
    AssetPartitionStatus,
    AssetStatusCacheValue,
    get_and_update_asset_status_cache_value,
)
from dagster_postgres import PostgresEventLogStorage
from psycopg import Connection

from hos_pipelines.adapters.instance.engine import KEPT_CONNECTIONS
from hos_pipelines.adapters.instance.event_log import PooledEventLogStorage
from hos_pipelines.adapters.instance.storage import EVENTS_AT_ONCE, WRITTEN_FOR, HolisticStorage
from hos_pipelines.adapters.step_events import report_materializations
from hos_pipelines.postgres.connection import with_driver
from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines_tests.adapters.conftest import BATCH_SIZE
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.postgres.sessions import sessions_beside

KEYS = [f"user-{number}" for number in range(6)]
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
WHOLE_RANGE = {START: KEYS[0], END: KEYS[-1]}
partitions = dg.DynamicPartitionsDefinition(name="profiles")


@pytest.fixture
def instance(stored_instance: dg.DagsterInstance) -> dg.DagsterInstance:
    """An instance with six partitions."""
    stored_instance.add_dynamic_partitions("profiles", KEYS)
    return stored_instance


@pytest.fixture
def tables(dagster_tables: Connection[Any]) -> Connection[Any]:
    """Its database, to look at."""
    return dagster_tables


def marked(key: str, asset: str = "biomarkers") -> dg.AssetMaterialization:
    return dg.AssetMaterialization(asset, partition=key, metadata={"inserted": int(key.rpartition("-")[2])})


@dg.asset(partitions_def=partitions, output_required=False)
def biomarkers(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
    """Marks some, and fails in a run over partitions, as a refresh does that the others brought no answer."""
    report_materializations(context, [marked(key) for key in KEYS[:4]])
    if context.has_partition_key or context.has_partition_key_range:
        raise dg.Failure("the rest brought no answer", allow_retries=False)
    yield from ()


@dg.asset(partitions_def=partitions, output_required=False)
def scores(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
    report_materializations(context, [marked(key, "scores") for key in KEYS])
    yield from ()


@dg.asset(key="scores", partitions_def=partitions, output_required=False)
def some_scores(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
    report_materializations(context, [marked(key, "scores") for key in KEYS[2:5]])
    yield from ()


@dg.asset(partitions_def=partitions, output_required=False)
def one_by_one(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
    for key in KEYS:
        context.log_event(marked(key, "one_by_one"))
    yield from ()


def processes_job() -> dg.JobDefinition:
    """Each step in a process of its own, as a run worker may have it."""
    everything = dg.Definitions(
        assets=[biomarkers, scores],
        jobs=[dg.define_asset_job("both")],
        executor=dg.multiprocess_executor,
    )
    return everything.resolve_job_def("both")


def status(instance: dg.DagsterInstance, asset: str) -> AssetStatusCacheValue:
    value = get_and_update_asset_status_cache_value(instance, dg.AssetKey(asset), partitions)
    assert value is not None
    return value


def keys_with(instance: dg.DagsterInstance, asset: str, wanted: AssetPartitionStatus) -> set[str]:
    value = status(instance, asset)
    subset = {
        AssetPartitionStatus.MATERIALIZED: value.deserialize_materialized_partition_subsets,
        AssetPartitionStatus.FAILED: value.deserialize_failed_partition_subsets,
        AssetPartitionStatus.IN_PROGRESS: value.deserialize_in_progress_partition_subsets,
    }[wanted](partitions)
    return set(subset.get_partition_keys())


def inserted(instance: dg.DagsterInstance, asset: str, key: str) -> object:
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[key])
    materialization = instance.fetch_materializations(wanted, limit=1).records[0].asset_materialization
    assert materialization is not None
    return materialization.metadata["inserted"].value


def backend(storage: Any) -> int:
    connected = storage.index_connection() if isinstance(storage, PooledEventLogStorage) else storage.connect()
    with connected as connection:
        return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def storages(instance: dg.DagsterInstance) -> list[Any]:
    return [instance.run_storage, instance.event_log_storage, instance._schedule_storage]


def wait_until_sessions(tables: Connection[Any], number: int) -> None:
    wait_until(lambda: len(sessions_beside(tables)) == number, f"the end of all sessions but {number}")


def end_all_sessions(tables: Connection[Any]) -> None:
    tables.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_the_private_parts_are_those_of_the_installed_and_pinned_versions() -> None:
    pinned = dict(
        line.split("==") for line in (PROJECT_ROOT / "constraints.txt").read_text().splitlines() if "==" in line
    )
    for package, written_for in WRITTEN_FOR.items():
        assert (version(package), pinned[package]) == (written_for, written_for), (
            f"read hos_pipelines/adapters/instance against {package} {version(package)}, then name it there"
        )


def test_the_three_storages_share_connections_that_stay_open(
    instance: dg.DagsterInstance, tables: Connection[Any]
) -> None:
    before = len(sessions_beside(tables))
    assert len({backend(storage) for storage in storages(instance) * 3}) == 1
    instance.get_dynamic_partitions("profiles")
    instance.get_runs()
    assert len(sessions_beside(tables)) == before <= KEPT_CONNECTIONS


def test_a_connection_that_the_server_ended_is_replaced_unnoticed(
    instance: dg.DagsterInstance, tables: Connection[Any]
) -> None:
    for storage in storages(instance):
        before = backend(storage)
        end_all_sessions(tables)
        assert backend(storage) != before
    end_all_sessions(tables)
    assert instance.get_dynamic_partitions("profiles") == KEYS


def test_a_forked_child_opens_connections_of_its_own_and_leaves_the_parents_alone(
    instance: dg.DagsterInstance,
) -> None:
    storage = instance.event_log_storage
    ours = backend(storage)
    process = multiprocessing.get_context("fork")
    answer: SimpleQueue[int] = process.SimpleQueue()
    child = process.Process(target=lambda: answer.put(backend(storage)))
    child.start()
    theirs = answer.get()
    child.join()
    assert theirs != ours
    assert backend(storage) == ours


def test_more_threads_than_connections_all_get_their_turn(instance: dg.DagsterInstance) -> None:
    with ThreadPoolExecutor(40) as threads:
        runs = list(threads.map(lambda _: instance.create_run_for_job(processes_job(), tags=WHOLE_RANGE), range(40)))
    assert instance.get_runs_count() == len({run.run_id for run in runs}) == 40


def test_the_webserver_gets_its_time_limit_on_the_shared_connections(
    instance: dg.DagsterInstance, tables: Connection[Any]
) -> None:
    instance.optimize_for_webserver(statement_timeout=4321, pool_recycle=3600, max_overflow=20)
    for storage in storages(instance):
        engine = storage._engine
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "4321ms"
    assert len({backend(storage) for storage in storages(instance)}) == 1
    wait_until_sessions(tables, 1)


def test_disposing_of_the_instance_closes_its_connections(
    instance: dg.DagsterInstance, tables: Connection[Any]
) -> None:
    assert sessions_beside(tables)
    instance.dispose()
    wait_until_sessions(tables, 0)


def test_building_the_storage_turns_batches_on_unless_the_environment_says_how(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(instance.event_log_storage, PooledEventLogStorage)
    assert os.environ[BATCH_SIZE] == str(EVENTS_AT_ONCE)
    monkeypatch.setenv(BATCH_SIZE, "7")
    with dg.DagsterInstance.get():
        assert os.environ[BATCH_SIZE] == "7"


def test_a_second_instance_finds_the_tables_of_the_first(instance: dg.DagsterInstance, database_url: str) -> None:
    storage = HolisticStorage(with_driver(database_url, "psycopg2"))
    assert storage.event_log_storage.get_dynamic_partitions("profiles") == KEYS
    storage.event_log_storage.dispose()


def test_the_planned_events_of_a_range_are_written_together_and_read_as_ever(
    instance: dg.DagsterInstance, tables: Connection[Any]
) -> None:
    run = instance.create_run_for_job(processes_job(), tags=WHOLE_RANGE)
    rows = tables.execute(
        "SELECT asset_key, partition, step_key, run_id, event::json, xmin::text FROM event_logs "
        "WHERE dagster_event_type = 'ASSET_MATERIALIZATION_PLANNED' ORDER BY id"
    ).fetchall()
    both = ("biomarkers", "scores")
    assert sorted((asset, key) for asset, key, *_ in rows) == [(f'["{asset}"]', key) for asset in both for key in KEYS]
    assert {(step, run_id) for _, _, step, run_id, *_ in rows} == {("biomarkers", run.run_id), ("scores", run.run_id)}
    assert len({transaction for *_, transaction in rows}) == 1
    assert [event["dagster_event"]["event_specific_data"]["partition"] for *_, event, _ in rows] == [
        key for _, key, *_ in rows
    ]
    last_runs = tables.execute(
        "SELECT asset_key, last_run_id, last_materialization_timestamp IS NOT NULL FROM asset_keys ORDER BY 1"
    ).fetchall()
    assert last_runs == [(f'["{asset}"]', run.run_id, True) for asset in both]
    planned = instance.event_log_storage.get_latest_planned_materialization_info(dg.AssetKey("scores"), KEYS[3])
    assert planned is not None
    assert planned.run_id == run.run_id
    assert keys_with(instance, "scores", AssetPartitionStatus.IN_PROGRESS) == set(KEYS)


def test_partitions_are_read_as_dagster_reads_them(
    instance: dg.DagsterInstance, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hos_pipelines.adapters.instance.event_log.KEYS_LOOKED_UP", 2)
    asset = dg.AssetKey("scores")
    ours = instance.event_log_storage
    theirs = PostgresEventLogStorage(with_driver(database_url, "psycopg2"))

    def require_the_same() -> None:
        newest = ours.get_maximum_record_id() or 0
        assert ours.get_dynamic_partitions("profiles") == theirs.get_dynamic_partitions("profiles")
        assert ours.get_dynamic_partitions("of nobody") == theirs.get_dynamic_partitions("of nobody") == []
        for wanted in ([], KEYS[:1], [*KEYS, "stranger"]):
            found = ours.get_existing_dynamic_partitions("profiles", wanted)
            assert found == theirs.get_existing_dynamic_partitions("profiles", wanted)
        for cursor in (None, *range(newest + 1)):
            both = [
                (
                    storage.get_materialized_partitions(asset, after_cursor=cursor),
                    storage.get_materialized_partitions(asset, before_cursor=cursor),
                    storage.get_latest_asset_partition_materialization_attempts_without_materializations(
                        asset, after_storage_id=cursor
                    ),
                )
                for storage in (ours, theirs)
            ]
            assert both[0] == both[1]

    require_the_same()
    instance.create_run_for_job(processes_job(), tags={START: KEYS[1], END: KEYS[4]})
    instance.delete_dynamic_partition("profiles", KEYS[3])
    require_the_same()
    dg.materialize([some_scores], instance=instance)
    instance.create_run_for_job(processes_job(), tags={START: KEYS[0], END: KEYS[2]})
    require_the_same()
    instance.wipe_assets([asset])
    require_the_same()
    instance.create_run_for_job(processes_job(), tags={START: KEYS[2], END: KEYS[5]})
    dg.materialize([some_scores], instance=instance)
    require_the_same()


def test_a_failed_range_run_leaves_the_reported_materialized_and_the_rest_failed(
    instance: dg.DagsterInstance,
) -> None:
    result = dg.materialize([biomarkers], instance=instance, tags=WHOLE_RANGE, raise_on_error=False)
    assert not result.success
    assert keys_with(instance, "biomarkers", AssetPartitionStatus.MATERIALIZED) == set(KEYS[:4])
    assert keys_with(instance, "biomarkers", AssetPartitionStatus.FAILED) == set(KEYS[4:])
    assert inserted(instance, "biomarkers", KEYS[2]) == 2


def test_a_step_marks_partitions_in_a_run_that_has_none(instance: dg.DagsterInstance, tables: Connection[Any]) -> None:
    result = dg.materialize([biomarkers], instance=instance)
    assert result.success
    assert keys_with(instance, "biomarkers", AssetPartitionStatus.MATERIALIZED) == set(KEYS[:4])
    assert [inserted(instance, "biomarkers", key) for key in KEYS[:4]] == [0, 1, 2, 3]
    reported = [event.materialization.partition for event in result.get_asset_materialization_events() if event]
    assert reported == KEYS[:4]
    transactions = tables.execute(
        "SELECT count(*), count(DISTINCT xmin::text) FROM event_logs WHERE partition IS NOT NULL"
    ).fetchone()
    assert transactions == (4, 1)


def test_reported_events_belong_to_the_run_and_its_step(instance: dg.DagsterInstance) -> None:
    result = dg.materialize([scores], instance=instance)
    log = [
        entry
        for entry in instance.all_logs(result.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
        if entry.dagster_event is not None
    ]
    assert [(entry.run_id, entry.step_key, entry.get_dagster_event().partition) for entry in log] == [
        (result.run_id, "scores", key) for key in KEYS
    ]


def test_a_reported_event_is_field_by_field_what_logging_it_gives(
    instance: dg.DagsterInstance, tables: Connection[Any]
) -> None:
    dg.materialize([scores], instance=instance)
    dg.materialize([one_by_one], instance=instance)

    def stored(asset: str) -> list[dict[str, Any]]:
        rows = tables.execute(
            "SELECT run_id, event FROM event_logs WHERE dagster_event_type = 'ASSET_MATERIALIZATION' "
            "AND asset_key = %s ORDER BY id",
            (f'["{asset}"]',),
        ).fetchall()
        events = [json.loads(event.replace(run_id, "the run").replace(asset, "the asset")) for run_id, event in rows]
        for event in events:
            assert event.pop("timestamp") > 0
            event.pop("user_message")  # the text of the console line, which there is none of
            event.pop("message")
        return events

    assert len(stored("scores")) == len(KEYS)
    assert stored("scores") == stored("one_by_one")


def test_the_assets_last_materialization_is_the_last_one_reported(
    instance: dg.DagsterInstance, tables: Connection[Any]
) -> None:
    result = dg.materialize([scores], instance=instance)
    row = tables.execute(
        "SELECT last_run_id, last_materialization::json, last_materialization_timestamp FROM asset_keys"
    ).fetchone()
    assert row is not None
    newest = tables.execute("SELECT max(id) FROM event_logs WHERE partition IS NOT NULL").fetchone()
    assert (row[0], (row[1]["storage_id"],)) == (result.run_id, newest)
    event = instance.get_latest_materialization_event(dg.AssetKey("scores"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.partition == KEYS[-1]


def test_steps_in_processes_of_their_own_report_as_well(instance: dg.DagsterInstance) -> None:
    result = dg.execute_job(dg.reconstructable(processes_job), instance=instance)
    with result:
        assert result.success
    assert keys_with(instance, "biomarkers", AssetPartitionStatus.MATERIALIZED) == set(KEYS[:4])
    assert keys_with(instance, "scores", AssetPartitionStatus.MATERIALIZED) == set(KEYS)


def test_materializations_of_several_assets_each_move_their_own_asset(instance: dg.DagsterInstance) -> None:
    @dg.multi_asset(
        specs=[dg.AssetSpec(asset, partitions_def=partitions, skippable=True) for asset in ("biomarkers", "scores")]
    )
    def mark_both(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[None]]:
        both = [marked(key, asset) for key in KEYS[:2] for asset in ("biomarkers", "scores")]
        report_materializations(context, both)
        yield from ()

    assert dg.materialize([mark_both], instance=instance).success
    for asset in ("biomarkers", "scores"):
        event = instance.get_latest_materialization_event(dg.AssetKey(asset))
        assert event is not None
        assert event.asset_materialization is not None
        assert event.asset_materialization.partition == KEYS[1]


def test_an_ephemeral_instance_takes_them_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(BATCH_SIZE, raising=False)
    with dg.DagsterInstance.ephemeral() as ephemeral:
        ephemeral.add_dynamic_partitions("profiles", KEYS)
        assert dg.materialize([scores], instance=ephemeral).success
        assert set(ephemeral.get_materialized_partitions(dg.AssetKey("scores"))) == set(KEYS)


def test_a_batch_the_server_refuses_is_no_silent_loss(instance: dg.DagsterInstance, tables: Connection[Any]) -> None:
    tables.execute("ALTER TABLE event_logs ADD CONSTRAINT no_user_3 CHECK (partition <> 'user-3')")
    result = dg.materialize([scores], instance=instance, raise_on_error=False)
    assert not result.success
    assert keys_with(instance, "scores", AssetPartitionStatus.MATERIALIZED) == set(KEYS[:3])
    with pytest.raises(psycopg.errors.CheckViolation):
        tables.execute("INSERT INTO event_logs (event, partition) VALUES ('', 'user-3')")
