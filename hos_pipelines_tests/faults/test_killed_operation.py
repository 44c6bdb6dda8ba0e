"""`hos up` and its parts killed with SIGKILL while a tick goes on: how soon after the restart the tick is done."""

import time
from collections.abc import Callable, Iterator

import pytest

from hos_pipelines.defs.ingestion.automation import tick_run_config
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines_tests.cli.processes import run_hos
from hos_pipelines_tests.conftest import TEMPLATE
from hos_pipelines_tests.faults.account import Account
from hos_pipelines_tests.faults.deployment import Deployment, deployed, temporary_database
from hos_pipelines_tests.faults.operated import Operated, operated
from hos_pipelines_tests.faults.promises import calm_has_returned, nothing_is_lost_doubled_or_ahead
from hos_pipelines_tests.faults.rounds import NOON, unfinished_batches
from hos_pipelines_tests.faults.sahha import Sahha
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.ports import free_port

RECOVERED_WITHIN_S = 120
STATUSES = "SELECT status FROM runs WHERE pipeline_name = %s AND status IN ('STARTING', 'STARTED') AND run_body LIKE %s"
TICK = "SELECT count(*) FROM refresh_ticks WHERE tick = %s AND profiles_due > 0"
CUT = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = ANY(%s) AND pid <> pg_backend_pid()"
)


@pytest.fixture(scope="module")
def deployment(
    server: EmbeddedServer, sahha: Sahha, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A deployment whose batches take seconds."""
    settings = {"HOS_BATCH_SIZE": "10", "SAHHA_CONCURRENCY": "1", "HOS_VIRTUAL_NOW": NOON.isoformat()}
    with (
        temporary_database(server.url(), TEMPLATE) as ours,
        temporary_database(server.url()) as dagsters,
        sahha.replaced(latency_ms=100),
        deployed((ours, dagsters), tmp_path_factory.mktemp("killed"), sahha, account, **settings) as deployment,
    ):
        deployment.served_at[NOON] = NOON
        yield deployment


@pytest.fixture(scope="module")
def here(deployment: Deployment) -> Iterator[Operated]:
    """`hos up`, running."""
    with operated(deployment.environment, deployment.folder) as here:
        here.start()
        here.wait_until_up()
        yield here


def is_done(deployment: Deployment, tick: str) -> bool:
    return deployment.rows(TICK, tick) != [(0,)] and not unfinished_batches(deployment, tick)


def power_cut(deployment: Deployment, here: Operated) -> None:
    here.kill_everything()
    here.start()


def command_killed(deployment: Deployment, here: Operated) -> None:
    """Its servers end with it, and free the port; what the runs under way do, the next daemon finds out."""
    here.kill()
    wait_until(lambda: not here.started("dagster-webserver") and not here.started("dagster-daemon"), "the servers' end")
    here.start()


def code_servers_killed(deployment: Deployment, here: Operated) -> None:
    for process in here.started("dagster", "api", "grpc"):
        process.kill()


def backends_killed(deployment: Deployment, here: Operated) -> None:
    """All of the database's sessions end, in the middle of whatever they were about."""
    names = [url.partition("?")[0].rpartition("/")[2] for url in (deployment.database_url, deployment.dagster_url)]
    deployment.rows(CUT, names)


@pytest.mark.parametrize(
    ("job", "strike"),
    [
        ("plan_refresh", power_cut),
        ("refresh_profiles", power_cut),
        ("refresh_profiles", command_killed),
        ("refresh_profiles", code_servers_killed),
        ("refresh_profiles", backends_killed),
    ],
)
def test_a_tick_is_done_soon_after_a_kill(
    deployment: Deployment, here: Operated, job: str, strike: Callable[[Deployment, Operated], None]
) -> None:
    tick = f"{job} {strike.__name__}"
    deployment.start_over(NOON)
    deployment.served_at[NOON] = NOON
    here.wait_until_up()
    here.launch("plan_refresh", tick_run_config(tick))
    wait_until(lambda: deployment.dagster_rows(STATUSES, job, f"%{tick}%"), f"a run of {job}")
    if job == "refresh_profiles":
        wait_until(lambda: deployment.sahha.requests()["total"] > 15, "requests in the middle of a batch")
    struck_at = time.monotonic()
    strike(deployment, here)
    nothing_is_lost_doubled_or_ahead(deployment)
    wait_until(lambda: is_done(deployment, tick), "the end of the tick", look_every_s=0.5)
    took_s = time.monotonic() - struck_at
    print(f"{tick}: done {took_s:.0f} s after the kill")  # noqa: T201  a figure of this machine in this minute
    calm_has_returned(deployment, since=NOON)
    assert took_s <= RECOVERED_WITHIN_S


def test_a_second_daemon_on_the_same_folder_is_refused_in_one_sentence(deployment: Deployment, here: Operated) -> None:
    here.wait_until_up()
    answer = run_hos("up", "--port", str(free_port()), **here.environment)
    assert answer.exit_code == 1
    assert "daemon.lock: another `" in answer.stderr
    assert "runs a daemon here, and two would start everything twice" in answer.stderr
    assert "end that one first." in answer.stderr
