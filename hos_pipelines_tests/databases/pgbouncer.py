"""A real PgBouncer before the tests' server: few sessions, which it gives to clients by the statement or for as long as
they stay."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import psycopg

from hos_pipelines.postgres.address import parameters
from hos_pipelines.postgres.embedded import EmbeddedServer
from hos_pipelines_tests.patience import wait_until
from hos_pipelines_tests.ports import free_port
from hos_pipelines_tests.programs import find_program

HOW = "no PgBouncer found: `apt-get install pgbouncer`, and work through poolers is tested, too"
SETTINGS = """
[databases]
* = host={socket}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users.txt
pool_mode = {mode}
default_pool_size = {size}
max_client_conn = 200
logfile = {folder}/log
pidfile = {folder}/pid
"""

Mode = Literal["transaction", "session"]


@dataclass(frozen=True, slots=True)
class PgBouncer:
    """A running pooler."""

    port: int

    def url(self, database_url: str, user: str | None = None) -> str:
        """The address of a database of the server, through it."""
        known = parameters(database_url)
        return f"postgresql://{user or known['user']}@127.0.0.1:{self.port}/{known['dbname']}"


@contextmanager
def running_pgbouncer(
    server: EmbeddedServer, mode: Mode, size: int = 3, users: Sequence[str] = ()
) -> Iterator[PgBouncer]:
    """Runs one until the block ends; never as root, which it refuses."""
    program = find_program(["pgbouncer"], ["pgbouncer"], HOW)
    folder = Path(tempfile.mkdtemp(prefix="hos-pgbouncer-"))
    port = free_port()
    socket = parameters(server.url("postgres"))["host"]
    (folder / "users.txt").write_text("".join(f'"{name}" ""\n' for name in ("postgres", *users)))
    (folder / "pgbouncer.ini").write_text(
        SETTINGS.format(socket=socket, port=port, folder=folder, mode=mode, size=size)
    )
    account = _account()
    if account is not None:
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.pw_uid, account.pw_gid)
    process = subprocess.Popen(
        [program, "-q", str(folder / "pgbouncer.ini")], user=None if account is None else account.pw_uid, cwd=folder
    )
    pooler = PgBouncer(port)
    try:
        wait_until(lambda: _answers(pooler.url(server.url("postgres"))), "a pooler that answers")
        yield pooler
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    """Whom it runs as: the user of the server itself, who may reach its socket."""
    return pwd.getpwnam("pgserver") if os.geteuid() == 0 else None


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
