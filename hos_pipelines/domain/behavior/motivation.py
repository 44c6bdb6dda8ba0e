"""Motivation: hypotheses about motives and barriers, by COM-B (Michie 2011), read from behavior alone.

No source validates inferring stage or motive from passive data, so all of it is marked inferred, is never more than
fairly sure, and of someone with few days nothing is said. What people think, or do in company, is not recorded here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hos_pipelines.domain.behavior.habits import CUE_SD, MITIGATION, BehaviorRecord, frictions, is_established
from hos_pipelines.domain.behavior.results import (
    BarrierPattern,
    BehavioralStage,
    ComB,
    Driver,
    Engagement,
    MotivationProfile,
    Setbacks,
    StageOfChange,
    Statement,
    Tactic,
    confidence_of,
)
from hos_pipelines.domain.behavior.series import SeriesRecord
from hos_pipelines.domain.behavior.signature import Rhythm
from hos_pipelines.domain.behavior.sophistication import Signs
from hos_pipelines.domain.behavior.wording import duration_text, said
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import LONG_RUN, MEDIUM, Status

RESILIENT, ADAPTIVE = 0.6, 0.35
SELDOM, HALF, MOSTLY = 0.2, 0.5, 0.8
GREW = 0.15
COMMON = 0.35
EARLY_WAKE, FIXED_SD = 6.0, 0.5
GAP_HOURS = 1.0
FREELY = 1.0
WEEKDAY_P = 0.05
COVERED = 0.8


@dataclass(frozen=True)
class Motives:
    """What the hypotheses are read from."""

    records: Sequence[BehaviorRecord]
    series: Sequence[SeriesRecord]
    rhythm: Rhythm
    signs: Signs
    hrv: Fact
    typical_wake: Fact
    wake_sd: Fact

    @cached_property
    def told(self) -> list[BehaviorRecord]:
        """The behaviors with enough days, and a standard that is not the person's own distribution."""
        return [one for one in self.records if one.kept is not None and not one.behavior.is_relative]

    @cached_property
    def frictions(self) -> list[BehaviorRecord]:
        """Those of them that meet friction, the worst first."""
        return frictions(self.told)


def motivation_profile(motives: Motives) -> MotivationProfile:
    """The part of the result; with fewer than 14 days of every behavior it says nothing."""
    base = motives.rhythm.consistency_score
    if base.status is Status.INSUFFICIENT:
        return _nothing(base)
    tactics = list(_tactics(motives))
    hints = ComB(
        capability=list(_capability(motives)),
        opportunity=list(_opportunity(motives)),
        motivation_automatic=list(_automatic(motives)),
        motivation_reflective=list(_reflective(motives)),
    )
    barriers = list(_barriers(motives))
    stages = [_stage(record) for record in motives.told]
    cited = [
        *(one.fact_ids for one in _statements(hints)),
        *(one.fact_ids for one in barriers),
        *(one.fact_ids for one in tactics),
        *(one.fact_ids for one in stages),
    ]
    return MotivationProfile(
        status=base.status,
        missing=[],
        fact_ids=sorted({fact_id for ids in cited for fact_id in ids}),
        confidence=confidence_of(base.status, LONG_RUN.confidence(base.n, MEDIUM)),
        primary_drivers=list(_drivers(motives)),
        engagement_style=_style(motives),
        response_to_setbacks=_setbacks(motives.signs.recovery),
        barrier_patterns=barriers,
        optimal_motivation_tactics=list(dict.fromkeys(one.technique for one in tactics)),
        tactics=tactics,
        com_b=hints,
        stages=stages,
    )


def _nothing(base: Fact) -> MotivationProfile:
    return MotivationProfile(
        status=Status.INSUFFICIENT,
        missing=[base.missing] if base.missing else [],
        confidence="none",
        primary_drivers=[],
        engagement_style=None,
        response_to_setbacks=None,
        barrier_patterns=[],
        optimal_motivation_tactics=[],
        tactics=[],
        com_b=ComB(capability=[], opportunity=[], motivation_automatic=[], motivation_reflective=[]),
        stages=[],
    )


def _statements(hints: ComB) -> list[Statement]:
    return [*hints.capability, *hints.opportunity, *hints.motivation_automatic, *hints.motivation_reflective]


def _drivers(motives: Motives) -> Iterator[Driver]:
    """Achievement where steps credibly rise, health where sleep is looked after, performance where exercise is."""
    if any(one.kind.prefix == "steps" and one.trend == "improving" for one in motives.series):
        yield "achievement"
    rates = {one.behavior.name: one.kept.rate for one in motives.told if one.kept}
    if rates.get("enough_sleep", 0.0) >= MOSTLY:
        yield "health"
    if rates.get("exercise", 0.0) >= HALF:
        yield "performance"


def _style(motives: Motives) -> Engagement | None:
    """Process where a habit holds by itself, goals where weekdays differ or misses are made good the next day."""
    if any(map(is_established, motives.told)):
        return "process_oriented"
    planned = any(_goes_by_weekday(one) for one in motives.told)
    return "goal_oriented" if planned or _setbacks(motives.signs.recovery) == "resilient" else None


def _setbacks(recovery: Fact) -> Setbacks | None:
    if not isinstance(recovery.value, float):
        return None
    if recovery.value >= RESILIENT:
        return "resilient"
    return "adaptive" if recovery.value >= ADAPTIVE else "discouraged"


def _stage(record: BehaviorRecord) -> StageOfChange:
    """By how often it is done and whether it grew; 26 weeks, which maintenance takes, are never looked at."""
    rate = record.kept.rate if record.kept else 0.0
    stage: BehavioralStage
    if rate >= HALF:
        stage = "action (maintenance not observable)" if rate >= MOSTLY else "action"
    else:
        stage = "preparation" if rate >= SELDOM or record.direction >= GREW else "pre-action"
    return StageOfChange(behavior=record.behavior.name, stage=stage, fact_ids=record.ids("adherence"))


def _capability(motives: Motives) -> Iterator[Statement]:
    if motives.hrv.value is not None:
        text = f"Heart rate variability of the last week is {said(motives.hrv)} the usual band."
        yield Statement(text=text, fact_ids=[motives.hrv.id])
    for one in motives.series:
        if one.kind.prefix == "heart_rate_resting" and one.trend in ("improving", "declining"):
            way = "falling" if one.trend == "improving" else "rising"
            yield Statement(text=f"Resting heart rate has been {way}.", fact_ids=one.ids("trend_slope", "trend_p"))
        if one.kind.prefix == "sleep_duration" and one.usual is not None:
            text = f"Usual sleep is {said(one.facts['median'])}."
            yield Statement(text=text, fact_ids=one.ids("median"))


def _opportunity(motives: Motives) -> Iterator[Statement]:
    gap = motives.rhythm.free_minus_work_wake
    if isinstance(gap.value, float):
        way = "later" if gap.value > 0 else "earlier"
        text = f"Wakes {duration_text(abs(gap.value))} {way} on free days than on work days."
        yield Statement(text=text, fact_ids=[gap.id])
    if _is_fixed_early(motives):
        text = f"Wakes early and at a fixed time, usually at {said(motives.typical_wake)}."
        yield Statement(text=text, fact_ids=[motives.typical_wake.id, motives.wake_sd.id])


def _automatic(motives: Motives) -> Iterator[Statement]:
    for one in motives.told:
        if is_established(one):
            text = f"{one.behavior.title.capitalize()} seems to hold by itself."
            yield Statement(text=text, fact_ids=one.ids("habit_strength"))


def _reflective(motives: Motives) -> Iterator[Statement]:
    recovery, ratio = motives.signs.recovery, motives.rhythm.free_work_steps_ratio
    if recovery.value is not None:
        text = f"Comes back the day after a miss in {said(recovery)} of the cases."
        yield Statement(text=text, fact_ids=[recovery.id])
    for one in motives.told:
        if _goes_by_weekday(one):
            text = f"{one.behavior.title.capitalize()} goes with the day of the week, as if planned."
            yield Statement(text=text, fact_ids=one.ids("weekly_rhythm", "weekly_rhythm_p"))
    if isinstance(ratio.value, float) and ratio.value >= FREELY:
        text = "At least as active on free days as on work days, which would fit own choice."
        yield Statement(text=text, fact_ids=[ratio.id])


def _barriers(motives: Motives) -> Iterator[BarrierPattern]:
    gap = motives.rhythm.free_minus_work_wake
    if isinstance(gap.value, float) and gap.value >= GAP_HOURS:
        yield BarrierPattern(
            barrier="Work days begin earlier than the own rhythm would",
            frequency="common",
            override_strategy="Bring bedtime forward on evenings before work days.",
            fact_ids=[gap.id],
        )
    for one in motives.frictions:
        rate = one.kept.rate if one.kept else 0.0
        yield BarrierPattern(
            barrier=f"Something keeps from {one.behavior.title}",
            frequency="common" if rate < COMMON else "occasional" if rate < HALF else "rare",
            override_strategy=MITIGATION[one.behavior.name],
            fact_ids=one.ids("adherence", "recovery"),
        )


def _tactics(motives: Motives) -> Iterator[Tactic]:
    """Techniques of the BCT taxonomy v1 by their names there."""
    signs = motives.signs
    if signs.shares["data_coverage"] < COVERED:
        reason = f"Readings exist for {said(signs.coverage)} of the days."
        yield Tactic(technique="Self-monitoring of behavior", reason=reason, fact_ids=[signs.coverage.id])
    for one in motives.frictions[:1]:
        reason = f"{one.behavior.title.capitalize()} is met on {said(one.facts['adherence'])} of the recorded days."
        for technique in ("Goal setting (behavior)", "Action planning"):
            yield Tactic(technique=technique, reason=reason, fact_ids=one.ids("adherence"))
    if isinstance(motives.wake_sd.value, float) and motives.wake_sd.value <= CUE_SD:
        reason = f"Waking has a standard deviation of {said(motives.wake_sd)} and can serve as a cue."
        yield Tactic(technique="Prompts/cues", reason=reason, fact_ids=[motives.wake_sd.id])
    if _setbacks(signs.recovery) in ("adaptive", "discouraged"):
        reason = f"A miss is made good the next day in {said(signs.recovery)} of the cases."
        yield Tactic(technique="Problem solving", reason=reason, fact_ids=[signs.recovery.id])


def _goes_by_weekday(record: BehaviorRecord) -> bool:
    p = record.number("weekly_rhythm_p")
    return p is not None and p < WEEKDAY_P


def _is_fixed_early(motives: Motives) -> bool:
    wake, sd = motives.typical_wake.value, motives.wake_sd.value
    return isinstance(wake, float) and isinstance(sd, float) and wake < EARLY_WAKE and sd <= FIXED_SD
