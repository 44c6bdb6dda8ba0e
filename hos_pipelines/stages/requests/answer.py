"""Answers a batch of requests, from top to bottom: begin, take up, run the stages for all at once, end.

One round for each time a person is in the batch. What ends a request is written in the transaction that stores the rows
of its last stage, and nothing is stored for a request that is no longer this run's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from hos_pipelines.domain.requests.asked import TakenRequest
from hos_pipelines.domain.requests.kinds import REFRESH_STAGE, RequestKind
from hos_pipelines.postgres.connection import explain_failures
from hos_pipelines.postgres.request_claims import begin_request_batch, end_request_batch, rounds_of
from hos_pipelines.postgres.request_finish import LostRequestsError, count_ended
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.kept_sessions import KeptSessions
from hos_pipelines.stages.requests.answer_surroundings import AnsweredBatch, AnswerSurroundings
from hos_pipelines.stages.requests.answered_pulls import answer_by_pulling
from hos_pipelines.stages.requests.answered_stages import AnsweredStages, stages_of
from hos_pipelines.stages.requests.take_up import take_up
from hos_pipelines.stages.workflow.run import run_workflow

ORDER = (RequestKind.REFRESH, *(kind for kind in RequestKind if kind is not RequestKind.REFRESH))


def answer_batch(batch_id: str, attempt: int, around: AnswerSurroundings) -> AnsweredBatch:
    """Answers what is left of a batch.

    Raises:
        DatabaseError: the database cannot be used; what was ended by then has ended, the rest is requested anew.
    """
    with explain_failures(), KeptSessions(around.database) as kept:
        with kept.session() as connection:
            taken = begin_request_batch(connection, batch_id, attempt, around.now())
        if taken is None:
            return AnsweredBatch(is_not_mine=True)
        answered = AnsweredBatch(len(taken))
        try:
            for some in rounds_of(taken):
                _answer_round(batch_id, some, around, kept)
        except LostRequestsError as error:
            answered.lost = str(error)
        with kept.session() as connection:
            answered.ended += Counter(count_ended(connection, taken))
            end_request_batch(connection, around.now())
    return answered


def stage_names(kind: RequestKind) -> list[str]:
    """The stages that answer a kind of request, in order."""
    return [REFRESH_STAGE] if kind is RequestKind.REFRESH else [stage.value for stage in stages_of(kind)]


def _answer_round(batch_id: str, taken: Sequence[TakenRequest], around: AnswerSurroundings, database: Database) -> None:
    """Requests of different people: those that the same stages answer together, what pulls first."""
    with database.session() as connection:
        running = [one for one in taken if take_up(connection, batch_id, one, stage_names(one.kind), around.now())]
    for (kind, is_forced), some in _alike(running):
        if kind is RequestKind.REFRESH:
            answer_by_pulling(batch_id, some, around, database)
            continue
        stages = AnsweredStages(batch_id, some, stages_of(kind), around.now)
        with database.session() as connection, connection.transaction():
            stages.begin(connection)
        asked = stages.workflow(is_forced=is_forced, run_id=around.run_id)
        outcomes = run_workflow(
            asked, around.settings, database, around.now, lambda stage, chunk: around.mark(stage.value, chunk)
        )
        with database.session() as connection, connection.transaction():
            stages.end_left(connection, outcomes)


def _alike(running: Sequence[TakenRequest]) -> Iterator[tuple[tuple[RequestKind, bool], list[TakenRequest]]]:
    groups: defaultdict[tuple[RequestKind, bool], list[TakenRequest]] = defaultdict(list)
    for one in running:
        groups[one.kind, one.force].append(one)
    yield from sorted(groups.items(), key=lambda group: (ORDER.index(group[0][0]), group[0][1]))
