"""Takes in what a person says of themselves: all of it, or none with a sentence for each fault."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from psycopg import Connection

from hos_pipelines import libraries
from hos_pipelines.domain.guidance.nutrition.restrictions import parse_restrictions
from hos_pipelines.domain.person.contradictions import find_contradictions
from hos_pipelines.domain.person.fact_keys import FactKey, FactSource
from hos_pipelines.domain.person.fact_values import NEEDED, ValueRules, parse_value
from hos_pipelines.domain.person.faults import PersonFaultsError, quoted, shown
from hos_pipelines.domain.person.local_days import local_day
from hos_pipelines.domain.person.profile_facts import facts_at
from hos_pipelines.domain.person.said_fact import SaidFact
from hos_pipelines.domain.person.vocabularies import Vocabulary, nearest_of, vocabulary_of
from hos_pipelines.libraries.shipped import library_file
from hos_pipelines.postgres.fact_store import Added, add_facts, read_all_said

# Said of both kinds of day at once.
BOTH = {
    "wake_time": (FactKey.WAKE_TIME_WORK, FactKey.WAKE_TIME_FREE),
    "sleep_time": (FactKey.SLEEP_TIME_WORK, FactKey.SLEEP_TIME_FREE),
}
# What the database holds too.
EARLIEST, FURTHEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), timedelta(days=730), datetime(9000, 1, 1, tzinfo=UTC)


class RawFact(NamedTuple):
    """A fact as it was written; `since` and `until` are local days or instants where they are said."""

    key: str
    value: object
    since: str | None = None
    until: str | None = None


@lru_cache(maxsize=1)
def known_words() -> Vocabulary:
    """The words facts may use, of the libraries that come with the package."""
    return vocabulary_of(parse_restrictions(library_file(files(libraries), "restrictions")))


def say_facts(
    connection: Connection[Any], profile_id: str, raw: Iterable[RawFact], zone: tzinfo | None, now: datetime
) -> Added | None:
    """Stores what is new of it at `now` (UTC); None where the profile is not enrolled.

    Raises:
        PersonFaultsError: a sentence for each fault; nothing was stored.
    """
    said, faults = read_said(raw, zone, now)
    with connection.transaction():
        known = facts_at((one for one in read_all_said(connection, profile_id) if one.source is FactSource.STATED), now)
        values = {key: fact.value for key, fact in known.items()}
        values |= {one.key: one.value for one in said if one.valid_from is None or one.valid_from <= now}
        faults += find_contradictions({key: value for key, value in values.items() if value is not None})
        if faults:
            raise PersonFaultsError(faults)
        return add_facts(connection, profile_id, said, now)


def read_said(raw: Iterable[RawFact], zone: tzinfo | None, now: datetime) -> tuple[list[SaidFact], list[str]]:
    """What was written as facts, and a sentence for each that is none."""
    rules = ValueRules(known_words(), local_day(now, zone))
    said: list[SaidFact] = []
    faults: list[str] = []
    for one in raw:
        try:
            keys = BOTH.get(one.key) or (_key(one.key),)
            found = [_read(key, one, rules, zone, now) for key in keys]
        except ValueError as error:
            faults.append(f"{shown(one.key)}: {error}.")
            continue
        twice = [fact.key for fact in found if fact.key in {other.key for other in said}]
        faults += [f"{key}: is said twice; say it once." for key in twice]
        said += found
    return said, faults


def _key(name: str) -> FactKey:
    try:
        return FactKey(name)
    except ValueError:
        near = nearest_of(name, [*FactKey, *BOTH])
        offer = "" if near is None else f" (did you mean {near}?)"
        raise ValueError(f"is no fact that is kept{offer}; known are {', '.join(FactKey)}") from None


def _read(key: FactKey, one: RawFact, rules: ValueRules, zone: tzinfo | None, now: datetime) -> SaidFact:
    since, until = _instant("from", one.since, zone), _instant("to", one.until, zone)
    if since is not None and not EARLIEST <= since <= now + FURTHEST:
        raise ValueError("begins (`from`) before 1900, or more than two years ahead; check the year")
    if until is not None and until >= LATEST:
        raise ValueError("ends (`to`) after the year 8999; leave `to` out where it has no end")
    if until is not None and until <= (since or now):
        raise ValueError("ends (`to`) before it begins; correct one of the two")
    if key in NEEDED and ((since is not None and since > now) or until is not None):
        raise ValueError("can only be said of now; leave out `to`, and a `from` that is ahead")
    return SaidFact(key, parse_value(key, one.value, rules), since, until)


def _instant(name: str, said: str | None, zone: tzinfo | None) -> datetime | None:
    """A local day from its midnight on, or an instant with its offset."""
    if said is None:
        return None
    try:
        if len(said) == len("2026-11-02"):
            return datetime.combine(date.fromisoformat(said), time(), zone or UTC)
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise ValueError(f"has {quoted(said)} for `{name}`; write a day such as 2026-11-02, or an instant") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone or UTC)
