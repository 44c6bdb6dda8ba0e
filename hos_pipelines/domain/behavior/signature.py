"""The behavioral signature: the rhythm of someone's days, how steady it is, and what goes together in it."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.associations import Association
from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord
from hos_pipelines.domain.behavior.day_sequences import entropy_rate, routine_index, transition_matrix
from hos_pipelines.domain.behavior.habits import best
from hos_pipelines.domain.behavior.result_terms import Band
from hos_pipelines.domain.behavior.results import BehavioralPattern, BehavioralSignature, LaggedAssociation
from hos_pipelines.domain.behavior.series import SeriesRecord
from hos_pipelines.domain.behavior.weekly_rhythm import free_day_ratio
from hos_pipelines.domain.behavior.wording import HOURS, LABEL, SHARE, duration_text, later_or_earlier, say_value
from hos_pipelines.domain.clock import DAY_HOURS, ONWARD, TO_ANGLE, Floats, circular_mean, wrap, wrap_all
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, Interval
from hos_pipelines.domain.gates import (
    BASELINE,
    FREE_NIGHTS,
    LONG_RUN,
    MEDIUM,
    REGULARITY,
    VARIABILITY,
    WORK_NIGHTS,
    Confidence,
    Gate,
    Status,
    surest,
)
from hos_pipelines.domain.history import EMPTY, Series
from hos_pipelines.domain.living import TWO_HOURS_APART, Living
from hos_pipelines.domain.nights import SleepHistory
from hos_pipelines.domain.resampling import resample_days
from hos_pipelines.domain.sleep import data_seed, free_days
from hos_pipelines.domain.statements import Statement
from hos_pipelines.domain.work_week import WorkWeek

FREE_STEP_DAYS = Gate("free days with steps", 2, 4, 8)
WORK_STEP_DAYS = Gate("work days with steps", 3, 7, 15)
PAIRED_DAYS = Gate("days with both", 21, 28, 56)
# Classes of MESA for the deviation of sleep onset: up to 30, 60, 90 min (10.1016/j.jacc.2019.12.054).
REGULAR_SD, IRREGULAR_SD = 0.5, 1.0
BANDS: tuple[Band, ...] = ("high", "medium", "low")
STRONGEST = 2
# Nobody plans by less.
LEAST_HOURS = 10 / 60
SLEEP_ONSET = "sleep_onset"
PAIRED = {
    "steps": "more steps",
    "exercise_duration": "more exercise",
    "sleep_duration": "longer sleep",
    SLEEP_ONSET: "falling asleep later",
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


class SignatureFacts(NamedTuple):
    """The facts the signature is made of, beside those of the behaviors; an association comes with its two facts."""

    regularity: Fact
    free_minus_work_wake: Fact
    free_work_steps_ratio: Fact
    routine_index: Fact
    entropy_rate: Fact
    consistency_score: Fact
    patterns: list[tuple[Pattern, SeriesRecord, Fact]]
    associations: list[tuple[Association, Fact, Fact]]


class SignatureInput(NamedTuple):
    """What the signature is read from: nights, behaviors, series and credible associations of the window."""

    nights: SleepHistory
    records: Sequence[BehaviorRecord]
    series: Sequence[SeriesRecord]
    associations: Sequence[Association]
    week: WorkWeek
    living: Living


def record_rhythm(sheet: FactSheet, evidence: SignatureInput) -> SignatureFacts:
    """Enters the facts of the signature; those of behaviors and series are on the sheet already."""
    return SignatureFacts(
        _regularity(sheet, evidence.nights),
        _free_minus_work(sheet, evidence.nights, evidence.living),
        _free_work_steps(sheet, evidence.series, evidence.week),
        _routine(sheet, evidence.nights),
        _order(sheet, evidence.records),
        _consistency(sheet, evidence.records),
        _patterns(sheet, evidence.series),
        _associations(sheet, evidence.associations),
    )


def falling_asleep(nights: SleepHistory) -> Series:
    """When somebody falls asleep, in hours from the usual time, so that midnight does not tear it apart."""
    usual = nights.onset.mean
    return EMPTY if usual is None else Series(nights.days, wrap_all(nights.onsets - usual))


def behavioral_signature(
    sheet: FactSheet, rhythm: SignatureFacts, records: Sequence[BehaviorRecord], living: Living
) -> BehavioralSignature:
    """The part of the result; its facts must be on the sheet."""
    own = [*rhythm[:6], *(fact for _, _, fact in rhythm.patterns)]
    timing = [fact for record in records for key, fact in record.facts.items() if key.startswith("timing")]
    typical = [sheet[name] for name in ("typical_wake", "typical_onset")]
    facts = [fact for fact in (*typical, *timing, *own) if fact.value is not None]
    status = best([fact.status for fact in facts])
    # Two groups of hours that are those of work and of free days are told as such.
    summary = _summary(sheet, rhythm, living) if living.has_usual_hours or living.by_day_kind else None
    cited = [*(fact.id for fact in facts), *(fact.id for _, *pair in rhythm.associations for fact in pair)]
    return BehavioralSignature(
        status=status,
        missing=_missing([*typical, *own]),
        fact_ids=list(dict.fromkeys([*cited, *summary.fact_ids] if summary else cited)),
        signature=_name(rhythm) if summary else None,
        signature_summary=summary.text if summary else None,
        confidence=surest(*(fact.confidence for fact in facts)) if facts else Confidence.NONE,
        primary_motivation=None,
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
    spread = sheet["regular_bedtime_timing_sd"]
    sd, interval = _number(spread), spread.interval
    if sd is None:
        return sheet.add("regularity_band", None, LABEL, basis)
    band = _band(sd)
    if interval is None or interval.low is None or interval.high is None:
        return sheet.add("regularity_band", band, LABEL, basis)
    reached = BANDS[BANDS.index(_band(interval.low)) : BANDS.index(_band(interval.high)) + 1]
    may_be = tuple(one for one in reached if one != band)
    return sheet.add("regularity_band", band, LABEL, basis, Interval(None, None, None, may_be))


def _band(sd: float) -> Band:
    return "high" if sd <= REGULAR_SD else "medium" if sd <= IRREGULAR_SD else "low"


def _free_minus_work(sheet: FactSheet, nights: SleepHistory, living: Living) -> Fact:
    free, work = nights.wakes[nights.free], nights.wakes[~nights.free]
    basis = Basis.of_all({FREE_NIGHTS: len(free), WORK_NIGHTS: len(work)}, "circular mean wake time, free - work days")
    on_free, on_work = circular_mean(free), circular_mean(work)
    gap = None if on_free is None or on_work is None else wrap(on_free - on_work)
    if basis.status is not Status.INSUFFICIENT and living.no_mean_hour is not None and not living.by_day_kind:
        basis = basis.refuse(living.no_mean_hour)
    reach = None if gap is None else _reach_of_gap(nights, gap)
    interval = None if gap is None or reach is None else Interval(gap - reach, gap + reach, reach * 2**0.5)
    return sheet.add("free_minus_work_wake", gap, HOURS, basis, interval)


def _reach_of_gap(nights: SleepHistory, gap: float) -> float | None:
    """How far the difference may be off, by resampled weeks."""
    weeks = resample_days(nights.days, int(nights.days[-1]), data_seed(nights.days, nights.wakes))
    directions = np.exp(ONWARD * nights.wakes)
    sums = weeks.directions(np.stack((directions * nights.free, directions * ~nights.free), axis=1))
    return weeks.reach(wrap_all(np.angle(sums[:, 0] * sums[:, 1].conj()) / TO_ANGLE - gap))


def _free_work_steps(sheet: FactSheet, series: Sequence[SeriesRecord], week: WorkWeek) -> Fact:
    steps = next((one.series for one in series if one.kind.prefix == "steps"), EMPTY)
    free = free_days(steps.days, week)
    n = int(np.count_nonzero(free))
    basis = Basis.of_all({FREE_STEP_DAYS: n, WORK_STEP_DAYS: len(free) - n}, "mean steps of free / of work days")
    return sheet.add("free_work_steps_ratio", free_day_ratio(steps.values, free), "ratio", basis)


def _routine(sheet: FactSheet, nights: SleepHistory) -> Fact:
    """How alike consecutive nights are; by the hours slept, as readings of single hours are not kept."""
    pairs = int(np.count_nonzero(nights.days[1:] - nights.days[:-1] == 1))
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


def _associations(sheet: FactSheet, found: Sequence[Association]) -> list[tuple[Association, Fact, Fact]]:
    """The two most credible ones; where none is, there is no fact."""
    told = []
    for place, one in enumerate(found[:STRONGEST], start=1):
        method = f"Spearman rho of {one.first} and {one.second}, lag {one.lag} d, without weekday means"
        basis = Basis.of(PAIRED_DAYS, one.n, method, MEDIUM)
        rho = sheet.add(f"association_{place}_rho", one.rho, "rho", basis)
        of_q = "Fieller 1957 for the days that count as independent (Bartlett 1935), Benjamini-Hochberg over the result"
        told.append((one, rho, sheet.add(f"association_{place}_q", one.q, "q", basis.by(of_q))))
    return told


def _association(one: Association, rho: Fact, q: Fact) -> LaggedAssociation:
    first, second = pair_words(one.first, one.second, one.rho)
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


def pair_words(first: str, second: str, rho: float) -> tuple[str, str]:
    """The two sides of an association in words; the second is turned where they go against each other."""
    return PAIRED[first], PAIRED[second] if rho > 0 else _opposite(PAIRED[second])


def _opposite(words: str) -> str:
    """The same with its direction turned; steps are counted, so that fewer of them are."""
    turned = " ".join(OPPOSITE.get(word, word) for word in words.split())
    return turned.replace("less steps", "fewer steps")


def _pattern(pattern: Pattern, record: SeriesRecord, steady: Fact) -> BehavioralPattern:
    trend = record.change or record.trend
    return BehavioralPattern(
        pattern_type=pattern,
        consistency=_number(steady),
        trend=trend if trend in ("improving", "stable", "declining") else None,
        evidence=f"{record.kind.title[0].upper()}{record.kind.title[1:]}: usually {say_value(record.facts['median'])}.",
        fact_ids=[steady.id, *record.ids("median", "mad", "trend_q")],
    )


def _name(rhythm: SignatureFacts) -> str:
    return {"high": "steady", "medium": "fairly steady", "low": "changeable", None: "not yet clear"}[
        band_of(rhythm.regularity)
    ]


def _summary(sheet: FactSheet, rhythm: SignatureFacts, living: Living) -> Statement | None:
    """The hours of work and of free days where they lie apart, else those of all days; no mean of scattered nights."""
    work, free, usual = (_hours(sheet, kind) for kind in ("_work", "_free", ""))
    gap = None
    has_means = living.by_day_kind or living.no_mean_hour is None
    if has_means and work and free and any(_are_apart(*pair) for pair in zip(work, free, strict=True)):
        hours = [*work, *free]
        told = f"On work days {_told_hours(work)}; on free days {_told_hours(free)}."
    elif usual:
        hours = [*usual]
        told = f"Usually {_told_hours(usual)}."
        gap = _told_gap(rhythm.free_minus_work_wake)
    else:
        return None
    steadiness = None
    if rhythm.regularity.value is not None:
        sd = say_value(sheet["regular_bedtime_timing_sd"])
        spread = "" if sd == duration_text(0) else f", with a standard deviation of {sd}"
        steadiness = f"Bedtimes are {_name(rhythm)}{spread}."
    sentences = (told, steadiness, gap)
    return Statement(text=" ".join(filter(None, sentences)), fact_ids=[fact.id for fact in hours])


def _hours(sheet: FactSheet, kind: str) -> tuple[Fact, Fact] | None:
    """Falling asleep and waking on days of a kind, where both are told."""
    onset, wake = sheet[f"usual_onset{kind}"], sheet[f"usual_wake{kind}"]
    return None if onset.value is None or wake.value is None else (onset, wake)


def _told_hours(hours: tuple[Fact, Fact]) -> str:
    onset, wake = hours
    return f"falls asleep at {say_value(onset)} and wakes at {say_value(wake)}"


def _are_apart(one: Fact, other: Fact) -> bool:
    return abs(wrap((_number(one) or 0.0) - (_number(other) or 0.0))) >= TWO_HOURS_APART


def _told_gap(gap: Fact) -> str | None:
    """How free days differ from work days, where that is more than chance, or that they do not by much."""
    hours, interval = _number(gap), gap.interval
    if hours is None:
        return None
    if abs(hours) < LEAST_HOURS:
        return "Wakes at about the same time on free days as on work days."
    is_chance = interval is not None and interval.low is not None and interval.low * (interval.high or 0.0) <= 0
    return None if is_chance else f"Wakes {later_or_earlier(hours)} on free days than on work days."


def _missing(facts: Sequence[Fact]) -> list[str]:
    return list(dict.fromkeys(f"{fact.id}: {fact.missing}" for fact in facts if fact.missing))


def _number(fact: Fact) -> float | None:
    return fact.value if isinstance(fact.value, float) else None
