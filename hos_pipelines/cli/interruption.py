"""Ctrl-C, a request to end, a closed terminal: whenever it comes, one sentence, the status a shell knows, nothing left.

Imported before any command, so it imports next to nothing.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = "interrupted; what was committed stays, run the command again to go on."
EXIT_STATUS = 130
# So long the cleaning up after the first Ctrl-C is not disturbed by further ones.
PATIENCE_S = 30.0
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_received: list[tuple[int, float]] = []


def watch_loading() -> None:
    """While modules are loaded nothing has begun yet: the process ends on the spot. Only in a process that is hos."""
    if _is_hos():
        for number in ENDINGS[:2]:
            signal.signal(number, _end_at_once)


def watch_working() -> None:
    """While a command works it ends by KeyboardInterrupt, so that whatever it started ends with it.

    A script's `&` would ignore SIGINT; a terminal that closes is ignored only where somebody asked for that.
    """
    _received.clear()
    for number in ENDINGS:
        if number != signal.SIGHUP or signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def watch_no_longer() -> None:
    """The command has ended: the last cleaning up is not disturbed. Only in a process that is hos."""
    if _is_hos():
        for number in ENDINGS:
            signal.signal(number, signal.SIG_IGN)


@contextmanager
def nothing_begun() -> Iterator[None]:
    """As `watch_loading`, for the block."""
    before = signal.getsignal(signal.SIGINT)
    watch_loading()
    yield
    if _is_hos():
        signal.signal(signal.SIGINT, before)


def is_interrupted() -> bool:
    """Whether the command was told to end, whatever became of the KeyboardInterrupt."""
    return bool(_received)


def end_of_serving() -> None:
    """To be called where a server has ended: after a request to end all is well, after Ctrl-C it says so.

    Raises:
        KeyboardInterrupt: it was Ctrl-C.
    """
    if _received and _received[0][0] == signal.SIGINT:
        raise KeyboardInterrupt


def _is_hos() -> bool:
    called = sys.argv[0] if sys.argv else ""
    return os.path.basename(called) == "hos" or called.endswith(os.path.join("cli", "main.py")) or called == "-m"  # noqa: PTH119, PTH118  pathlib takes as long to load as all of this


def _interrupt(number: int, _frame: FrameType | None) -> None:
    # A connection that is being closed when this comes is told of with a traceback, and closed all the same.
    if (logging := sys.modules.get("logging")) is not None:
        logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    now = time.monotonic()
    if _received and now - _received[0][1] < PATIENCE_S:
        return
    _received[:] = _received or [(number, now)]
    raise KeyboardInterrupt


def _end_at_once(_number: int, _frame: FrameType | None) -> None:
    os.write(2, f"Error: {INTERRUPTED}\n".encode())
    if "--json" in sys.argv:
        os.write(1, f'{{"error": "{INTERRUPTED}"}}\n'.encode())
    os._exit(EXIT_STATUS)
