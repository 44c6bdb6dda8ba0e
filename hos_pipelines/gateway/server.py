"""Serves the gateway with uvicorn until it is told to end."""

import errno
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

BACKLOG = 2048
MOST_CONNECTIONS = 256  # each may hold a body of 1 MiB
END_WITHIN_S = 15


class GatewayServer(uvicorn.Server):
    """One server; `on_listen` is called when it takes requests."""

    def __init__(self, app: Starlette, on_listen: Callable[[], None]) -> None:
        # uvicorn's own log would hold tracebacks, and with them what a request brought.
        config = uvicorn.Config(
            app,
            http="h11",  # keeps the headers of a request bounded too
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            backlog=BACKLOG,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=END_WITHIN_S,
        )
        super().__init__(config)
        self._on_listen = on_listen

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen."""
        await super().startup(sockets)
        if self.started:
            self._on_listen()


def serve(app: Starlette, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serves until interrupted, then lets running requests end. Port 0 takes a free one; `on_ready` gets the URL.

    Raises:
        OSError: the address cannot be used; one sentence with the remedy.
    """
    with listen(host, port) as listener:
        url = url_of(host, listener)
        with suppress(KeyboardInterrupt):
            GatewayServer(app, lambda: on_ready(url)).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        OSError: the address cannot be used; one sentence with the remedy.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        number = getattr(error, "errno", None) or errno.EADDRNOTAVAIL
        if number == errno.EADDRINUSE:
            raise OSError(
                number, f"port {port} on {host} is taken; choose another port, or 0 for a free one."
            ) from None
        reason = getattr(error, "strerror", None) or error
        raise OSError(number, f"{host} port {port} cannot be listened on ({reason}); choose another.") from None


def url_of(host: str, listener: socket.socket) -> str:
    """The base URL of a listening socket, without a trailing slash."""
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}"
