"""The facts of each behavior: how often, how steadily and since when it was done; nothing is judged here."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import ceil
from typing import NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.adherence import Adherence, Following, adherence, change_of_halves, differs, streaks
from hos_pipelines.domain.behavior.behaviors import Behavior
from hos_pipelines.domain.behavior.exercise_week import LEAST_MINUTES
from hos_pipelines.domain.behavior.habit_strength import (
    STAGES,
    days_since_lapse,
    habit_stage,
    habit_strength,
    strength_ceiling,
)
from hos_pipelines.domain.behavior.predictability import weekday_skill
from hos_pipelines.domain.behavior.weekly_rhythm import WeekdayFinding
from hos_pipelines.domain.behavior.wording import CLOCK, DAYS, HOURS, LABEL, MINUTES, SHARE
from hos_pipelines.domain.clock import circular, circular_mean, wrap, wrap_all
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, FactValue, Interval
from hos_pipelines.domain.gates import FREE_NIGHTS, LONG_RUN, TIMING, VARIABILITY, WORK_NIGHTS, Status
from hos_pipelines.domain.living import IRREGULAR_HOURS, TWO_HOURS_APART
from hos_pipelines.domain.nights import Flags, Floats
from hos_pipelines.domain.sleep import SleepStanding
from hos_pipelines.domain.usual_hours import (
    USUAL_METHOD,
    about_kinds,
    interval_of,
    mean_interval,
    pooled_sd,
    spread_interval,
    usual_hour,
)

METHODS: Mapping[str, tuple[str, str]] = {
    "adherence": (SHARE, "days done / days recorded"),
    "adherence_low": (SHARE, "lower end of the 95 % score interval (Wilson 1927)"),
    "adherence_high": (SHARE, "upper end of the 95 % score interval (Wilson 1927)"),
    "persistence": (SHARE, "P(done | done the day before), where its interval excludes the adherence"),
    "recovery": (SHARE, "P(done | missed the day before), where its interval excludes the adherence"),
    "predictability": ("index", "Brier skill of a weekday table, leave one week out"),
    "weekly_rhythm": ("index", "eta squared of the weekday"),
    "weekly_rhythm_p": ("p", "share of the turns of weeks against each other that have as much"),
    "weekly_rhythm_q": ("q", "Benjamini-Hochberg over the findings of this result"),
}
# Told from all days seen, earlier weeks included.
METHODS_SEEN: Mapping[str, tuple[str, str]] = {
    "streak": (DAYS, "recorded days done in a row up to the newest, of {seen} seen"),
    "longest_streak": (DAYS, "most recorded days done in a row, of {seen} seen"),
    "habit_strength": (
        "index",
        "learning curve (form Lally 2010, Zhang 2022; rates ours), inferred; {practice} days seen reach {ceiling:.2f}",
    ),
    "stage": (
        LABEL,
        "days done since three in a row were missed, of {practice} seen, edges 7, 21 and 66; none before is known",
    ),
}
METHODS_WEEK: Mapping[str, tuple[str, str]] = {
    "weekly_minutes": (
        MINUTES,
        "mean of weeks back from the newest day, vigorous minutes counted double; 150 are advised (WHO 2020)",
    ),
    "weekly_days": (DAYS, "days of twenty minutes or more, mean of weeks back from the newest day"),
    "weekly_lacking": (
        MINUTES,
        "150 less the minutes of a usual week, to the next five; 0 where minutes or days are reached",
    ),
}
KEYS = {"streak": "current_streak"}
NO_NEWS = "more days after {} to tell it from the adherence"
AFTER = {"persistence": "a day done", "recovery": "a miss"}
NO_PLAN = "a plan of the days meant for exercise: a day of rest is no miss"
OWN_STANDARD = "a standard that is not the person's own distribution"
LAPSED = "a day done since three in a row were missed"
NO_MODE = "an hour and a half that holds half of the days"
MEAN_OF_KIND = "circular mean of settled nights of this kind of day, those far from the others left out"
NOBODYS_HOUR = "days nearer each other: their mean lies at an hour that few of them have"
SPREAD_METHOD = "circular standard deviation (Mardia 1972), interval of Bonett (2006)"
WITHIN_METHOD = "standard deviation about the means of work and of free days, interval of Bonett (2006)"


class BehaviorRecord(NamedTuple):
    """One behavior with what was computed of it; `facts` are those entered, by the key of its row.

    `direction` compares the later with the earlier half of the recorded days: above zero the behavior grew, 0 is no
    change beyond chance. `goes_by_weekday`: whether it does, beyond chance.
    """

    behavior: Behavior
    status: Status
    facts: Mapping[str, Fact]
    kept: Adherence | None
    direction: float = 0.0
    goes_by_weekday: bool = False

    def number(self, key: str) -> float | None:
        """The number of one of its facts; None where that says none."""
        fact = self.facts.get(key)
        return fact.value if fact is not None and isinstance(fact.value, float) else None

    def interval(self, key: str) -> Interval | None:
        """The interval of one of its facts; None where it has none."""
        fact = self.facts.get(key)
        return None if fact is None else fact.interval

    def ids(self, *keys: str) -> list[str]:
        """The ids of those of its facts that say something."""
        return [self.facts[key].id for key in keys if key in self.facts and self.facts[key].value is not None]


def record_behaviors(
    sheet: FactSheet, behaviors: Sequence[Behavior], weekdays: Mapping[str, WeekdayFinding] | None = None
) -> tuple[BehaviorRecord, ...]:
    """Enters the facts of each behavior. A behavior of fewer than 14 recorded days has an adherence without value.

    `weekdays` holds by name what goes with the day of the week.
    """
    return tuple(_record_behavior(sheet, behavior, (weekdays or {}).get(behavior.name)) for behavior in behaviors)


def _record_behavior(sheet: FactSheet, behavior: Behavior, weekday: WeekdayFinding | None) -> BehaviorRecord:
    n = len(behavior.days)
    facts = _timing(sheet, behavior)
    if behavior.standing is not None:
        _enter_sleep(sheet, behavior.standing)
    kept = adherence(behavior.days, behavior.success)
    basis = Basis.of(LONG_RUN, n, behavior.standard)
    if behavior.refusal is not None and behavior.clock_hours is not None:
        basis = Basis.of(LONG_RUN, len(behavior.clock_hours), behavior.standard).refuse(behavior.refusal)
    if kept is None or basis.status is Status.INSUFFICIENT:
        facts["adherence"] = sheet.add(f"{behavior.name}_adherence", None, SHARE, basis)
        return BehaviorRecord(behavior, Status.INSUFFICIENT, facts, None)
    seen = behavior.success if behavior.seen is None else behavior.seen
    practice = seen if behavior.practice is None else behavior.practice
    values = _measures(behavior, kept, weekday) | _measures_seen(behavior, seen, practice)
    bases = _bases(n, behavior.standard, len(seen), len(practice), by_week=behavior.week is not None)
    for key, name, unit, judged in bases:
        value, interval, lacking = values[key]
        facts[name] = sheet.add(
            f"{behavior.name}_{key}", value, unit, judged.refuse(lacking) if lacking else judged, interval
        )
    goes = weekday is not None and weekday.is_credible
    return BehaviorRecord(behavior, basis.status, facts, kept, change_of_halves(behavior.success), goes)


@lru_cache(maxsize=1024)
def _bases(
    n: int, standard: str, seen: int, practice: int, *, by_week: bool
) -> tuple[tuple[str, str, str, Basis], ...]:
    """The key of each measure, its name in a row, its unit, and what it rests on."""
    methods = {**METHODS, "adherence": (SHARE, f"{METHODS['adherence'][1]}; {standard}")}
    found = [(key, unit, n, method) for key, (unit, method) in methods.items()]
    for key, (unit, method) in METHODS_SEEN.items():
        text = method.format(seen=seen, practice=practice, ceiling=strength_ceiling(practice))
        found.append((key, unit, max(n, practice if key in ("habit_strength", "stage") else seen), text))
    if by_week:
        found += [(key, unit, n, method) for key, (unit, method) in METHODS_WEEK.items()]
    return tuple((key, KEYS.get(key, key), unit, Basis.of(LONG_RUN, count, text)) for key, unit, count, text in found)


class _Measure(NamedTuple):
    """A value with its interval, or what it lacks."""

    value: FactValue
    interval: Interval | None = None
    lacking: str | None = None


def _measures(behavior: Behavior, kept: Adherence, weekday: WeekdayFinding | None) -> dict[str, _Measure]:
    measures = {
        "adherence": _Measure(kept.rate, interval_of(kept.low, kept.high)),
        "adherence_low": _Measure(kept.low),
        "adherence_high": _Measure(kept.high),
        "persistence": _following("persistence", behavior, kept.after_done, kept.rate),
        "recovery": _following("recovery", behavior, kept.after_missed, kept.rate),
        "predictability": _Measure(weekday_skill(behavior.days, behavior.success)),
        "weekly_rhythm": _Measure(weekday.eta_squared if weekday else None),
        "weekly_rhythm_p": _Measure(weekday.p if weekday else None),
        "weekly_rhythm_q": _Measure(weekday.q if weekday else None),
    }
    if behavior.week is not None:
        minutes, days, _ = behavior.week
        measures["weekly_minutes"] = _Measure(minutes.mean, interval_of(minutes.low, minutes.high))
        measures["weekly_days"] = _Measure(days.mean, interval_of(days.low, days.high))
        lacking = [max(0.0, 5.0 * ceil((LEAST_MINUTES - one) / 5)) for one in (minutes.high, minutes.mean, minutes.low)]
        lacks = 0.0 if behavior.week.is_met else lacking[1]
        measures["weekly_lacking"] = _Measure(lacks, interval_of(min(lacks, lacking[0]), lacking[2]))
    return measures


def _measures_seen(behavior: Behavior, seen: Flags, practice: Flags) -> dict[str, _Measure]:
    current, longest = streaks(seen.tolist())
    measures = {"streak": _Measure(float(current)), "longest_streak": _Measure(float(longest))}
    if behavior.is_relative:
        return measures | dict.fromkeys(("habit_strength", "stage"), _Measure(None, None, OWN_STANDARD))
    done, may_be_older = days_since_lapse(practice)
    stage = habit_stage(done)
    later = STAGES[STAGES.index(stage) + 1 :] if may_be_older else ()
    measures["habit_strength"] = _Measure(habit_strength(practice))
    measures["stage"] = _Measure(stage, Interval(None, None, None, later)) if done else _Measure(None, None, LAPSED)
    return measures


def _following(key: str, behavior: Behavior, followed: Following, rate: float) -> _Measure:
    """What followed a day done or missed, unless it only says the adherence again, or the day was one of rest."""
    if behavior.week is not None:
        return _Measure(None, None, NO_PLAN)
    if not differs(followed, rate):
        return _Measure(None, None, NO_NEWS.format(AFTER[key]))
    return _Measure(followed.share)


def _timing(sheet: FactSheet, behavior: Behavior) -> dict[str, Fact]:
    """The clock hours of the event a behavior is about, and how closely its days keep to them."""
    hours, event = behavior.clock_hours, behavior.event
    if event is None or hours is None:
        return {}
    n, free = len(hours), np.zeros(len(hours), dtype=np.bool_) if behavior.free is None else behavior.free
    mean, sd, concentration = circular(hours)
    usual = Basis.of(TIMING, n, "circular mean")
    modes = _enter_usual(sheet, behavior, hours)
    if behavior.refusal is not None:
        usual = usual.refuse(behavior.refusal)
    elif mean is not None and _is_nobodys(mean, sd, modes):
        usual = usual.refuse(NOBODYS_HOUR)
    around = None if mean is None or sd is None else mean_interval(mean, sd, n)
    sheet.add(f"typical_{event}", mean, CLOCK, usual, around)
    spread = Basis.of(VARIABILITY, n, SPREAD_METHOD)
    within = about_kinds(hours, free)
    kinds = sum(int(np.count_nonzero(which)) > 1 for which in (free, ~free))
    of_kinds = pooled_sd(within, kinds)
    return {
        "timing_sd": sheet.add(f"{behavior.name}_timing_sd", sd, HOURS, spread, _spread(hours, mean, sd)),
        "timing_sd_within": sheet.add(
            f"{behavior.name}_timing_sd_within",
            of_kinds,
            HOURS,
            spread.by(WITHIN_METHOD),
            None if of_kinds is None else spread_interval(within, of_kinds),
        ),
        "timing_concentration": sheet.add(
            f"{behavior.name}_timing_concentration",
            concentration,
            "index",
            spread.by("resultant length R"),
        ),
    }


def _is_nobodys(mean: float, sd: float | None, modes: Sequence[float]) -> bool:
    """Whether hardly any day lies at the mean of all: the hours that most keep lie elsewhere, or days are scattered."""
    return (sd or 0.0) >= IRREGULAR_HOURS or any(abs(wrap(mean - mode)) > TWO_HOURS_APART for mode in modes)


def _enter_usual(sheet: FactSheet, behavior: Behavior, hours: Floats) -> list[float]:
    """Enters the usual hour of all days and the mean of work and of free days; those of all and of work days."""
    basis = Basis.of(TIMING, len(hours), USUAL_METHOD)
    # Where days were judged by it, it is known already.
    _enter_hour(sheet, behavior, "", usual_hour(hours) if behavior.usual is None else behavior.usual, basis)
    for kind, gate, which in (("_work", WORK_NIGHTS, behavior.work), ("_free", FREE_NIGHTS, behavior.free_telling)):
        some = hours[:0] if which is None else hours[which]
        _enter_hour(sheet, behavior, kind, circular_mean(some), Basis.of(gate, len(some), MEAN_OF_KIND))
    told = (sheet.number(f"usual_{behavior.event}{kind}") for kind in ("", "_work"))
    return [mode for mode in told if mode is not None]


def _enter_hour(sheet: FactSheet, behavior: Behavior, kind: str, hour: float | None, basis: Basis) -> None:
    if behavior.refusal is not None:
        basis = basis.refuse(behavior.refusal)
    elif hour is None and basis.status is not Status.INSUFFICIENT:
        basis = basis.refuse(NO_MODE)
    sheet.add(f"usual_{behavior.event}{kind}", hour, CLOCK, basis)


def _enter_sleep(sheet: FactSheet, standing: SleepStanding) -> None:
    """The measure of sleep and its mean, which are those of the circadian analysis too."""
    n, mean = len(standing.recent), standing.mean
    chosen = "delivered durations where they cover 80 % of the nights, else sleep windows"
    sheet.add("sleep_measure", standing.measure, LABEL, Basis.of(TIMING, n, chosen))
    interval = None if mean is None else interval_of(mean.low, mean.high)
    basis = Basis.of(TIMING, n, f"mean hours asleep ({standing.measure}) of 28 days")
    sheet.add("sleep_mean", mean and mean.hours, HOURS, basis, interval)


def _spread(hours: Floats, mean: float | None, sd: float | None) -> Interval | None:
    return None if mean is None or sd is None else spread_interval(wrap_all(hours - mean), sd)
