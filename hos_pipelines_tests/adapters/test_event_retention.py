"""Retention of Dagster's log on real PostgreSQL: what a partition's page shows stays, what only ticks left goes."""

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType  # noqa: TID251
from dagster._core.storage.partition_status_cache import (  # noqa: TID251  what the UI shows
    get_and_update_asset_status_cache_value,
)
from psycopg import Connection
from pydantic import Field

from benchmarks import ui_queries
from benchmarks.deployment import Deployment
from benchmarks.ui import ask, webserver
from hos_pipelines.adapters.instance.event_retention import (
    RetentionCounts,
    RetentionRules,
    dagster_session,
    retain_events,
    vacuum_events,
)
from hos_pipelines.adapters.step_events import report_materializations
from hos_pipelines.environment import read_settings

KEYS = [f"user-{number}" for number in range(6)]
ASSET = dg.AssetKey("biomarkers")
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
HOURS = timedelta(hours=1)
partitions = dg.DynamicPartitionsDefinition(name="profiles")

Statuses = tuple[frozenset[str], frozenset[str], frozenset[str]]


class Marks(dg.Config):
    """Whom a run marks, with which count, and how it ends."""

    keys: list[str] = Field(default=[])
    observed: list[str] = Field(default=[])
    count: int = 0
    fails: bool = False


@dg.asset(partitions_def=partitions, output_required=False)
def biomarkers(context: dg.AssetExecutionContext, config: Marks) -> Iterator[dg.Output[None]]:
    marks = [dg.AssetMaterialization(ASSET, partition=key, metadata={"count": config.count}) for key in config.keys]
    report_materializations(context, marks)
    for key in config.observed:
        context.log_event(dg.AssetObservation(ASSET, partition=key, metadata={"count": config.count}))
    if config.fails:
        raise dg.Failure("the rest brought no answer", allow_retries=False)
    yield from ()


@pytest.fixture
def instance(stored_instance: dg.DagsterInstance) -> dg.DagsterInstance:
    """An instance with six partitions."""
    stored_instance.add_dynamic_partitions("profiles", KEYS)
    return stored_instance


def run(instance: dg.DagsterInstance, over: list[str] | None = None, **marks: Any) -> str:
    """One run to its end: over a range of partitions, or a batch without."""
    tags = {START: over[0], END: over[-1]} if over else {}
    config: dict[str, Any] = {"ops": {"biomarkers": {"config": marks}}}
    result = dg.materialize([biomarkers], instance=instance, tags=tags, run_config=config, raise_on_error=False)
    assert result.success != marks.get("fails", False)
    return result.run_id


def begin(instance: dg.DagsterInstance, over: list[str]) -> str:
    """A run over a range that has begun and not ended."""
    job = dg.Definitions(assets=[biomarkers], jobs=[dg.define_asset_job("begun")]).resolve_job_def("begun")
    config: dict[str, Any] = {"ops": {"biomarkers": {"config": {}}}}
    tags = {START: over[0], END: over[-1]}
    return instance.create_run_for_job(job, tags=tags, run_config=config, status=dg.DagsterRunStatus.STARTED).run_id


def statuses(instance: dg.DagsterInstance, *, afresh: bool = False) -> Statuses:
    """Who is materialized, failed, in progress, as the UI sees it; `afresh` without what it remembers."""
    if afresh:
        instance.event_log_storage.wipe_asset_cached_status(ASSET)
    value = get_and_update_asset_status_cache_value(instance, ASSET, partitions)
    assert value is not None
    subsets = (
        value.deserialize_materialized_partition_subsets(partitions),
        value.deserialize_failed_partition_subsets(partitions),
        value.deserialize_in_progress_partition_subsets(partitions),
    )
    materialized, failed, in_progress = (frozenset(subset.get_partition_keys()) for subset in subsets)
    return materialized, failed, in_progress


def latest_counts(instance: dg.DagsterInstance) -> dict[str, tuple[str, object]]:
    """The run and the count of each partition's latest materialisation."""
    found: dict[str, tuple[str, object]] = {}
    for key in KEYS:
        wanted = dg.AssetRecordsFilter(asset_key=ASSET, asset_partitions=[key])
        for record in instance.fetch_materializations(wanted, limit=1).records:
            assert record.asset_materialization is not None
            found[key] = (record.run_id, record.asset_materialization.metadata["count"].value)
    return found


def retain(tables: Connection[Any], later: timedelta) -> RetentionCounts:
    return retain_events(tables, datetime.now(UTC) + later)


def rows_by_type(tables: Connection[Any]) -> dict[str, int]:
    query = "SELECT dagster_event_type, count(*) FROM event_logs WHERE asset_key IS NOT NULL GROUP BY 1"
    return dict(tables.execute(query).fetchall())


def test_rows_follow_the_partitions_and_not_the_ticks(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any]
) -> None:
    run(instance, KEYS, keys=KEYS, observed=KEYS)
    for tick in range(1, 8):
        run(instance, keys=KEYS[tick % 3 :], observed=KEYS[:2], count=tick)
    before = (statuses(instance), latest_counts(instance))
    assert rows_by_type(dagster_tables)["ASSET_MATERIALIZATION"] > 4 * len(KEYS)
    deleted = retain(dagster_tables, 2 * HOURS)
    assert rows_by_type(dagster_tables) == {
        "ASSET_MATERIALIZATION": len(KEYS),
        "ASSET_MATERIALIZATION_PLANNED": 1,  # of the last tick, which planned no partition
        "ASSET_OBSERVATION": len(KEYS),
    }
    assert deleted.planned == len(KEYS) + 6
    assert deleted.other_events == 7 * 2
    assert (deleted.log_lines, deleted.runs) == (0, 0)
    assert (statuses(instance), latest_counts(instance)) == before
    assert statuses(instance, afresh=True) == before[0]
    assert retain(dagster_tables, 2 * HOURS) == RetentionCounts(0, 0, 0, 0, 0, 0)


def test_a_failed_partition_stays_failed_until_it_is_materialized(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any]
) -> None:
    run(instance, KEYS, keys=KEYS)
    run(instance, KEYS, keys=KEYS[:3], fails=True)
    expected: Statuses = (frozenset(KEYS), frozenset(KEYS[3:]), frozenset())
    assert statuses(instance, afresh=True) == expected
    retain(dagster_tables, timedelta(days=40))
    assert statuses(instance) == statuses(instance, afresh=True) == expected
    assert instance.get_runs_count() == 1
    run(instance, keys=KEYS[3:])
    retain(dagster_tables, timedelta(days=40))
    assert statuses(instance) == statuses(instance, afresh=True) == (frozenset(KEYS), frozenset(), frozenset())
    assert rows_by_type(dagster_tables)["ASSET_MATERIALIZATION_PLANNED"] == 1


def test_what_an_unfinished_run_has_planned_and_written_is_left_alone(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any]
) -> None:
    begun = [begin(instance, KEYS[2:4]), begin(instance, KEYS[2:4])]
    run(instance, keys=KEYS[:3])
    before = statuses(instance)
    assert before == (frozenset(KEYS[:3]), frozenset(), frozenset(KEYS[3:4]))
    retain(dagster_tables, timedelta(days=40))
    owners = dagster_tables.execute("SELECT run_id, count(*) FROM event_logs GROUP BY 1").fetchall()
    assert {(run_id, 2) for run_id in begun} <= set(owners)
    assert instance.get_runs_count(dg.RunsFilter(run_ids=begun)) == 2
    assert statuses(instance) == statuses(instance, afresh=True) == before


def test_what_is_younger_than_the_rules_say_stays(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any]
) -> None:
    for tick in range(3):
        run(instance, keys=KEYS, count=tick)
    assert retain(dagster_tables, timedelta(minutes=30)) == RetentionCounts(0, 0, 0, 0, 0, 0)
    assert retain(dagster_tables, 13 * 24 * HOURS).log_lines == 0
    patient = RetentionRules(log=timedelta(days=100), runs=timedelta(days=100))
    counts = retain_events(dagster_tables, datetime.now(UTC) + timedelta(days=99), patient)
    assert (counts.log_lines, counts.runs) == (0, 0)


def test_old_runs_go_with_their_log_and_leave_the_latest_materializations(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any]
) -> None:
    first = run(instance, KEYS, keys=KEYS)
    last = run(instance, keys=KEYS[:2], count=1)
    before = (statuses(instance), latest_counts(instance))
    deleted = retain(dagster_tables, timedelta(days=31))
    assert deleted.runs == 1
    assert deleted.log_lines > 5
    assert [record.run_id for record in instance.get_runs()] == [last]
    tags = dagster_tables.execute("SELECT count(*) FROM run_tags WHERE run_id = %s", (first,)).fetchone()
    assert tags == (0,)
    assert dagster_tables.execute("SELECT count(*) FROM event_logs WHERE asset_key IS NULL").fetchone() == (0,)
    assert (statuses(instance), latest_counts(instance)) == before
    assert statuses(instance, afresh=True) == before[0]


@pytest.mark.parametrize("seed", range(4))
def test_any_history_keeps_every_status_warm_and_afresh(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311  repeatable, not secret
    for count in range(14):
        start = chance.randrange(len(KEYS))
        over = KEYS[start : chance.randint(start + 1, len(KEYS))]
        kind = chance.choice(["tick", "tick", "good", "bad", "bad", "begun"])
        some = chance.sample(over, chance.randint(0, len(over)))
        if kind == "begun":
            begin(instance, over)
        else:
            run(instance, None if kind == "tick" else over, keys=some, fails=kind == "bad", count=count)
        if chance.random() < 0.3:
            statuses(instance)
        if chance.random() < 0.5:
            before, latest = statuses(instance, afresh=chance.random() < 0.5), latest_counts(instance)
            retain(dagster_tables, chance.choice([2 * HOURS, timedelta(days=20), timedelta(days=50)]))
            assert statuses(instance) == before
            assert latest_counts(instance) == latest
            true = statuses(instance, afresh=True)
            retain(dagster_tables, timedelta(days=50))
            assert statuses(instance) == statuses(instance, afresh=True) == true


@dg.asset
def ticks() -> None:
    """An asset without partitions, whose history is what somebody looks at."""


def test_the_history_of_an_asset_without_partitions_is_kept_as_long_as_runs_are(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any]
) -> None:
    for _ in range(3):
        dg.materialize([ticks], instance=instance)
        run(instance, keys=KEYS)
    assert retain(dagster_tables, 2 * HOURS).materializations == 2 * len(KEYS)
    assert len(instance.fetch_materializations(ticks.key, limit=10).records) == 3
    retain(dagster_tables, timedelta(days=31))
    assert len(instance.fetch_materializations(ticks.key, limit=10).records) == 1


def test_the_tags_of_deleted_events_go_with_them(instance: dg.DagsterInstance, dagster_tables: Connection[Any]) -> None:
    @dg.asset(partitions_def=partitions)
    def scores() -> None:
        """Written by Dagster itself, which tags each event with a data version."""

    for _ in range(3):
        dg.materialize([scores], instance=instance, partition_key=KEYS[0])
    assert dagster_tables.execute("SELECT count(*) FROM asset_event_tags").fetchone() != (1,)
    retain(dagster_tables, 2 * HOURS)
    left = dagster_tables.execute(
        "SELECT event_id = (SELECT max(id) FROM event_logs WHERE asset_key IS NOT NULL) FROM asset_event_tags"
    )
    assert set(left.fetchall()) == {(True,)}


def test_of_old_check_results_the_newest_stays(instance: dg.DagsterInstance, dagster_tables: Connection[Any]) -> None:
    @dg.asset(check_specs=[dg.AssetCheckSpec("fresh", asset="scores")])
    def scores() -> dg.MaterializeResult:  # type: ignore[type-arg]  # Dagster takes it bare only
        return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])

    for _ in range(3):
        dg.materialize([scores], instance=instance)
    assert retain(dagster_tables, timedelta(days=29)).checks == 0
    assert retain(dagster_tables, timedelta(days=31)).checks == 2
    rows = dagster_tables.execute("SELECT execution_status FROM asset_check_executions").fetchall()
    assert rows == [("SUCCEEDED",)]


def test_the_ui_shows_a_partition_whose_run_is_gone(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any], database_url: str, tmp_path: Path
) -> None:
    gone = run(instance, keys=KEYS[:2], count=7)
    run(instance, keys=KEYS[1:3])
    assert retain(dagster_tables, timedelta(days=31)).runs == 1
    deployment = Deployment(dict(os.environ), tmp_path, database_url, database_url, database_url, os.getpid())
    with webserver(deployment) as url:
        key = {"path": ["biomarkers"]}
        detail = ask(url, (ui_queries.PARTITION_DETAIL, {"assetKey": key, "partitionKey": KEYS[0]}))
        [event] = detail["data"]["assetOrError"]["assetEventHistory"]["results"]
        assert (event["runId"], event["runOrError"]) == (gone, {})
        assert [(entry["label"], entry["intValue"]) for entry in event["metadataEntries"]] == [("count", 7)]
        health = ask(url, (ui_queries.PARTITION_HEALTH, {"assetKey": key}))["data"]["assetNodeOrError"]
        assert health["assetPartitionStatuses"]["materializedPartitions"] == KEYS[:3]
        [live] = ask(url, (ui_queries.GRAPH_LIVE, {"assetKeys": [key]}))["data"]["assetNodes"]
        assert live["partitionStats"]["numMaterialized"] == 3


def test_the_session_is_on_dagsters_database_and_may_vacuum(
    instance: dg.DagsterInstance, dagster_tables: Connection[Any]
) -> None:
    run(instance, keys=KEYS)
    with dagster_session(read_settings()) as connection:
        assert connection.execute("SELECT count(*) FROM dynamic_partitions").fetchone() == (len(KEYS),)
        vacuum_events(connection)
    query = "SELECT vacuum_count > 0, analyze_count > 0 FROM pg_stat_user_tables WHERE relname = 'event_logs'"
    dagster_tables.execute("SELECT pg_stat_clear_snapshot()")
    assert dagster_tables.execute(query).fetchone() == (True, True)


def test_ticks_are_purged_as_dagster_yaml_says(instance: dg.DagsterInstance) -> None:
    days = {status.value: kept for status, kept in instance.get_tick_retention_settings(InstigatorType.SENSOR).items()}
    assert days == {"STARTED": -1, "SKIPPED": 2, "SUCCESS": 7, "FAILURE": 30}
    assert set(instance.get_tick_retention_settings(InstigatorType.SCHEDULE).values()) == {30}
