"""The stage of insights: reads readings, analyses and what was told; finds, checks and writes what is worth it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.facts import Fact, Interval
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines.domain.guidance.guidance_kind import GuidanceKind
from hos_pipelines.domain.guidance.insights.concerns import StoredConcern
from hos_pipelines.domain.guidance.insights.make import KnownOfPerson, counts_of, find_insights
from hos_pipelines.domain.guidance.insights.rows import broken_row_checks, row_of
from hos_pipelines.domain.history import LOOKBACK_DAYS
from hos_pipelines.domain.staleness import is_stale
from hos_pipelines.postgres.analysis_store import read_inputs
from hos_pipelines.postgres.engagement_store import read_what_was_asked
from hos_pipelines.postgres.insight_store import (
    InsightWrite,
    read_concerns,
    read_held_true,
    read_told,
    write_insights,
)
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.stages.analysis.methods import METHODS
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment, GuidanceStage
from hos_pipelines.stages.guidance.insight_material import InsightMaterial
from hos_pipelines.stages.guidance.insight_words import open_insight_words


def read_material(
    connection: Connection[Any], profile_ids: Sequence[str], at: GuidanceMoment
) -> dict[str, InsightMaterial]:
    """What there is of these people, by a query for each kind of row."""
    known = read_inputs(connection, AnalysisType.BEHAVIOR, profile_ids, at.now)
    reads = METHODS[AnalysisType.BEHAVIOR].reads
    readings = load_readings(connection, reads, profile_ids, LOOKBACK_DAYS, at.now.date())
    concerns, told = read_concerns(connection, profile_ids), read_told(connection, profile_ids, at.now)
    today, held_true = at.now.date(), read_held_true(connection, profile_ids)
    # A day on either side: whoever is ahead of UTC has begun a day that others have not.
    since, until = today - timedelta(days=LOOKBACK_DAYS + 1), today + timedelta(days=1)
    done = read_what_was_asked(connection, list(known), since, until, at.now)
    return {
        key: InsightMaterial(
            one, readings.get(key, ()), concerns.get(key, ()), told.get(key, ()), done[key], held_true.get(key, ()), at
        )
        for key, one in known.items()
    }


def digest_of(material: InsightMaterial, _at: GuidanceMoment) -> str:
    """A digest of all that what is told depends on, as of when it was read."""
    return material.digest


def make_insights(material: InsightMaterial, at: GuidanceMoment) -> Guidance[InsightWrite]:
    """What is told to one person from now on. Of readings that are days old nothing new is said."""
    history, mark = material.history, material.digest
    if history.through is not None and is_stale(history.through, at.now):
        lacking = f"newer readings: the newest are of {day_text(history.through)}"
        return Guidance(InsightWrite(mark, (), (), {}), Status.STALE.value, {"tests": 0, "new": 0}, (lacking,))
    concerns = [_concern(one) for one in material.concerns if one.get("facts")]
    known = KnownOfPerson(concerns, material.lived, material.held_true)
    found = find_insights(history, material.week, known, material.told, at.now)
    actions = found.actions
    rows = [row_of(one, rank, actions[one.candidate.key], at.now) for one, rank in found.chosen.new]
    write = InsightWrite(mark, rows, found.chosen.confirmed, found.chosen.ended)
    return Guidance(write, found.status.value, counts_of(found), found.missing, broken_row_checks(rows))


def _concern(told: Mapping[str, Any]) -> StoredConcern:
    return StoredConcern(str(told["action"]), [_fact(one) for one in told["facts"]])


def _fact(told: Mapping[str, Any]) -> Fact:
    """A fact as an analysis has stored it."""
    interval = told.get("interval")
    return Fact(
        **{
            **told,
            "confidence": Confidence(told["confidence"]),
            "status": Status(told["status"]),
            "interval": None if interval is None else Interval(**interval),
        }
    )


INSIGHTS: GuidanceStage[InsightMaterial, InsightWrite] = GuidanceStage(
    GuidanceKind.INSIGHTS, read_material, digest_of, make_insights, write_insights, words=open_insight_words
)
