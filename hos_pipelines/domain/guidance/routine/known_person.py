"""What a routine takes from the facts of a person: preferences by kind of day, roster, hours of work, age, flags."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from hos_pipelines.domain.guidance.routine.flags import contraindications
from hos_pipelines.domain.guidance.routine.subject import Preferences
from hos_pipelines.domain.person.fact_keys import FactKey
from hos_pipelines.domain.person.hours import ClockSpan, minute_of, span_of
from hos_pipelines.domain.person.profile_facts import ProfileFact
from hos_pipelines.domain.person.roster import Roster, read_roster, works_by_night
from hos_pipelines.domain.work_week import WEEKDAYS, WorkWeek

PersonFacts = Mapping[FactKey, ProfileFact]
TIMES = {
    "work": (FactKey.SLEEP_TIME_WORK, FactKey.WAKE_TIME_WORK),
    "free": (FactKey.SLEEP_TIME_FREE, FactKey.WAKE_TIME_FREE),
}
ADULT = "adult"


def preferences_of(facts: PersonFacts, at: datetime) -> dict[str, Preferences]:
    """Times preferred on work and on free days; of a kind one of the two may be all that is said."""
    found = {}
    for kind, keys in TIMES.items():
        said = {key: facts[key] for key in keys if key in facts}
        if said:
            since = max(fact.valid_from for fact in said.values())
            bed, wake = (minute_of(said[key].value) if key in said else None for key in keys)
            found[kind] = Preferences(bed, wake, (at - since).days, tuple(key.value for key in said))
    return found


def roster_of(facts: PersonFacts) -> Roster | None:
    """The roster somebody stated."""
    fact = facts.get(FactKey.ROSTER)
    return None if fact is None else read_roster(fact.value)


def work_hours_of(facts: PersonFacts) -> ClockSpan | None:
    """The hours somebody works on work days."""
    fact = facts.get(FactKey.WORK_HOURS)
    return None if fact is None else span_of(fact.value)


def week_of(facts: PersonFacts, estimated: WorkWeek) -> WorkWeek:
    """The week somebody stated, else the one estimated from their country."""
    fact = facts.get(FactKey.WORK_DAYS)
    if fact is None:
        return estimated
    return WorkWeek(frozenset(range(len(WEEKDAYS))) - {WEEKDAYS.index(name) for name in fact.value}, is_stated=True)


def age_of(facts: PersonFacts, day: date) -> int | None:
    """Age in years on a day; None where no birth date is known."""
    fact = facts.get(FactKey.BIRTH_DATE)
    if fact is None or fact.value == ADULT:
        return None
    born = date.fromisoformat(fact.value)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def next_birthday(facts: PersonFacts, day: date) -> date | None:
    """The next day on which somebody is a year older; None where no birth date is known."""
    age = age_of(facts, day)
    if age is None:
        return None
    born = date.fromisoformat(facts[FactKey.BIRTH_DATE].value)
    # Who was born on 29 February is older from 1 March on in other years.
    years = (day.year, day.year + 1)
    days = [first_day(year, born.month, born.day) for year in years]
    return next((one for one in days if one > day), None)


def first_day(year: int, month: int, day: int) -> date:
    """That day of a year, or the first after it where the year has none."""
    return date(year, month, 1) + timedelta(days=day - 1)


def flags_of(facts: PersonFacts, day: date) -> frozenset[str]:
    """The contraindications of the task library that hold for somebody."""
    said = {key: fact.value for key, fact in facts.items()}
    words = {*said.get(FactKey.ALLERGIES, ()), *said.get(FactKey.RESTRICTIONS, ()), *said.get(FactKey.DIET, ())}
    return contraindications(
        said.get(FactKey.HEALTH_FLAGS, ()),
        age_of(facts, day),
        works_nights=works_by_night(roster_of(facts), work_hours_of(facts)),
        opts_out_of_numbers=bool(said.get(FactKey.OPT_OUT_OF_NUMBERS)),
        words=words,
    )
