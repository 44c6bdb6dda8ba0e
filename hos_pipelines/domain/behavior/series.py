"""Each delivered series against the person's own past: what is usual, the newest value, trend and lasting shift."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple

from hos_pipelines.domain.behavior.baselines import Baseline, baseline, robust_z
from hos_pipelines.domain.behavior.change_point import change_point
from hos_pipelines.domain.behavior.results import Direction, SeriesBaseline
from hos_pipelines.domain.behavior.trends import trend
from hos_pipelines.domain.behavior.wording import HOURS, LABEL, SHARE
from hos_pipelines.domain.facts import Basis, Fact, FactSheet
from hos_pipelines.domain.gates import BASELINE, LONG_RUN, NO_CAP, Status
from hos_pipelines.domain.history import History, Series

# A dozen series are tested at once: at 0.05 every other person would be told of a trend that is none.
CREDIBLE_TREND = 0.01
CURRENT_DAYS = 2
STALE = "a value of the last days (the newest is more than two days older than the newest reading)"


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


def record_series(sheet: FactSheet, history: History, slept: Series, first: int, through: int) -> list[SeriesRecord]:
    """Enters the facts of every series with a value from the ordinal `first` to `through`.

    `slept` (hours by day) takes the place of the delivered sleep duration. Lasting shifts are looked for in all days.
    """
    columns = {name: slept if name == SLEEP else history.of(name) for name in KINDS}
    return [
        _recorded(sheet, KINDS[name], column, column.since(first), through)
        for name, column in columns.items()
        if len(column) and int(column.days[-1]) >= first
    ]


def series_baselines(records: Sequence[SeriesRecord]) -> dict[str, SeriesBaseline]:
    """The part of the result, by the prefix of the series' facts."""
    return {record.kind.prefix: _part(record) for record in records}


def _recorded(sheet: FactSheet, kind: Kind, column: Series, recent: Series, through: int) -> SeriesRecord:
    basis = Basis.of(BASELINE, len(recent), "median of 28 days")
    usual = baseline(recent.values, kind.resolution)
    is_current = through - int(recent.days[-1]) <= CURRENT_DAYS
    facts = {
        "latest": sheet.add(
            f"{kind.prefix}_latest", float(recent.values[-1]), kind.unit, _latest(is_current=is_current)
        )
    }
    if usual is None or basis.status is Status.INSUFFICIENT:
        facts["median"] = sheet.add(f"{kind.prefix}_median", None, kind.unit, basis)
        return SeriesRecord(kind, recent, basis.status, facts, None, 0)
    facts["median"] = sheet.add(f"{kind.prefix}_median", usual.median, kind.unit, basis)
    spread = basis._replace(method="1.4826 MAD (Hampel 1974)")
    facts["mad"] = sheet.add(f"{kind.prefix}_mad", usual.mad, kind.unit, spread)
    z = basis._replace(method="(latest - median) / MAD")
    score = robust_z(float(recent.values[-1]), usual)
    facts["latest_z"] = sheet.add(f"{kind.prefix}_z", score, "z", z if is_current else z.refused(STALE))
    movement = _enter_trend(sheet, kind, recent, basis, facts)
    _enter_shift(sheet, kind, column, facts)
    return SeriesRecord(kind, recent, basis.status, facts, usual, movement)


def _latest(*, is_current: bool) -> Basis:
    """A value as delivered needs no others, but it must be of the last days."""
    basis = Basis(1, "as delivered", Status.OK, NO_CAP, None)
    return basis if is_current else basis.refused(STALE)


def _enter_trend(sheet: FactSheet, kind: Kind, recent: Series, basis: Basis, facts: dict[str, Fact]) -> int:
    found = trend(recent.days, recent.values)
    if found is None:
        return 0
    n, _, status, sure, _ = basis
    slope, p = (Basis(n, method, status, sure, None) for method in ("Theil-Sen slope (Sen 1968)", "Mann-Kendall"))
    facts["trend_slope"] = sheet.add(f"{kind.prefix}_trend_slope", found.slope, f"{kind.unit} per day", slope)
    facts["trend_p"] = sheet.add(f"{kind.prefix}_trend_p", found.p, "p", p)
    if found.p >= CREDIBLE_TREND:
        return 0
    return (found.s > 0) - (found.s < 0)


def _enter_shift(sheet: FactSheet, kind: Kind, column: Series, facts: dict[str, Fact]) -> None:
    """A lasting shift, where there is a credible one; its absence is no fact."""
    basis = Basis.of(LONG_RUN, len(column), "least-squares split, Pettitt p < 0.05 (Pettitt 1979)")
    found = change_point(column.values) if basis.status is not Status.INSUFFICIENT else None
    if found is None:
        return
    day = date.fromordinal(int(column.days[found.index])).isoformat()
    facts["change_day"] = sheet.add(f"{kind.prefix}_change_day", day, LABEL, basis)
    facts["change_before"] = sheet.add(f"{kind.prefix}_change_before", found.before, kind.unit, basis)
    facts["change_after"] = sheet.add(f"{kind.prefix}_change_after", found.after, kind.unit, basis)


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
