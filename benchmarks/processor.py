"""The processor time that every process of a benchmark takes, in seconds, by what the process is for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from psycopg import Connection

from benchmarks.processes import look_at_each, looking


class Taken:
    """What processes have taken so far, with their role: by process, since an id may be given twice."""

    def __init__(self) -> None:
        self.seconds: dict[tuple[int, float], tuple[str, float]] = {}

    def look(self, role: str, process: psutil.Process) -> None:
        """Notes what a process has taken; of PostgreSQL's the postmaster tells."""
        times = process.cpu_times()
        if role != "postgres":
            self.seconds[process.pid, process.create_time()] = role, times.user + times.system


@contextmanager
def processor_seconds(roots: Callable[[], list[int]], database: Connection[Any]) -> Iterator[dict[str, float]]:
    """Fills the answer with seconds by role once the block is over: of the roots, their descendants, and the server.

    What a process takes in the last quarter of a second of its life is missed; of PostgreSQL's nothing is.
    """
    seconds: dict[str, float] = {}
    postmaster = _postmaster(database)
    before, taken = Taken(), Taken()
    look_at_each(roots(), before.look)
    server_before = _family_seconds(postmaster)
    try:
        with looking(roots, taken.look):
            yield seconds
    finally:
        look_at_each(roots(), taken.look)
        for process, (role, total) in taken.seconds.items():
            seconds[role] = seconds.get(role, 0.0) + total - before.seconds.get(process, (role, 0.0))[1]
        seconds["postgres"] = _family_seconds(postmaster) - server_before


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
