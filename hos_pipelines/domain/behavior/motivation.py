"""Motivation: what behavior hints at by COM-B (Michie 2011), as hypotheses; motives themselves are nobody's to guess.

No source validates inferring drivers, styles or the answer to setbacks from passive data, so none is told. The rest is
marked inferred, is never more than fairly sure, and of someone with few days nothing is said.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from hos_pipelines.domain.behavior.anchor import CUE_SD
from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord
from hos_pipelines.domain.behavior.habits import (
    MITIGATION,
    friction_text,
    frictions,
    is_established,
    is_seldom,
    seldom_comes_back,
)
from hos_pipelines.domain.behavior.motivation_results import (
    BarrierPattern,
    ComB,
    MotivationProfile,
    StageOfChange,
    Tactic,
)
from hos_pipelines.domain.behavior.result_terms import BehavioralStage
from hos_pipelines.domain.behavior.series import SeriesRecord
from hos_pipelines.domain.behavior.signature import SignatureFacts
from hos_pipelines.domain.behavior.sophistication import Signs
from hos_pipelines.domain.behavior.wording import later_or_earlier, say_value
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.gates import LONG_RUN, MEDIUM, Confidence, Status
from hos_pipelines.domain.sleep import SleepStanding
from hos_pipelines.domain.statements import Statement

STAGES: tuple[BehavioralStage, ...] = ("pre-action", "preparation", "action", "action (maintenance not observable)")
EDGES = (0.2, 0.5, 0.8)
CHANGE_KEYS = ("trend_slope", "trend_q", "change_day", "change_before", "change_after")
COMMON, HALF = 0.35, 0.5
EARLY_WAKE, FIXED_SD = 6.0, 0.5
GAP_HOURS = 1.0
COVERED = 0.8


@dataclass(frozen=True)
class Motives:
    """What the hypotheses are read from; `usual_wake` is the hour at which most days begin."""

    records: Sequence[BehaviorRecord]
    series: Sequence[SeriesRecord]
    rhythm: SignatureFacts
    signs: Signs
    hrv: Fact
    usual_wake: Fact
    wake_sd: Fact
    standing: SleepStanding

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
        confidence=LONG_RUN.confidence(base.n, MEDIUM),
        primary_drivers=[],
        engagement_style=None,
        response_to_setbacks=None,
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
        confidence=Confidence.NONE,
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


def _stage(record: BehaviorRecord) -> StageOfChange:
    """By how often it is done; 26 weeks, which maintenance takes, are never looked at.

    Something seldom done that grew beyond chance is preparation.
    """
    rate, low, high = (record.kept.rate, record.kept.low, record.kept.high) if record.kept else (0.0, 0.0, 0.0)
    least, found, most = (bisect_right(EDGES, share) for share in (low, rate, high))
    stage = STAGES[1] if record.direction > 0 and found == 0 else STAGES[found]
    return StageOfChange(
        behavior=record.behavior.name,
        stage=stage,
        may_be=[name for name in STAGES[least : most + 1] if name != stage],
        fact_ids=record.ids("adherence"),
    )


def _capability(motives: Motives) -> Iterator[Statement]:
    if motives.hrv.value is not None:
        text = f"Heart rate variability of the last week is {say_value(motives.hrv)} the usual band."
        yield Statement(text=text, fact_ids=[motives.hrv.id])
    for one in motives.series:
        if one.kind.prefix == "heart_rate_resting" and one.change in ("improving", "declining"):
            way = "fallen" if one.change == "improving" else "risen"
            text = f"Resting heart rate has {way} over the last weeks."
            yield Statement(text=text, fact_ids=one.ids(*CHANGE_KEYS))
        if one.kind.prefix == "sleep_duration" and one.usual is not None:
            text = f"Usual sleep is {say_value(one.facts['median'])}."
            yield Statement(text=text, fact_ids=one.ids("median"))


def _opportunity(motives: Motives) -> Iterator[Statement]:
    gap = motives.rhythm.free_minus_work_wake
    apart = later_or_earlier(gap.value) if isinstance(gap.value, float) and _is_beyond_chance(gap, 0.0) else None
    if apart is not None:
        text = f"Wakes {apart} on free days than on work days."
        yield Statement(text=text, fact_ids=[gap.id])
    if _is_fixed_early(motives):
        text = f"Wakes early and at a fixed time, usually at {say_value(motives.usual_wake)}."
        yield Statement(text=text, fact_ids=[motives.usual_wake.id, motives.wake_sd.id])


def _automatic(motives: Motives) -> Iterator[Statement]:
    for one in motives.told:
        if is_established(one):
            text = f"{one.behavior.title.capitalize()} has held for weeks."
            yield Statement(text=text, fact_ids=one.ids("habit_strength"))


def _reflective(motives: Motives) -> Iterator[Statement]:
    """What goes with the day of the week, and what comes back after a miss, both only beyond chance."""
    for one in motives.told:
        if one.goes_by_weekday:
            text = f"{one.behavior.title.capitalize()} goes with the day of the week, as if planned."
            yield Statement(text=text, fact_ids=one.ids("weekly_rhythm", "weekly_rhythm_p", "weekly_rhythm_q"))
        recovery = one.number("recovery")
        if recovery is not None and one.kept is not None and recovery > one.kept.rate:
            share = say_value(one.facts["recovery"])
            text = f"{one.behavior.title.capitalize()} comes back on {share} of days after a miss."
            yield Statement(text=text, fact_ids=one.ids("recovery", "adherence"))


def _barriers(motives: Motives) -> Iterator[BarrierPattern]:
    gap = motives.rhythm.free_minus_work_wake
    if motives.standing.is_short and _is_beyond_chance(gap, GAP_HOURS):
        yield BarrierPattern(
            barrier="Work days begin earlier than sleep would end",
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
    """Techniques of the BCT taxonomy v1 by their names there, each for something it can serve."""
    signs = motives.signs
    if signs.shares["data_coverage"] < COVERED:
        reason = f"Readings exist for {say_value(signs.coverage)} of the days since the first one."
        yield Tactic(technique="Self-monitoring of behavior", reason=reason, fact_ids=[signs.coverage.id])
    for one in motives.frictions[:1]:
        reason, keys = friction_text(one)
        if one.behavior.week is not None or is_seldom(one):
            for technique in ("Goal setting (behavior)", "Action planning"):
                yield Tactic(technique=technique, reason=reason, fact_ids=one.ids(*keys))
        if seldom_comes_back(one):
            yield Tactic(technique="Problem solving", reason=reason, fact_ids=one.ids(*keys))
        if motives.usual_wake.value is not None and _is_steady(motives.wake_sd):
            reason = f"Waking has a standard deviation of {say_value(motives.wake_sd)} and can serve as a cue."
            yield Tactic(technique="Prompts/cues", reason=reason, fact_ids=[motives.wake_sd.id])


def _is_beyond_chance(gap: Fact, least: float) -> bool:
    """Whether a difference of work and free days is more than so many hours, with its interval where it has one."""
    if not isinstance(gap.value, float):
        return False
    if gap.interval is None or gap.interval.low is None or gap.interval.high is None:
        return gap.value >= least or least == 0
    return gap.interval.low > least or (least == 0 and gap.interval.high < 0)


def _is_steady(sd: Fact) -> bool:
    return isinstance(sd.value, float) and sd.value <= CUE_SD


def _is_fixed_early(motives: Motives) -> bool:
    wake, sd = motives.usual_wake.value, motives.wake_sd.value
    return isinstance(wake, float) and isinstance(sd, float) and wake < EARLY_WAKE and sd <= FIXED_SD
