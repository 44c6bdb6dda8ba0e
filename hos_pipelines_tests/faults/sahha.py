"""The simulated Sahha as a process of its own, which can go away and come back at the same address."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from multiprocessing import parent_process
from multiprocessing.context import ForkServerProcess
from threading import Thread
from typing import Any

import httpx

from hos_pipelines.simulator.server import serve
from hos_pipelines.simulator.settings import SimulatorSettings
from hos_pipelines_tests.faults.worker import FORKS
from hos_pipelines_tests.patience import wait_until

HOST = "127.0.0.1"


class Sahha:
    """The account's server. Its port is kept while it is down, so that nobody else gets it."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind((HOST, 0))
        self._port: int = self._place.getsockname()[1]
        self.url = f"http://{HOST}:{self._port}"
        self._http = httpx.Client(base_url=f"{self.url}/simulator", trust_env=False)
        self._process: ForkServerProcess | None = None

    def start(self, **changed: Any) -> None:
        """Comes up, with these settings changed until it goes away again."""
        arguments = (replace(self.settings, **changed), self._port)
        self._process = FORKS.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        wait_until(self._answers, "the simulator's first answer")

    def stop(self) -> None:
        """Is gone in an instant, with whatever it was about to answer."""
        if self._process is not None:
            self._process.kill()
            self._process.join()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Is gone for as long as the block; comes back with nothing counted."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def replaced(self, **changed: Any) -> Iterator[None]:
        """Works with other settings for as long as the block."""
        self.stop()
        self.start(**changed)
        try:
            yield
        finally:
            self.stop()
            self.start()

    def close(self) -> None:
        """Goes away for good."""
        self.stop()
        self._http.close()
        self._place.close()

    def move_clock(self, at: datetime) -> None:
        """Sets the clock, which stands still."""
        self._http.post("/clock", json={"at": at.isoformat()}).raise_for_status()

    def fail(self, external_id: str, kind: str, **more: float) -> None:
        """The next answers about one person are such a fault."""
        self._http.post("/faults", json={"external_id": external_id, "kind": kind, **more}).raise_for_status()

    def recover(self) -> None:
        """No faults any more."""
        self._http.delete("/faults").raise_for_status()

    def expire_tokens(self) -> None:
        """No token issued so far is good any more."""
        self._http.post("/expire-tokens").raise_for_status()

    def forget_requests(self) -> None:
        """Counts from nothing again."""
        self._http.delete("/requests").raise_for_status()

    def requests(self) -> dict[str, Any]:
        """How many requests came since: `total`, `by_endpoint`, `by_status`."""
        counts: dict[str, Any] = self._http.get("/requests").raise_for_status().json()
        return counts

    def _answers(self) -> bool:
        try:
            return self._http.get("/clock").is_success
        except httpx.TransportError:
            return False


@contextmanager
def sahha_process(settings: SimulatorSettings) -> Iterator[Sahha]:
    """A simulator that runs for as long as the block, but for the pauses a test makes."""
    sahha = Sahha(settings)
    try:
        sahha.start()
        yield sahha
    finally:
        sahha.close()


def _serve(settings: SimulatorSettings, port: int) -> None:
    Thread(target=_end_with_the_tests, daemon=True).start()
    serve(settings, HOST, port)


def _end_with_the_tests() -> None:
    tests = parent_process()
    if tests is not None:
        tests.join()
    os._exit(0)
