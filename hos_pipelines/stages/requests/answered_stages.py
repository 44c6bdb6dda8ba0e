"""Requests of one kind on their way through the stages: what is written along with each, and how they end."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection

from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.plan_rows import PlanKind
from hos_pipelines.domain.profiles import NOT_ENROLLED
from hos_pipelines.domain.requests.asked import TakenRequest
from hos_pipelines.domain.requests.kinds import ANALYSES, GUIDANCE, RequestKind
from hos_pipelines.domain.requests.request_refusals import RequestRefusal
from hos_pipelines.domain.requests.verdicts import FAILED, REFUSED, RUNNING, StageEnd, verdict_of
from hos_pipelines.domain.workflow.outcome import StageOutcome, WorkflowOutcome, status_of
from hos_pipelines.domain.workflow.stages import STAGES, Stage
from hos_pipelines.postgres.request_claims import keep_lease
from hos_pipelines.postgres.request_finish import (
    RequestEnding,
    StageMove,
    finish_requests,
    plan_refusals,
    require_mine,
    write_progress,
)
from hos_pipelines.postgres.workflow_store import finish_workflows
from hos_pipelines.stages.workflow.workflow_request import WorkflowRequest

TRIGGER = "request"
PLANS: dict[Stage, PlanKind] = {
    GuidanceKind.ROUTINE_PLAN: PlanKind.ROUTINE,
    GuidanceKind.NUTRITION_PLAN: PlanKind.NUTRITION,
}
LEFT = "left while the request was answered; nothing more was stored."


def stages_of(kind: RequestKind) -> tuple[Stage, ...]:
    """The stages that answer a kind of request, in order.

    Raises:
        KeyError: it is answered by none of these.
    """
    if kind is RequestKind.COMPLETE:
        return STAGES
    return (ANALYSES.get(kind) or GUIDANCE[kind],)


class AnsweredStages:
    """Requests of different people that the same stages answer. A workflow goes by the id of its request.

    So an attempt that takes over a request goes on with the workflow of the one before.
    """

    def __init__(
        self, batch_id: str, taken: Sequence[TakenRequest], stages: Sequence[Stage], now: Callable[[], datetime]
    ) -> None:
        self._batch_id, self._stages, self._now = batch_id, stages, now
        self._taken = {one.profile_id: one for one in taken}
        self._ends: dict[str, dict[Stage, StageOutcome]] = {one.profile_id: {} for one in taken}

    def workflow(self, *, is_forced: bool, run_id: str | None) -> WorkflowRequest:
        """What is asked of the stages."""
        return WorkflowRequest(
            {key: UUID(one.id) for key, one in self._taken.items()},
            TRIGGER,
            self._stages,
            is_forced=is_forced,
            batch_id=self._batch_id,
            run_id=run_id,
            also=self._write_along,
            also_at_end=self._end_all,
        )

    def begin(self, connection: Connection[Any]) -> None:
        """The first stage is under way."""
        first = self._stages[0].value
        moves = [StageMove(one, 1, StageEnd(first, RUNNING)) for one in self._taken.values()]
        write_progress(connection, self._batch_id, moves, self._now())

    def end_left(self, connection: Connection[Any], outcomes: Sequence[WorkflowOutcome]) -> None:
        """Ends those whose workflow could not begin: they left meanwhile, or its id is another's workflow."""
        now, first = self._now(), self._stages[0].value
        why = {one.profile_id: one.error for one in outcomes if one.error not in (None, NOT_ENROLLED)}
        left = {
            one: StageEnd(first, FAILED, reason=why.get(one.profile_id) or LEFT)
            for one in require_mine(connection, self._batch_id, list(self._taken.values()))
        }
        write_progress(connection, self._batch_id, [StageMove(one, 1, end) for one, end in left.items()], now)
        endings = [RequestEnding(one, verdict_of([end])) for one, end in left.items()]
        finish_requests(connection, self._batch_id, endings, now)

    def _write_along(self, connection: Connection[Any], outcomes: Sequence[StageOutcome]) -> None:
        """Progress in the transaction of the stage, and, of whoever had their last, how the request ends.

        What is kept here of a transaction that is taken back is kept anew when it is made again.
        """
        if not outcomes:
            return
        now, everybody = self._now(), dict.fromkeys(one.profile_id for one in outcomes)
        mine = require_mine(connection, self._batch_id, [self._taken[key] for key in everybody])
        keys = [one.profile_id for one in mine]
        outcomes = [one for one in outcomes if one.profile_id in keys]
        keep_lease(connection, self._batch_id, now)
        for one in outcomes:
            self._ends[one.profile_id][one.stage] = one
        refusals = self._refusals(connection, outcomes)
        moves = [self._move(one, refusals) for one in outcomes]
        write_progress(connection, self._batch_id, [*moves, *self._next_moves(keys)], now)
        self._end_whole(connection, keys, now)

    def _end_all(self, connection: Connection[Any], outcomes: Sequence[WorkflowOutcome]) -> None:
        """Of those whose stages an earlier attempt had done to the last, and whom it did not end."""
        mine = require_mine(connection, self._batch_id, [self._taken[one.profile_id] for one in outcomes])
        keys = {one.profile_id for one in mine}
        if not keys:
            return
        now = self._now()
        for outcome in outcomes:
            if outcome.profile_id in keys:
                self._ends[outcome.profile_id] |= outcome.stages
        everything = [one for key in keys for one in self._ends[key].values()]
        refusals = self._refusals(connection, everything)
        write_progress(connection, self._batch_id, [self._move(one, refusals) for one in everything], now)
        self._end_whole(connection, sorted(keys), now)

    def _move(self, one: StageOutcome, refusals: dict[tuple[str, str], RequestRefusal]) -> StageMove:
        return StageMove(self._taken[one.profile_id], self._stages.index(one.stage) + 1, _end_of(one, refusals))

    def _next_moves(self, keys: Sequence[str]) -> list[StageMove]:
        """The first stage of each that is not done yet is under way."""
        left = {key: next((one for one in self._stages if one not in self._ends[key]), None) for key in keys}
        return [
            StageMove(self._taken[key], self._stages.index(stage) + 1, StageEnd(stage.value, RUNNING))
            for key, stage in left.items()
            if stage is not None
        ]

    def _end_whole(self, connection: Connection[Any], keys: Sequence[str], now: datetime) -> None:
        """Ends the requests, and their workflows with them, of those who have all their stages."""
        stages = {
            key: [self._ends[key][stage] for stage in self._stages]
            for key in keys
            if len(self._ends[key]) == len(self._stages)
        }
        refusals = self._refusals(connection, [one for its in stages.values() for one in its])
        endings = [
            RequestEnding(self._taken[key], verdict_of([_end_of(one, refusals) for one in its]), its[0].workflow_id)
            for key, its in stages.items()
        ]
        workflows = [
            WorkflowOutcome(
                key, its[0].workflow_id, status_of(self._ends[key]), self._ends[key], attempt=its[0].attempt
            )
            for key, its in stages.items()
        ]
        if workflows:
            finish_workflows(connection, workflows, now)
            finish_requests(connection, self._batch_id, endings, now)

    def _refusals(
        self, connection: Connection[Any], outcomes: Sequence[StageOutcome]
    ) -> dict[tuple[str, str], RequestRefusal]:
        refused = [one for one in outcomes if one.status == REFUSED and one.stage in PLANS]
        if not refused:
            return {}
        kinds = sorted({PLANS[one.stage].value for one in refused})
        return plan_refusals(connection, [one.profile_id for one in refused], kinds)


def _end_of(one: StageOutcome, refusals: dict[tuple[str, str], RequestRefusal]) -> StageEnd:
    outcome = one.results.get("status")
    refusal = refusals.get((one.profile_id, PLANS[one.stage].value)) if one.stage in PLANS else None
    is_refused = one.status == REFUSED and refusal is not None
    reason = refusal.sentence if is_refused and refusal is not None else one.error or one.reason
    return StageEnd(
        one.stage.value,
        one.status.value,
        None if outcome is None else str(outcome),
        reason,
        refusal if is_refused else None,
    )
