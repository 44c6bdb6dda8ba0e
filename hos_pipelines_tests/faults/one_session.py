"""One session with a Sahha, and nothing else: light enough for a process whose memory is measured."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hos_pipelines.domain.sync import ProfilePull, PullWindow, Stream, SyncTarget
from hos_pipelines.sahha.account import SahhaAccount
from hos_pipelines.sahha.client import sahha_session
from hos_pipelines.sahha.outage_detector import OutageDetector
from hos_pipelines.sahha.pull import Request, pull_all

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
WINDOW = PullWindow(NOON - timedelta(days=7), NOON)
TIMEOUT_S = 2.0
CONCURRENCY = 4


def impatient(url: str) -> SahhaAccount:
    """An account that waits for little and tries nothing again."""
    return SahhaAccount(url, "id", "secret", request_delay_s=0, max_retries=0, timeout_s=TIMEOUT_S)


async def pull(url: str, names: list[str]) -> list[ProfilePull]:
    """What a session gets of these people's biomarkers."""
    requests = [Request(Stream.BIOMARKERS, SyncTarget(name, name, NOON, None), WINDOW) for name in names]
    async with sahha_session(impatient(url)) as client:
        return (await pull_all(client, requests, CONCURRENCY, OutageDetector()))[Stream.BIOMARKERS]


def peak_mb() -> int:
    """The most memory this process ever had; what `getrusage` says is that of the process it was forked from too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    before = peak_mb()
    pulls = asyncio.run(pull(sys.argv[1], sys.argv[2:]))
    print(before, peak_mb(), sum(one.problem is not None for one in pulls))  # noqa: T201
