"""The requests of this deployment, for whoever claims and answers them; knows no numpy until a batch is answered."""

from collections.abc import Callable, Sequence
from datetime import datetime

from hos_pipelines.postgres.request_claims import (
    RequestBatch,
    claim_requests,
    keep_lease,
    open_request_batches,
    release_requests,
    start_again,
)
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages import on_demand
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.requests.answer_surroundings import AnsweredBatch, AnswerSurroundings, MarkAnswered
from hos_pipelines.stages.requests.pulled import Pull


class RequestRunner:
    """Claims requests, and answers a batch of them, with this deployment's settings, database and clock."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self.database = database
        self._now = now

    def claim(self) -> int:
        """Claims what waits, and gives how many requests that is."""
        with self.database.session() as connection:
            return claim_requests(connection, self._now())

    def open_batches(self) -> Sequence[RequestBatch]:
        """The batches that are not done, in the order in which they were made."""
        with self.database.session() as connection:
            return open_request_batches(connection)

    def keep(self, batch: RequestBatch) -> None:
        """Holds a batch whose run is known to be there, and has not begun."""
        with self.database.session() as connection:
            keep_lease(connection, batch.batch_id, self._now())

    def start_again(self, batch: RequestBatch) -> None:
        """Gives a batch whose run died before it began the number of another."""
        with self.database.session() as connection:
            start_again(connection, batch, self._now())

    def release(self, batch: RequestBatch) -> None:
        """Gives back what is left of a batch whose run is known to be over."""
        with self.database.session() as connection:
            release_requests(connection, batch.batch_id, self._now())

    def answer(
        self, batch_id: str, attempt: int, pull: Pull, mark: MarkAnswered, run_id: str | None = None
    ) -> AnsweredBatch:
        """Answers a batch; `mark` is told of each stage, chunk by chunk, once it is committed.

        Raises:
            DatabaseError: the database cannot be used.
        """
        around = AnswerSurroundings(self._read_settings(), self.database, self._now, pull, mark, run_id)
        return on_demand.answer_requests(batch_id, attempt, around)
