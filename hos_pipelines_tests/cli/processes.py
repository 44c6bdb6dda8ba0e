"""Commands as a user starts them: processes of their own."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from hos_pipelines_tests.cli.answers import Answer

HOS = str(Path(sys.executable).with_name("hos"))
PATIENCE_S = 90
# How a server ends: told by Ctrl-C, or asked to, as a supervisor does.
STATUS = {signal.SIGINT: 130, signal.SIGTERM: 0}


def run_hos(*arguments: str, **environment: str) -> Answer:
    """Runs a command to its end."""
    done = subprocess.run(
        [HOS, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@contextmanager
def running_hos(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command that goes on, and the first line of its stdout; SIGINT is ignored where it starts, as after `&`."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(
            [HOS, *arguments],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, handler)
    with process:
        try:
            assert process.stdout is not None
            ready, _, _ = select.select([process.stdout], [], [], PATIENCE_S)
            yield process, process.stdout.readline() if ready else ""
        finally:
            if process.poll() is None:
                kill_all([psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)])


def kill_all(processes: list[psutil.Process]) -> None:
    """Leaves nothing behind when a test fails."""
    for process in processes:
        if process.is_running():
            process.kill()
