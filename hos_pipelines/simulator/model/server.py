"""Serving the stand-in: blocking for the command line, in a thread for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.applications import Starlette

from hos_pipelines.simulator.model.app import create_model_app
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.simulator.server import running_app, serve_app


@dataclass(frozen=True, slots=True)
class RunningModelSimulator:
    """A stand-in that listens: its address, without a trailing slash, and its application."""

    url: str
    app: Starlette

    @property
    def base_url(self) -> str:
        """What OPENAI_BASE_URL is set to."""
        return f"{self.url}/v1"


def serve_model(
    settings: ModelSimulatorSettings,
    host: str = "127.0.0.1",
    port: int = 8125,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted. Port 0 picks a free one; `on_ready` gets the URL, without /v1, once it listens.

    Raises OSError with one clear sentence when the address cannot be used.
    """
    serve_app(create_model_app(settings), host, port, on_ready)


@contextmanager
def running_model_simulator(
    settings: ModelSimulatorSettings, host: str = "127.0.0.1", port: int = 0
) -> Iterator[RunningModelSimulator]:
    """A stand-in in a thread of its own for as long as the block runs. Raises OSError as `serve_model` does."""
    with running_app(create_model_app(settings), host, port) as running:
        yield RunningModelSimulator(running.url, running.app)
