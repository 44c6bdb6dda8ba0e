"""Readiness: how today stands against the person's own days; the worst concern of the window, what to do about it."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from hos_pipelines.domain.behavior.habits import MITIGATION, BehaviorRecord, cue_of, is_seldom, overlooked_behaviors
from hos_pipelines.domain.behavior.results import (
    Anchor,
    Band,
    Level,
    PrimaryGoal,
    Readiness,
    Recommendation,
    Statement,
)
from hos_pipelines.domain.behavior.series import CURRENT_DAYS, SeriesRecord
from hos_pipelines.domain.behavior.vitals import hrv_of, resting_rate
from hos_pipelines.domain.behavior.wording import LABEL, said
from hos_pipelines.domain.clock import clock_text
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import BASELINE, LONG_RUN, Gate, Status, worst
from hos_pipelines.domain.history import History, Series

HRV_WEEK = Gate("nights with HRV in the last 7 days", 3, 5, 7)
HRV_TYPES = ("heart_rate_variability_rmssd", "heart_rate_variability_sdnn")
# A quarter, and a tenth, of normal values lies beyond this many deviations on one side.
QUARTILE_Z, DECILE_Z = 0.6745, 1.2816
TWO_WARNINGS = 2
SEVERE, MARKED = 0.75, 0.5
MOST_CONCERNS = 4
FOUR_WEEKS, THREE_DAYS = "four weeks", "the next three days"
GOALS = {
    "enough_sleep": ("Sleep long enough on most nights", "Enough sleep on five of seven nights"),
    "exercise": ("Exercise regularly", "Twenty minutes of exercise on three days a week"),
    "regular_wake": (
        "Wake at a steady time",
        "Waking within three quarters of an hour of the usual time on five of seven days",
    ),
}
# Ours: sleep duration weighs most, then the others.
IMPORTANCE = {"enough_sleep": 1.0, "exercise": 0.8, "regular_wake": 0.5}
HrvWord = Literal["below", "within", "above"]
PulseWord = Literal["raised", "usual"]
HRV_WORDS: tuple[HrvWord, ...] = ("below", "within", "above")
PULSE_WORDS: tuple[PulseWord, ...] = ("raised", "usual")


class Vitals(NamedTuple):
    """The facts readiness rests on; score facts are None where no readiness score was delivered."""

    score: Fact | None
    score_z: Fact | None
    hrv: Fact
    pulse: Fact


class Concern(NamedTuple):
    """Something the data show that could be better; `severity` from 0 to 1 is ours and only orders them."""

    severity: float
    goal: str
    timeline: str
    metrics: list[str]
    recommendation: str
    reason: str
    fact_ids: list[str]


def record_vitals(sheet: FactSheet, history: History, series: Sequence[SeriesRecord], through: int) -> Vitals:
    """Enters HRV state and resting heart rate flag; those of the readiness score are on the sheet with its series."""
    score = next((one.facts for one in series if one.kind.prefix == "readiness_score"), {})
    return Vitals(
        score.get("latest"), score.get("latest_z"), _hrv(sheet, history, through), _pulse(sheet, series, through)
    )


def readiness(vitals: Vitals) -> Readiness:
    """The part of the result.

    Warnings are a score in the worst quarter of the own days, HRV below its band, and a raised resting heart rate. Low:
    two warnings, a raised resting heart rate, or a score in the worst tenth. High: a score in the best quarter and no
    warning. Medium otherwise. Without a score nothing is High; without any of the three there is no level. The rule is
    ours.
    """
    facts = [fact for fact in vitals if fact is not None]
    told = [fact for fact in facts if fact.value is not None]
    judged = [fact for fact in told if fact is not vitals.score]
    level = _level(vitals) if judged else None
    lacking = [f"{fact.id}: {fact.missing}" for fact in facts if fact.missing]
    if vitals.score_z is None:
        lacking.insert(0, "readiness_score: none with a baseline of the own days")
    status = worst(*(fact.status for fact in judged)) if judged else Status.INSUFFICIENT
    return Readiness(
        status=status,
        missing=lacking,
        fact_ids=[fact.id for fact in told],
        level=level,
        score=_number(vitals.score),
        score_z=_number(vitals.score_z),
        hrv_state=_state(vitals.hrv),
        rhr_flag=_flag(vitals.pulse),
        reasons=list(_reasons(vitals)),
    )


def concerns(
    records: Sequence[BehaviorRecord], series: Sequence[SeriesRecord], vitals: Vitals, regularity: Fact, onset_sd: Fact
) -> list[Concern]:
    """What the data show that could be better, the worst first."""
    overlooked = overlooked_behaviors(records)
    found = [
        *_strain(vitals),
        *_unsteady_bedtimes(regularity, onset_sd),
        *(concern for record in records if record.behavior.name not in overlooked for concern in _seldom_done(record)),
        *(concern for one in series for concern in _declining(one)),
    ]
    return sorted(found, key=lambda one: (-one.severity, one.goal))


def primary_goal(found: Sequence[Concern], records: Sequence[BehaviorRecord]) -> PrimaryGoal | None:
    """The worst concern as a goal; without one, to keep what holds best; None where too little is known of anything."""
    if found:
        one = found[0]
        return PrimaryGoal(goal=one.goal, timeline=one.timeline, success_metrics=one.metrics, fact_ids=one.fact_ids)
    known = [record for record in records if record.kept is not None]
    if not known:
        return None
    strongest = max(known, key=lambda record: (record.number("habit_strength") or 0.0, record.behavior.name))
    return PrimaryGoal(
        goal=f"Keep {strongest.behavior.title}",
        timeline=FOUR_WEEKS,
        success_metrics=[f"Done on at least as many days as now ({said(strongest.facts['adherence'])})"],
        fact_ids=strongest.ids("adherence", "habit_strength"),
    )


def recommendations(found: Sequence[Concern], anchor: Anchor | None, recorded: Fact) -> list[Recommendation]:
    """What to do, the most urgent first: the worst concerns, a cue for something new, more days where they are few."""
    told = [
        Recommendation(
            recommendation=one.recommendation, reason=one.reason, priority=_priority(one), fact_ids=one.fact_ids
        )
        for one in found[:MOST_CONCERNS]
    ]
    cue = cue_of(anchor)
    if anchor is not None and cue is not None:
        told.append(_stacking(anchor, cue))
    if recorded.n < LONG_RUN.preliminary:
        told.append(
            Recommendation(
                recommendation="Wear the device day and night for the next weeks.",
                reason=f"So far there are readings of {said(recorded)}.",
                priority="high" if not told else "medium",
                fact_ids=[recorded.id],
            )
        )
    return told


def _hrv(sheet: FactSheet, history: History, through: int) -> Fact:
    """The state of the HRV type that was delivered last: SDNN and RMSSD are never mixed."""
    delivered = [one for name in HRV_TYPES if len(one := history.of(name))]
    current: Series | None = max(delivered, key=lambda one: int(one.days[-1]), default=None)
    state = hrv_of(current, through) if current is not None else None
    n = int((current.days > through - 7).sum()) if current is not None else 0
    basis = Basis.of(HRV_WEEK, n, "mean ln HRV of 7 days against the 28 before, +- 0.5 SD (Plews 2014)")
    if state is None and basis.status is not Status.INSUFFICIENT:
        basis = basis.refused("14 days with HRV in the four weeks before the last seven days, and some variation")
    return sheet.add("hrv_state", state.state if state else None, LABEL, basis)


def _pulse(sheet: FactSheet, series: Sequence[SeriesRecord], through: int) -> Fact:
    method = "z >= 2 and 5 bpm above the median on two days in a row (ours, after Quer 2020)"
    record = next((one for one in series if one.kind.prefix == "heart_rate_resting"), None)
    basis = Basis.of(BASELINE, len(record.series) if record else 0, method)
    if record is None or record.usual is None:
        return sheet.add("rhr_flag", None, LABEL, basis)
    if through - int(record.series.days[-1]) > CURRENT_DAYS:
        return sheet.add("rhr_flag", None, LABEL, basis.refused("a resting heart rate of the last days"))
    found = resting_rate(record.series.days, record.series.values, record.usual)
    return sheet.add("rhr_flag", "raised" if found and found.is_raised else "usual", LABEL, basis)


def _level(vitals: Vitals) -> Level:
    z = _number(vitals.score_z)
    raised = _flag(vitals.pulse) == "raised"
    warnings = sum((z is not None and z <= -QUARTILE_Z, _state(vitals.hrv) == "below", raised))
    if raised or warnings >= TWO_WARNINGS or (z is not None and z <= -DECILE_Z):
        return "Low"
    return "High" if z is not None and z >= QUARTILE_Z and not warnings else "Medium"


def _reasons(vitals: Vitals) -> Iterator[Statement]:
    z = _number(vitals.score_z)
    if vitals.score is not None and vitals.score_z is not None and z is not None:
        place = "above" if z >= QUARTILE_Z else "below" if z <= -QUARTILE_Z else "near"
        text = f"The readiness score is {said(vitals.score)}, {place} the middle of the own days."
        yield Statement(text=text, fact_ids=[vitals.score.id, vitals.score_z.id])
    if _state(vitals.hrv) is not None:
        text = f"Heart rate variability of the last week is {said(vitals.hrv)} the usual band."
        yield Statement(text=text, fact_ids=[vitals.hrv.id])
    if _flag(vitals.pulse) is not None:
        yield Statement(text=f"Resting heart rate is {said(vitals.pulse)}.", fact_ids=[vitals.pulse.id])


def _strain(vitals: Vitals) -> Iterator[Concern]:
    if _flag(vitals.pulse) == "raised":
        yield Concern(
            0.9,
            "Recover",
            THREE_DAYS,
            ["Resting heart rate back to usual"],
            "Take it easy until the resting heart rate is back to usual.",
            "Resting heart rate has been raised for two days.",
            [vitals.pulse.id],
        )
    if _state(vitals.hrv) == "below":
        yield Concern(
            0.4,
            "Recover",
            THREE_DAYS,
            ["Heart rate variability back within its usual band"],
            "Prefer easy movement and an early night.",
            "Heart rate variability of the last week is below the usual band.",
            [vitals.hrv.id],
        )


def _unsteady_bedtimes(regularity: Fact, onset_sd: Fact) -> Iterator[Concern]:
    if regularity.value != "low" or not isinstance(onset_sd.value, float):
        return
    yield Concern(
        min(0.85, onset_sd.value / 2.5),
        "Keep bedtimes steadier",
        FOUR_WEEKS,
        ["A standard deviation of bedtimes below one hour"],
        MITIGATION["regular_bedtime"],
        f"Bedtimes vary with a standard deviation of {said(onset_sd)}.",
        [onset_sd.id, regularity.id],
    )


def _seldom_done(record: BehaviorRecord) -> Iterator[Concern]:
    name = record.behavior.name
    if name not in GOALS or record.kept is None or not is_seldom(record):
        return
    goal, metric = GOALS[name]
    yield Concern(
        IMPORTANCE[name] * (1 - record.kept.rate),
        goal,
        FOUR_WEEKS,
        [metric],
        MITIGATION[name],
        f"{record.behavior.title.capitalize()} is met on {said(record.facts['adherence'])} of the recorded days.",
        record.ids("adherence", "adherence_high"),
    )


def _declining(one: SeriesRecord) -> Iterator[Concern]:
    """A falling number of steps; other series move with it, or are dealt with elsewhere."""
    if one.kind.prefix != "steps" or one.trend != "declining":
        return
    yield Concern(
        0.6,
        "Return to the usual number of steps",
        FOUR_WEEKS,
        [f"A median of {said(one.facts['median'])} steps a day or more"],
        MITIGATION["active_day"],
        "The number of steps has been falling.",
        one.ids("trend_slope", "trend_p", "median"),
    )


def _stacking(anchor: Anchor, cue: str) -> Recommendation:
    at = clock_text(anchor.clock_hour)
    return Recommendation(
        recommendation=f"Do anything new {cue}.",
        reason=f"{anchor.event.capitalize()} is the steadiest event of the day, usually at {at}.",
        priority="low",
        fact_ids=anchor.fact_ids,
    )


def _priority(one: Concern) -> Band:
    return "high" if one.severity >= SEVERE else "medium" if one.severity >= MARKED else "low"


def _number(fact: Fact | None) -> float | None:
    return fact.value if fact is not None and isinstance(fact.value, float) else None


def _state(fact: Fact) -> HrvWord | None:
    return next((word for word in HRV_WORDS if word == fact.value), None)


def _flag(fact: Fact) -> PulseWord | None:
    return next((word for word in PULSE_WORDS if word == fact.value), None)
