"""Stand-ins over real HTTP, and askers of them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from openai import OpenAI

from hos_pipelines.simulator.model.server import RunningModelSimulator, running_model_simulator
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines_tests.simulator.model.asking import Asker

Start = Callable[..., Asker]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start stand-ins that end with the test."""
    with ExitStack() as stack:

        def started(**settings: Any) -> Asker:
            running = stack.enter_context(running_model_simulator(ModelSimulatorSettings(**settings)))
            return _asker(stack, running)

        yield started


@pytest.fixture(scope="module")
def shared() -> Iterator[Asker]:
    """Somebody who asks one stand-in for a whole module."""
    settings = ModelSimulatorSettings(slow_s=0, retry_after_s=0.05, unknown_models=("gpt-gone",))
    with ExitStack() as stack:
        yield _asker(stack, stack.enter_context(running_model_simulator(settings)))


@pytest.fixture
def asker(shared: Asker) -> Iterator[Asker]:
    """The module's asker, whose stand-in then starts again from nothing."""
    yield shared
    shared.http.delete("/simulator/behaviour")
    shared.http.delete("/simulator/requests")


def _asker(stack: ExitStack, running: RunningModelSimulator) -> Asker:
    client = OpenAI(
        base_url=running.base_url, api_key="stand-in", max_retries=0, timeout=10, _strict_response_validation=True
    )
    http = stack.enter_context(httpx.Client(base_url=running.url, trust_env=False, timeout=10))
    return Asker(stack.enter_context(client), http)
