"""The embedded PostgreSQL as commands meet it: after a crash, beside other processes, with leftovers in its folder."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from hos_pipelines.postgres.connection import connect
from hos_pipelines.postgres.embedded import EmbeddedServer, join_server
from hos_pipelines.postgres.migrate import migrate
from hos_pipelines_tests.cli.answers import rows_of
from hos_pipelines_tests.cli.conftest import Hos
from hos_pipelines_tests.cli.processes import run_hos

PEOPLE = {"active": 1}


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose stopped server holds one profile."""
    home = tmp_path_factory.mktemp("home")
    server = join_server(home)
    migrate(server.url())
    with connect(server.url()) as session:
        session.execute("INSERT INTO profiles (profile_id, external_id) VALUES ('anna', 'anna')")
    server.leave()
    return home


@pytest.fixture
def home(used_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The used home as HOS_HOME; its server is stopped again afterwards."""
    monkeypatch.setenv("HOS_HOME", str(used_home))
    yield used_home
    join_server(used_home).leave()
    assert not (used_home / "postgres" / "postmaster.pid").exists()


def postmaster(home: Path) -> psutil.Process:
    return psutil.Process(int((home / "postgres" / "postmaster.pid").read_text().splitlines()[0]))


def leftover(number: int) -> str:
    return f"{number}\n/nowhere\n1700000000\n5432\n/nowhere\n\n 1 1\nready   \n"


@pytest.mark.parametrize("whose", ["of a living foreign process", "of nobody", "empty", "garbage"])
def test_lock_files_left_behind_do_not_keep_the_server_from_starting(hos: Hos, home: Path, whose: str) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    texts = {
        "of a living foreign process": leftover(os.getpid()),
        "of nobody": leftover(ended.pid),
        "empty": "",
        "garbage": "\xb2\x00 not a number",
    }
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (home / "postgres" / name).write_text(texts[whose])
    assert hos("status").succeeded().json["profiles"] == PEOPLE
    assert postmaster(home).is_running()


def test_a_second_process_joins_the_running_server_and_leaves_it_running(home: Path) -> None:
    here = join_server(home)
    running = postmaster(home)
    assert run_hos("status", "--json").succeeded().json["profiles"] == PEOPLE
    assert postmaster(home) == running
    assert rows_of(here.url(), "SELECT count(*) FROM profiles") == [(1,)]


def test_two_processes_that_start_it_at_once_share_one_server(home: Path) -> None:
    command = "import sys; from hos_pipelines.cli.main import main; main()"
    both = [
        subprocess.Popen([sys.executable, "-c", command, "status", "--json"], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert all('"profiles": {"active": 1}' in answer for answer in answers)


def kill(server: EmbeddedServer, home: Path) -> None:
    process = postmaster(home)
    assert server.url()
    process.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.02)


def test_a_server_killed_between_two_commands_comes_back_with_its_data(home: Path) -> None:
    here = join_server(home)
    with connect(here.url()) as session:
        session.execute("UPDATE profiles SET timezone = 'Europe/Berlin'")
    kill(here, home)
    assert run_hos("status", "anna", "--json").succeeded().json["timezone"] == "Europe/Berlin"


def test_a_home_of_its_own_gets_server_and_schema_on_first_use_and_stops_with_the_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = tmp_path / "new" / "home"
    monkeypatch.setenv("HOS_HOME", str(home))
    assert run_hos("status", "--json").succeeded().json["profiles"] == {}
    assert (home / "postgres" / "PG_VERSION").exists()
    assert not (home / "postgres" / "postmaster.pid").exists()
