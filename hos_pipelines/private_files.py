"""Files and folders that only their owner can read, whatever the umask: they hold health data, ids and logs."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE_UMASK = 0o077
OTHERS = stat.S_IRWXG | stat.S_IRWXO
OURS = {
    ".writable",
    "dagster",
    "demo",
    "demo.lock",
    "logs",
    "people.json",
    "postgres",
    "postgres.lock",
    "postgres.members",
    "present.txt",
    "reports",
    "sahha.json",
}


def close_what_is_made() -> None:
    """Whatever this process and its children make from now on is readable by their user alone."""
    os.umask(PRIVATE_UMASK)


def private_folder(folder: Path) -> Path:
    """Makes a folder, and those above it that are missing, and closes it where it is there and holds only what is ours.

    A folder that somebody else keeps things in stays as it is; what we make in it is closed.

    Raises:
        OSError: it cannot be made.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
    if not missing:
        _close(folder)
    return folder


def _close(folder: Path) -> None:
    """One that may be passed through but not read, as the embedded server's user has to, is closed already."""
    known = folder.stat()
    if known.st_uid != os.geteuid() or not known.st_mode & OTHERS & ~(stat.S_IXGRP | stat.S_IXOTH):
        return
    if all(one.name in OURS or one.suffix == ".pace" for one in folder.iterdir()):
        folder.chmod(stat.S_IMODE(known.st_mode) & ~(OTHERS & ~stat.S_IXGRP))


def allow_through(home: Path) -> None:
    """Lets our group, or whoever it must be, pass through a folder and those above it; nobody may list or read them.

    As root the embedded server is started as another user of our group.
    """
    if os.geteuid() != 0:
        return
    for folder in (home, *home.parents):
        known = folder.stat()
        passing = stat.S_IXGRP if known.st_gid == os.getegid() else stat.S_IXOTH
        if not known.st_mode & passing:
            folder.chmod(stat.S_IMODE(known.st_mode) | passing)


@contextmanager
def folders_kept_closed(home: Path) -> Iterator[None]:
    """Around work that opens `home` and all folders above it to everybody, as the embedded server's package does."""
    before = {folder: folder.stat().st_mode for folder in (home, *home.parents)}
    try:
        yield
    finally:
        for folder, mode in before.items():
            if folder.stat().st_mode != mode:
                folder.chmod(stat.S_IMODE(mode))
