"""Where a demo lives: a folder of its own under HOS_HOME, and an environment of its settings alone."""

import fcntl
import json
import os
import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from hos_pipelines.cli.output import CommandError
from hos_pipelines.cli.value_sources import DEMO, note_source
from hos_pipelines.environment import read_settings
from hos_pipelines.pointers import installed_program, invoked_program
from hos_pipelines.postgres.embedded import join_server
from hos_pipelines.private_files import private_folder
from hos_pipelines.project import IS_CHECKOUT, own_folder
from hos_pipelines.settings.sahha import DEMO_IS_OVER
from hos_pipelines.settings.settings import SETTING_NAMES, Settings
from hos_pipelines.simulator.settings import SimulatorSettings

PRESENT = "present.txt"
# The simulator ends with its demo, and so does this file.
SAHHA = "sahha.json"
LOCK = "demo.lock"


def demo_home(settings: Settings) -> Path:
    """The demo's folder of a HolisticOS home."""
    return settings.house.home / "demo"


@contextmanager
def demo_folder(home: Path, people: SimulatorSettings, place: str | None) -> Iterator[None]:
    """The demo's folder for this demo alone, emptied where it holds other people; `place` is where its UI will be.

    Raises:
        CommandError: another demo works there.
    """
    cast = json.dumps([people.users, people.seed, people.wire_format, *_weeks_of(people)])
    with (home.parent / LOCK).open("a+") as lock:
        _take(lock, place)
        marker = home / "people.json"
        if home.exists() and (not marker.exists() or marker.read_text() != cast):
            _empty(home)
        private_folder(home)
        _forget_sahha(home)
        marker.write_text(cast)
        (home / PRESENT).write_text(people.at.isoformat())
        try:
            yield
        finally:
            _forget_sahha(home)


def _weeks_of(people: SimulatorSettings) -> list[object]:
    """What people who live with plans go on from only where it is the same."""
    return [] if people.lives_from is None else [people.days, people.lives_from.isoformat(), people.at.isoformat()]


def move_present(home: Path, at: datetime) -> None:
    """From now on the demo's present is this instant, for this process and for commands on the demo."""
    os.environ["HOS_VIRTUAL_NOW"] = at.isoformat()
    (home / PRESENT).write_text(at.isoformat())


def _take(lock: IO[str], place: str | None) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        whose = lock.readline().strip() or "by another process"
        raise CommandError(
            f"HOS_HOME: a demo is running in {Path(lock.name).parent} already ({whose}); end it first, or name another "
            "folder in HOS_HOME."
        ) from error
    lock.truncate(0)
    lock.write(f"process {os.getpid()}" + (f", its UI at http://{place}" if place else "") + "\n")
    lock.flush()


def _is_running(home: Path) -> bool:
    """Whether a demo holds this folder now; what a killed one has left tells nothing."""
    try:
        with (home.parent / LOCK).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _forget_sahha(home: Path) -> None:
    """Another demo's Sahha is another one: neither its address nor the pace that it taught is for the next."""
    for left in (home / SAHHA, *home.glob("*.pace")):
        left.unlink(missing_ok=True)


def remember_sahha(home: Path, people: SimulatorSettings, url: str) -> None:
    """Writes down how commands with `--demo` reach the Sahha of the demo that runs, for its owner alone."""
    account = {
        "SAHHA_API_BASE_URL": url,
        "SAHHA_CLIENT_ID": people.client_id,
        "SAHHA_CLIENT_SECRET": people.client_secret,
    }
    with os.fdopen(os.open(home / SAHHA, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(account, file)


def _running_sahha(home: Path) -> dict[str, str]:
    """The account of the demo that runs; where none does, the address that says so."""
    if _is_running(home):
        try:
            account: dict[str, str] = json.loads((home / SAHHA).read_text())
        except (OSError, ValueError):
            pass  # it has just begun or is about to end
        else:
            return account
    return {"SAHHA_API_BASE_URL": DEMO_IS_OVER}


def _empty(home: Path) -> None:
    if (home / "postgres").exists():
        join_server(home).leave()  # a demo that was killed leaves its server running
    shutil.rmtree(home)


def own_environment(home: Path, sahha_url: str, at: datetime, model_url: str | None) -> None:
    """Points every setting of this process, and of those it starts, at the demo alone."""
    _only(
        HOS_HOME=str(home),
        HOS_VIRTUAL_NOW=at.isoformat(),
        HOS_PICTURES_IN_EVENTS="true",  # nobody's health: these people do not exist
        HOS_COMMAND=_as_called(installed_program(), home),
        SAHHA_API_BASE_URL=sahha_url,
        SAHHA_CLIENT_ID="simulator",
        SAHHA_CLIENT_SECRET="simulator",  # noqa: S106  the simulator's, not a secret
        HOS_ENGINE="rules",
        NO_PROXY="*",  # the demo speaks to this machine only
        no_proxy="*",
    )
    if model_url is not None:
        os.environ.update(HOS_ENGINE="openai", OPENAI_BASE_URL=model_url, OPENAI_API_KEY="stand-in")


def enter_demo() -> None:
    """Points this process at what a demo has left, or at the one that runs: its data, its present, and its Sahha.

    Raises:
        CommandError: there was none.
    """
    home = demo_home(read_settings())
    try:
        present = (home / PRESENT).read_text()
    except OSError as error:
        raise CommandError(f"--demo: there is no demo in {home.parent}; run `hos demo` first.") from error
    _only(
        HOS_HOME=str(home),
        HOS_VIRTUAL_NOW=present,
        HOS_COMMAND=_as_called(invoked_program(), home),
        HOS_ENGINE="rules",
        NO_PROXY="*",  # the demo speaks to this machine only
        no_proxy="*",
        **_running_sahha(home),
    )


def _as_called(program: str, home: Path) -> str:
    """How a command on this demo is called from another shell."""
    if IS_CHECKOUT and home.parent == own_folder() / ".hos":
        return f"{program} --demo"
    return f"HOS_HOME={shlex.quote(str(home.parent))} {program} --demo"


def _only(**values: str) -> None:
    for name in (*SETTING_NAMES, "DAGSTER_HOME"):
        os.environ.pop(name, None)
    os.environ.update(values)
    note_source(values, DEMO)
