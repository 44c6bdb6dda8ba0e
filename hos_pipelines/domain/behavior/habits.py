"""Habits: what the recorded days show of each behavior; which hold, which are on their way, which meet friction."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np

from hos_pipelines.domain.behavior.adherence import Adherence, adherence
from hos_pipelines.domain.behavior.behaviors import Behavior
from hos_pipelines.domain.behavior.habit_strength import habit_stage, habit_strength
from hos_pipelines.domain.behavior.predictability import weekday_skill
from hos_pipelines.domain.behavior.results import (
    Anchor,
    BehaviorRow,
    CalendarDay,
    EmergingPattern,
    EstablishedHabit,
    FrictionPoint,
    HabitAnalysis,
)
from hos_pipelines.domain.behavior.weekly_rhythm import weekday_effect
from hos_pipelines.domain.behavior.wording import CLOCK, DAYS, HOURS, LABEL, SHARE, said
from hos_pipelines.domain.clock import circular_mean, circular_sd, resultant
from hos_pipelines.domain.facts import Basis, Fact, FactSheet, FactValue
from hos_pipelines.domain.gates import LONG_RUN, TIMING, VARIABILITY, Status

ESTABLISHED = 0.6
EMERGING = 0.3
DAILY = 0.8
WEEKLY = 2 / 7
OFTEN_MISSED = 0.5
SELDOM_BACK = 0.35
MISSES_TO_JUDGE = 3
HALVES_DIFFER = 0.15

EVENTS = {"onset": "falling asleep", "wake": "waking up"}
# Nobody does anything after falling asleep: its cue is going to bed.
CUES = {"falling asleep": "before going to bed", "waking up": "after waking up"}
# Beyond an hour (the third class of MESA) an event comes too irregularly to serve as a cue.
CUE_SD = 1.0
METHODS: Mapping[str, tuple[str, str]] = {
    "adherence": (SHARE, "days done / days recorded"),
    "adherence_low": (SHARE, "lower end of the 95 % score interval (Wilson 1927)"),
    "adherence_high": (SHARE, "upper end of the 95 % score interval (Wilson 1927)"),
    "streak": (DAYS, "recorded days done in a row up to the newest"),
    "longest_streak": (DAYS, "most recorded days done in a row"),
    "persistence": (SHARE, "P(done | done the day before)"),
    "recovery": (SHARE, "P(done | missed the day before)"),
    "habit_strength": ("index", "learning curve over repetitions (form Lally 2010, Zhang 2022; rates ours), inferred"),
    "predictability": ("index", "Brier skill of a weekday table, leave one week out"),
    "weekly_rhythm": ("index", "eta squared of the weekday"),
    "weekly_rhythm_p": ("p", "999 permutations of the days"),
    "stage": (LABEL, "days done in the window, edges 7, 21 and 66; earlier days are not seen"),
}
KEYS = {"streak": "current_streak"}
MITIGATION = {
    "regular_bedtime": "Set one bedtime and a prompt half an hour before it.",
    "regular_wake": "Keep one wake time on most days and let bedtime follow.",
    "enough_sleep": "Bring bedtime forward in steps of a quarter of an hour.",
    "active_day": "Add one short walk at a fixed moment of the day.",
    "exercise": "Plan when and where, and begin with a length that cannot fail.",
}


class BehaviorRecord(NamedTuple):
    """One behavior with what was computed of it; `facts` are those entered, by the key of its row.

    `direction` compares the later with the earlier half of the recorded days: above zero the behavior grew.
    """

    behavior: Behavior
    status: Status
    facts: Mapping[str, Fact]
    kept: Adherence | None
    direction: float

    def number(self, key: str) -> float | None:
        """The number of one of its facts; None where that says none."""
        fact = self.facts.get(key)
        return fact.value if fact is not None and isinstance(fact.value, float) else None

    def ids(self, *keys: str) -> list[str]:
        """The ids of those of its facts that say something."""
        return [self.facts[key].id for key in keys if key in self.facts and self.facts[key].value is not None]


def record_behaviors(sheet: FactSheet, behaviors: Sequence[Behavior]) -> tuple[BehaviorRecord, ...]:
    """Enters the facts of each behavior. A behavior of fewer than 14 recorded days has an adherence without value."""
    return tuple(_recorded(sheet, behavior) for behavior in behaviors)


def habit_analysis(sheet: FactSheet, records: Sequence[BehaviorRecord]) -> HabitAnalysis:
    """The part of the result; the facts must be on the sheet."""
    rows = [_row(record) for record in records]
    said_rows = [row for row in rows if row.status is not Status.INSUFFICIENT]
    told = [record for record in records if record.status is not Status.INSUFFICIENT]
    anchor = steadiest_event(sheet, records)
    return HabitAnalysis(
        status=best([row.status for row in said_rows]),
        missing=[missing for row in rows for missing in row.missing],
        fact_ids=[fact_id for row in said_rows for fact_id in row.fact_ids],
        behaviors=rows,
        anchor=anchor,
        established_habits=[_established(record) for record in told if is_established(record)],
        emerging_patterns=[_emerging(record, anchor) for record in told if _is_emerging(record)],
        friction_points=[_friction(record) for record in frictions(told)],
        calendar=_calendar(records),
    )


def best(statuses: Sequence[Status]) -> Status:
    """The least reserved of some statuses; insufficient without any."""
    order = (Status.INSUFFICIENT, Status.PRELIMINARY, Status.OK)
    return max(statuses, key=order.index, default=Status.INSUFFICIENT)


def is_established(record: BehaviorRecord) -> bool:
    """Whether the habit strength reaches 0.6."""
    return (record.number("habit_strength") or 0.0) >= ESTABLISHED


def frictions(records: Sequence[BehaviorRecord]) -> list[BehaviorRecord]:
    """The behaviors that fail on more than half of the days, or seldom come back after a miss; the worst first.

    A behavior measured by the person's own distribution fails by definition on some days, and is not judged.
    """
    overlooked = overlooked_behaviors(records)
    found = [one for one in records if _meets_friction(one) and one.behavior.name not in overlooked]
    return sorted(found, key=lambda one: one.kept.rate if one.kept else 0.0)


def overlooked_behaviors(records: Sequence[BehaviorRecord]) -> frozenset[str]:
    """Wake times are not held against who sleeps too little: to catch up on free days is acceptable (NSF 2023)."""
    short = any(record.behavior.name == "enough_sleep" and is_seldom(record) for record in records)
    return frozenset({"regular_wake"}) if short else frozenset()


def is_seldom(record: BehaviorRecord) -> bool:
    """Whether it was done on fewer than half of the recorded days."""
    return record.kept is not None and record.kept.rate < OFTEN_MISSED


def steadiest_event(sheet: FactSheet, records: Sequence[BehaviorRecord]) -> Anchor | None:
    """The event of the day with the lowest circular deviation: where a new habit can be attached (Fogg)."""
    known: list[tuple[float, str, BehaviorRecord]] = [
        (sd, record.behavior.event, record)
        for record in records
        if record.behavior.event is not None and (sd := record.number("timing_sd")) is not None
    ]
    if not known:
        return None
    sd, event, record = min(known, key=lambda one: one[:2])
    hour = sheet.number(f"typical_{event}")
    if hour is None:
        return None
    return Anchor(event=EVENTS[event], clock_hour=hour, sd=sd, fact_ids=[f"typical_{event}", *record.ids("timing_sd")])


def cue_of(anchor: Anchor | None) -> str | None:
    """Where a new behavior can be put, in words; None without an event steady enough."""
    return CUES[anchor.event] if anchor is not None and anchor.sd <= CUE_SD else None


def _recorded(sheet: FactSheet, behavior: Behavior) -> BehaviorRecord:
    n = len(behavior.days)
    basis = Basis.of(LONG_RUN, n, behavior.standard)
    kept = adherence(behavior.days, behavior.success)
    facts = _timing(sheet, behavior)
    if kept is None or basis.status is Status.INSUFFICIENT:
        facts["adherence"] = sheet.add(f"{behavior.name}_adherence", None, SHARE, basis)
        return BehaviorRecord(behavior, Status.INSUFFICIENT, facts, None, 0.0)
    values = _measures(behavior, kept)
    for key, name, unit, judged in _bases(n, behavior.standard):
        facts[name] = sheet.add(f"{behavior.name}_{key}", values[key], unit, judged)
    half = n // 2
    later = int(np.count_nonzero(behavior.success[half:]))
    direction = later / (n - half) - (kept.done - later) / half
    return BehaviorRecord(behavior, basis.status, facts, kept, direction)


@lru_cache(maxsize=256)
def _bases(n: int, standard: str) -> tuple[tuple[str, str, str, Basis], ...]:
    """The key of each measure, its name in a row, its unit, and what it rests on."""
    methods = {**METHODS, "adherence": (SHARE, f"{METHODS['adherence'][1]}; {standard}")}
    return tuple(
        (key, KEYS.get(key, key), unit, Basis.of(LONG_RUN, n, method)) for key, (unit, method) in methods.items()
    )


def _measures(behavior: Behavior, kept: Adherence) -> dict[str, FactValue]:
    weekly = weekday_effect(behavior.days, behavior.success.astype(float))
    return {
        "adherence": kept.rate,
        "adherence_low": kept.low,
        "adherence_high": kept.high,
        "streak": float(kept.current_streak),
        "longest_streak": float(kept.longest_streak),
        "persistence": kept.persistence,
        "recovery": kept.recovery,
        "habit_strength": habit_strength(behavior.success),
        "predictability": weekday_skill(behavior.days, behavior.success),
        "weekly_rhythm": weekly.eta_squared if weekly else None,
        "weekly_rhythm_p": weekly.p if weekly else None,
        "stage": habit_stage(kept.done),
    }


def _timing(sheet: FactSheet, behavior: Behavior) -> dict[str, Fact]:
    """The clock hour of the event a behavior is about, and how closely its days keep to it."""
    hours = behavior.clock_hours
    if behavior.event is None or hours is None:
        return {}
    n = len(hours)
    usual = Basis.of(TIMING, n, "circular mean")
    spread = Basis.of(VARIABILITY, n, "circular standard deviation (Mardia 1972)")
    sheet.add(f"typical_{behavior.event}", circular_mean(hours), CLOCK, usual)
    length = abs(resultant(hours)) if n else None
    return {
        "timing_sd": sheet.add(f"{behavior.name}_timing_sd", circular_sd(hours), HOURS, spread),
        "timing_concentration": sheet.add(
            f"{behavior.name}_timing_concentration", length, "index", spread.by("resultant length R")
        ),
    }


def _row(record: BehaviorRecord) -> BehaviorRow:
    facts = record.facts
    lacking = facts["adherence"].missing
    return BehaviorRow(
        status=record.status,
        missing=[f"{record.behavior.title}: {lacking}"] if lacking else [],
        fact_ids=[fact.id for fact in facts.values() if fact.value is not None],
        behavior=record.behavior.name,
        title=record.behavior.title,
        **{key: fact.value for key, fact in facts.items()},
    )


def _established(record: BehaviorRecord) -> EstablishedHabit:
    return EstablishedHabit(
        habit=record.behavior.name,
        strength=record.number("habit_strength") or 0.0,
        frequency=_frequency(record),
        biomarker_support=f"Done on {said(record.facts['adherence'])} of the recorded days.",
        fact_ids=record.ids("habit_strength", "adherence", "current_streak"),
    )


def _frequency(record: BehaviorRecord) -> Literal["daily", "weekly", "occasional"]:
    rate = record.kept.rate if record.kept else 0.0
    if rate >= DAILY:
        return "daily"
    return "weekly" if rate >= WEEKLY else "occasional"


def _is_emerging(record: BehaviorRecord) -> bool:
    return not record.behavior.is_relative and EMERGING <= (record.number("habit_strength") or 0.0) < ESTABLISHED


def _emerging(record: BehaviorRecord, anchor: Anchor | None) -> EmergingPattern:
    cue = cue_of(anchor)
    when = f", best {cue}" if cue and record.behavior.name == "exercise" else ""
    return EmergingPattern(
        pattern=record.behavior.name,
        maturity=record.number("habit_strength") or 0.0,
        direction=_direction(record.direction),
        recommendation=f"Keep at {record.behavior.title} for the coming weeks{when}.",
        fact_ids=record.ids("habit_strength", "adherence"),
    )


def _direction(change: float) -> Literal["strengthening", "weakening"] | None:
    if abs(change) < HALVES_DIFFER:
        return None
    return "strengthening" if change > 0 else "weakening"


def _meets_friction(record: BehaviorRecord) -> bool:
    if record.kept is None or record.behavior.is_relative:
        return False
    return is_seldom(record) or _seldom_comes_back(record.kept)


def _seldom_comes_back(kept: Adherence) -> bool:
    enough = kept.days - kept.done >= MISSES_TO_JUDGE
    return enough and kept.recovery is not None and kept.recovery < SELDOM_BACK


def _friction(record: BehaviorRecord) -> FrictionPoint:
    name = record.behavior.name
    often = is_seldom(record)
    certain = record.kept is not None and record.kept.high < OFTEN_MISSED
    if often:
        text = f"{record.behavior.title} is met on {said(record.facts['adherence'])} of the recorded days"
    else:
        text = f"{record.behavior.title} returns the day after a miss in {said(record.facts['recovery'])} of the cases"
    return FrictionPoint(
        friction=text[0].upper() + text[1:] + ".",
        impact="high" if certain else "medium" if often else "low",
        mitigation_strategy=MITIGATION[name],
        fact_ids=record.ids("adherence", "adherence_high") if often else record.ids("recovery", "adherence"),
    )


def _calendar(records: Sequence[BehaviorRecord]) -> list[CalendarDay]:
    return [
        {"behavior": behavior.name, "day": _iso_day(day), "done": done}
        for behavior in (record.behavior for record in records)
        for day, done in zip(behavior.days.tolist(), behavior.success.tolist(), strict=True)
    ]


@lru_cache(maxsize=1024)
def _iso_day(day: int) -> str:
    return date.fromordinal(day).isoformat()
