"""Runs the analyses over many profiles: reads a chunk, computes each profile by itself, hands the findings on."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import dagster as dg
from psycopg import Connection
from threadpoolctl import threadpool_limits

from hos_pipelines.adapters.analysis_runs import (
    FAILED,
    NEW,
    UNCHANGED,
    Analysed,
    AnalysisBatch,
    AnalysisConfig,
    ReadingSource,
    described_by,
    engine_of,
    failed_by,
    partitions_of,
)
from hos_pipelines.analyst.engines import Analyst, Case, Written
from hos_pipelines.domain.analysis import AnalysisResult, fingerprint
from hos_pipelines.domain.analysis_due import AnalysisState, DueDecision, decide
from hos_pipelines.domain.analysis_scope import AnalysisScope, AnalysisType
from hos_pipelines.domain.behavior.analysis import METHOD_VERSION as BEHAVIOR_VERSION
from hos_pipelines.domain.behavior.analysis import analyze_behavior
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.analysis import METHOD_VERSION as CIRCADIAN_VERSION
from hos_pipelines.domain.circadian.analysis import analyze_circadian
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.gates import Status
from hos_pipelines.domain.history import (
    BEHAVIOR_TYPES,
    CIRCADIAN_TYPES,
    LOOKBACK_DAYS,
    SCORES,
    History,
    Row,
    read_history,
)
from hos_pipelines.domain.profiles import NOT_ENROLLED
from hos_pipelines.domain.result_checks import broken_checks
from hos_pipelines.domain.result_checks import written as written_form
from hos_pipelines.domain.staleness import age_of, as_seen
from hos_pipelines.domain.sync import Stream
from hos_pipelines.domain.work_week import WorkWeek, work_week_of
from hos_pipelines.postgres.analysis_store import (
    AnalysisInput,
    AnalysisWrite,
    StoredAnalysis,
    note_failures,
    read_inputs,
    read_states,
    write_analyses,
)
from hos_pipelines.postgres.connection import consistent_read
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.settings.model import Engine
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.engine import open_analyst
from hos_pipelines.stages.data_source import DataSource, read_data_source
from hos_pipelines.stages.database import Database

CHUNK_PROFILES = 200


@dataclass(frozen=True, slots=True)
class Method:
    """How a kind of analysis is done: the function, its version, and what it reads of each stream."""

    analyze: Callable[[History, AnalysisScope, WorkWeek], AnalysisResult]
    version: str
    reads: Mapping[Stream, Sequence[str]]


METHODS: Mapping[AnalysisType, Method] = {
    AnalysisType.CIRCADIAN: Method(analyze_circadian, CIRCADIAN_VERSION, {Stream.BIOMARKERS: CIRCADIAN_TYPES}),
    AnalysisType.BEHAVIOR: Method(
        analyze_behavior, BEHAVIOR_VERSION, {Stream.BIOMARKERS: BEHAVIOR_TYPES, Stream.SCORES: SCORES}
    ),
}


RESULTS: Mapping[AnalysisType, type[AnalysisResult]] = {
    AnalysisType.CIRCADIAN: CircadianResult,
    AnalysisType.BEHAVIOR: BehaviorResult,
}


class Analyses:
    """The analyses as this deployment is set up: its database, its free days, its present."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def batch(
        self, context: dg.AssetExecutionContext, sources: Sequence[ReadingSource], engine: Engine | None = None
    ) -> AnalysisBatch:
        """The analyses of the run's partitions, written by an engine or else by the deployment's.

        Raises:
            dagster.Failure: the run has none.
        """
        analysis_type = AnalysisType(context.asset_key.to_user_string())
        streams = [source.stream for source in sources]
        return AnalysisBatch(
            analysis_type.value,
            self.analyse(analysis_type, partitions_of(context), streams, engine),
            write_analyses,
            described_by(context),
            note_failures=self._failures_of(analysis_type),
            notice=self.notice(engine),
        )

    def due_batch(self, analysis_type: AnalysisType, config: AnalysisConfig) -> AnalysisBatch:
        """The analyses of whoever is due, or of the profiles in the configuration, in a run without partitions.

        Raises:
            dagster.Failure: the run names nobody, or names people twice over.
        """
        engine = engine_of(config)
        return AnalysisBatch(
            analysis_type.value,
            self.analyse(analysis_type, self._configured(config, analysis_type), engine=engine),
            write_analyses,
            note_failures=self._failures_of(analysis_type),
            notice=self.notice(engine),
        )

    def notice(self, engine: Engine | None) -> str | None:
        """Why the rules write although a model could; None where there is nothing to say."""
        return self._read_settings().model.notice(engine)

    def analyse(
        self,
        analysis_type: AnalysisType,
        profile_ids: Sequence[str],
        streams: Sequence[Stream] = tuple(Stream),
        engine: Engine | None = None,
        *,
        asks_again: bool = False,
    ) -> Generator[list[Analysed]]:
        """Analyses profiles, whoever is due or not; nothing is stored. One that fails leaves the others alone.

        `streams` are those it may read; of each it reads what its method asks for. With `asks_again` no answer a model
        gave before is an end.
        """
        reads = {stream: types for stream, types in METHODS[analysis_type].reads.items() if stream in streams}
        settings = self._read_settings()
        with (
            open_analyst(settings, engine, self._database, self._now, asks_again=asks_again) as analyst,
            self._database.session() as connection,
            # On two threads a product of small matrices waits for the other thread five times as long as it takes.
            threadpool_limits(limits=1, user_api="blas"),
        ):
            source = read_data_source(connection, settings, self._now())
            size = min(CHUNK_PROFILES, analyst.chunk)
            for start in range(0, len(profile_ids), size):
                keys = list(profile_ids[start : start + size])
                now = self._now()
                with consistent_read(connection):
                    standings = {one.profile_id: one for one in read_states(connection, analysis_type, keys)}
                    subjects = read_inputs(connection, analysis_type, keys)
                    readings = load_readings(connection, reads, keys, LOOKBACK_DAYS, now.date())
                moment = _AnalysisMoment(
                    now, source, settings, analysis_type, analyst, asks_again and analyst.model is not None
                )
                yield [
                    done
                    for first in range(0, len(keys), analyst.at_once)
                    for done in _written_out(
                        moment,
                        [
                            _analyse_one(moment, key, subjects.get(key), standings.get(key), readings.get(key, ()))
                            for key in keys[first : first + analyst.at_once]
                        ],
                    )
                ]

    def verdict(self, analysis_type: AnalysisType, profile_id: str, *, is_forced: bool) -> DueDecision:
        """What is decided now for one enrolled profile."""
        now = self._now()
        with self._database.session() as connection:
            (standing,) = read_states(connection, analysis_type, [profile_id])
        return decide(standing, now, is_forced=is_forced)

    def due(self, analysis_type: AnalysisType) -> list[str]:
        """Who is due now, longest unanalysed first."""
        now = self._now()
        with self._database.session() as connection:
            standings = read_states(connection, analysis_type)
        return [standing.profile_id for standing in standings if decide(standing, now).is_due]

    def _failures_of(self, analysis_type: AnalysisType) -> Callable[[Connection[Any], Sequence[str]], None]:
        def note(connection: Connection[Any], profile_ids: Sequence[str]) -> None:
            note_failures(connection, analysis_type, profile_ids, self._now())

        return note

    def _configured(self, config: AnalysisConfig, analysis_type: AnalysisType) -> list[str]:
        if config.due and config.profile_ids:
            raise _refusal("profile_ids: must be empty beside due, which finds its profiles itself.")
        if config.due:
            return self.due(analysis_type)
        if not config.profile_ids:
            raise _refusal("profile_ids: is empty, and due is not set; set one of the two.")
        return list(dict.fromkeys(config.profile_ids))


@dataclass(frozen=True, slots=True)
class _AnalysisMoment:
    """When, under which settings and by which engine a chunk is analysed."""

    now: datetime
    source: DataSource
    settings: Settings
    analysis_type: AnalysisType
    analyst: Analyst
    asks_again: bool

    @property
    def method(self) -> Method:
        """How this kind of analysis is done."""
        return METHODS[self.analysis_type]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A result that is computed and not yet written."""

    subject: AnalysisInput
    scope: AnalysisScope
    result: AnalysisResult
    text: str
    counts: dict[str, int | str | float]


def free_days(settings: Settings, country: str | None, days: tuple[date, date] | None) -> WorkWeek:
    """The free days of somebody's country, else of this deployment, from the first to the last day given.

    Without any day it does not matter which are free.
    """
    if days is None:
        return settings.analysis.work_week
    if country is not None:
        return _country_week(country, *days)
    if settings.analysis.country is None:
        return settings.analysis.work_week
    usual = _country_week(settings.analysis.country, *days)
    return (
        usual if settings.analysis.free_days is None else replace(settings.analysis.work_week, holidays=usual.holidays)
    )


def free_days_of(settings: Settings, country: str | None, history: History) -> WorkWeek:
    """The free days around somebody's readings, the day after them included, since its energy is predicted."""
    if history.through is None:
        return free_days(settings, country, None)
    last = history.through + timedelta(days=1)
    return free_days(settings, country, (last - timedelta(days=LOOKBACK_DAYS), last))


@lru_cache(maxsize=256)
def _country_week(country: str, first: date, last: date) -> WorkWeek:
    week = work_week_of(country, range(first.year, last.year + 1))
    return replace(week, holidays=frozenset(day for day in week.holidays if first <= day <= last))


def _analyse_one(
    moment: _AnalysisMoment,
    profile_id: str,
    subject: AnalysisInput | None,
    standing: AnalysisState | None,
    readings: Iterable[Row],
) -> Analysed | _Draft:
    if subject is None or standing is None:
        return Analysed(profile_id, FAILED, error=NOT_ENROLLED)
    try:
        return _find(moment, subject, standing, readings)
    except Exception as error:  # noqa: BLE001  the line between one person's data and everyone else's
        return failed_by(profile_id, "could not be analysed", error)


def _find(
    moment: _AnalysisMoment, subject: AnalysisInput, standing: AnalysisState, readings: Iterable[Row]
) -> Analysed | _Draft:
    history = read_history(subject.profile_id, readings, subject.archetype, subject.timezone)
    week = free_days_of(moment.settings, subject.country, history)
    of_data = fingerprint(history, moment.analysis_type, moment.method.version, week)
    mark = moment.analyst.fingerprint(of_data, subject.archetype)
    scope = decide(standing, moment.now, is_forced=True).scope
    counts: dict[str, int | str | float] = {"readings": history.readings, "data_source": moment.source.name}
    if history.through is not None:
        counts["data_age_minutes"] = age_of(history.through, moment.now) // timedelta(minutes=1)
    if mark == subject.stored_fingerprint and not (moment.asks_again and moment.analyst.model):
        status = subject.stored_status or ""
        finding = AnalysisWrite(
            subject, moment.analysis_type, mark, status, moment.now, moment.source.name, history.through, None
        )
        return Analysed(subject.profile_id, UNCHANGED, status, finding, None, counts)
    result = as_seen(moment.method.analyze(history, scope, week), moment.now)
    text, broken = _checked(result)
    return _broken(subject.profile_id, broken) if broken else _Draft(subject, scope, result, text, counts)


def _written_out(moment: _AnalysisMoment, found: Sequence[Analysed | _Draft]) -> list[Analysed]:
    """Some profiles with their drafts written by the engine, those all at once."""
    drafts = [one for one in found if isinstance(one, _Draft)]
    written = iter(moment.analyst.write([Case(one.subject.profile_id, one.result) for one in drafts]))
    return [_finished(moment, one, next(written)) if isinstance(one, _Draft) else one for one in found]


def _finished(moment: _AnalysisMoment, draft: _Draft, written: Written) -> Analysed:
    subject, result = draft.subject, written.result
    text, broken = (draft.text, {}) if result is draft.result else _checked(result)
    if broken:
        return _broken(subject.profile_id, broken)
    quality, status = result.analysis_metadata.data_quality, result.status.value
    counts = draft.counts | {
        "mode": draft.scope.mode.value,
        "nights": quality.nights,
        "facts": len(result.facts),
        "facts_insufficient": sum(fact.status is Status.INSUFFICIENT for fact in result.facts.values()),
        **_writing_counts(moment.analyst, written),
    }
    stored = _stored(moment, draft, written, text)
    finding = AnalysisWrite(
        subject,
        moment.analysis_type,
        stored.fingerprint,
        status,
        moment.now,
        moment.source.name,
        quality.through,
        stored,
        written.is_settled,
    )
    return Analysed(subject.profile_id, NEW, status, finding, None, counts)


def _writing_counts(analyst: Analyst, written: Written) -> dict[str, int | str | float]:
    """What the writing of a result took, for the UI; nothing where no model was to write. Never a word it wrote."""
    if analyst.model is None:
        return {}
    metadata = written.result.analysis_metadata
    kinds = Counter(one.kind.value for one in written.violations)
    counts: dict[str, int | str | float] = {
        "engine": metadata.engine,
        "model": analyst.model,
        "requests": written.requests,
        "tokens": written.usage.tokens,
        "latency_s": round(written.latency_s, 3),
        **{f"violations_{kind}": number for kind, number in sorted(kinds.items())},
    }
    if written.usd is not None:
        counts["cost_usd"] = round(written.usd, 6)
    if written.fallback_reason is not None:
        counts["fallback_reason"] = written.fallback_reason
        counts["fallbacks"] = int(written.is_fallback)
    return counts


def _checked(result: AnalysisResult) -> tuple[str, dict[str, str]]:
    """The result as JSON, and the checks it breaks."""
    text, misfits = written_form(result)
    return text, misfits or broken_checks(result)


def _broken(profile_id: str, broken: dict[str, str]) -> Analysed:
    name, what = next(iter(broken.items()))
    error = f"its result breaks {name} ({what}); nothing was stored."
    return Analysed(profile_id, FAILED, error=error, broken_checks=broken)


def _stored(moment: _AnalysisMoment, draft: _Draft, written: Written, text: str) -> StoredAnalysis:
    subject, metadata = draft.subject, written.result.analysis_metadata
    return StoredAnalysis(
        profile_id=subject.profile_id,
        archetype=subject.archetype,
        analysis_type=moment.analysis_type,
        fingerprint=metadata.fingerprint,
        analyzed_at=moment.now,
        status=written.result.status,
        engine=metadata.engine,
        method_version=moment.method.version,
        mode=draft.scope.mode,
        news_since=draft.scope.since,
        data_through=metadata.data_quality.through,
        data_source=moment.source.name,
        fetched_up_to=subject.fetched_up_to,
        result=text,
        model=metadata.model_used,
        prompt_version=metadata.prompt_version,
        tokens=written.usage.tokens,
        cost_usd=written.usd,
        latency_s=round(written.latency_s, 3),
        violations=[one.as_stored() for one in written.violations],
        fallback_reason=written.fallback_reason,
    )


def _refusal(sentence: str) -> dg.Failure:
    return dg.Failure(sentence, allow_retries=False)
