"""Insights of people in whom something has happened, as they are stored: of every kind, subject and direction."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np

from benchmarks.null import DAYS, Person, history_of
from hos_pipelines.domain.facts import Fact, Interval
from hos_pipelines.domain.gates import Confidence, Status
from hos_pipelines.domain.guidance.insights.candidates import CredibleInsight
from hos_pipelines.domain.guidance.insights.concerns import StoredConcern
from hos_pipelines.domain.guidance.insights.make import KnownOfPerson
from hos_pipelines.domain.guidance.insights.remembered import HeldTrue
from hos_pipelines.domain.guidance.insights.rows import InsightRow, row_of
from hos_pipelines.domain.history import Series
from hos_pipelines_tests.domain.guidance.insights.people import (
    found_in,
    later_at_weekends,
    of_late,
    slept_less,
    somebody,
    walked_half,
    with_raised_pulse,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FEELINGS = ("mood", "stress", "energy", "plan_completion")
PEOPLE = 6


@cache
def rows() -> tuple[InsightRow, ...]:
    """What is told of all of them."""
    return tuple(row_of(one, 0.5, "Do this.", NOW) for one in _told())


def row(kind: str, subject: str, direction: str) -> InsightRow:
    """The first of these."""
    return next(one for one in rows() if (one.kind, one.subject, one.direction) == (kind, subject, direction))


def page_rows() -> list[InsightRow]:
    """Five that may stand side by side."""
    wanted = {"sleep_duration", "steps", "stress", "mood", "remembered_timing_exercise"}
    return list({one.subject: one for one in rows() if one.subject in wanted}.values())


def _told() -> Iterator[CredibleInsight]:
    for number in range(PEOPLE):
        person = somebody(number)
        for changed in _changed(person):
            yield from _found(changed, KnownOfPerson())
        for name in FEELINGS:
            for late in (2.0, -2.0):
                for days in (7, 21):
                    yield from _found(person, KnownOfPerson(lived={name: levels(person, number, late, days, name)}))
        for held in _held():
            yield from _found(person, KnownOfPerson(held_true=[held]))
        yield from _found(person, KnownOfPerson(concerns=_concerns()))


def _changed(person: Person) -> Iterator[Person]:
    for days in (2, 7, 21):
        yield from (slept_less(person, days), walked_half(person, days), with_raised_pulse(person, days))
        yield replace(person, asleep=of_late(person.asleep, days, plus=1.4))
        yield replace(person, steps=of_late(person.steps, days, times=1.8))
        yield replace(person, onset=of_late(person.onset, days, plus=2.5))
        yield replace(person, pulse=of_late(person.pulse, days, plus=-8.0))
    yield later_at_weekends(person, 3.0)
    yield replace(person, steps=person.steps * np.linspace(1.0, 0.2, len(person.steps)))


def levels(person: Person, number: int, late: float, days: int, name: str) -> Series:
    """A journal's level of every day, or the share of a plan, of which the last are higher or lower."""
    through = person.last.toordinal()
    values = 3 + np.random.default_rng([7, number]).normal(0, 0.4, DAYS)
    values[-days:] += late
    values = np.clip(np.round(values), 1, 5)
    days_of = np.arange(through - DAYS + 1, through + 1)
    return Series(days_of, values / 5 if name == "plan_completion" else values)


def _held() -> Iterator[HeldTrue]:
    since = date(2026, 1, 1)
    for key, value, against in (
        ("timing.exercise", "morning", 1),
        ("timing.mindfulness", "night", 0),
        ("barrier.exercise", "too_hard", 1),
        ("timing.ignore_all_rules", "morning", 0),
    ):
        yield HeldTrue(key, value, 0.85, 14, against, since)


def _concerns() -> list[StoredConcern]:
    window = f"{date(2026, 1, 1)}/{date(2026, 1, 1) + timedelta(days=27)}"
    told = (
        ("sleep_mean", 6.1, 0.3, "hour"),
        ("exercise_weekly_minutes", 60.0, 20.0, "minute"),
        ("regular_bedtime_timing_sd_within", 1.2, 0.2, "hour"),
    )
    return [
        StoredConcern(
            "Do this.",
            [
                Fact(
                    name,
                    value,
                    unit,
                    28,
                    window,
                    "made up",
                    Confidence.MEDIUM,
                    Status.OK,
                    None,
                    Interval(value - reach, value + reach),
                )
            ],
        )
        for name, value, reach, unit in told
    ]


def _found(person: Person, known: KnownOfPerson) -> Iterator[CredibleInsight]:
    for insight, _ in found_in(history_of(person), known).chosen.new:
        yield insight
