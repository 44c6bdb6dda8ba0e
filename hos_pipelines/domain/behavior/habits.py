"""Habits: which behaviors hold, which are on their way, which meet friction, and what may help."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from hos_pipelines.domain.behavior.anchor import steadiest_event
from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord
from hos_pipelines.domain.behavior.habit_results import (
    BehaviorRow,
    CalendarDay,
    EmergingPattern,
    EstablishedHabit,
    FrictionPoint,
    HabitAnalysis,
)
from hos_pipelines.domain.behavior.wording import say_value
from hos_pipelines.domain.facts import FactSheet
from hos_pipelines.domain.gates import Status

ESTABLISHED = 0.6
EMERGING = 0.3
DAILY = 0.8
WEEKLY = 2 / 7
OFTEN_MISSED = 0.5
SELDOM_BACK = 0.35
# Beyond an hour (the third class of MESA) times are irregular.
UNSTEADY_SD = 1.0
MITIGATION = {
    "regular_bedtime": "Set one bedtime and a prompt half an hour before it.",
    "regular_wake": "Keep one wake time on most days and let bedtime follow.",
    "enough_sleep": "Give sleep more room, a quarter of an hour earlier at a time.",
    "active_day": "Add one short walk at a fixed moment of the day.",
    "exercise": "Plan when and where, and begin with a length that cannot fail.",
}


def habit_analysis(sheet: FactSheet, records: Sequence[BehaviorRecord]) -> HabitAnalysis:
    """The part of the result; the facts must be on the sheet."""
    rows = [_row(record) for record in records]
    said_rows = [row for row in rows if row.status is not Status.INSUFFICIENT]
    told = [record for record in records if record.status is not Status.INSUFFICIENT]
    anchor = steadiest_event(sheet, records)
    in_friction = frictions(told)
    named = {record.behavior.name for record in in_friction}
    return HabitAnalysis(
        status=best([row.status for row in said_rows]),
        missing=[missing for row in rows for missing in row.missing],
        fact_ids=[fact_id for row in said_rows for fact_id in row.fact_ids],
        behaviors=rows,
        anchor=anchor,
        established_habits=[_established_habit(record) for record in told if is_established(record)],
        emerging_patterns=[
            _emerging_pattern(record) for record in told if is_emerging(record) and record.behavior.name not in named
        ],
        friction_points=[_friction(record) for record in in_friction],
        calendar=_calendar(records),
    )


def best(statuses: Sequence[Status]) -> Status:
    """The least reserved of some statuses; insufficient without any."""
    order = (Status.INSUFFICIENT, Status.PRELIMINARY, Status.OK)
    return max(statuses, key=order.index, default=Status.INSUFFICIENT)


def is_established(record: BehaviorRecord) -> bool:
    """Whether the habit strength reaches 0.6, which takes 21 days done, and the behavior meets its mark.

    The mark is: more than half of the days, beyond doubt; of exercise, the advised minutes or days of a week.
    """
    if record.kept is None or (record.number("habit_strength") or 0.0) < ESTABLISHED or is_unsteady(record):
        return False
    week = record.behavior.week
    return record.kept.low >= OFTEN_MISSED if week is None else week.is_met


def is_emerging(record: BehaviorRecord) -> bool:
    """Whether it is on its way: a habit strength of 0.3 or more that is not established.

    What is done on fewer than half of the days is nothing to keep up, nor is an hour whose days spread over more than
    an hour.
    """
    if (record.number("habit_strength") or 0.0) < EMERGING or is_seldom(record) or is_established(record):
        return False
    return record.behavior.event is None or keeps_its_hour(record)


def frictions(records: Sequence[BehaviorRecord]) -> list[BehaviorRecord]:
    """The behaviors that fail too often, or seldom come back after a miss; the worst first.

    Only those on which advice makes sense for the person. A behavior measured by the person's own distribution fails by
    definition on some days, and is not judged.
    """
    overlooked = overlooked_behaviors(records)
    found = [one for one in records if meets_friction(one) and one.behavior.name not in overlooked]
    return sorted(found, key=lambda one: one.kept.rate if one.kept else 0.0)


def overlooked_behaviors(records: Sequence[BehaviorRecord]) -> frozenset[str]:
    """Wake times are not held against who sleeps too little: to catch up on free days is acceptable (NSF 2023)."""
    short = any(record.behavior.name == "enough_sleep" and is_seldom(record) for record in records)
    return frozenset({"regular_wake"}) if short else frozenset()


def is_seldom(record: BehaviorRecord) -> bool:
    """Whether it was done on fewer than half of the recorded days."""
    return record.kept is not None and record.kept.rate < OFTEN_MISSED


def is_unsteady(record: BehaviorRecord) -> bool:
    """Whether its clock hours spread over more than an hour within work and within free days, beyond doubt."""
    spread = record.interval("timing_sd_within")
    return spread is not None and spread.low is not None and spread.low > UNSTEADY_SD


def keeps_its_hour(record: BehaviorRecord) -> bool:
    """Whether all days of an event, work and free ones together, spread over an hour or less."""
    spread = record.number("timing_sd")
    return spread is not None and spread <= UNSTEADY_SD


def meets_friction(record: BehaviorRecord) -> bool:
    """Whether it clearly fails too often, or seldom comes back after a miss."""
    behavior = record.behavior
    if record.kept is None or behavior.is_relative or not behavior.may_advise:
        return False
    if behavior.week is not None:
        return behavior.week.is_below
    if behavior.event is not None:
        return is_seldom(record) and is_unsteady(record)
    return is_seldom(record) or seldom_comes_back(record)


def seldom_comes_back(record: BehaviorRecord) -> bool:
    """Whether the day after a miss is seldom done, and less often than others; what has grown is past that."""
    recovery = record.number("recovery")
    return recovery is not None and recovery < SELDOM_BACK and record.direction <= 0


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


def _established_habit(record: BehaviorRecord) -> EstablishedHabit:
    return EstablishedHabit(
        habit=record.behavior.name,
        strength=record.number("habit_strength") or 0.0,
        frequency=_frequency(record),
        biomarker_support=f"Done on {say_value(record.facts['adherence'])} of the recorded days.",
        fact_ids=record.ids("habit_strength", "adherence", "current_streak"),
    )


def _frequency(record: BehaviorRecord) -> Literal["daily", "weekly", "occasional"]:
    rate = record.kept.rate if record.kept else 0.0
    if rate >= DAILY:
        return "daily"
    return "weekly" if rate >= WEEKLY else "occasional"


def _emerging_pattern(record: BehaviorRecord) -> EmergingPattern:
    return EmergingPattern(
        pattern=record.behavior.name,
        maturity=record.number("habit_strength") or 0.0,
        direction=_direction(record.direction),
        recommendation=f"Keep up {record.behavior.title} over the coming weeks.",
        fact_ids=record.ids("habit_strength", "adherence"),
    )


def _direction(change: float) -> Literal["strengthening", "weakening"] | None:
    if change == 0:
        return None
    return "strengthening" if change > 0 else "weakening"


def _friction(record: BehaviorRecord) -> FrictionPoint:
    text, keys = friction_text(record)
    certain = record.kept is not None and record.kept.high < OFTEN_MISSED
    often = record.behavior.week is not None or is_seldom(record)
    return FrictionPoint(
        friction=text,
        impact="high" if certain else "medium" if often else "low",
        mitigation_strategy=MITIGATION[record.behavior.name],
        fact_ids=record.ids(*keys),
    )


def friction_text(record: BehaviorRecord) -> tuple[str, tuple[str, ...]]:
    """What fails in a sentence, and the keys of the facts in it."""
    title = record.behavior.title
    title = title[0].upper() + title[1:]
    if record.behavior.week is not None:
        text = f"{title} adds up to {say_value(record.facts['weekly_minutes'])} a week, less than is advised."
        return text, ("weekly_minutes", "weekly_days")
    if is_seldom(record):
        return f"{title} is met on {say_value(record.facts['adherence'])} of the recorded days.", (
            "adherence",
            "adherence_high",
        )
    text = f"{title} returns the day after a miss in {say_value(record.facts['recovery'])} of the cases."
    return text, ("recovery", "adherence")


def _calendar(records: Sequence[BehaviorRecord]) -> list[CalendarDay]:
    return [
        {"behavior": behavior.name, "day": _iso_day(day), "done": done}
        for behavior in (record.behavior for record in records)
        for day, done in zip(behavior.days.tolist(), behavior.success.tolist(), strict=True)
    ]


@lru_cache(maxsize=1024)
def _iso_day(day: int) -> str:
    return date.fromordinal(day).isoformat()
