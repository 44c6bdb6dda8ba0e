"""Dagster's daemon killed with SIGKILL while a tick is under way: alone, and with everything it had started."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines_tests.conftest import TEMPLATE
from hos_pipelines_tests.faults.account import Account
from hos_pipelines_tests.faults.daemon import daemon_of
from hos_pipelines_tests.faults.deployment import Deployment, deployed, temporary_database
from hos_pipelines_tests.faults.moments import Moments
from hos_pipelines_tests.faults.promises import calm_has_returned, nothing_is_lost_doubled_or_ahead
from hos_pipelines_tests.faults.rounds import NOON, unfinished_batches
from hos_pipelines_tests.faults.sahha import Sahha
from hos_pipelines_tests.faults.worker import limit_pool, plan_tick
from hos_pipelines_tests.patience import wait_until

BATCH_SIZE, BATCHES = 10, 3
# How often the daemon looks after its runs, and for how long it lets them start.
LOOKS = {"poll_interval_seconds: 10": "poll_interval_seconds: 2", "timeout_seconds: 300": "timeout_seconds: 30"}

SENSED = "SELECT count(*) FROM job_ticks"
STATUSES = "SELECT status, count(*) FROM runs WHERE pipeline_name = 'refresh_profiles' GROUP BY status"
# A run that takes up a batch whose run died has the number of the try after the batch.
FIRST_RUNS = "SELECT value FROM run_tags WHERE key = 'dagster/run_key' AND value NOT LIKE '%%#%%'"


@pytest.fixture
def watched(
    server: EmbeddedServer, sahha: Sahha, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A deployment without earlier runs, whose daemon looks after its runs often."""
    folder = tmp_path_factory.mktemp("daemon")
    settings = {"HOS_BATCH_SIZE": str(BATCH_SIZE), "HOS_VIRTUAL_NOW": NOON.isoformat()}
    with (
        temporary_database(server.url(), TEMPLATE) as ours,
        temporary_database(server.url()) as dagsters,
        deployed((ours, dagsters), folder, sahha, account, **settings) as deployment,
    ):
        instance = folder / "dagster" / "dagster.yaml"
        for usual, often in LOOKS.items():
            text = instance.read_text()
            assert usual in text
            instance.write_text(text.replace(usual, often))
        yield deployment


def test_a_tick_whose_daemon_is_killed_three_times_is_done_once(watched: Deployment, moments: Moments) -> None:
    watched.start_over(NOON)
    assert watched.worker(NOON, limit_pool, "sahha", 1).wait()
    assert watched.worker(NOON, plan_tick, "tick").wait()
    with daemon_of(watched) as daemon:
        with moments.draw(0, 0, 1.5) as moment:  # while batches wait, or are being queued
            daemon.start()
            wait_until(lambda: watched.dagster_rows(SENSED) != [(0,)], "the daemon's first look")
            time.sleep(moment.then_s)
            daemon.kill()
            nothing_is_lost_doubled_or_ahead(watched)
        with moments.draw(0, 0, 1) as moment:  # while a batch runs, which goes on
            daemon.start()
            wait_until(lambda: _statuses(watched)["STARTED"], "the first run of a batch")
            time.sleep(moment.then_s)
            daemon.kill()
            nothing_is_lost_doubled_or_ahead(watched)
        with moments.draw(0, 0, 0.2) as moment:  # while a batch runs, which dies with it
            daemon.start()
            wait_until(lambda: _runs_and_none_starts(watched), "another run of a batch")
            time.sleep(moment.then_s)
            daemon.kill_all()
            nothing_is_lost_doubled_or_ahead(watched)
            daemon.start()
            wait_until(lambda: not unfinished_batches(watched, "tick"), "the end of the tick")
        assert _statuses(watched)["FAILURE"] > 0
    calm_has_returned(watched, since=NOON)
    assert sorted(watched.dagster_rows(FIRST_RUNS)) == [(f"tick:{number}",) for number in range(BATCHES)]
    asked = watched.sahha.requests()["by_endpoint"]["biomarkers"]
    assert len(watched.people) <= asked <= len(watched.people) + BATCH_SIZE


def _statuses(deployment: Deployment) -> Counter[str]:
    return Counter(dict(deployment.dagster_rows(STATUSES)))


def _runs_and_none_starts(deployment: Deployment) -> bool:
    statuses = _statuses(deployment)
    return statuses["SUCCESS"] > 0 and statuses["STARTED"] == 1 and not statuses["STARTING"]
