"""Makes reports: one HTML page a profile from its stored results and its nights."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
from psycopg import Connection

from hos_pipelines.adapters.analyses import METHODS, free_days
from hos_pipelines.adapters.analysis_runs import FAILED, NEW, Analysed, AnalysisBatch, described_by
from hos_pipelines.adapters.data_source import read_data_source
from hos_pipelines.adapters.database import Database
from hos_pipelines.domain.analysis import AnalysisType
from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.history import LOOKBACK_DAYS, read_history
from hos_pipelines.domain.nights import SleepHistory, read_nights
from hos_pipelines.postgres.analysis_store import StoredAnalysis, Subject, read_current, read_subjects
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.postgres.report_store import StoredReport, write_reports
from hos_pipelines.report.page import Report, draw_pictures, render_page
from hos_pipelines.settings import Settings

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
        if not (context.has_partition_key or context.has_partition_key_range):
            raise dg.Failure("partitions: the run has none; choose the profiles to report on.", allow_retries=False)
        keys = sorted(context.partition_keys)
        if not keys:
            raise dg.Failure(
                "partitions: the range holds nobody; its start must not come after its end.", allow_retries=False
            )
        chunks = self._chunks(keys)
        return AnalysisBatch("analysis_report", chunks, write_reports, described_by(context), is_partitioned=True)

    def make(self, connection: Connection[Any], profile_id: str) -> StoredReport:
        """The report of one enrolled profile, not yet stored.

        Raises:
            MissingResultError: one of its analyses has not run.
        """
        return self._make(connection, profile_id)[0]

    def _chunks(self, profile_ids: Sequence[str]) -> Iterator[list[Analysed]]:
        with self._database.session() as connection:
            for start in range(0, len(profile_ids), CHUNK_PROFILES):
                yield [self._one(connection, key) for key in profile_ids[start : start + CHUNK_PROFILES]]

    def _one(self, connection: Connection[Any], profile_id: str) -> Analysed:
        try:
            stored, pictures = self._make(connection, profile_id)
        except MissingResultError as error:
            return Analysed(profile_id, FAILED, error=str(error))
        except Exception as error:  # noqa: BLE001  the line between one person's page and everyone else's; told below
            return Analysed(profile_id, FAILED, error=f"could not be drawn ({type(error).__name__}).")
        counts: dict[str, int | str] = {
            "bytes": len(stored.html.encode()),
            "fingerprint": stored.fingerprint,
            "kept_in": "analysis_reports",
            "open_with": f"hos report {profile_id} --open",
        }
        return Analysed(profile_id, NEW, finding=stored, counts=counts, pictures=pictures)

    def _make(self, connection: Connection[Any], profile_id: str) -> tuple[StoredReport, dict[str, str]]:
        now, settings = self._now(), self._read_settings()
        circadian = _current(connection, profile_id, AnalysisType.CIRCADIAN)
        behavior = _current(connection, profile_id, AnalysisType.BEHAVIOR)
        subject = read_subjects(connection, AnalysisType.CIRCADIAN, [profile_id])[profile_id]
        source = read_data_source(connection, settings, now)
        report = Report(
            profile_id=profile_id,
            circadian=CircadianResult.model_validate_json(circadian.result),
            behavior=BehaviorResult.model_validate_json(behavior.result),
            sleep=_nights(connection, subject, now, settings),
            circadian_analyzed_at=circadian.analyzed_at,
            behavior_analyzed_at=behavior.analyzed_at,
            data_source=source.name,
            data_age=source.age_at(now, subject.fetched_up_to),
        )
        mark = hashlib.sha256(f"{circadian.fingerprint}\n{behavior.fingerprint}".encode()).hexdigest()
        stored = StoredReport(profile_id, mark, now, render_page(report))
        return stored, _markdown(report) if settings.hos_pictures_in_events else {}


def _current(connection: Connection[Any], profile_id: str, analysis_type: AnalysisType) -> StoredAnalysis:
    stored = read_current(connection, profile_id, analysis_type)
    if stored is None:
        raise MissingResultError(f"has no {analysis_type} yet; materialise it first.")
    return stored


def _nights(connection: Connection[Any], subject: Subject, now: datetime, settings: Settings) -> SleepHistory:
    reads = METHODS[AnalysisType.CIRCADIAN].reads
    readings = load_readings(connection, reads, [subject.profile_id], LOOKBACK_DAYS, now.date())
    history = read_history(
        subject.profile_id, readings.get(subject.profile_id, ()), subject.archetype, subject.timezone
    )
    zone = ZoneInfo(subject.timezone) if subject.timezone else None
    return read_nights(history.windows, free_days(settings, subject.country, history.through), zone)


def _markdown(report: Report) -> dict[str, str]:
    """The pictures as markdown that Dagster's UI shows."""
    pictures = draw_pictures(report)
    return {
        name: f"![{name}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
        for name, svg in pictures.items()
    }
