"""`hos up` as an operator runs it: the command, the servers it starts, and what is asked of its UI."""

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil

from hos_pipelines_tests.cli.processes import HOS
from hos_pipelines_tests.patience import PATIENCE_S, wait_until
from hos_pipelines_tests.ports import free_port

LAUNCH = """
mutation ($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}
"""
REPOSITORY = {"repositoryLocationName": "hos_pipelines", "repositoryName": "__repository__"}


class Operated:
    """One `hos up` after another on the same environment; each may be killed, with or without what it has started."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self.log = folder / "up.log"
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the UI answers."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns as soon as the command has been started."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [HOS, "up", "--port", str(self._port)],
                env=self.environment,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_up(self) -> None:
        """Returns when the UI answers."""
        wait_until(self._answers, "the UI", look_every_s=0.3)

    def kill(self) -> None:
        """Ends the command alone, without a chance to do anything about it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_everything(self) -> None:
        """Ends the command and all that it and those before it started, as a power cut."""
        if self._process is not None:
            self.kill()
        while started := self.started():
            for process in started:
                process.kill()
            psutil.wait_procs(started, PATIENCE_S)

    def started(self, *words: str) -> list[psutil.Process]:
        """What runs by this environment, with these words on its command line."""
        return [process for process in psutil.process_iter() if self._is_ours(process, words)]

    def launch(self, job: str, run_config: Mapping[str, Any], tags: Mapping[str, str] | None = None) -> str:
        """Launches a job through the UI, once that has its definitions; gives the run's id."""
        params = {
            "selector": {**REPOSITORY, "jobName": job},
            "runConfigData": run_config,
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in (tags or {}).items()]},
        }

        def launched() -> str | None:
            answer = self.ask(LAUNCH, params=params)["launchRun"]
            return answer["run"]["runId"] if answer["__typename"] == "LaunchRunSuccess" else None

        return wait_until(launched, f"a run of {job}", look_every_s=1) or ""

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """An answer of the UI's own interface."""
        body = httpx.post(
            f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=60, trust_env=False
        ).json()
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"{self.url}/server_info", timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _is_ours(self, process: psutil.Process, words: tuple[str, ...]) -> bool:
        try:
            if process.pid == os.getpid() or process.environ().get("HOS_HOME") != self.environment["HOS_HOME"]:
                return False
            line = " ".join(process.cmdline())
            return process.status() != psutil.STATUS_ZOMBIE and all(word in line for word in words)
        except psutil.Error:
            return False


@contextmanager
def operated(environment: Mapping[str, str], folder: Path) -> Iterator[Operated]:
    """Nothing of it is left after the block."""
    here = Operated(environment, folder)
    try:
        yield here
    finally:
        here.kill_everything()
