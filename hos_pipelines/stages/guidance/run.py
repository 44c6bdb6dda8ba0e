"""One run of a stage of guidance, from top to bottom: read, make, store and mark, chunk by chunk."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic

from psycopg import Connection
from threadpoolctl import threadpool_limits

from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS
from hos_pipelines.domain.profiles import NOT_ENROLLED
from hos_pipelines.postgres.connection import consistent_read, explain_failures
from hos_pipelines.postgres.guidance_store import (
    GuidanceMove,
    GuidanceState,
    move_guidance_states,
    note_guidance_failures,
    read_guidance_states,
)
from hos_pipelines.postgres.profile_locks import lock_profiles
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.guidance_stage import (
    Finding,
    FindingInWords,
    Guidance,
    GuidanceMoment,
    GuidanceStage,
    Material,
    PutIntoWords,
    StageRequest,
)
from hos_pipelines.stages.profile_outcome import (
    FAILED,
    NEW,
    UNCHANGED,
    Mark,
    ProfileOutcome,
    as_stored,
    failed_outcome,
    outcome_of_error,
)

NOTHING_TO_GO_BY = "has no {} to be made from yet: analyse first."


@dataclass(frozen=True, slots=True)
class _Made(Generic[Finding]):
    """What came of one person: what is told, where their state goes, and what is written where it is new."""

    outcome: ProfileOutcome
    move: GuidanceMove | None = None
    guidance: Guidance[Finding] | None = None


def run_guidance(
    request: StageRequest[Material, Finding],
    settings: Settings,
    database: Database,
    now: Callable[[], datetime],
    mark: Mark,
) -> list[ProfileOutcome]:
    """Makes a stage for people; one that fails leaves the others alone. `mark` is told of each chunk.

    The request's `also` writes along, within the transactions of each chunk.

    Raises:
        DatabaseError: the database cannot be used; the chunks marked by then are stored.
    """
    stage, outcomes = request.stage, list[ProfileOutcome]()
    with (
        explain_failures(),
        stage.words(settings, database, now) as put,
        database.session() as connection,
        threadpool_limits(limits=1, user_api="blas"),
    ):
        for start in range(0, len(request.profile_ids), stage.chunk):
            keys = request.profile_ids[start : start + stage.chunk]
            at = GuidanceMoment(now(), settings)
            with consistent_read(connection):
                states = read_guidance_states(connection, stage.kind, keys, at.now)
                material = stage.read(connection, list(states), at)
            made = [_make(stage, at, key, states.get(key), material.get(key)) for key in keys]
            if put is not None:
                made = _in_words(made, material, put)
            stored = _store(connection, request, made, at.now)
            mark(stored)
            outcomes += stored
    return outcomes


def _make(
    stage: GuidanceStage[Material, Finding],
    at: GuidanceMoment,
    profile_id: str,
    state: GuidanceState | None,
    material: Material | None,
) -> _Made[Finding]:
    if state is None:
        return _Made(failed_outcome(profile_id, NOT_ENROLLED))
    if material is None or (state.news is None and stage.needs_news):
        return _Made(failed_outcome(profile_id, NOTHING_TO_GO_BY.format(stage.kind)))
    try:
        digest = stage.digest(material, at)
        if state.status and digest == state.fingerprint and state.rule_version == RULE_VERSIONS[stage.kind]:
            until = stage.good_until(material, at)
            move = GuidanceMove(profile_id, state.news, digest, state.status, is_new=False, good_until=until)
            return _Made(ProfileOutcome(profile_id, UNCHANGED, state.status), move)
        guidance, until = stage.compute(material, at), stage.good_until(material, at)
    except Exception as error:  # noqa: BLE001  the line between one person's data and everyone else's
        return _Made(outcome_of_error(profile_id, f"could not be given {stage.kind}", error))
    if guidance.broken_checks:
        return _Made(_broken(profile_id, guidance.broken_checks))
    move = GuidanceMove(
        profile_id,
        state.news,
        digest,
        guidance.status,
        is_new=True,
        summary=guidance.counts,
        missing=guidance.missing,
        good_until=until,
    )
    return _Made(ProfileOutcome(profile_id, NEW, guidance.status, counts=guidance.counts), move, guidance)


def _in_words(
    made: Sequence[_Made[Finding]], material: Mapping[str, Material], put: PutIntoWords[Material, Finding]
) -> list[_Made[Finding]]:
    """The same with the findings in other words, and what these took among the counts."""
    found = {
        one.outcome.profile_id: (material[one.outcome.profile_id], one.guidance.finding)
        for one in made
        if one.guidance is not None
    }
    said = put(found)
    return [_worded(one, said.get(one.outcome.profile_id)) for one in made]


def _worded(one: _Made[Finding], said: FindingInWords[Finding] | None) -> _Made[Finding]:
    if one.guidance is None or one.move is None or said is None:
        return one
    counts = {**one.guidance.counts, **said.counts}
    return _Made(
        replace(one.outcome, counts=counts),
        replace(one.move, summary=counts),
        replace(one.guidance, finding=said.finding, counts=counts),
    )


def _broken(profile_id: str, checks: Mapping[str, str]) -> ProfileOutcome:
    name, what = next(iter(checks.items()))
    return ProfileOutcome(
        profile_id, FAILED, error=f"its result breaks {name} ({what}); nothing was stored.", broken_checks=checks
    )


def _store(
    connection: Connection[Any],
    request: StageRequest[Material, Finding],
    made: Sequence[_Made[Finding]],
    now: datetime,
) -> list[ProfileOutcome]:
    """Rows and states of the chunk in one transaction. Of whoever has left meanwhile nothing is written."""
    stage = request.stage
    with connection.transaction():
        enrolled = lock_profiles(connection, {one.move.profile_id for one in made if one.move is not None})
        moves = [one.move for one in made if one.move is not None and one.move.profile_id in enrolled]
        moved = move_guidance_states(connection, stage.kind, moves, now)
        findings = {
            one.outcome.profile_id: one.guidance.finding
            for one in made
            if one.guidance is not None and one.outcome.profile_id in moved
        }
        if findings:
            stage.write(connection, findings, now)
        outcomes = as_stored((one.outcome for one in made), enrolled)
        request.also(connection, [one for one in outcomes if not one.is_bad])
    bad = [one for one in outcomes if one.is_bad]
    if bad:
        with connection.transaction():
            note_guidance_failures(connection, stage.kind, {one.profile_id for one in bad}, now)
            request.also(connection, bad)
    return outcomes
