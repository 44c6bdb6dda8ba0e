"""All that adaptation goes by of one person, as it was read, and what it comes to, worked out once."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import cached_property

from hos_pipelines.domain.guidance.adaptation.adapt import adapt, is_put_off
from hos_pipelines.domain.guidance.adaptation.evaluating import judged_until
from hos_pipelines.domain.guidance.adaptation.gather import KnownOfAdapted, seen_of
from hos_pipelines.domain.guidance.adaptation.judging import last_closed_week
from hos_pipelines.domain.guidance.adaptation.record import AdaptationFinding, AdaptationRecord
from hos_pipelines.domain.guidance.adaptation.seen import SeenOfPerson
from hos_pipelines.domain.guidance.adaptation.standing_still import is_flat
from hos_pipelines.domain.guidance.guidance_kind import RULE_VERSIONS, GuidanceKind
from hos_pipelines.domain.person.engagement import Engagement
from hos_pipelines.domain.profiles import Archetype, zone_of
from hos_pipelines.postgres.adaptation_sources import AdaptationSources
from hos_pipelines.postgres.plan_store import PlanSubject
from hos_pipelines.stages.guidance.guidance_stage import GuidanceMoment


@dataclass(frozen=True)
class AdaptationMaterial:
    """What is stored of one person's adaptation, and what there is to see."""

    known: PlanSubject
    record: AdaptationRecord
    engagement: Engagement
    sources: AdaptationSources
    at: GuidanceMoment

    @cached_property
    def zone(self) -> tzinfo:
        """That of the profile, else the offset of the newest reading; UTC where neither is known."""
        named = zone_of(self.known.timezone)
        if named is not None:
            return named
        minutes = self.known.offset_minutes
        return UTC if minutes is None else timezone(timedelta(minutes=minutes))

    @cached_property
    def seen(self) -> SeenOfPerson:
        """What there is to go by now."""
        told = self.sources
        today = self._day(self.at.now)
        known = KnownOfAdapted(
            profile_id=self.known.profile_id,
            archetype=Archetype(self.known.archetype),
            zone=self.zone,
            low=frozenset(told.low),
            upheavals=frozenset({*told.offsets, *(self._day(at) for key, at in told.stated_anew if key != "goal")}),
            goal_changes=[self._day(at) for key, at in told.stated_anew if key == "goal"],
            allows_switch=told.allows_switch,
            is_flat=is_flat(told.series, today),
            series=told.series,
        )
        return seen_of(known, self.engagement, self.at.now)

    @cached_property
    def finding(self) -> AdaptationFinding:
        """The rows that are new or differ."""
        return adapt(self.record, self.seen)

    @cached_property
    def digest(self) -> str:
        """Of the last week that is over and what was said from then on, of judgements that are due, and of facts.

        It is the same before and after what follows was written; what was said of weeks before counts no more.
        """
        seen = self.seen
        week = last_closed_week(self.record, seen)
        parts = (
            RULE_VERSIONS[GuidanceKind.ADAPTATION],
            str(self.zone),
            seen.archetype,
            seen.allows_switch,
            week,
            list(self._judgements_due()),
            self._said_since(date.min if week is None else week, week),
            sorted(day for day in seen.low if week is None or day >= week),
            sorted(seen.upheavals),
            sorted(seen.goal_changes),
            is_put_off(self.record.with_rows(self.finding), seen),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _said_since(self, since: date, week: date | None) -> tuple[object, ...]:
        until = date.min if week is None else week + timedelta(days=6)
        done = self.engagement
        return (
            [(one.id, one.superseded_at is None) for one in done.items if since <= one.plan_date <= until],
            [
                (one.plan_item_id, one.planned_date, one.status, one.satisfaction, one.again, one.done_at, one.told_at)
                for one in done.checkins
                if one.planned_date >= since
            ],
            [
                (one.journal_date, one.is_ill, one.has_pain, one.is_travelling, one.is_on_holiday, one.told_at)
                for one in done.journals
                if one.journal_date >= since
            ],
        )

    def _judgements_due(self) -> Iterator[tuple[str, int]]:
        for change in self.record.changes:
            watched = change.watch
            if watched is None or change.standing in ("withdrawn", "overtaken"):
                continue
            attempts = (1, 2) if watched.is_extended else (1,)
            settled = sum(self.seen.is_settled(judged_until(watched, attempt)) for attempt in attempts)
            if settled:
                yield str(change.id), settled

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()
