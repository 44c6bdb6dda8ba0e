"""Serving: a free port, a taken port, and nothing left behind."""

import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest

from hos_pipelines.simulator.server import running_simulator, serve
from hos_pipelines.simulator.settings import SimulatorSettings

_PROGRAM = """
from hos_pipelines.simulator.server import serve
from hos_pipelines.simulator.settings import SimulatorSettings
serve(SimulatorSettings(), port=0, on_ready=lambda url: print(url, flush=True))
"""


def test_two_simulators_live_side_by_side_and_leave_their_ports() -> None:
    with running_simulator(SimulatorSettings()) as one, running_simulator(SimulatorSettings(seed=8)) as two:
        assert one.url != two.url
        assert httpx.get(f"{one.url}/simulator/clock", trust_env=False).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{one.url}/simulator/clock", trust_env=False)


def test_a_taken_port_is_one_clear_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            OSError, match=f"Port {port} on 127.0.0.1 is taken; choose another port, or 0 for a free one"
        ):
            serve(SimulatorSettings(), port=port)


def test_a_port_that_cannot_be_is_an_os_error_too() -> None:
    with pytest.raises(OSError, match="Cannot listen on"):
        serve(SimulatorSettings(), port=70_000)


def test_serving_tells_its_address_and_ends_quietly_on_interrupt() -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/simulator/clock", trust_env=False).json() == {"at": "2026-11-01T12:00:00+00:00"}
        os.kill(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")
