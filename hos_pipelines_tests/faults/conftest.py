"""The account that fault tests share, and deployments beside it."""

from collections.abc import Iterator
from secrets import randbits

import pytest

from hos_pipelines.postgres.embedded import DAGSTER_DATABASE, DATABASE, EmbeddedServer
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.conftest import TEMPLATE
from hos_pipelines_tests.faults.account import Account, account_of
from hos_pipelines_tests.faults.deployment import Deployment, deployed, temporary_database
from hos_pipelines_tests.faults.moments import Moments
from hos_pipelines_tests.faults.own_server import OwnServer, own_server_process
from hos_pipelines_tests.faults.rounds import NOON
from hos_pipelines_tests.faults.sahha import Sahha, sahha_process

ACCOUNT = SimulatorSettings(users=30, days=10, at=NOON, latency_ms=10, kinds=("phone_only", "gap_ridden"))


@pytest.fixture(scope="package")
def account() -> Iterator[Account]:
    """What the simulated Sahha holds."""
    with account_of(ACCOUNT) as account:
        yield account


@pytest.fixture(scope="package")
def sahha() -> Iterator[Sahha]:
    """The simulated Sahha, a process."""
    with sahha_process(ACCOUNT) as sahha:
        yield sahha


@pytest.fixture(scope="package")
def shared(
    server: EmbeddedServer, sahha: Sahha, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A deployment that tests share; each starts over."""
    folder = tmp_path_factory.mktemp("faults")
    with (
        temporary_database(server.url(), TEMPLATE) as ours,
        temporary_database(server.url()) as dagsters,
        deployed((ours, dagsters), folder, sahha, account, HOS_BATCH_SIZE="15", SAHHA_MAX_RETRIES="1") as deployment,
    ):
        yield deployment


@pytest.fixture(scope="package")
def own_server() -> Iterator[OwnServer]:
    """A PostgreSQL that tests kill."""
    with own_server_process() as own:
        yield own


@pytest.fixture(scope="package")
def apart(
    own_server: OwnServer, sahha: Sahha, account: Account, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Deployment]:
    """A deployment on a server of its own, which it may lose."""
    folder = tmp_path_factory.mktemp("faults")
    urls = (own_server.url(DATABASE), own_server.url(DAGSTER_DATABASE))
    migrate(urls[0])
    with deployed(urls, folder, sahha, account, HOS_BATCH_SIZE="15", SAHHA_MAX_RETRIES="1") as deployment:
        yield deployment


@pytest.fixture
def moments() -> Moments:
    """A seed of its own for each session, so that the moments of many sessions add up."""
    return Moments(randbits(32))
