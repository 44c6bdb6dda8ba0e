"""Requests on a real instance with a real daemon, killed with SIGKILL where it hurts: each is answered, once."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from typing import LiteralString

import pytest

from hos_pipelines.environment import read_settings
from hos_pipelines.postgres import request_claims
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines.stages.database import Database
from hos_pipelines_tests.conftest import TEMPLATE
from hos_pipelines_tests.faults.account import Account
from hos_pipelines_tests.faults.daemon import daemon_of
from hos_pipelines_tests.faults.deployment import Deployment, deployed, temporary_database
from hos_pipelines_tests.faults.rounds import NOON
from hos_pipelines_tests.faults.sahha import Sahha
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.postgres.lives import life, store

LOOKS = {"poll_interval_seconds: 10": "poll_interval_seconds: 2", "timeout_seconds: 300": "timeout_seconds: 30"}
FILE = """
INSERT INTO analysis_requests (profile_id, kind, preferences)
SELECT profile_id, 'complete', '{"wake_time": "07:00", "sleep_time": "23:00"}' FROM profiles
"""
STATES = "SELECT status, count(*) FROM analysis_requests GROUP BY status"
RESULTS: LiteralString = "SELECT count(*) AS n FROM analysis_results GROUP BY profile_id, analysis_type"
KEYS = """
SELECT value, count(*) FROM run_tags WHERE key = 'dagster/run_key'
  AND run_id IN (SELECT run_id FROM runs WHERE pipeline_name = 'answer_requests') GROUP BY value
"""


@pytest.fixture
def watched(
    server: EmbeddedServer, sahha: Sahha, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A deployment without earlier runs, whose daemon looks after its runs often, with people to analyse."""
    folder = tmp_path_factory.mktemp("requests")
    settings = {"HOS_VIRTUAL_NOW": NOON.isoformat()}
    with (
        temporary_database(server.url(), TEMPLATE) as ours,
        temporary_database(server.url()) as dagsters,
        deployed((ours, dagsters), folder, sahha, account, **settings) as deployment,
    ):
        instance = folder / "dagster" / "dagster.yaml"
        text = instance.read_text()
        for usual, often in LOOKS.items():
            assert usual in text
            text = text.replace(usual, often)
        instance.write_text(text)
        yield deployment


def claim_and_die() -> bool:
    """Claims what waits, as the sensor does, and is killed before any run is asked for."""
    with Database(read_settings).session() as connection:
        request_claims.claim_requests(connection, NOON)
        os.kill(os.getpid(), signal.SIGKILL)
    return True


def test_requests_whose_daemon_is_killed_between_claim_and_launch_and_while_their_run_works_are_answered_once(
    watched: Deployment,
) -> None:
    watched.start_over(NOON, people=6)
    with watched.session() as connection:
        store(connection, [row for name in watched.people[:6] for row in life(name)])
        connection.execute(FILE)
    watched.worker(NOON, claim_and_die).join()
    assert _states(watched) == {"claimed": 6}
    with daemon_of(watched) as daemon:
        daemon.start()
        wait_until(lambda: _states(watched)["running"] > 0, "the first request under way")
        daemon.kill_all()
        assert _states(watched)["running"] > 0
        daemon.start()
        wait_until(lambda: not _states(watched).keys() & {"requested", "claimed", "running"}, "the end of all requests")
    assert sum(_states(watched).values()) == _states(watched)["done"] + _states(watched)["partial"] == 6
    keys = dict(watched.dagster_rows(KEYS))
    assert set(keys.values()) == {1}
    assert watched.rows("SELECT count(*), count(DISTINCT profile_id) FROM workflow_executions") == [(6, 6)]
    doubled = (
        "SELECT count(*) FROM (SELECT FROM analysis_results GROUP BY profile_id, analysis_type HAVING count(*) > 1)"
    )
    assert watched.rows(f"{doubled} AS twice") == [(0,)]
    assert watched.rows("SELECT count(*) FROM plans WHERE superseded_at IS NOT NULL") == [(0,)]


def _states(deployment: Deployment) -> Counter[str]:
    return Counter(dict(deployment.rows(STATES)))
