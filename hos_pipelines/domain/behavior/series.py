"""Each delivered series against the person's own past: what is usual, the newest value, trend and lasting shift."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import repeat
from typing import Literal, NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.baselines import Baseline, baselines, robust_z
from hos_pipelines.domain.behavior.change_point import ChangePoint, change_points
from hos_pipelines.domain.behavior.day_grid import day_grid
from hos_pipelines.domain.behavior.results import Direction, SeriesBaseline
from hos_pipelines.domain.behavior.trends import Trend, trends
from hos_pipelines.domain.behavior.wording import HOURS, LABEL, SHARE
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import BASELINE, LONG_RUN, NO_CAP, Status
from hos_pipelines.domain.history import History, Series

# A dozen series are tested at once: at 0.05 every other person would be told of a trend that is none.
CREDIBLE_TREND = 0.01
CURRENT_DAYS = 2
STALE = "a value of the last days (the newest is more than two days older than the newest reading)"
# A value as delivered needs no others, but it must be of the last days.
AS_DELIVERED = Basis(1, "as delivered", Status.OK, NO_CAP, None)
TOO_OLD = AS_DELIVERED.refused(STALE)
METHODS: Mapping[str, str] = {
    "median": "median of 28 days",
    "mad": "1.4826 MAD (Hampel 1974)",
    "latest_z": "(latest - median) / MAD",
    "trend_slope": "Theil-Sen slope (Sen 1968)",
    "trend_p": "Mann-Kendall",
}


class Kind(NamedTuple):
    """How a series is called, what its device can tell apart, and whether more (1) or less (-1) of it is better."""

    prefix: str
    title: str
    unit: str
    resolution: float
    better: Literal[-1, 0, 1]


SLEEP = "sleep_duration"
KINDS: Mapping[str, Kind] = {
    "steps": Kind("steps", "steps", "count", 1.0, 1),
    "active_duration": Kind("active_duration", "active time", "minute", 1.0, 1),
    "exercise_duration": Kind("exercise_duration", "exercise", "minute", 1.0, 1),
    SLEEP: Kind("sleep_duration", "sleep", HOURS, 1 / 60, 0),
    "sleep_efficiency": Kind("sleep_efficiency", "sleep efficiency", SHARE, 0.01, 1),
    "sleep_debt": Kind("sleep_debt", "sleep debt", HOURS, 1 / 60, 0),
    "heart_rate_resting": Kind("heart_rate_resting", "resting heart rate", "bpm", 1.0, -1),
    "heart_rate_variability_sdnn": Kind("hrv_sdnn", "heart rate variability (SDNN)", "millisecond", 1.0, 1),
    "heart_rate_variability_rmssd": Kind("hrv_rmssd", "heart rate variability (RMSSD)", "millisecond", 1.0, 1),
    "score:readiness": Kind("readiness_score", "readiness score", "index", 0.01, 1),
    "score:sleep": Kind("sleep_score", "sleep score", "index", 0.01, 1),
    "score:activity": Kind("activity_score", "activity score", "index", 0.01, 1),
    "score:wellbeing": Kind("wellbeing_score", "wellbeing score", "index", 0.01, 1),
    "score:mental_wellbeing": Kind("mental_wellbeing_score", "mental wellbeing score", "index", 0.01, 1),
}


class SeriesRecord(NamedTuple):
    """One series of the window with what was computed of it; `facts` are those entered, by the key of its baseline.

    `usual` is there from seven values on. `movement` is -1, 0 or 1: where a credible trend goes.
    """

    kind: Kind
    series: Series
    status: Status
    facts: Mapping[str, Fact]
    usual: Baseline | None
    movement: int

    def number(self, key: str) -> float | None:
        """The number of one of its facts; None where that says none."""
        fact = self.facts.get(key)
        return fact.value if fact is not None and isinstance(fact.value, float) else None

    def ids(self, *keys: str) -> list[str]:
        """The ids of those of its facts that say something."""
        return [self.facts[key].id for key in keys if key in self.facts and self.facts[key].value is not None]

    @property
    def trend(self) -> Direction | Literal["rising", "falling"] | None:
        """Where it goes, as better or worse where one of both can be said; None without a trend test."""
        if self.number("trend_p") is None:
            return None
        if self.movement == 0:
            return "stable"
        if self.kind.better == 0:
            return "rising" if self.movement > 0 else "falling"
        return "improving" if self.movement == self.kind.better else "declining"


class _Findings(NamedTuple):
    """What was found in one series; `n` counts all its days, `oldest` is the ordinal of column 0 of a shift."""

    usual: Baseline | None
    trend: Trend | None
    shift: ChangePoint | None
    n: int
    oldest: int


def record_series(sheet: FactSheet, history: History, slept: Series, first: int, through: int) -> list[SeriesRecord]:
    """Enters the facts of every series with a value from the ordinal `first` to `through`.

    `slept` (hours by day) takes the place of the delivered sleep duration. Lasting shifts are looked for in all days.
    """
    columns = {name: slept if name == SLEEP else history.of(name) for name in KINDS}
    columns = {name: column for name, column in columns.items() if len(column) and int(column.days[-1]) >= first}
    found = _looked_at(columns, first)
    return [
        _recorded(sheet, KINDS[name], column.since(first), findings, through)
        for (name, column), findings in zip(columns.items(), found, strict=True)
    ]


def series_baselines(records: Sequence[SeriesRecord]) -> dict[str, SeriesBaseline]:
    """The part of the result, by the prefix of the series' facts."""
    return {record.kind.prefix: _part(record) for record in records}


def _looked_at(columns: Mapping[str, Series], first: int) -> list[_Findings]:
    """What there is to find in each series, of all at once."""
    if not columns:
        return []
    oldest, rows = day_grid(list(columns.values()))
    recent = rows[:, max(0, first - oldest) :]
    usual = baselines(recent, np.array([KINDS[name].resolution for name in columns]))
    shifts = change_points(rows)
    sizes = map(len, columns.values())
    return list(map(_Findings, usual, trends(recent), shifts, sizes, repeat(oldest)))


def _recorded(sheet: FactSheet, kind: Kind, recent: Series, found: _Findings, through: int) -> SeriesRecord:
    bases, usual, latest = _bases(len(recent)), found.usual, float(recent.values[-1])
    is_current = through - int(recent.days[-1]) <= CURRENT_DAYS
    facts = {"latest": sheet.add(f"{kind.prefix}_latest", latest, kind.unit, AS_DELIVERED if is_current else TOO_OLD)}
    basis = bases["median"]
    if usual is None or basis.status is Status.INSUFFICIENT:
        facts["median"] = sheet.add(f"{kind.prefix}_median", None, kind.unit, basis)
        return SeriesRecord(kind, recent, basis.status, facts, None, 0)
    facts["median"] = sheet.add(f"{kind.prefix}_median", usual.median, kind.unit, basis)
    facts["mad"] = sheet.add(f"{kind.prefix}_mad", usual.mad, kind.unit, bases["mad"])
    z = bases["latest_z"] if is_current else bases["latest_z"].refused(STALE)
    facts["latest_z"] = sheet.add(f"{kind.prefix}_z", robust_z(latest, usual), "z", z)
    movement = _enter_trend(sheet, kind, found.trend, bases, facts)
    _enter_shift(sheet, kind, found, facts)
    return SeriesRecord(kind, recent, basis.status, facts, usual, movement)


def _enter_trend(
    sheet: FactSheet, kind: Kind, found: Trend | None, bases: Mapping[str, Basis], facts: dict[str, Fact]
) -> int:
    if found is None:
        return 0
    slope, p = bases["trend_slope"], bases["trend_p"]
    facts["trend_slope"] = sheet.add(f"{kind.prefix}_trend_slope", found.slope, f"{kind.unit} per day", slope)
    facts["trend_p"] = sheet.add(f"{kind.prefix}_trend_p", found.p, "p", p)
    if found.p >= CREDIBLE_TREND:
        return 0
    return (found.s > 0) - (found.s < 0)


def _enter_shift(sheet: FactSheet, kind: Kind, found: _Findings, facts: dict[str, Fact]) -> None:
    """A lasting shift, where there is a credible one; its absence is no fact."""
    basis = Basis.of(LONG_RUN, found.n, "least-squares split, Pettitt p < 0.05 (Pettitt 1979)")
    if found.shift is None or basis.status is Status.INSUFFICIENT:
        return
    day = date.fromordinal(found.oldest + found.shift.column).isoformat()
    facts["change_day"] = sheet.add(f"{kind.prefix}_change_day", day, LABEL, basis)
    facts["change_before"] = sheet.add(f"{kind.prefix}_change_before", found.shift.before, kind.unit, basis)
    facts["change_after"] = sheet.add(f"{kind.prefix}_change_after", found.shift.after, kind.unit, basis)


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
        **{key: fact.value for key, fact in record.facts.items()},
    )
