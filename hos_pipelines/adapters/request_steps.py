"""What the step that answers requests does: the stages, with a mark for each that was really done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

import dagster as dg
from pydantic import Field

from hos_pipelines.adapters.analysis_marks import mark_news
from hos_pipelines.adapters.marking import mark_profiles, telling_of_news
from hos_pipelines.adapters.sentences import refusal
from hos_pipelines.adapters.step_events import chunk_writer
from hos_pipelines.domain.sync import Outcome
from hos_pipelines.postgres.connection import explain_failures
from hos_pipelines.sahha.errors import MisconfiguredError
from hos_pipelines.stages.profile_outcome import ProfileOutcome
from hos_pipelines.stages.refresh.run import Refresh, Refreshed
from hos_pipelines.stages.refresh.scope import RefreshScope
from hos_pipelines.stages.requests.answer_surroundings import AnsweredBatch
from hos_pipelines.stages.requests.pulled import PulledPerson
from hos_pipelines.stages.requests.request_runner import RequestRunner

OUTPUT = "rows"


class AnswerConfig(dg.Config):
    """Which batch of requests a run answers."""

    batch_id: str = Field(description="A batch that the sensor has made: request_batches.batch_id.")
    attempt: int = Field(default=1, description="The number of its run.")


def answer_in_step(
    context: dg.OpExecutionContext, config: AnswerConfig, runner: RequestRunner, refresh: Refresh
) -> None:
    """Answers what is left of a batch. What people are refused is theirs to hear, and fails no run.

    Raises:
        dagster.Failure: what is configured names no batch.
    """
    try:
        UUID(config.batch_id)
    except ValueError:
        raise refusal("batch_id: is none; leave batches to requests_sensor, or copy one of request_batches.") from None

    def mark(asset: str, outcomes: Sequence[ProfileOutcome]) -> None:
        mark_news(context, asset)(outcomes)

    answered = runner.answer(config.batch_id, config.attempt, partial(_pull, context, refresh), mark, context.run_id)
    context.log.info(_told(config, answered))


def _pull(context: dg.OpExecutionContext, refresh: Refresh, profile_ids: Sequence[str]) -> Mapping[str, PulledPerson]:
    """Pulls people as a run over them does; of whom nobody was asked there is no entry."""
    scope = RefreshScope(list(profile_ids))
    telling = telling_of_news(context.instance, context.run_id, profile_ids)
    with explain_failures(), refresh.database.session() as connection:
        mark = partial(mark_profiles, context, connection)
        refreshed = refresh.run(scope, connection, telling, chunk_writer(context, OUTPUT), mark)
    if isinstance(refreshed.stop, MisconfiguredError):
        return {key: PulledPerson("misconfigured", str(refreshed.stop)) for key in profile_ids}
    return by_person(refreshed)


def by_person(refreshed: Refreshed) -> dict[str, PulledPerson]:
    """What became of each who was asked for all there is; of anybody else there is no entry."""
    pulled: dict[str, PulledPerson] = {}
    for stream, report in refreshed.all_reports:
        before = pulled.get(report.profile_id)
        if report.outcome.is_bad:
            error = f"{stream}: {report.outcome.value}: {report.error}"
            pulled[report.profile_id] = PulledPerson(
                report.outcome.value, error, is_passing=report.outcome is not Outcome.GONE
            )
        elif before is None or (before.error is None and report.has_changed):
            pulled[report.profile_id] = PulledPerson("updated" if report.has_changed else report.outcome.value)
    if refreshed.stop is None:
        return pulled
    # Where a run broke off, whoever was not asked for all there is has no answer yet.
    asked = Counter(report.profile_id for _, report in refreshed.all_reports)
    streams = len(refreshed.scope.streams)
    return {key: one for key, one in pulled.items() if one.error is not None or asked[key] == streams}


def _told(config: AnswerConfig, answered: AnsweredBatch) -> str:
    if answered.is_not_mine:
        return f"batch {config.batch_id}: another run has it, or it was taken back; nothing is to be done."
    states = ", ".join(f"{count} {status}" for status, count in sorted(answered.ended.items())) or "none"
    lost = "" if answered.lost is None else f" {answered.lost} Nothing of them was stored."
    return f"batch {config.batch_id}: {answered.requests} requests ({states}).{lost}"
