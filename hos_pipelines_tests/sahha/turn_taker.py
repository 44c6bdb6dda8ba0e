"""A process of its own that takes turns, once it is told to on its standard input, and prints their instants."""

import asyncio
import sys
import time
from pathlib import Path

from hos_pipelines.sahha.pacing import Pace


async def take_turns(path: Path, delay_s: float, count: int) -> None:
    """Takes them one after the other, and says each at once."""
    pace = Pace(delay_s, time.monotonic, path)
    for _ in range(count):
        print(repr(await pace.wait_turn()), flush=True)  # noqa: T201  its only way to tell


if __name__ == "__main__":
    sys.stdin.readline()
    asyncio.run(take_turns(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])))
