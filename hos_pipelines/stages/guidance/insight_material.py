"""All that the insights of one person are made from, as it was read, and what it comes to, worked out once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.guidance.insights.lived import lived_series
from hos_pipelines.domain.guidance.insights.remembered import HeldTrue
from hos_pipelines.domain.guidance.insights.told import ToldInsight
from hos_pipelines.domain.history import History, Row, Series, read_history
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.profiles import zone_of
from hos_pipelines.domain.staleness import is_stale
from hos_pipelines.domain.work_week import WorkWeek
from hos_pipelines.postgres.analysis_store import AnalysisInput
from hos_pipelines.stages.analysis.free_days import free_days_of
from hos_pipelines.stages.guidance.guidance_stage import GuidanceMoment


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
