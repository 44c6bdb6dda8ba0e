"""A stand-in for the model over real HTTP, for a whole module, which each test finds as new."""

from collections.abc import Iterator
from typing import Any

import pytest

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.simulator.model.behaviours import Behaviour
from hos_pipelines.simulator.model.server import RunningModelSimulator, running_model_simulator
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.simulator.model.stand_in import StandIn

KEY = "sk-test-4711"


class Server:
    """A stand-in that listens, and what it has seen."""

    def __init__(self, running: RunningModelSimulator) -> None:
        self.base_url = running.base_url
        self._state: StandIn = running.app.state.stand_in

    def account(self, behaviour: str = "well_behaved", **settings: Any) -> ModelAccount:
        """An account with it whose model behaves so."""
        given = {"model": f"stand-in/{behaviour}", "api_key": KEY, "base_url": self.base_url, "max_retries": 0}
        return ModelAccount(**{**given, **settings})

    def behave(self, name: str, times: int) -> None:
        """Queues a behaviour for models of other names."""
        self._state.behaviours.put(Behaviour(name), times)

    @property
    def counts(self) -> dict[str, Any]:
        """Total, by API, by behaviour, and the most at once."""
        return dict(self._state.tally.counts())

    @property
    def total(self) -> int:
        """How many requests came."""
        return self._state.tally.total

    @property
    def last_request(self) -> dict[str, Any]:
        """The body of the last request."""
        assert self._state.last_request is not None
        return self._state.last_request

    def forget(self) -> None:
        """Starts again from nothing."""
        self._state.behaviours.clear()
        self._state.tally.reset()
        self._state.last_request = None


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Server]:
    """The stand-in of a module."""
    settings = ModelSimulatorSettings(api_key=KEY, slow_s=5, retry_after_s=0.3, unknown_models=("gpt-gone",))
    with running_model_simulator(settings) as running:
        yield Server(running)


@pytest.fixture
def model_server(shared_server: Server) -> Server:
    """The stand-in, as new."""
    shared_server.forget()
    return shared_server
