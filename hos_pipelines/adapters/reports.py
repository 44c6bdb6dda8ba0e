"""Makes reports: one HTML page a profile from its stored results and its nights."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import dagster as dg
from psycopg import Connection

from hos_pipelines.adapters.analyses import METHODS, free_days_of
from hos_pipelines.adapters.analysis_runs import (
    FAILED,
    NEW,
    Analysed,
    AnalysisBatch,
    described_by,
    failed_by,
    partitions_of,
)
from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.history import LOOKBACK_DAYS, Row, read_history
from hos_pipelines.domain.nights import read_nights
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.staleness import age_of, as_seen
from hos_pipelines.pointers import command, pointer
from hos_pipelines.postgres.analysis_store import AnalysisInput, StoredAnalysis, read_current, read_inputs
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.postgres.report_store import StoredReport, read_report, write_reports
from hos_pipelines.report.page import Report, draw_pictures, render_page
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.data_source import DataSource, read_data_source
from hos_pipelines.stages.database import Database

REPORT = "analysis_report"
CHUNK_PROFILES = 20


class MissingResultError(Exception):
    """A report was asked for of somebody one of whose analyses has not run; the text says which."""


class Reports:
    """The reports of this deployment."""

    def __init__(self, read_settings: Callable[[], Settings], database: Database, now: Callable[[], datetime]) -> None:
        self._read_settings = read_settings
        self._database = database
        self._now = now

    def batch(self, context: dg.AssetExecutionContext) -> AnalysisBatch:
        """The reports of the run's partitions.

        Raises:
            dagster.Failure: the run has none.
        """
        chunks = self._chunks(partitions_of(context))
        return AnalysisBatch(REPORT, chunks, write_reports, described_by(context))

    def stands(self, connection: Connection[Any], profile_id: str) -> bool:
        """Whether the stored report of a profile is of its results as they are, made at this very moment."""
        report = read_report(connection, profile_id)
        try:
            results = [_current(connection, profile_id, one) for one in AnalysisType]
        except MissingResultError:
            return False
        return report is not None and (report.fingerprint, report.made_at) == (_mark(*results), self._now())

    def _chunks(self, profile_ids: Sequence[str]) -> Iterator[list[Analysed]]:
        with self._database.session() as connection:
            for start in range(0, len(profile_ids), CHUNK_PROFILES):
                yield [self.one(connection, key) for key in profile_ids[start : start + CHUNK_PROFILES]]

    def one(self, connection: Connection[Any], profile_id: str) -> Analysed:
        """The report of one enrolled profile, not yet stored, and what the UI shows of it; or why there is none."""
        try:
            gathered = self._gathered(connection, profile_id)
        except MissingResultError as error:
            return Analysed(profile_id, FAILED, error=str(error))
        try:
            stored = _drawn(gathered)
            settings = gathered.settings
            pictures = _markdown(_report(gathered)) if settings.house.pictures_in_events else {}
        except Exception as error:  # noqa: BLE001  the line between one person's page and everyone else's
            return failed_by(profile_id, "could not be drawn", error)
        counts: dict[str, int | str] = {
            "bytes": len(stored.html.encode()),
            "fingerprint": stored.fingerprint,
            "kept_in": "analysis_reports",
            "open_with": pointer(settings.house.command, command("report", profile_id, options=["--open"])),
        }
        return Analysed(profile_id, NEW, finding=stored, counts=counts, pictures=pictures)

    def _gathered(self, connection: Connection[Any], profile_id: str) -> "_Gathered":
        """All a page shows, as the database has it. A database that fails concerns everyone, and is not caught."""
        now, settings = self._now(), self._read_settings()
        circadian = _current(connection, profile_id, AnalysisType.CIRCADIAN)
        behavior = _current(connection, profile_id, AnalysisType.BEHAVIOR)
        subject = read_inputs(connection, AnalysisType.CIRCADIAN, [profile_id])[profile_id]
        reads = METHODS[AnalysisType.CIRCADIAN].reads
        readings = load_readings(connection, reads, [profile_id], LOOKBACK_DAYS, now.date()).get(profile_id, [])
        source = read_data_source(connection, settings, now)
        return _Gathered(now, settings, subject, circadian, behavior, readings, source)


class _Gathered(NamedTuple):
    """What the database has for one page."""

    now: datetime
    settings: Settings
    subject: AnalysisInput
    circadian: StoredAnalysis
    behavior: StoredAnalysis
    readings: Sequence[Row]
    source: DataSource


def _drawn(gathered: _Gathered) -> StoredReport:
    mark = _mark(gathered.circadian, gathered.behavior)
    return StoredReport(gathered.subject.profile_id, mark, gathered.now, render_page(_report(gathered)))


def _mark(*results: StoredAnalysis) -> str:
    """Of the circadian and the behaviour analysis, in this order."""
    return hashlib.sha256("\n".join(one.fingerprint for one in results).encode()).hexdigest()


def _report(gathered: _Gathered) -> Report:
    subject, circadian, behavior = gathered.subject, gathered.circadian, gathered.behavior
    history = read_history(subject.profile_id, gathered.readings, subject.archetype, subject.timezone)
    week = free_days_of(gathered.settings, subject.country, history)
    return Report(
        profile_id=subject.profile_id,
        circadian=as_seen(CircadianResult.model_validate_json(circadian.result), gathered.now),
        behavior=as_seen(BehaviorResult.model_validate_json(behavior.result), gathered.now),
        sleep=read_nights(history.windows, week, zone_of(subject.timezone)),
        circadian_analyzed_at=circadian.analyzed_at,
        behavior_analyzed_at=behavior.analyzed_at,
        data_source=gathered.source.name,
        data_age=None if history.through is None else age_of(history.through, gathered.now),
    )


def _current(connection: Connection[Any], profile_id: str, analysis_type: AnalysisType) -> StoredAnalysis:
    stored = read_current(connection, profile_id, analysis_type)
    if stored is None:
        raise MissingResultError(f"has no {analysis_type} yet; materialise it first.")
    if stored.method_version != METHODS[analysis_type].version:
        raise MissingResultError(f"has a {analysis_type} of an older method; materialise it again first.")
    return stored


def _markdown(report: Report) -> dict[str, str]:
    """The pictures as markdown that Dagster's UI shows."""
    pictures = draw_pictures(report)
    return {
        name: f"![{name}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
        for name, svg in pictures.items()
    }
