"""Runs Dagster's webserver and daemon side by side until one ends or someone interrupts."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import httpx
import psutil

from hos_pipelines.cli.interruption import end_of_serving
from hos_pipelines.cli.output import CommandError, console
from hos_pipelines.cli.places import require_port
from hos_pipelines.environment import read_settings
from hos_pipelines.private_files import private_folder

PATIENCE_S = 90
LOCK_PATIENCE_S = 10  # for one that was killed a moment ago, whose servers are about to end
LOCATION = "hos_pipelines"

RELOAD = """
mutation ($location: String!) { reloadRepositoryLocation(repositoryLocationName: $location) { __typename } }
"""
START_SCHEDULE = """
mutation ($selector: ScheduleSelector!) { startSchedule(scheduleSelector: $selector) { __typename } }
"""
LAUNCH_RUN = """
mutation ($params: ExecutionParams!) {
  launchRun(executionParams: $params) { __typename ... on PythonError { message } }
}
"""


@contextmanager
def dagster_servers(host: str, port: int, folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Both servers, listening; their output goes to `folder`/logs. They stop with the block, however this process ends.

    Raises:
        CommandError: the port is taken, another daemon runs on the folder, or a server ends before it listens.
    """
    require_port(host, port)
    logs = private_folder(folder / "logs")
    # They work in another folder, where a relative HOS_HOME, or none, would be another home.
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "HOS_HOME": str(read_settings().house.home)}
    url = f"http://{host}:{port}"
    with (
        as_file(files("hos_pipelines") / "workspace.yaml") as workspace,
        _only_daemon(folder) as lock,
        _life_line() as life_line,
    ):
        commands = {
            "webserver": ["dagster-webserver", "-h", host, "-p", str(port), "-w", str(workspace)],
            "daemon": ["dagster-daemon", "run", "-w", str(workspace)],
        }
        kept = {"webserver": [life_line], "daemon": [life_line, lock]}
        servers: list[subprocess.Popen[bytes]] = []
        try:
            for name, command in commands.items():
                servers.append(_start(command, kept[name], logs / f"{name}.log", environment))
            with console.status("Starting Dagster"):
                _wait_until_up(url, servers, logs)
            yield url, servers
        finally:
            for server in servers:
                server.send_signal(signal.SIGINT)
            for server in servers:
                _end(server)


def wait_for_any(url: str, servers: list[subprocess.Popen[bytes]], tend: Callable[[], object]) -> None:
    """Returns when it is told to end, having called `tend` every other second.

    The daemon starts its code server again where that died; for the webserver it is asked for here.

    Raises:
        KeyboardInterrupt: it was told by Ctrl-C.
        CommandError: a server has ended.
    """
    try:
        while all(server.poll() is None for server in servers):
            tend()
            if not _has_code_server(servers[0]):
                _reload_definitions(url)
            time.sleep(2)
    except KeyboardInterrupt:
        end_of_serving()
        return
    raise CommandError("one of Dagster's servers ended; see the logs folder beside its data.")


def start_schedule(url: str, name: str) -> None:
    """Turns a schedule on, as a click in the UI would."""
    selector = {"repositoryName": "__repository__", "repositoryLocationName": LOCATION, "scheduleName": name}
    answer = httpx.post(
        f"{url}/graphql",
        json={"query": START_SCHEDULE, "variables": {"selector": selector}},
        timeout=60,
        trust_env=False,
    )
    answer.raise_for_status()
    if answer.json()["data"]["startSchedule"]["__typename"] != "ScheduleStateResult":
        raise CommandError(f"the schedule {name} could not be turned on; turn it on in the UI under Automation.")


def launch_job(url: str, name: str, run_config: Mapping[str, Any], tags: Mapping[str, str]) -> None:
    """Starts a run of a job, as its launchpad would."""
    params = {
        "selector": {"repositoryName": "__repository__", "repositoryLocationName": LOCATION, "jobName": name},
        "runConfigData": run_config,
        "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in tags.items()]},
    }
    answer = httpx.post(
        f"{url}/graphql", json={"query": LAUNCH_RUN, "variables": {"params": params}}, timeout=60, trust_env=False
    )
    answer.raise_for_status()
    if answer.json()["data"]["launchRun"]["__typename"] != "LaunchRunSuccess":
        raise CommandError(f"the job {name} could not be started; start it in the UI under Jobs.")


def _has_code_server(webserver: subprocess.Popen[bytes]) -> bool:
    try:
        children = psutil.Process(webserver.pid).children()
        return any(child.status() != psutil.STATUS_ZOMBIE and "grpc" in child.cmdline() for child in children)
    except psutil.Error:
        return True  # one of them is about to end, or to be replaced


def _reload_definitions(url: str) -> None:
    with suppress(httpx.TransportError):
        httpx.post(
            f"{url}/graphql",
            json={"query": RELOAD, "variables": {"location": LOCATION}},
            timeout=PATIENCE_S,
            trust_env=False,
        )


@contextmanager
def _only_daemon(folder: Path) -> Iterator[int]:
    """A lock that the daemon of a folder holds as well, so that it is free when neither this process nor it is left."""
    with (folder / "daemon.lock").open("a+") as lock:
        deadline = time.monotonic() + LOCK_PATIENCE_S
        while not _is_locked(lock.fileno()):
            if time.monotonic() > deadline:
                lock.seek(0)
                raise CommandError(
                    f"{folder / 'daemon.lock'}: another `hos up` (process {lock.read() or 'unknown'}) runs a daemon "
                    "here, and two would start everything twice; end that one first."
                )
            time.sleep(0.2)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _life_line() -> Iterator[int]:
    """The end of a pipe that tells of the end of this process, as the kernel closes the other."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(writing)
        os.close(reading)


def _start(command: list[str], kept: list[int], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    attended = [sys.executable, "-m", "hos_pipelines.attended", *map(str, kept), "--", *command]
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  a fixed program of this environment
            attended,
            stdout=output,
            stderr=output,
            cwd=log.parents[1],
            env=environment,
            pass_fds=kept,
            start_new_session=True,
        )


def _wait_until_up(url: str, servers: list[subprocess.Popen[bytes]], logs: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if any(server.poll() is not None for server in servers):
            raise CommandError(f"one of Dagster's servers ended at once; see {logs}.")
        try:
            if httpx.get(f"{url}/server_info", timeout=5, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise CommandError(f"the Dagster UI did not answer within {PATIENCE_S} s; see {logs}.")


def _end(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(timeout=15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
