"""The behavioral signature: the rhythm of someone's days, how steady it is, and what goes together in it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.associations import Association, associations
from hos_pipelines.domain.behavior.habits import BehaviorRecord, best
from hos_pipelines.domain.behavior.order import entropy_rate, routine_index, transition_matrix
from hos_pipelines.domain.behavior.results import (
    Band,
    BehavioralPattern,
    BehavioralSignature,
    LaggedAssociation,
    Motivation,
    confidence_of,
)
from hos_pipelines.domain.behavior.series import SeriesRecord
from hos_pipelines.domain.behavior.weekly_rhythm import free_day_ratio
from hos_pipelines.domain.behavior.wording import HOURS, LABEL, SHARE, duration_text, said
from hos_pipelines.domain.clock import DAY_HOURS, Floats, circular_mean, wrap, wrapped
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import (
    BASELINE,
    FREE_NIGHTS,
    LONG_RUN,
    MEDIUM,
    REGULARITY,
    VARIABILITY,
    WORK_NIGHTS,
    Gate,
)
from hos_pipelines.domain.history import EMPTY, History, Series
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.domain.work_week import WorkWeek

FREE_STEP_DAYS = Gate("free days with steps", 2, 4, 8)
WORK_STEP_DAYS = Gate("work days with steps", 3, 7, 15)
PAIRED_DAYS = Gate("days with both", 21, 28, 56)
# Classes of MESA for the deviation of sleep onset: up to 30, 60, 90 min (10.1016/j.jacc.2019.12.054).
REGULAR_SD, IRREGULAR_SD = 0.5, 1.0
BANDS: tuple[Band, ...] = ("high", "medium", "low")
STRONGEST = 2
CREDIBLE = 0.05
FREELY_ACTIVE, DUTIFULLY_ACTIVE = 1.0, 0.8
PAIRED = {
    "steps": "more steps",
    "exercise_duration": "more exercise",
    "sleep_duration": "longer sleep",
    "sleep_onset": "falling asleep later",
    "heart_rate_resting": "a higher resting heart rate",
    "heart_rate_variability_sdnn": "a higher heart rate variability",
    "heart_rate_variability_rmssd": "a higher heart rate variability",
}
OPPOSITE = {"more": "less", "longer": "shorter", "later": "earlier", "higher": "lower"}
Pattern = Literal["sleep", "activity", "recovery"]
PATTERNS: tuple[tuple[Pattern, tuple[str, ...]], ...] = (
    ("sleep", ("sleep_duration",)),
    ("activity", ("steps", "active_duration")),
    ("recovery", ("readiness_score", "hrv_rmssd", "hrv_sdnn", "heart_rate_resting")),
)


class Rhythm(NamedTuple):
    """The facts the signature is made of, beside those of the behaviors; an association comes with its two facts."""

    regularity: Fact
    free_minus_work_wake: Fact
    free_work_steps_ratio: Fact
    routine_index: Fact
    entropy_rate: Fact
    consistency_score: Fact
    patterns: list[tuple[Pattern, SeriesRecord, Fact]]
    associations: list[tuple[Association, Fact, Fact]]


class Evidence(NamedTuple):
    """What the signature is read from: nights, behaviors and series of the window; `paired` are looked at together."""

    nights: SleepHistory
    records: Sequence[BehaviorRecord]
    series: Sequence[SeriesRecord]
    paired: Mapping[str, Series]
    week: WorkWeek


def record_rhythm(sheet: FactSheet, evidence: Evidence) -> Rhythm:
    """Enters the facts of the signature; those of behaviors and series are on the sheet already."""
    return Rhythm(
        _regularity(sheet, evidence.nights),
        _free_minus_work(sheet, evidence.nights),
        _free_work_steps(sheet, evidence.series, evidence.week),
        _routine(sheet, evidence.nights),
        _order(sheet, evidence.records),
        _consistency(sheet, evidence.records),
        _patterns(sheet, evidence.series),
        _associations(sheet, evidence.paired),
    )


def paired_series(history: History, nights: SleepHistory, slept: Series) -> dict[str, Series]:
    """The series whose associations are looked for. Scores are not among them: they are made of the others.

    Falling asleep is in hours from the usual time, so that midnight does not tear it apart.
    """
    usual = circular_mean(nights.onsets)
    onsets = {} if usual is None else {"sleep_onset": Series(nights.days, wrapped(nights.onsets - usual))}
    own = {"sleep_duration": slept, **onsets}
    return {name: one for name in PAIRED if len(one := own.get(name) or history.of(name))}


def behavioral_signature(sheet: FactSheet, rhythm: Rhythm, records: Sequence[BehaviorRecord]) -> BehavioralSignature:
    """The part of the result; its facts must be on the sheet."""
    own = [*rhythm[:6], *(fact for _, _, fact in rhythm.patterns)]
    timing = [fact for record in records for key, fact in record.facts.items() if key.startswith("timing")]
    typical = [sheet[name] for name in ("typical_wake", "typical_onset")]
    facts = [fact for fact in (*typical, *timing, *own) if fact.value is not None]
    status = best([fact.status for fact in facts])
    summary = _summary(sheet, rhythm)
    return BehavioralSignature(
        status=status,
        missing=_missing([*typical, *own]),
        fact_ids=[fact.id for fact in facts] + [fact.id for _, *pair in rhythm.associations for fact in pair],
        signature=_name(rhythm) if summary else None,
        signature_summary=summary,
        confidence=confidence_of(status, min((fact.confidence for fact in facts), default=0.0)),
        primary_motivation=_motivation(rhythm.free_work_steps_ratio),
        consistency_score=_number(rhythm.consistency_score),
        behavioral_patterns=[_pattern(*one) for one in rhythm.patterns],
        typical_wake=sheet.number("typical_wake"),
        typical_onset=sheet.number("typical_onset"),
        wake_concentration=sheet.number("regular_wake_timing_concentration"),
        onset_concentration=sheet.number("regular_bedtime_timing_concentration"),
        wake_sd=sheet.number("regular_wake_timing_sd"),
        onset_sd=sheet.number("regular_bedtime_timing_sd"),
        regularity=band_of(rhythm.regularity),
        free_minus_work_wake=_number(rhythm.free_minus_work_wake),
        free_work_steps_ratio=_number(rhythm.free_work_steps_ratio),
        routine_index=_number(rhythm.routine_index),
        entropy_rate=_number(rhythm.entropy_rate),
        associations=[_association(*one) for one in rhythm.associations],
    )


def band_of(regularity: Fact) -> Band | None:
    """The band a regularity fact says; None where it says nothing."""
    return next((band for band in BANDS if band == regularity.value), None)


def _regularity(sheet: FactSheet, nights: SleepHistory) -> Fact:
    basis = Basis.of(
        VARIABILITY, len(nights.nights), "SD of sleep onset: high up to 30 min, low beyond 60 (MESA classes)"
    )
    sd = sheet.number("regular_bedtime_timing_sd")
    band = None if sd is None else "high" if sd <= REGULAR_SD else "medium" if sd <= IRREGULAR_SD else "low"
    return sheet.add("regularity_band", band, LABEL, basis)


def _free_minus_work(sheet: FactSheet, nights: SleepHistory) -> Fact:
    free, work = nights.wakes[nights.free], nights.wakes[~nights.free]
    basis = Basis.of_all({FREE_NIGHTS: len(free), WORK_NIGHTS: len(work)}, "circular mean wake time, free - work days")
    on_free, on_work = circular_mean(free), circular_mean(work)
    gap = None if on_free is None or on_work is None else wrap(on_free - on_work)
    return sheet.add("free_minus_work_wake", gap, HOURS, basis)


def _free_work_steps(sheet: FactSheet, series: Sequence[SeriesRecord], week: WorkWeek) -> Fact:
    steps = next((one.series for one in series if one.kind.prefix == "steps"), EMPTY)
    free = np.array([week.is_free(date.fromordinal(day)) for day in steps.days.tolist()], dtype=np.bool_)
    n = int(free.sum())
    basis = Basis.of_all({FREE_STEP_DAYS: n, WORK_STEP_DAYS: len(free) - n}, "mean steps of free / of work days")
    return sheet.add("free_work_steps_ratio", free_day_ratio(steps.values, free), "ratio", basis)


def _routine(sheet: FactSheet, nights: SleepHistory) -> Fact:
    """How alike consecutive nights are; by the hours slept, as readings of single hours are not kept."""
    pairs = int(np.count_nonzero(np.diff(nights.days) == 1))
    basis = Basis.of(REGULARITY, pairs, "median correlation of the hourly sleep shares of consecutive nights")
    return sheet.add("routine_index", routine_index(_sleep_shares(nights)) if pairs else None, "index", basis)


def _sleep_shares(nights: SleepHistory) -> Floats:
    """The share of each of 24 hours slept, a row per day from the first night to the last; NaN where none was seen."""
    starts = (nights.onsets - nights.day_starts_at) % DAY_HOURS
    hours = np.arange(DAY_HOURS)
    ends = (starts + nights.hours)[:, np.newaxis]
    rows = np.full((int(nights.days[-1] - nights.days[0]) + 1, len(hours)), np.nan)
    slept = np.minimum(ends, hours + 1) - np.maximum(starts[:, np.newaxis], hours)
    rows[nights.days - nights.days[0]] = np.clip(slept, 0.0, 1.0)
    return rows


def _order(sheet: FactSheet, records: Sequence[BehaviorRecord]) -> Fact:
    active = next(record.behavior for record in records if record.behavior.name == "active_day")
    basis = Basis.of(LONG_RUN, len(active.days), "Markov entropy rate of active and other days (Shannon 1948)")
    matrix = transition_matrix(active.success.astype(np.int64), 2, active.days) if len(active.days) else None
    return sheet.add("entropy_rate", None if matrix is None else entropy_rate(matrix), "bit", basis)


def _consistency(sheet: FactSheet, records: Sequence[BehaviorRecord]) -> Fact:
    """The mean adherence of the behaviors with a standard that does not depend on the person's own distribution."""
    told = [record for record in records if record.kept is not None and not record.behavior.is_relative]
    n = max((len(record.behavior.days) for record in records if not record.behavior.is_relative), default=0)
    basis = Basis.of(LONG_RUN, n, "mean adherence of the judged behaviors")
    rates = [record.kept.rate for record in told if record.kept]
    return sheet.add("consistency_score", sum(rates) / len(rates) if rates else None, SHARE, basis)


def _patterns(sheet: FactSheet, series: Sequence[SeriesRecord]) -> list[tuple[Pattern, SeriesRecord, Fact]]:
    """How steady sleep, activity and recovery are: 1 - MAD / median of the first series of each that was delivered."""
    by_prefix = {record.kind.prefix: record for record in series if record.usual is not None}
    found = []
    for pattern, prefixes in PATTERNS:
        record = next((by_prefix[prefix] for prefix in prefixes if prefix in by_prefix), None)
        if record is None or record.usual is None or record.usual.median <= 0:
            continue
        basis = Basis.of(BASELINE, record.usual.n, f"1 - MAD / median of {record.kind.title}")
        steady = max(0.0, 1 - record.usual.mad / record.usual.median)
        found.append((pattern, record, sheet.add(f"{pattern}_consistency", steady, "index", basis)))
    return found


def _associations(sheet: FactSheet, paired: Mapping[str, Series]) -> list[tuple[Association, Fact, Fact]]:
    """The two most credible ones; where none is, there is no fact."""
    told = []
    for place, one in enumerate(associations(paired, credible=CREDIBLE)[:STRONGEST], start=1):
        basis = Basis.of(PAIRED_DAYS, one.n, f"Spearman rho of {one.first} and {one.second}, lag {one.lag} d", MEDIUM)
        rho = sheet.add(f"association_{place}_rho", one.rho, "rho", basis)
        q = basis.by("Fieller 1957, Benjamini-Hochberg 1995")
        told.append((one, rho, sheet.add(f"association_{place}_q", one.q, "q", q)))
    return told


def _association(one: Association, rho: Fact, q: Fact) -> LaggedAssociation:
    first, second = PAIRED[one.first], PAIRED[one.second] if one.rho > 0 else _opposite(PAIRED[one.second])
    when = "the day after" if one.lag else "on the same day"
    return LaggedAssociation(
        first=one.first,
        second=one.second,
        when="next day" if one.lag else "same day",
        rho=one.rho,
        q=one.q,
        text=f"Days with {first} tended to go together with {second} {when}.",
        fact_ids=[rho.id, q.id],
    )


def _opposite(words: str) -> str:
    """The same with its direction turned; steps are counted, so that fewer of them are."""
    turned = " ".join(OPPOSITE.get(word, word) for word in words.split())
    return turned.replace("less steps", "fewer steps")


def _pattern(pattern: Pattern, record: SeriesRecord, steady: Fact) -> BehavioralPattern:
    trend = record.trend
    return BehavioralPattern(
        pattern_type=pattern,
        consistency=_number(steady),
        trend=trend if trend in ("improving", "stable", "declining") else None,
        evidence=f"{record.kind.title[0].upper()}{record.kind.title[1:]}: usually {said(record.facts['median'])}.",
        fact_ids=[steady.id, *record.ids("median", "mad", "trend_slope", "trend_p")],
    )


def _motivation(ratio: Fact) -> Motivation | None:
    """Free days at least as active as work days speak for own choice (self-determination theory): a hypothesis."""
    value = _number(ratio)
    if value is None:
        return None
    if value >= FREELY_ACTIVE:
        return "intrinsic"
    return "extrinsic" if value <= DUTIFULLY_ACTIVE else "mixed"


def _name(rhythm: Rhythm) -> str:
    return {"high": "steady", "medium": "fairly steady", "low": "changeable", None: "not yet clear"}[
        band_of(rhythm.regularity)
    ]


def _summary(sheet: FactSheet, rhythm: Rhythm) -> str | None:
    onset, wake = sheet["typical_onset"], sheet["typical_wake"]
    if onset.value is None or wake.value is None:
        return None
    sentences = [f"Usually falls asleep at {said(onset)} and wakes at {said(wake)}."]
    if rhythm.regularity.value is not None:
        sd = said(sheet["regular_bedtime_timing_sd"])
        sentences.append(f"Bedtimes are {_name(rhythm)}, with a standard deviation of {sd}.")
    gap = _number(rhythm.free_minus_work_wake)
    if gap is not None:
        direction = "later" if gap > 0 else "earlier"
        sentences.append(f"Wakes {duration_text(abs(gap))} {direction} on free days than on work days.")
    return " ".join(sentences)


def _missing(facts: Sequence[Fact]) -> list[str]:
    return list(dict.fromkeys(f"{fact.id}: {fact.missing}" for fact in facts if fact.missing))


def _number(fact: Fact) -> float | None:
    return fact.value if isinstance(fact.value, float) else None
