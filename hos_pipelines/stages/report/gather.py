"""Gathers all that a page shows of one profile, as the database has it at one instant."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.guidance.plan_rows import PlanKind
from hos_pipelines.domain.history import LOOKBACK_DAYS, Row
from hos_pipelines.postgres.analysis_store import AnalysisInput, StoredAnalysis, read_current, read_inputs
from hos_pipelines.postgres.connection import consistent_read
from hos_pipelines.postgres.insight_store import CurrentInsight, current_insights
from hos_pipelines.postgres.memory_view import CoreMemory, read_core
from hos_pipelines.postgres.plan_store import StoredPlan, read_plan
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.postgres.report_store import read_report
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.methods import METHODS, outdated
from hos_pipelines.stages.data_source import DataSource, read_data_source


class MissingResultError(Exception):
    """A report was asked for of somebody one of whose analyses has not run; the text says which."""


@dataclass(frozen=True, slots=True)
class ReportMaterial:
    """What the database has for one page, at one moment."""

    now: datetime
    known: AnalysisInput
    circadian: StoredAnalysis
    behavior: StoredAnalysis
    readings: Sequence[Row]
    source: DataSource
    insights: Sequence[CurrentInsight] = ()
    remembered: Sequence[CoreMemory] = ()
    plans: Sequence[StoredPlan] = ()

    @property
    def fingerprint(self) -> str:
        """Over those of the two results it shows, the insights, what is remembered, and the plans."""
        return results_fingerprint(self.circadian, self.behavior, self.insights, self.remembered, self.plans)


def gather(connection: Connection[Any], settings: Settings, profile_id: str, now: datetime) -> ReportMaterial:
    """All that the page of one enrolled profile is made from.

    Raises:
        MissingResultError: one of its analyses has not run.
    """
    reads = METHODS[AnalysisType.CIRCADIAN].reads
    with consistent_read(connection):
        circadian, behavior = current_results(connection, profile_id)
        known = read_inputs(connection, AnalysisType.CIRCADIAN, [profile_id], now)[profile_id]
        readings = load_readings(connection, reads, [profile_id], LOOKBACK_DAYS, now.date()).get(profile_id, [])
        source = read_data_source(connection, settings.sahha, now)
        insights = current_insights(connection, profile_id, now)
        remembered = read_core(connection, profile_id)
        plans = coming_plans(connection, profile_id, now)
    return ReportMaterial(now, known, circadian, behavior, readings, source, insights, remembered, plans)


def report_stands(connection: Connection[Any], profile_id: str, now: datetime) -> bool:
    """Whether the stored report of a profile is of its results and memory as they are, made at this very moment."""
    report = read_report(connection, profile_id)
    try:
        results = current_results(connection, profile_id)
    except MissingResultError:
        return False
    insights, remembered = current_insights(connection, profile_id, now), read_core(connection, profile_id)
    mark = results_fingerprint(*results, insights, remembered, coming_plans(connection, profile_id, now))
    return report is not None and (report.fingerprint, report.made_at) == (mark, now)


def current_results(connection: Connection[Any], profile_id: str) -> tuple[StoredAnalysis, StoredAnalysis]:
    """The circadian and the behaviour result that stand.

    Raises:
        MissingResultError: one of them is missing, or of an older method.
    """
    circadian = _current(connection, profile_id, AnalysisType.CIRCADIAN)
    return circadian, _current(connection, profile_id, AnalysisType.BEHAVIOR)


def coming_plans(connection: Connection[Any], profile_id: str, now: datetime) -> list[StoredPlan]:
    """The plans that stand of a day that is not over."""
    found = (read_plan(connection, profile_id, kind) for kind in PlanKind)
    return [one for one in found if one is not None and not one.is_over(now)]


def results_fingerprint(
    circadian: StoredAnalysis,
    behavior: StoredAnalysis,
    insights: Sequence[CurrentInsight] = (),
    remembered: Sequence[CoreMemory] = (),
    plans: Sequence[StoredPlan] = (),
) -> str:
    """The digest a page has, over those of its results and plans, the names of its insights, and what is remembered."""
    rows = (f"{row.key}={row.value} {row.support_count}/{row.contradiction_count}" for row in remembered)
    parts = (circadian.fingerprint, behavior.fingerprint, *(one.insight_id for one in insights), *rows)
    parts += tuple(one.fingerprint for one in plans)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _current(connection: Connection[Any], profile_id: str, analysis_type: AnalysisType) -> StoredAnalysis:
    stored = read_current(connection, profile_id, analysis_type)
    if stored is None:
        raise MissingResultError(f"has no {analysis_type} yet; materialise it first.")
    if (older := outdated(stored)) is not None:
        raise MissingResultError(f"has a {analysis_type} of {older}; materialise it again first.")
    return stored
