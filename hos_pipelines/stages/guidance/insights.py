"""The stage of insights: reads readings, analyses and what was told; finds, checks and writes what is worth it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import orjson
from psycopg import Connection

from hos_pipelines.domain.analysis_scope import AnalysisType
from hos_pipelines.domain.day_text import day_text
from hos_pipelines.domain.facts import Fact, Interval
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.guidance.insights.concerns import StoredConcern
from hos_pipelines.domain.guidance.insights.lived import lived_series
from hos_pipelines.domain.guidance.insights.make import KnownOfPerson, counts_of, find_insights
from hos_pipelines.domain.guidance.insights.remembered import HeldTrue
from hos_pipelines.domain.guidance.insights.rows import broken_row_checks, row_of
from hos_pipelines.domain.guidance.insights.told import ToldInsight
from hos_pipelines.domain.history import LOOKBACK_DAYS, History, Row, Series, read_history
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.staleness import is_stale
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.postgres.analysis_store import AnalysisInput, read_inputs
from hos_pipelines.postgres.engagement_store import read_engagement
from hos_pipelines.postgres.insight_store import (
    InsightWrite,
    read_concerns,
    read_held_true,
    read_told,
    write_insights,
)
from hos_pipelines.postgres.reading_store import load_readings
from hos_pipelines.stages.analysis.free_days import free_days_of
from hos_pipelines.stages.analysis.methods import METHODS
from hos_pipelines.stages.guidance.guidance_stage import Guidance, GuidanceMoment, GuidanceStage


@dataclass(frozen=True)
class InsightMaterial:
    """All that the insights of one person are made from."""

    known: AnalysisInput
    readings: Sequence[Row]
    concerns: Sequence[Mapping[str, Any]]
    told: Sequence[ToldInsight]
    done: Engagement
    held_true: Sequence[HeldTrue]
    at: GuidanceMoment

    @cached_property
    def history(self) -> History:
        """The readings as an analysis takes them."""
        return read_history(self.known.profile_id, self.readings, self.known.archetype, self.known.timezone)

    @cached_property
    def week(self) -> WorkWeek:
        """The free days around the readings."""
        return free_days_of(self.at.settings.analysis, self.known.country, self.history, self.known.said)

    @cached_property
    def lived(self) -> Mapping[str, Series]:
        """What the person says of their days, as of when it was read."""
        return lived_series(self.done, zone_of(self.known.timezone), self.at.now)

    @cached_property
    def digest(self) -> str:
        """Of readings, free days, concerns, feedback and staleness: all that what is told depends on."""
        history, week = self.history, self.week
        feedback = [
            (one.insight_id, one.rating, one.applied_at, one.acknowledged_at)
            for one in self.told
            if one.rating is not None or one.applied_at or one.acknowledged_at
        ]
        parts = (
            RULE_VERSIONS[GuidanceKind.INSIGHTS],
            history.digest,
            history.timezone or "",
            repr((sorted(week.free_weekdays), sorted(week.holidays), sorted(week.working))),
            orjson.dumps(self.concerns).decode(),
            repr(feedback),
            repr([(name, one.days.tolist(), one.values.tolist()) for name, one in sorted(self.lived.items())]),
            repr(sorted(self.held_true, key=lambda one: one.key)),
            repr(history.through is not None and is_stale(history.through, self.at.now)),
        )
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


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
    done = read_engagement(connection, list(known), since, until, at.now)
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
    GuidanceKind.INSIGHTS, read_material, digest_of, make_insights, write_insights
)
