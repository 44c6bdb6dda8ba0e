"""What lies under HOS_HOME is readable by its owner alone, whatever the umask of whoever started it."""

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hos_pipelines.postgres.embedded import join_server
from hos_pipelines.private_files import private_folder
from hos_pipelines_tests.cli.processes import run_hos, running_hos
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.ports import free_port

PASSED_THROUGH = stat.S_IXGRP | stat.S_IXOTH  # as root the embedded server's user has to get to its folder
OPEN = 0o755


@pytest.fixture
def wide_open() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def place(wide_open: None) -> Iterator[Path]:
    """A folder of an operator that is closed itself, as a home directory is; nothing in it yet."""
    folder = Path(tempfile.mkdtemp(prefix="hos-private-"))
    yield folder
    shutil.rmtree(folder)


def test_everything_a_demo_leaves_is_closed_and_the_folders_above_are_not_opened(place: Path) -> None:
    home = place / "operator" / "hos"
    with running_hos("demo", "--users", "2", "--port", str(free_port()), "--json", HOS_HOME=str(home)) as (
        process,
        line,
    ):
        assert line.startswith("{"), "the demo told nothing"
        wait_until(lambda: list(home.rglob("*.err")), "the compute log of a run")
        opened = _opened(home)
        process.send_signal(signal.SIGINT)
        process.wait()
    assert opened == []
    assert _opened(place) == []
    assert stat.S_IMODE(place.stat().st_mode) & 0o066 == 0
    names = {one.name for one in home.rglob("*")}
    assert {"demo.lock", "dagster.yaml", "webserver.log", "daemon.log", "postgres.lock", "postgresql.conf"} <= names


def test_a_home_that_was_open_is_closed_and_somebody_elses_folder_is_left_as_it_is(place: Path) -> None:
    ours, shared = place / "ours", place / "shared"
    for home in (ours, shared):
        home.mkdir(OPEN)
        (home / "dagster").mkdir(OPEN)
    (shared / "novel.txt").touch()
    for home in (ours, shared):
        assert run_hos("migrate", HOS_HOME=str(home)).exit_code == 0
        private_folder(home / "dagster")
    assert stat.S_IMODE(ours.stat().st_mode) & 0o067 == 0
    assert stat.S_IMODE(shared.stat().st_mode) == OPEN
    assert _opened(ours) == _opened(shared / "dagster") == _opened(shared / "postgres") == []


def test_the_embedded_server_lets_nobody_else_in(place: Path) -> None:
    """It trusts whoever reaches its socket, which lies elsewhere where the path of HOS_HOME is too long for one."""
    home = place / ("long" * 30)
    assert run_hos("migrate", HOS_HOME=str(home)).exit_code == 0
    server = join_server(home)
    try:
        folder = Path(server.url().partition("?host=")[2])
        assert folder.parent != home
        assert stat.S_IMODE((folder / ".s.PGSQL.5432").stat().st_mode) == 0o700
    finally:
        server.leave()


def _opened(folder: Path) -> list[str]:
    """What others may read, write or enter; passing through is not entering."""
    return [
        f"{one} {stat.filemode(one.stat().st_mode)}"
        for one in folder.rglob("*")
        if not one.is_socket() and one.lstat().st_mode & 0o077 & ~(PASSED_THROUGH if one.is_dir() else 0)
    ]
