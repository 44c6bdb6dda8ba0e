"""Runs of the real assets and IO manager in this process, against PostgreSQL and the simulator."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import dagster as dg
import httpx
import pandas as pd
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError  # noqa: TID251  how Dagster ends a run
from psycopg import Connection
from psycopg.types.multirange import TimestamptzMultirange
from psycopg.types.range import TimestamptzRange

from hos_pipelines.adapters.io_manager import UpsertIOManager
from hos_pipelines.adapters.partition_states import failed_partitions
from hos_pipelines.adapters.partitions import PARTITIONS_NAME, align_partitions
from hos_pipelines.definitions import defs
from hos_pipelines.defs.ingestion.automation import refresh_run_config, tick_run_config
from hos_pipelines.defs.partitions import profiles_partitions
from hos_pipelines.domain.profiles import Enrolment
from hos_pipelines.domain.sync import ProfileReport, Stream
from hos_pipelines.environment import now, read_settings
from hos_pipelines.postgres.breaker_store import open_breaker, read_breaker
from hos_pipelines.postgres.profile_store import enrol
from hos_pipelines.simulator.server import RunningSimulator, running_simulator
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.refresh import plan_pulls
from hos_pipelines.stages.refresh.run import Refresh
from hos_pipelines.stages.refresh.scope import RefreshScope
from hos_pipelines_tests.ports import free_port

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


def test_a_gone_person_in_a_batch_is_paused_at_the_second_sighting_and_the_others_go_on(
    instance: dg.DagsterInstance,
    connection: Connection[Any],
    simulator: RunningSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fail(simulator, "sim-0002", "410")
    for hour in (12, 13):
        monkeypatch.setenv("HOS_VIRTUAL_NOW", f"2026-11-01T{hour}:00:00Z")
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


def events(instance: dg.DagsterInstance) -> list[tuple[str, str | None]]:
    """Stream and partition of every materialisation so far."""
    records = [one for stream in Stream for one in instance.fetch_materializations(dg.AssetKey(stream), 100).records]
    return [(record.asset_key.to_user_string(), record.partition_key) for record in records if record.asset_key]


def test_a_run_over_partitions_marks_each_once(instance: dg.DagsterInstance) -> None:
    assert run(instance, tags={START: PEOPLE[0], END: PEOPLE[-1]}).success
    assert sorted(events(instance)) == sorted((stream.value, name) for stream in Stream for name in PEOPLE)


def test_a_run_over_partitions_that_is_ended_has_marked_whom_it_had_committed(
    instance: dg.DagsterInstance, connection: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_pulls, "CHUNK_PROFILES", 4)
    chunks: list[Stream] = []

    def end(stream: Stream, _reports: Sequence[ProfileReport]) -> None:
        chunks.append(stream)
        if len(chunks) > len(Stream):
            raise DagsterExecutionInterruptedError

    ended = Refresh(read_settings, Database(read_settings), now, end)
    with suppress(DagsterExecutionInterruptedError):
        run(instance, tags={START: PEOPLE[0], END: PEOPLE[-1]}, resources={"refresh": ended})
    assert sorted(events(instance)) == sorted((stream.value, name) for stream in Stream for name in PEOPLE[:4])
    assert run(instance, run_config=refresh_run_config(profile_ids=PEOPLE)).success
    pulled = connection.execute("SELECT count(*) FROM sync_state WHERE watermark = %s", (now(),)).fetchone()
    assert pulled == (30,)
    assert set(events(instance)) == {(stream.value, name) for stream in Stream for name in PEOPLE}


def test_filling_gaps_of_partitions_that_have_none_marks_them_all_the_same(instance: dg.DagsterInstance) -> None:
    whole = {START: PEOPLE[0], END: PEOPLE[-1]}
    assert run(instance, tags=whole).success
    assert run(instance, tags=whole, run_config=refresh_run_config(gaps_only=True)).success
    assert sorted(events(instance)) == sorted(2 * [(stream.value, name) for stream in Stream for name in PEOPLE])


def test_filling_gaps_marks_nobody_who_was_never_answered(instance: dg.DagsterInstance) -> None:
    assert run(instance, partition_key="sim-0003").success
    everyone = {START: PEOPLE[0], END: PEOPLE[-1]}
    assert run(instance, tags=everyone, run_config=refresh_run_config(gaps_only=True)).success
    assert set(events(instance)) == {(stream.value, "sim-0003") for stream in Stream}


def test_of_partitions_whose_gaps_are_filled_only_those_that_fail_are_red(
    instance: dg.DagsterInstance, connection: Connection[Any], simulator: RunningSimulator
) -> None:
    whole = {START: PEOPLE[0], END: PEOPLE[-1]}
    assert run(instance, tags=whole).success
    missing = TimestamptzMultirange([TimestamptzRange(now() - timedelta(days=5), now() - timedelta(days=3))])
    connection.execute(
        "UPDATE sync_coverage SET covered = covered - %(gap)s, empty = empty - %(gap)s "
        "WHERE profile_id = 'sim-0003' AND stream = 'scores'",
        {"gap": missing},
    )
    fail(simulator, "sim-0003", "500")
    assert not run(instance, tags=whole, run_config=refresh_run_config(gaps_only=True)).success
    failed = {(stream, name) for stream in Stream for name in failed_partitions(instance, stream)}
    assert failed == {(Stream.SCORES, "sim-0003")}
    everyone = {(stream.value, name) for stream in Stream for name in PEOPLE}
    assert sorted(events(instance)) == sorted([*everyone, *(everyone - {("scores", "sim-0003")})])


def tick(instance: dg.DagsterInstance, name: str = "tick") -> dict[str, Any]:
    """Plans a tick in a real run; gives the metadata of its asset."""
    result = (
        defs().resolve_job_def("plan_refresh").execute_in_process(instance=instance, run_config=tick_run_config(name))
    )
    [event] = result.asset_materializations_for_node("refresh_ticks")
    return {name: value.value for name, value in event.metadata.items()}


def run_batch(instance: dg.DagsterInstance, batch_id: str = "tick:0", **arguments: Any) -> dg.ExecuteInProcessResult:
    return run(instance, run_config=refresh_run_config(batch_id=batch_id), **arguments)


def config(**values: Any) -> dict[str, Any]:
    return {"ops": {"sahha_streams": {"config": values}}}


def requests(simulator: RunningSimulator) -> dict[str, int]:
    """The requests since the last look, by endpoint."""
    counted: dict[str, int] = httpx.get(f"{simulator.url}/simulator/requests").json()["by_endpoint"]
    httpx.delete(f"{simulator.url}/simulator/requests").raise_for_status()
    return counted


def leases(connection: Connection[Any]) -> list[tuple[Any, ...]]:
    """The leases, and how many streams each holds."""
    return connection.execute(
        "SELECT lease, count(*) FROM sync_state WHERE lease IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()


def refusal(result: dg.ExecuteInProcessResult) -> str:
    """The sentence a run ended with."""
    assert not result.success
    failure = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert failure is not None
    assert failure.description is not None
    return failure.description


def errors(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> list[str]:
    """What a run itself told as an error, apart from the events of Dagster."""
    entries = instance.all_logs(result.run_id)
    return [entry.user_message for entry in entries if entry.level == logging.ERROR and not entry.is_dagster_event]


@pytest.fixture
def idle(connection: Connection[Any], instance: dg.DagsterInstance) -> Connection[Any]:
    """Nobody uses the app, so that only new data makes someone due."""
    connection.execute("UPDATE profiles SET last_active_at = NULL")
    return connection


def test_a_planned_batch_is_pulled_from_end_to_end_and_leaves_nobody_due(
    instance: dg.DagsterInstance, idle: Connection[Any]
) -> None:
    assert tick(instance)["profiles_due"] == 10
    assert leases(idle) == [("tick:0", 30)]
    assert run_batch(instance).success
    assert leases(idle) == []
    for asset in Stream:
        assert materialized(instance, asset) == set(PEOPLE)
    seen = idle.execute("SELECT DISTINCT watermark, attempts, next_due_at, change_seen FROM sync_state").fetchall()
    assert seen == [(now(), 0, None, 1)]
    batch = idle.execute("SELECT started_at, finished_at FROM refresh_batches").fetchall()
    assert batch == [(now(), now())]
    assert tick(instance, "next")["profiles_due"] == 0


def test_a_batch_that_is_run_again_does_nothing(
    instance: dg.DagsterInstance, idle: Connection[Any], simulator: RunningSimulator
) -> None:
    tick(instance)
    run_batch(instance)
    before = idle.execute("SELECT * FROM sync_state ORDER BY profile_id, stream").fetchall()
    requests(simulator)
    assert run_batch(instance).success
    assert requests(simulator) == {}
    assert idle.execute("SELECT * FROM sync_state ORDER BY profile_id, stream").fetchall() == before
    assert len(instance.fetch_materializations(BIOMARKERS, limit=100).records) == 10


def test_a_batch_whose_profiles_were_given_to_another_pulls_nobody(
    instance: dg.DagsterInstance, idle: Connection[Any], simulator: RunningSimulator
) -> None:
    tick(instance)
    idle.execute("UPDATE sync_state SET lease = 'other:0'")
    requests(simulator)
    assert run_batch(instance).success
    assert requests(simulator) == {}
    assert leases(idle) == [("other:0", 30)]


def test_a_batch_pulls_those_who_are_still_its_own(
    instance: dg.DagsterInstance, idle: Connection[Any], simulator: RunningSimulator
) -> None:
    tick(instance)
    idle.execute("UPDATE sync_state SET lease = 'other:0' WHERE profile_id <> 'sim-0004' OR stream = 'scores'")
    requests(simulator)
    assert run_batch(instance).success
    assert requests(simulator) == {"token": 1, "biomarkers": 1, "archetypes": 1}
    assert leases(idle) == [("other:0", 28)]


def test_a_batch_that_waited_long_for_its_turn_holds_its_profiles_while_it_runs(
    instance: dg.DagsterInstance, idle: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan_pulls, "CHUNK_PROFILES", 4)
    tick(instance)
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-01T12:29:00Z")
    held = []

    def look(_stream: Stream, _reports: Sequence[ProfileReport]) -> None:
        held.append(idle.execute("SELECT max(lease_until) - %s FROM sync_state", (now(),)).fetchone())

    observed = Refresh(read_settings, Database(read_settings), now, look)
    assert run_batch(instance, resources={"refresh": observed}).success
    assert held[0] == held[5] == (timedelta(minutes=30),)
    assert held[-1] == (None,)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"batch_id": "tick:9"}, "batch_id: no tick has planned 'tick:9'; leave it empty and name profile_ids."),
        (
            {"batch_id": "tick:0", "profile_ids": ["sim-0001"]},
            "profile_ids: must be empty beside a batch_id, which names its profiles itself.",
        ),
    ],
)
def test_a_run_that_names_people_in_two_ways_or_a_batch_that_is_none_is_refused(
    instance: dg.DagsterInstance, idle: Connection[Any], values: dict[str, Any], sentence: str
) -> None:
    tick(instance)
    assert refusal(run(instance, run_config=config(**values))) == sentence
    assert leases(idle) == [("tick:0", 30)]


def test_a_run_over_partitions_takes_no_batch(instance: dg.DagsterInstance) -> None:
    said = refusal(run(instance, run_config=config(batch_id="tick:0"), partition_key="sim-0001"))
    assert said == "profile_ids, batch_id: must be empty in a run over partitions, which name the profiles."


def test_where_sahha_falls_silent_a_batch_stops_asking_and_the_next_ones_wait_until_it_answers(
    instance: dg.DagsterInstance,
    idle: Connection[Any],
    simulator: RunningSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SAHHA_MAX_RETRIES", "0")
    monkeypatch.setenv("SAHHA_CONCURRENCY", "1")
    monkeypatch.setenv("HOS_BATCH_SIZE", "5")
    tick(instance)
    for name in PEOPLE:
        fail(simulator, name, "500")
    requests(simulator)

    first = run_batch(instance, "tick:0")
    assert sum(requests(simulator).values()) == 1 + 10
    assert "Sahha is taken to be down (Sahha answers 500.)" in refusal(first)
    assert errors(instance, first) == [
        "Sahha is taken to be down: Sahha answers 500. Refreshes pause and resume by themselves."
    ]
    assert leases(idle) == [("tick:1", 15)]
    asked = "SELECT last_outcome, count(*) FROM sync_state GROUP BY 1 ORDER BY 1 NULLS LAST"
    assert idle.execute(asked).fetchall() == [("failed", 10), (None, 20)]
    breaker = read_breaker(idle, read_settings().sahha.base_url)
    assert (breaker.opened_at, breaker.failures) == (now(), 1)

    second = run_batch(instance, "tick:1")
    assert requests(simulator) == {}
    assert "5 profiles were not asked and stay due" in refusal(second)
    assert errors(instance, second) == []
    assert leases(idle) == []
    assert read_breaker(idle, read_settings().sahha.base_url) == breaker

    httpx.delete(f"{simulator.url}/simulator/faults").raise_for_status()
    monkeypatch.setenv("HOS_VIRTUAL_NOW", "2026-11-01T12:02:00Z")
    assert tick(instance, "later")["profiles_due"] == 10
    for number in range(2):
        assert run_batch(instance, f"later:{number}").success
    assert materialized(instance) == set(PEOPLE)
    assert read_breaker(idle, read_settings().sahha.base_url).opened_at is None


def test_a_batch_that_cannot_even_log_in_leaves_everyone_due(
    instance: dg.DagsterInstance, idle: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAHHA_MAX_RETRIES", "0")
    tick(instance)
    monkeypatch.setenv("SAHHA_API_BASE_URL", f"http://127.0.0.1:{free_port()}")
    assert "10 profiles were not asked and stay due" in refusal(run_batch(instance))
    assert leases(idle) == []
    assert idle.execute("SELECT DISTINCT last_outcome, attempts FROM sync_state").fetchall() == [(None, 0)]
    assert read_breaker(idle, read_settings().sahha.base_url).forbids(now())


def test_where_a_run_breaks_off_the_planners_session_is_closed_before_anything_else_is_done(
    instance: dg.DagsterInstance, idle: Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    monkeypatch.setenv("SAHHA_MAX_RETRIES", "0")
    tick(instance)
    monkeypatch.setenv("SAHHA_API_BASE_URL", f"http://127.0.0.1:{free_port()}")
    held: list[Any] = []

    def look(_refresh: Refresh, _scope: RefreshScope) -> None:
        held.append(idle.execute(sessions).fetchone())

    monkeypatch.setattr(Refresh, "_finish", look)
    assert not run_batch(instance).success
    assert held == [(1,)]  # the writer's


@pytest.mark.parametrize(
    "how", [{"partition_key": "sim-0001"}, {"run_config": refresh_run_config(profile_ids=PEOPLE[:1])}]
)
def test_one_persons_run_never_opens_the_breaker(
    instance: dg.DagsterInstance, idle: Connection[Any], monkeypatch: pytest.MonkeyPatch, how: dict[str, Any]
) -> None:
    monkeypatch.setenv("SAHHA_MAX_RETRIES", "0")
    monkeypatch.setenv("SAHHA_API_BASE_URL", f"http://127.0.0.1:{free_port()}")
    assert "nothing answers" in refusal(run(instance, **how))
    assert idle.execute("SELECT count(*) FROM sahha_breaker").fetchone() == (0,)


def test_a_refresh_by_hand_asks_whatever_the_breaker_says_and_closes_it(
    instance: dg.DagsterInstance, idle: Connection[Any]
) -> None:
    open_breaker(idle, read_settings().sahha.base_url, now(), "Sahha answers 500.")
    assert run(instance, run_config=refresh_run_config(profile_ids=PEOPLE[:1])).success
    assert read_breaker(idle, read_settings().sahha.base_url).opened_at is None


def test_a_run_pulls_only_the_streams_chosen(
    instance: dg.DagsterInstance, connection: Connection[Any], simulator: RunningSimulator
) -> None:
    requests(simulator)
    assert run(instance, run_config=config(profile_ids=PEOPLE[:2], streams=["scores"])).success
    assert requests(simulator) == {"token": 1, "scores": 2}
    assert connection.execute("SELECT DISTINCT stream FROM sync_state").fetchall() == [("scores",)]
    assert (materialized(instance), materialized(instance, "scores")) == (set(), set(PEOPLE[:2]))


def test_a_stream_that_is_no_part_of_the_run_is_refused(instance: dg.DagsterInstance) -> None:
    values = config(profile_ids=PEOPLE, streams=["biomarkers"])
    said = refusal(run(instance, run_config=values, asset_selection=[dg.AssetKey("scores")]))
    assert said == "streams: none of those named is part of this run; name at least one that is."


def test_a_run_over_gaps_pulls_what_the_ledger_misses_and_nothing_more(
    instance: dg.DagsterInstance, idle: Connection[Any], simulator: RunningSimulator
) -> None:
    run(instance, run_config=refresh_run_config(profile_ids=PEOPLE[:3]))
    missing = TimestamptzMultirange([TimestamptzRange(now() - timedelta(days=5), now() - timedelta(days=3))])
    idle.execute("UPDATE sync_coverage SET covered = covered - %(gap)s, empty = empty - %(gap)s", {"gap": missing})
    idle.execute("UPDATE profiles SET change_count = change_count + 1")
    state = "SELECT profile_id, stream, watermark, change_seen FROM sync_state ORDER BY 1, 2"
    before = idle.execute(state).fetchall()
    requests(simulator)
    assert run(instance, run_config=config(profile_ids=PEOPLE[:2], gaps_only=True)).success
    assert requests(simulator) == {"token": 1, "biomarkers": 2, "scores": 2, "archetypes": 2}
    assert run(instance, run_config=config(profile_ids=PEOPLE[:2], gaps_only=True)).success
    assert requests(simulator) == {}
    assert idle.execute(state).fetchall() == before
    week = TimestamptzMultirange([TimestamptzRange(now() - timedelta(days=7), now())])
    covered = idle.execute("SELECT profile_id FROM sync_coverage WHERE covered = %s GROUP BY 1 ORDER BY 1", (week,))
    assert covered.fetchall() == [("sim-0001",), ("sim-0002",)]


@pytest.mark.parametrize("days", [0, 3651])
def test_days_out_of_range_are_refused_before_anyone_is_asked(
    instance: dg.DagsterInstance, simulator: RunningSimulator, days: int
) -> None:
    requests(simulator)
    said = refusal(run(instance, run_config=refresh_run_config(profile_ids=PEOPLE, days=days)))
    assert said == "days: must be from 1 to 3650; leave it empty to pull from the watermark."
    assert requests(simulator) == {}
