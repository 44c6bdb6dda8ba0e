"""Ctrl-C in a terminal, which the whole foreground process group gets: at any instant one sentence, 130, nothing left.

The instants are those of a first demo: loading, starting the server, migrating, pulling, analysing, serving.
"""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from hos_pipelines.cli.interruption import INTERRUPTED
from hos_pipelines_tests.cli.processes import HOS, PATIENCE_S, kill_all
from hos_pipelines_tests.ports import free_port

Instant = Callable[[subprocess.Popen[str], Path], bool]


def after(seconds: float) -> Instant:
    def is_there(_process: subprocess.Popen[str], _home: Path) -> bool:
        time.sleep(seconds)
        return True

    return is_there


def exists(*names: str) -> Instant:
    return lambda _process, home: all((home / "demo" / "postgres" / name).exists() for name in names)


def says(what: str) -> Instant:
    """What stands in the output by then."""
    said: list[str] = []

    def is_there(process: subprocess.Popen[str], _home: Path) -> bool:
        assert process.stderr is not None
        if select.select([process.stderr], [], [], 0.01)[0]:
            said.append(os.read(process.stderr.fileno(), 65_536).decode())
        return what in "".join(said)

    return is_there


INSTANTS: dict[str, Instant] = {
    "loading, at once": after(0.15),
    "loading": after(0.5),
    "making the server": exists("PG_VERSION"),
    "starting the server": exists("postmaster.pid"),
    "migrating": exists("hos.tuned", "postmaster.pid"),
    "pulling": says("Refreshing people"),
    "analysing": says("People's sleep"),
    "serving": says("Dagster UI at"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One home for all, so that each carries on where the one before was cut."""
    return tmp_path_factory.mktemp("ctrl-c")


def processes_of(home: Path) -> list[psutil.Process]:
    """Whatever works in a folder: servers are found by it, whoever their parent is."""
    return [one for one in psutil.process_iter() if str(home) in " ".join(_command(one))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.mark.parametrize("instant", INSTANTS.values(), ids=INSTANTS)
def test_ctrl_c_ends_with_one_sentence_and_130_and_leaves_nothing(home: Path, instant: Instant) -> None:
    process = subprocess.Popen(
        [HOS, "demo", "--users", "2", "--days", "30", "--port", str(free_port())],
        env=os.environ | {"HOS_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        process_group=0,
    )
    started: list[psutil.Process] = []
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not instant(process, home):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
        started = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # impatient: the cleaning up is not disturbed
        output, errors = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 130, errors
        assert "Traceback" not in output + errors
        assert [line for line in errors.splitlines() if line.startswith("Error: ")] == [f"Error: {INTERRUPTED}"], errors
        assert psutil.wait_procs(started, timeout=20)[1] == []
        assert processes_of(home) == []
        assert not (home / "demo" / "postgres" / "postmaster.pid").exists()
    finally:
        kill_all([*started, *processes_of(home)])
        process.wait()


def test_a_command_that_answers_as_json_does_so_when_it_is_interrupted_while_it_loads() -> None:
    with subprocess.Popen(
        [HOS, "status", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, process_group=0
    ) as process:
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, output.strip()) == (130, f'{{"error": "{INTERRUPTED}"}}')
    assert errors.strip() == f"Error: {INTERRUPTED}"


def test_ctrl_c_is_watched_before_anything_that_takes_time_is_loaded() -> None:
    script = (
        "import sys; before = set(sys.modules); sys.argv = ['hos']; import hos_pipelines.cli, signal;"
        "print(signal.getsignal(signal.SIGINT).__name__);"
        "print(*(one for one in set(sys.modules) - before if one.startswith(('click', 'rich', 'hos_pipelines.'))))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    handler, loaded = done.stdout.splitlines()
    assert handler == "_end_at_once"
    assert set(loaded.split()) == {"hos_pipelines.cli", "hos_pipelines.cli.interruption"}
