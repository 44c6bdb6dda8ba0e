"""Dagster's daemon as a real process, with the code servers and the run workers it starts."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from hos_pipelines.project import PROJECT_ROOT
from hos_pipelines_tests.faults.deployment import Deployment
from hos_pipelines_tests.patience import PATIENCE_S

PROGRAM = str(Path(sys.executable).with_name("dagster-daemon"))


class Daemon:
    """The daemon of a deployment, one after another. What each starts is told by the deployment's DAGSTER_HOME."""

    def __init__(self, deployment: Deployment) -> None:
        self._environment = deployment.environment
        self._folder = deployment.folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts a daemon; the one before was killed."""
        command = [PROGRAM, "run", "-w", str(PROJECT_ROOT / "workspace.yaml")]
        with (self._folder / "daemon.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, cwd=self._folder, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """Ends the daemon alone, without a chance to do anything about it; what it started goes on by itself."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def kill_all(self) -> None:
        """Ends the daemon and all that it and those before it started."""
        self.kill()
        while started := [process for process in psutil.process_iter() if self._has_started(process)]:
            for process in started:
                process.kill()
            psutil.wait_procs(started, PATIENCE_S)

    def _has_started(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get("DAGSTER_HOME") == self._environment["DAGSTER_HOME"]
        except psutil.Error:
            return False


@contextmanager
def daemon_of(deployment: Deployment) -> Iterator[Daemon]:
    """A daemon that has not been started yet; nothing of it is left after the block."""
    daemon = Daemon(deployment)
    try:
        yield daemon
    finally:
        daemon.kill_all()
