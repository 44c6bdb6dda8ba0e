"""Serving a simulator's application with uvicorn: blocking for the command line, in a thread for tests."""

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread

import uvicorn
from starlette.applications import Starlette

from hos_pipelines.simulator.app import create_app
from hos_pipelines.simulator.settings import SimulatorSettings

_BACKLOG = 2048
_KEEP_ALIVE_S = 75
_START_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """A simulator that listens: its base URL, without a trailing slash, and its application."""

    url: str
    app: Starlette


class _Server(uvicorn.Server):
    def __init__(self, app: Starlette, on_listen: Callable[[], None]) -> None:
        # Cut connections are faults we mean; uvicorn would report each as an error of ours.
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="critical",
                access_log=False,
                date_header=False,
                server_header=False,
                lifespan="off",
                ws="none",
                timeout_keep_alive=_KEEP_ALIVE_S,
                timeout_graceful_shutdown=1,
            )
        )
        self._on_listen = on_listen

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_listen()


def serve(
    settings: SimulatorSettings,
    host: str = "127.0.0.1",
    port: int = 8123,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted. Port 0 picks a free one; `on_ready` gets the base URL once it listens.

    Raises OSError with one clear sentence when the address cannot be used.
    """
    serve_app(create_app(settings), host, port, on_ready)


def serve_app(app: Starlette, host: str, port: int, on_ready: Callable[[str], None] | None = None) -> None:
    """`serve` for any application."""
    listener = _listener(host, port)
    url = _url(host, listener)
    server = _Server(app, lambda: on_ready(url) if on_ready else None)
    try:
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listener])
    finally:
        listener.close()


@contextmanager
def running_simulator(
    settings: SimulatorSettings, host: str = "127.0.0.1", port: int = 0
) -> Iterator[RunningSimulator]:
    """A simulator in a thread of its own for as long as the block runs. Raises OSError as `serve` does."""
    with running_app(create_app(settings), host, port) as running:
        yield running


@contextmanager
def running_app(app: Starlette, host: str = "127.0.0.1", port: int = 0) -> Iterator[RunningSimulator]:
    """`running_simulator` for any application."""
    listener = _listener(host, port)
    listening = Event()
    server = _Server(app, listening.set)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="simulator", daemon=True)
    thread.start()
    try:
        if not listening.wait(_START_WITHIN_S):
            raise OSError(
                f"The simulator did not start within {_START_WITHIN_S:.0f} seconds; is the machine overloaded?"
            )
        yield RunningSimulator(_url(host, listener), app)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise _explain(error, host, port) from error
    return listener


def _explain(error: OSError | OverflowError, host: str, port: int) -> OSError:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return OSError(errno.EADDRINUSE, f"Port {port} on {host} is taken; choose another port, or 0 for a free one.")
    return OSError(
        getattr(error, "errno", None) or errno.EADDRNOTAVAIL, f"Cannot listen on {host} port {port}: {error}."
    )


def _url(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}"
