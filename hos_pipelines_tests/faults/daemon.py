"""Dagster's daemon as a real process, with the code server and the run workers it starts."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hos_pipelines.settings import PROJECT_ROOT
from hos_pipelines_tests.faults.deployment import Deployment

PROGRAM = str(Path(sys.executable).with_name("dagster-daemon"))


class Daemon:
    """One daemon after another; what they start forms process groups of their own."""

    def __init__(self, deployment: Deployment, **settings: str) -> None:
        self._environment = {**deployment.environment, **settings}
        self._folder = deployment.folder
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        with (self._folder / "daemon.log").open("ab") as log:
            command = [PROGRAM, "run", "-w", str(PROJECT_ROOT / "workspace.yaml")]
            self._started.append(
                subprocess.Popen(
                    command, env=self._environment, cwd=self._folder, stdout=log, stderr=log, start_new_session=True
                )
            )

    def kill(self) -> None:
        """Ends the daemon alone, without a chance to do anything about it; what it started goes on by itself."""
        self._started[-1].kill()
        self._started[-1].wait()

    def kill_all(self) -> None:
        """Ends the daemons and all they ever started."""
        for process in self._started:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()


@contextmanager
def daemon_of(deployment: Deployment, **settings: str) -> Iterator[Daemon]:
    """A daemon that has not been started; nothing of it is left after the block."""
    daemon = Daemon(deployment, **settings)
    try:
        yield daemon
    finally:
        daemon.kill_all()
