"""A PostgreSQL server of its own, which a test may kill."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from hos_pipelines.postgres.embedded import EmbeddedServer, join_server
from hos_pipelines_tests.patience import PATIENCE_S


class OwnServer:
    """The embedded server of a folder, and its postmaster."""

    def __init__(self, home: Path, server: EmbeddedServer) -> None:
        self.home = home
        self._server = server

    def url(self, database: str) -> str:
        """The address of one of its databases; it stays the same."""
        return self._server.url(database)

    def kill(self) -> None:
        """Ends the postmaster without a chance to do anything about it; its sessions end for want of it."""
        number = int((self.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        postmaster = psutil.Process(number)
        sessions = postmaster.children(recursive=True)
        postmaster.kill()
        _, alive = psutil.wait_procs([postmaster, *sessions], PATIENCE_S)
        assert not alive, f"{len(alive)} sessions outlive their postmaster"

    def revive(self) -> None:
        """Starts it again."""
        self._server.revive()


@contextmanager
def own_server_process() -> Iterator[OwnServer]:
    """A fresh server, in a folder that the server's user can reach; gone with the block."""
    home = Path(tempfile.mkdtemp(prefix="hos-faults-"))
    server = join_server(home)
    try:
        yield OwnServer(home, server)
    finally:
        server.leave()
        shutil.rmtree(home)
