"""People whose days vary by chance alone, and what can be planted in them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.null import DAYS, SATURDAY, Person, history_of, made_up
from hos_pipelines.domain.clock import Floats
from hos_pipelines.domain.guidance.insights.candidates import CredibleInsight
from hos_pipelines.domain.guidance.insights.make import InsightsFound, KnownOfPerson, find_insights
from hos_pipelines.domain.history import History
from hos_pipelines.domain.work_week import WorkWeek

SEED = 20_260_716
HOURS_SHORTER = 70 / 60


def somebody(number: int, phi: float = 0.3) -> Person:
    """One in whom nothing happens."""
    return made_up(np.random.default_rng([SEED, number]), phi, has_weekend=False)


def of_late(values: Floats, days: int, times: float = 1.0, plus: float = 0.0) -> Floats:
    """The values, of which the last days are others."""
    return np.concatenate((values[:-days], times * values[-days:] + plus)) if days else values


def slept_less(person: Person, days: int) -> Person:
    return replace(person, asleep=of_late(person.asleep, days, plus=-HOURS_SHORTER))


def with_raised_pulse(person: Person, days: int) -> Person:
    return replace(person, pulse=of_late(person.pulse, days, plus=6.0))


def walked_half(person: Person, days: int) -> Person:
    return replace(person, steps=of_late(person.steps, days, times=0.5))


def later_at_weekends(person: Person, hours: float = 2.0) -> Person:
    weekend = (person.days[0].weekday() + np.arange(DAYS)) % 7 >= SATURDAY
    return replace(person, onset=person.onset + hours * weekend)


def found_in(history: History, known: KnownOfPerson = KnownOfPerson()) -> InsightsFound:  # noqa: B008  frozen
    """What is found on the day after the newest, for the first time."""
    assert history.through is not None
    now = datetime.combine(history.through, datetime.min.time(), UTC) + timedelta(days=1)
    return find_insights(history, WorkWeek(), known, (), now)


def told_of(person: Person) -> list[CredibleInsight]:
    """What is told of a person for the first time."""
    return [insight for insight, _ in found_in(history_of(person)).chosen.new]


def about(person: Person, subject: str) -> CredibleInsight | None:
    """What is told of a person about one subject."""
    return next((one for one in told_of(person) if one.subject.name == subject), None)
