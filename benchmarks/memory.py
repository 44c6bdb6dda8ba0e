"""The largest resident memory of every process of a benchmark, by what the process is for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

from benchmarks.processes import looking

MEGABYTE = 1_000_000


@contextmanager
def watched(roots: Callable[[], list[int]]) -> Iterator[dict[str, int]]:
    """Fills the answer with megabytes by role while the block runs: the roots and all their descendants."""
    peaks: dict[str, int] = {}

    def look(role: str, process: psutil.Process) -> None:
        peaks[role] = max(peaks.get(role, 0), process.memory_info().rss // MEGABYTE)

    with looking(roots, look):
        yield peaks
