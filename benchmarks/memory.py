"""The largest resident memory of every process of a benchmark, by what the process is for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psutil

SAMPLE_EVERY_S = 0.25
MEGABYTE = 1_000_000

ROLES = {
    "multiprocessing": "run",  # a run's process is spawned by the code server
    "grpc": "code_server",
    "dagster-daemon": "daemon",
    "dagster-webserver": "webserver",
    "simulator": "simulator",
    "postgres": "postgres",
}


@contextmanager
def watched(roots: Callable[[], list[int]]) -> Iterator[dict[str, int]]:
    """Fills the answer with megabytes by role while the block runs: the roots and all their descendants."""
    peaks: dict[str, int] = {}
    is_over = Event()

    def watch() -> None:
        while not is_over.is_set():
            for pid in roots():
                _sample(pid, peaks)
            time.sleep(SAMPLE_EVERY_S)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peaks
    finally:
        is_over.set()
        watcher.join()


def _sample(root: int, peaks: dict[str, int]) -> None:
    try:
        processes = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in processes:
        try:
            role = role_of(" ".join(process.cmdline()))
            resident = process.memory_info().rss // MEGABYTE
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if role is not None:
            peaks[role] = max(peaks.get(role, 0), resident)


def role_of(command: str) -> str | None:
    """What a process is for, by its command; None where that is of no interest."""
    return next((role for word, role in ROLES.items() if word in command), None)
