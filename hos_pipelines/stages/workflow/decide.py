"""What is to be done of a stage for each person, by queries that read nothing of what it is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_due import AnalysisState, decide
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.workflow.outcome import StageStatus
from hos_pipelines.domain.workflow.stages import Stage, why_nothing_to_go_by
from hos_pipelines.postgres.analysis_store import read_states
from hos_pipelines.postgres.guidance_store import GuidanceStanding, read_guidance_standings

WAITS = "failed before, and is tried again a while later."
BY_FORCE = "is asked for by force."
HAS_MOVED = "what it rests on has moved."
HAS_NOT_MOVED = "nothing it rests on has moved."
COMES_OUT_THE_SAME = "was looked at, and comes out the same."
NO_PLAN = "the day is refused a plan; `hos plan` says why."
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class StageVerdict:
    """Why a stage is to run; or, with a `status`, why it is left as it is."""

    reason: str
    status: StageStatus | None = None
    results: Mapping[str, int | str | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deciding:
    """As of when it is decided, whether by force, and which stages failed in the workflow before, by person.

    With `tries_again` what failed lately is not waited for.
    """

    as_of: datetime
    is_forced: bool
    tries_again: bool
    failed: Mapping[str, Sequence[Stage]]


def decide_stage(
    connection: Connection[Any], stage: Stage, profile_ids: Sequence[str], by: Deciding
) -> dict[str, StageVerdict]:
    """What is to be done for those of these who are enrolled."""
    if isinstance(stage, AnalysisType):
        return {one.profile_id: _of_analysis(one, by) for one in read_states(connection, stage, profile_ids)}
    standings = read_guidance_standings(connection, stage, profile_ids, by.as_of)
    return {key: _of_guidance(stage, one, by) for key, one in standings.items()}


def _of_analysis(state: AnalysisState, by: Deciding) -> StageVerdict:
    if by.tries_again:
        state = replace(state, next_due_at=None)
    decision = decide(state, by.as_of, is_forced=by.is_forced)
    if decision.is_due:
        return StageVerdict(f"{decision.reason}.")
    if state.next_due_at is not None and by.as_of < state.next_due_at:
        return StageVerdict(WAITS, StageStatus.SKIPPED)
    return StageVerdict(f"{decision.reason}.", StageStatus.UNCHANGED)


def _of_guidance(stage: Stage, one: GuidanceStanding, by: Deciding) -> StageVerdict:
    if not one.has_news:
        return StageVerdict(why_nothing_to_go_by(stage, by.failed.get(one.profile_id, ())), StageStatus.SKIPPED)
    if by.is_forced:
        return StageVerdict(BY_FORCE)
    if one.is_waiting and not by.tries_again:
        return StageVerdict(WAITS, StageStatus.SKIPPED)
    if one.is_moved:
        return StageVerdict(HAS_MOVED)
    results = {} if one.status is None else {"status": one.status}
    if one.status == REFUSED:
        return StageVerdict(NO_PLAN, StageStatus.REFUSED, results)
    return StageVerdict(HAS_NOT_MOVED, StageStatus.UNCHANGED, results)
