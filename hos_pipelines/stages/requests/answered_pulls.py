"""Requests of different people that a pull from Sahha answers, and how they end.

What a pull stores it commits itself, before its requests end: to pull twice brings the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hos_pipelines.domain.requests.asked import TakenRequest
from hos_pipelines.domain.requests.kinds import REFRESH_STAGE
from hos_pipelines.domain.requests.request_batches import wait_after
from hos_pipelines.domain.requests.request_refusals import refuse
from hos_pipelines.domain.requests.verdicts import DONE, FAILED, REFUSED, RUNNING, UNCHANGED, StageEnd, verdict_of
from hos_pipelines.postgres.request_finish import (
    RequestEnding,
    StageMove,
    finish_requests,
    put_off_request,
    require_mine,
    write_progress,
)
from hos_pipelines.settings.errors import SettingsError
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.requests.answer_surroundings import AnswerSurroundings
from hos_pipelines.stages.requests.pulled import PulledPerson

UPDATED = "updated"
NOT_ASKED = PulledPerson("not_asked", "was not asked for; Sahha answers nobody just now.", is_passing=True)


@dataclass(frozen=True, slots=True)
class PullEnd:
    """How the one stage of such a request ends; `is_passing` where it may succeed a while later."""

    end: StageEnd
    is_passing: bool = False


def answer_by_pulling(
    batch_id: str, taken: Sequence[TakenRequest], around: AnswerSurroundings, database: Database
) -> None:
    """Pulls people, and ends their requests; one that may succeed a while later rests, at most so many times."""
    with database.session() as connection, connection.transaction():
        require_mine(connection, batch_id, taken)
        begun = [StageMove(one, 1, StageEnd(REFRESH_STAGE, RUNNING)) for one in taken]
        write_progress(connection, batch_id, begun, around.now())
    ends = _pull(taken, around)
    with database.session() as connection, connection.transaction():
        mine, now = require_mine(connection, batch_id, taken), around.now()
        write_progress(connection, batch_id, [StageMove(one, 1, ends[one.id].end) for one in mine], now)
        waits = {one.id: until for one in mine if (until := _rests_until(one, ends[one.id], now)) is not None}
        for one in mine:
            if one.id in waits:
                put_off_request(connection, batch_id, one, waits[one.id], counts=True)
        endings = [RequestEnding(one, verdict_of([ends[one.id].end])) for one in mine if one.id not in waits]
        finish_requests(connection, batch_id, endings, now)


def _pull(taken: Sequence[TakenRequest], around: AnswerSurroundings) -> dict[str, PullEnd]:
    try:
        around.settings.sahha_account()
    except SettingsError as error:
        off = refuse("sahha_is_off", error)
        refused = PullEnd(StageEnd(REFRESH_STAGE, REFUSED, reason=off.sentence, refusal=off))
        return {one.id: refused for one in taken}
    pulled = around.pull([one.profile_id for one in taken])
    return {one.id: _end_of(pulled.get(one.profile_id, NOT_ASKED)) for one in taken}


def _end_of(its: PulledPerson) -> PullEnd:
    if its.error is not None:
        return PullEnd(StageEnd(REFRESH_STAGE, FAILED, its.outcome, its.error), its.is_passing)
    return PullEnd(StageEnd(REFRESH_STAGE, DONE if its.outcome == UPDATED else UNCHANGED, its.outcome))


def _rests_until(one: TakenRequest, ended: PullEnd, now: datetime) -> datetime | None:
    wait = wait_after(one.attempt) if ended.is_passing else None
    return None if wait is None else now + wait
