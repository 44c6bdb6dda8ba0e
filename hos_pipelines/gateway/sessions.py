"""Database sessions that outlive a request: a few, opened when they are needed, shared by the worker threads."""

from collections.abc import Callable
from contextlib import ExitStack
from threading import BoundedSemaphore
from typing import Any, TypeVar

import psycopg
from psycopg import Connection

from hos_pipelines.postgres.errors import DatabaseUnavailableError
from hos_pipelines.stages.database import Database

MOST = 8
PATIENCE_S = 10

Answer = TypeVar("Answer")
Work = Callable[[Connection[Any]], Answer]
Session = tuple[ExitStack, Connection[Any]]


class Sessions:
    """Lends sessions of one database to threads. A statement that takes too long is given up, not waited for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._places = BoundedSemaphore(MOST)
        self._idle: list[Session] = []

    def run(self, work: Work[Answer]) -> Answer:
        """What `work` answers. It is done again where a kept session turns out to be cut, and must bear that.

        Raises:
            DatabaseError: the database cannot be reached, is of another version, or every session stays busy.
            psycopg.Error: the database fails.
        """
        if not self._places.acquire(timeout=PATIENCE_S):
            raise DatabaseUnavailableError(f"gateway: {MOST} database sessions are busy; send less at once.")
        try:
            while (kept := self._take_idle()) is not None:
                try:
                    return self._run_on(*kept, work)
                except psycopg.OperationalError:
                    if not kept[1].broken:
                        raise
            return self._run_on(*self._open(), work)
        finally:
            self._places.release()

    def close(self) -> None:
        """Ends the sessions nobody uses."""
        while (kept := self._take_idle()) is not None:
            kept[0].close()

    def _take_idle(self) -> Session | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _run_on(self, stack: ExitStack, connection: Connection[Any], work: Work[Answer]) -> Answer:
        with stack:
            answer = work(connection)
            self._idle.append((stack.pop_all(), connection))
        return answer

    def _open(self) -> Session:
        with ExitStack() as stack:
            connection = stack.enter_context(self._database.session())
            connection.keep({"statement_timeout": f"{PATIENCE_S}s"})
            return stack.pop_all(), connection
