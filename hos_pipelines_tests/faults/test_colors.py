"""What an operator sees of each partition agrees with sync_state: after a kill, Ctrl-C, faults, and recovery."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import dagster as dg
import pytest

from hos_pipelines.adapters.partitions import align_partitions
from hos_pipelines.domain.sync import Stream
from hos_pipelines_tests.faults.colors import GREEN, GREY, RED, colors_of, instance_of, named_as_failing, shown_is_true
from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.faults.rounds import LEASES_OVER, NOON
from hos_pipelines_tests.faults.worker import backfill, die_before_telling, refresh_people, refresh_tick

OWED = "SELECT count(*) FROM sync_state WHERE owed IS NOT NULL"


@pytest.fixture
def fresh(shared: Deployment) -> Iterator[Deployment]:
    """The shared deployment, in which nobody has been pulled and Dagster knows of nothing."""
    shared.start_over(NOON)
    with instance_of(shared) as instance:
        instance.wipe_assets([dg.AssetKey(stream.value) for stream in Stream])
        align_partitions(instance, shared.people)
    reported_dead(shared)
    yield shared
    shared.sahha.recover()


def owed(deployment: Deployment) -> int:
    [(number,)] = deployment.rows(OWED)
    return int(number)


def reported_dead(deployment: Deployment) -> int:
    """Fails, as Dagster's monitoring does every half minute, the runs whose process is gone; gives their number."""
    with instance_of(deployment) as instance:
        dead = [
            run
            for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
            if instance.run_launcher.check_run_worker_health(run).status.name == "NOT_FOUND"
        ]
        for run in dead:
            instance.report_run_failed(run)
        return len(dead)


def later(minutes: int) -> datetime:
    return NOON + LEASES_OVER + timedelta(minutes=minutes)


def colors(deployment: Deployment, stream: Stream = Stream.SCORES) -> dict[str, str]:
    return {person: color for (one, person), color in colors_of(deployment).items() if one == stream.value}


def test_what_a_killed_batch_committed_is_told_by_the_next_tick(fresh: Deployment) -> None:
    fresh.worker(NOON, die_before_telling, refresh_tick, "killed").join()
    assert owed(fresh) == 3 * 15
    assert set(colors(fresh).values()) == {GREY}
    assert fresh.worker(later(0), refresh_tick, "next").wait()
    assert owed(fresh) == 0
    assert set(colors_of(fresh).values()) == {GREEN}
    shown_is_true(fresh)


def test_what_a_killed_run_over_partitions_committed_is_told_and_whom_it_did_not_reach_is_pulled(
    fresh: Deployment,
) -> None:
    assert fresh.worker(NOON, refresh_tick, "first").wait()
    fresh.sahha.fail("sim-0001", "500")
    fresh.worker(NOON, die_before_telling, backfill, 9).join()
    assert owed(fresh) == 3 * 29
    assert reported_dead(fresh) == 1
    assert set(colors(fresh).values()) == {RED}
    fresh.sahha.recover()
    fresh.forget_slowness()
    fresh.worker(later(90), refresh_tick, "next").wait()
    assert set(colors_of(fresh).values()) == {GREEN}
    shown_is_true(fresh)


def test_a_run_that_ended_before_it_asked_for_anybody_leaves_them_due(fresh: Deployment) -> None:
    assert fresh.worker(NOON, refresh_tick, "first").wait()
    worker = fresh.worker(NOON, backfill, 9, SAHHA_API_BASE_URL="http://127.0.0.1:9")
    assert not worker.wait()
    assert set(colors_of(fresh).values()) == {RED}
    assert fresh.worker(later(0), refresh_tick, "next").wait()
    assert set(colors_of(fresh).values()) == {GREEN}
    shown_is_true(fresh)


def test_ctrl_c_leaves_nobody_shown_wrong_once_a_tick_has_passed(fresh: Deployment) -> None:
    assert fresh.worker(NOON, refresh_tick, "first").wait()
    fresh.sahha.forget_requests()
    worker = fresh.worker(NOON, backfill, 9)
    while worker.is_running and fresh.sahha.requests()["total"] < 40:
        pass
    worker.interrupt()
    reported_dead(fresh)
    assert fresh.worker(later(0), refresh_tick, "next").wait()
    assert set(colors_of(fresh).values()) == {GREEN}
    shown_is_true(fresh)


def tick_over_everyone(deployment: Deployment, at: datetime) -> bool:
    """A tick in which everyone is due, since everyone has new data; whether all its runs went well."""
    with deployment.session() as connection:
        connection.execute("UPDATE profiles SET change_count = change_count + 1")
    return deployment.worker(at, refresh_tick, f"at {at}").wait()


def test_who_fails_in_a_tick_is_named_and_who_recovers_is_marked_though_nothing_is_new(fresh: Deployment) -> None:
    assert fresh.worker(NOON, refresh_tick, "first").wait()
    assert tick_over_everyone(fresh, later(0))  # reaches back further, as everyone is known now
    few = ["sim-0004", "sim-0020"]
    for person in few:
        fresh.sahha.fail(person, "500")
    assert tick_over_everyone(fresh, later(10))
    assert {person for _, person in named_as_failing(fresh)} == set(few)
    assert set(colors_of(fresh).values()) == {GREEN}
    shown_is_true(fresh)

    many = [*few, "sim-0005", "sim-0006", "sim-0007"]
    for person in many:
        fresh.sahha.fail(person, "500")
    assert not fresh.worker(later(20), refresh_people, fresh.people).wait()
    assert {person for person, color in colors(fresh).items() if color == RED} == set(many)
    shown_is_true(fresh)

    fresh.sahha.recover()
    fresh.forget_slowness()
    assert tick_over_everyone(fresh, later(60))
    outcomes = "SELECT DISTINCT last_outcome FROM sync_state WHERE profile_id = ANY(%s) AND stream = 'scores'"
    assert fresh.rows(outcomes, many) == [("unchanged",)]
    assert set(colors_of(fresh).values()) == {GREEN}
    assert named_as_failing(fresh) == set()
    shown_is_true(fresh)


def test_a_batch_in_which_many_fail_fails_and_shows_them(fresh: Deployment) -> None:
    assert fresh.worker(NOON, refresh_tick, "first").wait()
    many = fresh.people[:4]
    for person in many:
        fresh.sahha.fail(person, "500")
    assert not tick_over_everyone(fresh, later(0))
    assert {person for person, color in colors(fresh).items() if color == RED} == set(many)
    shown_is_true(fresh)
