"""Concerns: what the days show that could be better, the most important as a goal, and what to do about each.

Nothing is said below what the interval of a fact allows, nothing that cannot be followed, nothing of days long past.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from hos_pipelines.domain.behavior.anchor import anchor_hour, cue_of
from hos_pipelines.domain.behavior.behavior_facts import BehaviorRecord
from hos_pipelines.domain.behavior.behaviors import CURRENT_DAYS, Event
from hos_pipelines.domain.behavior.habit_results import Anchor
from hos_pipelines.domain.behavior.habits import MITIGATION, friction_text, keeps_its_hour, meets_friction
from hos_pipelines.domain.behavior.readiness import Vitals, hrv_word, pulse_word
from hos_pipelines.domain.behavior.result_terms import Band
from hos_pipelines.domain.behavior.results import PrimaryGoal, Recommendation
from hos_pipelines.domain.behavior.series import SeriesRecord
from hos_pipelines.domain.behavior.wording import say_value
from hos_pipelines.domain.clock import wrap
from hos_pipelines.domain.facts import Fact, FactSheet
from hos_pipelines.domain.gates import LONG_RUN
from hos_pipelines.domain.sleep import SleepStanding

SEVERE, MARKED = 0.75, 0.5
MOST_CONCERNS = 4
CHANGE_KEYS = ("trend_slope", "trend_q", "change_day", "change_before", "change_after")
FOUR_WEEKS, THREE_DAYS = "four weeks", "the next three days"
# Before six nobody is sent to train (ours; when the sun rises is not known); after ten the morning is no fixed moment.
EARLIEST_TRAINING, LATEST_MORNING = 6.0, 10.0
FEW_DAYS = 2.0
ALSO_MOVED = "The menstrual cycle, alcohol, fever, heat and late meals move it too."
# Ours: what is common, and how far people differ in it, to tell what somebody does best. Steps: median and quartiles of
# All of Us (Master 2022, 10.1038/s41591-022-02012-w); sleep: two of three adults reach seven hours (CDC 2016).
COMMON_SPREAD: Mapping[Event, float] = {"onset": 0.5, "wake": 0.5}
SPREAD_OF_SPREAD = 0.35
# What is done on most days beyond doubt holds; at hours an hour apart on work and free days it is two habits.
HOLDS, ONE_HOUR = 0.5, 1.0
COMMON_SLEEP, SPREAD_OF_SLEEP = 0.65, 0.25
COMMON_MINUTES, SPREAD_OF_MINUTES = 220.0, 150.0
COMMON_STEPS, SPREAD_OF_STEPS = 7_700.0, 2_900.0


class Observed(NamedTuple):
    """What concerns are read from; `through` is the newest day with a reading, as an ordinal."""

    sheet: FactSheet
    records: Sequence[BehaviorRecord]
    series: Sequence[SeriesRecord]
    vitals: Vitals
    standing: SleepStanding
    anchor: Anchor | None
    through: int


class Concern(NamedTuple):
    """Something the data show that could be better; `severity` from 0 to 1 is ours and only orders them."""

    severity: float
    goal: str
    timeline: str
    metrics: list[str]
    recommendation: str
    reason: str
    fact_ids: list[str]


class Strength(NamedTuple):
    """Something to keep; `place` is how far above what is common it lies, in deviations of people."""

    place: float
    goal: str
    metric: str
    fact_ids: list[str]


def concerns(observed: Observed) -> list[Concern]:
    """What the data show that could be better, the most important first."""
    found = [
        *_strain(observed.vitals),
        *_short_sleep(observed),
        *_unsteady_times(observed),
        *_too_little_exercise(observed),
        *_fewer_steps(observed),
    ]
    return sorted(found, key=lambda one: (-one.severity, one.goal))


def primary_goal(found: Sequence[Concern], observed: Observed) -> PrimaryGoal | None:
    """The worst concern as a goal; without one, to keep what the person does best; None where too little is known."""
    if found:
        one = found[0]
        return PrimaryGoal(goal=one.goal, timeline=one.timeline, success_metrics=one.metrics, fact_ids=one.fact_ids)
    best = max(_strengths(observed), key=lambda one: (one.place, one.goal), default=None)
    if best is None:
        return None
    return PrimaryGoal(goal=best.goal, timeline=FOUR_WEEKS, success_metrics=[best.metric], fact_ids=best.fact_ids)


def recommendations(found: Sequence[Concern], recorded: Fact) -> list[Recommendation]:
    """What to do, the most important first; more days where they are few, and nothing where nothing is wrong."""
    told = [
        Recommendation(
            recommendation=one.recommendation, reason=one.reason, priority=_priority(one), fact_ids=one.fact_ids
        )
        for one in found[:MOST_CONCERNS]
    ]
    if recorded.n < LONG_RUN.preliminary:
        told.append(
            Recommendation(
                recommendation="Wear the device day and night for the next weeks.",
                reason=f"So far there are readings of {say_value(recorded)}.",
                priority="high" if not told else "medium",
                fact_ids=[recorded.id],
            )
        )
    return told


def _strain(vitals: Vitals) -> Iterator[Concern]:
    if pulse_word(vitals.pulse) == "raised":
        yield Concern(
            0.9,
            "Recover",
            THREE_DAYS,
            ["Resting heart rate back to usual"],
            "Take it easy until the resting heart rate is back to usual.",
            f"Resting heart rate is above its usual range. {ALSO_MOVED}",
            [vitals.pulse.id],
        )
    if hrv_word(vitals.hrv) == "below":
        yield Concern(
            0.4,
            "Recover",
            THREE_DAYS,
            ["Heart rate variability back within its usual band"],
            "Prefer easy movement for some days.",
            f"Heart rate variability of the last week is below the usual band. {ALSO_MOVED}",
            [vitals.hrv.id],
        )


def _short_sleep(observed: Observed) -> Iterator[Concern]:
    """Only where need, duration and daytime signs agree, as the sleep of both analyses says."""
    record = _record(observed, "enough_sleep")
    if not observed.standing.is_short or record is None or not record.behavior.may_advise:
        return
    mean = observed.sheet["sleep_mean"]
    rate = record.kept.rate if record.kept else 0.0
    yield Concern(
        0.7 + 0.25 * (1 - rate),
        "Sleep long enough on most nights",
        FOUR_WEEKS,
        ["Enough sleep on five of seven nights"],
        MITIGATION["enough_sleep"],
        f"Sleep is {say_value(mean)} on average, less than is enough.",
        [mean.id, *record.ids("adherence", "adherence_high")],
    )


def _unsteady_times(observed: Observed) -> Iterator[Concern]:
    """One concern of times that vary among days of one kind: waking or bedtime, whichever is further from common.

    Not of who keeps an hour on most days, however far away the others lie.
    """
    unsteady = {
        event: record
        for record in observed.records
        if (event := record.behavior.event) is not None and meets_friction(record)
    }
    if not unsteady:
        return
    if max(unsteady, key=lambda event: (_beyond_common(unsteady[event], event), event)) == "wake":
        advice = MITIGATION["regular_wake"] if "onset" in unsteady else "Set an alarm for the same hour on most days."
        metric = "Waking within three quarters of an hour of the usual time on most days"
        yield _unsteady("Wake at a steady time", metric, advice, "Waking varies", unsteady["wake"])
    else:
        metric = "A standard deviation of bedtimes below one hour"
        advice = MITIGATION["regular_bedtime"]
        yield _unsteady("Keep bedtimes steadier", metric, advice, "Bedtimes vary", unsteady["onset"])


def _beyond_common(record: BehaviorRecord, event: Event) -> float:
    """By how many deviations of people the spread of its hours is above what is common."""
    return ((record.number("timing_sd_within") or 0.0) - COMMON_SPREAD[event]) / SPREAD_OF_SPREAD


def _unsteady(goal: str, metric: str, advice: str, what: str, record: BehaviorRecord) -> Concern:
    spread = record.facts["timing_sd_within"]
    hours = record.number("timing_sd_within") or 0.0
    reason = f"{what} by a standard deviation of {say_value(spread)} among days of one kind."
    return Concern(min(0.85, 0.4 + hours / 6), goal, FOUR_WEEKS, [metric], advice, reason, [spread.id])


def _too_little_exercise(observed: Observed) -> Iterator[Concern]:
    """By the week, and only where both the minutes and the days are clearly below what is advised."""
    record = _record(observed, "exercise")
    week = record.behavior.week if record is not None else None
    if record is None or week is None or record.kept is None or not week.is_below or not _is_current(record, observed):
        return
    lacking = record.facts["weekly_lacking"]
    advice, also = _more_exercise(record, observed.anchor)
    yield Concern(
        0.4 + 0.3 * (lacking.value if isinstance(lacking.value, float) else 0.0) / 150,
        "Exercise regularly",
        FOUR_WEEKS,
        ["Twenty minutes of exercise on three days a week"],
        advice,
        friction_text(record)[0],
        [*record.ids("weekly_minutes", "weekly_days", "weekly_lacking"), *also],
    )


def _more_exercise(record: BehaviorRecord, anchor: Anchor | None) -> tuple[str, list[str]]:
    """What to change of a week of exercise, by what it lacks; the ids of further facts in it."""
    lacking, days = say_value(record.facts["weekly_lacking"]), record.number("weekly_days") or 0.0
    if days == 0:
        text = "Begin with a brisk walk of ten minutes on three days a week"
    elif days < FEW_DAYS:
        text = f"Add a day of exercise to the week: {lacking} more are advised"
    else:
        text = f"Make the sessions there are longer: {lacking} more a week are advised"
    cue = cue_of(anchor)
    if anchor is None or cue is None or not _is_morning(anchor):
        return f"{text}.", []
    return f"{text}. A fixed moment helps: {cue}, {anchor_hour(anchor)}.", anchor.fact_ids


def _is_morning(anchor: Anchor) -> bool:
    return anchor.event == "waking up" and EARLIEST_TRAINING <= anchor.clock_hour <= LATEST_MORNING


def _fewer_steps(observed: Observed) -> Iterator[Concern]:
    """A falling number of steps; other series move with it, or are dealt with elsewhere."""
    for one in observed.series:
        is_current = observed.through - int(one.series.days[-1]) <= CURRENT_DAYS
        if one.kind.prefix == "steps" and one.change == "declining" and is_current:
            yield Concern(
                0.6,
                "Return to the usual number of steps",
                FOUR_WEEKS,
                [f"A median of {say_value(one.facts['median'])} steps a day or more"],
                MITIGATION["active_day"],
                "The number of steps has fallen over the last weeks.",
                one.ids(*CHANGE_KEYS, "median"),
            )


def _strengths(observed: Observed) -> Iterator[Strength]:
    """What there is to keep, against what is common."""
    for record in observed.records:
        event = record.behavior.event
        if event is not None and _holds_one_hour(observed.sheet, record, event):
            goal = f"Keep {record.behavior.title}"
            yield Strength(-_beyond_common(record, event), goal, *_as_often(record))
    sleep, exercise = _record(observed, "enough_sleep"), _record(observed, "exercise")
    if sleep is not None and sleep.kept is not None and sleep.kept.low >= HOLDS:
        place = (sleep.kept.rate - COMMON_SLEEP) / SPREAD_OF_SLEEP
        yield Strength(place, "Keep sleeping long enough", *_as_often(sleep))
    if exercise is not None and exercise.kept is not None and exercise.behavior.week is not None:
        place = (exercise.behavior.week.minutes.mean - COMMON_MINUTES) / SPREAD_OF_MINUTES
        minutes = exercise.facts["weekly_minutes"]
        yield Strength(
            place, "Keep exercising", f"About {say_value(minutes)} a week, as now", exercise.ids("weekly_minutes")
        )
    for one in observed.series:
        steps = one.number("median")
        if one.kind.prefix == "steps" and steps is not None:
            place = (steps - COMMON_STEPS) / SPREAD_OF_STEPS
            metric = f"A median of {say_value(one.facts['median'])} steps a day or more"
            yield Strength(place, "Keep the number of steps", metric, one.ids("median"))


def _holds_one_hour(sheet: FactSheet, record: BehaviorRecord, event: Event) -> bool:
    """Whether an event keeps to its hour on most days, and to about the same on work and on free days."""
    if record.kept is None or record.kept.low < HOLDS or not keeps_its_hour(record):
        return False
    work, free = sheet.number(f"usual_{event}_work"), sheet.number(f"usual_{event}_free")
    return work is None or free is None or abs(wrap(free - work)) < ONE_HOUR


def _as_often(record: BehaviorRecord) -> tuple[str, list[str]]:
    metric = f"Done on at least as many days as now ({say_value(record.facts['adherence'])})"
    return metric, record.ids("adherence", "timing_sd_within")


def _record(observed: Observed, name: str) -> BehaviorRecord | None:
    return next((record for record in observed.records if record.behavior.name == name), None)


def _is_current(record: BehaviorRecord, observed: Observed) -> bool:
    """Whether the behavior was seen in the last week."""
    days = record.behavior.days
    return bool(len(days)) and observed.through - int(days[-1]) <= CURRENT_DAYS


def _priority(one: Concern) -> Band:
    return "high" if one.severity >= SEVERE else "medium" if one.severity >= MARKED else "low"
