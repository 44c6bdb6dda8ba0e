"""Each delivered series against the person's own past: what is usual, the newest value, and what has changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.baselines import Baseline, baselines, robust_z
from hos_pipelines.domain.behavior.change_point import ChangePoint
from hos_pipelines.domain.behavior.changes import is_large_trend, large_shift
from hos_pipelines.domain.behavior.day_grid import day_grid
from hos_pipelines.domain.behavior.findings import CREDIBLE_Q, Finding
from hos_pipelines.domain.behavior.result_terms import Direction
from hos_pipelines.domain.behavior.results import SeriesBaseline
from hos_pipelines.domain.behavior.trends import Trend, trends
from hos_pipelines.domain.behavior.vitals import CURRENT_DAYS
from hos_pipelines.domain.behavior.week_means import day_sds, week_means
from hos_pipelines.domain.behavior.weekly_rhythm import without_weekdays
from hos_pipelines.domain.behavior.wording import HOURS, LABEL, SHARE
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, Interval
from hos_pipelines.domain.gates import BASELINE, LONG_RUN, NO_CAP, Gate, Status
from hos_pipelines.domain.history import History, Series

STALE = "a value of the last days (the newest is more than two days older than the newest reading)"
# A value as delivered needs no others, but it must be of the last days.
AS_DELIVERED = Basis(1, "as delivered", Status.OK, NO_CAP, None)
TOO_OLD = AS_DELIVERED.refuse(STALE)
METHODS: Mapping[str, str] = {
    "median": "median of 28 days",
    "mad": "1.4826 MAD (Hampel 1974)",
    "latest_z": "(latest - median) / MAD",
    "trend_slope": "Theil-Sen slope (Sen 1968)",
    "trend_p": "Mann-Kendall, days taken as independent: not what is decided by",
    "trend_q": (
        "Bayes factor of a trend or shift against none, without weekday means, days resembling the days before; "
        f"p by simulation, Benjamini-Hochberg over the result: a change is told below {CREDIBLE_Q}"
    ),
}
SHIFT_METHOD = (
    "least-squares split without weekday means, told where a shift is credible and beyond the SD of single days"
)


class SeriesKind(NamedTuple):
    """How a series is called, what its device can tell apart, and whether more (1) or less (-1) of it is better.

    What is made of the days before (`is_rolling`) moves with every one of them and is never tested for a change.
    """

    prefix: str
    title: str
    unit: str
    resolution: float
    better: Literal[-1, 0, 1]
    is_rolling: bool = False


SLEEP = "sleep_duration"
WEEK = Gate("days with a value in each of both weeks", 4, 6, 7)
WEEK_METHOD = "mean of the {}; a difference counts from 2.5 standard errors, days resembling the days before"
SHOWN_BY_WEEK = ("steps", "heart_rate_resting", "hrv_sdnn", "hrv_rmssd")
# Sahha's debt is that of a rolling week; its scores of sleep, readiness and wellbeing are made of debt and regularity.
KINDS: Mapping[str, SeriesKind] = {
    "steps": SeriesKind("steps", "steps", "count", 1.0, 1),
    "active_duration": SeriesKind("active_duration", "active time", "minute", 1.0, 1),
    "exercise_duration": SeriesKind("exercise_duration", "exercise", "minute", 1.0, 1),
    SLEEP: SeriesKind("sleep_duration", "sleep", HOURS, 1 / 60, 0),
    "sleep_efficiency": SeriesKind("sleep_efficiency", "sleep efficiency", SHARE, 0.01, 1),
    "sleep_debt": SeriesKind("sleep_debt", "sleep debt", HOURS, 1 / 60, 0, is_rolling=True),
    "heart_rate_resting": SeriesKind("heart_rate_resting", "resting heart rate", "bpm", 1.0, -1),
    "heart_rate_variability_sdnn": SeriesKind("hrv_sdnn", "heart rate variability (SDNN)", "millisecond", 1.0, 1),
    "heart_rate_variability_rmssd": SeriesKind("hrv_rmssd", "heart rate variability (RMSSD)", "millisecond", 1.0, 1),
    "score:readiness": SeriesKind("readiness_score", "readiness score", "index", 0.01, 1, is_rolling=True),
    "score:sleep": SeriesKind("sleep_score", "sleep score", "index", 0.01, 1, is_rolling=True),
    "score:activity": SeriesKind("activity_score", "activity score", "index", 0.01, 1),
    "score:wellbeing": SeriesKind("wellbeing_score", "wellbeing score", "index", 0.01, 1, is_rolling=True),
    "score:mental_wellbeing": SeriesKind(
        "mental_wellbeing_score", "mental wellbeing score", "index", 0.01, 1, is_rolling=True
    ),
}
KEYS = frozenset(SeriesBaseline.model_fields)
CHANGING = frozenset(name for name, kind in KINDS.items() if not kind.is_rolling)


class SeriesRecord(NamedTuple):
    """One series of the window with what was computed of it; `facts` are those entered, by the key of its baseline.

    `usual` is there from seven values on. Of a change that is credible and larger than the deviation of single days,
    `movement` is the direction as a trend, `shift` that as a lasting shift: -1 or 1, one of both at most. `is_steady`
    where a trend of that size is ruled out.
    """

    kind: SeriesKind
    series: Series
    status: Status
    facts: Mapping[str, Fact]
    usual: Baseline | None
    movement: int = 0
    shift: int = 0
    is_steady: bool = False

    def number(self, key: str) -> float | None:
        """The number of one of its facts; None where that says none."""
        fact = self.facts.get(key)
        return fact.value if fact is not None and isinstance(fact.value, float) else None

    def ids(self, *keys: str) -> list[str]:
        """The ids of those of its facts that say something."""
        return [self.facts[key].id for key in keys if key in self.facts and self.facts[key].value is not None]

    @property
    def is_tested(self) -> bool:
        """Whether a change was looked for."""
        return self.number("trend_q") is not None

    @property
    def trend(self) -> Direction | Literal["rising", "falling"] | None:
        """Where it goes over the last four weeks, as better or worse where one of both can be said.

        Stable only where a change larger than the deviation of single days is ruled out; None where nothing is known.
        """
        if self.movement:
            return self.towards(self.movement)
        return "stable" if self.is_steady else None

    @property
    def change(self) -> Direction | Literal["rising", "falling"] | None:
        """Where it has gone, by a trend or a lasting shift; None without one."""
        way = self.movement or self.shift
        return self.towards(way) if way else None

    def towards(self, way: int) -> Direction | Literal["rising", "falling"]:
        """What a rise (1) or a fall (-1) of it is."""
        if self.kind.better == 0:
            return "rising" if way > 0 else "falling"
        return "improving" if way == self.kind.better else "declining"


class _SeriesRow(NamedTuple):
    """One series with what describes it: `row` holds all its days, column 0 is the ordinal `oldest`.

    `sd` is the deviation of single days, without their weekday means.
    """

    kind: SeriesKind
    series: Series
    usual: Baseline | None
    trend: Trend | None
    row: Floats
    sd: float
    oldest: int
    found: Finding | None


class _ChangeToTell(NamedTuple):
    """What is told of a change: the direction of a trend, or a shift."""

    movement: int
    shift: ChangePoint | None


NOTHING = _ChangeToTell(0, None)


def series_columns(history: History, slept: Series, first: int) -> dict[str, Series]:
    """All days of every series with a value from the ordinal `first` on, by type.

    `slept` (hours by day) takes the place of the delivered sleep duration.
    """
    columns = {name: slept if name == SLEEP else history.of(name) for name in KINDS}
    return {name: column for name, column in columns.items() if len(column) and int(column.days[-1]) >= first}


def record_series(
    sheet: FactSheet, columns: Mapping[str, Series], changed: Mapping[str, Finding], first: int, through: int
) -> list[SeriesRecord]:
    """Enters the facts of each series, of the days from the ordinal `first` to `through`; shifts are of all days."""
    if not columns:
        return []
    oldest, rows = day_grid(list(columns.values()))
    recent = rows[:, max(0, first - oldest) :]
    kinds = [KINDS[name] for name in columns]
    usual = baselines(recent, np.array([kind.resolution for kind in kinds]))
    sds = day_sds(without_weekdays(rows, oldest)).tolist()
    tested = [place for place, kind in enumerate(kinds) if not kind.is_rolling]
    moving = dict(zip(tested, trends(recent[tested]), strict=True))
    trend_of = [moving.get(place) for place in range(len(kinds))]
    found = zip(columns.items(), kinds, usual, trend_of, rows, sds, strict=True)
    return [
        _record_one(
            sheet, _SeriesRow(kind, column.since(first), of_days, trend, row, sd, oldest, changed.get(name)), through
        )
        for (name, column), kind, of_days, trend, row, sd in found
    ]


def series_baselines(records: Sequence[SeriesRecord]) -> dict[str, SeriesBaseline]:
    """The part of the result, by the prefix of the series' facts."""
    return {record.kind.prefix: _part(record) for record in records}


def _record_one(sheet: FactSheet, one: _SeriesRow, through: int) -> SeriesRecord:
    kind, recent, usual = one.kind, one.series, one.usual
    bases, latest = _bases(len(recent)), float(recent.values[-1])
    is_current = through - int(recent.days[-1]) <= CURRENT_DAYS
    facts = {"latest": sheet.add(f"{kind.prefix}_latest", latest, kind.unit, AS_DELIVERED if is_current else TOO_OLD)}
    basis = bases["median"]
    if usual is None or basis.status is Status.INSUFFICIENT:
        facts["median"] = sheet.add(f"{kind.prefix}_median", None, kind.unit, basis)
        return SeriesRecord(kind, recent, basis.status, facts, None)
    facts["median"] = sheet.add(f"{kind.prefix}_median", usual.median, kind.unit, basis)
    facts["mad"] = sheet.add(f"{kind.prefix}_mad", usual.mad, kind.unit, bases["mad"])
    z = bases["latest_z"] if is_current else bases["latest_z"].refuse(STALE)
    facts["latest_z"] = sheet.add(f"{kind.prefix}_z", robust_z(latest, usual), "z", z)
    told = _change_to_tell(one)
    _enter_trend(sheet, one, bases, facts)
    _enter_shift(sheet, one, told.shift, facts)
    if kind.prefix in SHOWN_BY_WEEK:
        _enter_weeks(sheet, one, through, facts)
    shift = 0 if told.shift is None else 1 if told.shift.after > told.shift.before else -1
    is_steady = one.found is not None and one.found.change.is_bounded and not told.movement and not shift
    return SeriesRecord(kind, recent, basis.status, facts, usual, told.movement, shift, is_steady)


def _change_to_tell(one: _SeriesRow) -> _ChangeToTell:
    """What is told of a credible change: what explains the days best, if it is large and goes that way."""
    if one.found is None or not one.found.is_credible:
        return NOTHING
    change, way = one.found.change, 1 if one.found.change.rises else -1
    if not change.is_trend:
        shift = large_shift(one.row, one.oldest)
        return NOTHING if shift is None or (shift.after - shift.before) * way <= 0 else _ChangeToTell(0, shift)
    trend = one.trend
    if trend is None or min(trend.s * way, trend.slope * way) <= 0:
        return NOTHING
    recent = one.row[int(one.series.days[0]) - one.oldest :]
    return _ChangeToTell(way, None) if is_large_trend(recent, 0, trend) else NOTHING


def _enter_trend(sheet: FactSheet, one: _SeriesRow, bases: Mapping[str, Basis], facts: dict[str, Fact]) -> None:
    kind, trend = one.kind, one.trend
    if trend is None or kind.is_rolling:
        return
    slope = f"{kind.unit} per day"
    facts["trend_slope"] = sheet.add(f"{kind.prefix}_trend_slope", trend.slope, slope, bases["trend_slope"])
    facts["trend_p"] = sheet.add(f"{kind.prefix}_trend_p", trend.p, "p", bases["trend_p"])
    if one.found is not None:
        facts["trend_q"] = sheet.add(f"{kind.prefix}_trend_q", one.found.q, "q", bases["trend_q"])


def _enter_shift(sheet: FactSheet, one: _SeriesRow, shift: ChangePoint | None, facts: dict[str, Fact]) -> None:
    """A lasting shift, where one is told; its absence is no fact."""
    if shift is None or one.found is None:
        return
    prefix, unit = one.kind.prefix, one.kind.unit
    basis = Basis.of(LONG_RUN, int(np.count_nonzero(~np.isnan(one.row))), SHIFT_METHOD)
    day = date.fromordinal(one.oldest + shift.column).isoformat()
    facts["change_day"] = sheet.add(f"{prefix}_change_day", day, LABEL, basis)
    facts["change_before"] = sheet.add(f"{prefix}_change_before", shift.before, unit, basis)
    facts["change_after"] = sheet.add(f"{prefix}_change_after", shift.after, unit, basis)
    facts["change_q"] = sheet.add(f"{prefix}_change_q", one.found.q, "q", basis.by(METHODS["trend_q"]))


def _enter_weeks(sheet: FactSheet, one: _SeriesRow, through: int, facts: dict[str, Fact]) -> None:
    """The last seven days and the seven before, where both have days enough to be held against each other."""
    if one.found is None or through - one.oldest >= len(one.row):
        return
    found = week_means(one.row, through - one.oldest, one.sd, one.found.change.dependence.cautious)
    if found is None:
        return
    prefix, unit = one.kind.prefix, one.kind.unit
    for key, value, n, text in (
        ("week", found.this, found.days, "last 7 days"),
        ("week_before", found.before, found.days_before, "7 days before those"),
    ):
        basis = Basis.of(WEEK, n, WEEK_METHOD.format(text))
        facts[key] = sheet.add(f"{prefix}_{key}", value, unit, basis, Interval(None, None, found.least_change))


@lru_cache(maxsize=64)
def _bases(n: int) -> Mapping[str, Basis]:
    return {key: Basis.of(BASELINE, n, method) for key, method in METHODS.items()}


def _part(record: SeriesRecord) -> SeriesBaseline:
    lacking = record.facts["median"].missing
    return SeriesBaseline(
        status=record.status,
        missing=[f"{record.kind.title}: {lacking}"] if lacking else [],
        fact_ids=record.ids(*record.facts),
        series=record.kind.title,
        unit=record.kind.unit,
        trend=record.trend,
        **{key: fact.value for key, fact in record.facts.items() if key in KEYS},
    )
