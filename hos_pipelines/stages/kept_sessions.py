"""Sessions that are kept open from one stage to the next, for work that runs several stages of few people."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from hos_pipelines.postgres.connection import Session
from hos_pipelines.stages.database import Database


class KeptSessions(Database):
    """A database whose sessions are used again while the block lasts; as many are open as are in use at once.

    One that was left by an error is not used again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._open = ExitStack()
        self._free: list[Session] = []

    def __enter__(self) -> Self:
        self._open.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        self._free.clear()
        return self._open.__exit__(kind, error, trace)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that nobody else uses meanwhile.

        Raises:
            DatabaseError: none can be had.
        """
        session = self._free.pop() if self._free else self._open.enter_context(self._database.session())
        yield session
        self._free.append(session)
