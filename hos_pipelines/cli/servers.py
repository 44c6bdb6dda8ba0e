"""Runs Dagster's webserver and daemon side by side until one ends or someone interrupts."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import httpx

from hos_pipelines.cli.interruption import end_of_serving
from hos_pipelines.cli.output import CommandError, console
from hos_pipelines.cli.places import require_port
from hos_pipelines.environment import read_settings
from hos_pipelines.private_files import private_folder

PATIENCE_S = 90
LOCATION = "hos_pipelines"

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
    """Both servers, listening; their output goes to `folder`/logs. Stops them with the block.

    Raises:
        CommandError: the port is taken, or a server ends before it listens.
    """
    require_port(host, port)
    logs = private_folder(folder / "logs")
    # They work in another folder, where a relative HOS_HOME, or none, would be another home.
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "HOS_HOME": str(read_settings().hos_home)}
    url = f"http://{host}:{port}"
    with as_file(files("hos_pipelines") / "workspace.yaml") as workspace:
        commands = {
            "webserver": ["dagster-webserver", "-h", host, "-p", str(port), "-w", str(workspace)],
            "daemon": ["dagster-daemon", "run", "-w", str(workspace)],
        }
        servers: list[subprocess.Popen[bytes]] = []
        try:
            for name, command in commands.items():
                servers.append(_start(name, command, logs, folder, environment))
            with console.status("Starting Dagster"):
                _wait_until_up(url, servers, logs)
            yield url, servers
        finally:
            for server in servers:
                server.send_signal(signal.SIGINT)
            for server in servers:
                _end(server)


def wait_for_any(servers: list[subprocess.Popen[bytes]], tend: Callable[[], object]) -> None:
    """Returns when it is told to end, having called `tend` every other second.

    Raises:
        KeyboardInterrupt: it was told by Ctrl-C.
        CommandError: a server has ended.
    """
    try:
        while all(server.poll() is None for server in servers):
            tend()
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


def _start(
    name: str, command: list[str], logs: Path, folder: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    program = Path(sys.executable).with_name(command[0])
    with (logs / f"{name}.log").open("ab") as log:
        return subprocess.Popen(  # noqa: S603  a fixed program of this environment
            [str(program), *command[1:]], stdout=log, stderr=log, cwd=folder, env=environment, start_new_session=True
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
