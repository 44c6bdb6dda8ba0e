"""Draws the page of one profile, and its pictures by themselves."""

import base64
from datetime import datetime

from hos_pipelines.domain.behavior.results import BehaviorResult
from hos_pipelines.domain.circadian.results import CircadianResult
from hos_pipelines.domain.history import read_history
from hos_pipelines.domain.nights import read_nights
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.staleness import age_of, as_seen
from hos_pipelines.postgres.insight_store import CurrentInsight
from hos_pipelines.postgres.report_store import StoredReport
from hos_pipelines.report.page import Report, draw_pictures, render_page
from hos_pipelines.report.remembered import remembered_line
from hos_pipelines.report.told_insights import ToldOnPage
from hos_pipelines.settings.settings import Settings
from hos_pipelines.stages.analysis.free_days import free_days_of
from hos_pipelines.stages.report.day import shown_day
from hos_pipelines.stages.report.gather import ReportMaterial


def draw(material: ReportMaterial, settings: Settings) -> tuple[StoredReport, dict[str, str]]:
    """The page, to be stored; and its pictures as markdown for Dagster's UI, where the deployment wants them there."""
    report = _report(material, settings)
    page = StoredReport(material.known.profile_id, material.fingerprint, material.now, render_page(report))
    return page, _markdown(report) if settings.house.pictures_in_events else {}


def _report(material: ReportMaterial, settings: Settings) -> Report:
    known, circadian, behavior = material.known, material.circadian, material.behavior
    history = read_history(known.profile_id, material.readings, known.archetype, known.timezone)
    week = free_days_of(settings.analysis, known.country, history, known.said)
    result = CircadianResult.model_validate_json(circadian.result)
    energy = [(slot.time, slot.energy_level) for slot in result.energy_timeline]
    return Report(
        profile_id=known.profile_id,
        circadian=as_seen(result, material.now),
        behavior=as_seen(BehaviorResult.model_validate_json(behavior.result), material.now),
        sleep=read_nights(history.windows, week, zone_of(known.timezone)),
        circadian_analyzed_at=circadian.analyzed_at,
        behavior_analyzed_at=behavior.analyzed_at,
        data_source=material.source.name,
        insights=[_told(one, material.now) for one in material.insights],
        data_age=None if history.through is None else age_of(history.through, material.now),
        remembered=[
            remembered_line(row.key, row.value, row.source, row.support_count, row.contradiction_count)
            for row in material.remembered
        ],
        day=shown_day({one.kind: one for one in material.plans}, energy),
    )


def _told(one: CurrentInsight, now: datetime) -> ToldOnPage:
    action = None if one.is_stale(now) else one.action
    return ToldOnPage(one.subject, one.title, one.content, action, one.confidence, one.n)


def _markdown(report: Report) -> dict[str, str]:
    pictures = draw_pictures(report)
    return {
        name: f"![{name}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"
        for name, svg in pictures.items()
    }
