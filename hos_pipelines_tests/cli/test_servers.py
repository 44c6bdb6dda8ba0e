"""Commands that go on until they are told to end: the simulator and `hos up`, as processes of their own."""

import fcntl
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from hos_pipelines.cli import servers
from hos_pipelines.cli.dagster_home import ensure_dagster_home
from hos_pipelines.environment import read_settings
from hos_pipelines_tests.cli.answers import Answer, rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.processes import STATUS, kill_all, running_hos
from hos_pipelines_tests.ports import free_port

ASSETS_AND_SCHEDULES = """
{
  assetNodes { assetKey { path } isPartitioned }
  repositoriesOrError {
    ... on RepositoryConnection { nodes { schedules { name scheduleState { status } } } }
  }
}
"""


@pytest.fixture
def taken_port() -> Iterator[str]:
    """A port somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield str(listener.getsockname()[1])


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_simulator_answers_until_it_is_told_to_end(ending: signal.Signals) -> None:
    with running_hos("simulator", "--port", "0", "--users", "3", "--days", "2", "--json") as (process, line):
        told = Answer(0, line, "").json
        assert (told["users"], told["days"]) == (3, 2)
        login = {"clientId": "simulator", "clientSecret": "simulator"}
        with httpx.Client(base_url=told["url"], trust_env=False) as http:
            token = http.post("/api/v1/oauth/account/token", json=login).json()["accountToken"]
            header = {"Authorization": f"account {token}"}
            page = http.get("/api/v1/account/profile/search", headers=header).json()
        assert [item["externalId"] for item in page["items"]] == ["sim-0001", "sim-0002", "sim-0003"]
        process.send_signal(ending)
        assert process.wait(timeout=20) == STATUS[ending]


def test_a_port_that_is_taken_is_named_with_the_remedy(hos: Hos, deployed: str, taken_port: str) -> None:
    hos("simulator", "--port", taken_port).refused_with(
        "--port: ", taken_port, "is taken", f"(process {os.getpid()}); choose"
    )
    hos("up", "--port", taken_port).refused_with(f"--port: 127.0.0.1:{taken_port} is taken by ", "choose another port")
    assert rows_of(deployed, "SELECT count(*) FROM profiles") == [(0,)]


def test_a_host_that_is_none_is_named(hos: Hos, deployed: str) -> None:
    hos("simulator", "--host", "no host").refused_with("--host, --port: ", "no host")
    hos("up", "--host", "no host", "--port", "1").refused_with("--host, --port: no host:1 cannot be used")


def test_a_second_up_on_one_home_is_refused_whatever_its_port(
    hos: Hos, deployed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "LOCK_PATIENCE_S", 0)
    with (ensure_dagster_home(read_settings()) / "daemon.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        hos("up", "--port", str(free_port())).refused_with("daemon.lock: another `hos up` (process 4711) runs a daemon")


@pytest.fixture(scope="module")
def home_of_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all runs of `hos up`, since a new one costs seconds."""
    return tmp_path_factory.mktemp("up")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_up_serves_the_ui_with_no_schedule_on_that_calls_sahha_and_leaves_no_process_behind(
    monkeypatch: pytest.MonkeyPatch, home_of_up: Path, ending: signal.Signals
) -> None:
    monkeypatch.chdir(home_of_up.parent)
    monkeypatch.setenv("HOS_HOME", home_of_up.name)
    port = free_port()
    with running_hos("up", "--port", str(port), "--json") as (process, line):
        told = Answer(0, line, "").json
        url = f"http://127.0.0.1:{port}"
        assert told.get("url") == url, told
        started = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        started.append(psutil.Process(int((home_of_up / "postgres/postmaster.pid").read_text().splitlines()[0])))
        try:
            assert "<html" in httpx.get(url, trust_env=False, timeout=30).text.lower()
            with next(home_of_up.rglob("daemon.lock")).open() as lock, pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # what a second one asks for, whatever its port
            data = graphql(url)
            assert {"/".join(node["assetKey"]["path"]) for node in data["assetNodes"] if node["isPartitioned"]} >= {
                "biomarkers", "scores", "sahha_archetypes",
            }  # fmt: skip
            [repository] = data["repositoriesOrError"]["nodes"]
            schedules = {one["name"]: one["scheduleState"]["status"] for one in repository["schedules"]}
            assert schedules["refresh_active_users"] == "STOPPED"
            running = {name for name, status in schedules.items() if status == "RUNNING"}
            assert running == {"check_tables", "measure_freshness", "measure_requests", "measure_workflows"}
            started += [child for one in started for child in children(one) if child not in started]
            process.send_signal(ending)
            assert process.wait(timeout=40) == STATUS[ending]
            assert psutil.wait_procs(started, timeout=20)[1] == []
        finally:
            kill_all(started)
    assert not (home_of_up / "postgres/postmaster.pid").exists()
    assert list(home_of_up.rglob("postgres")) == [home_of_up / "postgres"]


def graphql(url: str) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        answer = httpx.post(f"{url}/graphql", json={"query": ASSETS_AND_SCHEDULES}, timeout=60, trust_env=False).json()
        data: dict[str, Any] = answer["data"]
        if data["assetNodes"] or time.monotonic() > deadline:
            return data
        time.sleep(0.5)


def children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
