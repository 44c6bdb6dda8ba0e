"""The processor time that every process of a benchmark takes, in seconds, by what the process is for."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psutil
from psycopg import Connection

from benchmarks.memory import SAMPLE_EVERY_S, role_of

# By process (an id may be given twice): its role, and what it has taken so far.
Taken = dict[tuple[int, float], tuple[str, float]]


@contextmanager
def processor_seconds(roots: Callable[[], list[int]], database: Connection[Any]) -> Iterator[dict[str, float]]:
    """Fills the answer with seconds by role once the block is over: of the roots, their descendants, and the server.

    What a process takes in the last quarter of a second of its life is missed; of PostgreSQL's nothing is.
    """
    seconds: dict[str, float] = {}
    postmaster = _postmaster(database)
    before, taken = _look(roots(), {}), Taken()
    server_before = _family_seconds(postmaster)
    is_over = Event()

    def watch() -> None:
        while not is_over.is_set():
            _look(roots(), taken)
            time.sleep(SAMPLE_EVERY_S)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seconds
    finally:
        is_over.set()
        watcher.join()
        _look(roots(), taken)
        for process, (role, total) in taken.items():
            seconds[role] = seconds.get(role, 0.0) + total - before.get(process, (role, 0.0))[1]
        seconds["postgres"] = _family_seconds(postmaster) - server_before


def _look(roots: list[int], taken: Taken) -> Taken:
    for root in roots:
        try:
            processes = [psutil.Process(root), *psutil.Process(root).children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
        for process in processes:
            try:
                role, times = role_of(" ".join(process.cmdline())), process.cpu_times()
            except (psutil.NoSuchProcess, psutil.ZombieProcess):
                continue
            if role not in (None, "postgres"):
                taken[process.pid, process.create_time()] = str(role), times.user + times.system
    return taken


def _postmaster(database: Connection[Any]) -> psutil.Process:
    [folder] = database.execute("SHOW data_directory").fetchone() or [""]
    return psutil.Process(int((Path(folder) / "postmaster.pid").read_text(encoding="utf-8").split()[0]))


def _family_seconds(parent: psutil.Process) -> float:
    """Of a process, its children, and those it has had: a connection is one, and short."""
    own = parent.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in parent.children():
        try:
            times = child.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return float(total)
