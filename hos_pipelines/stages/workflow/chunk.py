"""Some people through all stages of their workflows: each stage for all of them at once, each person by themselves."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import psycopg
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.workflow.outcome import StageOutcome, StageStatus, WorkflowOutcome, status_of
from hos_pipelines.domain.workflow.stages import Stage, need_of
from hos_pipelines.postgres.analysis_store import note_failures
from hos_pipelines.postgres.engagement_store import hearing_once
from hos_pipelines.postgres.guidance_store import note_guidance_failures
from hos_pipelines.postgres.reading_store import reading_once
from hos_pipelines.postgres.workflow_store import BegunWorkflow, finish_workflows, record_stages
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.analysis_request import AnalysisRequest
from hos_pipelines.stages.analysis.run import run_analyses
from hos_pipelines.stages.database import Database
from hos_pipelines.stages.guidance.by_kind import run_guidance_of
from hos_pipelines.stages.guidance.guidance_request import GuidanceRequest
from hos_pipelines.stages.profile_outcome import NEW, ProfileOutcome, outcome_of_error
from hos_pipelines.stages.workflow.decide import (
    COMES_OUT_THE_SAME,
    NO_PLAN,
    REFUSED,
    Deciding,
    StageVerdict,
    decide_stage,
)
from hos_pipelines.stages.workflow.workflow_request import MarkStage, WorkflowRequest

LEFT = StageVerdict("left while the workflow ran.", StageStatus.SKIPPED)


@dataclass(frozen=True, slots=True)
class ChunkSurroundings:
    """What the workflows of all chunks share."""

    settings: Settings
    database: Database
    now: Callable[[], datetime]
    mark: MarkStage


class WorkflowChunk:
    """The workflows of some people, made for one instant; what earlier attempts have `settled` is not done again."""

    def __init__(  # noqa: PLR0913, PLR0917  what a chunk is, in one place
        self,
        request: WorkflowRequest,
        around: ChunkSurroundings,
        as_of: datetime,
        begun: Mapping[str, BegunWorkflow],
        fingerprints: Mapping[str, Mapping[Stage, str]],
        settled: Sequence[StageOutcome],
    ) -> None:
        self._request, self._around, self._as_of = request, around, as_of
        self._begun, self._fingerprints, self._settled = begun, fingerprints, settled
        self._done: dict[str, dict[Stage, StageOutcome]] = {key: {} for key in begun}
        self._unwritten: list[StageOutcome] = []
        for one in settled:
            self._done[one.profile_id][one.stage] = one

    def run(self) -> list[WorkflowOutcome]:
        """What became of each of them, once all of it is stored."""
        self._tell_again()
        with hearing_once(), reading_once():
            for stage in self._request.stages:
                keys = [key for key in self._done if self._is_open(key, stage)]
                if keys:
                    self._run_stage(stage, keys)
        return self._finish()

    def _is_open(self, key: str, stage: Stage) -> bool:
        """Whether a stage is to be decided: it is not settled, or what it needs has been made only now."""
        stages, attempt = self._done[key], self._begun[key].attempt
        if stage not in stages:
            return True
        made = [one.stage for one in stages.values() if one.attempt == attempt and one.status is StageStatus.DONE]
        return stages[stage].attempt < attempt and any(one in made for one in need_of(stage).any_of)

    def _tell_again(self) -> None:
        """What a killed attempt has committed, it may not have told."""
        by_stage: defaultdict[Stage, list[ProfileOutcome]] = defaultdict(list)
        for one in self._settled:
            if one.status is StageStatus.DONE:
                counts = {name: value for name, value in one.results.items() if name not in ("status", "fingerprint")}
                status = one.results.get("status")
                told = ProfileOutcome(one.profile_id, NEW, None if status is None else str(status), counts=counts)
                by_stage[one.stage].append(told)
        for stage, outcomes in by_stage.items():
            self._around.mark(stage, outcomes)

    def _run_stage(self, stage: Stage, keys: Sequence[str]) -> None:
        """Records at once whoever is left as they are, and runs the stage for the others."""
        verdicts, started = self._decide(stage, keys), self._around.now()
        to_run = []
        for key in keys:
            verdict = verdicts.get(key, LEFT)
            if verdict.status is None:
                self._done[key].pop(stage, None)
                to_run.append(key)
            elif stage not in self._done[key]:
                one = self._outcome(stage, key, verdict.status, verdict.reason, started)
                self._done[key][stage] = replace(one, results=verdict.results)
                self._unwritten.append(self._done[key][stage])
        if to_run:
            self._write_down()
            self._make_apart(stage, to_run, verdicts, started)

    def _decide(self, stage: Stage, keys: Sequence[str]) -> dict[str, StageVerdict]:
        failed = {
            key: [one.stage for one in stages.values() if one.status is StageStatus.FAILED]
            for key, stages in self._done.items()
        }
        found: dict[str, StageVerdict] = {}
        with self._around.database.session() as connection:
            for tries_again in (False, True):
                some = [key for key in keys if (self._begun[key].attempt > 1) is tries_again]
                if some:
                    by = Deciding(self._as_of, self._request.is_forced, tries_again, failed)
                    found |= decide_stage(connection, stage, some, by)
        return found

    def _make_apart(
        self, stage: Stage, keys: Sequence[str], verdicts: Mapping[str, StageVerdict], started: datetime
    ) -> None:
        """Makes a stage; where the database refuses what one of them would store, each is made alone."""
        try:
            self._make(stage, keys, verdicts, started)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            left = [key for key in keys if stage not in self._done[key]]
            if len(keys) == 1:
                self._fail(stage, left, error, started)
                return
            for key in left:
                self._make_apart(stage, [key], verdicts, started)

    def _make(self, stage: Stage, keys: Sequence[str], verdicts: Mapping[str, StageVerdict], started: datetime) -> None:
        request, around = self._request, self._around
        came: dict[str, StageOutcome] = {}

        def also(connection: Connection[Any], outcomes: Sequence[ProfileOutcome]) -> None:
            rows = [self._made(stage, one, verdicts[one.profile_id].reason, started) for one in outcomes]
            came.update({one.profile_id: one for one in rows})
            record_stages(connection, rows)
            request.also(connection, rows)

        def mark(outcomes: Sequence[ProfileOutcome]) -> None:
            for one in outcomes:
                self._done[one.profile_id][stage] = came[one.profile_id]
            around.mark(stage, outcomes)

        if isinstance(stage, AnalysisType):
            asked = AnalysisRequest(stage, keys, request.engine, asks_again=request.is_forced, also=also)
            run_analyses(asked, around.settings, around.database, lambda: self._as_of, mark)
        else:
            run_guidance_of(
                GuidanceRequest(stage, keys, also), around.settings, around.database, lambda: self._as_of, mark
            )

    def _fail(self, stage: Stage, keys: Sequence[str], error: Exception, started: datetime) -> None:
        outcomes = [outcome_of_error(key, "could not be stored", error) for key in keys]
        rows = [self._made(stage, one, "", started) for one in outcomes]
        with self._around.database.session() as connection, connection.transaction():
            if isinstance(stage, AnalysisType):
                note_failures(connection, stage, keys, self._as_of)
            else:
                note_guidance_failures(connection, stage, keys, self._as_of)
            record_stages(connection, rows)
            self._request.also(connection, rows)
        for one in rows:
            self._done[one.profile_id][stage] = one
        self._around.mark(stage, outcomes)

    def _made(self, stage: Stage, one: ProfileOutcome, reason: str, started: datetime) -> StageOutcome:
        """What became of a stage that ran."""
        if one.is_bad:
            error = one.error or "failed."
            return replace(self._outcome(stage, one.profile_id, StageStatus.FAILED, error, started), error=error)
        if one.status == REFUSED:
            status, reason = StageStatus.REFUSED, NO_PLAN
        elif one.outcome == NEW:
            status = StageStatus.DONE
        else:
            status, reason = StageStatus.UNCHANGED, COMES_OUT_THE_SAME
        results = {**({} if one.status is None else {"status": one.status}), **one.counts}
        return replace(self._outcome(stage, one.profile_id, status, reason, started), results=results)

    def _outcome(self, stage: Stage, key: str, status: StageStatus, reason: str, started: datetime) -> StageOutcome:
        begun = self._begun[key]
        fingerprint, completed = self._fingerprints[key][stage], self._around.now()
        return StageOutcome(
            key, begun.workflow_id, stage, status, reason, fingerprint, begun.attempt, started, completed
        )

    def _write_down(self) -> None:
        """Records what is settled and not yet written."""
        if self._unwritten:
            with self._around.database.session() as connection, connection.transaction():
                self._record(connection)

    def _record(self, connection: Connection[Any]) -> None:
        """Of whoever has nothing but what has not moved the workflow itself says so: a third of what it would take."""
        at_rest = {key for key, stages in self._done.items() if self._is_at_rest(stages.values())}
        record_stages(connection, [one for one in self._unwritten if one.profile_id not in at_rest])
        self._request.also(connection, self._unwritten)
        self._unwritten = []

    def _is_at_rest(self, stages: Collection[StageOutcome]) -> bool:
        """Whether all stages are there, none of them ran, and none has anything to say."""
        return len(stages) == len(self._request.stages) and all(
            one.status is StageStatus.UNCHANGED and one.reason != COMES_OUT_THE_SAME for one in stages
        )

    def _finish(self) -> list[WorkflowOutcome]:
        outcomes = [
            WorkflowOutcome(
                key,
                self._begun[key].workflow_id,
                status_of(stages),
                {stage: stages[stage] for stage in self._request.stages},
                attempt=self._begun[key].attempt,
            )
            for key, stages in self._done.items()
        ]
        with self._around.database.session() as connection, connection.transaction():
            if self._unwritten:
                self._record(connection)
            finish_workflows(connection, outcomes, self._around.now())
            self._request.also_at_end(connection, outcomes)
        return outcomes
