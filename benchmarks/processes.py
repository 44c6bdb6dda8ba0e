"""The processes of a benchmark: what each is for, and looks at all of them while something runs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import psutil

SAMPLE_EVERY_S = 0.25

ROLES = {
    "multiprocessing": "run",  # a run's process is spawned by the code server
    "grpc": "code_server",
    "dagster-daemon": "daemon",
    "dagster-webserver": "webserver",
    "simulator": "simulator",
    "postgres": "postgres",
}


def role_of(command: str) -> str | None:
    """What a process is for, by its command; None where that is of no interest."""
    return next((role for word, role in ROLES.items() if word in command), None)


def look_at_each(roots: list[int], look: Callable[[str, psutil.Process], None]) -> None:
    """Looks at the roots and all their descendants whose role is known; one that ends meanwhile is left out."""
    for root in roots:
        with suppress(psutil.NoSuchProcess):
            for process in (psutil.Process(root), *psutil.Process(root).children(recursive=True)):
                with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
                    role = role_of(" ".join(process.cmdline()))
                    if role is not None:
                        look(role, process)


@contextmanager
def looking(roots: Callable[[], list[int]], look: Callable[[str, psutil.Process], None]) -> Iterator[None]:
    """Looks at them again and again while the block runs."""
    is_over = Event()

    def watch() -> None:
        while not is_over.is_set():
            look_at_each(roots(), look)
            time.sleep(SAMPLE_EVERY_S)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_over.set()
        watcher.join()
